/* permission.c — keeps the grants of every role and picks those of one. */
#include "identity/permission.h"

#include "db/rows.h"

struct held { struct str role, collection, operation, rule, fields; };
struct permissions {
    struct arena *mem, *texts;
    int64_t definitions;
    bool loaded;
    struct held *list;
    size_t n;
};
static const char *const OPERATIONS[PERMISSION_OPERATIONS] = {
    "create", "read", "update", "delete",
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
    size_t n = 0, room = 0;
    arena_reset(kept->texts);
    kept->loaded = false;
    TRY(db_query(cx, ALL_GRANTS, NO_BINDS, &rows));
    while (rows_next(&rows, HELD_COLS, &row)) {
        if (n == room) {
            room = room == 0 ? 16 : 2 * room;
            list = arena_grow(kept->texts, list, n * sizeof *list, room * sizeof *list);
        }
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
    if (kept->loaded && kept->definitions == generation.definitions)
        return true;
    TRY(load(cx, kept));
    kept->definitions = generation.definitions;
    return true;
}

bool permission_grants(struct cx *cx, struct str role, struct str collection,
                       enum permission_operation operation, struct grants *out)
{
    struct permissions *kept;
    struct grant *list = NULL;
    size_t n = 0;
    *out = (struct grants){ NULL, 0 };
    TRY(permissions_of(cx, &kept));
    for (size_t i = 0; i < kept->n; i++) {
        const struct held *held = &kept->list[i];
        if (!str_eq(held->role, role) || !str_eq(held->operation, str_of(OPERATIONS[operation])))
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
