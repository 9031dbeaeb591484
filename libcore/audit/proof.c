/* proof.c — finds the path of an entry under its checkpoint, and follows one. */
#include "audit/proof.h"

#include "audit/auditline.h"
#include "audit/trailwalk.h"
#include "base/settings.h"
#include "crypto/sign.h"
#include "db/rows.h"

static const struct str FORMAT_NAME = S_INIT("larder proof 1");

/* ---- writing ---- */

static const struct sql NUMBER_OF = SQL(
    "SELECT number FROM audit_checkpoint_heads WHERE account_id = :account AND last_id >= :id"
    " ORDER BY last_id LIMIT 1");
struct number { int64_t number; };
static const struct col NUMBER_COLS[] = { COL(C_INT, number, number), { 0 } };
static const struct sql LEAVES = SQL(
    "SELECT l.id AS id, l.checksum AS checksum FROM audit_checkpoint_heads h"
    " JOIN audit_log l ON l.account_id = h.account_id AND l.id > h.after_id AND l.id <= h.last_id"
    " WHERE h.number = :number ORDER BY h.account_id, l.id LIMIT 16385");
struct leaf { int64_t id; struct str checksum; };
static const struct col LEAF_COLS[] = {
    COL(C_INT, leaf, id), COL(C_TEXT, leaf, checksum), { 0 },
};

struct way { struct merkle_hash *leaves; size_t n, at; };

static bool not_yet(struct cx *cx, int64_t id)
{
    if (cx->set->audit_checkpoint_minutes == 0)
        return fail_detail(cx, E_CONFLICT, "Audit log entry %lld is not under a checkpoint yet,"
                           " and none are made by themselves: run larder audit checkpoint",
                           (long long)id);
    return fail_detail(cx, E_CONFLICT, "Audit log entry %lld is not under a checkpoint yet: the"
                       " next is signed within %lld minutes, or now by larder audit checkpoint",
                       (long long)id, (long long)cx->set->audit_checkpoint_minutes);
}

bool proof_checkpoint(struct cx *cx, struct str account_id, int64_t id, int64_t *number)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct number found = { 0 };
    TRY(db_query(cx, NUMBER_OF, BIND(p_text("account", account_id), p_int("id", id)), &rows));
    bool is_there = rows_next(&rows, NUMBER_COLS, &found);
    *number = found.number;
    return is_there || rows_done(&rows);
}

static bool find_checkpoint(struct cx *cx, const struct audit_row *row,
                            struct checkpoint_signed *out)
{
    int64_t number;
    bool is_there;
    TRY(proof_checkpoint(cx, row->account_id, row->id, &number));
    if (number == 0)
        return not_yet(cx, row->id);
    TRY(checkpoint_after(cx, number - 1, out, &is_there));
    return (is_there && out->number == number)
        || broken(cx, "checkpoint %lld is gone", (long long)number);
}

static bool read_leaves(struct cx *cx, int64_t number, int64_t id, struct way *way)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct leaf leaf;
    bool found = false;
    way->leaves = arena_list(cx->mem, struct merkle_hash, CHECKPOINT_ROWS);
    TRY(db_query(cx, LEAVES, BIND(p_int("number", number)), &rows));
    for (; way->n < CHECKPOINT_ROWS && rows_next(&rows, LEAF_COLS, &leaf); way->n++) {
        checkpoint_leaf(leaf.id, leaf.checksum, &way->leaves[way->n]);
        if (leaf.id == id) {
            way->at = way->n;
            found = true;
        }
    }
    TRY(way->n == CHECKPOINT_ROWS || rows_done(&rows));
    return found || broken(cx, "entry %lld is not among those of checkpoint %lld", (long long)id,
                           (long long)number);
}

