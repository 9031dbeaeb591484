/*
 * fills.h — values and rows for a template, one after the other.
 *
 *     struct fills row = { .mem = cx->mem };
 *     fills_add(&row, fill_text("name", name));
 *     fills_row(&rows, &row);                          and then: fills_rows("users", &rows)
 */
#ifndef VIEW_FILLS_H
#define VIEW_FILLS_H

#include "view/fill.h"

struct fills { struct arena *mem; struct fill *at; size_t n; };
struct fills_list { struct arena *mem; const struct fill **at; size_t n; };

void fills_add(struct fills *values, struct fill value);
const struct fill *fills_end(struct fills *values);             /* closed by { 0 }               */
void fills_row(struct fills_list *rows, struct fills *row);
struct fill fills_rows(const char *name, const struct fills_list *rows);
/* One row, or none: a section that is there or not, with values of its own. */
struct fill fills_one(const char *name, struct fills *row);

#endif
