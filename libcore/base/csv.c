/* csv.c — tables as text, read and written as RFC 4180 says. */
#include "base/csv.h"

#include "base/utf8.h"

enum { MOST_CELLS = 10000 };

void csv_init(struct csv *csv, struct arena *mem, struct source from, size_t most)
{
    *csv = (struct csv){ .most = most };
    feed_init(&csv->feed, mem, from);
}

/* ---- reading -------------------------------------------------------------------------------- */

struct reading {
    struct csv *csv;
    struct arena *mem;
    struct buf text;                    /* all cells of the record, one behind the other          */
    struct csv_cell *cells; size_t n;
};

static bool refuse(struct csv *csv, const char *fault)
{
    if (csv->fault == NULL) {
        csv->fault = fault;
        csv->fault_line = csv->feed.line;
    }
    return true;
}

static void add_cell(struct reading *r, size_t from, bool quoted)
{
    if (r->n == MOST_CELLS) {
        (void)refuse(r->csv, "The record has too many cells");
        return;
    }
    r->cells = arena_more(r->mem, r->cells, r->n, sizeof(*r->cells));
    r->cells[r->n++] = (struct csv_cell){
        .text = { "", r->text.n - from }, .quoted = quoted, .from = from };
}

static bool keep(struct reading *r, int c)
{
    buf_c(&r->text, (char)c);
    if (c == '\0')
        return refuse(r->csv, "NUL is not allowed in text");
    return !r->text.over || refuse(r->csv, "The record is too long");
}

/* What stands between quotes; the opening one is read. */
static bool read_quoted(struct cx *cx, struct reading *r)
{
    struct feed *feed = &r->csv->feed;
    int64_t began = feed->line;
    int c;

    while (r->csv->fault == NULL) {
        TRY(feed_byte(cx, feed, &c));
        if (c == '"') {
            TRY(feed_peek(cx, feed, &c));
            if (c != '"')
                return true;
            TRY(feed_byte(cx, feed, &c));
        }
        if (c < 0) {
            (void)refuse(r->csv, "A quoted cell does not end");
            r->csv->fault_line = began;
            return true;
        }
        TRY(keep(r, c));
    }
    return true;
}

static bool is_end(struct cx *cx, struct feed *feed, int c, bool *ends)
{
    *ends = c < 0 || c == ',' || c == '\n';
    if (c != '\r')
        return true;
    TRY(feed_peek(cx, feed, &c));
    *ends = c < 0 || c == '\n';
    return true;
}

/* One cell and what ends it: ',' or '\n', or -1. */
static bool read_cell(struct cx *cx, struct reading *r, int *ended_by)
{
    struct feed *feed = &r->csv->feed;
    size_t from = r->text.n;
    bool quoted = false, ends = false;
    int c;

    TRY(feed_peek(cx, feed, &c));
    if (c == '"') {
        quoted = true;
        TRY(feed_byte(cx, feed, &c));
        TRY(read_quoted(cx, r));
    }
    while (r->csv->fault == NULL) {
        TRY(feed_byte(cx, feed, &c));
        TRY(is_end(cx, feed, c, &ends));
        if (ends)
            break;
        if (quoted || c == '"')
            return refuse(r->csv, quoted ? "Text after a closing quote"
                                         : "A quote in the middle of a cell");
        TRY(keep(r, c));
    }
    if (c == '\r')
        TRY(feed_byte(cx, feed, &c));
    add_cell(r, from, quoted);
    *ended_by = c;
    return true;
}

/* Cells were told by where they begin, since the text moves while it grows. */
static void finish(struct reading *r, struct csv_record *out)
{
    struct str all = buf_text(&r->text);
    size_t bad;

    for (size_t i = 0; i < r->n && all.n > 0; i++)
        r->cells[i].text.p = all.p + r->cells[i].from;
    out->cells = r->cells;
    out->n = r->n;
    if (r->csv->fault != NULL || utf8_valid(all, &bad))
        return;
    (void)refuse(r->csv, "Invalid UTF-8");
    r->csv->fault_line = out->line;
}

static bool is_blank(const struct reading *r)
{
    return r->n == 1 && !r->cells[0].quoted && r->text.n == 0;
}

bool csv_next(struct cx *cx, struct csv *csv, struct arena *mem, struct csv_record *out,
              bool *found)
{
    struct reading r = { .csv = csv, .mem = mem };
    struct arena_mark mark = arena_mark(mem);
    int c;

    *out = (struct csv_record){ 0 };
    *found = false;
    buf_init(&r.text, mem, csv->most);
    for (;;) {
        TRY(feed_peek(cx, &csv->feed, &c));
        if (c < 0 || csv->fault != NULL)
            return true;
        out->line = csv->feed.line;
        do
            TRY(read_cell(cx, &r, &c));
        while (c == ',' && csv->fault == NULL);
        if (csv->fault != NULL || !is_blank(&r))
            break;
        arena_rewind(mem, mark);                /* many blank lines take no memory               */
        r.cells = NULL;
        r.n = 0;
    }
    finish(&r, out);
    *found = csv->fault == NULL;
    return true;
}

/* ---- writing -------------------------------------------------------------------------------- */

static bool needs_quotes(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '"' || text.p[i] == ',' || text.p[i] == '\n' || text.p[i] == '\r')
            return true;
    return text.n == 0 || text.p[0] == ' ' || text.p[text.n - 1] == ' '
        || str_starts(text, S("\xEF\xBB\xBF"));
}

void csv_put(struct buf *out, struct str text, bool first)
{
    if (!first)
        buf_c(out, ',');
    if (str_absent(text))
        return;
    if (!needs_quotes(text)) {
        buf_str(out, text);
        return;
    }
    buf_c(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            buf_c(out, '"');
        buf_c(out, text.p[i]);
    }
    buf_c(out, '"');
}

void csv_end(struct buf *out)
{
    buf_str(out, S("\r\n"));
}
