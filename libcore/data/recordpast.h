/*
 * recordpast.h — a record as its history has it: values out of the trail's texts, and whether
 * somebody may look at what is no longer there.
 *
 * Untold    secrets (encrypted now or then, and columns that the trail never tells) have no value
 *           here; neither has what does not fit the field as it is now
 * Removed   a record that is gone is for superadmins, and for whom its last row would be visible
 *           now: each grant is asked over the values as they were. One that looks into other
 *           records, or at a field of which the trail has no value, says no
 */
#ifndef DATA_RECORDPAST_H
#define DATA_RECORDPAST_H

#include "audit/rowhistory.h"
#include "data/access.h"

/* Whose history; nothing from before the collection was made. */
struct rowhistory_key recordpast_key(const struct collection *collection, struct str account_id,
                                  struct str id);

/* text NO_STR is NULL. False: it is untold. */
bool recordpast_value(struct cx *cx, const struct field *field, struct str text, struct param *out);
/* The same as JSON, as records show it. */
bool recordpast_json(struct cx *cx, const struct field *field, struct str text, struct str *json);
bool recordpast_is_untold(const struct field *field, struct str text);

/* What *view, an access that is allowed, shows of a removed record: *held has the grants that hold
 * for it. E_NOT_FOUND when there is none for this caller. */
bool recordpast_removed(struct cx *cx, const struct access *view, struct str id,
                        struct access *held, struct rowhistory_key *key) MUST_CHECK;

#endif
