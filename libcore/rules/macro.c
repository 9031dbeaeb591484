/* macro.c — the table of macros and what each stands for. */
#include "rules/macro.h"

struct expand { struct arena *mem; const struct ast *call; struct str *message; };

static struct ast *name(const struct expand *x, struct str text)
{
    return ast_name(x->mem, text, x->call->position);
}

static struct ast *equal(const struct expand *x, struct ast *left, struct ast *right)
{
    return ast_two(x->mem, AST_COMPARE, RV_EQ, left, right);
}

static struct ast *wrong(const struct expand *x, struct str message)
{
    *x->message = message;
    return NULL;
}

/* The owner's column may be named quoted or not. */
static struct ast *owner(const struct expand *x)
{
    struct ast *field = name(x, S("created_by"));
    if (x->call->kid_count == 1) {
        const struct ast *given = x->call->kids[0];
        bool quoted = given->kind == AST_VALUE && given->value.kind == RV_TEXT;
        if (!quoted && given->kind != AST_NAME)
            return wrong(x, S("@owns_record() takes the name of a field"));
        field->text = quoted ? given->value.text : given->text;
    }
    return equal(x, field, name(x, S("@request.auth.id")));
}

static struct ast *is_public(const struct expand *x)
{
    struct ast *yes = ast_value(x->mem, rulevalue_bool(true), x->call->position);
    return equal(x, name(x, S("public")), yes);
}

static struct ast *has_role(const struct expand *x)
{
    return equal(x, name(x, S("@request.auth.role")), x->call->kids[0]);
}

static struct ast *has_group(const struct expand *x)
{
    return ast_two(x->mem, AST_IN, RV_EQ, x->call->kids[0], name(x, S("user.groups")));
}

static struct ast *in_time_range(const struct expand *x)
{
    for (size_t i = 0; i < 2; i++) {
        const struct ast *hour = x->call->kids[i];
        double n = hour->value.number;
        if (hour->kind != AST_VALUE || hour->value.kind != RV_NUMBER || n < 0 || n > 24
            || n != (double)(int)n)
            return wrong(x, S("@in_time_range() takes whole hours from 0 to 24"));
    }
    return ast_two(x->mem, AST_HOURS, RV_EQ, x->call->kids[0], x->call->kids[1]);
}

static struct ast *has_permission(const struct expand *x)
{
    static const struct str OPERATIONS[] = {
        S_INIT("create"), S_INIT("read"), S_INIT("update"), S_INIT("delete") };
    struct ast *const *kids = x->call->kids;
    for (size_t i = 0; i < 2; i++)
        if (kids[i]->kind != AST_VALUE || kids[i]->value.kind != RV_TEXT)
            return wrong(x, S("@has_permission() takes an operation and a collection in quotes"));
    for (size_t i = 0; i < COUNT(OPERATIONS); i++)
        if (str_eq(kids[0]->value.text, OPERATIONS[i]))
            return ast_two(x->mem, AST_MAY, RV_EQ, kids[0], kids[1]);
    return wrong(x, str_fmt(x->mem, "@has_permission() does not know the operation '%.*s'. "
                            "Valid: create, read, update, delete", STR_ARG(kids[0]->value.text)));
}

static const struct row {
    struct str name;
    size_t least, most;
    struct ast *(*expand)(const struct expand *x);
} ROWS[] = {
    { S_INIT("@owns_record"), 0, 1, owner },
    { S_INIT("@is_creator"), 0, 0, owner },
    { S_INIT("@is_public"), 0, 0, is_public },
    { S_INIT("@has_role"), 1, 1, has_role },
    { S_INIT("@has_group"), 1, 1, has_group },
    { S_INIT("@in_time_range"), 2, 2, in_time_range },
    { S_INIT("@has_permission"), 2, 2, has_permission },
};

struct str macro_arity(struct arena *mem, struct str called, size_t least, size_t most, size_t got)
{
    if (least == most)
        return str_fmt(mem, "%.*s() requires exactly %zu argument(s), got %zu", STR_ARG(called),
                       least, got);
    return str_fmt(mem, "%.*s() requires %zu–%zu arguments, got %zu", STR_ARG(called), least, most,
                   got);
}

static const struct row *row_of(struct str called)
{
    for (size_t i = 0; i < COUNT(ROWS); i++)
        if (str_eq(ROWS[i].name, called))
            return &ROWS[i];
    return NULL;
}

bool macro_is_built_in(struct str called)
{
    return row_of(called) != NULL;
}

bool macro_expand(struct arena *mem, const struct ast *call, struct ast **out, struct str *message)
{
    struct expand x = { mem, call, message };
    const struct row *row = row_of(call->text);
    if (row == NULL) {
        *message = str_fmt(mem, "Unknown macro '%.*s'", STR_ARG(call->text));
        return false;
    }
    if (call->kid_count < row->least || call->kid_count > row->most) {
        *message = macro_arity(mem, row->name, row->least, row->most, call->kid_count);
        return false;
    }
    *out = row->expand(&x);
    return *out != NULL;
}
