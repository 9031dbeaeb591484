/* 11-jsonlean.c — members of JSON of our own: nested, escaped, none, and what is no object. */
#include "base/jsonlean.h"
#include "tap.h"

static void members(const char *json, const char *wanted)
{
    struct str rest = str_of(json), key, value;
    struct buf out = tap_buf(256);
    while (jsonlean_member(&rest, &key, &value))
        buf_fmt(&out, "%.*s>%.*s ", STR_ARG(key), STR_ARG(value));
    buf_str(&out, rest);
    is_text(buf_text(&out), wanted, json);
}

int main(void)
{
    plan(7);
    members("{}", "{}");
    members("{\"a\":1}", "a>1 }");
    members("{\"a\":null,\"b\":\"x,y}\",\"c\":-1.5e3}", "a>null b>\"x,y}\" c>-1.5e3 }");
    members("{\"a\":{\"b\":[1,{\"c\":\"]\"}]},\"d\":[]}", "a>{\"b\":[1,{\"c\":\"]\"}]} d>[] }");
    members("{\"a\\\"b\":\"\\\\\",\"c\":\"\\\"\"}", "a\\\"b>\"\\\\\" c>\"\\\"\" }");
    members("[1,2]", "[1,2]");
    members("", "");
    return done();
}
