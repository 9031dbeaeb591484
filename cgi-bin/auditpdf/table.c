/* table.c — lays rows of the trail out: cells wrapped, heads repeated, pages numbered. */
#include "table.h"

#include "audit/trailexport.h"
#include "base/utf8.h"
#include "base/when.h"

/* A row has so many lines at most, so that it fits a page: longer values are cut, and say so. */
enum { CELL_LINES = 24, CELLS = 10 };
#define SIZE 6.5
#define STEP 8.0
#define LEFT 30.0
#define TOP 40.0
#define BOTTOM (PAPER_HEIGHT - 42.0)
#define GAP 5.0

static const struct { struct str head; double width; } COLUMNS[CELLS] = {
    { S_INIT("ID"), 38 },          { S_INIT("Time (UTC)"), 66 }, { S_INIT("Operation"), 40 },
    { S_INIT("Table"), 72 },       { S_INIT("Record"), 88 },     { S_INIT("Column"), 72 },
    { S_INIT("Old value"), 132 },  { S_INIT("New value"), 132 }, { S_INIT("User"), 92 },
    { S_INIT("Address"), 50 },
};

struct table {
    struct paper *paper;
    double y;                           /* of the next line */
};

static struct str time_text(struct cx *cx, int64_t us, size_t from, size_t n)
{
    struct buf text;
    buf_init(&text, cx->mem, 64);
    when_record(&text, us);             /* 2026-03-01T10:20:30.123456+00:00 */
    return str_sub(buf_text(&text), from, n);
}

static struct str moment(struct cx *cx, int64_t us)
{
    return str_fmt(cx->mem, "%.*s %.*s", STR_ARG(time_text(cx, us, 0, 10)),
                   STR_ARG(time_text(cx, us, 11, 15)));
}

/* ---- pages ---- */

static void put_heads(struct table *table)
{
    double x = LEFT;
    paper_grey(table->paper, 0.9);
    paper_bar(table->paper, table->y - STEP, STEP + 4);
    paper_grey(table->paper, 0);
    for (size_t i = 0; i < CELLS; i++) {
        paper_text(table->paper, x + 1, table->y, SIZE, COLUMNS[i].head);
        x += COLUMNS[i].width;
    }
    table->y += STEP + 6;
}

static void put_page(struct table *table)
{
    paper_page(table->paper);
    table->y = TOP;
}

static void put_line(struct table *table, double size, struct str line)
{
    paper_text(table->paper, LEFT, table->y, size, line);
    table->y += size + 4;
}

static void put_lines(struct table *table, double size, struct str text)
{
    while (text.n > 0) {
        size_t next, n = paper_fit(table->paper, text, PAPER_WIDTH - 2 * LEFT, size, &next);
        put_line(table, size, str_sub(text, 0, n));
        text = str_sub(text, next, text.n);
    }
}

static void put_filter(struct buf *out, const char *name, struct str value)
{
    if (!str_absent(value))
        buf_fmt(out, "%s%s %.*s", out->n > 0 ? ", " : "", name, STR_ARG(value));
}

static struct str filters(struct cx *cx, const struct trailquery *query)
{
    struct buf out;
    buf_init(&out, cx->mem, 1 << 16);
    put_filter(&out, "account", query->account_id);
    put_filter(&out, "table", query->table_name);
    put_filter(&out, "record", query->record_id);
    put_filter(&out, "user", query->user_id);
    put_filter(&out, "operation", query->operation);
    put_filter(&out, "from", query->from != 0 ? moment(cx, query->from) : NO_STR);
    put_filter(&out, "to", query->upto != 0 ? moment(cx, query->upto) : NO_STR);
    return out.n > 0 ? buf_text(&out) : S("none");
}

