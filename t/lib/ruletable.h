/* ruletable.h — a table with the columns of rulenames.h. */
#ifndef RULETABLE_H
#define RULETABLE_H

#include "db/ddl.h"
#include "db/qb.h"
#include "db/tx.h"
#include "rulerows.h"

static inline bool ruletable_make(struct cx *cx, struct str table)
{
    static const struct ddl_column COLUMNS[] = {
        { .name = S_INIT("title"), .word = "@text" }, { .name = S_INIT("status"), .word = "@text" },
        { .name = S_INIT("price"), .word = "@real" },
        { .name = S_INIT("quantity"), .word = "@real" },
        { .name = S_INIT("is_done"), .word = "@bool" },
        { .name = S_INIT("public"), .word = "@bool" },
        { .name = S_INIT("due"), .word = "@time" }, { .name = S_INIT("day"), .word = "@text" },
        { .name = S_INIT("owner"), .word = "@id" }, { .name = S_INIT("meta"), .word = "@json" },
        { .name = S_INIT("user"), .word = "@text" }, { .name = S_INIT("like"), .word = "@text" },
    };
    struct tx tx SCOPED(tx_end) = { 0 };
    db_scope(cx, S("*"));
    return tx_begin(cx, &tx) && ddl_create_table(cx, table, COLUMNS, COUNT(COLUMNS))
        && tx_commit(&tx);
}

/* A row of these values, and what every row has. */
static inline bool ruletable_add(struct cx *cx, struct str table, const struct rule_data *row, size_t n)
{
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("INSERT INTO "));
    qb_ident(&q, table);
    qb_lit(&q, SQL_OF(" (updated_at, updated_by"));
    for (size_t i = 0; i < n; i++) {
        qb_lit(&q, SQL_OF(", "));
        qb_ident(&q, row[i].field);
    }
    qb_lit(&q, SQL_OF(") VALUES (0, 'x'"));
    for (size_t i = 0; i < n; i++) {
        qb_lit(&q, SQL_OF(", "));
        qb_value(&q, row[i].value);
    }
    qb_lit(&q, SQL_OF(")"));
    return qb_exec(&q, NULL);
}

/* These rows and no others; in a transaction, which takes them along when it ends. */
static inline bool ruletable_refill(struct cx *cx, struct str table, const struct rulerows_row *rows, size_t n)
{
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("DELETE FROM "));
    qb_ident(&q, table);
    qb_lit(&q, SQL_OF(" WHERE account_id = "));
    qb_value(&q, p_text(NULL, RULEROWS_ACCOUNT));
    TRY(qb_exec(&q, NULL));
    for (size_t i = 0; i < n; i++)
        TRY(ruletable_add(cx, table, rows[i].at, RULEROWS_FIELDS));
    return true;
}

#endif
