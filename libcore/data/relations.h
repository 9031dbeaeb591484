/*
 * relations.h — which other collections an expression may look into, and what it sees there.
 *
 * Rules     whoever wrote one may look everywhere: every row of the same account, every field that
 *           is not encrypted. relations_kept answers as of the definitions that the request sees
 *           (collection.h), relations_now as the database has them, for who is changing them
 * Callers   relations_seen: what the view rule of the other collection gives this caller: its rows
 *           narrow the sub-query, fields that are hidden, masked or encrypted do not exist, and a
 *           collection that may not be viewed does not exist either
 * Views     have no rows of their own to look up: they look into others, nobody into them
 */
#ifndef DATA_RELATIONS_H
#define DATA_RELATIONS_H

#include "data/collection.h"

/* For names.relations; valid as long as cx->mem. own: the names of a collection that is about to be
 * defined, with its table; NULL: none. */
struct rule_relations relations_kept(struct cx *cx);
struct rule_relations relations_now(struct cx *cx, const struct rule_names *own);
struct rule_relations relations_seen(struct cx *cx);

/* Whose rules look into the collection, but for its own: other collections', by name, then the
 * permissions that roles have (is_role) on the collection named. */
struct relations_use { struct str user; bool is_role; };
bool relations_uses(struct cx *cx, struct str collection, struct relations_use **out, size_t *n)
    MUST_CHECK;

#endif