static void put_front(struct cx *cx, struct table *table, const struct trailpdf *asked,
                      int64_t total)
{
    put_page(table);
    put_line(table, 15, S("Audit trail"));
    put_lines(table, 8, str_fmt(cx->mem, "Made %.*s UTC by %.*s",
                                STR_ARG(moment(cx, asked->made_at)), STR_ARG(asked->made_by)));
    put_lines(table, 8, str_fmt(cx->mem, "Filters: %.*s", STR_ARG(filters(cx, &asked->query))));
    put_lines(table, 8, total > TRAILEXPORT_MOST
        ? str_fmt(cx->mem, "Rows: the newest %d of %lld", TRAILEXPORT_MOST, (long long)total)
        : str_fmt(cx->mem, "Rows: all %lld, the newest first", (long long)total));
    put_lines(table, 8, S("A row's checksum is the SHA-256 of its content and of the checksum of"
                          " the row before it in its account. Long values are cut here, not in"
                          " CSV and JSON."));
    table->y += 6;
    put_heads(table);
}

static void put_feet(struct cx *cx, struct table *table, const struct trailpdf *asked)
{
    size_t n = paper_pages(table->paper);
    for (size_t i = 0; i < n; i++) {
        paper_turn(table->paper, i);
        paper_grey(table->paper, 0.35);
        paper_text(table->paper, LEFT, PAPER_HEIGHT - 22, SIZE, str_fmt(cx->mem,
            "Audit trail, %.*s UTC", STR_ARG(moment(cx, asked->made_at))));
        paper_text(table->paper, PAPER_WIDTH - LEFT - 70, PAPER_HEIGHT - 22, SIZE,
                   str_fmt(cx->mem, "Page %zu of %zu", i + 1, n));
    }
}

/* ---- rows ---- */

struct cell { struct str lines[CELL_LINES]; size_t n; };

static void wrap(struct cx *cx, struct paper *paper, struct str text, double width,
                 struct cell *out)
{
    for (out->n = 0; text.n > 0 && out->n < CELL_LINES - 1; out->n++) {
        size_t next, n = paper_fit(paper, text, width, SIZE, &next);
        out->lines[out->n] = str_sub(text, 0, n);
        text = str_sub(text, next, text.n);
    }
    if (text.n > 0)
        out->lines[out->n++] = str_fmt(cx->mem, "(%zu more bytes)", text.n);
}

static void put_cells(struct table *table, const struct cell *cells, size_t lines)
{
    for (size_t line = 0; line < lines; line++) {
        double x = LEFT;
        for (size_t i = 0; i < CELLS; i++) {
            if (line < cells[i].n)
                paper_text(table->paper, x + 1, table->y, SIZE, cells[i].lines[line]);
            x += COLUMNS[i].width;
        }
        table->y += STEP;
    }
}

static struct str or_none(struct str checksum)
{
    return str_absent(checksum) ? S("none") : checksum;
}

static bool put_row(struct cx *cx, void *state, const struct audit_row *row)
{
    struct table *table = state;
    struct cell *cells = arena_list(cx->mem, struct cell, CELLS);
    const struct str texts[CELLS] = {
        str_fmt(cx->mem, "%lld", (long long)row->id), moment(cx, row->occurred_at),
        row->operation, row->table_name, row->record_id, row->column_name, row->old_value,
        row->new_value, row->user_email, row->ip_address,
    };
    size_t lines = 1;
    for (size_t i = 0; i < CELLS; i++) {
        wrap(cx, table->paper, texts[i], COLUMNS[i].width - GAP, &cells[i]);
        lines = cells[i].n > lines ? cells[i].n : lines;
    }
    if (table->y + (double)(lines + 1) * STEP > BOTTOM) {
        put_page(table);
        put_heads(table);
    }
    put_cells(table, cells, lines);
    paper_grey(table->paper, 0.35);
    paper_text(table->paper, LEFT + 1, table->y, SIZE, str_fmt(cx->mem,
        "checksum %.*s   before it %.*s", STR_ARG(or_none(row->checksum)),
        STR_ARG(or_none(row->previous_hash))));
    paper_grey(table->paper, 0);
    table->y += STEP + 4;
    return true;
}

bool table_draw(struct cx *cx, struct paper *paper, const struct trailpdf *asked)
{
    struct table table = { .paper = paper };
    const struct trailquery_page page = { .limit = TRAILEXPORT_MOST };
    const struct trailquery_reader reader = { put_row, &table };
    int64_t total;
    TRY(trailquery_count(cx, &asked->query, &total));
    put_front(cx, &table, asked, total);
    TRY(trailquery_read(cx, &asked->query, &page, &reader));
    put_feet(cx, &table, asked);
    return true;
}
