/* named.c — finds the :names in a statement and numbers them. */
#include "db/named.h"

#include <string.h>

#include "base/buf.h"

#define LONGEST_STATEMENT (64u * 1024)

static bool name_char(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
        || (!first && c >= '0' && c <= '9');
}

static const char *quoted_end(const char *p, const char *end)
{
    char quote = *p++;
    while (p < end && *p != quote)
        p++;
    return p < end ? p + 1 : end;           /* a doubled quote reads as the next quoted text      */
}

const char *named_token(const char *p, const char *end)
{
    if (*p == '\'' || *p == '"')
        return quoted_end(p, end);
    if (end - p > 1 && p[0] == '-' && p[1] == '-') {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        return line == NULL ? end : line + 1;
    }
    if (end - p > 1 && p[0] == '/' && p[1] == '*') {
        for (p += 2; end - p > 1; p++)
            if (p[0] == '*' && p[1] == '/')
                return p + 2;
        return end;
    }
    return p + 1;
}

/* The number (from 1) of a name; a new one is added. 0: no room. */
static size_t number(struct arena *mem, struct named *out, struct str name, size_t most)
{
    for (size_t i = 0; i < out->n; i++)
        if (str_eq(str_of(out->names[i]), name))
            return i + 1;
    if (out->n == most)
        return 0;
    out->names[out->n++] = str_c(mem, name);
    return out->n;
}

const char *named_read(struct arena *mem, const char *text, char mark, size_t most,
                       struct named *out)
{
    const char *end = text + strlen(text);
    struct buf b;
    buf_init(&b, mem, LONGEST_STATEMENT);
    *out = (struct named){ .names = arena_list(mem, const char *, most) };
    for (const char *p = text; p < end;) {
        const char *next = named_token(p, end);
        if (*p != ':') {
            buf_put(&b, p, (size_t)(next - p));
            p = next;
            continue;
        }
        for (next = p + 1; next < end && name_char(*next, next == p + 1);)
            next++;
        if (next == p + 1)
            return "a colon that starts no parameter (write CAST, not ::)";
        size_t n = number(mem, out, (struct str){ p + 1, (size_t)(next - p - 1) }, most);
        if (n == 0)
            return "too many parameters";
        buf_c(&b, mark);
        buf_int(&b, (int64_t)n);
        p = next;
    }
    buf_c(&b, '\0');
    if (b.over)
        return "the statement is too long";
    out->text = (struct str){ b.p, b.n - 1 };
    return NULL;
}
