/* fills.c — lists of values and rows that grow. */
#include "view/fills.h"

void fills_add(struct fills *values, struct fill value)
{
    values->at = arena_more(values->mem, values->at, values->n, sizeof *values->at);
    values->at[values->n++] = value;
}

const struct fill *fills_end(struct fills *values)
{
    fills_add(values, (struct fill){ .type = FILL_END });
    values->n--;
    return values->at;
}

void fills_row(struct fills_list *rows, struct fills *row)
{
    rows->at = arena_more(rows->mem, rows->at, rows->n, sizeof *rows->at);
    rows->at[rows->n++] = fills_end(row);
}

struct fill fills_rows(const char *name, const struct fills_list *rows)
{
    return fill_rows(name, rows->at, rows->n);
}

struct fill fills_one(const char *name, struct fills *row)
{
    struct fills_list one = { .mem = row->mem };
    fills_row(&one, row);
    return fills_rows(name, &one);
}
