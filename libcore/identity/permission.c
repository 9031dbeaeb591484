/* permission.c — keeps the grants of every role, picks those of one, lists and changes them. */
#include "identity/permission.h"

#include <inttypes.h>

#include "audit/change.h"
#include "base/meter.h"
#include "base/when.h"
#include "db/rows.h"

#define KEPT_MOST_US (5 * WHEN_MINUTE)      /* then read again, though nobody told of a change */

const char *const permission_operations[PERMISSION_OPERATIONS] = {
    "create", "read", "update", "delete",
};

/* ---- at every request ---- */

struct held { struct str role, collection, operation, rule, fields; };
struct permissions {
    struct arena *mem, *texts;
    int64_t definitions, loaded_at;
    bool loaded;
    struct held *list;
    size_t n;
};

static const struct sql ALL_GRANTS = SQL(
    "SELECT r.name AS role, p.collection, p.operation, p.rule, p.fields FROM permissions p"
    " JOIN roles r ON r.id = p.role_id ORDER BY p.id");
static const struct col HELD_COLS[] = {
    COL(C_TEXT, held, role), COL(C_TEXT, held, collection), COL(C_TEXT, held, operation),
    COL(C_TEXT, held, rule), COL(C_TEXT, held, fields), { 0 },
};

static bool load(struct cx *cx, struct permissions *kept)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct held row, *list = NULL;
    size_t n = 0;
    arena_reset(kept->texts);
    kept->loaded = false;
    TRY(db_query(cx, ALL_GRANTS, NO_BINDS, &rows));
    while (rows_next(&rows, HELD_COLS, &row)) {
        list = arena_more(kept->texts, list, n, sizeof *list);
        list[n++] = (struct held){
            str_copy(kept->texts, row.role), str_copy(kept->texts, row.collection),
            str_copy(kept->texts, row.operation), str_copy(kept->texts, row.rule),
            str_copy(kept->texts, row.fields) };
    }
    kept->list = list;
    kept->n = n;
    return kept->loaded = rows_done(&rows);
}

static bool permissions_of(struct cx *cx, struct permissions **out)
{
    struct permissions *kept = cx->keep[KEEP_PERMISSIONS];
    struct generation generation;
    if (kept == NULL) {
        struct arena *mem = arena_new(0, NULL, NULL);
        kept = cx->keep[KEEP_PERMISSIONS] = arena_make(mem, struct permissions);
        kept->mem = mem;
        kept->texts = arena_new(0, NULL, NULL);
    }
    *out = kept;
    TRY(db_generation(cx, &generation));
    bool stands = kept->loaded && kept->definitions == generation.definitions
               && cx->now - kept->loaded_at < KEPT_MOST_US;
    meter_add(cx, stands ? METER_GRANT_HIT : METER_GRANT_MISS, 1);
    if (stands)
        return true;
    TRY(load(cx, kept));
    kept->definitions = generation.definitions;
    kept->loaded_at = cx->now;
    return true;
}

bool permission_grants(struct cx *cx, struct str role, struct str collection,
                       enum permission_operation operation, struct grants *out)
{
    struct permissions *kept;
    struct grant *list = NULL;
    struct str word = str_of(permission_operations[operation]);
    size_t n = 0;
    *out = (struct grants){ NULL, 0 };
    TRY(permissions_of(cx, &kept));
    for (size_t i = 0; i < kept->n; i++) {
        const struct held *held = &kept->list[i];
        if (!str_eq(held->role, role) || !str_eq(held->operation, word))
            continue;
        if (!str_eq_nocase(held->collection, collection) && !str_eq(held->collection, S("*")))
            continue;
        if (list == NULL)
            list = arena_list(cx->mem, struct grant, 2);    /* the collection's row and that of * */
        if (n < 2)
            list[n++] = (struct grant){ str_copy(cx->mem, held->rule),
                                        str_copy(cx->mem, held->fields) };
    }
    *out = (struct grants){ list, n };
    return true;
}

/* ---- as the wire shows them ---- */

struct row {
    int64_t id, role_id;
    struct str collection, operation, rule, fields;
    int64_t created_at, updated_at;
};
#define ROW_COLUMNS \
    "SELECT p.id, p.role_id, p.collection, p.operation, p.rule, p.fields, p.created_at," \
    " p.updated_at FROM permissions p"
#define ROW_ORDER " ORDER BY p.role_id, p.collection, p.id"
static const struct sql ROWS = SQL(ROW_COLUMNS ROW_ORDER);
static const struct sql ROWS_OF_ROLE = SQL(ROW_COLUMNS " WHERE p.role_id = :role" ROW_ORDER);
static const struct sql ROWS_BESIDE = SQL(
    ROW_COLUMNS " JOIN permissions s ON s.role_id = p.role_id AND s.collection = p.collection"
    " WHERE s.id = :id" ROW_ORDER);
static const struct sql ROW_OF = SQL(
    ROW_COLUMNS " WHERE p.role_id = :role AND p.collection = :collection"
    " AND p.operation = :operation");
static const struct col ROW_COLS[] = {
    COL(C_INT, row, id),          COL(C_INT, row, role_id),     COL(C_TEXT, row, collection),
    COL(C_TEXT, row, operation),  COL(C_TEXT, row, rule),       COL(C_TEXT, row, fields),
    COL(C_TIME, row, created_at), COL(C_TIME, row, updated_at), { 0 },
};

