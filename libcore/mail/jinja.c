/* jinja.c — walks the tree of a template and writes what it says. */
#include "mail/jinja.h"

#include "mail/jinjatree.h"

/* Variables of loops, the innermost first. */
struct scope { struct str name; struct jinja_value value; const struct scope *outer; };
struct renderer {
    struct jinja_run run;
    const struct jinja_var *vars;
    size_t n;
    struct buf out;
};

enum { EVAL_BYTES = 32 };               /* what one step costs beside the texts it makes */

static bool eval(struct renderer *r, const struct scope *scope, const struct jinja_expr *e,
                 struct jinja_value *out);

static struct jinja_value lookup(struct renderer *r, const struct scope *scope, struct str name)
{
    for (; scope != NULL; scope = scope->outer)
        if (str_eq(scope->name, name))
            return scope->value;
    for (size_t i = r->n; i-- > 0;) {
        const struct jinja_var *var = &r->vars[i];
        if (!str_eq(var->name, name))
            continue;
        if (var->json.kind != JV_ABSENT)
            return jinjavalue_of_json(var->json);
        if (!str_absent(var->text))
            return jinjavalue_of_text(var->text);
    }
    return (struct jinja_value){ .kind = JINJA_UNDEFINED, .text = name };
}

static bool eval_items(struct renderer *r, const struct scope *scope, const struct jinja_expr *e,
                       struct jinja_value *out)
{
    TRY(jinjavalue_work(&r->run, e->n * sizeof(struct jinja_value)));
    struct jinja_value *items = arena_list(r->run.mem, struct jinja_value, e->n);
    size_t n = 0;
    for (const struct jinja_expr *item = e->right; item != NULL; item = item->next)
        TRY(eval(r, scope, item, &items[n++]));
    *out = (struct jinja_value){ .kind = JINJA_LIST, .items = items, .n = n };
    return true;
}

static bool eval_filter(struct renderer *r, const struct scope *scope, const struct jinja_expr *e,
                        struct jinja_value *out)
{
    struct jinja_value in, args[JINJAFILTER_ARGS];
    size_t n = 0;
    TRY(eval(r, scope, e->left, &in));
    for (const struct jinja_expr *arg = e->right; arg != NULL && n < COUNT(args); arg = arg->next)
        TRY(eval(r, scope, arg, &args[n++]));
    r->run.line = e->line;
    return e->filter->run(&r->run, &in, args, n, out);
}

/* and, or give the operand that decides, as in Python. */
static bool eval_logic(struct renderer *r, const struct scope *scope, const struct jinja_expr *e,
                       struct jinja_value *out)
{
    TRY(eval(r, scope, e->left, out));
    if (e->op == JINJA_NOT) {
        *out = (struct jinja_value){ .kind = JINJA_BOOL, .number = !jinjavalue_truth(out) };
        return true;
    }
    return jinjavalue_truth(out) == (e->op == JINJA_OR) || eval(r, scope, e->right, out);
}

static bool eval_pair(struct renderer *r, const struct scope *scope, const struct jinja_expr *e,
                      struct jinja_value *out)
{
    struct jinja_value left, right;
    bool yes, is_in = e->op == JINJA_IN || e->op == JINJA_NOT_IN;
    TRY(eval(r, scope, e->left, &left) && eval(r, scope, e->right, &right));
    r->run.line = e->line;
    if (e->op == JINJA_SUBSCRIPT)
        return jinjavalue_item(&r->run, &left, &right, out);
    TRY(is_in ? jinjavalue_in(&r->run, &left, &right, &yes)
              : jinjavalue_equal(&r->run, &left, &right, &yes));
    if (e->op == JINJA_NOT_IN || e->op == JINJA_UNEQUAL)
        yes = !yes;
    *out = (struct jinja_value){ .kind = JINJA_BOOL, .number = yes };
    return true;
}

