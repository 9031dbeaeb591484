/* aggregate.c — reads what is to be aggregated, writes one statement, streams its groups. */
#include "data/aggregate.h"

#include "data/filter.h"
#include "data/recordrow.h"
#include "data/search.h"
#include "rules/having.h"

enum function { COUNT_OF, SUM_OF, AVERAGE_OF, LEAST_OF, MOST_OF };
static const struct str FUNCTIONS[] = {
    [COUNT_OF] = S_INIT("count"), [SUM_OF] = S_INIT("sum"), [AVERAGE_OF] = S_INIT("avg"),
    [LEAST_OF] = S_INIT("min"), [MOST_OF] = S_INIT("max"),
};

struct result {
    enum function function;
    const struct rule_name *of;             /* NULL: count()                                      */
    struct str alias, column;               /* on the wire; in the statement                      */
};
struct group { const struct rule_name *by; struct str column; };
struct query {
    struct access access;
    struct rule_names names;
    struct result results[AGGREGATE_FUNCTIONS]; size_t result_count;
    struct group groups[AGGREGATE_FIELDS]; size_t group_count;
    struct rule *filter, *having;           /* NULL: none                                         */
    struct search search;
};

static const char BAD_FUNCTIONS[] = "Invalid aggregation functions";
static const char BAD_GROUP[] = "Invalid group_by";

/* --- names ------------------------------------------------------------------------------------ */

/* What may be named here; its values must not be told to who sees them masked. */
static bool find_name(struct cx *cx, const struct query *query, const char *title, struct str name,
                      bool tells, const struct rule_name **out)
{
    *out = rule_find(&query->names, name);
    if (*out == NULL)
        return fail(cx, E_INVALID, title, "Field '%.*s' not found in collection schema",
                    STR_ARG(name));
    if ((*out)->refused != NULL)
        return fail(cx, E_INVALID, title, "Field '%.*s' %s and cannot be aggregated",
                    STR_ARG(name), (*out)->refused);
    if ((*out)->masked && tells)
        return fail_detail(cx, E_FORBIDDEN, "Aggregation is not permitted on masked field '%.*s'",
                           STR_ARG(name));
    return true;
}

/* --- functions -------------------------------------------------------------------------------- */

static bool is_word(struct str word)
{
    for (size_t i = 0; i < word.n; i++) {
        char c = word.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
              || c == '_'))
            return false;
    }
    return true;
}

/* fn() or fn(field); the field is empty if there is none. */
static bool split(struct str term, struct str *function, struct str *field)
{
    size_t open;

    if (!str_find(term, '(', &open) || !str_ends(term, S(")")))
        return false;
    *function = str_sub(term, 0, open);
    *field = str_trim(str_sub(term, open + 1, term.n - open - 2));
    return function->n > 0 && is_word(*function) && is_word(*field);
}

static bool find_function(struct cx *cx, struct str word, enum function *out)
{
    for (size_t i = 0; i < COUNT(FUNCTIONS); i++)
        if (str_eq_nocase(FUNCTIONS[i], word)) {
            *out = (enum function)i;
            return true;
        }
    return fail(cx, E_INVALID, BAD_FUNCTIONS, "Unknown aggregation function '%.*s'."
                " Supported functions: avg, count, max, min, sum",
                STR_ARG(str_lower(cx->mem, word)));
}

static bool is_ordered(const struct field *field)
{
    enum rule_type type = field_values(field);

    return type == R_NUMBER || type == R_TEXT || type == R_DATE || type == R_DATETIME;
}

static bool check_type(struct cx *cx, const struct result *result, const struct field *field)
{
    struct str function = FUNCTIONS[result->function];
    bool adds = result->function == SUM_OF || result->function == AVERAGE_OF;

    if (adds && field_values(field) != R_NUMBER)
        return fail(cx, E_INVALID, BAD_FUNCTIONS, "Function '%.*s' requires a number field,"
                    " but field '%.*s' has type '%.*s'", STR_ARG(function), STR_ARG(field->name),
                    STR_ARG(field->type_name));
    if (!adds && !is_ordered(field))
        return fail(cx, E_INVALID, BAD_FUNCTIONS, "Function '%.*s' is not supported for field type"
                    " '%.*s'. Supported types: date, datetime, email, number, text, url",
                    STR_ARG(function), STR_ARG(field->type_name));
    return true;
}

