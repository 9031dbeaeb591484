/* rule.c — the front of the room: read once, then fold and compile for each caller. */
#include "rules/rule.h"

#include "rules/functions.h"
#include "rules/parse.h"
#include "rules/ruleargs.h"
#include "rules/rulefold.h"
#include "rules/rulesql.h"
#include "rules/ruletypes.h"
#include "rules/ruleval.h"

const struct rule_name *rule_find(const struct rule_names *names, struct str name)
{
    for (size_t i = 0; i < names->n; i++)
        if (str_eq(names->at[i].name, name) && !names->at[i].hidden)
            return &names->at[i];
    return NULL;
}

enum rule_type rule_type_of(const struct rule_name *name)
{
    return name->computed != NULL ? name->computed->type : name->type;
}

void rule_put(struct qb *q, const struct rule_name *name)
{
    const struct rule_computed *computed = name->computed;
    if (computed != NULL) {
        bool collate = computed->type == R_TEXT && qb_is_postgres(q);   /* literals have none     */
        qb_lit(q, SQL_OF("("));
        rulesql_value(q, rulefold_value(q->cx, computed->expression));
        qb_lit(q, collate ? SQL_OF(" COLLATE \"C\")") : SQL_OF(")"));
        return;
    }
    q->wrong |= name->type == R_ANY;                    /* no engine could compare it          */
    qb_column(q, q->row, name->column);
}

/* What can be asked of an engine: SQLite's parser has little room. */
static bool is_simple(const struct ast *root, unsigned need, unsigned size,
                      struct rule_fault *fault)
{
    *fault = (struct rule_fault){ S("Expression is too complex"), 0 };
    return rulesql_need(root) <= need && rulesql_size(root) <= size;
}

bool rule_read(struct arena *mem, struct str text, enum rule_use use,
               const struct rule_names *names, struct rule **out, struct rule_fault *fault)
{
    struct rule *rule = arena_make(mem, struct rule);
    struct ast *root;
    rule->use = use;
    TRY(parse_expression(mem, text, use, names, &root, fault));
    TRY(ruletypes_check(mem, use, names, root, rule, fault));
    *out = rule;
    return is_simple(rule->root, RULESQL_NEED, RULESQL_SIZE, fault);
}

/* --- computed fields -------------------------------------------------------------------------- */

static bool calculates(const struct ast *node)
{
    bool does = node->kind == AST_CALCULATE;
    for (size_t i = 0; i < node->kid_count && !does; i++)
        does = calculates(node->kids[i]);
    return does;
}

/* A value of the class, and no infinite number: those have no JSON. */
static bool returns(struct arena *mem, struct ast *root, enum rule_type type,
                    struct rule_fault *fault)
{
    static const char *const WORDS[] = {
        [R_TEXT] = "text", [R_NUMBER] = "number", [R_BOOLEAN] = "boolean",
        [R_DATETIME] = "datetime",
    };
    const struct rule_name like = { .type = type };
    if (!ruleargs_convert(mem, root, ruletypes_class(&like))) {
        *fault = (struct rule_fault){ str_fmt(mem, "The expression cannot be returned as %s",
                                              WORDS[type]), root->position };
        return false;
    }
    if (type == R_NUMBER && calculates(root)) {
        struct ast *inner = arena_make(mem, struct ast);
        *inner = *root;
        root->kind = AST_FUNCTION;
        root->function = &functions_finite;
        root->kids = NULL;
        root->kid_count = root->room = 0;
        ast_add(mem, root, inner);
    }
    return true;
}

