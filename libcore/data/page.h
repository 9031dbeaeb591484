/*
 * page.h — the order of a list and a place in it: sort keys and cursors (data.md §10.2, §18.1).
 *
 * Order     id ends every order, in the direction of the last key, so that it is total; NULLs stand
 *           first going up and last going down, on both engines
 * Cursor    URL-safe base64 of {"sort":…,"sort_value":…,"id":…}: where a page ended. It names no
 *           tenant and widens nothing: the clauses of the list still apply
 * Errors    a sort or cursor that cannot be used is 400 in the words of the contract
 */
#ifndef DATA_PAGE_H
#define DATA_PAGE_H

#include "base/js.h"
#include "rules/rule.h"

enum { PAGE_KEYS = 8 };

struct page_key {
    struct str name;
    const struct rule_name *of;
    enum param_type type;           /* P_TEXT, P_REAL, P_BOOL or P_TIME                           */
    bool descending;
    bool nullable;
};
struct page_order { struct page_key keys[PAGE_KEYS + 1]; size_t n; };   /* the last one is id     */

/* Unknown and hidden names are dropped; nothing left: created_at, as the first one was directed. */
bool page_sort(struct cx *cx, struct str sort, const struct rule_names *names,
               struct page_order *out) MUST_CHECK;
void page_reverse(struct page_order *order);
void page_order_by(struct qb *q, const struct page_order *order);       /* " ORDER BY …"          */

/* One value for each key of the order; a NULL is P_NULL. */
struct page_place { struct param values[PAGE_KEYS + 1]; };

/* which: "cursor" or "cursor_before", for the message. */
bool page_read_cursor(struct cx *cx, const char *which, struct str cursor,
                      const struct page_order *order, struct page_place *out) MUST_CHECK;
struct str page_write_cursor(struct cx *cx, const struct page_order *order,
                             const struct page_place *place);
/* The values of the order's keys from a row that carries them from `column` on. */
void page_here(struct cx *cx, const struct rows *rows, int column, const struct page_order *order,
               struct page_place *out);
/* Appends the condition of the rows after the place, in its own parentheses. */
void page_after(struct qb *q, const struct page_order *order, const struct page_place *place);

#endif