/* System columns can be counted and grouped by; the rest is for the schema's own. */
static bool read_argument(struct cx *cx, const struct query *query, struct str name,
                          struct result *out)
{
    const struct field *field = collection_field(query->access.collection, name);
    struct str function = FUNCTIONS[out->function];
    bool counts = out->function == COUNT_OF;

    if (name.n == 0)
        return fail(cx, E_INVALID, BAD_FUNCTIONS, "Function '%.*s' requires a field argument,"
                    " e.g. %.*s(field_name)", STR_ARG(function), STR_ARG(function));
    if (field == NULL && !counts)
        return fail(cx, E_INVALID, BAD_FUNCTIONS, "Field '%.*s' not found in collection schema",
                    STR_ARG(name));
    TRY(find_name(cx, query, BAD_FUNCTIONS, name, !counts, &out->of));
    out->alias = str_fmt(cx->mem, "%.*s_%.*s", STR_ARG(function), STR_ARG(name));
    return counts || check_type(cx, out, field);
}

static bool add_function(struct cx *cx, struct query *query, struct str term)
{
    struct result *result = &query->results[query->result_count];
    struct str word, field;

    if (!split(term, &word, &field))
        return fail(cx, E_INVALID, BAD_FUNCTIONS, "Invalid aggregation function syntax: '%.*s'."
                    " Expected format: fn() or fn(field_name)", STR_ARG(term));
    if (query->result_count == AGGREGATE_FUNCTIONS)
        return fail(cx, E_INVALID, BAD_FUNCTIONS, "At most %d aggregation functions are allowed",
                    AGGREGATE_FUNCTIONS);
    *result = (struct result){ 0 };
    TRY(find_function(cx, word, &result->function));
    if (result->function == COUNT_OF && field.n == 0)
        result->alias = FUNCTIONS[COUNT_OF];
    else
        TRY(read_argument(cx, query, field, result));
    for (size_t i = 0; i < query->result_count; i++)
        if (str_eq(query->results[i].alias, result->alias))
            return fail(cx, E_INVALID, BAD_FUNCTIONS, "Duplicate aggregation alias '%.*s'."
                        " Each aggregation function must produce a unique result key",
                        STR_ARG(result->alias));
    result->column = str_fmt(cx->mem, "a%zu", query->result_count++);
    return true;
}

static bool read_functions(struct cx *cx, struct str list, struct query *query)
{
    struct str term;

    while (str_cut(&list, ',', &term)) {
        term = str_trim(term);
        if (term.n > 0)
            TRY(add_function(cx, query, term));
    }
    return query->result_count > 0
        || fail(cx, E_INVALID, BAD_FUNCTIONS, "At least one aggregation function is required");
}

/* --- groups and conditions -------------------------------------------------------------------- */

static bool is_grouped(const struct query *query, struct str name)
{
    for (size_t i = 0; i < query->group_count; i++)
        if (str_eq(query->groups[i].by->name, name))
            return true;
    return false;
}

static bool add_group(struct cx *cx, struct query *query, struct str name)
{
    struct group *group = &query->groups[query->group_count];
    const struct rule_name *by;

    TRY(find_name(cx, query, BAD_GROUP, name, true, &by));
    if (by->many)
        return fail(cx, E_INVALID, BAD_GROUP, "Field '%.*s' holds several values and cannot be"
                    " grouped by", STR_ARG(name));
    if (is_grouped(query, name))
        return true;
    if (query->group_count == AGGREGATE_FIELDS)
        return fail(cx, E_INVALID, BAD_GROUP, "At most %d fields to group by are allowed",
                    AGGREGATE_FIELDS);
    for (size_t i = 0; i < query->result_count; i++)
        if (str_eq(query->results[i].alias, name))
            return fail(cx, E_INVALID, BAD_GROUP, "Field '%.*s' has the name of an aggregation"
                        " alias. Each must have its own result key", STR_ARG(name));
    group->by = by;
    group->column = str_fmt(cx->mem, "g%zu", query->group_count++);
    return true;
}

static bool read_groups(struct cx *cx, struct str list, struct query *query)
{
    struct str name;

    while (str_cut(&list, ',', &name)) {
        name = str_trim(name);
        if (name.n > 0)
            TRY(add_group(cx, query, name));
    }
    return true;
}

