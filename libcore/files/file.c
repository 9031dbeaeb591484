/* file.c — rows of files, and the bytes that go with them. */
#include "files/file.h"

#include "audit/change.h"
#include "base/ident.h"
#include "base/js.h"
#include "base/jv.h"
#include "base/log.h"
#include "db/rows.h"
#include "files/sniff.h"
#include "files/thumb.h"
#include "jobs/queue.h"

static const struct sql FILE_BY_PATH = SQL(
    "SELECT id, account_id, path, provider, filename, mime_type, sha256, uploaded_by, size,"
    " created_at FROM files WHERE account_id = :account AND path = :path");
static const struct col FILE_COLS[] = {
    COL(C_TEXT, file, id),          COL(C_TEXT, file, account_id), COL(C_TEXT, file, path),
    COL(C_TEXT, file, provider),    COL(C_TEXT, file, filename),   COL(C_TEXT, file, mime_type),
    COL(C_TEXT, file, sha256),      COL(C_TEXT, file, uploaded_by), COL(C_INT, file, size),
    COL(C_TIME, file, created_at),  { 0 },
};

static const struct sql BYTES_OF_ACCOUNT = SQL(
    "SELECT COALESCE(sum(size), 0) FROM files WHERE account_id = :account");

bool file_account_bytes(struct cx *cx, struct str account_id, int64_t *bytes)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, BYTES_OF_ACCOUNT, BIND(p_text("account", account_id)), &rows));
    *bytes = rows_step(&rows) ? rows_int(&rows, 0) : 0;
    return rows_done(&rows);
}

bool file_create(struct cx *cx, const struct file *file)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(change_insert(cx, &(struct change){
        .table = S("files"), .account_id = file->account_id,
        .new_values = BIND(p_text("id", file->id), p_text("account_id", file->account_id),
                           p_text("path", file->path), p_text("provider", file->provider),
                           p_text("filename", file->filename), p_int("size", file->size),
                           p_text("mime_type", file->mime_type), p_text("sha256", file->sha256),
                           p_text("uploaded_by", file->uploaded_by),
                           p_time("created_at", file->created_at)) }));
    return tx_commit(&tx);
}

bool file_find(struct cx *cx, struct str account_id, struct str path, bool *found,
               struct file *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *out = (struct file){ .path = path };
    TRY(db_query(cx, FILE_BY_PATH, BIND(p_text("account", account_id), p_text("path", path)),
                 &rows));
    *found = rows_next(&rows, FILE_COLS, out);
    return *found || rows_done(&rows);
}

bool file_missing(struct cx *cx, struct str path)
{
    return fail_detail(cx, E_NOT_FOUND, "File not found: %.*s", STR_ARG(path));
}

static bool delete_row(struct cx *cx, const struct filepath *at, bool *found)
{
    struct file file;
    const struct actor *who = cx->who;
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(file_find(cx, at->account_id, at->path, found, &file));
    if (!who->is_superadmin && !str_eq(who->role, S("admin"))
        && !(*found && str_eq(file.uploaded_by, who->id)))
        return fail_detail(cx, E_FORBIDDEN, "Only the uploader or an admin of the account may"
                           " delete this file");
    if (*found)
        TRY(change_delete(cx, &(struct change){
            .table = S("files"), .account_id = at->account_id, .record_id = file.id,
            .key = BIND(p_text("account_id", at->account_id), p_text("id", file.id)) }));
    return tx_commit(&tx);
}

bool file_drop(struct cx *cx, const struct filepath *at)
{
    TRY(at->place->remove(cx, at->name));
    return !thumb_is_of(sniff_type_of(at->path)) || thumb_clear(cx, at);
}

/* Once the row is gone, so is the file, whatever becomes of its bytes: the sweep looks again. */
bool file_delete(struct cx *cx, struct str path)
{
    struct filepath at;
    struct place_file bytes;
    bool known, there;
    TRY(filepath_own(cx, path, &at));
    TRY(at.place->find(cx, at.name, &there, &bytes));
    TRY(delete_row(cx, &at, &known));
    if (!known && !there)
        return file_missing(cx, path);
    if (!file_drop(cx, &at)) {
        log_failure(cx);
        fail_forget(cx);
    }
    return true;
}

/* ---- of an account ---- */

bool file_account_goes(struct cx *cx, struct str account_id)
{
    struct buf payload;
    struct js js;
    struct str id;
    buf_init(&payload, cx->mem, 256);
    js_init(&js, &payload);
    js_object(&js, NULL);
    js_text(&js, "account_id", account_id);
    js_end(&js);
    return queue_add(cx, &(struct queue_job){ .handler = "delete_files",
                                              .payload = buf_text(&payload) }, &id);
}

static const struct sql ACCOUNT_IS_THERE = SQL("SELECT id FROM accounts WHERE id = :account");
struct account_row { struct str id; };
static const struct col ACCOUNT_COLS[] = { COL(C_TEXT, account_row, id), { 0 } };

/* An account that is there keeps its files, whatever a job says. */
bool file_account_gone(struct cx *cx, struct str payload)
{
    struct jv values;
    struct jv_fault fault;
    struct rows rows SCOPED(rows_close) = { 0 };
    struct account_row row;
    if (!jv_parse(cx, payload, &values, &fault))
        return broken(cx, "delete_files: the payload is no JSON");
    struct str account_id = jv_text(jv_get(values, S("account_id")));
    if (!ident_is_uuid(account_id))
        return broken(cx, "delete_files: the payload names no account");
    TRY(db_query(cx, ACCOUNT_IS_THERE, BIND(p_text("account", account_id)), &rows));
    if (rows_next(&rows, ACCOUNT_COLS, &row))
        return fail(cx, E_CONFLICT, "Conflict", "The account is still there");
    TRY(rows_done(&rows));
    for (size_t i = 0; place_at(i) != NULL; i++)
        TRY(place_at(i)->clear(cx, account_id));
    return true;
}
