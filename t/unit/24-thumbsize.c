/* 24-thumbsize.c — sizes of small pictures: what a file field may declare, and what is a size at all. */
#include "tap.h"

#include "data/thumbsize.h"
#include "files/thumb.h"

static size_t faults(const char *type, const char *options)
{
    struct cx cx = { .mem = tap_mem() };
    struct field field = { .type = fieldtype_find(str_of(type)), .options = str_of(options) };
    return thumbsize_check(&cx, &field, 0) ? cx.err.item_count : 99;
}

int main(void)
{
    static const char *const SIZES[] = { "100x100", "1x1", "4096x4096", "400x0", "0x90" };
    static const char *const OTHERS[] = { "", "x", "0x0", "100", "100x", "x100", "5000x1", "01x1", "-1x5",
                                          "1x1x1", "1 x1", "100X100", "1x1 ", "99999999999999999999x1" };
    plan(31);
    for (size_t i = 0; i < COUNT(SIZES); i++)
        ok(thumb_is_size(str_of(SIZES[i])), SIZES[i]);
    for (size_t i = 0; i < COUNT(OTHERS); i++)
        ok(!thumb_is_size(str_of(OTHERS[i])), OTHERS[i]);
    ok(!thumb_is_size(NO_STR), "nothing at all");
    is_int(faults("file", NULL), 0, "no options");
    is_int(faults("file", "{}"), 0, "none of ours");
    is_int(faults("file", "{\"thumbs\":null}"), 0, "none declared");
    is_int(faults("file", "{\"thumbs\":[]}"), 0, "none listed");
    is_int(faults("file", "{\"thumbs\":[\"100x100\",\"400x0\"]}"), 0, "two");
    is_int(faults("file", "{\"thumbs\":\"100x100\"}"), 1, "a text is no list");
    is_int(faults("file", "{\"thumbs\":[\"100x100\",\"0x0\",\"x\"]}"), 1, "one that is none is told");
    is_int(faults("file", "{\"thumbs\":[100]}"), 1, "a number is no size");
    is_int(faults("file", "{\"thumbs\":[\"1x1\",\"1x1\",\"1x1\",\"1x1\",\"1x1\",\"1x1\",\"1x1\",\"1x1\","
                          "\"1x1\",\"1x1\",\"1x1\"]}"), 1, "more than ten");
    is_int(faults("text", "{\"thumbs\":\"what it likes\"}"), 0, "of other types it means nothing");
    ok(thumb_is_of(S("image/gif")) && !thumb_is_of(S("image/svg+xml")) && !thumb_is_of(NO_STR),
       "and not of every file there can be some");
    return done();
}
