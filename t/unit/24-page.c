/* 24-page.c — the order of a list and its cursors: what is understood, dropped, refused. */
#include "tap.h"

#include "base/base64.h"
#include "data/page.h"

static const struct rule_name NAMES[] = {
    { .name = S_INIT("title"), .column = S_INIT("title"), .type = R_TEXT },
    { .name = S_INIT("price"), .column = S_INIT("price"), .type = R_NUMBER },
    { .name = S_INIT("is_done"), .column = S_INIT("is_done"), .type = R_BOOLEAN },
    { .name = S_INIT("due"), .column = S_INIT("due"), .type = R_DATETIME },
    { .name = S_INIT("hidden"), .column = S_INIT("hidden"), .type = R_TEXT, .hidden = true },
    { .name = S_INIT("sealed"), .column = S_INIT("sealed"), .type = R_TEXT, .refused = "is encrypted" },
    { .name = S_INIT("created_at"), .column = S_INIT("created_at"), .type = R_DATETIME },
    { .name = S_INIT("id"), .column = S_INIT("id"), .type = R_TEXT },
    { .name = S_INIT("a"), .column = S_INIT("a"), .type = R_TEXT },
    { .name = S_INIT("b"), .column = S_INIT("b"), .type = R_TEXT },
    { .name = S_INIT("c"), .column = S_INIT("c"), .type = R_TEXT },
    { .name = S_INIT("d"), .column = S_INIT("d"), .type = R_TEXT },
    { .name = S_INIT("e"), .column = S_INIT("e"), .type = R_TEXT },
};
static const struct rule_names ALL = { .at = NAMES, .n = COUNT(NAMES) };
static struct cx cx;
static struct page_order order;

/* The keys as text, or what was refused. */
static struct str sorted(const char *sort)
{
    struct buf out = tap_buf(1000);

    cx = (struct cx){ .mem = tap_mem() };
    if (!page_sort(&cx, str_of(sort), &ALL, &order))
        return str_of(cx.err.message);
    for (size_t i = 0; i < order.n; i++) {
        buf_str(&out, i > 0 ? S(" ") : S(""));
        buf_c(&out, order.keys[i].descending ? '-' : '+');
        buf_str(&out, order.keys[i].of->column);
        buf_str(&out, order.keys[i].nullable ? S("?") : S(""));
    }
    return buf_text(&out);
}

static void test_sorts(void)
{
    is_text(sorted(NULL), "-created_at -id", "none: newest first");
    is_text(sorted(""), "-created_at -id", "an empty one too");
    is_text(sorted("title"), "+title? +id", "a bare name goes up");
    is_text(sorted("+title"), "+title? +id", "so does a plus");
    is_text(sorted(" title"), "+title? +id", "and a plus that became a space");
    is_text(sorted("-title"), "-title? -id", "a minus goes down, id with it");
    is_text(sorted("-price,title"), "-price? +title? +id", "id goes with the last key");
    is_text(sorted("-price, -title ,,"), "-price? -title? -id", "spaces around are none");
    is_text(sorted("title,-title"), "+title? +id", "a name counts once");
    is_text(sorted("id,title"), "+id", "nothing comes after id");
    is_text(sorted("-zzz"), "-created_at -id", "an unknown name alone: created_at, as directed");
    is_text(sorted("zzz"), "+created_at +id", "either way");
    is_text(sorted("zzz,-price"), "-price? -id", "beside others it is dropped");
    is_text(sorted("hidden"), "+created_at +id", "a hidden one is unknown");
    is_text(sorted("-,+,--title,title desc,\"title\""), "-created_at -id", "what is no name is none");
    is_text(sorted("sealed"), "Field 'sealed' is encrypted and cannot be sorted", "an encrypted one");
    is_text(sorted("a,b,c,d,e,title,price,due"), "+a? +b? +c? +d? +e? +title? +price? +due? +id",
            "eight keys");
    is_text(sorted("a,b,c,d,e,title,price,due,is_done"), "At most 8 sort keys are allowed", "not nine");
    sorted("-price,title");
    page_reverse(&order);
    ok(!order.keys[0].descending && order.keys[1].descending && order.keys[2].descending,
       "turned round, all keys are");
}

