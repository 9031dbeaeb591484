/* 11-textdiff.c — lines and members that changed: the fewest, folded, bounded. */
#include "tap.h"

#include <string.h>

#include "base/textdiff.h"

static struct cx cx;

/* "-old|+new| same|@5" */
static const char *diff(const char *before, const char *after)
{
    static const char MARKS[] = { ' ', '-', '+', '@' };
    struct textdiff found;
    struct buf out = tap_buf(1000000);
    textdiff_lines(tap_mem(), str_of(before), str_of(after), &found);
    for (size_t i = 0; i < found.n; i++) {
        buf_fmt(&out, "%s%c", i > 0 ? "|" : "", MARKS[found.at[i].kind]);
        if (found.at[i].kind == TEXTDIFF_SKIPPED)
            buf_fmt(&out, "%zu", found.at[i].count);
        buf_str(&out, found.at[i].text);
    }
    return str_c(tap_mem(), buf_text(&out));
}
#define differs(before, after, wanted, what) is_text(str_of(diff(before, after)), (wanted), (what))

static const char *numbered(int from, int upto, const char *instead)
{
    struct buf out = tap_buf(1000000);
    for (int i = from; i < upto; i++)
        if (instead != NULL && i == (from + upto) / 2)
            buf_fmt(&out, "%s\n", instead);
        else
            buf_fmt(&out, "%d\n", i);
    return str_c(tap_mem(), buf_text(&out));
}

static void lines(void)
{
    differs("a\nb", "a\nb\n", "", "equal lines are no difference");
    differs("", "", "", "nor is nothing");
    differs(NULL, NULL, "", "nor no text");
    differs("a\r\nb\r\n", "a\nb\n", "", "nor how lines end");
    differs("a\nb\nc", "a\nx\nc", " a|-b|+x| c", "a line that changed");
    differs("", "a\nb", "+a|+b", "all new");
    differs("a\nb", NULL, "-a|-b", "all gone");
    differs("a\nb\nc\nd", "b\nc\nx\nd", "-a| b| c|+x| d", "as few as can be");
    differs("a\n\n\nb", "a\n\nb", " a| |-| b", "empty lines are lines");
    differs("x\ny\nz", "1\n2", "-x|-y|-z|+1|+2", "nothing in common");
    differs("a\nb\nc\na\nb\nb\na", "c\nb\na\nb\na\nc", "-a|-b| c|+b| a| b|-b| a|+c", "the paper's own");
}

static void folds(void)
{
    struct textdiff found;
    const char *a = numbered(0, 5000, NULL), *b = numbered(0, 5000, "x");
    differs(numbered(0, 21, NULL), numbered(0, 21, "x"), "@7| 7| 8| 9|-10|+x| 11| 12| 13|@7",
            "what is the same is folded");
    differs("1\n2\n3\n4\nx", "1\n2\n3\n4\ny", " 1| 2| 3| 4|-x|+y", "not a single line");
    textdiff_lines(tap_mem(), str_of(a), str_of(b), &found);
    is_int(found.n, 10, "a long text with one change still has one");
    textdiff_lines(tap_mem(), str_of(numbered(0, 3000, NULL)), str_of(numbered(5000, 8000, NULL)), &found);
    is_int(found.n, 6000, "too long ones are removed and added");
    textdiff_lines(tap_mem(), str_of(numbered(0, 1500, NULL)), str_of(numbered(5000, 6500, NULL)), &found);
    is_int(found.n, 3000, "as are those that have nothing in common");
    textdiff_lines(tap_mem(), str_of(numbered(0, 1500, NULL)), str_of(numbered(400, 1900, NULL)), &found);
    size_t removed = 0, added = 0;
    for (size_t i = 0; i < found.n; i++) {
        removed += found.at[i].kind == TEXTDIFF_REMOVED;
        added += found.at[i].kind == TEXTDIFF_ADDED;
    }
    ok(removed == added && removed >= 400, "or too little");
}

/* Whatever is found leads from the one to the other. */
static void property(void)
{
    unsigned seed = 7;
    bool well = true;
    for (int round = 0; round < 400 && well; round++) {
        char a[200] = "", b[200] = "", back[400] = "", forth[400] = "";
        struct textdiff found;
        for (int i = 0; i < 60; i++) {
            seed = seed * 1103515245u + 12345u;
            char *to = (seed >> 16) % 2 == 0 ? a : b;
            size_t n = strlen(to);
            to[n] = (char)('a' + (seed >> 20) % 4);
            memcpy(to + n + 1, "\n", 2);
        }
        textdiff_lines(tap_mem(), str_of(a), str_of(b), &found);
        size_t same = 0;
        for (size_t i = 0; i < found.n; i++) {
            struct textdiff_line *line = &found.at[i];
            same += line->kind == TEXTDIFF_SKIPPED;
            if (line->kind == TEXTDIFF_SAME || line->kind == TEXTDIFF_REMOVED)
                snprintf(back + strlen(back), sizeof back - strlen(back), "%.*s\n", STR_ARG(line->text));
            if (line->kind == TEXTDIFF_SAME || line->kind == TEXTDIFF_ADDED)
                snprintf(forth + strlen(forth), sizeof forth - strlen(forth), "%.*s\n", STR_ARG(line->text));
        }
        well = same > 0 || (strcmp(back, a) == 0 && strcmp(forth, b) == 0);
    }
    ok(well, "400 pairs of texts: what is left out of one and added is the other");
}

static const char *members(const char *before, const char *after)
{
    struct textdiff_members found;
    struct jv a = { .kind = JV_ABSENT }, b = { .kind = JV_ABSENT };
    struct jv_fault fault;
    struct buf out = tap_buf(1000);
    if ((before != NULL && !jv_parse(&cx, str_of(before), &a, &fault))
        || (after != NULL && !jv_parse(&cx, str_of(after), &b, &fault)))
        return fault.reason;
    textdiff_of_objects(tap_mem(), a, b, &found);
    for (size_t i = 0; i < found.n; i++)
        buf_fmt(&out, "%s%.*s:%.*s%c%.*s", i > 0 ? " " : "", STR_ARG(found.at[i].name),
                STR_ARG(found.at[i].before), "~-+"[found.at[i].kind], STR_ARG(found.at[i].after));
    return str_c(tap_mem(), buf_text(&out));
}

static void objects(void)
{
    is_text(str_of(members("{\"a\":1,\"b\":\"x\",\"c\":null}",
                           "{\"b\":\"y\",\"d\":[1],\"c\":2}")), "b:x~y d:+[1] c:+2 a:1-",
            "members that changed, came, went");
    is_text(str_of(members("{\"a\":{\"x\":1,\"y\":2}}", "{\"a\":{\"y\":2,\"x\":1}}")), "",
            "the order of members is none");
    is_text(str_of(members("{\"a\":\"1\"}", "{\"a\":1}")), "a:1~1", "a text is no number");
    is_text(str_of(members("{\"a\":null}", "{}")), "", "null and nothing are the same");
    is_text(str_of(members(NULL, "{\"a\":true}")), "a:+true", "what was not there before");
    is_text(str_of(members("{\"a\":\"\"}", "{\"a\":null}")), "a:-", "an empty text is one");
}

int main(void)
{
    cx.mem = tap_mem();
    plan(24);
    lines();
    folds();
    property();
    objects();
    return done();
}
