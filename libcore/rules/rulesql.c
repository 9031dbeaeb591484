/* rulesql.c — writes SQL for conditions; only here and in functions.c is any. */
#include "rules/rulesql.h"

#include "rules/functions.h"

#define LIT(q, text) qb_lit((q), SQL_OF(text))
/* The rest is the macro's own; what needs more than that is refused when it is run. */
#define MACRO_NEED 36u
#define GROUP 64u           /* longer lists are written as lists of lists: SQLite counts depth    */

static void emit(struct qb *q, const struct ast *node);

static unsigned larger(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

/* Of a left-to-right list in parentheses where the one that needs most comes first. */
static unsigned need_of_kids(const struct ast *node)
{
    unsigned most = 0, second = 0;
    for (size_t i = 0; i < node->kid_count; i++) {
        unsigned n = rulesql_need(node->kids[i]);
        second = larger(second, n < most ? n : most);
        most = larger(most, n);
    }
    return larger(most, second + 2) + 1 + (node->kid_count > GROUP ? 3 : 0);
}

/* Of the sub-query that looks for the rows: what is inside of it comes on top. */
static unsigned need_of_relation(const struct ast_relation *relation)
{
    bool asks_twice = relation->join == AST_REFERRED_MANY || relation->join == AST_REFERRING_MANY;
    unsigned narrow = relation->source == NULL ? 0 : relation->source->need + 4;
    return larger(asks_twice ? 26 : 14, narrow + 10);
}

unsigned rulesql_need(const struct ast *node)
{
    unsigned need = 0;
    bool goes = false;
    switch (node->kind) {
    case AST_SOME:
        if (node->kid_count > 0)
            need = rulesql_need(node->kids[0]) + 10;
        return larger(need, need_of_relation(node->relation));
    case AST_TARGET:
        if (node->kid_count > 0)
            need = rulesql_need(node->kids[0]) + 6;
        return larger(need, need_of_relation(node->relation));
    case AST_ALL: case AST_ANY: case AST_COMPARE:
        return need_of_kids(node);
    case AST_CALCULATE:
        return larger(rulesql_need(node->kids[0]) + (node->op == RV_REMAINDER ? 3 : 1),
                      rulesql_need(node->kids[1]) + (node->op == RV_REMAINDER ? 5 : 3));
    case AST_NOT:                                       /* folding leaves it before leaves only */
        need = node->kids[0]->kind == AST_SOME || node->kids[0]->kind == AST_TARGET ? 2 : 0;
        return larger(rulesql_need(node->kids[0]) + need, 14);
    case AST_NEGATE: case AST_IS_NULL:
        return rulesql_need(node->kids[0]) + 2;
    case AST_IN:
        for (size_t i = 1; i < node->kid_count; i++)
            need = larger(need, rulesql_need(node->kids[i]));
        return larger(rulesql_need(node->kids[0]) + 1, need + 6);
    case AST_FUNCTION: case AST_LIKE:
        for (size_t i = 0; i < node->kid_count; i++) {
            goes = goes || node->kids[i]->kind == AST_TARGET;
            need = larger(need, rulesql_need(node->kids[i]));
        }
        return larger(need + (goes ? 11 : 6), 12);
    case AST_COLUMN:
        return node->column->computed == NULL ? 4
            : rulesql_need(node->column->computed->expression) + 1;
    case AST_MACRO:
        return MACRO_NEED;
    default:
        return 4;
    }
}

/* What narrows the rows of a relation is in the statement each time. */
unsigned rulesql_size(const struct ast *node)
{
    const struct ast_relation *relation = node->relation;
    unsigned size = relation == NULL ? 1 : 8 + (relation->source == NULL ? 0
                                                                         : relation->source->size);
    if (node->kind == AST_COLUMN && node->column->computed != NULL)
        size += rulesql_size(node->column->computed->expression);
    for (size_t i = 0; i < node->kid_count; i++)
        size += rulesql_size(node->kids[i]);
    return size;
}

/* The alias of a row: one letter a level, r outermost, s, t … and a after z. */
static char row_out(const struct qb *q, unsigned up)
{
    unsigned letter = (unsigned)(q->row - 'a') + 26 - up % 26;
    return (char)('a' + letter % 26);
}

static char row_in(const struct qb *q)
{
    return row_out(q, 25);
}

static void value(struct qb *q, struct rulevalue v)
{
    if (v.kind == RV_NULL)
        LIT(q, "NULL");
    else if (v.kind == RV_BOOL && v.yes)
        LIT(q, "TRUE");
    else if (v.kind == RV_BOOL)
        LIT(q, "FALSE");
    else
        qb_value(q, rulevalue_param(v));
}

void rulesql_typed(struct qb *q, struct rulevalue v, enum rulevalue_class class)
{
    LIT(q, "CAST(");
    value(q, v);
    switch (class) {
    case CLASS_NUMBER: LIT(q, " AS DOUBLE PRECISION)"); break;
    case CLASS_BOOL:   LIT(q, " AS BOOLEAN)"); break;
    case CLASS_TIME:   LIT(q, " AS BIGINT)"); break;
    default:           LIT(q, " AS TEXT)"); break;
    }
}

/* The kid that needs most first, if the order costs too much as it is. */
static size_t first_of(const struct ast *node)
{
    unsigned most = rulesql_need(node->kids[0]) + 12;
    size_t first = 0;
    for (size_t i = 1; i < node->kid_count; i++) {
        unsigned need = rulesql_need(node->kids[i]);
        if (need > most) {
            most = need;
            first = i;
        }
    }
    return first;
}

static void junction(struct qb *q, const struct ast *node)
{
    size_t first = first_of(node), written = 0;
    bool grouped = node->kid_count > GROUP;
    LIT(q, "(");
    for (size_t i = 0; i < node->kid_count; i++) {
        size_t at = i == 0 ? first : i <= first ? i - 1 : i;
        if (written > 0 && grouped && written % GROUP == 0)
            LIT(q, ")");
        if (written > 0 && node->kind == AST_ALL)
            LIT(q, " AND ");
        else if (written > 0)
            LIT(q, " OR ");
        if (grouped && written % GROUP == 0)
            LIT(q, "(");
        emit(q, node->kids[at]);
        written++;
    }
    if (grouped)
        LIT(q, ")");
    LIT(q, ")");
}

static void compare(struct qb *q, const struct ast *node)
{
    static const enum rulevalue_op MIRRORED[] = {
        [RV_EQ] = RV_EQ, [RV_NE] = RV_NE, [RV_LT] = RV_GT, [RV_GT] = RV_LT, [RV_LE] = RV_GE,
        [RV_GE] = RV_LE,
    };
    bool swap = first_of(node) == 1;
    const struct ast *a = node->kids[swap], *b = node->kids[!swap];
    enum rulevalue_op op = swap ? MIRRORED[node->op] : node->op;
    bool ordered = op != RV_EQ && op != RV_NE;
    bool is_text = a->class == CLASS_TEXT || a->class == CLASS_DATE;
    bool collate = ordered && is_text && qb_is_postgres(q);
    LIT(q, "(");
    emit(q, a);
    if (collate && ast_is_stored(a))
        LIT(q, " COLLATE \"C\"");
    switch (op) {
    case RV_EQ: LIT(q, " = "); break;
    case RV_NE: LIT(q, " <> "); break;
    case RV_LT: LIT(q, " < "); break;
    case RV_LE: LIT(q, " <= "); break;
    case RV_GT: LIT(q, " > "); break;
    default:    LIT(q, " >= "); break;
    }
    emit(q, b);
    if (collate && !ast_is_stored(a))
        LIT(q, " COLLATE \"C\"");
    LIT(q, ")");
}

/* What ends a pattern stands after the whole of it. */
static void put_pattern(struct qb *q, const struct ast *node)
{
    bool is_column = node->kind == AST_COLUMN && node->column->computed == NULL;
    struct qb part;
    if (node->kind == AST_VALUE || is_column) {
        emit(q, node);
        return;
    }
    qb_init(&part, q->cx);
    part.row = q->row;
    emit(&part, node);
    qb_add(q, &part);
}

/* SQLite refuses patterns past 50,000 bytes; one in a column is not ours to bound. */
static void like(struct qb *q, const struct ast *node)
{
    bool bounded = node->kids[1]->kind != AST_VALUE;
    LIT(q, "(");
    if (node->negated)
        LIT(q, "NOT ");
    if (bounded) {
        LIT(q, "CASE WHEN length(");
        emit(q, node->kids[1]);
        LIT(q, ") <= 8192 THEN ");
    }
    emit(q, node->kids[0]);
    if (qb_is_postgres(q))
        LIT(q, " COLLATE \"C\"");
    qb_like(q);
    put_pattern(q, node->kids[1]);
    if (bounded)
        LIT(q, " END");
    LIT(q, ")");
}

static void in(struct qb *q, const struct ast *node)
{
    LIT(q, "(");
    emit(q, node->kids[0]);
    if (node->negated)
        LIT(q, " NOT");
    LIT(q, " IN (");
    for (size_t i = 1; i < node->kid_count; i++) {
        if (i > 1)
            LIT(q, ", ");
        emit(q, node->kids[i]);
    }
    LIT(q, "))");
}

static void put_argument(struct qb *q, const struct ast *node, size_t i)
{
    if (node->kind == AST_FUNCTION)
        rulesql_value(q, node->kids[i]);
    else
        emit(q, node->kids[i]);
}

static void pieces(struct qb *q, const struct functions_piece *piece, const struct ast *node)
{
    q->wrong |= piece == NULL;
    for (; piece != NULL; piece++) {
        bool is_rest = piece->argument == FUNCTIONS_REST;
        if (piece->argument == FUNCTIONS_END) {
            qb_lit(q, piece->text);
            return;
        }
        size_t first = is_rest ? 1 : (size_t)piece->argument;
        for (size_t i = first; i < (is_rest ? node->kid_count : first + 1); i++) {
            qb_lit(q, piece->text);
            put_argument(q, node, i);
        }
    }
}

/*
 * Yes is all but NULL, no row, 0, false and the empty text; never NULL itself. So does the text of
 * a value tell on both engines: without the zeros at its end a 0 is one of few.
 */
static void macro(struct qb *q, const struct ast *node)
{
    size_t slots = node->kid_count - 1;
    struct guest_value *values = arena_list(q->cx->mem, struct guest_value, slots + 1);
    struct str account = node->kids[slots]->value.text;
    for (size_t i = 0; i < slots; i++) {
        const struct ast *kid = node->kids[i];
        if (kid->kind == AST_COLUMN) {
            values[i].column = kid->column->column;
            values[i].row = row_out(q, kid->up);
        } else {
            values[i].value = rulevalue_param(kid->value);
        }
    }
    LIT(q, "COALESCE(rtrim(CAST(");
    guest_put(q, node->macro->guest, values, str_absent(account) ? S("") : account);
    LIT(q, " AS TEXT), '0') NOT IN ('', '-', '0.', '-0.', 'false'), FALSE)");
}

/* ---- sub-queries ---------------------------------------------------------------------------- */

/* A list in a column of that row, or in hand. */
struct list { char row; struct str column; struct rulevalue value; };

static void list_text(struct qb *q, const struct list *list)
{
    if (list->value.kind == RV_TEXT)
        rulesql_typed(q, list->value, CLASS_TEXT);
    else
        qb_column(q, list->row, list->column);
}

/* The items of a JSON array as rows with a value; what is no array has none. */
static void items(struct qb *q, struct list list, char alias)
{
    bool is_postgres = qb_is_postgres(q);
    if (is_postgres)
        LIT(q, "jsonb_array_elements_text(CASE WHEN left(");
    else
        LIT(q, "json_each(");
    list_text(q, &list);
    if (is_postgres) {
        LIT(q, ", 1) = '[' THEN CAST(");
        list_text(q, &list);
        LIT(q, " AS jsonb) END)");
    } else {
        LIT(q, ")");
    }
    LIT(q, " AS ");
    qb_alias(q, alias);
    if (is_postgres)
        LIT(q, "(\"value\")");
}

static void same(struct qb *q, char row, struct str column, char out, struct str other)
{
    qb_column(q, row, column);
    LIT(q, " = ");
    qb_column(q, out, other);
}

/* `id IN (…)`: the ids that are listed in a column, or that a table of links has. */
static void among(struct qb *q, char row, char alias, char listing, const struct ast_relation *to)
{
    qb_column(q, row, S("id"));
    LIT(q, " IN (SELECT ");
    qb_column(q, alias, S("value"));
    LIT(q, " FROM ");
    items(q, (struct list){ .row = listing, .column = to->column }, alias);
    LIT(q, ")");
}

static void linked(struct qb *q, char alias, char out, const struct ast_relation *to)
{
    qb_column(q, q->row, S("id"));
    LIT(q, " IN (SELECT ");
    qb_column(q, alias, S("record_id"));
    LIT(q, " FROM ");
    qb_ident(q, to->link);
    LIT(q, " ");
    qb_alias(q, alias);
    LIT(q, " WHERE ");
    same(q, alias, S("account_id"), out, S("account_id"));
    LIT(q, " AND ");
    same(q, alias, S("target_id"), out, S("id"));
    LIT(q, ")");
}

static void joined(struct qb *q, const struct ast_relation *to, char out)
{
    if (to->join == AST_ALL_ROWS)
        return;
    LIT(q, " AND ");
    if (to->join == AST_REFERRED)
        same(q, q->row, S("id"), out, to->column);
    else if (to->join == AST_REFERRING)
        same(q, q->row, to->column, out, S("id"));
    else if (to->join == AST_REFERRED_MANY)
        among(q, q->row, row_in(q), out, to);
    else if (str_absent(to->link))
        among(q, out, row_in(q), q->row, to);
    else
        linked(q, row_in(q), out, to);
}

/* FROM …: its rows, of the account of the row outside, as far as they may be seen. */
static void rows_of(struct qb *q, const struct ast *node, char out)
{
    const struct ast_relation *to = node->relation;
    LIT(q, " FROM ");
    if (to->join == AST_ITEMS) {
        items(q, (struct list){ out, to->column, node->value }, q->row);
        return;
    }
    q->asks_others = true;
    qb_ident(q, to->table);
    LIT(q, " ");
    qb_alias(q, q->row);
    LIT(q, " WHERE ");
    same(q, q->row, S("account_id"), out, S("account_id"));
    joined(q, to, out);
    if (to->source != NULL)
        q->wrong |= !to->narrow(q, to->source);
}

static void column(struct qb *q, const struct ast *node)
{
    char row = q->row;
    q->row = row_out(q, node->up);
    rule_put(q, node->column);
    q->row = row;
}

static void target(struct qb *q, const struct ast *node)
{
    char row = q->row, out = row_out(q, node->up);
    q->wrong |= node->kid_count == 0;                   /* nobody knows where it leads         */
    if (q->wrong)
        return;
    LIT(q, "(SELECT ");
    q->row = row_in(q);
    emit(q, node->kids[0]);
    rows_of(q, node, out);
    q->row = row;
    LIT(q, ")");
}

static void some(struct qb *q, const struct ast *node)
{
    char row = q->row, out = row_out(q, node->up);
    LIT(q, "EXISTS (SELECT 1");
    q->row = row_in(q);
    rows_of(q, node, out);
    if (node->kid_count > 0 && node->relation->join == AST_ITEMS)
        LIT(q, " WHERE ");
    else if (node->kid_count > 0)
        LIT(q, " AND ");
    if (node->kid_count > 0)
        emit(q, node->kids[0]);
    q->row = row;
    LIT(q, ")");
}

static void emit(struct qb *q, const struct ast *node)
{
    switch (node->kind) {
    case AST_VALUE: value(q, node->value); return;
    case AST_COLUMN: column(q, node); return;
    case AST_ITEM: qb_column(q, row_out(q, node->up), S("value")); return;
    case AST_TARGET: target(q, node); return;
    case AST_SOME: some(q, node); return;
    case AST_ALL: case AST_ANY: junction(q, node); return;
    case AST_COMPARE: compare(q, node); return;
    case AST_LIKE: like(q, node); return;
    case AST_IN: in(q, node); return;
    case AST_MACRO: macro(q, node); return;
    case AST_CALCULATE:
        pieces(q, functions_operator(node->op, qb_is_postgres(q)), node);
        return;
    case AST_FUNCTION:
        pieces(q, qb_is_postgres(q) ? node->function->postgres : node->function->sqlite, node);
        return;
    case AST_NOT:
        LIT(q, "(NOT ");
        emit(q, node->kids[0]);
        LIT(q, ")");
        return;
    case AST_NEGATE:
        LIT(q, "(- ");
        emit(q, node->kids[0]);
        LIT(q, ")");
        return;
    case AST_IS_NULL:
        LIT(q, "(");
        emit(q, node->kids[0]);
        if (node->negated)
            LIT(q, " IS NOT NULL)");
        else
            LIT(q, " IS NULL)");
        return;
    default:                                            /* folding leaves none of the others   */
        q->wrong = true;
    }
}

void rulesql_value(struct qb *q, const struct ast *node)
{
    if (node->kind == AST_VALUE)
        rulesql_typed(q, node->value, node->class);
    else
        emit(q, node);
}

void rulesql_condition(struct qb *q, const struct ast *node)
{
    bool bare = node->kind == AST_VALUE || node->kind == AST_COLUMN || node->kind == AST_SOME;
    if (bare)
        LIT(q, "(");
    emit(q, node);
    if (bare)
        LIT(q, ")");
}
