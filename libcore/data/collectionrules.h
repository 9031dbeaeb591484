/*
 * collectionrules.h — the five rules and four field lists of a collection (data.md §5, §8.5).
 *
 * States   a rule is absent (locked), empty (public) or an expression; a list is "*" or a JSON
 *          array
 * Changes  collection_rules (audited); bumps definitions
 * Errors   wrong shapes add items for fail_fields (422); rules that do not compile are 400
 */
#ifndef DATA_COLLECTIONRULES_H
#define DATA_COLLECTIONRULES_H

#include "data/collection.h"

/* What a request says about them; JV_ABSENT: nothing, so they stay as they are. */
struct collectionrules_in { struct jv rules[OP_COUNT], lists[OP_DELETE]; };
extern const char *const collectionrules_keys[OP_COUNT];        /* "list_rule" …                  */
extern const char *const collectionrules_list_keys[OP_DELETE];  /* "list_fields" …                */

/* GET and PUT /collections/{name}/rules; a missing row is made, locked. */
bool collectionrules_get(struct cx *cx, struct str name, struct collection *out) MUST_CHECK;
bool collectionrules_put(struct cx *cx, struct str name, struct jv body, struct collection *out)
    MUST_CHECK;
/* POST /rules/validate: errors is a JSON array of texts; fields: names, or {"name","type"}. */
bool collectionrules_validate(struct cx *cx, struct str rule, struct str operation,
                              struct jv fields, struct str *errors, bool *valid) MUST_CHECK;

/* For define.c: the shape (422 items); then into the definition; then what it means (400 items). */
void collectionrules_shape(struct cx *cx, const struct collectionrules_in *in);
void collectionrules_apply(struct cx *cx, const struct collectionrules_in *in,
                           struct collection *collection);
void collectionrules_check(struct cx *cx, const struct collectionrules_in *in,
                           const struct rule_names *names, bool has_table);
/* The rules that it has, over other fields than it had. */
void collectionrules_recheck(struct cx *cx, const struct collection *collection,
                             const struct rule_names *names);
bool collectionrules_insert(struct cx *cx, struct collection *collection) MUST_CHECK;
bool collectionrules_update(struct cx *cx, const struct collection *before,
                            struct collection *after) MUST_CHECK;

#endif
