/* checkpoint.c — writes, reads, signs and makes checkpoints. */
#include "audit/checkpoint.h"

#include <stdio.h>

#include "audit/chain.h"
#include "audit/checkpointlog.h"
#include "base/js.h"
#include "base/jv.h"
#include "base/num.h"
#include "base/settings.h"
#include "base/when.h"
#include "crypto/mac.h"
#include "crypto/sign.h"
#include "db/rows.h"
#include "db/tx.h"

static const struct str FORMAT_NAME = S_INIT("larder checkpoint 1");
static const struct str LOCK = S_INIT("audit checkpoints");

/* ---- documents ---- */

struct str checkpoint_document(struct arena *mem, const struct checkpoint *checkpoint)
{
    struct buf out;
    struct js js;
    buf_init(&out, mem, SIZE_MAX / 2);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "format", FORMAT_NAME);
    js_int(&js, "number", checkpoint->number);
    js_text(&js, "time", checkpoint->time);
    js_text(&js, "previous", checkpoint->previous);
    js_int(&js, "rows", checkpoint->rows);
    js_text(&js, "root", checkpoint->root);
    js_array(&js, "heads");
    for (size_t i = 0; i < checkpoint->n; i++) {
        js_array(&js, NULL);
        js_text(&js, NULL, checkpoint->heads[i].account_id);
        js_int(&js, NULL, checkpoint->heads[i].last_id);
        js_text(&js, NULL, checkpoint->heads[i].checksum);
        js_end(&js);
    }
    js_end(&js);
    js_text(&js, "key", checkpoint->key);
    js_end(&js);
    return buf_text(&out);
}

static void read_heads(struct cx *cx, struct jv list, struct checkpoint *out)
{
    out->n = jv_count(list);
    out->heads = arena_list(cx->mem, struct checkpoint_head, out->n);
    for (size_t i = 0; i < out->n; i++) {
        struct jv head = jv_at(list, i);
        out->heads[i] = (struct checkpoint_head){ jv_text(jv_at(head, 0)), jv_int(jv_at(head, 1)),
                                                  jv_text(jv_at(head, 2)) };
    }
}

/* There is one way to write a document: what is not written so is none of ours. */
bool checkpoint_read(struct cx *cx, struct str document, struct checkpoint *out, bool *well)
{
    struct jv json;
    struct jv_fault fault;
    *well = false;
    *out = (struct checkpoint){ .number = 0 };
    if (!jv_parse(cx, document, &json, &fault))
        return true;
    *out = (struct checkpoint){
        .number = jv_int(jv_get(json, S("number"))), .rows = jv_int(jv_get(json, S("rows"))),
        .time = jv_text(jv_get(json, S("time"))), .root = jv_text(jv_get(json, S("root"))),
        .previous = jv_text(jv_get(json, S("previous"))), .key = jv_text(jv_get(json, S("key"))) };
    read_heads(cx, jv_get(json, S("heads")), out);
    *well = str_eq(checkpoint_document(cx->mem, out), document);
    return true;
}

void checkpoint_leaf(int64_t id, struct str checksum, struct merkle_hash *out)
{
    char text[32 + CHAIN_HEX];
    int n = snprintf(text, sizeof text, "%lld %.*s", (long long)id,
                     (int)(checksum.n < CHAIN_HEX ? checksum.n : CHAIN_HEX),
                     checksum.p != NULL ? checksum.p : "");
    merkle_leaf((struct str){ text, (size_t)n }, out);
}

/* ---- the key ---- */

bool checkpoint_key(struct cx *cx, struct str *public_key)
{
    struct str seed = cx->set->audit_signing_key;
    if (seed.n == 0)
        return fail(cx, E_CONFLICT, "Conflict", "There is no AUDIT_SIGNING_KEY to sign checkpoints"
                    " with: larder init-db adds one to keys.conf");
    return sign_public(cx->mem, seed, public_key)
        || fail(cx, E_CONFLICT, "Conflict", "AUDIT_SIGNING_KEY must be 64 hexadecimal digits");
}

bool checkpoint_sign(struct cx *cx, struct str document, struct str *signature)
{
    return sign_text(cx->mem, cx->set->audit_signing_key, document, signature)
        || broken(cx, "the trail's key does not sign");
}

/* ---- what there is ---- */

