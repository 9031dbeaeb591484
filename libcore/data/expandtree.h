/*
 * expandtree.h — what `expand=` asks for, as a tree: a node for each relation of each level.
 *
 * Ways     a reference (its record stands in its place), references (a list of them), or the way
 *          back: comments_via_post, the records of comments whose field post names this one
 * Access   of a target as its own collection grants it: by the view rule where a record names it,
 *          by the list rule on the way back; nobody asks for what he sees masked or not at all
 */
#ifndef DATA_EXPANDTREE_H
#define DATA_EXPANDTREE_H

#include "data/access.h"

enum expandtree_way { EXPAND_ONE, EXPAND_MANY, EXPAND_BACK };
struct expandtree_node {
    enum expandtree_way way;
    const struct field *field;          /* of the level above; on the way back of the target      */
    struct str key;                     /* on the way back: the member that it becomes            */
    struct expandtree_node *first, *next;       /* children, siblings                             */
    const struct collection *target;    /* NULL: nothing of it is for this caller                 */
    struct access access;               /* the root's: that of the page                           */
    struct expand_loaded *loaded;       /* expand.c's                                             */
};

/* *out NULL: nothing is asked for. False with 400 when a path does not begin with a relation, or
 * when there are too many. */
bool expandtree_read(struct cx *cx, const struct access *access, struct str paths,
                     struct expandtree_node **out) MUST_CHECK;
struct expandtree_node *expandtree_child(const struct expandtree_node *parent,
                                         const struct field *field);    /* of its own fields      */

#endif
