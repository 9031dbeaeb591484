/* reference.c — the targets of references must exist, in the account of the record. */
#include "data/reference.h"

static bool points(const struct recordrow *stored, const struct validated *values, size_t i)
{
    return stored->fields[i].field->type->rule == R_REFERENCE && values->given[i]
        && values->values[i].type == P_TEXT;
}

static void put_exists(struct qb *q, const struct field *field, struct str account_id,
                       const struct param *id)
{
    qb_lit(q, SQL_OF("EXISTS (SELECT 1 FROM "));
    qb_ident(q, field->target_table);
    qb_lit(q, SQL_OF(" r WHERE r.\"account_id\" = "));
    qb_value(q, p_text(NULL, account_id));
    qb_lit(q, SQL_OF(" AND r.\"id\" = "));
    qb_value(q, *id);
    qb_lit(q, SQL_OF(")"));
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
        put_exists(&q, stored->fields[i].field, account_id, &values->values[i]);
    }
    if (column == 0)
        return true;
    TRY(qb_query(&q, &rows));
    if (!rows_step(&rows))
        return rows_done(&rows) && broken(cx, "a question without an answer");
    column = 0;
    for (size_t i = 0; i < stored->n; i++) {
        const struct field *field = stored->fields[i].field;
        if (points(stored, values, i) && !rows_bool(&rows, column++))
            validate_fault(cx, faults, field->name, "invalid_reference",
                           str_fmt(cx->mem,
                                   "Referenced record '%.*s' not found in collection '%.*s'",
                                   STR_ARG(values->values[i].text), STR_ARG(field->collection)));
    }
    return true;
}