/* --- cursors ---------------------------------------------------------------------------------- */

static const char *read_json(const char *sort, const char *json)
{
    struct page_place place;

    sorted(sort);
    return page_read_cursor(&cx, "cursor", base64_put_url(cx.mem, str_of(json), true), &order,
                            &place) ? "well" : cx.err.message;
}

static void test_round_trip(void)
{
    struct page_place place = { .values = {
        p_real(NULL, -1.5), p_null(NULL), p_time(NULL, 1767323045678901), p_bool(NULL, true),
        p_text(NULL, S("x\"\n")) } };
    struct page_place back;
    struct str cursor;

    sorted("price,title,due,-is_done");
    cursor = page_write_cursor(&cx, &order, &place);
    ok(page_read_cursor(&cx, "cursor", cursor, &order, &back), "a cursor is read again");
    ok(back.values[0].type == P_REAL && back.values[0].real > -1.6 && back.values[0].real < -1.4,
       "numbers");
    ok(back.values[1].type == P_NULL, "NULL");
    ok(back.values[2].type == P_TIME && back.values[2].number == 1767323045678901, "times");
    ok(back.values[3].type == P_BOOL && back.values[3].number == 1, "booleans");
    is_text(back.values[4].text, "x\"\n", "texts");
    ok(cursor.n % 4 == 0, "it is padded");
}

static void test_refusals(void)
{
#define WRONG "Invalid cursor format: sort_value does not fit the sort"
    is_text(str_of(read_json("price", "{\"sort\":\"+price,+id\",\"sort_value\":5,\"id\":\"x\"}")),
            "well", "a whole number is a number");
    is_text(str_of(read_json("price", "{\"sort\":\"+price,+id\",\"sort_value\":null,\"id\":\"x\"}")),
            "well", "NULL where a column may be NULL");
    is_text(str_of(read_json("", "{\"sort\":\"-created_at,-id\",\"sort_value\":null,\"id\":\"x\"}")),
            WRONG, "not where it may not");
    is_text(str_of(read_json("price", "{\"sort\":\"+price,+id\",\"sort_value\":\"5\",\"id\":\"x\"}")),
            WRONG, "a text is no number");
    is_text(str_of(read_json("due", "{\"sort\":\"+due,+id\",\"sort_value\":9e18,\"id\":\"x\"}")),
            WRONG, "a time beyond all years");
    is_text(str_of(read_json("due", "{\"sort\":\"+due,+id\",\"sort_value\":253402300800000000,"
                             "\"id\":\"x\"}")), WRONG, "the year 10000");
    is_text(str_of(read_json("price,title", "{\"sort\":\"+price,+title,+id\",\"sort_value\":[1],"
                             "\"id\":\"x\"}")), WRONG, "too few values");
    is_text(str_of(read_json("price", "{\"sort\":\"+price,+id\",\"sort_value\":1,\"id\":5}")),
            "Invalid cursor format: id is missing", "an id is a text");
    is_text(str_of(read_json("-price", "{\"sort\":\"+price,+id\",\"sort_value\":1,\"id\":\"x\"}")),
            "Invalid cursor format: sort changed", "another direction");
    is_text(str_of(read_json("price", "{}")), "Invalid cursor format: sort changed", "nothing");
    is_text(str_of(read_json("price", "[]")), "Invalid cursor format: not a JSON object", "a list");
    is_text(str_of(read_json("price", "{")), "Invalid cursor format: not a JSON object", "half of it");
    sorted("price");
    ok(!page_read_cursor(&cx, "cursor_before", S("*"), &order, &(struct page_place){ 0 })
       && str_eq(str_of(cx.err.title), S("Invalid cursor_before")), "named by its parameter");
}

int main(void)
{
    plan(39);
    test_sorts();
    test_round_trip();
    test_refusals();
    return done();
}
