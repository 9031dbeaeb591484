/* fileuse.c — keeps and asks the table of files in records. */
#include "data/fileuse.h"

#include "base/settings.h"
#include "data/typefile.h"
#include "files/file.h"

enum { MOST_USES = 100 };           /* of one file, that are looked at for one reader             */

static bool holds_file(const struct field *field)
{
    return field->type->rule == R_FILE;
}

/* --- what may be held ------------------------------------------------------------------------- */

static bool is_among(struct jv list, struct str wanted)
{
    for (size_t i = 0; i < jv_count(list); i++)
        if (str_eq(jv_text(jv_at(list, i)), wanted))
            return true;
    return false;
}

/* NULL: it is what the options ask for. The row speaks, not what the client says of the file. */
static const char *why_not(struct cx *cx, struct jv options, bool known, const struct file *file)
{
    struct jv most = jv_get(options, S("max_size")), types = jv_get(options, S("mime_types"));

    if (most.kind != JV_INT && types.kind != JV_ARRAY)
        return NULL;
    if (!known)
        return "File metadata 'path' names no uploaded file";
    if (most.kind == JV_INT && file->size > jv_int(most))
        return str_fmt(cx->mem, "File is larger than the %lld bytes that this field takes",
                       (long long)jv_int(most)).p;
    return types.kind == JV_ARRAY && !is_among(types, file->mime_type)
         ? str_fmt(cx->mem, "This field takes no file of type '%.*s'",
                   STR_ARG(file->mime_type)).p
         : NULL;
}

static bool check_one(struct cx *cx, struct str account_id, const struct field *field,
                      struct str path, struct fault_list *faults)
{
    struct jv options = { .kind = JV_ABSENT };
    struct jv_fault wrong;
    struct file file;
    bool known;

    if (!filepath_is_of(path, account_id)) {
        validate_fault(cx, faults, field->name, "invalid_file_metadata",
                       S("File metadata 'path' does not belong to this account"));
        return true;
    }
    if (str_absent(field->options) || !jv_parse(cx, field->options, &options, &wrong))
        return true;
    TRY(file_find(cx, account_id, path, &known, &file));
    const char *why = why_not(cx, options, known, &file);
    if (why != NULL)
        validate_fault(cx, faults, field->name, "invalid_file_metadata", str_of(why));
    return true;
}

bool fileuse_check(struct cx *cx, struct str account_id, const struct recordrow *stored,
                   const struct param *old, const struct validated *values,
                   struct fault_list *faults)
{
    for (size_t i = 0; i < stored->n; i++) {
        const struct field *field = stored->fields[i].field;
        if (!holds_file(field) || !values->given[i] || values->values[i].type != P_TEXT)
            continue;
        struct str path = typefile_path(cx, &values->values[i]);
        if (old == NULL || !str_eq(path, typefile_path(cx, &old[RECORDROW_FIELDS + i])))
            TRY(check_one(cx, account_id, field, path, faults));
    }
    return true;
}

/* --- what is held ----------------------------------------------------------------------------- */

static const struct sql USE_ADD = SQL(
    "INSERT INTO file_uses (account_id, path, collection_id, record_id, field)"
    " VALUES (:account, :path, :collection, :record, :field) ON CONFLICT DO NOTHING");
static const struct sql USE_END = SQL(
    "DELETE FROM file_uses WHERE account_id = :account AND path = :path"
    " AND collection_id = :collection AND record_id = :record AND field = :field");
static const struct sql USES_FORGET = SQL(
    "DELETE FROM file_uses WHERE account_id = :account AND collection_id = :collection"
    " AND record_id = :record");
static const struct sql USES_OF_FILE = SQL(
    "SELECT collection_id, record_id, field FROM file_uses"
    " WHERE account_id = :account AND path = :path LIMIT :most");

static bool change_use(struct cx *cx, const struct fileuse_write *w, struct sql sql,
                       const struct field *field, struct str path)
{
    return str_absent(path)
        || db_exec(cx, sql, BIND(p_text("account", w->account_id), p_text("path", path),
                                 p_text("collection", w->stored->collection->id),
                                 p_text("record", w->record_id), p_text("field", field->name)),
                   NULL);
}

