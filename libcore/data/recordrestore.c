/* recordrestore.c — reads a version, and writes what differs from it. */
#include "data/recordrestore.h"

#include "base/when.h"
#include "data/record.h"
#include "data/recordpast.h"
#include "data/recordwrite.h"
#include "data/typefile.h"
#include "db/tx.h"
#include "files/file.h"

static const struct jv NO_BODY = { .kind = JV_ABSENT };

static bool missing(struct cx *cx)
{
    return fail(cx, E_NOT_FOUND, "Not found", "Record not found");
}

/* Versions are not told of to who may not change the record. */
static bool missing_instead(struct cx *cx)
{
    if (cx->err.kind != E_NOT_FOUND && cx->err.kind != E_CONFLICT)
        return false;
    fail_forget(cx);
    return missing(cx);
}

/* --- the version ------------------------------------------------------------------------------ */

static bool incomplete(struct cx *cx, int64_t version)
{
    return fail(cx, E_CONFLICT, "Conflict", "Version %lld cannot be restored: parts of the history"
                " of this record are missing", (long long)version);
}

static bool read_version(struct cx *cx, const struct rowhistory_key *key, int64_t version,
                         struct rowhistory_row *out)
{
    TRY(rowhistory_row(cx, key, version, out));
    if (!out->found)
        return fail(cx, E_NOT_FOUND, "Not found", "Version %lld of this record not found",
                    (long long)version);
    if (out->operation == ROWHISTORY_DELETE)
        return fail(cx, E_CONFLICT, "Conflict",
                    "Version %lld is the removal of the record: restore one before it",
                    (long long)version);
    return out->is_whole || incomplete(cx, version);
}

/* --- what is to be written -------------------------------------------------------------------- */

static void put_field(struct cx *cx, struct js *js, const struct field *field, struct str text)
{
    struct str json;

    js_key(js, field->name);
    if (recordpast_json(cx, field, text, &json))
        js_raw(js, NULL, json);
    else
        js_text(js, NULL, text);        /* what it was then does not fit now: it will be said so  */
}

/* now: the stored values; NULL: the record is removed. What differs from them was changed since,
 * and that must be in the history as well. */
static bool make_body(struct cx *cx, const struct recordrow *stored, const struct param *now,
                      const struct rowhistory_row *past, int64_t version, struct jv *body)
{
    struct jv_fault fault;
    struct buf out;
    struct js js;

    buf_init(&out, cx->mem, SIZE_MAX);
    js_init(&js, &out);
    js_object(&js, NULL);
    for (size_t i = 0; i < stored->n; i++) {
        const struct field *field = stored->fields[i].field;
        const struct rowhistory_cell *cell = rowhistory_cell(past, field->name);
        const struct param *is = now != NULL ? &now[RECORDROW_FIELDS + i] : NULL;
        if (cell == NULL || recordpast_is_untold(field, cell->value)
            || (is != NULL && str_eq(cell->value, trail_render(cx->mem, is))))
            continue;
        if (is != NULL && !cell->is_later)
            return incomplete(cx, version);
        put_field(cx, &js, field, cell->value);
    }
    js_end(&js);
    return jv_parse(cx, buf_text(&out), body, &fault)
        || broken(cx, "a record of the past is no JSON: %s", fault.reason);
}

/* The caller named no field: those that they may not write are not named to them either. */
static bool unnamed(struct cx *cx)
{
    if (cx->err.kind != E_UNPROCESSABLE)
        return false;
    fail_forget(cx);
    return fail(cx, E_FORBIDDEN, "Field access denied",
                "The record was different then in fields that you may not write");
}

static bool check_files(struct cx *cx, const struct recordwrite *w)
{
    struct file file;
    bool known = true;

    for (size_t i = 0; i < w->stored.n; i++) {
        const struct field *field = w->stored.fields[i].field;
        const struct param *value = &w->values.values[i];
        if (field->type->rule != R_FILE || !w->values.given[i] || value->type == P_NULL)
            continue;
        TRY(file_find(cx, w->account_id, typefile_path(cx, value), &known, &file));
        if (!known)
            return fail(cx, E_CONFLICT, "Conflict",
                        "The file that field '%.*s' had is no longer stored", STR_ARG(field->name));
    }
    return true;
}

