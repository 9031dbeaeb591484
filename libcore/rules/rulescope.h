/*
 * rulescope.h — whose row a name is about, and what it means there: a column, or a way from it.
 *
 * Levels  the record itself; inside of exists() a row of its collection, from where rows further
 *         out are named by their collection (rooms.owner), and the record so or as record.owner
 * Faults  false with the message, in the contract's words; nothing in it tells what is hidden
 */
#ifndef RULES_RULESCOPE_H
#define RULES_RULESCOPE_H

#include "rules/ast.h"

struct rulescope_level {
    const struct rulescope_level *out;          /* NULL: the record's                             */
    const struct rule_names *names;
    struct str collection;
    unsigned number;
};
struct rulescope {
    struct arena *mem;
    enum rule_use use;
    const struct rule_names *names;             /* of the record                                  */
    const struct rulescope_level *level;        /* where we are                                   */
    struct rule *rule;                          /* its columns: copies of those that were met     */
    size_t room, relations;
};
void rulescope_init(struct rulescope *scope, struct arena *mem, enum rule_use use,
                    const struct rule_names *names, struct rule *rule,
                    struct rulescope_level *record);

/* Node into the value of that name: related.h. */
bool rulescope_name(struct rulescope *scope, struct ast *node, struct str name,
                    struct str *message) MUST_CHECK;
bool rulescope_record(struct rulescope *scope, struct ast *node, struct str name,
                      struct str *message) MUST_CHECK;          /* record.name                    */
/* The exists() that node is into an AST_SOME, whose condition is then to be checked inside. */
bool rulescope_enter(struct rulescope *scope, struct ast *node, struct str collection,
                     struct rulescope_level *inside, struct str *message) MUST_CHECK;
void rulescope_leave(struct rulescope *scope);

#endif