static bool eval(struct renderer *r, const struct scope *scope, const struct jinja_expr *e,
                 struct jinja_value *out)
{
    struct jinja_value left;
    r->run.line = e->line;
    TRY(jinjavalue_work(&r->run, EVAL_BYTES));
    switch (e->op) {
    case JINJA_CONSTANT: *out = *e->constant; return true;
    case JINJA_NAME:     *out = lookup(r, scope, e->text); return true;
    case JINJA_ITEMS:    return eval_items(r, scope, e, out);
    case JINJA_FILTERED: return eval_filter(r, scope, e, out);
    case JINJA_NOT:
    case JINJA_AND:
    case JINJA_OR:       return eval_logic(r, scope, e, out);
    case JINJA_ATTRIBUTE:
        TRY(eval(r, scope, e->left, &left));
        return jinjavalue_attribute(&r->run, &left, e->text, out);
    default:             return eval_pair(r, scope, e, out);
    }
}

static bool write_data(struct renderer *r, struct str text)
{
    buf_str(&r->out, text);
    return !r->out.over || jinjavalue_wrong(&r->run, "the result is longer than %d bytes",
                                            JINJA_MAX);
}

static bool print(struct renderer *r, const struct scope *scope, const struct jinja_expr *e)
{
    struct jinja_value v;
    struct str text;
    TRY(eval(r, scope, e, &v) && jinjavalue_text(&r->run, &v, &text));
    if (r->run.escapes && !v.is_safe) {
        jinjafilter_escape(&r->out, text);
        text = S("");
    }
    return write_data(r, text);
}

static bool render(struct renderer *r, const struct scope *scope, const struct jinja_node *node);

static bool render_for(struct renderer *r, const struct scope *outer, const struct jinja_node *node)
{
    struct jinja_value list, loop = { .kind = JINJA_LOOP };
    struct scope counter = { .name = S("loop"), .outer = outer };
    struct scope item = { .name = node->text, .outer = &counter };
    TRY(eval(r, outer, node->expr, &list));
    if (list.kind != JINJA_UNDEFINED && list.kind != JINJA_TEXT && list.kind != JINJA_LIST
        && list.kind != JINJA_OBJECT)
        return jinjavalue_wrong(&r->run, "%s has no items to go through", jinjavalue_name(&list));
    TRY(jinjavalue_length(&r->run, &list, &loop.n));
    for (struct jinja_each e = jinjavalue_each(&list); jinjavalue_next(&e, &item.value);) {
        counter.value = loop;
        TRY(jinjavalue_work(&r->run, EVAL_BYTES) && render(r, &item, node->body));
        loop.number++;
    }
    return loop.number > 0 || render(r, outer, node->otherwise);
}

static bool render_if(struct renderer *r, const struct scope *scope, const struct jinja_node *node)
{
    struct jinja_value v;
    TRY(eval(r, scope, node->expr, &v));
    return render(r, scope, jinjavalue_truth(&v) ? node->body : node->otherwise);
}

static bool render(struct renderer *r, const struct scope *scope, const struct jinja_node *node)
{
    for (; node != NULL; node = node->next) {
        r->run.line = node->line;
        TRY(jinjavalue_work(&r->run, EVAL_BYTES));
        switch (node->kind) {
        case JINJA_DATA:  TRY(write_data(r, node->text)); break;
        case JINJA_PRINT: TRY(print(r, scope, node->expr)); break;
        case JINJA_IF:    TRY(render_if(r, scope, node)); break;
        case JINJA_FOR:   TRY(render_for(r, scope, node)); break;
        }
    }
    return true;
}

bool jinja_render(struct arena *mem, struct str source, const struct jinja_var *vars, size_t n,
                  bool escapes, struct str *out, struct jinja_fault *fault)
{
    struct renderer r = { .vars = vars, .n = n,
                          .run = { .mem = mem, .escapes = escapes, .work = JINJA_WORK,
                                   .fault = fault } };
    struct jinja_node *nodes;
    *fault = (struct jinja_fault){ NO_STR, 0 };
    TRY(jinjatree_read(mem, source, &nodes, fault));
    buf_init(&r.out, mem, JINJA_MAX);
    TRY(render(&r, NULL, nodes));
    *out = r.out.n == 0 ? S("") : buf_text(&r.out);
    return true;
}
