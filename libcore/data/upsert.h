/*
 * upsert.h — a record made, or changed if there is one with the same value in a unique field.
 *
 * Change   of the fields given, as PATCH; rules, field lists and checks are those of a create or of
 *          an update, whichever it comes to
 * At once  two upserts of one value: the second finds what the first made
 * Errors   400 when the field is no unique one, or none that the caller may name in a list; when
 *          the body has no value for it, as for any field that is missing (E3)
 */
#ifndef DATA_UPSERT_H
#define DATA_UPSERT_H

#include "data/record.h"

struct upsert_done { struct str id; bool is_new; };

/* 400 unless records can be found by that field. */
bool upsert_check_key(struct cx *cx, const struct collection *collection, struct str key)
    MUST_CHECK;
bool upsert_record(struct cx *cx, struct str collection, struct str key, struct jv body,
                   struct js *js, struct upsert_done *out) MUST_CHECK;

#endif
