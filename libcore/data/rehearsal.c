/* rehearsal.c — makes a change of a definition, looks at it, and takes it back. */
#include "data/rehearsal.h"

#include "data/recordrow.h"
#include "db/qb.h"
#include "db/tx.h"

enum { SAMPLE_MAX = 1 << 20 };

static bool take_sample(struct cx *cx, const struct collection *c, struct str *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct recordrow row;
    struct buf text;
    struct js js;
    struct qb q;

    recordrow_shape(cx, c, NULL, NO_STR, &row);
    db_scope(cx, S("*"));
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT "));
    TRY(recordrow_columns(&q, &row));
    qb_lit(&q, SQL_OF(" FROM "));
    TRY(collection_from(&q, c, NO_STR));
    qb_lit(&q, SQL_OF(" LIMIT "));
    qb_number(&q, REHEARSAL_ROWS);
    TRY(qb_query(&q, &rows));
    buf_init(&text, cx->mem, SAMPLE_MAX);
    js_init(&js, &text);
    js_array(&js, NULL);
    while (rows_step(&rows))
        recordrow_write(cx, &js, &row, &rows);
    js_end(&js);
    *out = text.over ? S("[]") : buf_text(&text);
    return rows_done(&rows);
}

bool rehearsal_define(struct cx *cx, struct str id, const struct define_in *in,
                      struct rehearsal *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };        /* never committed                                */

    *out = (struct rehearsal){ .sample = S("[]") };
    TRY(tx_begin(cx, &tx));
    TRY(str_absent(id) ? define_create(cx, in, &out->now)
                       : define_update(cx, id, in, &out->now, &out->records));
    return out->now.view == NULL || take_sample(cx, &out->now, &out->sample);
}

bool rehearsal_filled(struct cx *cx, const struct collection *c, const struct field *field,
                   int64_t *filled)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    *filled = 0;
    if (c->view != NULL || field_is_computed(field))
        return true;
    db_scope(cx, S("*"));
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT COUNT(*) AS n FROM "));
    qb_ident(&q, c->table);
    qb_lit(&q, SQL_OF(" r WHERE "));
    qb_column(&q, 'r', field->name);
    qb_lit(&q, SQL_OF(" IS NOT NULL"));
    TRY(qb_query(&q, &rows));
    *filled = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    return rows_done(&rows);
}
