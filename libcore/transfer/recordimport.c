/* recordimport.c — records out of a file, each by the way of a single write. */
#include "transfer/recordimport.h"

#include "base/log.h"
#include "base/settings.h"
#include "base/spool.h"
#include "transfer/importreader.h"
#include "data/recordwrite.h"
#include "data/upsert.h"
#include "db/tx.h"

enum { SLICE_RECORDS = 200, SLICE_BYTES = 1 << 20 };
enum { MOST_ERRORS = 1000, MOST_SHOWN = 20, MESSAGE_BYTES = 500 };

struct slice { struct importreader_item *items; size_t n; bool is_last; };
struct import {
    struct cx *cx;
    const struct recordimport *in;
    struct importreader reader;
    struct arena *kept;                 /* what the report holds                                  */
    struct arena *read;                 /* the slice in hand                                      */
    int64_t total, created, updated, failed;
    bool complete;
    struct { int64_t line; struct err_item is; } *errors; size_t error_count;
    struct str shown[MOST_SHOWN]; size_t shown_count;
};

bool recordimport_format(struct str word, struct str media_type, enum recordimport_format *out)
{
    static const struct { struct str word, type; } FORMATS[] = {
        [IMPORT_CSV] = { S_INIT("csv"), S_INIT("text/csv") },
        [IMPORT_NDJSON] = { S_INIT("ndjson"), S_INIT("application/x-ndjson") },
        [IMPORT_JSON] = { S_INIT("json"), S_INIT("application/json") },
    };

    for (size_t i = 0; i < COUNT(FORMATS); i++)
        if (str_absent(word) ? str_starts_nocase(media_type, FORMATS[i].type)
                             : str_eq(word, FORMATS[i].word)) {
            *out = (enum recordimport_format)i;
            return true;
        }
    return false;
}

/* ---- errors ---------------------------------------------------------------------------------- */

static void note(struct import *import, int64_t line, struct str field, struct str message,
                 struct str code)
{
    struct arena *mem = import->kept;

    if (import->error_count == MOST_ERRORS)
        return;
    import->errors = arena_more(mem, import->errors, import->error_count,
                                sizeof(*import->errors));
    import->errors[import->error_count].line = line;
    import->errors[import->error_count++].is = (struct err_item){
        .field = str_copy(mem, str_sub(field, 0, MESSAGE_BYTES)),
        .message = str_copy(mem, str_sub(message, 0, MESSAGE_BYTES)),
        .code = str_copy(mem, code) };
}

static struct str code_of(enum err_kind kind)
{
    switch (kind) {
    case E_FORBIDDEN: return S("forbidden");
    case E_UNAUTHENTICATED: return S("unauthenticated");
    case E_NOT_FOUND: return S("not_found");
    case E_CONFLICT: return S("conflict");
    case E_UNPROCESSABLE: return S("field_access");
    default: return S("invalid");
    }
}

/* A failure that a single write answers with a body of its own. */
static bool note_body(struct import *import, int64_t line)
{
    struct cx *cx = import->cx;
    struct jv body, details;
    struct jv_fault fault;
    struct str message;

    if (str_absent(cx->err.body) || !jv_parse(cx, cx->err.body, &body, &fault))
        return false;
    details = jv_get(body, S("details"));
    for (size_t i = 0; i < jv_count(details); i++) {
        struct jv item = jv_at(details, i);
        note(import, line, jv_text(jv_get(item, S("field"))), jv_text(jv_get(item, S("message"))),
             jv_text(jv_get(item, S("code"))));
    }
    if (jv_count(details) > 0)
        return true;
    message = jv_text(jv_get(jv_get(body, S("detail")), S("message")));
    if (str_absent(message))
        message = jv_text(jv_get(body, S("message")));
    if (str_absent(message))
        return false;
    note(import, line, NO_STR, message, code_of(cx->err.kind));
    return true;
}

/* What a record's own failure says; false: it is about more than this record. */
static bool note_failure(struct import *import, int64_t line)
{
    struct cx *cx = import->cx;
    const struct err *err = &cx->err;

    if (err->kind != E_INVALID && err->kind != E_FORBIDDEN && err->kind != E_UNAUTHENTICATED
        && err->kind != E_NOT_FOUND && err->kind != E_CONFLICT && err->kind != E_UNPROCESSABLE)
        return false;
    for (size_t i = 0; i < err->item_count; i++)
        note(import, line, err->items[i].field, err->items[i].message, err->items[i].code);
    if (err->item_count == 0 && !note_body(import, line))
        note(import, line, NO_STR, str_of(err->message), code_of(err->kind));
    import->failed++;
    fail_forget(cx);
    return true;
}

