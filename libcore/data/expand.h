/*
 * expand.h — references replaced by the records they point to (data.md §12).
 *
 * Way      read the paths; take every row of the page as it streams; then write them all: targets
 *          are loaded level by level, one statement for each reference of a level
 * Access   a target is shown as its own collection's view rule, field list and masks would show it;
 *          one the caller may not view stays the id it was, one that is not there becomes null
 * Depth    the setting max_expand_depth; deeper references stay ids
 */
#ifndef DATA_EXPAND_H
#define DATA_EXPAND_H

#include "data/recordrow.h"

struct expand;

/* *out NULL: nothing to expand. False with 400 when a path does not begin with a reference. */
bool expand_read(struct cx *cx, const struct access *access, struct str paths,
                 struct expand **out) MUST_CHECK;
/* The row that `rows` stands at, in the shape `row`. */
void expand_take(struct cx *cx, struct expand *expand, const struct recordrow *row,
                 const struct rows *rows);
/* Everything taken, in that order, each as one value; backwards: in the opposite order. */
bool expand_write(struct cx *cx, struct expand *expand, bool backwards, struct js *js) MUST_CHECK;

#endif
