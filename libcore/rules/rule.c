/* rule.c — the front of the room: read once, then fold and compile for each caller. */
#include "rules/rule.h"

#include "rules/parse.h"
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
    if (name->computed != NULL) {
        rulesql_value(q, rulefold_value(q->cx, name->computed->expression));
        return;
    }
    q->wrong |= name->type == R_ANY;                    /* no engine could compare it          */
    qb_column(q, q->row, name->column);
}

bool rule_read(struct arena *mem, struct str text, enum rule_use use,
               const struct rule_names *names, struct rule **out, struct rule_fault *fault)
{
    struct rule *rule = arena_make(mem, struct rule);
    struct ast *root;
    rule->use = use;
    TRY(parse_expression(mem, text, use, names, &root, fault));
    TRY(ruletypes_check(mem, use, names, root, rule, fault));
    if (rulesql_need(rule->root) > RULESQL_NEED) {
        *fault = (struct rule_fault){ S("Expression is too complex"), 0 };
        return false;
    }
    *out = rule;
    return true;
}

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
        qb_lit(&q, SQL_OF(", "));
        enum rulevalue_class class = ruletypes_class(name);
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
