/* 11-tables.c — files of records: CSV and JSON read piece by piece, written again; bytes laid aside. */
#include <string.h>

#include "base/csv.h"
#include "base/jsonparts.h"
#include "base/spool.h"
#include "tap.h"

/* A source that gives n bytes at a time. */
struct dripping { struct str rest; size_t n; };

static bool drip(struct cx *cx UNUSED, void *state, char *into, size_t room, size_t *n)
{
    struct dripping *d = state;
    *n = d->rest.n < d->n ? d->rest.n : d->n;
    *n = *n < room ? *n : room;
    if (*n > 0)
        memcpy(into, d->rest.p, *n);
    d->rest = str_sub(d->rest, *n, SIZE_MAX);
    return true;
}

/* All records as "line:cell|cell" lines; a quoted cell has quotes around it. Ends with the fault. */
static struct str records(struct str text, size_t piece, size_t most)
{
    struct cx cx = { .mem = tap_mem() };
    struct dripping d = { text, piece };
    struct buf out = tap_buf(100000);
    struct csv csv;
    struct csv_record r;
    bool found;
    csv_init(&csv, tap_mem(), (struct source){ drip, &d }, most);
    while (csv_next(&cx, &csv, tap_mem(), &r, &found) && found) {
        buf_fmt(&out, "%lld:", (long long)r.line);
        for (size_t i = 0; i < r.n; i++)
            buf_fmt(&out, "%s%s%.*s%s", i > 0 ? "|" : "", r.cells[i].quoted ? "'" : "",
                    STR_ARG(r.cells[i].text), r.cells[i].quoted ? "'" : "");
        buf_c(&out, '\n');
    }
    if (csv.fault != NULL)
        buf_fmt(&out, "%lld! %s", (long long)csv.fault_line, csv.fault);
    return buf_text(&out);
}

static void reads(struct str text, const char *wanted, const char *what)
{
    static const size_t PIECES[] = { 1, 2, 3, 7, 100000 };
    bool same = true;
    struct str got = records(text, 5, 1000);
    for (size_t i = 0; i < COUNT(PIECES); i++)
        same = same && str_eq(records(text, PIECES[i], 1000), got);
    is_text(got, wanted, what);
    ok(same, "however it comes in pieces");
}

static void reading(void)
{
    reads(S("a,b\r\n1,2\r\n"), "1:a|b\n2:1|2\n", "lines of cells");
    reads(S("a,b\n1,2"), "1:a|b\n2:1|2\n", "a line feed will do, and no end of the last line");
    reads(S("\xEF\xBB\xBF" "a,b\n"), "1:a|b\n", "a byte order mark is none of it");
    reads(S("\xEF\xBB"), "1! Invalid UTF-8", "half a mark is no mark");
    reads(S("\"a,\"\"b\"\"\r\nc\",d\nx,y\n"), "1:'a,\"b\"\r\nc'|d\n3:x|y\n", "quoted cells hold anything");
    reads(S("a,,\"\"\n,\n"), "1:a||''\n2:|\n", "an empty cell is another than an empty quoted one");
    reads(S("\n\r\na\n\n\nb\n\n"), "3:a\n6:b\n", "blank lines are passed over");
    reads(S("\"\"\n"), "1:''\n", "a quoted blank is none");
    reads(S(""), "", "nothing is nothing");
    reads(S("a\rb,c\r"), "1:a\rb|c\n", "a carriage return alone is text");
    reads(S("a b , c\n"), "1:a b | c\n", "blanks are kept");
    reads(S("a\n\"b\nc"), "1:a\n2! A quoted cell does not end",
          "a quote without its pair is told where it begins");
    reads(S("a\n\"b\"c\n"), "1:a\n2! Text after a closing quote", "text after one too");
    reads(S("a\nb\"c\n"), "1:a\n2! A quote in the middle of a cell", "and a quote in the middle");
    reads(S("a\nb\nc\xFF\nd\n"), "1:a\n2:b\n3! Invalid UTF-8", "and bytes that are no text");
    reads(S("a\n\0\n"), "1:a\n2! NUL is not allowed in text", "and NUL");
    is_text(records(S("abc,de\nfgh,ijk\n"), 9, 6), "1:abc|de\n2:fgh|ijk\n", "as long as it may be");
    is_text(records(S("abc,de\nfgh,ijkl\n"), 9, 6), "1:abc|de\n2! The record is too long", "and no longer");
}

static void writing(void)
{
    struct buf b = tap_buf(1000);
    csv_put(&b, S("plain"), true);
    csv_put(&b, NO_STR, false);
    csv_put(&b, S(""), false);
    csv_put(&b, S("a,b"), false);
    csv_put(&b, S("say \"x\""), false);
    csv_put(&b, S("two\nlines"), false);
    csv_put(&b, S(" blank"), false);
    csv_put(&b, S("-1.5"), false);
    csv_end(&b);
    is_text(buf_text(&b), "plain,,\"\",\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" blank\",-1.5\r\n",
          "cells are quoted when they must be");
    is_text(records(buf_text(&b), 3, 1000), "1:plain||''|'a,b'|'say \"x\"'|'two\nlines'|' blank'|-1.5\n",
          "and read back as they were");
}

