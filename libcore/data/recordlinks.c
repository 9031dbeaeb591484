/* recordlinks.c — writes and reads the pairs behind references fields. */
#include "data/recordlinks.h"

static void put_table(struct qb *q, const struct collection *collection, const struct field *field)
{
    qb_ident(q, field_link(q->cx->mem, collection->name, field->name));
}

static void put_owner(struct qb *q, struct str account_id, struct str id)
{
    qb_lit(q, SQL_OF(" WHERE \"account_id\" = "));
    qb_value(q, p_text(NULL, account_id));
    qb_lit(q, SQL_OF(" AND \"record_id\" = "));
    qb_value(q, p_text(NULL, id));
}

static bool drop(struct cx *cx, const struct collection *collection, const struct field *field,
                 struct str account_id, struct str id)
{
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("DELETE FROM "));
    put_table(&q, collection, field);
    put_owner(&q, account_id, id);
    return qb_exec(&q, NULL);
}

static bool add(struct cx *cx, const struct collection *collection, const struct field *field,
                const struct param *row, const struct param *list, struct refusal *refusal)
{
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("INSERT INTO "));
    put_table(&q, collection, field);
    qb_lit(&q, SQL_OF(" (\"account_id\", \"record_id\", \"target_id\") SELECT "));
    qb_value(&q, row[RECORDROW_ACCOUNT]);
    qb_lit(&q, SQL_OF(", "));
    qb_value(&q, row[RECORDROW_ID]);
    qb_lit(&q, SQL_OF(", j.value FROM "));
    qb_each(&q, 'j', *list);
    return qb_change(&q, refusal, NULL);
}

static bool is_empty(const struct param *list)
{
    return list->type == P_NULL || str_eq(list->text, S("[]"));
}

bool recordlinks_write(struct cx *cx, const struct recordrow *stored, const struct param *old,
                       const struct param *new, struct refusal *refusal)
{
    for (size_t i = 0; i < stored->n && refusal->kind == V_NONE; i++) {
        const struct field *field = stored->fields[i].field;
        const struct param *list = &new[RECORDROW_FIELDS + i];
        const struct param *was = old != NULL ? &old[RECORDROW_FIELDS + i] : NULL;
        if (!field_has_link(field) || (was != NULL && str_eq(was->text, list->text)))
            continue;
        if (was != NULL && !is_empty(was))
            TRY(drop(cx, stored->collection, field, new[RECORDROW_ACCOUNT].text,
                     new[RECORDROW_ID].text));
        if (!is_empty(list))
            TRY(add(cx, stored->collection, field, new, list, refusal));
    }
    return true;
}

bool recordlinks_drop(struct cx *cx, const struct collection *collection, struct str account_id,
                      struct str id)
{
    for (size_t i = 0; i < collection->field_count; i++)
        if (field_has_link(&collection->fields[i]))
            TRY(drop(cx, collection, &collection->fields[i], account_id, id));
    return true;
}

void recordlinks_from(struct qb *q, const struct collection *collection, const struct field *field)
{
    qb_lit(q, SQL_OF(" FROM "));
    put_table(q, collection, field);
    qb_lit(q, SQL_OF(" l JOIN "));
    qb_ident(q, collection->table);
    qb_lit(q, SQL_OF(" r ON r.\"account_id\" = l.\"account_id\" AND r.\"id\" = l.\"record_id\""));
}