/* --- a record that is there ------------------------------------------------------------------- */

static bool open_update(struct cx *cx, const struct collection *collection, struct str id,
                        struct jv body, struct recordwrite *w)
{
    TRY(recordwrite_open(cx, collection, OP_UPDATE, body, w));
    w->id = id;
    return recordwrite_read(cx, w);
}

static bool change_back(struct cx *cx, struct recordwrite *w, int64_t version, struct str if_match,
                        struct js *js)
{
    const struct rowhistory_key key = recordpast_key(w->collection, w->account_id, w->id);
    struct rowhistory_row past;
    struct jv body;

    TRY(access_allowed(cx, &w->access, w->collection->name));
    if (!read_version(cx, &key, version, &past)
        || !make_body(cx, &w->stored, w->old, &past, version, &body))
        return w->held.n == 0 ? missing_instead(cx) : false;
    TRY(open_update(cx, w->collection, w->id, body, w));
    if (w->held.n == 0)                 /* before faults of values that they did not send         */
        return missing(cx);
    if (!recordwrite_check_update(cx, w, VALIDATE_PATCH))
        return unnamed(cx);
    TRY(check_files(cx, w));
    TRY(record_if_match(cx, if_match, w->old[RECORDROW_UPDATED_AT].number));
    return recordwrite_store(cx, w, js);
}

/* --- one that is not -------------------------------------------------------------------------- */

/* Whoever brings it back, it is whose it was. */
static void keep_origin(const struct rowhistory_row *past, struct recordwrite *w)
{
    const struct rowhistory_cell *by = rowhistory_cell(past, S("created_by"));
    const struct rowhistory_cell *at = rowhistory_cell(past, S("created_at"));

    if (by != NULL)
        w->created_by = by->value;
    if (at == NULL || str_absent(at->value) || !when_parse(at->value, &w->created_at))
        w->created_at = 0;
}

static bool bring_back(struct cx *cx, const struct collection *collection, struct str id,
                       int64_t version, struct str if_match, struct js *js)
{
    struct rowhistory_row past;
    struct rowhistory_key key;
    struct access view, held;
    struct recordrow shown;
    struct recordwrite w;
    struct jv body;

    TRY(access_open(cx, collection, OP_VIEW, NO_BODY, &view));
    if (view.answer != ACCESS_GRANTED)
        return missing(cx);
    TRY(recordpast_removed(cx, &view, id, &held, &key));
    TRY(recordwrite_open(cx, collection, OP_CREATE, NO_BODY, &w));
    TRY(access_allowed(cx, &w.access, collection->name));
    TRY(read_version(cx, &key, version, &past));
    TRY(record_if_match(cx, if_match, 0));
    TRY(make_body(cx, &w.stored, NULL, &past, version, &body));
    TRY(recordwrite_open(cx, collection, OP_CREATE, body, &w));
    w.account_id = key.account_id;
    w.id = id;
    keep_origin(&past, &w);
    if (!recordwrite_check_create(cx, &w))
        return unnamed(cx);
    TRY(check_files(cx, &w));
    TRY(recordwrite_insert(cx, &w, NULL));
    TRY(recordrow_over(cx, &w.stored, &held, w.new, &shown));
    recordrow_put(cx, js, &shown, w.new);       /* they have not sent what they may not view      */
    return true;
}

bool recordrestore_run(struct cx *cx, struct str collection, struct str id, int64_t version,
                       struct str if_match, struct js *js)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const struct collection *found;
    struct recordwrite w;

    TRY(tx_begin(cx, &tx));
    TRY(record_collection(cx, collection, &found));
    if (open_update(cx, found, id, NO_BODY, &w)) {
        TRY(change_back(cx, &w, version, if_match, js));
        return tx_commit(&tx);
    }
    if (cx->err.kind != E_NOT_FOUND)
        return false;
    fail_forget(cx);
    TRY(bring_back(cx, found, id, version, if_match, js));
    return tx_commit(&tx);
}
