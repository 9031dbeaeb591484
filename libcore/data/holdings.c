/* holdings.c — asks all collections for records of one account; deletes the account. */
#include "data/holdings.h"

#include "audit/change.h"
#include "data/collection.h"
#include "db/qb.h"
#include "files/file.h"

enum { AT_ONCE = 200 };                     /* columns of one statement                           */

static void put_question(struct qb *q, const struct collection *const *all, size_t n,
                         struct str account_id)
{
    for (size_t i = 0; i < n; i++) {
        qb_lit(q, i == 0 ? SQL_OF("SELECT EXISTS (SELECT 1 FROM ")
                         : SQL_OF(", EXISTS (SELECT 1 FROM "));
        qb_ident(q, all[i]->table);
        qb_lit(q, SQL_OF(" WHERE account_id = "));
        qb_value(q, p_text(NULL, account_id));
        qb_lit(q, SQL_OF(")"));
    }
}

/* Those of `all` that hold something, found n at a time. */
static bool find_some(struct cx *cx, const struct collection *const *all, size_t n,
                      struct str account_id, const struct collection **found, size_t *found_n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    qb_init(&q, cx);
    put_question(&q, all, n, account_id);
    TRY(qb_query(&q, &rows));
    if (!rows_step(&rows))
        return rows_done(&rows);
    for (size_t i = 0; i < n; i++)
        if (rows_bool(&rows, (int)i))
            found[(*found_n)++] = all[i];
    return true;
}

static bool with_tables(struct cx *cx, const struct collection *const **out, size_t *n)
{
    const struct collection *const *all;
    const struct collection **kept;
    size_t count;

    TRY(collection_all(cx, &all, &count));
    kept = arena_list(cx->mem, const struct collection *, count + 1);
    *n = 0;
    for (size_t i = 0; i < count; i++)
        if (all[i]->view == NULL)
            kept[(*n)++] = all[i];
    *out = kept;
    return true;
}

static bool find_held(struct cx *cx, struct str account_id, const struct collection ***out,
                      size_t *n)
{
    const struct collection *const *all;
    size_t count;

    *n = 0;
    TRY(with_tables(cx, &all, &count));
    *out = arena_list(cx->mem, const struct collection *, count);
    for (size_t at = 0; at < count; at += AT_ONCE)
        TRY(find_some(cx, all + at, count - at < AT_ONCE ? count - at : AT_ONCE, account_id,
                      *out, n));
    return true;
}

bool holdings_names(struct cx *cx, struct str account_id, struct str **names, size_t *n)
{
    const struct collection **held;

    TRY(find_held(cx, account_id, &held, n));
    *names = arena_list(cx->mem, struct str, *n);
    for (size_t i = 0; i < *n; i++)
        (*names)[i] = held[i]->name;
    return true;
}

bool holdings_delete_account(struct cx *cx, const struct account *account)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const struct collection **held;
    size_t n;

    if (str_eq(account->id, S(SYSTEM_ACCOUNT)))
        return fail_detail(cx, E_UNPROCESSABLE, "Cannot delete system account");
    TRY(tx_begin(cx, &tx));
    TRY(find_held(cx, account->id, &held, &n));
    for (size_t i = 0; i < n; i++)          /* remembered totals are void                         */
        TRY(change_touch(cx, account->id, held[i]->table));
    TRY(account_delete(cx, account));
    TRY(file_account_goes(cx, account->id));
    return tx_commit(&tx);
}
