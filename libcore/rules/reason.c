/* reason.c — finds the part of a rule that decided, and says what is missing where nothing did. */
#include "rules/reason.h"

#include "base/utf8.h"

#define MOST_NAMES 8u

struct reason_place reason_place(struct str text, size_t position)
{
    struct reason_place place = { 1, 1 };
    uint32_t point;
    for (size_t i = 0; i < position && utf8_next(&text, &point); i++) {
        place.column = point == '\n' ? 1 : place.column + 1;
        place.line += point == '\n';
    }
    return place;
}

static bool is_true(struct rulevalue v)
{
    return v.kind == RV_BOOL && v.yes;
}

static bool is_told(const struct str *told, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(told[i], name))
            return true;
    return false;
}

/* The fields below the node that are NULL, each once. */
static void collect_nulls(const struct ruleval *given, const struct ast *node, struct str *names,
                          size_t *n)
{
    if (node->kind == AST_TARGET
        || (node->kind == AST_SOME && node->relation->join != AST_ITEMS))
        return;                                         /* fields of other rows                  */
    for (size_t i = 0; i < node->kid_count; i++)
        collect_nulls(given, node->kids[i], names, n);
    if ((node->kind != AST_COLUMN && node->kind != AST_DATA) || *n == MOST_NAMES
        || ruleval_of(given, node).kind != RV_NULL)
        return;
    struct str name = node->kind == AST_COLUMN ? node->column->name
        : str_fmt(given->cx->mem, "@request.data.%.*s", STR_ARG(node->field));
    if (!is_told(names, *n, name))
        names[(*n)++] = name;
}

static void say_answer(struct buf *out, const struct ruleval *given, const struct ast *node)
{
    struct ruleval asked = *given;
    unsigned met = 0;
    asked.met = &met;
    struct rulevalue answer = ruleval_of(&asked, node);
    struct str names[MOST_NAMES];
    size_t n = 0;
    if (answer.kind != RV_NULL) {
        buf_str(out, answer.yes ? S("true") : S("false"));
        return;
    }
    if (met != 0) {
        buf_str(out, met == RULEVAL_MACROS ? S("unknown, since it hangs on a stored macro")
                                           : S("unknown, since it hangs on other records"));
        return;
    }
    collect_nulls(given, node, names, &n);
    buf_str(out, n == 0 ? S("unknown, since its values cannot be compared")
                        : S("unknown, since these have no value: "));
    for (size_t i = 0; i < n; i++)
        buf_fmt(out, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(names[i]));
}

/* Of a list: the first that settles it, true an OR and anything else an AND; else all of them. */
static void say_junction(struct buf *out, const struct ruleval *given, const struct ast *node,
                         struct str text)
{
    bool is_any = node->kind == AST_ANY;
    size_t i = 0;
    while (i < node->kid_count && is_true(ruleval_of(given, node->kids[i])) != is_any)
        i++;
    if (i < node->kid_count) {
        struct reason_place place = reason_place(text, node->kids[i]->position);
        buf_fmt(out, "condition %zu of %zu (line %lld, column %lld) is ", i + 1, node->kid_count,
                (long long)place.line, (long long)place.column);
        say_answer(out, given, node->kids[i]);
    } else if (is_any) {
        buf_fmt(out, "none of %zu conditions is true", node->kid_count);
    } else {
        buf_fmt(out, "all %zu conditions are true", node->kid_count);
    }
}

struct str reason_sentence(const struct ruleval *given, const struct rule *rule, struct str text)
{
    const struct ast *root = rule->root;
    struct buf out;
    buf_init(&out, given->cx->mem, 1u << 16);
    buf_str(&out, is_true(ruleval_of(given, root)) ? S("Allowed: ") : S("Denied: "));
    if (root->kind == AST_ALL || root->kind == AST_ANY) {
        say_junction(&out, given, root, text);
    } else {
        buf_str(&out, S("the condition is "));
        say_answer(&out, given, root);
    }
    buf_c(&out, '.');
    return buf_text(&out);
}
