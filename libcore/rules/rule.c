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

/* --- over values in hand ---------------------------------------------------------------------- */

enum { ASKED_AT_ONCE = 900, ASKED_SIZE = 16384 };   /* columns; nodes of a statement            */

/* Questions that are left when the callers are known, of which one statement takes some. */
struct asking {
    struct cx *cx;
    const struct rule_question *asked; const struct ast **folded; size_t n;
    const struct rule_row *rows; size_t row_count;
    size_t from, to;
    const struct rule_name **columns; size_t column_count;
};

static bool has_column(const struct asking *a, const struct rule_name *name)
{
    for (size_t i = 0; i < a->column_count; i++)
        if (str_eq(a->columns[i]->column, name->column))
            return true;
    return name->computed != NULL;
}

static bool is_open(const struct asking *a, size_t i)
{
    return verdict(a->folded[i]) == RULE_DEPENDS;
}

/* From `from` on, as far as a statement goes; what their rules read. */
static bool choose(struct asking *a)
{
    unsigned size = 0, open = 0;
    a->columns = NULL;
    a->column_count = 0;
    for (a->to = a->from; a->to < a->n; a->to++) {
        const struct rule *rule = a->asked[a->to].rule;
        if (!is_open(a, a->to))
            continue;
        size += rulesql_size(a->folded[a->to]);
        if (open++ > 0 && (open > ASKED_AT_ONCE || size > ASKED_SIZE))
            return true;
        for (size_t i = 0; i < rule->column_count; i++)
            if (!has_column(a, rule->columns[i])) {
                a->columns = arena_more(a->cx->mem, a->columns, a->column_count,
                                        sizeof *a->columns);
                a->columns[a->column_count++] = rule->columns[i];
            }
    }
    return open > 0;
}

static void put_row(struct qb *q, const struct asking *a, size_t row)
{
    qb_lit(q, row == 0 ? SQL_OF("SELECT ") : SQL_OF(" UNION ALL SELECT "));
    qb_number(q, (int64_t)row);
    qb_lit(q, SQL_OF(" AS larder_row"));
    for (size_t i = 0; i < a->column_count; i++) {
        const struct rule_name *name = a->columns[i];
        enum rulevalue_class class = name->many ? CLASS_JSON : ruletypes_class(name);
        qb_lit(q, SQL_OF(", "));
        rulesql_typed(q, ruleval_field(a->cx, a->rows[row].at, a->rows[row].n, name->name, class),
                      class);
        qb_lit(q, SQL_OF(" AS "));
        qb_ident(q, name->column);
    }
}

static bool ask_some(struct asking *a, bool *holds)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, a->cx);
    qb_lit(&q, SQL_OF("SELECT r.larder_row"));
    for (size_t i = a->from; i < a->to; i++)
        if (is_open(a, i)) {
            qb_lit(&q, SQL_OF(", CASE WHEN "));
            rulesql_condition(&q, a->folded[i]);
            qb_lit(&q, SQL_OF(" THEN 1 ELSE 0 END"));
        }
    qb_lit(&q, SQL_OF(" FROM ("));
    for (size_t row = 0; row < a->row_count; row++)
        put_row(&q, a, row);
    qb_lit(&q, SQL_OF(") AS r"));
    TRY(qb_query(&q, &rows));
    while (rows_step(&rows)) {
        bool *at = holds + (size_t)rows_int(&rows, 0) * a->n;
        int column = 1;
        for (size_t i = a->from; i < a->to; i++)
            if (is_open(a, i))
                at[i] = rows_int(&rows, column++) != 0;
    }
    return rows_done(&rows);
}

bool rule_ask(struct cx *cx, const struct rule_question *asked, size_t n,
              const struct rule_row *rows, size_t row_count, bool *holds)
{
    struct asking a = { .cx = cx, .asked = asked, .n = n, .rows = rows, .row_count = row_count };
    a.folded = arena_list(cx->mem, const struct ast *, n);
    for (size_t i = 0; i < n; i++) {
        a.folded[i] = rulefold_condition(cx, asked[i].rule, asked[i].caller);
        for (size_t row = 0; row < row_count; row++)
            holds[row * n + i] = verdict(a.folded[i]) == RULE_ALWAYS;
    }
    for (; choose(&a); a.from = a.to)
        TRY(ask_some(&a, holds));
    return true;
}

bool rule_holds(struct cx *cx, const struct rule *rule, const struct rule_caller *caller,
                const struct rule_data *row, size_t row_count, bool *holds)
{
    const struct rule_question question = { rule, caller };
    const struct rule_row at = { row, row_count };
    return rule_ask(cx, &question, 1, &at, 1, holds);
}

/* --- about a rule ----------------------------------------------------------------------------- */

static bool is_personal(const struct ast *node)
{
    bool is = node->kind == AST_CALLER
           && (node->attribute == AST_ID || node->attribute == AST_EMAIL);
    for (size_t i = 0; i < node->kid_count && !is; i++)
        is = is_personal(node->kids[i]);
    return is;
}

bool rule_is_personal(const struct rule *rule)
{
    return is_personal(rule->root);
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
