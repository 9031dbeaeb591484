/* 11-jsonscan.c — JSON and UTF-8 that come in pieces, against those who see all of it at once. */
#include <string.h>

#include "base/jsonscan.h"
#include "base/jv.h"
#include "base/utf8.h"
#include "tap.h"

static bool is_json(struct str text, size_t each)
{
    struct jsonscan scan;
    jsonscan_begin(&scan);
    for (size_t i = 0; i < text.n; i += each)
        jsonscan_add(&scan, str_sub(text, i, each));
    return jsonscan_end(&scan);
}

static bool is_utf8(struct str text, size_t each)
{
    struct utf8_scan scan;
    utf8_scan_begin(&scan);
    for (size_t i = 0; i < text.n; i += each)
        utf8_scan_add(&scan, str_sub(text, i, each));
    return utf8_scan_end(&scan);
}

static void json(void)
{
    static const char *const GOOD[] = {
        "0", " -0.5e+3 ", "1E9", "10.25", "true", "false", "null", "\"\"", "\"\\u00e9\\n\\\"\"", "[]", "{}",
        "[1,[2,{\"a\":[]}],\"x\"]", "\t{\"a\" : 1 , \"b\":{\"c\":null}}\r\n", "[-1]", "\"\\/\\b\\f\\r\\t\\\\\"",
    }, *const BAD[] = {
        "", " ", "01", "-", "1.", ".5", "1e", "1e+", "+1", "tru", "truee", "nul", "\"", "\"\\x\"",
        "\"\\u12g4\"", "[", "]",
        "[1,]", "[,1]", "[1 2]", "{,}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":1]", "[1}", "1 2",
        "\"a\nb\"", "// x\n1", "'a'", "NaN", "[1]]", "{\"a\":1 \"b\":2}", "\xef\xbb\xbf""1", "--1", "1-",
        "\"\\\"",
    };
    bool well = true;
    for (size_t i = 0; i < COUNT(GOOD); i++)
        for (size_t each = 1; each < 4; each++)
            if (!is_json(str_of(GOOD[i]), each) && !(well = false))
                printf("# refused: %s\n", GOOD[i]);
    ok(well, "what is JSON");
    well = true;
    for (size_t i = 0; i < COUNT(BAD); i++)
        for (size_t each = 1; each < 4; each++)
            if (is_json(str_of(BAD[i]), each) && !(well = false))
                printf("# taken: %s\n", BAD[i]);
    ok(well, "and what is none");
    struct buf deep = tap_buf(4096);
    for (int i = 0; i < JSONSCAN_DEEPEST; i++)
        buf_c(&deep, '[');
    for (int i = 0; i < JSONSCAN_DEEPEST; i++)
        buf_c(&deep, ']');
    ok(is_json(buf_text(&deep), 100), "as deep as it may be");
    buf_cut(&deep, JSONSCAN_DEEPEST);
    buf_c(&deep, '[');
    ok(!is_json(buf_text(&deep), 100), "not deeper");
}

static void utf8(void)
{
    static const char *const TEXTS[] = {
        "", "plain", "na\xc3\xafve \xe2\x98\x82 \xf0\x9f\x8c\x82", "\xc3", "\xe2\x98", "\xf0\x9f\x8c",
        "\xff", "a\x80",
        "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x98x", "\xf0\x9f\x8c\x82\xf0\x9f\x8c\x82",
        "x\xc3\xafx\xc3",
    };
    bool same = true;
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        for (size_t each = 1; each < 6; each++)
            if (is_utf8(str_of(TEXTS[i]), each) != utf8_valid(str_of(TEXTS[i]), NULL) && !(same = false))
                printf("# text %zu in pieces of %zu\n", i, each);
    ok(same, "pieces of text are as valid as the whole");
}

int main(void)
{
    plan(5);
    json();
    utf8();
    return done();
}
