/* record.c — one record: made, read, changed, removed, by a caller who may. */
#include "data/record.h"

#include "data/expand.h"
#include "data/recordwrite.h"
#include "db/tx.h"

static const struct jv NO_BODY = { .kind = JV_ABSENT };

bool record_collection(struct cx *cx, struct str name, const struct collection **out)
{
    TRY(collection_find(cx, name, out));
    return *out != NULL
        || fail(cx, E_NOT_FOUND, "Not found", "Collection '%.*s' not found", STR_ARG(name));
}

/* --- versions --------------------------------------------------------------------------------- */

static struct str version_part(struct cx *cx, int64_t updated_at)
{
    return str_fmt(cx->mem, "%llx-", (unsigned long long)updated_at);
}

/* What callers see of a record also hangs on definitions, and on who is in which group; and on the
 * time, if it has a field that does. */
static bool make_tag(struct cx *cx, const struct recordrow *row, int64_t updated_at,
                     struct str *tag)
{
    int64_t time = recordrow_uses_now(row) ? cx->now : 0;
    struct generation now;

    TRY(db_generation(cx, &now));
    *tag = str_fmt(cx->mem, "%.*s%llx-%llx%s%.0llx", STR_ARG(version_part(cx, updated_at)),
                   (unsigned long long)now.definitions, (unsigned long long)now.identities,
                   time != 0 ? "-" : "", (unsigned long long)time);
    return true;
}

/* Our tags are weak, and name the version well enough to guard a change of it. */
bool record_if_match(struct cx *cx, struct str if_match, int64_t updated_at)
{
    struct str version = version_part(cx, updated_at), part;

    if (str_absent(if_match))
        return true;
    while (updated_at != 0 && str_cut(&if_match, ',', &part)) {
        part = str_trim(part);
        if (str_eq(part, S("*")))
            return true;
        if (str_starts(part, S("W/")))
            part = str_sub(part, 2, part.n);
        if (str_starts(part, S("\"")) && str_starts(str_sub(part, 1, part.n), version))
            return true;
    }
    return fail(cx, E_PRECONDITION, "Precondition failed",
                "The record has been changed since it was read");
}

/* --- get -------------------------------------------------------------------------------------- */

static bool select_one(struct cx *cx, const struct access *access, const struct recordrow *row,
                       struct str id, struct rows *rows)
{
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT "));
    TRY(recordrow_columns(&q, row));
    qb_lit(&q, SQL_OF(" FROM "));
    TRY(collection_from(&q, access->collection, access->account_id));
    access_where_tenant(&q, access);
    qb_lit(&q, SQL_OF(" AND r.\"id\" = "));
    qb_value(&q, p_text(NULL, id));
    TRY(access_and_grants(&q, access));
    return qb_query(&q, rows);
}

/* Fields that only some rules give come and go with the records that those look at. */
static bool hangs_on_others(const struct access *access)
{
    for (size_t i = 0; i < access->n && !access_gives_all(access); i++)
        if (access->grants[i].rule != NULL && rule_asks_others(access->grants[i].rule))
            return true;
    return false;
}

static bool write_one(struct cx *cx, const struct recordrow *row, struct expand *expand,
                      const struct rows *rows, struct js *js)
{
    if (expand == NULL) {
        recordrow_write(cx, js, row, rows);
        return true;
    }
    TRY(expand_take(cx, expand, row, rows));
    return expand_write(cx, expand, false, js);
}

bool record_get(struct cx *cx, struct str collection, struct str id, struct str fields,
                struct str expand, struct js *js, struct str *tag)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    const struct collection *found;
    struct expand *expanded;
    struct access access;
    struct recordrow row;
    int64_t updated_at;

    TRY(record_collection(cx, collection, &found));
    TRY(access_open(cx, found, OP_VIEW, NO_BODY, &access));
    TRY(access_allowed(cx, &access, collection));
    recordrow_shape(cx, found, &access, fields, &row);
    TRY(select_one(cx, &access, &row, id, &rows));
    if (!rows_step(&rows))
        return rows_done(&rows) && fail(cx, E_NOT_FOUND, "Not found", "Record not found");
    updated_at = rows_int(&rows, RECORDROW_UPDATED_AT);
    TRY(expand_read(cx, &access, expand, &expanded));
    TRY(write_one(cx, &row, expanded, &rows, js));
    *tag = NO_STR;                      /* what is expanded, or viewed, changes on its own        */
    return expanded != NULL || found->view != NULL || hangs_on_others(&access)
        || make_tag(cx, &row, updated_at, tag);
}

/* --- writes ----------------------------------------------------------------------------------- */

bool record_create(struct cx *cx, struct str collection, struct jv body, struct js *js,
                   struct str *id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const struct collection *found;
    struct recordwrite w;
    struct str account_id;

    TRY(tx_begin(cx, &tx));
    TRY(recordwrite_target(cx, body, &account_id));
    TRY(record_collection(cx, collection, &found));
    TRY(recordwrite_open(cx, found, OP_CREATE, body, &w));
    TRY(access_allowed(cx, &w.access, collection));
    w.account_id = account_id;
    TRY(recordwrite_check_create(cx, &w));
    TRY(recordwrite_insert(cx, &w, js));
    *id = w.id;
    return tx_commit(&tx);
}

/* The row first, then whether the caller may: an unknown id is 404 for everybody. */
static bool open_existing(struct cx *cx, struct str collection, enum operation operation,
                          struct str id, struct jv body, struct recordwrite *w)
{
    const struct collection *found;

    TRY(record_collection(cx, collection, &found));
    TRY(recordwrite_open(cx, found, operation, body, w));
    w->id = id;
    TRY(recordwrite_read(cx, w));
    return access_allowed(cx, &w->access, collection);
}

bool record_update(struct cx *cx, enum record_update how, struct str collection, struct str id,
                   struct jv body, struct str if_match, struct js *js)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct recordwrite w;

    TRY(tx_begin(cx, &tx));
    TRY(open_existing(cx, collection, OP_UPDATE, id, body, &w));
    TRY(recordwrite_check_update(cx, &w, how == RECORD_PUT ? VALIDATE_PUT : VALIDATE_PATCH));
    TRY(record_if_match(cx, if_match, w.old[RECORDROW_UPDATED_AT].number));
    TRY(recordwrite_store(cx, &w, js));
    return tx_commit(&tx);
}

bool record_delete(struct cx *cx, struct str collection, struct str id, struct str if_match)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct recordwrite w;

    TRY(tx_begin(cx, &tx));
    TRY(open_existing(cx, collection, OP_DELETE, id, NO_BODY, &w));
    TRY(recordwrite_check_delete(cx, &w));
    TRY(record_if_match(cx, if_match, w.old[RECORDROW_UPDATED_AT].number));
    TRY(recordwrite_remove(cx, &w));
    return tx_commit(&tx);
}
