/* tpl.c — cuts a template into literals and tags, and remembers the result. */
#include "view/tpl.h"

#include <string.h>

#include "view/tplfile.h"

#define PARTS_DEEP 8
#define SECTIONS_DEEP 16
#define TEMPLATE_USUAL 8192

struct kept { struct arena *mem; struct tpl **list; size_t n; };

struct parser {
    struct cx *cx;
    struct arena *mem;                  /* the template's own: a broken one leaves nothing        */
    struct tpl *tpl;
    unsigned depth;                     /* of parts                                               */
    size_t open[SECTIONS_DEEP];         /* nodes of the sections that wait for their end          */
    size_t opened;
};

static bool load(struct cx *cx, struct str name, unsigned depth, const struct tpl **out);

static struct kept *kept_of(struct cx *cx)
{
    if (cx->keep[KEEP_TEMPLATES] == NULL) {
        struct arena *mem = arena_new(0, NULL, NULL);
        struct kept *kept = arena_make(mem, struct kept);
        kept->mem = mem;
        cx->keep[KEEP_TEMPLATES] = kept;
    }
    return cx->keep[KEEP_TEMPLATES];
}

static struct tpl_node *add(struct parser *p, enum tpl_kind kind, struct str text)
{
    struct tpl *t = p->tpl;
    if (kind == TPL_LITERAL && text.n == 0)
        return NULL;
    t->nodes = arena_grow(p->mem, t->nodes, t->n * sizeof *t->nodes,
                          (t->n + 1) * sizeof *t->nodes);
    t->nodes[t->n] = (struct tpl_node){ .kind = kind, .text = text };
    return &t->nodes[t->n++];
}

static bool add_section(struct parser *p, enum tpl_kind kind, struct str name)
{
    if (p->opened == SECTIONS_DEEP)
        return broken(p->cx, "template %.*s: sections nest too deep at %.*s",
                      STR_ARG(p->tpl->name), STR_ARG(name));
    p->open[p->opened++] = p->tpl->n;
    add(p, kind, name);
    return true;
}

static bool end_section(struct parser *p, struct str name)
{
    if (p->opened == 0 || !str_eq(p->tpl->nodes[p->open[p->opened - 1]].text, name))
        return broken(p->cx, "template %.*s: {{/%.*s}} ends no open section",
                      STR_ARG(p->tpl->name), STR_ARG(name));
    p->tpl->nodes[p->open[--p->opened]].end = p->tpl->n;
    return true;
}

static bool add_part(struct parser *p, struct str name)
{
    const struct tpl *part;
    TRY(load(p->cx, name, p->depth + 1, &part));
    add(p, TPL_PART, name)->part = part;
    return true;
}

static bool add_value(struct parser *p, struct str tag)
{
    struct str name = tag, filter = NO_STR;
    size_t bar;
    if (str_find(tag, '|', &bar)) {
        name = str_trim(str_sub(tag, 0, bar));
        filter = str_trim(str_sub(tag, bar + 1, SIZE_MAX));
    }
    enum tpl_kind kind = str_absent(filter) ? TPL_VALUE
                       : str_eq(filter, S("url")) ? TPL_URL
                       : str_eq(filter, S("json")) ? TPL_JSON : TPL_LITERAL;
    if (kind == TPL_LITERAL || name.n == 0)
        return broken(p->cx, "template %.*s: {{%.*s}} is no tag", STR_ARG(p->tpl->name),
                      STR_ARG(tag));
    add(p, kind, name);
    return true;
}

static bool add_phrase(struct parser *p, struct str english)
{
    if (english.n == 0)
        return broken(p->cx, "template %.*s: {{=}} says nothing", STR_ARG(p->tpl->name));
    add(p, TPL_PHRASE, english);
    return true;
}

