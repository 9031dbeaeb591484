/* auditor.c — walks the trail in the database past a verifier. */
#include "audit/auditor.h"

#include "audit/checkpointlog.h"
#include "audit/prunerecord.h"
#include "audit/trailwalk.h"
#include "base/settings.h"
#include "crypto/sign.h"
#include "db/rows.h"

void auditor_keys(struct cx *cx, struct verifier_terms *terms)
{
    static const struct str_list NONE = { NULL, 0 };
    const struct str_list *old = cx->set != NULL ? &cx->set->audit_public_keys : &NONE;
    struct str *keys = arena_list(cx->mem, struct str, old->n + 1), own = NO_STR;
    size_t n = 0;
    if (cx->set != NULL && sign_public(cx->mem, cx->set->audit_signing_key, &own))
        keys[n++] = own;
    for (size_t i = 0; i < old->n; i++)
        keys[n++] = old->at[i];
    terms->keys = keys;
    terms->key_count = n;
}

static bool tell_row(struct cx *cx UNUSED, void *state, const struct audit_row *row)
{
    verifier_row(state, row);
    return true;
}

/* The table of heads is for finding: it must say what the documents say. */
static const struct sql HEADS = SQL(
    "SELECT account_id, last_id, checksum FROM audit_checkpoint_heads WHERE number = :number"
    " ORDER BY account_id");
static const struct col HEAD_COLS[] = {
    COL(C_TEXT, checkpoint_head, account_id), COL(C_INT, checkpoint_head, last_id),
    COL(C_TEXT, checkpoint_head, checksum), { 0 },
};

static bool heads_agree(struct cx *cx, const struct checkpoint *is, bool *agree)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct checkpoint_head head;
    size_t n = 0;
    *agree = true;
    TRY(db_query(cx, HEADS, BIND(p_int("number", is->number)), &rows));
    for (; *agree && rows_next(&rows, HEAD_COLS, &head); n++)
        *agree = n < is->n && str_eq(head.account_id, is->heads[n].account_id)
              && head.last_id == is->heads[n].last_id
              && str_eq(head.checksum, str_absent(is->heads[n].checksum) ? S("")
                                       : is->heads[n].checksum);
    if (!*agree)
        return true;
    *agree = n == is->n;
    return rows_done(&rows);
}

static bool tell_checkpoint(struct cx *cx, void *state, const struct checkpoint_signed *is)
{
    struct checkpoint read;
    bool well, agree = true;
    TRY(verifier_checkpoint(cx, state, is));
    TRY(checkpoint_read(cx, is->document, &read, &well));
    if (well)
        TRY(heads_agree(cx, &read, &agree));
    if (!agree)
        verifier_fault(state, "Checkpoint %lld: The table of heads says otherwise",
                       (long long)is->number);
    return true;
}

/* A prune that the trail does not tell of was not done by us. */
static bool check_prune(struct cx *cx, struct verifier *v, const struct checkpoint_signed *prune)
{
    bool told = true;
    if (prune->number > 0)
        TRY(prunerecord_is_told(cx, prune, &told));
    if (!told)
        verifier_fault(v, "Prune %lld: The trail does not tell of it", (long long)prune->number);
    return true;
}

static bool run(struct cx *cx, struct str account_id, struct verifier_report *out)
{
    struct verifier_terms terms = { .account_id = account_id, .first = 1 };
    struct str fault;
    TRY(checkpointlog_compare(cx, &fault));         /* before the snapshot: it may tell more */
    TRY(db_snapshot(cx));
    TRY(prunerecord_last(cx, &terms.prune));
    auditor_keys(cx, &terms);
    struct verifier *v = verifier_begin(cx, &terms, out);
    if (!str_absent(fault))
        verifier_fault(v, "%.*s", STR_ARG(fault));
    TRY(check_prune(cx, v, &terms.prune));
    TRY(trailwalk_run(cx, &(struct trailwalk){ .account_id = account_id, .first = 1 },
                      &(struct trailwalk_visitor){ tell_row, tell_checkpoint, v }));
    verifier_end(v);
    return true;
}

bool auditor_account(struct cx *cx, struct str account_id, struct verifier_report *out)
{
    struct str scope = db_scope(cx, S("*"));
    bool well = run(cx, account_id, out);
    db_scope(cx, scope);
    return well;
}

bool auditor_run(struct cx *cx, struct verifier_report *out)
{
    return auditor_account(cx, NO_STR, out);
}
