/* secret.c — seals and opens the values of encrypted fields, and tells them to who may know. */
#include "data/secret.h"

#include "base/log.h"
#include "crypto/seal.h"

static const struct str SCOPE = S_INIT("records:secrets:read");

/* --- sealing ---------------------------------------------------------------------------------- */

/* None of the parts has a blank in it. */
static const char *purpose_of(struct cx *cx, const struct secret_place *place)
{
    return str_fmt(cx->mem, "field %.*s %.*s %.*s %.*s", STR_ARG(place->collection_id),
                   STR_ARG(place->account_id), STR_ARG(place->record_id),
                   STR_ARG(place->field)).p;
}

struct str secret_shut(struct cx *cx, const struct secret_place *place, struct str plain)
{
    return seal_shut(cx, purpose_of(cx, place), plain);
}

bool secret_open(struct cx *cx, const struct secret_place *place, struct str sealed,
                 struct str *plain)
{
    return seal_open(cx, purpose_of(cx, place), sealed, plain);
}

bool secret_is_mask(struct jv value)
{
    return value.kind == JV_TEXT && str_eq(jv_text(value), S(SEAL_MASK));
}

struct binds secret_told(struct cx *cx, const struct collection *collection)
{
    struct param *told = arena_list(cx->mem, struct param, collection->field_count + 1);
    size_t n = 0;

    for (size_t i = 0; i < collection->field_count; i++)
        if (collection->fields[i].encrypted)
            told[n++] = p_text(collection->fields[i].name.p, S(SEAL_MASK));
    return (struct binds){ told, n };
}

/* --- telling ---------------------------------------------------------------------------------- */

struct wanted { const struct field *at[SECRET_FIELDS]; size_t n; };

static bool may_read(struct cx *cx)
{
    return (cx->who->is_service && cx_has_scope(cx, SCOPE))
        || fail_detail(cx, E_FORBIDDEN,
                       "Reading secrets takes an API key of the account with the scope %.*s",
                       STR_ARG(SCOPE));
}

static bool add(struct cx *cx, struct wanted *wanted, const struct field *field)
{
    for (size_t i = 0; i < wanted->n; i++)
        if (wanted->at[i] == field)
            return true;
    if (wanted->n == SECRET_FIELDS)
        return fail(cx, E_INVALID, "Validation error",
                    "At most %d encrypted fields can be read at once: name them in 'fields'",
                    SECRET_FIELDS);
    wanted->at[wanted->n++] = field;
    return true;
}

/* One answer for a field that is not encrypted and one that is not there. */
static bool choose(struct cx *cx, const struct collection *collection, struct str fields,
                   struct wanted *wanted)
{
    struct str name;

    if (str_trim(fields).n == 0) {
        for (size_t i = 0; i < collection->field_count; i++)
            if (collection->fields[i].encrypted)
                TRY(add(cx, wanted, &collection->fields[i]));
        return true;
    }
    while (str_cut(&fields, ',', &name)) {
        const struct field *field = collection_field(collection, str_trim(name));
        if (str_trim(name).n == 0)
            continue;
        if (field == NULL || !field->encrypted)
            return fail(cx, E_INVALID, "Validation error", "Field '%.*s' is not an encrypted field",
                        STR_ARG(str_trim(name)));
        TRY(add(cx, wanted, field));
    }
    return true;
}

static bool select_sealed(struct cx *cx, const struct collection *collection, struct str id,
                          const struct wanted *wanted, struct rows *rows)
{
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT r.\"id\""));
    for (size_t i = 0; i < wanted->n; i++) {
        qb_lit(&q, SQL_OF(", "));
        qb_column(&q, 'r', wanted->at[i]->name);
    }
    qb_lit(&q, SQL_OF(" FROM "));
    qb_ident(&q, collection->table);
    qb_lit(&q, SQL_OF(" r WHERE r.\"account_id\" = "));
    qb_value(&q, p_text(NULL, cx->who->account_id));
    qb_lit(&q, SQL_OF(" AND r.\"id\" = "));
    qb_value(&q, p_text(NULL, id));
    return qb_query(&q, rows);
}

static bool write_one(struct cx *cx, const struct secret_place *place, const struct field *field,
                      struct str sealed, struct js *js)
{
    struct param value = p_null(NULL);
    struct str plain;

    if (!str_absent(sealed)) {
        if (!secret_open(cx, place, sealed, &plain))
            return fail(cx, E_CONFLICT, "Conflict",
                        "The value of field '%.*s' does not open: it was sealed with another key,"
                        " or for another record", STR_ARG(field->name));
        value = p_text(NULL, plain);
    }
    js_key(js, field->name);
    field->type->write(js, NULL, &value);
    return true;
}

static void tell_log(struct cx *cx, const struct collection *collection, struct str id,
                     const struct wanted *wanted)
{
    struct buf names;

    buf_init(&names, cx->mem, SIZE_MAX);
    for (size_t i = 0; i < wanted->n; i++) {
        buf_str(&names, i > 0 ? S(",") : S(""));
        buf_str(&names, wanted->at[i]->name);
    }
    LOG(LOG_INFO, "secrets_read", log_text("collection", collection->name), log_text("record", id),
        log_text("fields", buf_text(&names)), log_text("account", cx->who->account_id),
        log_text("key", cx->who->id));
}

bool secret_read(struct cx *cx, struct str collection, struct str id, struct str fields,
                 struct js *js)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct wanted wanted = { .n = 0 };
    const struct collection *found;

    TRY(may_read(cx));
    TRY(collection_find(cx, collection, &found));
    if (found == NULL)
        return fail(cx, E_NOT_FOUND, "Not found", "Collection '%.*s' not found",
                    STR_ARG(collection));
    TRY(choose(cx, found, fields, &wanted));
    if (found->view != NULL)
        return fail(cx, E_INVALID, "Validation error", "A view has no encrypted fields");
    TRY(select_sealed(cx, found, id, &wanted, &rows));
    if (!rows_step(&rows))
        return rows_done(&rows) && fail(cx, E_NOT_FOUND, "Not found", "Record not found");
    js_object(js, NULL);
    js_object(js, "data");
    for (size_t i = 0; i < wanted.n; i++) {
        const struct secret_place place = { found->id, cx->who->account_id, id,
                                            wanted.at[i]->name };
        TRY(write_one(cx, &place, wanted.at[i], rows_text(&rows, (int)i + 1), js));
    }
    js_end(js);
    js_end(js);
    tell_log(cx, found, id, &wanted);
    return true;
}
