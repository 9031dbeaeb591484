/* httphead.c — cuts a request's head into lines, and those into names and values. */
#include "http/httphead.h"

#include <string.h>

struct field { struct str name, value; };
struct head {
    struct arena *mem;
    struct str method, target, version;
    struct field fields[HTTPHEAD_FIELDS];
    size_t n;
};

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && (c == '\0' || strchr("!#$%&'*+-.^_`|~", c) == NULL))
            return false;
    }
    return s.n > 0;
}

/* Horizontal tabs are the only control characters that a value may hold. */
static bool is_value(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t') || s.p[i] == 0x7f)
            return false;
    return true;
}

static bool is_target(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= 0x20 || s.p[i] == 0x7f)
            return false;
    return s.n > 0;
}

static bool read_request_line(struct head *head, struct str line)
{
    return str_cut(&line, ' ', &head->method) && str_cut(&line, ' ', &head->target)
        && (head->version = line, is_token(head->method)) && is_target(head->target)
        && (str_eq(line, S("HTTP/1.1")) || str_eq(line, S("HTTP/1.0")));
}

static bool add_field(struct head *head, struct str name, struct str value)
{
    for (size_t i = 0; i < head->n; i++)
        if (str_eq_nocase(head->fields[i].name, name)) {
            head->fields[i].value = str_fmt(head->mem, "%.*s, %.*s",
                                            STR_ARG(head->fields[i].value), STR_ARG(value));
            return true;
        }
    if (head->n == HTTPHEAD_FIELDS)
        return false;
    head->fields[head->n++] = (struct field){ name, value };
    return true;
}

static bool read_field(struct head *head, struct str line)
{
    size_t colon;
    if (!str_find(line, ':', &colon))
        return false;
    struct str name = str_sub(line, 0, colon);
    struct str value = str_sub(line, colon + 1, SIZE_MAX);
    return is_token(name) && is_value(value) && add_field(head, name, str_trim(value));
}

static size_t end_of_line(struct str s)
{
    size_t at = 0;
    while (at + 1 < s.n && (s.p[at] != '\r' || s.p[at + 1] != '\n'))
        at++;
    return at;
}

static bool read_lines(struct head *head, struct str lines)
{
    for (bool first = true; lines.n > 0; first = false) {
        size_t end = end_of_line(lines);
        struct str line = str_sub(lines, 0, end);
        lines = str_sub(lines, end + 2, SIZE_MAX);
        if (!(first ? read_request_line(head, line) : read_field(head, line)))
            return false;
    }
    return true;
}

/* ---- as CGI has it ---- */

static char *param(struct arena *mem, const char *name, struct str value)
{
    struct str text = str_fmt(mem, "%s=%.*s", name, STR_ARG(value));
    return (char *)(uintptr_t)text.p;
}

static const char *cgi_name(struct arena *mem, struct str name)
{
    struct str own = str_upper(mem, name);
    char *p = (char *)(uintptr_t)own.p;
    for (size_t i = 0; i < own.n; i++)
        p[i] = p[i] == '-' ? '_' : p[i];
    return str_eq_nocase(name, S("Content-Length")) || str_eq_nocase(name, S("Content-Type"))
         ? p : str_fmt(mem, "HTTP_%s", p).p;
}

/* What the web server saw, and what it was told. */
static struct str caller(struct field *forwarded)
{
    struct str all = forwarded->value;
    size_t from = all.n;
    while (from > 0 && all.p[from - 1] != ',')
        from--;
    forwarded->value = str_sub(all, 0, from == 0 ? 0 : from - 1);
    return str_trim(str_sub(all, from, SIZE_MAX));
}

static char **params_of(struct head *head)
{
    enum { OWN = 6 };
    struct arena *mem = head->mem;
    char **params = arena_list(mem, char *, head->n + OWN + 1), **p = params;
    struct str from = S("127.0.0.1"), scheme = S("http");
    for (size_t i = 0; i < head->n; i++) {
        struct field *field = &head->fields[i];
        if (memchr(field->name.p, '_', field->name.n) != NULL)
            continue;
        if (str_eq_nocase(field->name, S("X-Forwarded-Proto"))) {
            scheme = field->value;
            continue;
        }
        if (str_eq_nocase(field->name, S("X-Forwarded-For")))
            from = caller(field);
        *p++ = param(mem, cgi_name(mem, field->name), field->value);
    }
    *p++ = param(mem, "REQUEST_METHOD", head->method);
    *p++ = param(mem, "REQUEST_URI", head->target);
    *p++ = param(mem, "SERVER_PROTOCOL", head->version);
    *p++ = param(mem, "REMOTE_ADDR", from);
    *p++ = param(mem, "REQUEST_SCHEME", scheme);
    *p++ = param(mem, "LARDER_UPGRADES", S("1"));
    return params;
}

/* Where the empty line begins that ends the head. */
static bool find_end(struct str bytes, size_t *at)
{
    for (size_t i = 0; i + 4 <= bytes.n; i++)
        if (memcmp(bytes.p + i, "\r\n\r\n", 4) == 0) {
            *at = i;
            return true;
        }
    return false;
}

enum httphead httphead_read(struct arena *mem, struct str bytes, size_t *taken, char ***params)
{
    struct head *head = arena_make(mem, struct head);
    size_t end;
    bool found = find_end(str_sub(bytes, 0, HTTPHEAD_MOST), &end);
    if (!found)
        return bytes.n >= HTTPHEAD_MOST ? HTTPHEAD_LONG : HTTPHEAD_MORE;
    head->mem = mem;
    *taken = end + 4;
    if (memchr(bytes.p, '\0', end) != NULL || !read_lines(head, str_sub(bytes, 0, end + 2)))
        return HTTPHEAD_BAD;
    *params = params_of(head);
    return HTTPHEAD_WHOLE;
}