static void put_proof(struct cx *cx, struct js *js, const struct audit_row *row,
                      const struct way *way, const struct checkpoint_signed *checkpoint,
                      struct str key)
{
    struct merkle_hash path[MERKLE_DEEPEST];
    size_t steps = merkle_path(way->leaves, way->n, way->at, path);
    js_object(js, NULL);
    js_text(js, "proof", FORMAT_NAME);
    auditline_row(js, "entry", row);
    js_int(js, "index", (int64_t)way->at);
    js_array(js, "path");
    for (size_t i = 0; i < steps; i++)
        js_text(js, NULL, merkle_hex(cx->mem, &path[i]));
    js_end(js);
    auditline_signed(js, "checkpoint", checkpoint);
    js_text(js, "key", key);
    js_end(js);
}

bool proof_write(struct cx *cx, int64_t id, struct js *js)
{
    struct audit_row row;
    struct checkpoint_signed checkpoint;
    struct checkpoint read;
    struct way way = { .n = 0 };
    bool found, well;
    db_scope(cx, S("*"));
    TRY(db_snapshot(cx));
    TRY(trailwalk_entry(cx, id, &found, &row));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "Audit log entry %lld not found", (long long)id);
    TRY(find_checkpoint(cx, &row, &checkpoint));
    TRY(checkpoint_read(cx, checkpoint.document, &read, &well));
    TRY(read_leaves(cx, checkpoint.number, id, &way));
    put_proof(cx, js, &row, &way, &checkpoint, read.key);
    return true;
}

/* ---- checking ---- */

struct given {
    struct audit_row row;
    struct checkpoint_signed is;
    struct checkpoint checkpoint;
    struct merkle_hash path[MERKLE_DEEPEST];
    size_t steps;
    int64_t index;
};

static bool no_proof(struct cx *cx)
{
    return fail(cx, E_INVALID, "Invalid", "That is no proof");
}

static bool read_given(struct cx *cx, struct str text, struct given *out)
{
    struct jv json, path;
    struct jv_fault fault;
    bool well;
    if (!jv_parse(cx, text, &json, &fault)
        || !str_eq(jv_text(jv_get(json, S("proof"))), FORMAT_NAME))
        return no_proof(cx);
    TRY(auditline_to_row(cx, jv_get(json, S("entry")), &out->row));
    TRY(auditline_to_signed(cx, jv_get(json, S("checkpoint")), &out->is));
    TRY(checkpoint_read(cx, out->is.document, &out->checkpoint, &well));
    path = jv_get(json, S("path"));
    out->index = jv_int(jv_get(json, S("index")));
    out->steps = jv_count(path);
    if (!well || out->steps > MERKLE_DEEPEST || out->index < 0)
        return no_proof(cx);
    for (size_t i = 0; i < out->steps; i++)
        if (!merkle_from_hex(jv_text(jv_at(path, i)), &out->path[i]))
            return no_proof(cx);
    return true;
}

static const char *fault_of(struct cx *cx, const struct given *given, struct str key)
{
    struct merkle_hash leaf, root;
    struct buf scratch;
    char hex[CHAIN_HEX + 1];
    buf_init(&scratch, cx->mem, SIZE_MAX / 2);
    chain_checksum(&scratch, &given->row, hex);
    checkpoint_leaf(given->row.id, given->row.checksum, &leaf);
    if (!str_eq(str_of(hex), given->row.checksum))
        return "The entry does not have its checksum: it was changed";
    if (!merkle_from_hex(given->checkpoint.root, &root)
        || !merkle_proves(&leaf, (uint64_t)given->index, (uint64_t)given->checkpoint.rows,
                          given->path, given->steps, &root))
        return "The path does not lead from the entry to the root that was signed";
    if (!str_absent(key) && !str_eq_nocase(key, given->checkpoint.key))
        return "The checkpoint was signed with another key";
    if (!sign_is_valid(given->checkpoint.key, given->is.document, given->is.signature))
        return "The checkpoint's signature is not valid";
    return NULL;
}

bool proof_check(struct cx *cx, struct str json, struct str key, struct proof_verdict *out)
{
    struct given *given = arena_make(cx->mem, struct given);
    TRY(read_given(cx, json, given));
    *out = (struct proof_verdict){
        .fault = fault_of(cx, given, key), .id = given->row.id, .number = given->checkpoint.number,
        .time = given->checkpoint.time, .key = given->checkpoint.key };
    return true;
}
