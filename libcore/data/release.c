/* release.c — what a record leaves behind when it goes: references to it. */
#include "data/release.h"

#include <stdlib.h>

#include "audit/change.h"
#include "data/fileuse.h"
#include "data/recordwrite.h"

/* Chains of cascades longer than this are left to the engine, which then refuses if it must. */
enum { MOST_LEVELS = 64 };

struct going { const struct collection *collection; struct str id; };
struct level { struct going *at; size_t n, room; };

static bool add_going(struct cx *cx, struct level *level, const struct collection *collection,
                      struct str id)
{
    if (level->n == level->room) {
        size_t room = level->room == 0 ? 16 : level->room * 2, each = sizeof(*level->at);
        level->at = arena_grow(cx->mem, level->at, level->room * each, room * each);
        level->room = room;
    }
    level->at[level->n++] = (struct going){ collection, id };
    return true;
}

static int compare_going(const void *a, const void *b)
{
    const struct going *one = a, *two = b;

    if (one->collection != two->collection)
        return str_cmp(one->collection->name, two->collection->name);
    return str_cmp(one->id, two->id);
}

/* A record that is reached by two ways goes once. */
static void each_once(struct level *level)
{
    size_t kept = 0;

    if (level->n > 1)
        qsort(level->at, level->n, sizeof(*level->at), compare_going);
    for (size_t i = 0; i < level->n; i++)
        if (kept == 0 || compare_going(&level->at[kept - 1], &level->at[i]) != 0)
            level->at[kept++] = level->at[i];
    level->n = kept;
}

static bool find_children(struct cx *cx, const struct collection *child, const struct field *field,
                          struct str account_id, struct str id, struct level *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT r.\"id\" FROM "));
    qb_ident(&q, child->table);
    qb_lit(&q, SQL_OF(" r WHERE r.\"account_id\" = "));
    qb_value(&q, p_text(NULL, account_id));
    qb_lit(&q, SQL_OF(" AND "));
    qb_column(&q, 'r', field->name);
    qb_lit(&q, SQL_OF(" = "));
    qb_value(&q, p_text(NULL, id));
    TRY(qb_query(&q, &rows));
    while (rows_step(&rows))
        TRY(add_going(cx, out, child, str_copy(cx->mem, rows_text(&rows, 0))));
    return rows_done(&rows);
}

static bool empty_children(struct cx *cx, const struct collection *child,
                           const struct field *field, struct str account_id, struct str id)
{
    struct level found = { 0 };

    TRY(find_children(cx, child, field, account_id, id, &found));
    if (found.n > 0 && field->required)
        return fail(cx, E_CONFLICT, "Conflict",
                    "Cannot delete record: it is referenced by other records");
    for (size_t i = 0; i < found.n; i++)
        TRY(recordwrite_clear(cx, child, account_id, found.at[i].id, field));
    return true;
}

struct referrers { const struct collection *const *all; size_t n; };

static bool points_to(const struct collection *child, const struct field *field,
                      const struct collection *target)
{
    return child->view == NULL && field->type->rule == R_REFERENCE
        && str_eq(field->target_table, target->table);
}

/* What points to one record: emptied, or found to go with it. */
static bool release_one(struct cx *cx, const struct referrers *referrers, struct str account_id,
                        const struct going *going, struct level *next)
{
    for (size_t c = 0; c < referrers->n; c++) {
        const struct collection *child = referrers->all[c];
        for (size_t i = 0; i < child->field_count; i++) {
            const struct field *field = &child->fields[i];
            if (!points_to(child, field, going->collection))
                continue;
            if (field->on_delete == DDL_SET_NULL)
                TRY(empty_children(cx, child, field, account_id, going->id));
            else if (field->on_delete == DDL_CASCADE)
                TRY(find_children(cx, child, field, account_id, going->id, next));
        }
    }
    return true;
}

/* Rows that the engine takes along count as changes of their tables: remembered totals are void. */
static bool count_level(struct cx *cx, struct str account_id, const struct level *level)
{
    for (size_t i = 0; i < level->n; i++)
        TRY(fileuse_forget(cx, level->at[i].collection, account_id, level->at[i].id));
    for (size_t i = 0; i < level->n; i++)
        if (i == 0 || level->at[i].collection != level->at[i - 1].collection)
            TRY(change_touch(cx, account_id, level->at[i].collection->table));
    return true;
}

bool release_children(struct cx *cx, const struct collection *collection, struct str account_id,
                      struct str id)
{
    struct going first = { collection, id };
    struct level level = { &first, 1, 1 };
    struct referrers referrers;

    TRY(collection_all(cx, &referrers.all, &referrers.n));
    for (int depth = 0; level.n > 0 && depth < MOST_LEVELS; depth++) {
        struct level next = { 0 };
        for (size_t i = 0; i < level.n; i++)
            TRY(release_one(cx, &referrers, account_id, &level.at[i], &next));
        each_once(&next);
        TRY(count_level(cx, account_id, &next));
        level = next;
    }
    return true;
}
