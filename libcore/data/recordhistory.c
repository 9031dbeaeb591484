/* recordhistory.c — chooses the fields that may be seen and writes the changes of a record. */
#include "data/recordhistory.h"

#include "audit/mask.h"
#include "crypto/seal.h"
#include "data/record.h"
#include "data/recordpast.h"
#include "data/recordrow.h"

static const struct jv NO_BODY = { .kind = JV_ABSENT };

/* --- what may be seen ------------------------------------------------------------------------- */

struct sight {
    const struct access *access;
    struct rowhistory_key key;
    const struct field **fields; size_t n;
};

static void add_field(struct cx *cx, struct sight *sight, const struct field *field)
{
    sight->fields = arena_more(cx->mem, sight->fields, sight->n, sizeof(*sight->fields));
    sight->fields[sight->n++] = field;
}

static bool is_offered(const struct access *access, const struct field *field)
{
    return !field_is_computed(field) && access_gives(access, field);
}

static bool ask_row(struct qb *q, const struct access *access, struct str id)
{
    const struct collection *c = access->collection;

    qb_lit(q, SQL_OF("SELECT r.\"account_id\""));
    TRY(access_verdict(q, access));
    for (size_t i = 0; i < c->field_count; i++) {
        if (!is_offered(access, &c->fields[i]) || access_gives_always(access, &c->fields[i]))
            continue;
        qb_lit(q, SQL_OF(", "));
        TRY(access_shows(q, access, &c->fields[i]));
    }
    qb_lit(q, SQL_OF(" FROM "));
    qb_ident(q, c->table);
    qb_lit(q, SQL_OF(" r"));
    access_where_tenant(q, access);
    qb_lit(q, SQL_OF(" AND r.\"id\" = "));
    qb_value(q, p_text(NULL, id));
    return true;
}

/* *there: the record is; then *visible: and it may be viewed. */
static bool look_at_row(struct cx *cx, struct sight *sight, struct str id, bool *there,
                        bool *visible)
{
    const struct access *access = sight->access;
    const struct collection *c = access->collection;
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    int column = 2;

    qb_init(&q, cx);
    TRY(ask_row(&q, access, id));
    TRY(qb_query(&q, &rows));
    *there = rows_step(&rows);
    if (!*there)
        return rows_done(&rows);
    *visible = rows_int(&rows, 1) != 0;
    sight->key = recordpast_key(c, str_copy(cx->mem, rows_text(&rows, 0)), id);
    for (size_t i = 0; i < c->field_count; i++)
        if (is_offered(access, &c->fields[i])
            && (access_gives_always(access, &c->fields[i]) || rows_int(&rows, column++) != 0))
            add_field(cx, sight, &c->fields[i]);
    return true;
}

static bool look_at_removed(struct cx *cx, struct sight *sight, struct str id)
{
    const struct collection *c = sight->access->collection;
    struct access *held = arena_make(cx->mem, struct access);

    TRY(recordpast_removed(cx, sight->access, id, held, &sight->key));
    sight->access = held;
    for (size_t i = 0; i < c->field_count; i++)
        if (is_offered(held, &c->fields[i]))
            add_field(cx, sight, &c->fields[i]);
    return true;
}

/* --- writing ---------------------------------------------------------------------------------- */

static struct str masked(struct cx *cx, const struct field *field, struct str text)
{
    struct param value;

    return recordpast_value(cx, field, text, &value) ? recordrow_mask(cx, field, &value)
                                                     : mask_value(cx->mem, field->mask_type, text);
}

static void write_value(struct cx *cx, struct js *js, const char *key, const struct sight *sight,
                        const struct field *field, struct str text)
{
    struct str json;

    if (str_absent(text))
        js_null(js, key);
    else if (field->encrypted)
        js_text(js, key, S(SEAL_MASK));
    else if (field->pii && sight->access->is_masked)
        js_text(js, key, masked(cx, field, text));
    else if (recordpast_json(cx, field, text, &json))
        js_raw(js, key, json);
    else
        js_text(js, key, text);
}

static void write_changes(struct cx *cx, struct js *js, const struct sight *sight,
                          const struct rowhistory_change *change)
{
    js_object(js, "changes");
    for (size_t i = 0; i < sight->n; i++) {
        const struct trail_cell *cell = rowhistory_changed(change, sight->fields[i]->name);
        if (cell == NULL || (str_absent(cell->old_value) && str_absent(cell->new_value)))
            continue;
        js_key(js, sight->fields[i]->name);
        js_object(js, NULL);
        write_value(cx, js, "old", sight, sight->fields[i], cell->old_value);
        write_value(cx, js, "new", sight, sight->fields[i], cell->new_value);
        js_end(js);
    }
    js_end(js);
}

/* Whoever reads this knows their own address. */
static struct str shown_name(struct cx *cx, const struct rowhistory_change *change, struct str name)
{
    size_t at;
    bool is_address = !str_absent(name) && str_find(name, '@', &at);

    return is_address && !cx->who->sees_pii && !cx->who->is_superadmin
        && !str_eq(change->user_id, cx->who->id) ? mask_value(cx->mem, S("email"), name) : name;
}

static void write_people(struct cx *cx, struct js *js, const struct rowhistory_change *change)
{
    js_object(js, "user");
    js_text(js, "id", change->user_id);
    js_text(js, "email", shown_name(cx, change, change->user_email));
    js_text(js, "name", shown_name(cx, change, change->user_name));
    js_end(js);
    if (str_absent(change->es_username)) {
        js_null(js, "es");
        return;
    }
    js_object(js, "es");
    js_text(js, "username", shown_name(cx, change, change->es_username));
    js_text(js, "reason", change->es_reason);
    js_time(js, "timestamp", change->es_timestamp);
    js_end(js);
}

static void write_history(struct cx *cx, struct js *js, const struct sight *sight,
                          const struct rowhistory *history)
{
    js_array(js, "items");
    for (size_t i = 0; i < history->n; i++) {
        const struct rowhistory_change *change = &history->at[i];
        js_object(js, NULL);
        js_int(js, "version", change->version);
        js_text(js, "operation", str_of(rowhistory_operations[change->operation]));
        js_time(js, "occurred_at", change->occurred_at);
        write_people(cx, js, change);
        write_changes(cx, js, sight, change);
        js_end(js);
    }
    js_end(js);
}

bool recordhistory_write(struct cx *cx, struct str collection, struct str id, int64_t skip,
                         int64_t limit, struct js *js)
{
    const struct collection *found;
    struct access access;
    struct sight sight = { .access = &access };
    struct rowhistory history;
    bool there, visible;

    TRY(record_collection(cx, collection, &found));
    TRY(access_open(cx, found, OP_VIEW, NO_BODY, &access));
    TRY(access_allowed(cx, &access, collection));
    if (found->view != NULL)
        return fail(cx, E_INVALID, "Validation error", "A view has no history of its own");
    TRY(look_at_row(cx, &sight, id, &there, &visible));
    if (there && !visible)
        return fail(cx, E_NOT_FOUND, "Not found", "Record not found");
    if (!there)
        TRY(look_at_removed(cx, &sight, id));
    TRY(rowhistory_read(cx, &sight.key, skip, limit, &history));
    js_object(js, NULL);
    write_history(cx, js, &sight, &history);
    js_int(js, "skip", skip);
    js_int(js, "limit", limit);
    js_bool(js, "has_more", history.more);
    js_end(js);
    return true;
}
