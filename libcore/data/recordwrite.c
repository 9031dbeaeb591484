/* recordwrite.c — one record's write, step by step. */
#include "data/recordwrite.h"

#include <string.h>

#include "audit/change.h"
#include "base/fault.h"
#include "base/ident.h"
#include "data/fileuse.h"
#include "data/recordlinks.h"
#include "data/reference.h"
#include "data/release.h"
#include "data/searchindex.h"
#include "data/secret.h"
#include "events/event.h"

static const struct jv NO_BODY = { .kind = JV_ABSENT };

bool recordwrite_open(struct cx *cx, const struct collection *collection, enum operation operation,
                      struct jv body, struct recordwrite *out)
{
    *out = (struct recordwrite){ .collection = collection, .body = body, .index = -1 };
    recordrow_shape(cx, collection, NULL, NO_STR, &out->stored);
    TRY(access_open(cx, collection, operation, body, &out->access));
    return collection->view == NULL
        || (access_allowed(cx, &out->access, collection->name)
            && collection_writable(cx, collection));
}

/* --- refusals --------------------------------------------------------------------------------- */

static bool missing(struct cx *cx, const struct recordwrite *w)
{
    if (w->index < 0)
        return fail(cx, E_NOT_FOUND, "Not found", "Record not found");
    return fail(cx, E_NOT_FOUND, "not_found", "Record '%.*s' not found (index %lld)",
                STR_ARG(w->id), (long long)w->index);
}

static void write_faults(struct js *js, const struct fault_list *faults)
{
    js_array(js, "details");
    for (size_t i = 0; i < faults->n; i++) {
        js_object(js, NULL);
        js_text(js, "field", faults->at[i].field);
        js_text(js, "message", faults->at[i].message);
        js_text(js, "code", faults->at[i].code);
        js_end(js);
    }
    js_end(js);
}

/* E3 alone, E6 in a batch. message: beside the list; absent: none. */
static bool refuse(struct cx *cx, const struct recordwrite *w, struct str message,
                   const struct fault_list *faults)
{
    struct buf body;
    struct js js;

    buf_init(&body, cx->mem, SIZE_MAX);
    js_init(&js, &body);
    js_object(&js, NULL);
    if (w->index >= 0) {
        js_text(&js, "error", S("validation_error"));
        js_int(&js, "index", w->index);
    } else {
        js_text(&js, "error", S("Validation error"));
    }
    if (!str_absent(message))
        js_text(&js, "message", message);
    if (faults->n > 0 || w->index >= 0)
        write_faults(&js, faults);
    js_end(&js);
    return fail_body(cx, E_INVALID, "Validation error", buf_text(&body));
}

/* The last question, since it would tell that there is such a record. */
static bool is_signed(struct cx *cx, const struct recordwrite *w)
{
    return !w->collection->requires_signature || cx->who->signature != NULL
        || fail(cx, E_FORBIDDEN, "Signature required",
                "Records of '%.*s' are written with an electronic signature, or not at all",
                STR_ARG(w->collection->name));
}

/* The first field that the refusal's columns name; NULL if it names none. */
static const struct field *refused_field(const struct recordwrite *w, const struct refusal *refusal)
{
    struct str rest = refusal->columns, part;

    while (str_cut(&rest, ',', &part)) {
        const struct field *field = collection_field(w->collection, str_trim(part));
        if (field != NULL)
            return field;
    }
    return NULL;
}

static bool refuse_unique(struct cx *cx, const struct recordwrite *w,
                          const struct refusal *refusal)
{
    const struct field *field = refused_field(w, refusal);
    struct str name = field != NULL ? field->name : S("id");
    struct fault_list faults = { 0 };

    validate_fault(cx, &faults, name, "unique", S("Value must be unique"));
    return refuse(cx, w, str_fmt(cx->mem, "Field '%.*s' must be unique", STR_ARG(name)), &faults);
}

