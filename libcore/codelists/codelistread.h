/*
 * codelistread.h — members of the objects inside a request that no input table describes: the
 * labels of a value, a package.
 *
 * Errors  each fault is one item for the caller's fail_fields (E5), at `path` and the member's name
 */
#ifndef CODELISTS_CODELISTREAD_H
#define CODELISTS_CODELISTREAD_H

#include "base/jv.h"

/* path: JSON array text without its end: ["body","labels",0 */
struct codelistread { struct cx *cx; struct jv from; struct str path; };
struct codelistread_limits { bool required; size_t most; };     /* characters; most 0: any       */

/* Member i of an array at `path`. */
struct codelistread codelistread_item(struct cx *cx, struct jv array, size_t i, struct str path);
/* False, told as a fault, when it is no object: then no member is worth a look. */
bool codelistread_is_object(const struct codelistread *r);
/* Absent and null are the same: NO_STR; required ones have a character at least. */
struct str codelistread_text(const struct codelistread *r, const char *name,
                             struct codelistread_limits limits);
int64_t codelistread_flag(const struct codelistread *r, const char *name, int64_t otherwise);
int64_t codelistread_int(const struct codelistread *r, const char *name, int64_t otherwise);
struct str codelistread_object(const struct codelistread *r, const char *name); /* JSON, sorted   */

#endif
