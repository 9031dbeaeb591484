/* fill.c — walks a parsed template and writes its values, escaped or checked. */
#include "view/fill.h"

#include <string.h>

#include "base/js.h"
#include "base/url.h"
#include "view/phrase.h"
#include "view/tpl.h"

#define PAGE_MAX (8u << 20)

struct scope { const struct fill *values; const struct scope *around; };
struct filler { struct cx *cx; const struct tpl *tpl; struct buf out; bool plain; };

struct fill fill_text(const char *name, struct str s)
{
    return (struct fill){ .name = name, .type = FILL_TEXT, .text = s };
}

struct fill fill_int(const char *name, int64_t n)
{
    return (struct fill){ .name = name, .type = FILL_INT, .number = n };
}

struct fill fill_flag(const char *name, bool yes)
{
    return (struct fill){ .name = name, .type = FILL_FLAG, .number = yes };
}

struct fill fill_html(const char *name, struct html html)
{
    return (struct fill){ .name = name, .type = FILL_MARKUP, .html = html };
}

struct fill fill_rows(const char *name, const struct fill *const *rows, size_t n)
{
    return (struct fill){ .name = name, .type = FILL_ROWS, .rows = rows, .n = n };
}

static const struct fill *find(const struct scope *scope, struct str name)
{
    for (; scope != NULL; scope = scope->around)
        for (const struct fill *f = scope->values; f != NULL && f->type != FILL_END; f++)
            if (str_eq(str_of(f->name), name))
                return f;
    return NULL;
}

static bool is_there(const struct fill *f)
{
    switch (f->type) {
    case FILL_TEXT:   return f->text.n > 0;
    case FILL_MARKUP: return f->html.safe.n > 0;
    case FILL_ROWS:   return f->n > 0;
    default:          return f->number != 0;
    }
}

static bool is_harmless(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || strchr("\"'`;{}$\\\x7f", s.p[i]) != NULL)
            return false;
    return true;
}

static bool put_text(struct filler *f, const struct tpl_node *node, struct str text)
{
    if (node->kind == TPL_URL) {
        url_part(&f->out, text);
    } else if (node->kind == TPL_JSON) {
        struct buf quoted;
        buf_init(&quoted, f->cx->mem, PAGE_MAX);
        js_quote(f->plain ? &f->out : &quoted, text);
        html_text(&f->out, buf_text(&quoted));
    } else if (!f->plain) {
        html_text(&f->out, text);
    } else if (is_harmless(text)) {
        buf_str(&f->out, text);
    } else {
        const char *name = str_c(f->cx->mem, node->text);
        return fail_field(f->cx, E_INVALID, "Validation error", name,
                          "%s holds a character that a configuration file cannot", name);
    }
    return true;
}

static bool put_value(struct filler *f, const struct tpl_node *node, const struct fill *value)
{
    if (node->kind == TPL_MARKUP) {
        if (f->plain || value->type != FILL_MARKUP)
            return broken(f->cx, "template %.*s: {{&%.*s}} needs markup", STR_ARG(f->tpl->name),
                          STR_ARG(node->text));
        html_join(&f->out, value->html);
        return true;
    }
    if (value->type == FILL_TEXT)
        return put_text(f, node, value->text);
    if (value->type == FILL_INT) {
        buf_int(&f->out, value->number);
        return true;
    }
    return broken(f->cx, "template %.*s: {{%.*s}} is no text", STR_ARG(f->tpl->name),
                  STR_ARG(node->text));
}

static bool put_phrase(struct filler *f, const struct tpl_node *node, const struct scope *scope)
{
    const struct tpl_node plain = { .kind = TPL_VALUE, .text = node->text };
    struct str rest = phrase_in(f->cx, node->text), text, name;
    while (phrase_cut(&rest, &text, &name)) {
        const struct fill *value = find(scope, name);
        TRY(put_text(f, &plain, text));
        if (value != NULL)
            TRY(put_value(f, &plain, value));
        else if (!str_absent(name))
            return broken(f->cx, "template %.*s: {%.*s} in {{=%.*s}} has no value",
                          STR_ARG(f->tpl->name), STR_ARG(name), STR_ARG(node->text));
    }
    return true;
}

static bool walk(struct filler *f, const struct tpl *tpl, size_t from, size_t to,
                 const struct scope *scope);

static bool put_section(struct filler *f, const struct tpl *tpl, size_t at,
                        const struct fill *value, const struct scope *scope)
{
    const struct tpl_node *node = &tpl->nodes[at];
    if ((node->kind == TPL_EACH) != is_there(value))
        return true;
    if (node->kind == TPL_NONE || value->type != FILL_ROWS)
        return walk(f, tpl, at + 1, node->end, scope);
    for (size_t i = 0; i < value->n; i++) {
        const struct scope row = { .values = value->rows[i], .around = scope };
        TRY(walk(f, tpl, at + 1, node->end, &row));
    }
    return true;
}

static bool put_node(struct filler *f, const struct tpl *tpl, size_t at, const struct scope *scope)
{
    const struct tpl_node *node = &tpl->nodes[at];
    if (node->kind == TPL_LITERAL) {
        buf_str(&f->out, node->text);
        return true;
    }
    if (node->kind == TPL_PART)
        return walk(f, node->part, 0, node->part->n, scope);
    if (node->kind == TPL_PHRASE)
        return put_phrase(f, node, scope);
    const struct fill *value = find(scope, node->text);
    if (value == NULL)
        return broken(f->cx, "template %.*s: {{%.*s}} has no value", STR_ARG(tpl->name),
                      STR_ARG(node->text));
    if (node->kind == TPL_EACH || node->kind == TPL_NONE)
        return put_section(f, tpl, at, value, scope);
    return put_value(f, node, value);
}

static bool walk(struct filler *f, const struct tpl *tpl, size_t from, size_t to,
                 const struct scope *scope)
{
    for (size_t at = from; at < to; ) {
        const struct tpl_node *node = &tpl->nodes[at];
        TRY(put_node(f, tpl, at, scope));
        at = node->kind == TPL_EACH || node->kind == TPL_NONE ? node->end : at + 1;
    }
    return true;
}

static bool fill_in(struct filler *f, const char *name, const struct fill *values)
{
    const struct scope scope = { .values = values };
    TRY(tpl_load(f->cx, str_of(name), &f->tpl));
    buf_init(&f->out, f->cx->mem, PAGE_MAX);
    TRY(walk(f, f->tpl, 0, f->tpl->n, &scope));
    return !f->out.over || broken(f->cx, "template %s: the page is too big", name);
}

bool fill_page(struct cx *cx, const char *name, const struct fill *values, struct html *out)
{
    struct filler f = { .cx = cx };
    TRY(fill_in(&f, name, values));
    out->safe = buf_text(&f.out);
    return true;
}

bool fill_plain(struct cx *cx, const char *name, const struct fill *values, struct str *out)
{
    struct filler f = { .cx = cx, .plain = true };
    TRY(fill_in(&f, name, values));
    *out = buf_text(&f.out);
    return true;
}
