/*
 * related.h — names that lead to other rows: author.name, comments_via_post.text, tags.
 *
 * One     a reference leads to one row: its value is a sub-query's, NULL when there is no such row
 * Many    a back-relation or a field of many values leads to any number: the comparison that it is
 *         part of moves into an EXISTS around it, so that it holds if it does for any of them
 */
#ifndef RULES_RELATED_H
#define RULES_RELATED_H

#include "rules/ast.h"

enum { RELATED_MOST = 6 };      /* relations in one name, whoever allows more                     */

/* The way that a name goes from a row. */
struct related {
    struct ast_relation *steps[RELATED_MOST + 2];
    size_t n, relations;        /* all; those to other collections                                */
    size_t any;                 /* so many of them, from the first, lead to many                  */
    const struct rule_name *first;      /* the name in the row itself that it begins with         */
    const struct rule_name *end;        /* what it ends with, named as the whole                  */
    const char *refused;        /* why the field at the end may not be in expressions             */
    bool is_bare;               /* that is no field but the many themselves                       */
    bool is_open;               /* where it leads is not known: nothing but that can be said      */
};
enum related_answer {
    RELATED_NOTHING,            /* no such name                                                   */
    RELATED_FOUND, RELATED_DEEP /* more relations than are allowed */,
    RELATED_SEALED,             /* a field that may not be in expressions                         */
    RELATED_FAILED              /* could not be looked up                                         */
};
enum related_answer related_find(struct arena *mem, const struct rule_names *names,
                                 const struct rule_relations *relations, struct str name,
                                 struct related *out);
/* Makes node what the way ends with; up: from where it stands to the row that the way begins at. */
void related_place(struct arena *mem, const struct related *way, unsigned up, struct ast *node);

/* The same for @request.data.field when that field has many values: those that are submitted. */
void related_place_submitted(struct arena *mem, const struct rule_name *name, struct ast *node);

/* What is around one of the kids comes to be around node. False: more than one of them has many. */
bool related_lift(struct arena *mem, struct ast *node) MUST_CHECK;
/* Node into what is around it, if anything is. */
void related_wrap(struct arena *mem, struct ast *node);

#endif