static const struct sql CHECKPOINT_AFTER = SQL(
    "SELECT number, document, signature FROM audit_checkpoints WHERE number > :number"
    " ORDER BY number LIMIT 1");
static const struct sql CHECKPOINT_LAST = SQL(
    "SELECT number, document, signature FROM audit_checkpoints ORDER BY number DESC LIMIT 1");
static const struct col SIGNED_COLS[] = {
    COL(C_INT, checkpoint_signed, number), COL(C_TEXT, checkpoint_signed, document),
    COL(C_TEXT, checkpoint_signed, signature), { 0 },
};

static bool read_signed(struct cx *cx, struct sql sql, struct binds binds,
                        struct checkpoint_signed *out, bool *found)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *out = (struct checkpoint_signed){ .number = 0 };
    TRY(db_query(cx, sql, binds, &rows));
    *found = rows_next(&rows, SIGNED_COLS, out);
    return *found || rows_done(&rows);
}

bool checkpoint_after(struct cx *cx, int64_t number, struct checkpoint_signed *out, bool *found)
{
    return read_signed(cx, CHECKPOINT_AFTER, BIND(p_int("number", number)), out, found);
}

static const struct sql CHECKPOINTS_BEFORE = SQL(
    "SELECT number, document, signature FROM audit_checkpoints WHERE number < :number"
    " ORDER BY number DESC LIMIT :most");

bool checkpoint_list(struct cx *cx, int64_t before, struct checkpoint_signed *out, size_t most,
                     size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, CHECKPOINTS_BEFORE,
                 BIND(p_int("number", before > 0 ? before : INT64_MAX),
                      p_int("most", (int64_t)most)), &rows));
    for (*n = 0; *n < most && rows_next(&rows, SIGNED_COLS, &out[*n]); ++*n)
        ;
    return *n == most || rows_done(&rows);
}

/* number 0: there is none. */
static bool read_last(struct cx *cx, struct checkpoint_signed *out)
{
    bool found;
    return read_signed(cx, CHECKPOINT_LAST, NO_BINDS, out, &found);
}

/* ---- making ---- */

/* From chain to chain by the index, however long each is. */
static const struct sql MOVED = SQL(
    "WITH RECURSIVE chained (account_id) AS (SELECT min(account_id) FROM audit_log UNION ALL"
    " SELECT (SELECT min(l.account_id) FROM audit_log l WHERE l.account_id > c.account_id)"
    " FROM chained c WHERE c.account_id IS NOT NULL)"
    " SELECT account_id, covered FROM (SELECT c.account_id AS account_id,"
    " COALESCE((SELECT max(h.last_id) FROM audit_checkpoint_heads h"
    " WHERE h.account_id = c.account_id), 0) AS covered,"
    " (SELECT max(l.id) FROM audit_log l WHERE l.account_id = c.account_id) AS last_id"
    " FROM chained c WHERE c.account_id IS NOT NULL) chains"
    " WHERE last_id > covered ORDER BY account_id LIMIT 16384");
struct moved { struct str account_id; int64_t covered; };
static const struct col MOVED_COLS[] = {
    COL(C_TEXT, moved, account_id), COL(C_INT, moved, covered), { 0 },
};
static const struct sql UNCOVERED = SQL(
    "SELECT id, checksum FROM audit_log WHERE account_id = :account AND id > :after"
    " ORDER BY id LIMIT :most");
struct leaf { int64_t id; struct str checksum; };
static const struct col LEAF_COLS[] = {
    COL(C_INT, leaf, id), COL(C_TEXT, leaf, checksum), { 0 },
};
static const struct sql ADD_CHECKPOINT = SQL(
    "INSERT INTO audit_checkpoints (number, document, signature, created_at)"
    " VALUES (:number, :document, :signature, :now)");
static const struct sql ADD_HEAD = SQL(
    "INSERT INTO audit_checkpoint_heads (account_id, last_id, after_id, checksum, number)"
    " VALUES (:account, :last, :after, :checksum, :number)");

struct making { struct moved *moved; size_t n; struct merkle tree; struct checkpoint is; };

static bool list_moved(struct cx *cx, struct making *making)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    making->moved = arena_list(cx->mem, struct moved, CHECKPOINT_ROWS);
    TRY(db_query(cx, MOVED, NO_BINDS, &rows));
    while (making->n < CHECKPOINT_ROWS && rows_next(&rows, MOVED_COLS, &making->moved[making->n]))
        making->n++;
    return rows_done(&rows);
}

