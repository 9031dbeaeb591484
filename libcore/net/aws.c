/* aws.c — finds elements in replies, knows the name of a region. */
#include "net/aws.h"

#include <string.h>

#include "base/buf.h"

bool aws_is_region(struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!((name.p[i] >= 'a' && name.p[i] <= 'z') || (name.p[i] >= '0' && name.p[i] <= '9')
              || name.p[i] == '-'))
            return false;
    return name.n > 0 && name.n <= 32;
}

/* Where "<name>" (or "</name>") begins at or after from; xml.n: nowhere. */
static size_t tag(struct str xml, size_t from, const char *name, bool is_end)
{
    struct str word = str_of(name);
    size_t head = is_end ? 2 : 1;
    for (size_t i = from; i + head + word.n + 1 <= xml.n; i++)
        if (xml.p[i] == '<' && (!is_end || xml.p[i + 1] == '/')
            && memcmp(xml.p + i + head, word.p, word.n) == 0 && xml.p[i + head + word.n] == '>')
            return i;
    return xml.n;
}

bool aws_next(struct str *xml, const char *name, struct str *inner)
{
    size_t n = str_of(name).n, open = tag(*xml, 0, name, false);
    if (open == xml->n)
        return false;
    size_t from = open + n + 2, end = tag(*xml, from, name, true);
    if (end == xml->n)
        return false;
    *inner = str_sub(*xml, from, end - from);
    *xml = str_sub(*xml, end + n + 3, xml->n);
    return true;
}

struct str aws_element(struct str xml, const char *name)
{
    struct str inner = NO_STR;
    return aws_next(&xml, name, &inner) ? inner : NO_STR;
}

struct str aws_plain(struct arena *mem, struct str inner)
{
    static const struct { struct str written; char c; } ENTITIES[] = {
        { S_INIT("&amp;"), '&' }, { S_INIT("&lt;"), '<' }, { S_INIT("&gt;"), '>' },
        { S_INIT("&quot;"), '"' }, { S_INIT("&apos;"), '\'' }, { S_INIT("&#39;"), '\'' } };
    struct buf out;
    buf_init(&out, mem, inner.n);
    while (inner.n > 0) {
        char c = inner.p[0];
        size_t n = 1;
        for (size_t i = 0; i < COUNT(ENTITIES); i++)
            if (str_starts(inner, ENTITIES[i].written)) {
                c = ENTITIES[i].c;
                n = ENTITIES[i].written.n;
            }
        buf_c(&out, c);
        inner = str_sub(inner, n, inner.n);
    }
    return buf_text(&out);
}
