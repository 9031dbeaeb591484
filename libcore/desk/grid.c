/* grid.c — collects cells into rows and rows into a table. */
#include "desk/grid.h"

#include "base/num.h"
#include "base/utf8.h"
#include "http/formdata.h"
#include "http/request.h"

enum { SEEN_CHARACTERS = 200 };

static struct str word_of_sort(struct desk *desk)
{
    struct formdata query;
    if (!formdata_read(desk->cx, desk->reply->request->query, "query", &query)) {
        fail_forget(desk->cx);
        return NO_STR;
    }
    return formdata_text(&query, "sort");
}

static struct str label_of(const struct grid *grid, size_t i)
{
    const struct grid_column *column = &grid->columns[i];
    return column->verbatim ? str_of(column->label) : phrase_of(grid->desk->cx, column->label);
}

static void put_column(struct grid *grid, size_t i)
{
    const struct grid_column *column = &grid->columns[i];
    struct cx *cx = grid->desk->cx;
    struct fills row = { .mem = cx->mem };
    struct str word = str_of(column->sort);
    bool up = !str_absent(word) && str_eq(grid->sort, word);
    bool down = !str_absent(word) && grid->sort.n > 0 && grid->sort.p[0] == '-'
             && str_eq(str_sub(grid->sort, 1, SIZE_MAX), word);
    struct str next = up ? str_fmt(cx->mem, "-%.*s", STR_ARG(word)) : word;
    fills_add(&row, fill_text("label", label_of(grid, i)));
    fills_add(&row, fill_text("sort_href", str_absent(word) ? S("")
                              : desk_with(grid->desk->reply, "sort", next)));
    fills_add(&row, fill_flag("is_up", up));
    fills_add(&row, fill_flag("is_down", down));
    fills_add(&row, fill_flag("is_number", column->kind == GRID_NUMBER));
    fills_row(&grid->head, &row);
}

void grid_init(struct grid *grid, struct desk *desk, const struct grid_column *columns,
                const char *caption)
{
    struct arena *mem = desk->cx->mem;
    *grid = (struct grid){ .desk = desk, .columns = columns };
    grid->values.mem = grid->head.mem = grid->body.mem = mem;
    grid->sort = word_of_sort(desk);
    while (columns[grid->n].label != NULL)
        put_column(grid, grid->n++);
    fills_add(&grid->values, fill_text("caption", phrase_of(desk->cx, caption)));
}

/* ---- rows ---- */

static const struct fill *cell(struct grid *grid, struct fills *cell_row, struct str text,
                               struct str href, struct str iso, const char *tone)
{
    enum grid_kind kind = grid->columns[grid->at].kind;
    bool plain = str_absent(href) && str_absent(iso) && tone == NULL && kind != GRID_CODE;
    fills_add(cell_row, fill_text("label", label_of(grid, grid->at)));
    fills_add(cell_row, fill_text("text", text));
    fills_add(cell_row, fill_text("href", href));
    fills_add(cell_row, fill_text("iso", iso));
    fills_add(cell_row, fill_text("tone", str_of(tone)));
    fills_add(cell_row, fill_flag("is_link", !str_absent(href)));
    fills_add(cell_row, fill_flag("is_time", !str_absent(iso)));
    fills_add(cell_row, fill_flag("is_badge", tone != NULL));
    fills_add(cell_row, fill_flag("is_code", kind == GRID_CODE && str_absent(href)));
    fills_add(cell_row, fill_flag("is_text", plain));
    fills_add(cell_row, fill_flag("is_number", kind == GRID_NUMBER));
    return fills_end(cell_row);
}

static void put_cell(struct grid *grid, struct str text, struct str href, struct str iso,
                     const char *tone)
{
    struct fills row = { .mem = grid->desk->cx->mem };
    if (grid->at == grid->n)
        return;
    cell(grid, &row, text, href, iso, tone);
    fills_row(&grid->cells, &row);
    grid->at++;
}

static void end_row(struct grid *grid)
{
    if (!grid->is_open)
        return;
    while (grid->at < grid->n)
        put_cell(grid, S(""), NO_STR, NO_STR, NULL);
    fills_add(&grid->row, fill_text("id", S("")));  /* of two, the first counts           */
    fills_add(&grid->row, fill_text("select_label", S("")));
    fills_add(&grid->row, fills_rows("cells", &grid->cells));
    fills_row(&grid->body, &grid->row);
    grid->is_open = false;
}

void grid_row(struct grid *grid)
{
    struct arena *mem = grid->desk->cx->mem;
    end_row(grid);
    grid->row = (struct fills){ .mem = mem };
    grid->cells = (struct fills_list){ .mem = mem };
    grid->at = 0;
    grid->is_open = true;
}

