/*
 * grid.h — a table as data: columns, rows, sorting by links, pages, something to say when empty.
 *
 *     static const struct grid_column COLUMNS[] = {
 *         { .label = W("E-mail address"), .sort = "email" }, { .label = W("Role") },
 *         { .label = W("Last sign-in"), .sort = "last_login", .kind = GRID_TIME }, { 0 },
 *     };
 *     grid_init(&grid, &desk, COLUMNS, W("People"));
 *     for (…) {
 *         grid_row(&grid);
 *         grid_link(&grid, user.email, DESK_PATH(cx, S("users"), user.id));
 *         grid_text(&grid, user.role);
 *         grid_time(&grid, user.last_login);
 *     }
 *     grid_empty(&grid, W("Nobody yet."), W("Invite somebody"), S("/admin/invitations/new"));
 *     grid_pages(&grid, offset, limit, total);
 *     grid_put(&grid, "table");          {{#table}}{{>admin/parts/table.html}}{{/table}}
 *
 * Cells   in the order of the columns, as many; a row short of cells is filled with empty ones
 * Sort    the links set ?sort=name or -name; whoever reads the query decides what that means
 * Select  grid_select: a box in front of each row, named "id", inside the form of bulk actions
 *         that stands around the table: the page's template opens it
 */
#ifndef DESK_GRID_H
#define DESK_GRID_H

#include "desk/desk.h"

enum grid_kind { GRID_TEXT, GRID_TIME, GRID_NUMBER, GRID_CODE };
struct grid_column {
    const char *label;                  /* English, W(); verbatim when the column is data       */
    enum grid_kind kind;
    const char *sort;                   /* the word of ?sort=; NULL: cannot be sorted          */
    bool verbatim;
};
enum grid_tone { GRID_PLAIN, GRID_GOOD, GRID_WARNING, GRID_BAD };

struct grid {
    struct desk *desk;
    const struct grid_column *columns;
    size_t n, at;
    struct fills values;
    struct fills_list head, body, cells;
    struct fills row;
    bool is_open, selects;
    struct str sort;                    /* as it is now                                        */
};

void grid_init(struct grid *grid, struct desk *desk, const struct grid_column *columns,
                const char *caption);
void grid_row(struct grid *grid);
void grid_select(struct grid *grid, struct str id, struct str label);    /* right after _row   */
void grid_text(struct grid *grid, struct str text);          /* cut for the eye past 200 chars */
void grid_code(struct grid *grid, struct str text);
void grid_link(struct grid *grid, struct str text, struct str href);
void grid_int(struct grid *grid, int64_t n);
void grid_time(struct grid *grid, int64_t us);
void grid_yes(struct grid *grid, bool yes);
void grid_badge(struct grid *grid, enum grid_tone tone, struct str text);   /* translated      */
/* What is shown when there is no row, and a way on (both NULL/absent: none). */
void grid_empty(struct grid *grid, const char *text, const char *label, struct str href);
/* total below 0: not counted. */
void grid_pages(struct grid *grid, int64_t offset, int64_t limit, int64_t total);
/* For cursors: links as the caller made them; absent: there is no such page. */
void grid_cursor(struct grid *grid, struct str previous, struct str next, struct str words);
void grid_put(struct grid *grid, const char *name);

#endif
