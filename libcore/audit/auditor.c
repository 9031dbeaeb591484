/* auditor.c — proves the whole trail: the chain of every account, one after the other. */
#include "audit/auditor.h"

#include "db/rows.h"

static const struct sql ACCOUNT_AFTER = SQL(
    "SELECT min(account_id) AS account_id FROM audit_log WHERE account_id > :account");

struct chained { struct str account_id; };
static const struct col CHAINED_COLS[] = { COL(C_TEXT, chained, account_id), { 0 } };

/* The next account that has a trail; absent after the last. */
static bool next_account(struct cx *cx, struct str *account)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct chained next = { NO_STR };
    TRY(db_query(cx, ACCOUNT_AFTER, BIND(p_text("account", *account)), &rows));
    *account = rows_next(&rows, CHAINED_COLS, &next) ? next.account_id : NO_STR;
    return rows_done(&rows);
}

bool auditor_run(struct cx *cx, struct auditor_report *out)
{
    struct str account = S("");
    struct chain_report *chain = arena_make(cx->mem, struct chain_report);
    *out = (struct auditor_report){ 0 };
    db_scope(cx, S("*"));
    TRY(next_account(cx, &account));
    while (!str_absent(account)) {
        *chain = (struct chain_report){ 0 };
        TRY(chain_verify(cx, account, chain));
        out->chains++;
        out->checked += chain->checked;
        for (size_t i = 0; i < chain->fault_count; i++, out->fault_count++)
            if (out->fault_count < AUDITOR_FAULTS)
                out->faults[out->fault_count] = chain->faults[i];
        TRY(next_account(cx, &account));
    }
    return true;
}