static struct str parts_of(struct str text, bool is_lines, size_t piece, size_t most)
{
    struct cx cx = { .mem = tap_mem() };
    struct dripping d = { text, piece };
    struct buf out = tap_buf(100000);
    struct jsonparts parts;
    struct str part;
    int64_t line;
    bool found;
    jsonparts_init(&parts, tap_mem(), (struct source){ drip, &d }, is_lines, most);
    while (jsonparts_next(&cx, &parts, tap_mem(), &part, &line, &found) && found)
        buf_fmt(&out, "%lld:%.*s\n", (long long)line,
                STR_ARG(str_absent(part) ? S("(too long)") : part));
    if (parts.fault != NULL)
        buf_fmt(&out, "%lld! %s", (long long)parts.fault_line, parts.fault);
    return buf_text(&out);
}

static void splits(struct str text, bool is_lines, const char *wanted, const char *what)
{
    static const size_t PIECES[] = { 1, 3, 100000 };
    struct str got = parts_of(text, is_lines, 5, 1000);
    bool same = true;
    for (size_t i = 0; i < COUNT(PIECES); i++)
        same = same && str_eq(parts_of(text, is_lines, PIECES[i], 1000), got);
    is_text(got, wanted, what);
    ok(same, "however it comes in pieces");
}

static void splitting(void)
{
    splits(S("[{\"a\":1},\n {\"b\":[1,{\"c\":\"],}\\\"\"}]} , 3]\n"), false,
          "1:{\"a\":1}\n2:{\"b\":[1,{\"c\":\"],}\\\"\"}]}\n2:3\n",
          "elements of an array");
    splits(S("\xEF\xBB\xBF [ ] "), false, "", "an empty one has none");
    splits(S("{\"a\":1}"), false, "1! The file must be a JSON array", "an object is no array");
    splits(S(""), false, "1! The file must be a JSON array", "nor is nothing");
    splits(S("[1,\n2"), false, "1:1\n2! The array does not end", "one that is cut is told");
    splits(S("[1,"), false, "1:1\n1! The array does not end", "wherever");
    splits(S("["), false, "1! The array does not end", "it is cut");
    splits(S("[{\"a\":\"x"), false, "1! The array does not end", "in a text too");
    splits(S("[1]\n[2]"), false, "1:1\n2! Something follows the array", "nothing may follow");
    splits(S("[1,,2,]"), false, "1:1\n1:\n1:2\n1:\n", "what is no value is handed on as it is");
    splits(S("[}]"), false, "1! The array does not end", "brackets that close nothing close nothing");
    splits(S("{\"a\":1}\r\n\n  {\"b\":2}  \nnonsense\n{\"c\":3}"), true,
          "1:{\"a\":1}\n3:{\"b\":2}\n4:nonsense\n5:{\"c\":3}\n",
          "lines");
    splits(S("\n\n"), true, "", "blank ones are none");
    is_text(parts_of(S("1234567\n12\n"), true, 4, 5), "1:(too long)\n2:12\n", "a long line spoils no other");
    is_text(parts_of(S("[12,1234567]"), false, 4, 5), "1:12\n1! The record is too long",
          "a long element ends an array");
}

static void spooling(void)
{
    struct cx cx = { .mem = arena_new(0, NULL, NULL) };
    struct spool *spool;
    struct str text = S("laid aside");
    char room[4];
    size_t n;
    int64_t bytes;
    ok(spool_open(&cx, S("/tmp"), &spool), "a file without a name");
    ok(flow_pass(&cx, flow_of(&text), spool_in(spool), 1000, &bytes) && bytes == 10, "takes bytes");
    struct source from = spool_out(spool);
    ok(flow_read(&cx, from, room, 4, &n) && n == 4 && memcmp(room, "laid", 4) == 0, "and gives them");
    from = spool_out(spool);
    ok(flow_read(&cx, from, room, 4, &n) && memcmp(room, "laid", 4) == 0, "from the beginning, again");
    ok(flow_read(&cx, from, room, 4, &n) && flow_read(&cx, from, room, 4, &n) && n == 2
       && flow_read(&cx, from, room, 4, &n) && n == 0, "to the end");
    ok(!spool_open(&cx, S("/nowhere/at/all"), &spool) && cx.err.kind == E_BROKEN, "a folder must be there");
    arena_free(cx.mem);
}

int main(void)
{
    plan(18 * 2 - 2 + 2 + 13 * 2 + 2 + 6);
    reading();
    writing();
    splitting();
    spooling();
    return done();
}