/* What the engine refused although all was checked: others were faster, or an old constraint. */
static bool refuse_constraint(struct cx *cx, const struct recordwrite *w,
                              const struct refusal *refusal, bool is_new)
{
    const struct field *field = refused_field(w, refusal);
    struct fault_list faults = { 0 };
    struct str message = is_new
        ? S("Foreign key constraint violation - referenced record may not exist")
        : S("Foreign key constraint violation");

    if (refusal->kind == V_UNIQUE)
        return refuse_unique(cx, w, refusal);
    if (refusal->kind == V_NOT_NULL && field != NULL) {
        validate_fault(cx, &faults, field->name, "required_null",
                       str_fmt(cx->mem, "Required field '%.*s' cannot be null",
                               STR_ARG(field->name)));
        return refuse(cx, w, NO_STR, &faults);
    }
    if (refusal->kind != V_REFERENCE)
        message = S("The database refused the values of this record");
    if (w->index >= 0)
        validate_fault(cx, &faults, field != NULL ? field->name : S(""), "constraint", message);
    return refuse(cx, w, message, &faults);
}

/* --- reading a row ---------------------------------------------------------------------------- */

static void put_row(struct qb *q, const struct recordwrite *w)
{
    qb_lit(q, SQL_OF(" FROM "));
    qb_ident(q, w->collection->table);
    qb_lit(q, SQL_OF(" r"));
}

static bool put_verdicts(struct qb *q, const struct access *access)
{
    for (size_t i = 0; i < access->n; i++) {
        if (access->grants[i].rule == NULL)
            continue;
        qb_lit(q, SQL_OF(", CASE WHEN "));
        TRY(rule_sql(q, access->grants[i].rule, &access->caller));
        qb_lit(q, SQL_OF(" THEN 1 ELSE 0 END"));
    }
    return true;
}

static void read_verdicts(const struct rows *rows, int column, const struct access *access,
                          struct access *held)
{
    *held = *access;
    held->n = 0;
    for (size_t i = 0; i < access->n; i++)
        if (access->grants[i].rule == NULL || rows_int(rows, column++) != 0)
            held->grants[held->n++] = access->grants[i];
}

bool recordwrite_read(struct cx *cx, struct recordwrite *w)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT "));
    TRY(recordrow_columns(&q, &w->stored));
    TRY(put_verdicts(&q, &w->access));
    put_row(&q, w);
    access_where_tenant(&q, &w->access);
    qb_lit(&q, SQL_OF(" AND r.\"id\" = "));
    qb_value(&q, p_text(NULL, w->id));
    if (qb_is_postgres(&q))
        qb_lit(&q, SQL_OF(" FOR UPDATE OF r"));
    TRY(qb_query(&q, &rows));
    if (!rows_step(&rows))
        return rows_done(&rows) && missing(cx, w);
    w->old = recordrow_values(cx, &w->stored, &rows);
    w->account_id = w->old[RECORDROW_ACCOUNT].text;
    read_verdicts(&rows, w->stored.next, &w->access, &w->held);
    return true;
}

/* --- the record as it now is ------------------------------------------------------------------ */

static struct str stored_json(struct cx *cx, const struct recordwrite *w,
                              const struct param *values)
{
    struct buf out;
    struct js js;

    buf_init(&out, cx->mem, SIZE_MAX);
    js_init(&js, &out);
    recordrow_put(cx, &js, &w->stored, values);
    return buf_text(&out);
}

/* The event has what is stored, the reply what its caller may see. js NULL: there is none. */
static bool tell(struct cx *cx, const struct recordwrite *w, enum event_kind kind, struct js *js)
{
    struct event event = { .kind = kind, .account_id = w->account_id, .record_id = w->id,
                           .collection = w->collection->name };
    struct access shown;
    struct recordrow reply;

    event.record = stored_json(cx, w, w->new);
    if (w->old != NULL)
        event.previous = stored_json(cx, w, w->old);
    if (js != NULL) {
        TRY(access_reply(cx, &w->held, &shown));
        TRY(recordrow_over(cx, &w->stored, &shown, w->new, &reply));
        recordrow_put(cx, js, &reply, w->new);
    }
    return event_emit(cx, &event);
}

static bool keep_files(struct cx *cx, const struct recordwrite *w)
{
    const struct fileuse_write write = { &w->stored, w->account_id, w->id, w->old, w->new };

    return fileuse_keep(cx, &write);
}

/* --- create ----------------------------------------------------------------------------------- */

static const struct sql ACCOUNT_EXISTS = SQL("SELECT id FROM accounts WHERE id = :id");
struct account_row { struct str id; };
static const struct col ACCOUNT_COLS[] = { COL(C_TEXT, account_row, id), { 0 } };

