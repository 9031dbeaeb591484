/* upsert.c — looks for the record that a unique value names, and makes or changes it. */
#include "data/upsert.h"

#include "data/recordwrite.h"
#include "db/tx.h"

static const struct jv NO_BODY = { .kind = JV_ABSENT };

/* What the caller may name where records are read: finding by a value is asking for it. Who may
 * read none is asked for no more than a unique field. */
static bool read_names(struct cx *cx, const struct collection *collection, struct rule_names *out)
{
    struct access seen;

    TRY(access_open(cx, collection, OP_LIST, NO_BODY, &seen));
    if (seen.answer != ACCESS_GRANTED)
        TRY(access_open(cx, collection, OP_VIEW, NO_BODY, &seen));
    *out = access_names(cx, &seen);
    return true;
}

static bool find_key(struct cx *cx, const struct collection *collection, struct str key,
                     const struct field **out)
{
    const struct rule_name *name;
    struct rule_names names;

    TRY(read_names(cx, collection, &names));
    name = rule_find(&names, key);
    if (name != NULL && name->refused != NULL)
        return fail_field(cx, E_INVALID, "Validation error", "key",
                          "Field '%.*s' %s and cannot be a key", STR_ARG(key), name->refused);
    *out = name != NULL ? collection_field(collection, key) : NULL;
    return (*out != NULL && (*out)->unique && (*out)->type->read != NULL)
        || fail_field(cx, E_INVALID, "Validation error", "key",
                      "'%.*s' is not a unique field of this collection", STR_ARG(key));
}

bool upsert_check_key(struct cx *cx, const struct collection *collection, struct str key)
{
    const struct field *field;

    return find_key(cx, collection, key, &field);
}

/* What names the record, as its column has it. A value of the wrong type names none: the create
 * that follows says so. */
static bool read_key(struct cx *cx, const struct field *field, struct jv body, struct param *value,
                     bool *is_one)
{
    struct jv given = jv_get(body, field->name);
    struct type_fault fault;

    *is_one = false;
    if (given.kind == JV_ABSENT || given.kind == JV_NULL) {
        fail_add_item(cx, field->name, S("required_missing"),
                      "Field '%.*s' is the key of the upsert and must be given",
                      STR_ARG(field->name));
        return fail_items(cx, E_INVALID, SHAPE_ITEMS, "Validation error");
    }
    *is_one = field->type->read(cx, field, given, value, &fault);
    return true;
}

static bool find_record(struct cx *cx, const struct collection *collection,
                        const struct field *field, struct str account_id,
                        const struct param *value, struct str *id)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT r.\"id\" FROM "));
    qb_ident(&q, collection->table);
    qb_lit(&q, SQL_OF(" r WHERE r.\"account_id\" = "));
    qb_value(&q, p_text(NULL, account_id));
    qb_lit(&q, SQL_OF(" AND "));
    qb_column(&q, q.row, field->name);
    qb_lit(&q, SQL_OF(" = "));
    qb_value(&q, *value);
    TRY(qb_query(&q, &rows));
    *id = NO_STR;
    if (rows_step(&rows))
        *id = str_copy(cx->mem, rows_text(&rows, 0));
    return rows_done(&rows);
}

/* Whose it is was said to find it; an update does not say it again. */
static bool without_account(struct cx *cx, struct jv body, struct jv *out)
{
    struct jv_fault fault;
    struct buf text;
    struct str key;
    struct jv value;
    struct js js;

    *out = body;
    if (!cx->who->is_superadmin || jv_get(body, S("account_id")).kind == JV_ABSENT)
        return true;
    buf_init(&text, cx->mem, SIZE_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    for (struct jv_each e = jv_each(body); jv_next(&e, &key, &value);)
        if (!str_eq(key, S("account_id"))) {
            js_key(&js, key);
            js_raw(&js, NULL, jv_print(cx->mem, value));
        }
    js_end(&js);
    return jv_parse(cx, buf_text(&text), out, &fault)
        || broken(cx, "a body written anew cannot be read: %s", fault.reason);
}

/* One after the other, or both would find nothing and make it. */
static bool wait_for_turn(struct cx *cx, const struct collection *collection, struct str account_id,
                          struct jv given)
{
    return tx_lock(cx, str_fmt(cx->mem, "upsert %.*s %.*s %.*s", STR_ARG(account_id),
                               STR_ARG(collection->table), STR_ARG(jv_print(cx->mem, given))));
}

bool upsert_record(struct cx *cx, struct str collection, struct str key, struct jv body,
                   struct js *js, struct upsert_done *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const struct collection *found;
    const struct field *field;
    struct str account_id;
    struct param value;
    bool is_one;

    TRY(tx_begin(cx, &tx));
    TRY(recordwrite_target(cx, body, &account_id));
    TRY(record_collection(cx, collection, &found));
    TRY(collection_writable(cx, found));
    TRY(find_key(cx, found, key, &field));
    TRY(read_key(cx, field, body, &value, &is_one));
    *out = (struct upsert_done){ .id = NO_STR };
    if (is_one) {
        TRY(wait_for_turn(cx, found, account_id, jv_get(body, field->name)));
        TRY(find_record(cx, found, field, account_id, &value, &out->id));
    }
    out->is_new = str_absent(out->id);
    if (out->is_new) {
        TRY(record_create(cx, collection, body, js, &out->id));
    } else {
        TRY(without_account(cx, body, &body));
        TRY(record_update(cx, RECORD_PATCH, collection, out->id, body, NO_STR, js));
    }
    return tx_commit(&tx);
}
