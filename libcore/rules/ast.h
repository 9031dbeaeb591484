/*
 * ast.h — an expression as a tree: as written, then resolved and typed, then folded for one caller.
 *
 * Stages     the parser makes values, names, calls and operators; the checker turns names and calls
 *            into columns, the caller's attributes, submitted data and functions, with classes;
 *            folding makes new nodes and leaves the checked tree, which may be shared, alone
 * Depth      at most AST_DEPTH levels, so whoever walks a tree may recurse; AND and OR are lists
 */
#ifndef RULES_AST_H
#define RULES_AST_H

#include "rules/rule.h"
#include "rules/rulevalue.h"

#define AST_DEPTH 64u

enum ast_kind {
    AST_VALUE,          /* value; text: the literal as written                                    */
    AST_NAME,           /* text: as written                                                       */
    AST_CALL,           /* text(kids); macros without parentheses too                             */
    AST_COLUMN,         /* column                                                                 */
    AST_CALLER,         /* attribute of who asks                                                  */
    AST_GROUPS,         /* names of the caller's groups: the list of an AST_IN                    */
    AST_DATA,           /* @request.data.<field>                                                  */
    AST_ALL, AST_ANY,   /* kids                                                                   */
    AST_NOT,            /* kids[0]                                                                */
    AST_COMPARE,        /* kids[0] op kids[1]                                                     */
    AST_LIKE,           /* kids[0] [NOT] LIKE kids[1]                                             */
    AST_IN,             /* kids[0] [NOT] IN the others                                            */
    AST_IS_NULL,        /* kids[0] IS [NOT] NULL                                                  */
    AST_NEGATE,         /* - kids[0]                                                              */
    AST_CALCULATE,      /* kids[0] op kids[1]                                                     */
    AST_FUNCTION,       /* function(kids)                                                         */
    AST_HOURS,          /* kids[0] <= hour of the request < kids[1]                               */
    AST_MAY,            /* the caller's role may do kids[0] with collection kids[1]               */
    AST_MACRO,          /* a stored one: macro; kids: what each slot of its guest gets; account   */
    AST_TARGET,         /* kids[0] of the one row that the relation leads to; NULL: there is none */
    AST_SOME,           /* kids[0], a condition, holds for some of the rows that the relation leads
                           to; without kids: there are some. Never unknown                        */
    AST_ITEM            /* that of the AST_SOME around it whose relation leads to items           */
};
enum ast_attribute { AST_ID, AST_EMAIL, AST_ROLE, AST_ACCOUNT };

/* How the rows of a sub-query hang together with the row outside; always of the same account. */
enum ast_join {
    AST_ALL_ROWS,       /* in no other way                                                        */
    AST_REFERRED,       /* the one whose id the column outside holds                              */
    AST_REFERRED_MANY,  /* those whose ids are among the items of the column outside              */
    AST_REFERRING,      /* those whose column holds the id outside                                */
    AST_REFERRING_MANY, /* those with the id outside among the items of their column              */
    AST_ITEMS           /* no rows: the items of the column outside                               */
};
struct ast_relation {
    enum ast_join join;
    struct str table;                   /* absent: of items, or not known                         */
    struct str column, link;            /* link: the table that knows who has which items         */
    const struct rule_source *source;   /* narrows the rows, by what is below; NULL: all of them  */
    bool (*narrow)(struct qb *q, const struct rule_source *source);
};
/* What is to stand around the comparison that an operand is part of, the outermost first. */
struct ast_around {
    struct ast **nodes; size_t n;       /* each an AST_SOME without its condition                 */
    bool is_bare;                       /* the last one's items or ids are named, no field        */
};

struct functions_row;
struct ast {
    enum ast_kind kind;
    enum rulevalue_class class;
    enum rulevalue_op op;
    bool negated;
    enum ast_attribute attribute;
    unsigned depth;                     /* 1 and that of the deepest kid                          */
    size_t position;
    struct str text;
    struct str field;                   /* AST_DATA; AST_SOME: of what is submitted, in value     */
    struct rulevalue value;
    const struct rule_name *column;
    const struct functions_row *function;
    const struct rule_macro *macro;
    const struct ast_relation *relation;        /* AST_TARGET, AST_SOME                           */
    unsigned up;                        /* sub-queries between here and the row it starts from    */
    struct ast_around *around;          /* while being checked; NULL: nothing                     */
    struct ast **kids;
    size_t kid_count, room;
};

struct rule {
    enum rule_use use;
    struct ast *root;
    const struct rule_name **columns;   /* those of the row itself that it mentions               */
    size_t column_count;
    bool uses_now;                      /* what it says changes with time                         */
    bool asks_others;                   /* other rows than the one it is about                    */
};

struct ast *ast_new(struct arena *mem, enum ast_kind kind, size_t position);
void ast_add(struct arena *mem, struct ast *node, struct ast *kid);
struct ast *ast_two(struct arena *mem, enum ast_kind kind, enum rulevalue_op op, struct ast *left,
                    struct ast *right);
struct ast *ast_value(struct arena *mem, struct rulevalue value, size_t position);
struct ast *ast_name(struct arena *mem, struct str text, size_t position);
const char *ast_op_text(const struct ast *node);        /* "<=", "~", "IN": as messages show it   */
bool ast_is_stored(const struct ast *node);     /* a column's value, here or elsewhere   */

#endif