bool recordwrite_target(struct cx *cx, struct jv body, struct str *account_id)
{
    struct jv named = jv_get(body, S("account_id"));
    struct rows rows SCOPED(rows_close) = { 0 };
    struct account_row row;

    *account_id = cx->who->account_id;
    if (!cx->who->is_superadmin)
        return true;
    if (str_absent(*account_id))
        *account_id = S(SYSTEM_ACCOUNT);
    if (named.kind == JV_ABSENT || named.kind == JV_NULL)
        return true;
    *account_id = jv_text(named);
    if (!str_absent(*account_id)) {
        TRY(db_query(cx, ACCOUNT_EXISTS, BIND(p_text("id", *account_id)), &rows));
        if (rows_next(&rows, ACCOUNT_COLS, &row))
            return true;
        TRY(rows_done(&rows));
    }
    return fail_detail(cx, E_NOT_FOUND, "Account '%.*s' not found",
                       STR_ARG(named.kind == JV_TEXT ? *account_id : jv_print(cx->mem, named)));
}

/* The row that create rules look at: every field but the secrets, whose and by whom it will be. */
static size_t submitted_row(struct cx *cx, const struct recordwrite *w, struct rule_data **out)
{
    struct rule_data *row = arena_list(cx->mem, struct rule_data, w->stored.n + 3);
    size_t n = 0;

    for (size_t i = 0; i < w->stored.n; i++) {
        const struct field *field = w->stored.fields[i].field;
        row[n++] = (struct rule_data){
            field->name, field->encrypted ? p_null(NULL) : w->values.values[i] };
    }
    row[n++] = (struct rule_data){ S("account_id"), p_text(NULL, w->account_id) };
    row[n++] = (struct rule_data){ S("created_by"), p_text(NULL, cx->who->id) };
    row[n++] = (struct rule_data){ S("updated_by"), p_text(NULL, cx->who->id) };
    *out = row;
    return n;
}

static bool hold_for_create(struct cx *cx, struct recordwrite *w)
{
    struct rule_data *row = NULL;
    size_t n = 0;

    w->held = w->access;
    w->held.n = 0;
    for (size_t i = 0; i < w->access.n; i++) {
        const struct access_grant *grant = &w->access.grants[i];
        bool holds = grant->rule == NULL;
        if (!holds && row == NULL)
            n = submitted_row(cx, w, &row);
        if (!holds)
            TRY(rule_holds(cx, grant->rule, &w->access.caller, row, n, &holds));
        if (holds)
            w->held.grants[w->held.n++] = *grant;
    }
    return w->held.n > 0
        || fail_detail(cx, E_INVALID, "Record does not satisfy collection rules");
}

bool recordwrite_check_create(struct cx *cx, struct recordwrite *w)
{
    struct fault_list faults = { 0 };

    validate_body(cx, &w->stored, w->body, VALIDATE_CREATE, NULL, &w->values, &faults);
    TRY(hold_for_create(cx, w));
    TRY(access_keys(cx, &w->held, w->body, cx->who->is_superadmin));
    TRY(reference_check(cx, w->account_id, &w->stored, &w->values, &faults));
    TRY(fileuse_check(cx, w->account_id, &w->stored, w->old, &w->values, &faults));
    return faults.n == 0 ? is_signed(cx, w) : refuse(cx, w, NO_STR, &faults);
}

/* A secret is sealed anew each time: who may not read it shall not see whether it is the same. */
static struct param column_value(struct cx *cx, const struct recordwrite *w, size_t i)
{
    const struct field *field = w->stored.fields[i].field;
    const struct secret_place place = { w->collection->id, w->account_id, w->id, field->name };
    struct param value = w->values.values[i];

    if (field->encrypted && value.type != P_NULL)
        value.text = secret_shut(cx, &place, value.text);
    return value;
}