static void note_fault(struct import *import, int64_t line, struct str field, const char *code,
                       struct str message)
{
    note(import, line, field, message, str_of(code));
    import->failed++;
}

/* ---- one record ------------------------------------------------------------------------------ */

/* The record as it may be written: without what nobody writes, for the account that is meant. */
static bool prepare(struct import *import, struct jv record, struct jv *out)
{
    struct cx *cx = import->cx;
    struct str account_id = import->in->account_id, key;
    struct jv_fault fault;
    struct jv value;
    struct buf text;
    struct js js;

    buf_init(&text, cx->mem, SIZE_MAX / 4);
    js_init(&js, &text);
    js_object(&js, NULL);
    if (!str_absent(account_id))
        js_text(&js, "account_id", account_id);
    for (struct jv_each e = jv_each(record); jv_next(&e, &key, &value);) {
        if (importreader_is_passed_over(key)
            || (str_eq(key, S("account_id"))
                && (!cx->who->is_superadmin || !str_absent(account_id))))
            continue;
        js_key(&js, key);
        js_raw(&js, NULL, jv_print(cx->mem, value));
    }
    js_end(&js);
    return jv_parse(cx, buf_text(&text), out, &fault)
        || broken(cx, "a record written anew cannot be read: %s", fault.reason);
}

static bool needs_preparing(const struct import *import, struct jv record)
{
    struct str key;
    struct jv value;

    if (!str_absent(import->in->account_id))
        return true;
    for (struct jv_each e = jv_each(record); jv_next(&e, &key, &value);)
        if (importreader_is_passed_over(key)
            || (str_eq(key, S("account_id")) && !import->cx->who->is_superadmin))
            return true;
    return false;
}

static bool write_record(struct import *import, struct jv body)
{
    const struct recordimport *in = import->in;
    struct cx *cx = import->cx;
    struct upsert_done done = { .is_new = true };

    if (str_absent(in->key))
        TRY(record_create(cx, in->collection, body, NULL, &done.id));
    else
        TRY(upsert_record(cx, in->collection, in->key, body, NULL, &done));
    import->created += done.is_new;
    import->updated += !done.is_new;
    return true;
}

static void show(struct import *import, struct jv body)
{
    if (import->in->is_preview && import->shown_count < MOST_SHOWN)
        import->shown[import->shown_count++] = jv_print(import->kept, body);
}

static bool take(struct import *import, const struct importreader_item *item)
{
    struct cx *cx = import->cx;
    struct jv_fault fault;
    struct jv body;

    import->total++;
    if (str_absent(item->json)) {
        note_fault(import, item->line, item->field, item->code, item->fault);
        return true;
    }
    if (!jv_parse(cx, item->json, &body, &fault)) {
        note_fault(import, item->line, NO_STR, "json_invalid", str_of(fault.reason));
        return true;
    }
    if (body.kind != JV_OBJECT) {
        note_fault(import, item->line, NO_STR, "dict_type", S("A record must be an object"));
        return true;
    }
    if (needs_preparing(import, body))
        TRY(prepare(import, body, &body));
    show(import, body);
    return write_record(import, body) || note_failure(import, item->line);
}

/* ---- slices ---------------------------------------------------------------------------------- */

/* Read before anything is locked: whoever sends may be slow. */
static bool read_slice(struct import *import, struct slice *out)
{
    struct cx *cx = import->cx;
    bool found = true;

    arena_reset(import->read);
    *out = (struct slice){
        .items = arena_list(import->read, struct importreader_item, SLICE_RECORDS) };
    while (out->n < SLICE_RECORDS && arena_used(import->read) < SLICE_BYTES) {
        struct importreader_item *item = &out->items[out->n];
        TRY(importreader_next(cx, &import->reader, import->read, item, &found));
        if (!found)
            break;
        out->n++;
    }
    out->is_last = !found;
    return true;
}

static bool take_slice(struct import *import, const struct slice *slice)
{
    for (size_t i = 0; i < slice->n; i++)
        TRY(take(import, &slice->items[i]));
    return true;
}

/* Numbers of what was rolled back. */
struct counts { int64_t total, created, updated, failed; };

