/*
 * codelistlabel.h — what a value of a codelist is called, by language.
 *
 * Languages  trimmed and in lower case: one label for each
 * Changes    codelist_value_labels (audited), inside the caller's transaction
 */
#ifndef CODELISTS_CODELISTLABEL_H
#define CODELISTS_CODELISTLABEL_H

#include "base/jv.h"

enum { CODELISTLABEL_LANGUAGE_MOST = 20, CODELISTLABEL_MOST = 500 };    /* characters */

struct codelistlabel { struct str id, value_id, language, label, description; bool is_preferred; };
struct codelistlabels { struct codelistlabel *at; size_t n; };
struct codelistvalue;

/* From a JSON array, or none at all; path as in codelistread.h. Faults wait for fail_fields; false
 * is a blank language or label (422). */
bool codelistlabel_read(struct cx *cx, struct jv array, struct str path,
                        struct codelistlabels *out) MUST_CHECK;
/* New ones are made, those of a language that is there change; fills in ids. 403: the system's. */
bool codelistlabel_put(struct cx *cx, const struct codelistvalue *value,
                       struct codelistlabels labels) MUST_CHECK;

#endif