static enum rule_type result_type(const struct result *result)
{
    return result->function == LEAST_OF || result->function == MOST_OF ? rule_type_of(result->of)
                                                                       : R_NUMBER;
}

static bool read_having(struct cx *cx, struct str text, struct query *query)
{
    struct rule_name *names = arena_list(cx->mem, struct rule_name, query->result_count);
    struct rule_names aliases = { .at = names, .n = query->result_count };
    struct rule_fault fault;

    if (str_trim(text).n == 0)
        return true;
    for (size_t i = 0; i < query->result_count; i++)
        names[i] = (struct rule_name){ .name = query->results[i].alias,
                                       .column = query->results[i].column,
                                       .type = result_type(&query->results[i]) };
    return having_read(cx->mem, text, &aliases, &query->having, &fault)
        || fail(cx, E_INVALID, "Invalid having expression", "%.*s", STR_ARG(fault.message));
}

static bool open_query(struct cx *cx, struct str name, struct query *query)
{
    const struct collection *found;

    TRY(collection_find(cx, name, &found));
    TRY(access_open(cx, found, OP_LIST, (struct jv){ .kind = JV_ABSENT }, &query->access));
    TRY(access_allowed(cx, &query->access, name));
    if (found == NULL)
        return fail(cx, E_NOT_FOUND, "Collection not found", "Collection '%.*s' does not exist",
                    STR_ARG(name));
    query->names = access_names(cx, &query->access);
    return true;
}

/* --- the statement ---------------------------------------------------------------------------- */

/*
 * PostgreSQL fails where a sum leaves the range of doubles, and its AVG where a square would: what
 * is large is added apart, by rule_add of schema/, as in the arithmetic of rules.
 */
static void put_sum(struct qb *q, const struct rule_name *of)
{
    static const struct { struct sql before; bool ends; } PIECES[] = {
        { SQL("COALESCE(rule_add(SUM("), false },
        { SQL(") FILTER (WHERE ABS("), false },
        { SQL(") < 1e290), COALESCE(rule_sum("), false },
        { SQL(") FILTER (WHERE ABS("), false },
        { SQL(") >= 1e290), 0)), rule_sum("), false },
        { SQL(") FILTER (WHERE ABS("), false },
        { SQL(") >= 1e290))"), true },
    };

    if (!qb_is_postgres(q)) {
        qb_lit(q, SQL_OF("SUM("));
        rule_put(q, of);
        qb_lit(q, SQL_OF(")"));
        return;
    }
    for (size_t i = 0; i < COUNT(PIECES); i++) {
        qb_lit(q, PIECES[i].before);
        if (!PIECES[i].ends)
            rule_put(q, of);
    }
}

static void put_average(struct qb *q, const struct rule_name *of)
{
    bool is_postgres = qb_is_postgres(q);

    qb_lit(q, is_postgres ? SQL_OF("rule_divide(") : SQL_OF("AVG("));
    if (is_postgres) {
        put_sum(q, of);
        qb_lit(q, SQL_OF(", CAST(COUNT("));
    }
    rule_put(q, of);
    qb_lit(q, is_postgres ? SQL_OF(") AS DOUBLE PRECISION))") : SQL_OF(")"));
}

static void put_function(struct qb *q, const struct result *result)
{
    switch (result->function) {
    case SUM_OF:
        put_sum(q, result->of);
        return;
    case AVERAGE_OF:
        put_average(q, result->of);
        return;
    case COUNT_OF:
        qb_lit(q, SQL_OF("COUNT("));
        break;
    case LEAST_OF:
        qb_lit(q, SQL_OF("MIN("));
        break;
    case MOST_OF:
        qb_lit(q, SQL_OF("MAX("));
    }
    if (result->of == NULL)
        qb_lit(q, SQL_OF("*"));
    else
        rule_put(q, result->of);
    qb_lit(q, SQL_OF(")"));
}

static void put_named(struct qb *q, struct str column)
{
    qb_lit(q, SQL_OF(" AS "));
    qb_ident(q, column);
    qb_lit(q, SQL_OF(", "));
}

/*
 * Groups are counted too, so that every column before has a comma after it. They are grouped by
 * their places: written twice, an expression would have values of its own each time.
 */