bool fileuse_keep(struct cx *cx, const struct fileuse_write *w)
{
    for (size_t i = 0; i < w->stored->n; i++) {
        const struct field *field = w->stored->fields[i].field;
        size_t at = RECORDROW_FIELDS + i;
        if (!holds_file(field))
            continue;
        struct str old = w->old != NULL ? typefile_path(cx, &w->old[at]) : NO_STR;
        struct str now = w->now != NULL ? typefile_path(cx, &w->now[at]) : NO_STR;
        if (str_eq(old, now))
            continue;
        TRY(change_use(cx, w, USE_END, field, old));
        TRY(change_use(cx, w, USE_ADD, field, now));
    }
    return true;
}

bool fileuse_forget(struct cx *cx, const struct collection *collection, struct str account_id,
                    struct str record_id)
{
    for (size_t i = 0; i < collection->field_count; i++)
        if (holds_file(&collection->fields[i]))
            return db_exec(cx, USES_FORGET,
                           BIND(p_text("account", account_id),
                                p_text("collection", collection->id),
                                p_text("record", record_id)), NULL);
    return true;
}

/* --- who may read ----------------------------------------------------------------------------- */

struct use { struct str collection_id, record_id, field; };
static const struct col USE_COLS[] = {
    COL(C_TEXT, use, collection_id), COL(C_TEXT, use, record_id), COL(C_TEXT, use, field), { 0 },
};

static bool list_uses(struct cx *cx, struct str account_id, struct str path, struct use *uses,
                      size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };

    *n = 0;
    TRY(db_query(cx, USES_OF_FILE,
                 BIND(p_text("account", account_id), p_text("path", path),
                      p_int("most", MOST_USES)), &rows));
    while (*n < MOST_USES && rows_next(&rows, USE_COLS, &uses[*n]))
        (*n)++;
    return rows_done(&rows);
}

/* Whether the record shows that field to the caller: its row and its field. */
static bool is_seen(struct cx *cx, const struct use *use, bool *seen)
{
    const struct jv no_body = { .kind = JV_ABSENT };
    struct rows rows SCOPED(rows_close) = { 0 };
    const struct collection *collection;
    const struct field *field = NULL;
    struct access access;
    struct qb q;

    *seen = false;
    TRY(collection_find_id(cx, use->collection_id, &collection));
    if (collection != NULL)
        field = collection_field(collection, use->field);
    if (field == NULL)
        return true;
    TRY(access_open(cx, collection, OP_VIEW, no_body, &access));
    if (access.answer != ACCESS_GRANTED || access.n == 0 || !access_gives(&access, field)
        || (field->pii && access.is_masked))
        return true;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT "));
    if (access_gives_always(&access, field))
        qb_lit(&q, SQL_OF("1"));
    else
        TRY(access_shows(&q, &access, field));
    qb_lit(&q, SQL_OF(" FROM "));
    TRY(collection_from(&q, collection, access.account_id));
    access_where_tenant(&q, &access);
    qb_lit(&q, SQL_OF(" AND r.\"id\" = "));
    qb_value(&q, p_text(NULL, use->record_id));
    TRY(access_and_grants(&q, &access));
    TRY(qb_query(&q, &rows));
    *seen = rows_step(&rows) && rows_int(&rows, 0) != 0;
    return *seen || rows_done(&rows);
}

bool fileuse_allows(struct cx *cx, struct str account_id, const struct file *file)
{
    struct use *uses;
    bool seen = str_eq(cx->set->file_access, S("account")) || cx->who->is_superadmin
             || str_eq(file->uploaded_by, cx->who->id);
    size_t n = 0;

    if (seen)
        return true;
    uses = arena_list(cx->mem, struct use, MOST_USES);
    TRY(list_uses(cx, account_id, file->path, uses, &n));
    for (size_t i = 0; i < n && !seen; i++)
        TRY(is_seen(cx, &uses[i], &seen));
    return seen || file_missing(cx, file->path);
}