static bool compute(struct arena *mem, struct str expression, enum rule_type type,
                    const struct rule_names *names, struct rule_computed *out,
                    struct rule_fault *fault)
{
    struct rule *rule = arena_make(mem, struct rule);
    struct ast *root;
    if (str_trim(expression).n == 0) {
        *fault = (struct rule_fault){ S("Expression cannot be empty"), 0 };
        return false;
    }
    TRY(parse_expression(mem, expression, RULE_COMPUTED, names, &root, fault));
    TRY(ruletypes_check(mem, RULE_COMPUTED, names, root, rule, fault));
    TRY(returns(mem, rule->root, type, fault));
    TRY(is_simple(rule->root, RULESQL_COMPUTED_NEED, RULESQL_COMPUTED_SIZE, fault));
    *out = (struct rule_computed){ .expression = rule->root, .type = type, .reads = rule->columns,
                                   .read_count = rule->column_count, .uses_now = rule->uses_now };
    return true;
}

bool rule_compute(struct arena *mem, struct str expression, enum rule_type type,
                  const struct rule_names *names, const struct rule_computed **out,
                  struct rule_fault *fault)
{
    struct rule_computed *made = arena_make(mem, struct rule_computed);
    const struct rule_name like = { .type = type };
    *out = made;
    if (compute(mem, expression, type, names, made, fault))
        return true;
    struct ast *nothing = ast_value(mem, (struct rulevalue){ .kind = RV_NULL }, 0);
    nothing->class = ruletypes_class(&like);
    *made = (struct rule_computed){ .expression = nothing, .type = type };
    return false;
}

struct param rule_value(struct cx *cx, const struct rule_computed *computed,
                        const struct rule_data *row, size_t row_count)
{
    const struct ruleval given = { .cx = cx, .row = row, .row_count = row_count };
    return rulevalue_param(ruleval_of(&given, computed->expression));
}

/* --- rules ------------------------------------------------------------------------------------ */

static enum rule_verdict verdict(const struct ast *folded)
{
    if (folded->kind != AST_VALUE)
        return RULE_DEPENDS;
    return folded->value.kind == RV_BOOL && folded->value.yes ? RULE_ALWAYS : RULE_NEVER;
}

enum rule_verdict rule_fold(struct cx *cx, const struct rule *rule,
                            const struct rule_caller *caller)
{
    return verdict(rulefold_condition(cx, rule, caller));
}

bool rule_sql(struct qb *q, const struct rule *rule, const struct rule_caller *caller)
{
    rulesql_condition(q, rulefold_condition(q->cx, rule, caller));
    return !q->wrong;
}

bool rule_holds(struct cx *cx, const struct rule *rule, const struct rule_caller *caller,
                const struct rule_data *row, size_t row_count, bool *holds)
{
    const struct ast *folded = rulefold_condition(cx, rule, caller);
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    *holds = verdict(folded) == RULE_ALWAYS;
    if (verdict(folded) != RULE_DEPENDS)
        return true;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT 1 FROM (SELECT 1 AS larder_any"));
    for (size_t i = 0; i < rule->column_count; i++) {
        const struct rule_name *name = rule->columns[i];
        if (name->computed != NULL)
            continue;
        qb_lit(&q, SQL_OF(", "));
        enum rulevalue_class class = name->many ? CLASS_JSON : ruletypes_class(name);
        rulesql_typed(&q, ruleval_field(cx, row, row_count, name->name, class), class);
        qb_lit(&q, SQL_OF(" AS "));
        qb_ident(&q, name->column);
    }
    qb_lit(&q, SQL_OF(") AS r WHERE "));
    rulesql_condition(&q, folded);
    TRY(qb_query(&q, &rows));
    *holds = rows_step(&rows);
    return rows_done(&rows);
}

bool rule_reads(const struct rule *rule, struct str name)
{
    for (size_t i = 0; i < rule->column_count; i++)
        if (str_eq(rule->columns[i]->name, name))
            return true;
    return false;
}

bool rule_uses_now(const struct rule *rule)
{
    return rule->uses_now;
}

bool rule_asks_others(const struct rule *rule)
{
    return rule->asks_others;
}

unsigned rule_need(const struct rule *rule)
{
    return rulesql_need(rule->root);
}

unsigned rule_size(const struct rule *rule)
{
    return rulesql_size(rule->root);
}