static bool put_groups(struct qb *q, const struct query *query)
{
    qb_lit(q, SQL_OF("(SELECT "));
    for (size_t i = 0; i < query->result_count; i++) {
        put_function(q, &query->results[i]);
        put_named(q, query->results[i].column);
    }
    for (size_t i = 0; i < query->group_count; i++) {
        rule_put(q, query->groups[i].by);
        put_named(q, query->groups[i].column);
    }
    qb_lit(q, SQL_OF("COUNT(*) AS n"));
    TRY(search_from(q, &query->search, false));
    TRY(filter_where(q, &query->access, query->filter));
    for (size_t i = 0; i < query->group_count; i++) {
        qb_lit(q, i == 0 ? SQL_OF(" GROUP BY ") : SQL_OF(", "));
        qb_number(q, (int64_t)(query->result_count + i + 1));
    }
    qb_lit(q, SQL_OF(") r"));
    return true;
}

static void put_order(struct qb *q, const struct query *query)
{
    for (size_t i = 0; i < query->group_count; i++) {
        qb_lit(q, i == 0 ? SQL_OF(" ORDER BY ") : SQL_OF(", "));
        qb_column(q, 'r', query->groups[i].column);
        if (qb_is_postgres(q))
            qb_lit(q, SQL_OF(" NULLS FIRST"));
    }
}

/* having stands around the groups, over the columns of their results: the same on every engine. */
static bool select_groups(struct cx *cx, const struct query *query, struct rows *rows)
{
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT "));
    for (size_t i = 0; i < query->result_count; i++) {
        qb_lit(&q, i == 0 ? SQL_OF("") : SQL_OF(", "));
        qb_column(&q, 'r', query->results[i].column);
    }
    for (size_t i = 0; i < query->group_count; i++) {
        qb_lit(&q, SQL_OF(", "));
        qb_column(&q, 'r', query->groups[i].column);
    }
    qb_lit(&q, SQL_OF(" FROM "));
    TRY(put_groups(&q, query));
    qb_lit(&q, SQL_OF(" WHERE 1 = 1"));
    if (query->having != NULL)
        TRY(filter_and(&q, query->having));
    put_order(&q, query);
    qb_lit(&q, SQL_OF(" LIMIT "));
    qb_number(&q, AGGREGATE_GROUPS + 1);
    return qb_query(&q, rows);
}

/* --- the answer ------------------------------------------------------------------------------- */

static void write_result(struct js *js, const struct query *query, const struct result *result,
                         const struct rows *rows, int column)
{
    if (result->function == COUNT_OF)
        js_int(js, NULL, rows_int(rows, column));
    else if (result->function == LEAST_OF || result->function == MOST_OF)
        recordrow_write_column(js, query->access.collection, result->of->name, rows, column);
    else if (rows_null(rows, column))
        js_null(js, NULL);
    else
        js_number(js, NULL, rows_real(rows, column));
}

static void write_group(struct js *js, const struct query *query, const struct rows *rows)
{
    int column = 0;

    js_object(js, NULL);
    for (size_t i = 0; i < query->result_count; i++) {
        js_key(js, query->results[i].alias);
        write_result(js, query, &query->results[i], rows, column++);
    }
    for (size_t i = 0; i < query->group_count; i++) {
        js_key(js, query->groups[i].by->name);
        recordrow_write_column(js, query->access.collection, query->groups[i].by->name, rows,
                               column++);
    }
    js_end(js);
}

bool aggregate_records(struct cx *cx, struct str collection, const struct aggregate *in,
                       struct js *js)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct query *query = arena_make(cx->mem, struct query);
    int64_t n = 0;

    TRY(open_query(cx, collection, query));
    TRY(read_functions(cx, in->functions, query));
    TRY(read_groups(cx, in->group_by, query));
    TRY(filter_read(cx, in->filter, &query->names, &query->filter));
    TRY(search_open(cx, &query->access, &query->names, in->search, &query->search));
    TRY(read_having(cx, in->having, query));
    TRY(select_groups(cx, query, &rows));
    js_object(js, NULL);
    js_array(js, "results");
    for (; rows_step(&rows); n++) {
        if (n == AGGREGATE_GROUPS)
            return fail(cx, E_INVALID, BAD_GROUP, "More than %d groups: group by less, or filter",
                        AGGREGATE_GROUPS);
        write_group(js, query, &rows);
    }
    TRY(rows_done(&rows));
    js_end(js);
    js_int(js, "total_groups", n);
    js_end(js);
    return true;
}