bool recordwrite_insert(struct cx *cx, struct recordwrite *w, struct js *js)
{
    struct refusal refusal = { 0 };
    size_t n = RECORDROW_FIELDS + w->stored.n;

    if (str_absent(w->id))
        w->id = ident_uuid(cx->mem, cx->now);
    w->new = arena_list(cx->mem, struct param, n);
    w->new[RECORDROW_ID] = p_text("id", w->id);
    w->new[RECORDROW_ACCOUNT] = p_text("account_id", w->account_id);
    w->new[RECORDROW_CREATED_AT] = p_time(
        "created_at", w->created_at != 0 ? w->created_at : cx->now);
    w->new[RECORDROW_CREATED_BY] = p_text(
        "created_by", !str_absent(w->created_by) ? w->created_by : cx->who->id);
    w->new[RECORDROW_UPDATED_AT] = p_time("updated_at", cx->now);
    w->new[RECORDROW_UPDATED_BY] = p_text("updated_by", cx->who->id);
    for (size_t i = 0; i < w->stored.n; i++)
        w->new[RECORDROW_FIELDS + i] = column_value(cx, w, i);
    TRY(change_insert(cx, &(struct change){
        .table = w->collection->table, .account_id = w->account_id, .record_id = w->id,
        .new_values = { w->new, n }, .new_told = secret_told(cx, w->collection),
        .refusal = &refusal }));
    if (refusal.kind == V_NONE)
        TRY(recordlinks_write(cx, &w->stored, NULL, w->new, &refusal));
    if (refusal.kind != V_NONE)
        return refuse_constraint(cx, w, &refusal, true);
    TRY(searchindex_put(cx, &w->stored, NULL, w->new));
    if (FAULT("record.inserted"))
        return broken(cx, "fault record.inserted");
    TRY(keep_files(cx, w));
    return tell(cx, w, RECORD_CREATED, js);
}

/* --- update ----------------------------------------------------------------------------------- */

bool recordwrite_check_update(struct cx *cx, struct recordwrite *w, enum validate_mode mode)
{
    const struct access *asked = w->held.n > 0 ? &w->held : &w->access;
    struct fault_list faults = { 0 };

    TRY(access_keys(cx, asked, w->body, false));
    validate_body(cx, &w->stored, w->body, mode, w->old, &w->values, &faults);
    TRY(reference_check(cx, w->account_id, &w->stored, &w->values, &faults));
    TRY(fileuse_check(cx, w->account_id, &w->stored, w->old, &w->values, &faults));
    if (faults.n > 0)
        return refuse(cx, w, NO_STR, &faults);
    return w->held.n > 0 ? is_signed(cx, w) : missing(cx, w);
}

static struct change change_of(struct cx *cx, const struct recordwrite *w,
                               const struct param key[2], struct refusal *refusal)
{
    const struct binds told = secret_told(cx, w->collection);

    return (struct change){
        .table = w->collection->table, .account_id = w->account_id, .record_id = w->id,
        .key = { key, 2 }, .old_values = { w->old, RECORDROW_FIELDS + w->stored.n },
        .old_told = told, .new_told = told, .refusal = refusal,
    };
}

bool recordwrite_store(struct cx *cx, struct recordwrite *w, struct js *js)
{
    const struct param key[2] = { p_text("account_id", w->account_id), p_text("id", w->id) };
    size_t n = RECORDROW_FIELDS + w->stored.n;
    struct refusal refusal = { 0 };
    struct change change = change_of(cx, w, key, &refusal);

    w->new = arena_list(cx->mem, struct param, n);
    memcpy(w->new, w->old, n * sizeof(*w->new));
    w->new[RECORDROW_UPDATED_AT] = p_time("updated_at", cx->now);
    w->new[RECORDROW_UPDATED_BY] = p_text("updated_by", cx->who->id);
    for (size_t i = 0; i < w->stored.n; i++)
        if (w->values.given[i])
            w->new[RECORDROW_FIELDS + i] = column_value(cx, w, i);
    change.new_values = (struct binds){ w->new + RECORDROW_UPDATED_AT, n - RECORDROW_UPDATED_AT };
    TRY(change_update(cx, &change));
    if (refusal.kind == V_NONE)
        TRY(recordlinks_write(cx, &w->stored, w->old, w->new, &refusal));
    if (refusal.kind != V_NONE)
        return refuse_constraint(cx, w, &refusal, false);
    TRY(keep_files(cx, w));
    TRY(searchindex_put(cx, &w->stored, w->old, w->new));
    return tell(cx, w, RECORD_UPDATED, js);
}

