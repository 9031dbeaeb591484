/* multipart.c — finds boundaries in a window that moves over the body. */
#include "base/multipart.h"

#include <string.h>

#include "base/buf.h"
#include "base/url.h"
#include "base/utf8.h"

enum { WINDOW = 32768, BOUNDARY_MOST = 70, HEADERS_MOST = 8192, PARTS_MOST = 1000,
       FILENAME_MOST = 255 };

struct multipart {
    struct source body;
    struct str mark;                /* CRLF, two dashes, the boundary                            */
    char window[WINDOW];
    size_t at, n;                   /* what is in the window and not yet used                    */
    bool ended;                     /* the body, behind the window                               */
    bool in_content;
    int parts;
};

static bool malformed(struct cx *cx, const char *why)
{
    return fail_detail(cx, E_INVALID, "The form data cannot be read: %s", why);
}

/* --- header values ---------------------------------------------------------------------------- */

/* Next ;name=value of a header; the value unquoted into mem. */
static bool next_parameter(struct arena *mem, struct str *rest, struct str *name,
                           struct str *value)
{
    struct buf out;
    size_t i = 0, from;
    while (i < rest->n && (rest->p[i] == ';' || rest->p[i] == ' ' || rest->p[i] == '\t'))
        i++;
    for (from = i; i < rest->n && rest->p[i] != '=' && rest->p[i] != ';'; i++)
        ;
    *name = str_trim(str_sub(*rest, from, i - from));
    *value = S("");
    if (i < rest->n && rest->p[i] == '=' && i + 1 < rest->n && rest->p[i + 1] == '"') {
        buf_init(&out, mem, rest->n);
        for (i += 2; i < rest->n && rest->p[i] != '"'; i++) {
            bool escapes = rest->p[i] == '\\' && i + 1 < rest->n
                        && (rest->p[i + 1] == '"' || rest->p[i + 1] == '\\');
            i += escapes;
            buf_c(&out, rest->p[i]);
        }
        i += i < rest->n;
        *value = out.n > 0 ? buf_text(&out) : S("");
    } else if (i < rest->n && rest->p[i] == '=') {
        for (from = ++i; i < rest->n && rest->p[i] != ';'; i++)
            ;
        *value = str_trim(str_sub(*rest, from, i - from));
    }
    *rest = str_sub(*rest, i, SIZE_MAX);
    return name->n > 0;
}

static struct str parameter(struct arena *mem, struct str header, struct str wanted)
{
    struct str name, value, first;
    if (!str_cut(&header, ';', &first))
        return NO_STR;
    while (next_parameter(mem, &header, &name, &value))
        if (str_eq_nocase(name, wanted))
            return value;
    return NO_STR;
}

static struct str type_of(struct arena *mem, struct str header)
{
    struct str rest = header, type;
    return str_cut(&rest, ';', &type) ? str_lower(mem, str_trim(type)) : NO_STR;
}

/* Visible ASCII and spaces, none at its end (RFC 2046 §5.1.1). */
static struct str boundary_of(struct arena *mem, struct str content_type)
{
    struct str boundary = NO_STR;
    if (str_eq(type_of(mem, content_type), S("multipart/form-data")))
        boundary = parameter(mem, content_type, S("boundary"));
    for (size_t i = 0; i < boundary.n; i++)
        if (boundary.p[i] < ' ' || boundary.p[i] > '~')
            return NO_STR;
    return boundary.n == 0 || boundary.n > BOUNDARY_MOST || str_ends(boundary, S(" "))
         ? NO_STR : boundary;
}

/* RFC 5987: UTF-8''na%C3%AFve.txt */
static struct str extended(struct arena *mem, struct str value)
{
    struct str out;
    if (!str_starts_nocase(value, S("UTF-8'")))
        return NO_STR;
    struct str rest = str_sub(value, 6, SIZE_MAX);
    size_t quote;
    return str_find(rest, '\'', &quote)
        && url_decode(mem, str_sub(rest, quote + 1, SIZE_MAX), false, &out) ? out : NO_STR;
}

/* Some send the whole path, with the separators of their system. */
static struct str last_segment(struct arena *mem, struct str name)
{
    struct buf out;
    size_t from = name.n;
    while (from > 0 && name.p[from - 1] != '/' && name.p[from - 1] != '\\')
        from--;
    name = utf8_tidy(mem, str_sub(name, from, SIZE_MAX), FILENAME_MOST);
    buf_init(&out, mem, name.n + 1);
    for (size_t i = 0; i < name.n; i++)
        if ((unsigned char)name.p[i] >= ' ' && name.p[i] != 0x7f)
            buf_c(&out, name.p[i]);
    return out.n > 0 ? str_trim(buf_text(&out)) : S("");
}

static void read_disposition(struct arena *mem, struct str header, struct multipart_part *part)
{
    struct str name, value, first, longer = NO_STR;
    if (!str_cut(&header, ';', &first) || !str_eq_nocase(str_trim(first), S("form-data")))
        return;
    while (next_parameter(mem, &header, &name, &value)) {
        if (str_eq_nocase(name, S("name")))
            part->name = value;
        else if (str_eq_nocase(name, S("filename")))
            part->filename = last_segment(mem, value);
        else if (str_eq_nocase(name, S("filename*")))
            longer = extended(mem, value);
    }
    if (!str_absent(longer))
        part->filename = last_segment(mem, longer);
}