static bool add_tag(struct parser *p, struct str tag)
{
    struct str name = str_trim(str_sub(tag, 1, SIZE_MAX));
    switch (tag.n == 0 ? '\0' : tag.p[0]) {
    case '#': return add_section(p, TPL_EACH, name);
    case '^': return add_section(p, TPL_NONE, name);
    case '/': return end_section(p, name);
    case '>': return add_part(p, name);
    case '=': return add_phrase(p, name);
    case '&': add(p, TPL_MARKUP, name); return true;
    case '!': return true;
    default:  return add_value(p, str_trim(tag));
    }
}

static bool all_blank(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != ' ' && s.p[i] != '\t')
            return false;
    return true;
}

/* A tag that prints nothing and stands alone on its line takes the line with it. */
static void drop_line(struct str tag, struct str *before, struct str *after, bool at_line_start)
{
    if (tag.n == 0 || strchr("#^/>!", tag.p[0]) == NULL)
        return;
    size_t start = before->n;
    while (start > 0 && before->p[start - 1] != '\n')
        start--;
    if (start == 0 && !at_line_start)
        return;
    size_t newline;
    if (!str_find(*after, '\n', &newline)
        || !all_blank(str_sub(*before, start, SIZE_MAX)) || !all_blank(str_sub(*after, 0, newline)))
        return;
    *before = str_sub(*before, 0, start);
    *after = str_sub(*after, newline + 1, SIZE_MAX);
}

static bool find_pair(struct str s, char c, size_t *at)
{
    for (size_t i = 0; i + 1 < s.n; i++)
        if (s.p[i] == c && s.p[i + 1] == c) {
            *at = i;
            return true;
        }
    return false;
}

static bool parse(struct parser *p, struct str rest)
{
    bool at_line_start = true;
    size_t open, close;
    while (find_pair(rest, '{', &open)) {
        struct str before = str_sub(rest, 0, open), after = str_sub(rest, open + 2, SIZE_MAX);
        bool is_closed = find_pair(after, '}', &close);
        while (is_closed && after.p[0] == '=' && str_sub(after, close + 2, 1).n == 1
               && after.p[close + 2] == '}')
            close++;
        if (!is_closed)
            return broken(p->cx, "template %.*s: a tag is never closed", STR_ARG(p->tpl->name));
        struct str tag = str_sub(after, 0, close);
        after = str_sub(after, close + 2, SIZE_MAX);
        drop_line(tag, &before, &after, at_line_start);
        add(p, TPL_LITERAL, before);
        TRY(add_tag(p, tag));
        rest = after;
        at_line_start = rest.p[-1] == '\n';
    }
    add(p, TPL_LITERAL, rest);
    if (p->opened > 0)
        return broken(p->cx, "template %.*s: a section is never ended", STR_ARG(p->tpl->name));
    return true;
}

static bool load(struct cx *cx, struct str name, unsigned depth, const struct tpl **out)
{
    struct kept *kept = kept_of(cx);
    for (size_t i = 0; i < kept->n; i++)
        if (str_eq(kept->list[i]->name, name)) {
            *out = kept->list[i];
            return true;
        }
    if (depth > PARTS_DEEP)
        return broken(cx, "template %.*s: parts nest too deep", STR_ARG(name));
    struct arena *mem = arena_small(TEMPLATE_USUAL);
    struct tpl *tpl = arena_make(mem, struct tpl);
    struct parser p = { .cx = cx, .mem = mem, .tpl = tpl, .depth = depth };
    struct str text;
    tpl->mem = mem;
    tpl->name = str_copy(mem, name);
    if (!tplfile_read(cx, mem, name, &text) || !parse(&p, text)) {
        arena_free(mem);
        return false;
    }
    kept->list = arena_more(kept->mem, kept->list, kept->n, sizeof(*kept->list));
    kept->list[kept->n++] = tpl;
    *out = tpl;
    return true;
}

bool tpl_load(struct cx *cx, struct str name, const struct tpl **out)
{
    return load(cx, name, 0, out);
}

bool tpl_text(struct cx *cx, struct str name, struct str *out)
{
    return tplfile_read(cx, cx->mem, name, out);
}
