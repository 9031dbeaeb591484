/* recordmay.c — asks the grants of every operation about one record. */
#include "data/recordmay.h"

#include "db/rows.h"

static bool ask(struct cx *cx, const struct access *access, struct str id, bool *may)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT r.\"id\""));
    TRY(access_verdict(&q, access));
    qb_lit(&q, SQL_OF(" FROM "));
    TRY(collection_from(&q, access->collection, access->account_id));
    access_where_tenant(&q, access);
    qb_lit(&q, SQL_OF(" AND r.\"id\" = "));
    qb_value(&q, p_text(NULL, id));
    TRY(qb_query(&q, &rows));
    *may = rows_step(&rows) && rows_int(&rows, 1) != 0;
    return *may || rows_done(&rows);
}

bool recordmay_ask(struct cx *cx, const struct collection *collection, struct str id,
                   bool may[OP_COUNT])
{
    for (int i = 0; i < OP_COUNT; i++) {
        enum operation operation = (enum operation)i;
        bool writes = operation != OP_LIST && operation != OP_VIEW;
        struct access access;

        may[i] = false;
        if (writes && collection->view != NULL)
            continue;
        TRY(access_open(cx, collection, operation, (struct jv){ .kind = JV_ABSENT }, &access));
        if (access.answer != ACCESS_GRANTED || access.n == 0)
            continue;
        if (operation == OP_CREATE)
            may[i] = true;
        else
            TRY(ask(cx, &access, id, &may[i]));
    }
    return true;
}
