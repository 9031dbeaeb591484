/* ruleargs.c — operands made what they are needed as. */
#include "rules/ruleargs.h"

#include "rules/functions.h"
#include "rules/macro.h"

/* --- conversion ------------------------------------------------------------------------------- */

/* A number is its digits as they were written. */
static bool convert_literal(struct arena *mem, struct ast *node, enum rulevalue_class class)
{
    struct rulevalue value = node->value;
    if (value.kind == RV_NUMBER && class == CLASS_TEXT)
        value = rulevalue_text(node->text);
    else if (value.kind == RV_BOOL && class == CLASS_TEXT)
        value = rulevalue_text(value.yes ? S("true") : S("false"));
    else if (value.kind == RV_BOOL && class == CLASS_NUMBER)
        value = rulevalue_number(value.yes ? 1 : 0);
    else if (value.kind == RV_NUMBER && class == CLASS_BOOL)
        value = rulevalue_bool(value.number != 0);
    TRY(rulevalue_as(mem, value, class, &node->value));
    node->class = class;
    return true;
}

bool ruleargs_convert(struct arena *mem, struct ast *node, enum rulevalue_class class)
{
    if (node->kind == AST_VALUE)
        return convert_literal(mem, node, class);
    bool is_day = node->class == CLASS_DATE && class == CLASS_TEXT;     /* which it already is    */
    if (node->class == class || node->class == CLASS_ANY || is_day) {
        node->class = class;
        return true;
    }
    const struct functions_row *row = functions_convert(node->class, class);
    if (row == NULL)
        return false;
    struct ast *inner = arena_make(mem, struct ast);
    struct ast *made = ast_new(mem, AST_FUNCTION, node->position);
    *inner = *node;
    inner->around = NULL;                               /* that is around what it becomes         */
    made->around = node->around;
    ast_add(mem, made, inner);
    made->function = row;
    made->class = class;
    *node = *made;
    return true;
}

/* --- arguments that must be of one class ------------------------------------------------------ */

static bool is_free(const struct functions_row *row, size_t i)
{
    return row->takes[i < FUNCTIONS_TAKES ? i : FUNCTIONS_TAKES - 1] == CLASS_ANY;
}

static enum rulevalue_class both(enum rulevalue_class a, enum rulevalue_class b)
{
    bool times = (a == CLASS_TIME || a == CLASS_DATE) && (b == CLASS_TIME || b == CLASS_DATE);
    if (a == CLASS_ANY || b == CLASS_ANY)
        return a == CLASS_ANY ? b : a;
    return a == b ? a : times ? CLASS_TIME : CLASS_TEXT;
}

/* What is no literal decides; literals follow where they can. Else all of them are texts. */
static enum rulevalue_class common_class(struct arena *mem, const struct ast *node)
{
    enum rulevalue_class class = CLASS_ANY, of_literals = CLASS_ANY;
    for (size_t i = 0; i < node->kid_count; i++) {
        const struct ast *kid = node->kids[i];
        if (!is_free(node->function, i))
            continue;
        if (kid->kind == AST_VALUE)
            of_literals = both(of_literals, kid->class);
        else
            class = both(class, kid->class);
    }
    if (class == CLASS_ANY)
        class = of_literals;
    for (size_t i = 0; i < node->kid_count; i++) {
        struct rulevalue ignored;
        if (is_free(node->function, i) && node->kids[i]->kind == AST_VALUE
            && !rulevalue_as(mem, node->kids[i]->value, class, &ignored))
            return CLASS_TEXT;
    }
    return class == CLASS_ANY ? CLASS_TEXT : class;
}

/* --- a call ----------------------------------------------------------------------------------- */

struct str ruleargs_arity(struct arena *mem, const struct ast *node)
{
    const struct functions_row *row = node->function;
    if (node->kid_count >= row->least && node->kid_count <= row->most)
        return NO_STR;
    if (row->most == FUNCTIONS_ANY_NUMBER)
        return str_fmt(mem, "%.*s() requires at least %zu arguments", STR_ARG(row->name),
                       row->least);
    return macro_arity(mem, row->name, row->least, row->most, node->kid_count);
}

/* round(x) is to no places; substring without a length goes to the end. */
static void fill_optional(struct arena *mem, struct ast *node)
{
    const struct functions_row *row = node->function;
    bool is_optional = row->most != FUNCTIONS_ANY_NUMBER;
    while (is_optional && node->kid_count < row->most)
        ast_add(mem, node, ast_value(mem, rulevalue_number(row->most == 2 ? 0 : 2147483647),
                                     node->position));
}

static bool resolve_unit(struct arena *mem, struct ast *node, struct ruleargs_fault *fault)
{
    struct ast *unit = node->kids[2];
    double number = 0;
    *fault = (struct ruleargs_fault){ .argument = 2 };
    if (unit->kind != AST_VALUE || unit->value.kind != RV_TEXT) {
        fault->message = str_fmt(mem, "%.*s() third argument (unit) must be a string literal. Valid"
                                 " units: days, hours, minutes, months, seconds, years",
                                 STR_ARG(node->function->name));
        return false;
    }
    const struct functions_row *row = functions_unit(node->function, unit->value.text, &number);
    if (row == NULL) {
        fault->message = str_fmt(mem, "%.*s() unit '%.*s' is not supported. Valid units: days,"
                                 " hours, minutes, months, seconds, years",
                                 STR_ARG(node->function->name), STR_ARG(unit->value.text));
        return false;
    }
    node->function = row;
    *unit = *ast_value(mem, rulevalue_number(number), unit->position);
    return true;
}

static bool has_unit(const struct functions_row *row)
{
    return row->takes[0] == CLASS_TIME && row->least == FUNCTIONS_TAKES;
}

bool ruleargs_fit(struct arena *mem, struct ast *node, struct ruleargs_fault *fault)
{
    const struct functions_row *row = node->function;
    enum rulevalue_class common = common_class(mem, node);
    if (has_unit(row))
        TRY(resolve_unit(mem, node, fault));
    fill_optional(mem, node);
    for (size_t i = 0; i < node->kid_count; i++) {
        enum rulevalue_class wanted = has_unit(row) && i == 2 ? CLASS_NUMBER
            : is_free(row, i) ? common : row->takes[i < FUNCTIONS_TAKES ? i : FUNCTIONS_TAKES - 1];
        *fault = (struct ruleargs_fault){ i, wanted, NO_STR };
        TRY(ruleargs_convert(mem, node->kids[i], wanted));
    }
    node->class = row->gives == CLASS_ANY ? common : row->gives;
    return true;
}