void grid_select(struct grid *grid, struct str id, struct str label)
{
    grid->selects = true;
    fills_add(&grid->row, fill_text("id", id));
    fills_add(&grid->row, fill_text("select_label", label));
}

static struct str for_the_eye(struct grid *grid, struct str text)
{
    if (utf8_count(text) <= SEEN_CHARACTERS)
        return text;
    return str_fmt(grid->desk->cx->mem, "%.*s…",
                   STR_ARG(utf8_tidy(grid->desk->cx->mem, text, SEEN_CHARACTERS)));
}

void grid_text(struct grid *grid, struct str text)
{
    put_cell(grid, for_the_eye(grid, text), NO_STR, NO_STR, NULL);
}

void grid_link(struct grid *grid, struct str text, struct str href)
{
    struct str seen = for_the_eye(grid, text);
    put_cell(grid, seen.n > 0 ? seen : phrase_of(grid->desk->cx, W("(empty)")), href, NO_STR,
             NULL);
}

void grid_int(struct grid *grid, int64_t n)
{
    put_cell(grid, str_fmt(grid->desk->cx->mem, "%lld", (long long)n), NO_STR, NO_STR, NULL);
}

void grid_time(struct grid *grid, int64_t us)
{
    struct fills row = { .mem = grid->desk->cx->mem };
    desk_time(&row, "iso", "text", us);
    put_cell(grid, row.at[1].text, NO_STR, us == 0 ? NO_STR : row.at[0].text, NULL);
}

void grid_yes(struct grid *grid, bool yes)
{
    struct cx *cx = grid->desk->cx;
    put_cell(grid, yes ? phrase_of(cx, W("Yes")) : phrase_of(cx, W("No")), NO_STR, NO_STR, NULL);
}

void grid_badge(struct grid *grid, enum grid_tone tone, struct str text)
{
    static const char *const TONES[] = { "plain", "good", "warning", "bad" };
    put_cell(grid, text, NO_STR, NO_STR, TONES[tone]);
}

/* ---- around them ---- */

void grid_empty(struct grid *grid, const char *text, const char *label, struct str href)
{
    struct cx *cx = grid->desk->cx;
    fills_add(&grid->values, fill_text("empty_text", phrase_of(cx, text)));
    fills_add(&grid->values, fill_text("empty_label", label == NULL ? S("")
                                                                     : phrase_of(cx, label)));
    fills_add(&grid->values, fill_text("empty_href", str_absent(href) ? S("") : href));
}

void grid_cursor(struct grid *grid, struct str previous, struct str next, struct str words)
{
    struct fills row = { .mem = grid->desk->cx->mem };
    fills_add(&row, fill_text("words", words));
    fills_add(&row, fill_text("previous", previous));
    fills_add(&row, fill_text("next", next));
    fills_add(&grid->values, fills_one("pager", &row));
}

static struct str at_offset(struct grid *grid, int64_t offset)
{
    return desk_with(grid->desk->reply, "offset",
                     offset <= 0 ? NO_STR
                     : str_fmt(grid->desk->cx->mem, "%lld", (long long)offset));
}

void grid_pages(struct grid *grid, int64_t offset, int64_t limit, int64_t total)
{
    struct cx *cx = grid->desk->cx;
    end_row(grid);
    int64_t shown = (int64_t)grid->body.n, last = offset + shown;
    bool more = total < 0 ? shown >= limit : last < total;
    struct fill values[] = { fill_int("first", offset + 1), fill_int("last", last),
                             fill_int("total", total), { 0 } };
    if (shown == 0 && offset == 0)
        return;
    struct str words = shown == 0 ? phrase_of(cx, W("Nothing this far"))
                     : total < 0 ? phrase_with(cx, W("{first}–{last}"), values)
                                 : phrase_with(cx, W("{first}–{last} of {total}"), values);
    grid_cursor(grid, offset > 0 ? at_offset(grid, offset > limit ? offset - limit : 0) : NO_STR,
                 more ? at_offset(grid, offset + limit) : NO_STR, words);
}

void grid_put(struct grid *grid, const char *name)
{
    end_row(grid);
    fills_add(&grid->values, fill_flag("selects", grid->selects));
    fills_add(&grid->values, fill_flag("is_empty", grid->body.n == 0));
    fills_add(&grid->values, fills_rows("head", &grid->head));
    fills_add(&grid->values, fills_rows("body", &grid->body));
    fills_add(&grid->values, fills_rows("pager", &(struct fills_list){ .mem = grid->head.mem }));
    fills_add(&grid->values, fill_text("empty_text", phrase_of(grid->desk->cx,
                                                                W("Nothing here yet."))));
    fills_add(&grid->values, fill_text("empty_label", S("")));
    fills_add(&grid->values, fill_text("empty_href", S("")));
    desk_put(grid->desk, fills_one(name, &grid->values));
}