static bool slice_in_tx(struct import *import, const struct slice *slice)
{
    struct tx tx SCOPED(tx_end) = { 0 };

    TRY(tx_begin(import->cx, &tx));
    TRY(take_slice(import, slice));
    return import->in->is_preview || tx_commit(&tx);
}

/* Definitions are looked up anew in each slice: they may have changed. */
static bool write_slice(struct import *import, const struct slice *slice)
{
    struct counts before = { import->total, import->created, import->updated, import->failed };
    struct arena_mark mark = arena_mark(import->cx->mem);

    if (slice_in_tx(import, slice)) {
        arena_rewind(import->cx->mem, mark);
        return true;
    }
    import->total = before.total;
    import->created = before.created;
    import->updated = before.updated;
    import->failed = before.failed;
    return false;
}

/* The file cannot be read on from here. */
static void note_end(struct import *import)
{
    const char *fault;
    int64_t line;

    import->complete = !importreader_fault(&import->reader, &fault, &line);
    if (!import->complete)
        note_fault(import, line, NO_STR, "malformed", str_of(fault));
}

static bool run_slices(struct import *import)
{
    struct slice slice = { .is_last = false };

    while (!slice.is_last) {
        TRY(read_slice(import, &slice));
        TRY(slice.n == 0 || write_slice(import, &slice));
    }
    note_end(import);
    return true;
}

/* What is there stays, and is told of; nothing may look as if it had not been done. */
static bool survive(struct import *import)
{
    struct cx *cx = import->cx;

    if (import->in->is_preview || import->created + import->updated == 0)
        return false;
    if (cx->err.kind == E_BROKEN || cx->err.cause != NULL)
        log_failure(cx);
    note(import, 0, NO_STR, str_of(cx->err.message), S("interrupted"));
    fail_forget(cx);
    import->complete = false;
    return true;
}

/* ---- all or nothing -------------------------------------------------------------------------- */

static bool too_many(struct cx *cx)
{
    return fail(cx, E_INVALID, "Validation error",
                "More than %lld records cannot be imported all or none; use on_error=skip",
                (long long)cx->set->import_abort_max);
}

/* Aside first: the transaction is not to wait for the network, nor to begin in vain. */
static bool count_aside(struct import *import, const struct collection *collection,
                        struct spool *spool)
{
    struct cx *cx = import->cx;
    struct slice slice = { .is_last = false };
    const char *fault;
    int64_t line, n = 0, bytes;

    TRY(flow_pass(cx, import->in->from, spool_in(spool), INT64_MAX, &bytes));
    TRY(importreader_open(cx, collection, import->in->format, spool_out(spool), &import->reader));
    while (!slice.is_last) {
        TRY(read_slice(import, &slice));
        n += (int64_t)slice.n;
        if (n > cx->set->import_abort_max)
            return too_many(cx);
    }
    if (importreader_fault(&import->reader, &fault, &line)) {
        note_end(import);
        return true;
    }
    return importreader_open(cx, collection, import->in->format, spool_out(spool),
                             &import->reader);
}

static bool take_all(struct import *import)
{
    struct cx *cx = import->cx;
    struct slice slice = { .is_last = false };

    while (!slice.is_last) {
        struct arena_mark mark = arena_mark(cx->mem);
        TRY(read_slice(import, &slice));
        TRY(take_slice(import, &slice));
        arena_rewind(cx->mem, mark);
    }
    import->complete = true;
    return true;
}

static bool run_whole(struct import *import, const struct collection *collection)
{
    struct cx *cx = import->cx;
    struct tx tx SCOPED(tx_end) = { 0 };
    struct spool *spool;

    TRY(spool_open(cx, cx->set->data_dir, &spool));
    TRY(count_aside(import, collection, spool));
    if (import->failed > 0)
        return true;
    TRY(tx_begin(cx, &tx));
    TRY(take_all(import));
    return import->failed > 0 || import->in->is_preview || tx_commit(&tx);
}

/* ---- the report ------------------------------------------------------------------------------ */

static void put_errors(struct js *js, const struct import *import)
{
    js_array(js, "errors");
    for (size_t i = 0; i < import->error_count; i++) {
        js_object(js, NULL);
        if (import->errors[i].line > 0)
            js_int(js, "line", import->errors[i].line);
        else
            js_null(js, "line");
        js_text(js, "field", import->errors[i].is.field);
        js_text(js, "message", import->errors[i].is.message);
        js_text(js, "code", import->errors[i].is.code);
        js_end(js);
    }
    js_end(js);
}