/* For what happens to a record because of another: nobody is asked. */
static bool open_for_us(struct cx *cx, const struct collection *collection,
                        enum operation operation, struct str account_id, struct str id,
                        struct recordwrite *w)
{
    *w = (struct recordwrite){ .collection = collection, .index = -1, .id = id, .body = NO_BODY,
                               .access = { .collection = collection, .operation = operation,
                                           .account_id = account_id, .n = 1,
                                           .caller = { .who = cx->who } } };
    recordrow_shape(cx, collection, NULL, NO_STR, &w->stored);
    return recordwrite_read(cx, w);
}

/* A stored list of texts without one of them. */
static bool list_without(struct cx *cx, struct param list, struct str text, struct param *out)
{
    struct jv_fault fault;
    struct buf kept;
    struct js js;
    struct jv all;

    if (!jv_parse(cx, list.text, &all, &fault) || all.kind != JV_ARRAY)
        return broken(cx, "a stored list cannot be read");
    buf_init(&kept, cx->mem, SIZE_MAX);
    js_init(&js, &kept);
    js_array(&js, NULL);
    for (size_t i = 0; i < jv_count(all); i++)
        if (!str_eq(jv_text(jv_at(all, i)), text))
            js_text(&js, NULL, jv_text(jv_at(all, i)));
    js_end(&js);
    *out = p_text(list.name, buf_text(&kept));
    return true;
}

static bool is_referenced(struct cx *cx)
{
    return fail(cx, E_CONFLICT, "Conflict",
                "Cannot delete record: it is referenced by other records");
}

bool recordwrite_clear(struct cx *cx, const struct collection *collection, struct str account_id,
                       struct str id, const struct field *field, struct str target)
{
    struct recordwrite w;

    TRY(open_for_us(cx, collection, OP_UPDATE, account_id, id, &w));
    w.values.values = arena_list(cx->mem, struct param, w.stored.n);
    w.values.given = arena_list(cx->mem, bool, w.stored.n);
    for (size_t i = 0; i < w.stored.n; i++) {
        struct param *value = &w.values.values[i];
        *value = p_null(w.stored.fields[i].field->name.p);
        w.values.given[i] = w.stored.fields[i].field == field;
        if (w.values.given[i] && field_has_link(field))
            TRY(list_without(cx, w.old[RECORDROW_FIELDS + i], target, value));
        if (w.values.given[i] && field->required
            && (value->type == P_NULL || str_eq(value->text, S("[]"))))
            return is_referenced(cx);
    }
    return recordwrite_store(cx, &w, NULL);
}

/* --- delete ----------------------------------------------------------------------------------- */

bool recordwrite_check_delete(struct cx *cx, const struct recordwrite *w)
{
    return w->held.n > 0 ? is_signed(cx, w) : missing(cx, w);
}

static struct str id_json(struct cx *cx, struct str id)
{
    struct buf out;
    struct js js;

    buf_init(&out, cx->mem, 256);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "id", id);
    js_end(&js);
    return buf_text(&out);
}

static bool remove_row(struct cx *cx, struct recordwrite *w)
{
    const struct param key[2] = { p_text("account_id", w->account_id), p_text("id", w->id) };
    struct refusal refusal = { 0 };
    struct change change = change_of(cx, w, key, &refusal);

    TRY(change_delete(cx, &change));
    if (refusal.kind != V_NONE)
        return is_referenced(cx);
    TRY(fileuse_forget(cx, w->collection, w->account_id, w->id));
    return event_emit(cx, &(struct event){
        .kind = RECORD_DELETED, .account_id = w->account_id, .collection = w->collection->name,
        .record_id = w->id, .record = id_json(cx, w->id),
        .previous = stored_json(cx, w, w->old) });
}

bool recordwrite_remove(struct cx *cx, struct recordwrite *w)
{
    struct release release;

    TRY(release_children(cx, w->collection, w->account_id, w->id, &release));
    if (!release.is_circle)
        TRY(release_take(cx, &release));
    TRY(remove_row(cx, w));
    return !release.is_circle || release_take(cx, &release);
}

bool recordwrite_take(struct cx *cx, const struct collection *collection, struct str account_id,
                      struct str id)
{
    struct recordwrite w;

    if (open_for_us(cx, collection, OP_DELETE, account_id, id, &w))
        return remove_row(cx, &w);
    if (cx->err.kind != E_NOT_FOUND)
        return false;
    fail_forget(cx);                    /* it went with another                                   */
    return true;
}
