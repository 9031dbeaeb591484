/* jsonparts.c — finds where the values of a JSON array, or of lines, begin and end. */
#include "base/jsonparts.h"

#include "base/buf.h"

void jsonparts_init(struct jsonparts *parts, struct arena *mem, struct source from, bool is_lines,
                    size_t most)
{
    *parts = (struct jsonparts){ .is_lines = is_lines, .most = most };
    feed_init(&parts->feed, mem, from);
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Begun behind the blanks before it; only these are none of a value. */
static struct str trimmed(const struct buf *text)
{
    struct str s = buf_text(text);

    while (s.n > 0 && is_blank(s.p[s.n - 1]))
        s.n--;
    return s.n == 0 ? S("") : s;
}

static bool skip_blanks(struct cx *cx, struct feed *feed, int *c)
{
    TRY(feed_peek(cx, feed, c));
    while (is_blank(*c)) {
        TRY(feed_byte(cx, feed, c));
        TRY(feed_peek(cx, feed, c));
    }
    return true;
}

static bool refuse(struct jsonparts *parts, const char *fault)
{
    parts->fault = fault;
    parts->fault_line = parts->feed.line;
    parts->ended = true;
    return true;
}

/* ---- lines ---------------------------------------------------------------------------------- */

static bool next_line(struct cx *cx, struct jsonparts *parts, struct arena *mem, struct str *out)
{
    struct buf text;
    int c;

    buf_init(&text, mem, parts->most);
    for (;;) {
        TRY(feed_byte(cx, &parts->feed, &c));
        if (c < 0 || c == '\n')
            break;
        buf_c(&text, (char)c);
    }
    *out = text.over ? NO_STR : trimmed(&text);
    return true;
}

/* ---- an array ------------------------------------------------------------------------------- */

/* To the comma or bracket that ends the element, which stays. */
static bool next_element(struct cx *cx, struct jsonparts *parts, struct arena *mem,
                         struct str *out)
{
    struct buf text;
    int64_t depth = 0;
    bool in_text = false, escaped = false;
    int c;

    buf_init(&text, mem, parts->most);
    for (;;) {
        TRY(feed_peek(cx, &parts->feed, &c));
        if (c < 0)
            return refuse(parts, "The array does not end");
        if (!in_text && depth == 0 && (c == ',' || c == ']'))
            break;
        TRY(feed_byte(cx, &parts->feed, &c));
        buf_c(&text, (char)c);
        if (text.over)
            return refuse(parts, "The record is too long");
        if (in_text && !escaped && c == '"')
            in_text = false;
        else if (!in_text && c == '"')
            in_text = true;
        else if (!in_text)
            depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        escaped = in_text && !escaped && c == '\\';
    }
    *out = trimmed(&text);
    return true;
}

static bool end_array(struct cx *cx, struct jsonparts *parts)
{
    int c;

    TRY(feed_byte(cx, &parts->feed, &c));
    TRY(skip_blanks(cx, &parts->feed, &c));
    parts->ended = true;
    return c < 0 || refuse(parts, "Something follows the array");
}

static bool begin_array(struct cx *cx, struct jsonparts *parts, int *c)
{
    TRY(skip_blanks(cx, &parts->feed, c));
    if (*c != '[')
        return refuse(parts, "The file must be a JSON array");
    TRY(feed_byte(cx, &parts->feed, c));
    TRY(skip_blanks(cx, &parts->feed, c));
    parts->begun = true;
    return *c != ']' || end_array(cx, parts);
}

/* To where the next element begins, or the array ends. */
static bool reach_element(struct cx *cx, struct jsonparts *parts)
{
    int c;

    if (!parts->begun)
        return begin_array(cx, parts, &c);
    TRY(skip_blanks(cx, &parts->feed, &c));
    if (c == ']')
        return end_array(cx, parts);
    if (c != ',')
        return refuse(parts, "The array does not end");
    TRY(feed_byte(cx, &parts->feed, &c));
    return skip_blanks(cx, &parts->feed, &c);
}

bool jsonparts_next(struct cx *cx, struct jsonparts *parts, struct arena *mem, struct str *out,
                    int64_t *line, bool *found)
{
    int c = 0;

    *found = false;
    if (parts->ended)
        return true;
    if (parts->is_lines)
        TRY(skip_blanks(cx, &parts->feed, &c));
    else
        TRY(reach_element(cx, parts));
    if (parts->ended || c < 0)
        return true;
    *line = parts->feed.line;
    TRY(parts->is_lines ? next_line(cx, parts, mem, out) : next_element(cx, parts, mem, out));
    *found = parts->fault == NULL;
    return true;
}