/* refusal: why nothing came of it; absent: something did, or was not meant to. */
static struct str report(const struct import *import, struct str refusal)
{
    struct buf out;
    struct js js;

    buf_init(&out, import->cx->mem, SIZE_MAX / 4);
    js_init(&js, &out);
    js_object(&js, NULL);
    if (!str_absent(refusal)) {
        js_text(&js, "error", S("Validation error"));
        js_text(&js, "message", refusal);
    }
    js_text(&js, "mode", import->in->is_preview ? S("preview") : S("commit"));
    js_int(&js, "total", import->total);
    js_int(&js, "created", str_absent(refusal) ? import->created : 0);
    js_int(&js, "updated", str_absent(refusal) ? import->updated : 0);
    js_int(&js, "failed", import->failed);
    js_bool(&js, "complete", import->complete);
    put_errors(&js, import);
    if (import->in->is_preview) {
        js_array(&js, "preview");
        for (size_t i = 0; i < import->shown_count; i++)
            js_raw(&js, NULL, import->shown[i]);
        js_end(&js);
    }
    js_end(&js);
    return buf_text(&out);
}

static bool answer(const struct import *import, struct str *json)
{
    struct cx *cx = import->cx;
    const char *why = NULL;

    if (!import->in->is_preview && import->failed > 0 && import->in->aborts)
        why = "Nothing was imported: not every record can be";
    else if (!import->in->is_preview && !import->complete
             && import->created + import->updated == 0)
        why = "Nothing was imported: the file cannot be read";
    if (why != NULL)
        return fail_body(cx, E_INVALID, why, report(import, str_of(why)));
    *json = report(import, NO_STR);
    return true;
}

/* ---- all ------------------------------------------------------------------------------------- */

static void free_arena(void *what)
{
    arena_free(what);
}

static struct arena *arena_beside(struct cx *cx)
{
    struct arena *mem = arena_new(0, NULL, NULL);

    arena_defer(cx->mem, free_arena, mem);
    return mem;
}

/* An upsert may come to either; which, each record decides. */
static bool check_operation(struct cx *cx, const struct recordimport *in,
                            const struct collection *collection, struct jv body)
{
    struct access create, update;

    TRY(access_open(cx, collection, OP_CREATE, body, &create));
    if (create.answer == ACCESS_GRANTED)
        return true;
    if (!str_absent(in->key)) {
        TRY(access_open(cx, collection, OP_UPDATE, body, &update));
        if (update.answer == ACCESS_GRANTED)
            return true;
    }
    return access_allowed(cx, &create, in->collection);
}

/* Whether the caller may at all, before the file is read. What a visitor may write is meant one by
 * one: a file would pass by the limits of that. */
static bool check_caller(struct cx *cx, const struct recordimport *in,
                         const struct collection **out)
{
    struct buf text;
    struct jv_fault fault;
    struct str account_id;
    struct jv named;
    struct js js;

    if (cx->who->kind == ACTOR_ANONYMOUS) {
        fail_detail(cx, E_UNAUTHENTICATED, "Authentication required to import records");
        cx->err.challenge = true;
        return false;
    }
    if (!str_absent(in->account_id) && !cx->who->is_superadmin)
        return fail_detail(cx, E_FORBIDDEN, "Superadmin access required");
    buf_init(&text, cx->mem, 4096);
    js_init(&js, &text);
    js_object(&js, NULL);
    js_text(&js, "account_id", in->account_id);
    js_end(&js);
    if (text.over || !jv_parse(cx, buf_text(&text), &named, &fault))
        return fail_detail(cx, E_NOT_FOUND, "Account not found");
    TRY(recordwrite_target(cx, named, &account_id));
    TRY(record_collection(cx, in->collection, out));
    TRY(collection_writable(cx, *out));
    TRY(check_operation(cx, in, *out, named));
    return str_absent(in->key) || upsert_check_key(cx, *out, in->key);
}

bool recordimport_run(struct cx *cx, const struct recordimport *in, struct str *json)
{
    struct import import = { .cx = cx, .in = in };
    const struct collection *collection;

    import.kept = arena_beside(cx);
    import.read = arena_beside(cx);
    TRY(check_caller(cx, in, &collection));
    if (in->aborts) {
        TRY(run_whole(&import, collection));
    } else {
        TRY(importreader_open(cx, collection, in->format, in->from, &import.reader));
        TRY(run_slices(&import) || survive(&import));
    }
    return answer(&import, json);
}
