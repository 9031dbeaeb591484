/* trailgone.c — looks through the end of an account's trail for deletions. */
#include "audit/trailgone.h"

#include "db/rows.h"

static const struct sql GONE = SQL(
    "SELECT t.record_id, MAX(t.id) AS id FROM (SELECT id, table_name, record_id, operation"
    " FROM audit_log WHERE account_id = :account ORDER BY id DESC LIMIT 5000) t"
    " WHERE t.table_name = :table AND t.operation = 'DELETE'"
    " GROUP BY t.record_id ORDER BY MAX(t.id) DESC LIMIT 50");

struct gone { struct str record_id; int64_t id; };
static const struct col GONE_COLS[] = { COL(C_TEXT, gone, record_id), COL(C_INT, gone, id), { 0 } };

bool trailgone_find(struct cx *cx, struct str account_id, struct str table, struct str **ids,
                    size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct gone gone;
    *n = 0;
    *ids = arena_list(cx->mem, struct str, TRAILGONE_MOST);
    TRY(db_query(cx, GONE, BIND(p_text("account", account_id), p_text("table", table)), &rows));
    while (*n < TRAILGONE_MOST && rows_next(&rows, GONE_COLS, &gone))
        (*ids)[(*n)++] = gone.record_id;
    return rows_done(&rows);
}
