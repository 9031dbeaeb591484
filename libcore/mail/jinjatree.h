/*
 * jinjatree.h — inside the room: a template, read into a tree of blocks and expressions.
 *
 * Ownership  nodes live in mem; texts point into the source, which must stay, or into mem
 * Errors     false, with a sentence and the line
 */
#ifndef MAIL_JINJATREE_H
#define MAIL_JINJATREE_H

#include "mail/jinjafilter.h"

enum jinja_op {
    JINJA_CONSTANT, JINJA_NAME, JINJA_ITEMS, JINJA_ATTRIBUTE, JINJA_SUBSCRIPT, JINJA_FILTERED,
    JINJA_NOT, JINJA_AND, JINJA_OR, JINJA_EQUAL, JINJA_UNEQUAL, JINJA_IN, JINJA_NOT_IN
};
struct jinja_expr {
    enum jinja_op op;
    unsigned height;
    size_t line;
    struct str text;                            /* NAME, ATTRIBUTE */
    const struct jinja_value *constant;
    const struct jinja_filter *filter;
    const struct jinja_expr *left, *right;      /* operands; right: the first argument or item */
    size_t n;                                   /* arguments, items */
    struct jinja_expr *next;                    /* argument or item after this one */
};

enum jinja_node_kind { JINJA_DATA, JINJA_PRINT, JINJA_IF, JINJA_FOR };
struct jinja_node {
    enum jinja_node_kind kind;
    size_t line;
    struct str text;                            /* DATA; FOR: the variable */
    const struct jinja_expr *expr;
    struct jinja_node *body, *otherwise, *next;
};

bool jinjatree_read(struct arena *mem, struct str source, struct jinja_node **out,
                    struct jinja_fault *fault) MUST_CHECK;

#endif