/* Into the permission of its collection: rows of one follow each other, the smallest id first. */
static void add_row(struct permission *into, const struct row *row)
{
    for (int op = 0; op < PERMISSION_OPERATIONS; op++)
        if (str_eq(row->operation, str_of(permission_operations[op]))) {
            into->grants[op] = (struct grant){ row->rule, row->fields };
            into->rows[op] = row->id;
        }
    if (row->created_at < into->created_at)
        into->created_at = row->created_at;
    if (row->updated_at > into->updated_at)
        into->updated_at = row->updated_at;
}

static bool read_all(struct cx *cx, struct sql sql, struct binds binds, struct permission_list *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct permission *last = NULL;
    struct row row;
    *out = (struct permission_list){ NULL, 0 };
    TRY(db_query(cx, sql, binds, &rows));
    while (rows_next(&rows, ROW_COLS, &row)) {
        if (last == NULL || last->role_id != row.role_id
            || !str_eq(last->collection, row.collection)) {
            out->at = arena_more(cx->mem, out->at, out->n, sizeof *last);
            last = &out->at[out->n++];
            *last = (struct permission){ .id = row.id, .role_id = row.role_id,
                                         .collection = row.collection,
                                         .created_at = row.created_at };
        }
        add_row(last, &row);
    }
    return rows_done(&rows);
}

bool permission_all(struct cx *cx, int64_t role_id, struct permission_list *out)
{
    return role_id == 0 ? read_all(cx, ROWS, NO_BINDS, out)
                        : read_all(cx, ROWS_OF_ROLE, BIND(p_int("role", role_id)), out);
}

bool permission_get(struct cx *cx, int64_t id, struct permission *out)
{
    struct permission_list found;
    TRY(read_all(cx, ROWS_BESIDE, BIND(p_int("id", id)), &found));
    if (found.n == 0 || found.at->id != id)
        return fail(cx, E_NOT_FOUND, "Not found", "Permission with ID %" PRId64 " not found", id);
    *out = *found.at;
    return true;
}

/* ---- changes ---- */

static struct change change_of(struct cx *cx, int64_t id)
{
    return (struct change){ .table = S("permissions"), .account_id = S(SYSTEM_ACCOUNT),
                            .record_id = str_fmt(cx->mem, "%" PRId64, id) };
}

static bool delete_row(struct cx *cx, int64_t id)
{
    struct change change = change_of(cx, id);
    struct param key = p_int("id", id);
    change.key = (struct binds){ &key, 1 };
    return change_delete(cx, &change);
}

static bool update_row(struct cx *cx, int64_t id, const struct grant *grant)
{
    struct change change = change_of(cx, id);
    struct param key = p_int("id", id);
    change.key = (struct binds){ &key, 1 };
    change.new_values = BIND(p_text("rule", grant->rule), p_text("fields", grant->fields),
                             p_time("updated_at", cx->now));
    return change_update(cx, &change);
}

static bool insert_row(struct cx *cx, const struct row *row)
{
    int64_t id;
    return change_insert(cx, &(struct change){
        .table = S("permissions"), .account_id = S(SYSTEM_ACCOUNT), .generated_id = &id,
        .new_values = BIND(p_int("role_id", row->role_id), p_text("collection", row->collection),
                           p_text("operation", row->operation), p_text("rule", row->rule),
                           p_text("fields", row->fields), p_time("created_at", cx->now),
                           p_time("updated_at", cx->now)) });
}

static bool find_row(struct cx *cx, const struct row *like, bool *found, struct row *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, ROW_OF, BIND(p_int("role", like->role_id),
                                  p_text("collection", like->collection),
                                  p_text("operation", like->operation)), &rows));
    *found = rows_next(&rows, ROW_COLS, out);
    return *found || rows_done(&rows);
}

bool permission_set(struct cx *cx, int64_t role_id, struct str collection,
                    enum permission_operation operation, const struct grant *grant)
{
    struct row before, row = { .role_id = role_id, .collection = collection,
                               .operation = str_of(permission_operations[operation]),
                               .rule = grant->rule, .fields = grant->fields };
    bool found;
    TRY(find_row(cx, &row, &found, &before));
    if (str_absent(grant->rule))
        return !found || delete_row(cx, before.id);
    if (!found)
        return insert_row(cx, &row);
    return (str_eq(before.rule, row.rule) && str_eq(before.fields, row.fields))
        || update_row(cx, before.id, grant);
}

static bool delete_rows(struct cx *cx, const struct permission *permission)
{
    for (int op = 0; op < PERMISSION_OPERATIONS; op++)
        if (permission->rows[op] != 0)
            TRY(delete_row(cx, permission->rows[op]));
    return true;
}

bool permission_delete(struct cx *cx, int64_t id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct permission permission;
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(permission_get(cx, id, &permission));
    TRY(delete_rows(cx, &permission));
    return tx_commit(&tx);
}

bool permission_forget(struct cx *cx, int64_t role_id)
{
    struct permission_list list;
    TRY(permission_all(cx, role_id, &list));
    for (size_t i = 0; i < list.n; i++)
        TRY(delete_rows(cx, &list.at[i]));
    return true;
}