static bool take_chain(struct cx *cx, struct making *making, const struct moved *moved)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct checkpoint_head head = { .account_id = moved->account_id };
    struct merkle_hash hash;
    struct leaf leaf;
    TRY(db_query(cx, UNCOVERED, BIND(p_text("account", moved->account_id),
        p_int("after", moved->covered),
        p_int("most", CHECKPOINT_ROWS - (int64_t)making->tree.n)), &rows));
    while (rows_next(&rows, LEAF_COLS, &leaf)) {
        checkpoint_leaf(leaf.id, leaf.checksum, &hash);
        merkle_add(&making->tree, &hash);
        head.last_id = leaf.id;
        head.checksum = leaf.checksum;
    }
    making->is.heads[making->is.n++] = head;
    return rows_done(&rows);
}

/* What the next checkpoint says; rows 0: there is nothing for it to say. */
static bool gather(struct cx *cx, const struct checkpoint_signed *last, struct making *making)
{
    struct buf time;
    struct merkle_hash root;
    struct checkpoint *is = &making->is;
    TRY(list_moved(cx, making));
    is->heads = arena_list(cx->mem, struct checkpoint_head, making->n);
    for (size_t i = 0; i < making->n && making->tree.n < CHECKPOINT_ROWS; i++)
        TRY(take_chain(cx, making, &making->moved[i]));
    merkle_root(&making->tree, &root);
    buf_init(&time, cx->mem, 64);
    when_iso(&time, cx->now);
    is->number = last->number + 1;
    is->rows = (int64_t)making->tree.n;
    is->time = buf_text(&time);
    is->previous = last->number > 0 ? mac_sha256_hex(cx->mem, last->document) : NO_STR;
    is->root = merkle_hex(cx->mem, &root);
    return checkpoint_key(cx, &is->key);
}

/* Unless somebody else was faster: then it was said already. */
static bool keep(struct cx *cx, const struct making *making)
{
    const struct checkpoint *is = &making->is;
    struct str document = checkpoint_document(cx->mem, is), signature;
    struct tx tx SCOPED(tx_end) = { 0 };
    struct checkpoint_signed last;
    TRY(checkpoint_sign(cx, document, &signature));
    TRY(tx_begin(cx, &tx));
    TRY(tx_lock(cx, LOCK));
    TRY(read_last(cx, &last));
    if (last.number != is->number - 1)
        return true;
    TRY(db_exec(cx, ADD_CHECKPOINT, BIND(p_int("number", is->number), p_text("document", document),
        p_text("signature", signature), p_time("now", cx->now)), NULL));
    for (size_t i = 0; i < is->n; i++)
        TRY(db_exec(cx, ADD_HEAD, BIND(p_text("account", is->heads[i].account_id),
            p_int("last", is->heads[i].last_id), p_int("after", making->moved[i].covered),
            p_text("checksum", str_absent(is->heads[i].checksum) ? S("") : is->heads[i].checksum),
            p_int("number", is->number)), NULL));
    return tx_commit(&tx);
}

/* The file is asked first: what it tells must be in the database by then. */
static bool make_one(struct cx *cx, int64_t *rows)
{
    struct making *making = arena_make(cx->mem, struct making);
    struct checkpoint_signed last;
    struct str fault;
    TRY(checkpointlog_compare(cx, &fault));
    if (!str_absent(fault))
        return fail(cx, E_CONFLICT, "Conflict", "%.*s; nothing is signed until that is explained",
                    STR_ARG(fault));
    TRY(db_snapshot(cx));
    TRY(read_last(cx, &last));
    TRY(gather(cx, &last, making));
    *rows = making->is.rows;
    return *rows == 0 || (keep(cx, making) && checkpointlog_append(cx));
}

bool checkpoint_make(struct cx *cx, int64_t *made)
{
    struct str scope = db_scope(cx, S("*")), key;
    int64_t rows = CHECKPOINT_ROWS;
    bool well = checkpoint_key(cx, &key);
    for (*made = 0; well && rows == CHECKPOINT_ROWS; *made += rows > 0) {
        struct arena_mark mark = arena_mark(cx->mem);
        well = make_one(cx, &rows);
        if (well)
            arena_rewind(cx->mem, mark);
    }
    db_scope(cx, scope);
    return well;
}
