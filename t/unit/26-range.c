/* 26-range.c — which part of a file a Range asks for. */
#include "http/range.h"
#include "tap.h"

static struct str asked(const char *header, int64_t size)
{
    int64_t from, n;
    switch (range_read(str_of(header), size, &from, &n)) {
    case RANGE_PART: return str_fmt(tap_mem(), "%lld+%lld", (long long)from, (long long)n);
    case RANGE_NONE: return S("none");
    default:         return from == 0 && n == size ? S("all") : S("all, but not all of it");
    }
}

int main(void)
{
    static const struct { const char *header, *wanted; } CASES[] = {
        { "bytes=0-0", "0+1" }, { "bytes=0-9", "0+10" }, { "bytes=5-", "5+5" }, { "bytes=-3", "7+3" },
        { "bytes=9-9", "9+1" },
        { "bytes=5-100", "5+5" }, { "bytes=-100", "0+10" }, { "Bytes= 1-2 ", "1+2" },
        { "bytes=0-99999999999999999999999", "0+10" }, { "bytes=10-", "none" }, { "bytes=10-20", "none" },
        { "bytes=-0", "none" },
        { "bytes=99999999999999999999-", "none" }, { "bytes=5-2", "all" }, { "bytes=", "all" },
        { "bytes=-", "all" }, { "bytes=a-b", "all" },
        { "bytes=1-2,4-5", "all" }, { "lines=1-2", "all" }, { "1-2", "all" }, { "bytes=+1-2", "all" },
        { "bytes=--2", "all" }, { "bytes=1 -2", "all" },
    };
    plan(COUNT(CASES) + 3);
    for (size_t i = 0; i < COUNT(CASES); i++)
        is_text(asked(CASES[i].header, 10), CASES[i].wanted, CASES[i].header);
    is_text(asked("bytes=0-", 0), "none", "of nothing no part is there");
    is_text(asked("bytes=-1", 0), "none", "not the last, either");
    is_text(asked(NULL, 10), "all", "who asks for none gets all");
    return done();
}
