/* release.c — what a record leaves behind when it goes: references to it. */
#include "data/release.h"

#include <stdlib.h>

#include "audit/change.h"
#include "data/fileuse.h"
#include "data/recordlinks.h"
#include "data/recordwrite.h"

/* Chains of cascades longer than this are left to the engine, which then refuses if it must. */
enum { MOST_LEVELS = 64 };

static void add_going(struct cx *cx, struct release_list *list,
                      const struct collection *collection, struct str id)
{
    if (list->n == list->room) {
        size_t room = list->room == 0 ? 16 : list->room * 2, each = sizeof(*list->at);
        list->at = arena_grow(cx->mem, list->at, list->room * each, room * each);
        list->room = room;
    }
    list->at[list->n++] = (struct release_record){ collection, id };
}

static int compare_going(const void *a, const void *b)
{
    const struct release_record *one = a, *two = b;

    if (one->collection != two->collection)
        return str_cmp(one->collection->name, two->collection->name);
    return str_cmp(one->id, two->id);
}

/* A record that is reached by two ways goes once. */
static void each_once(struct release_list *level)
{
    size_t kept = 0;

    if (level->n > 1)
        qsort(level->at, level->n, sizeof(*level->at), compare_going);
    for (size_t i = 0; i < level->n; i++)
        if (kept == 0 || compare_going(&level->at[kept - 1], &level->at[i]) != 0)
            level->at[kept++] = level->at[i];
    level->n = kept;
}

static void put_children(struct qb *q, const struct collection *child, const struct field *field)
{
    if (field_has_link(field)) {
        recordlinks_from(q, child, field);
        return;
    }
    qb_lit(q, SQL_OF(" FROM "));
    qb_ident(q, child->table);
    qb_lit(q, SQL_OF(" r"));
}

static bool find_children(struct cx *cx, const struct collection *child, const struct field *field,
                          struct str account_id, struct str id, struct release_list *out)
{
    bool has_link = field_has_link(field);
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT r.\"id\""));
    put_children(&q, child, field);
    qb_lit(&q, SQL_OF(" WHERE r.\"account_id\" = "));
    qb_value(&q, p_text(NULL, account_id));
    qb_lit(&q, SQL_OF(" AND "));
    qb_column(&q, has_link ? 'l' : 'r', has_link ? S("target_id") : field->name);
    qb_lit(&q, SQL_OF(" = "));
    qb_value(&q, p_text(NULL, id));
    TRY(qb_query(&q, &rows));
    while (rows_step(&rows))
        add_going(cx, out, child, str_copy(cx->mem, rows_text(&rows, 0)));
    return rows_done(&rows);
}

static bool empty_children(struct cx *cx, const struct collection *child,
                           const struct field *field, struct str account_id, struct str id)
{
    struct release_list found = { 0 };

    TRY(find_children(cx, child, field, account_id, id, &found));
    for (size_t i = 0; i < found.n; i++)
        TRY(recordwrite_clear(cx, child, account_id, found.at[i].id, field, id));
    return true;
}

static bool points_to(const struct collection *child, const struct field *field,
                      const struct collection *target)
{
    return child->view == NULL && field->type->rule == R_REFERENCE
        && str_eq(field->target_table, target->table);
}

/* Those in whose lists it is; the engine knows nothing of them. */
static bool find_taken(struct cx *cx, struct release *release, const struct collection *child,
                       const struct field *field, struct str id, struct release_list *next)
{
    size_t before = next->n;

    TRY(find_children(cx, child, field, release->account_id, id, next));
    for (size_t i = before; i < next->n && field_has_link(field); i++)
        add_going(cx, &release->taken, child, next->at[i].id);
    return true;
}

/* What points to one record: emptied, or found to go with it. */
static bool release_one(struct cx *cx, struct release *release, const struct release_record *going,
                        struct release_list *next)
{
    for (size_t c = 0; c < release->count; c++) {
        const struct collection *child = release->all[c];
        for (size_t i = 0; i < child->field_count; i++) {
            const struct field *field = &child->fields[i];
            if (!points_to(child, field, going->collection))
                continue;
            if (field->on_delete == DDL_SET_NULL)
                TRY(empty_children(cx, child, field, release->account_id, going->id));
            else if (field->on_delete == DDL_CASCADE)
                TRY(find_taken(cx, release, child, field, going->id, next));
        }
    }
    return true;
}

/* What goes lets go of what it names first: so no circle of them holds itself. */
static bool release_level(struct cx *cx, struct release *release, const struct release_list *level,
                          struct release_list *next)
{
    for (size_t i = 0; i < level->n; i++)
        TRY(recordlinks_drop(cx, level->at[i].collection, release->account_id, level->at[i].id));
    for (size_t i = 0; i < level->n; i++)
        TRY(release_one(cx, release, &level->at[i], next));
    each_once(next);
    return true;
}

/* Rows that the engine takes along count as changes of their tables: remembered totals are void. */
static bool count_level(struct cx *cx, struct str account_id, const struct release_list *level)
{
    for (size_t i = 0; i < level->n; i++)
        TRY(fileuse_forget(cx, level->at[i].collection, account_id, level->at[i].id));
    for (size_t i = 0; i < level->n; i++)
        if (i == 0 || level->at[i].collection != level->at[i - 1].collection)
            TRY(change_touch(cx, account_id, level->at[i].collection->table));
    return true;
}

/* The first of all is found again where references form a circle; once is enough. */
static void leave_first_out(struct release *release, struct release_list *list)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->n; i++)
        if (compare_going(&list->at[i], &release->first) == 0)
            release->is_circle = true;
        else
            list->at[kept++] = list->at[i];
    list->n = kept;
}

bool release_children(struct cx *cx, const struct collection *collection, struct str account_id,
                      struct str id, struct release *out)
{
    struct release_list level;

    *out = (struct release){ .account_id = account_id, .first = { collection, id } };
    level = (struct release_list){ &out->first, 1, 1 };
    TRY(collection_all(cx, &out->all, &out->count));
    for (int depth = 0; level.n > 0 && depth < MOST_LEVELS; depth++) {
        struct release_list next = { 0 };
        TRY(release_level(cx, out, &level, &next));
        leave_first_out(out, &next);
        TRY(count_level(cx, account_id, &next));
        level = next;
    }
    leave_first_out(out, &out->taken);
    return true;
}

bool release_take(struct cx *cx, const struct release *release)
{
    for (size_t i = release->taken.n; i > 0; i--)
        TRY(recordwrite_take(cx, release->taken.at[i - 1].collection, release->account_id,
                             release->taken.at[i - 1].id));
    return true;
}
