/*
 * recordwrite.h — one record's write, step by step, for record.c and batches.c (data.md §8.3, §9,
 * §10.4 to §10.7).
 *
 * Inside    the caller's transaction, open from the first step to the last
 * Order     create: open, check_create, insert · update: open, read, check_update, store · delete:
 *           open, read, check_delete, remove; whether the operation is allowed at all
 *           (access_allowed) is asked by the caller, where its route asks it
 * Signed    where the collection requires it, a write without a signature is refused (403); what
 *           follows from another record's write asks nobody
 * Errors    in the words of a single write, or of item `index` of a batch when that is not negative
 * Changes   the collection's table (audited); emits RECORD_CREATED, RECORD_UPDATED, RECORD_DELETED
 */
#ifndef DATA_RECORDWRITE_H
#define DATA_RECORDWRITE_H

#include "data/validate.h"

struct recordwrite {
    const struct collection *collection;
    int64_t index;                      /* in its batch; negative: alone                          */
    struct str id, account_id;          /* of the record; to create one, id absent: a new one     */
    int64_t created_at; struct str created_by;      /* create: of one that comes back, its own; else
                                                       0 and absent, now and by the caller        */
    struct jv body;
    struct recordrow stored;
    struct access access;
    struct access held;                 /* of those grants the ones that hold for this record     */
    struct validated values;
    struct param *old, *new;            /* the stored values, in the order of `stored`'s columns  */
};

bool recordwrite_open(struct cx *cx, const struct collection *collection, enum operation operation,
                      struct jv body, struct recordwrite *out) MUST_CHECK;

/* Whose record is made: the caller's account, or the one a superadmin names in the body. */
bool recordwrite_target(struct cx *cx, struct jv body, struct str *account_id) MUST_CHECK;
bool recordwrite_check_create(struct cx *cx, struct recordwrite *w) MUST_CHECK;
/* js: where the record goes as its caller may see it. */
bool recordwrite_insert(struct cx *cx, struct recordwrite *w, struct js *js) MUST_CHECK;

/* Reads and locks the row; E_NOT_FOUND when the tenant has none. */
bool recordwrite_read(struct cx *cx, struct recordwrite *w) MUST_CHECK;
bool recordwrite_check_update(struct cx *cx, struct recordwrite *w, enum validate_mode mode)
    MUST_CHECK;
bool recordwrite_store(struct cx *cx, struct recordwrite *w, struct js *js) MUST_CHECK;
bool recordwrite_check_delete(struct cx *cx, const struct recordwrite *w) MUST_CHECK;
bool recordwrite_remove(struct cx *cx, struct recordwrite *w) MUST_CHECK;

/* For release.h, whoever asks: a field no longer names a target that goes (NULL, or the list
 * without it; 409 when a required one would be empty); a record goes with another, if it has not
 * gone yet. */
bool recordwrite_clear(struct cx *cx, const struct collection *collection, struct str account_id,
                       struct str id, const struct field *field, struct str target) MUST_CHECK;
bool recordwrite_take(struct cx *cx, const struct collection *collection, struct str account_id,
                      struct str id) MUST_CHECK;

#endif
