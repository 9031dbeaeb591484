/* 11-jv.c — JSON in: what is refused and where, and that no value changes on the way. */
#include "tap.h"

#include <string.h>

#include "base/jv.h"

static struct cx cx;

static void refused(struct str text, size_t offset, const char *reason)
{
    struct jv v;
    struct jv_fault fault = { 999, NULL };
    struct buf name = tap_buf(200);
    buf_fmt(&name, "refused: %s at %zu", reason, offset);
    bool parsed = jv_parse(&cx, text, &v, &fault);
    if (!ok(!parsed && fault.offset == offset && strcmp(fault.reason, reason) == 0,
            str_c(tap_mem(), buf_text(&name))))
        printf("# %s at %zu\n", parsed ? "parsed" : fault.reason, fault.offset);
}

static void kept(const char *text, const char *printed)
{
    struct jv v;
    struct jv_fault fault;
    if (!ok(jv_parse(&cx, str_of(text), &v, &fault), text))
        printf("# %s at %zu\n", fault.reason, fault.offset);
    is_text(jv_print(tap_mem(), v), printed, "printed");
}

static void misuse(void)
{
    static char deep[200], many[300000];
    refused(S(""), 0, "Expecting value");
    refused(S("  "), 2, "Expecting value");
    refused(S("{'a':1}"), 1, "Expecting property name enclosed in double quotes");
    refused(S("{\"a\":1,}"), 7, "Expecting property name enclosed in double quotes");
    refused(S("[1,]"), 3, "Expecting value");
    refused(S("[1 2]"), 3, "Expecting ',' delimiter");
    refused(S("{\"a\" 1}"), 5, "Expecting ':' delimiter");
    refused(S("/* c */ 1"), 0, "Expecting value");
    refused(S("NaN"), 0, "Expecting value");
    refused(S("-Infinity"), 1, "Expecting value");
    refused(S("01"), 2, "Expecting value");
    refused(S("1."), 2, "Expecting digits");
    refused(S("1e"), 2, "Expecting digits");
    refused(S("+1"), 0, "Expecting value");
    refused(S("1e999"), 5, "Number out of range");
    refused(S("{} x"), 3, "Extra data");
    refused(S("\"a\nb\""), 2, "Invalid control character");
    refused(S("\"a"), 2, "Unterminated string");
    refused(S("\"\\x\""), 3, "Invalid \\escape");
    refused(S("\"\\u00g0\""), 5, "Invalid \\uXXXX escape");
    refused(S("\"\\u0000\""), 7, "NUL is not allowed in text");
    refused(S("\"\\ud800\""), 7, "Lone surrogate");
    refused(S("\"\\udc00\\ud800\""), 7, "Lone surrogate");
    refused(S("\"\\ud800\\u0041\""), 13, "Lone surrogate");
    refused(S("\"\xED\xA0\x80\""), 1, "Invalid UTF-8");
    refused(S("[\"a\0b\"]"), 3, "Invalid control character");
    refused(S("1\0"), 1, "Extra data");
    refused(S("truely"), 4, "Extra data");
    memset(deep, '[', 100);
    refused((struct str){ deep, 100 }, 64, "Nested too deeply");
    memset(many, '1', sizeof many);
    for (size_t i = 0; i < sizeof many; i += 2)
        many[i] = i == 0 ? '[' : ',';
    refused((struct str){ many, sizeof many }, 199999, "Too many values");
}

static void values(void)
{
    kept("{\"a\":[1,-2,true,null,\"x\"],\"b\":{}}", "{\"a\":[1,-2,true,null,\"x\"],\"b\":{}}");
    kept("{\"a\":1,\"a\":2}", "{\"a\":2}");
    kept(
        "[9223372036854775807,9223372036854775808,-9223372036854775809,18446744073709551616]",
        "[9223372036854775807,9.223372036854776e+18,-9.223372036854776e+18,"
         "1.8446744073709552e+19]");
    kept("[\"9223372036854775808\\\"\",9223372036854775808]",
         "[\"9223372036854775808\\\"\",9.223372036854776e+18]");
    kept("[1.0,0.1,1e2,-0.0,1.5e300]", "[1,0.1,100,0,1.5e+300]");
    kept("\"\\ud83d\\ude00\\/\\u00e9\"", "\"\xF0\x9F\x98\x80/\xC3\xA9\"");
    kept(" 12 ", "12");
    kept("null", "null");
    kept("{\"\":{\"\":[]}}", "{\"\":{\"\":[]}}");
}

static void reading(void)
{
    struct jv v, member;
    struct jv_fault fault;
    struct str key;
    ok(jv_parse(&cx, S("{\"b\":{\"z\":1,\"a\":2.5},\"a\":\"t\",\"n\":null,\"l\":[7]}"), &v, &fault),
       "an object");
    is_text(jv_print_sorted(tap_mem(), v),
            "{\"a\":\"t\",\"b\":{\"a\":2.5,\"z\":1},\"l\":[7],\"n\":null}",
            "sorted, all the way down");
    ok(jv_get(v, S("x")).kind == JV_ABSENT && jv_get(v, S("n")).kind == JV_NULL,
       "absent is not null");
    is_text(jv_text(jv_get(v, S("a"))), "t", "a text");
    ok(str_absent(jv_text(jv_get(v, S("b")))) && jv_int(jv_get(v, S("a"))) == 0,
       "of another kind: nothing");
    is_int(jv_int(jv_at(jv_get(v, S("l")), 0)), 7, "an item");
    ok(jv_at(jv_get(v, S("l")), 1).kind == JV_ABSENT && jv_count(v) == 4,
       "past the end; members counted");
    size_t n = 0;
    for (struct jv_each e = jv_each(v); jv_next(&e, &key, &member);)
        n += key.n;
    is_int(n, 4, "each member comes once");
    struct jv_each none = jv_each(member);
    ok(!jv_next(&none, &key, &member), "what is no object has none");
}

int main(void)
{
    cx.mem = tap_mem();
    plan(30 + 18 + 9);
    misuse();
    values();
    reading();
    return done();
}
