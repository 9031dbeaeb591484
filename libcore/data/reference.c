/* reference.c — the targets of references must exist, in the account of the record. */
#include "data/reference.h"

static bool points(const struct recordrow *stored, const struct validated *values, size_t i)
{
    return stored->fields[i].field->type->rule == R_REFERENCE && values->given[i]
        && values->values[i].type == P_TEXT;
}

static void put_target(struct qb *q, const struct field *field, struct str account_id)
{
    qb_lit(q, SQL_OF("EXISTS (SELECT 1 FROM "));
    qb_ident(q, field->target_table);
    qb_lit(q, SQL_OF(" r WHERE r.\"account_id\" = "));
    qb_value(q, p_text(NULL, account_id));
    qb_lit(q, SQL_OF(" AND r.\"id\" = "));
}

/* Of one: whether it is there. Of a list: those that are not, as a JSON array; NULL: none. */
static void put_question(struct qb *q, const struct field *field, struct str account_id,
                         const struct param *value)
{
    bool many = fieldtype_is_many(field->type);

    if (!many) {
        put_target(q, field, account_id);
        qb_value(q, *value);
        qb_lit(q, SQL_OF(")"));
        return;
    }
    qb_lit(q, qb_is_postgres(q) ? SQL_OF("(SELECT CAST(json_agg(j.value ORDER BY j.key) AS TEXT)")
                                : SQL_OF("(SELECT CASE WHEN COUNT(*) > 0"
                                         " THEN json_group_array(j.value) END"));
    qb_lit(q, SQL_OF(" FROM "));
    qb_each(q, 'j', *value);
    qb_lit(q, SQL_OF(" WHERE NOT "));
    put_target(q, field, account_id);
    qb_lit(q, SQL_OF("j.value))"));
}

static void add_fault(struct cx *cx, const struct field *field, struct str id,
                      struct fault_list *faults)
{
    validate_fault(cx, faults, field->name, "invalid_reference",
                   str_fmt(cx->mem, "Referenced record '%.*s' not found in collection '%.*s'",
                           STR_ARG(id), STR_ARG(field->collection)));
}

static bool add_missing(struct cx *cx, const struct field *field, struct str missing,
                        struct fault_list *faults)
{
    struct jv_fault fault;
    struct jv list;

    if (str_absent(missing))
        return true;
    if (!jv_parse(cx, missing, &list, &fault))
        return broken(cx, "a list of missing records cannot be read: %s", fault.reason);
    for (size_t i = 0; i < jv_count(list); i++)
        add_fault(cx, field, jv_text(jv_at(list, i)), faults);
    return true;
}

static bool read_answer(struct cx *cx, const struct recordrow *stored,
                        const struct validated *values, const struct rows *rows,
                        struct fault_list *faults)
{
    int column = 0;

    for (size_t i = 0; i < stored->n; i++) {
        const struct field *field = stored->fields[i].field;
        if (!points(stored, values, i))
            continue;
        if (fieldtype_is_many(field->type))
            TRY(add_missing(cx, field, str_copy(cx->mem, rows_text(rows, column)), faults));
        else if (!rows_bool(rows, column))
            add_fault(cx, field, values->values[i].text, faults);
        column++;
    }
    return true;
}

bool reference_check(struct cx *cx, struct str account_id, const struct recordrow *stored,
                     const struct validated *values, struct fault_list *faults)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    int column = 0;

    qb_init(&q, cx);
    for (size_t i = 0; i < stored->n; i++) {
        if (!points(stored, values, i))
            continue;
        qb_lit(&q, column++ == 0 ? SQL_OF("SELECT ") : SQL_OF(", "));
        put_question(&q, stored->fields[i].field, account_id, &values->values[i]);
    }
    if (column == 0)
        return true;
    TRY(qb_query(&q, &rows));
    if (!rows_step(&rows))
        return rows_done(&rows) && broken(cx, "a question without an answer");
    return read_answer(cx, stored, values, &rows, faults);
}
