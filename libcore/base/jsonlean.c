/* jsonlean.c — finds where strings and values end. */
#include "base/jsonlean.h"

/* Past the string whose quote the text begins with. */
static size_t string_end(struct str text)
{
    size_t i = 1;

    while (i < text.n && text.p[i] != '"')
        i += text.p[i] == '\\' ? 2 : 1;
    return i + 1;
}

/* Past the value that the text begins with. */
static size_t value_end(struct str text)
{
    size_t depth = 0, i = 0;

    while (i < text.n) {
        char c = text.p[i];
        if (depth == 0 && (c == ',' || c == '}'))
            break;
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        i += c == '"' ? string_end(str_sub(text, i, text.n)) : 1;
    }
    return i;
}

bool jsonlean_member(struct str *rest, struct str *key, struct str *value)
{
    size_t end;

    if (rest->n < 2 || rest->p[1] != '"')           /* after { or ,                               */
        return false;
    *rest = str_sub(*rest, 1, rest->n);
    end = string_end(*rest);
    if (end >= rest->n || rest->p[end] != ':')
        return false;
    *key = str_sub(*rest, 1, end - 2);
    *rest = str_sub(*rest, end + 1, rest->n);
    end = value_end(*rest);
    *value = str_sub(*rest, 0, end);
    *rest = str_sub(*rest, end, rest->n);
    return true;
}