static void read_header(struct arena *mem, struct str line, struct multipart_part *part)
{
    size_t colon;
    if (!str_find(line, ':', &colon))
        return;
    struct str name = str_trim(str_sub(line, 0, colon));
    struct str value = str_copy(mem, str_trim(str_sub(line, colon + 1, SIZE_MAX)));
    if (str_eq_nocase(name, S("Content-Disposition")))
        read_disposition(mem, value, part);
    else if (str_eq_nocase(name, S("Content-Type")))
        part->type = type_of(mem, value);
}

/* --- the window ------------------------------------------------------------------------------- */

/* Moves what is unused to the front and reads on, once. */
static bool fill(struct cx *cx, struct multipart *form)
{
    size_t got;
    if (form->at > 0)
        memmove(form->window, form->window + form->at, form->n - form->at);
    form->n -= form->at;
    form->at = 0;
    if (form->ended || form->n == WINDOW)
        return true;
    TRY(flow_read(cx, form->body, form->window + form->n, WINDOW - form->n, &got));
    form->n += got;
    form->ended = got == 0;
    return true;
}

static bool want(struct cx *cx, struct multipart *form, size_t n)
{
    while (form->n - form->at < n && !form->ended)
        TRY(fill(cx, form));
    return form->n - form->at >= n || malformed(cx, "it ends too early");
}

/* How much before the next mark, or what could become one, may be used; *whole: it is there. */
static size_t before_mark(const struct multipart *form, bool *whole)
{
    const char *p = form->window + form->at, *end = form->window + form->n;
    *whole = false;
    for (const char *q = p; q < end; q++) {
        q = memchr(q, '\r', (size_t)(end - q));
        if (q == NULL)
            return (size_t)(end - p);
        size_t there = (size_t)(end - q), n = there < form->mark.n ? there : form->mark.n;
        if (memcmp(q, form->mark.p, n) == 0) {
            *whole = n == form->mark.n;
            return (size_t)(q - p);
        }
    }
    return (size_t)(end - p);
}

static bool read_content(struct cx *cx, void *state, char *into, size_t room, size_t *n)
{
    struct multipart *form = state;
    bool whole = false;
    size_t ready = 0;
    *n = 0;
    while (form->in_content && room > 0) {
        ready = before_mark(form, &whole);
        if (ready > 0 || whole)
            break;
        if (form->ended)
            return malformed(cx, "it ends before its last boundary");
        TRY(fill(cx, form));
    }
    if (!form->in_content || room == 0)
        return true;
    *n = ready < room ? ready : room;
    memcpy(into, form->window + form->at, *n);
    form->at += *n;
    if (ready == 0) {
        form->at += form->mark.n;
        form->in_content = false;
    }
    return true;
}

static bool skip_content(struct cx *cx, struct multipart *form)
{
    char piece[4096];
    size_t n;
    do
        TRY(read_content(cx, form, piece, sizeof piece, &n));
    while (n > 0);
    return true;
}

/* A line without its end, which is CRLF, from the window. */
static bool next_line(struct cx *cx, struct multipart *form, struct str *line)
{
    size_t seen = 0;
    while (true) {
        for (; form->at + seen + 1 < form->n; seen++)
            if (memcmp(form->window + form->at + seen, "\r\n", 2) == 0) {
                *line = (struct str){ form->window + form->at, seen };
                form->at += seen + 2;
                return true;
            }
        if (seen > HEADERS_MOST)
            return malformed(cx, "a part has too many headers");
        TRY(want(cx, form, seen + 2));
    }
}

bool multipart_is(struct arena *mem, struct str content_type)
{
    return !str_absent(boundary_of(mem, content_type));
}

bool multipart_open(struct cx *cx, struct str content_type, struct source body,
                    struct multipart **out)
{
    struct multipart *form = arena_make(cx->mem, struct multipart);
    struct str boundary = boundary_of(cx->mem, content_type);
    if (str_absent(boundary))
        return malformed(cx, "it names no boundary");
    form->body = body;
    form->mark = str_fmt(cx->mem, "\r\n--%.*s", STR_ARG(boundary));
    memcpy(form->window, "\r\n", 2);        /* so that the first boundary is one like any        */
    form->n = 2;
    form->in_content = true;
    *out = form;
    return true;
}

/* Where there is no content at all, the line before it is also that before the next mark. */
static bool begin_content(struct cx *cx, struct multipart *form)
{
    form->at -= 2;
    form->in_content = true;
    TRY(want(cx, form, form->mark.n));
    if (memcmp(form->window + form->at, form->mark.p, form->mark.n) != 0)
        form->at += 2;
    return true;
}

bool multipart_next(struct cx *cx, struct multipart *form, struct multipart_part *part,
                    bool *found)
{
    struct str line;
    size_t bytes = 0;
    *found = false;
    *part = (struct multipart_part){ .content = { .read = read_content, .state = form } };
    TRY(skip_content(cx, form));
    TRY(want(cx, form, 2));
    if (memcmp(form->window + form->at, "--", 2) == 0)
        return true;
    TRY(next_line(cx, form, &line));
    if (str_trim(line).n > 0)
        return malformed(cx, "a line goes on behind its boundary");
    if (++form->parts > PARTS_MOST)
        return malformed(cx, "it has too many parts");
    do {
        TRY(next_line(cx, form, &line));
        read_header(cx->mem, line, part);
        bytes += line.n + 2;
        if (bytes > HEADERS_MOST)
            return malformed(cx, "a part has too many headers");
    } while (line.n > 0);
    *found = true;
    return begin_content(cx, form);
}
