/*
 * expand.h — references replaced by the records they point to, and records joined by those that
 * point to them (data.md §12).
 *
 * Way      read the paths; take every row of the page as it streams; then write them all: targets
 *          are loaded level by level, one statement for each relation of a level, however many
 *          records the page has
 * Access   a target is shown as its own collection's view rule, field list and masks would show it;
 *          one the caller may not view stays the id it was. One that is not there becomes null, and
 *          leaves a list. Who points back is found as the list rule of its collection would list it
 * Limits   the setting max_expand_depth, deeper references stay ids; EXPAND_BACK_MOST records on a
 *          way back; 400 past EXPAND_RECORDS or EXPAND_BYTES of all that is added
 */
#ifndef DATA_EXPAND_H
#define DATA_EXPAND_H

#include "data/recordrow.h"

enum { EXPAND_BACK_MOST = 100, EXPAND_RECORDS = 10000, EXPAND_BYTES = 8 << 20 };
struct expand;

/* *out NULL: nothing to expand. False with 400 when a path does not begin with a relation. */
bool expand_read(struct cx *cx, const struct access *access, struct str paths,
                 struct expand **out) MUST_CHECK;
/* The row that `rows` stands at, in the shape `row`. */
bool expand_take(struct cx *cx, struct expand *expand, const struct recordrow *row,
                 const struct rows *rows) MUST_CHECK;
/* Everything taken, in that order, each as one value; backwards: in the opposite order. */
bool expand_write(struct cx *cx, struct expand *expand, bool backwards, struct js *js) MUST_CHECK;

#endif
