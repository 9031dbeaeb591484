/* prunerecord.c — writes, reads and keeps what is said of pruned entries. */
#include "audit/prunerecord.h"

#include "audit/change.h"
#include "base/js.h"
#include "base/jv.h"
#include "db/rows.h"

static const struct str FORMAT_NAME = S_INIT("larder prune 1");

struct str prunerecord_document(struct arena *mem, const struct prunerecord *record)
{
    struct buf out;
    struct js js;
    buf_init(&out, mem, SIZE_MAX / 2);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "format", FORMAT_NAME);
    js_int(&js, "number", record->number);
    js_text(&js, "time", record->time);
    js_text(&js, "checkpoint", record->checkpoint);
    js_text(&js, "archive", record->archive);
    js_text(&js, "key", record->key);
    js_end(&js);
    return buf_text(&out);
}

bool prunerecord_read(struct cx *cx, struct str document, struct prunerecord *out, bool *well)
{
    struct jv json;
    struct jv_fault fault;
    *well = false;
    *out = (struct prunerecord){ .number = 0 };
    if (!jv_parse(cx, document, &json, &fault))
        return true;
    *out = (struct prunerecord){ .number = jv_int(jv_get(json, S("number"))),
                                 .time = jv_text(jv_get(json, S("time"))),
                                 .checkpoint = jv_text(jv_get(json, S("checkpoint"))),
                                 .archive = jv_text(jv_get(json, S("archive"))),
                                 .key = jv_text(jv_get(json, S("key"))) };
    *well = str_eq(prunerecord_document(cx->mem, out), document);
    return true;
}

static const struct sql PRUNE_LAST = SQL(
    "SELECT number, document, signature FROM audit_prunes ORDER BY number DESC LIMIT 1");
static const struct col SIGNED_COLS[] = {
    COL(C_INT, checkpoint_signed, number), COL(C_TEXT, checkpoint_signed, document),
    COL(C_TEXT, checkpoint_signed, signature), { 0 },
};

bool prunerecord_last(struct cx *cx, struct checkpoint_signed *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *out = (struct checkpoint_signed){ .number = 0 };
    TRY(db_query(cx, PRUNE_LAST, NO_BINDS, &rows));
    return rows_next(&rows, SIGNED_COLS, out) || rows_done(&rows);
}

static const struct sql TOLD = SQL(
    "SELECT count(*) AS n FROM audit_log WHERE account_id = :account AND record_id = :number"
    " AND table_name = 'audit_prunes' AND operation = 'CREATE' AND column_name = 'document'"
    " AND new_value = :document");
struct told { int64_t n; };
static const struct col TOLD_COLS[] = { COL(C_INT, told, n), { 0 } };

bool prunerecord_is_told(struct cx *cx, const struct checkpoint_signed *is, bool *told)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct told row = { 0 };
    struct str number = str_fmt(cx->mem, "%lld", (long long)is->number);
    TRY(db_query(cx, TOLD, BIND(p_text("account", S(SYSTEM_ACCOUNT)), p_text("number", number),
                                p_text("document", is->document)), &rows));
    *told = rows_next(&rows, TOLD_COLS, &row) && row.n > 0;
    return rows_done(&rows);
}

bool prunerecord_add(struct cx *cx, const struct prunerecord *record)
{
    struct str document = prunerecord_document(cx->mem, record), signature;
    TRY(checkpoint_sign(cx, document, &signature));
    return change_insert(cx, &(struct change){
        .table = S("audit_prunes"), .account_id = S(SYSTEM_ACCOUNT),
        .record_id = str_fmt(cx->mem, "%lld", (long long)record->number),
        .new_values = BIND(p_int("number", record->number), p_text("document", document),
                           p_text("signature", signature), p_text("archive", record->archive),
                           p_time("created_at", cx->now)) });
}
