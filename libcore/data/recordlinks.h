/*
 * recordlinks.h — the pairs behind references fields: which record names which, kept beside the
 * lists that say so.
 *
 * For      integrity (a record that is named cannot go unnoticed) and the way back (who names it);
 *          records are read from their lists alone
 * Inside   the transaction that writes the record; the history tells the list, not its pairs
 */
#ifndef DATA_RECORDLINKS_H
#define DATA_RECORDLINKS_H

#include "data/recordrow.h"

/* After a write: the pairs of every list that is another than it was, two statements a list; old
 * NULL: there was none. Values in the order of the stored row's columns; a target that went in the
 * meantime is a refusal. */
bool recordlinks_write(struct cx *cx, const struct recordrow *stored, const struct param *old,
                       const struct param *new, struct refusal *refusal) MUST_CHECK;
/* Before it goes: what it names no longer knows of it. */
bool recordlinks_drop(struct cx *cx, const struct collection *collection, struct str account_id,
                      struct str id) MUST_CHECK;
/* ` FROM <pairs> l JOIN <records> r …`: the records of the field's collection by what they name. */
void recordlinks_from(struct qb *q, const struct collection *collection, const struct field *field);

#endif
