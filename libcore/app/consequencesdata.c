/* consequencesdata.c — walks from a record to those that name it; asks who uses a collection. */
#include "app/consequencesdata.h"

#include <stdlib.h>

#include "data/catalogue.h"
#include "data/recordlinks.h"
#include "data/relations.h"
#include "view/phrase.h"

enum { BOUND = CONSEQUENCES_MOST + 1, MOST_LEVELS = 64, LIST_BYTES = 4194304 };

/* ---- a record ---- */

struct going { const struct collection *collection; struct str id; };
struct goings { struct going *at; size_t n, room; };
struct walk {
    struct cx *cx;
    struct str account_id;
    const struct collection *const *all; size_t count;
    struct goings seen;                     /* in the order of compare()                          */
    struct goings next;                     /* that go with the level in hand                     */
    struct consequences *out;
    bool is_over;                           /* too many: the rest is not looked at                */
};

static int compare(const void *a, const void *b)
{
    const struct going *one = a, *two = b;
    if (one->collection != two->collection)
        return str_cmp(one->collection->name, two->collection->name);
    return str_cmp(one->id, two->id);
}

static void push(struct walk *walk, struct goings *list, const struct collection *c, struct str id)
{
    if (list->n == list->room) {
        size_t room = list->room == 0 ? 16 : list->room * 2, each = sizeof *list->at;
        list->at = arena_grow(walk->cx->mem, list->at, list->room * each, room * each);
        list->room = room;
    }
    list->at[list->n++] = (struct going){ c, id };
}

/* Those from `from` on that are of one collection, as a JSON array; *upto: the first of another. */
static bool ids_of(struct walk *walk, const struct goings *level, size_t from, size_t *upto,
                   struct str *json)
{
    struct buf out;
    struct js js;
    size_t i = from;
    buf_init(&out, walk->cx->mem, LIST_BYTES);
    js_init(&js, &out);
    js_array(&js, NULL);
    for (; i < level->n && level->at[i].collection == level->at[from].collection; i++)
        js_text(&js, NULL, level->at[i].id);
    js_end(&js);
    *upto = i;
    *json = buf_text(&out);
    return !out.over || broken(walk->cx, "too many records to ask about");
}

static void put_namers(struct qb *q, const struct walk *walk, const struct collection *child,
                       const struct field *field, struct str ids)
{
    bool has_link = field_has_link(field);
    qb_lit(q, SQL_OF("SELECT DISTINCT r.\"id\""));
    if (has_link)
        recordlinks_from(q, child, field);
    else {
        qb_lit(q, SQL_OF(" FROM "));
        qb_ident(q, child->table);
        qb_lit(q, SQL_OF(" r"));
    }
    qb_lit(q, SQL_OF(" WHERE r.\"account_id\" = "));
    qb_value(q, p_text(NULL, walk->account_id));
    qb_lit(q, SQL_OF(" AND "));
    qb_column(q, has_link ? 'l' : 'r', has_link ? S("target_id") : field->name);
    qb_among(q, ids);
}

/* Of a list that may not be empty only those count that name nothing else. */
static void put_only(struct qb *q, const struct collection *child, const struct field *field,
                     struct str ids)
{
    qb_lit(q, SQL_OF(" AND NOT EXISTS (SELECT 1 FROM "));
    qb_ident(q, field_link(q->cx->mem, child->name, field->name));
    qb_lit(q, SQL_OF(" o WHERE o.\"account_id\" = l.\"account_id\""
                     " AND o.\"record_id\" = l.\"record_id\" AND NOT o.\"target_id\""));
    qb_among(q, ids);
    qb_lit(q, SQL_OF(")"));
}

static bool is_seen(const struct walk *walk, const struct going *one)
{
    return walk->seen.n > 0
        && bsearch(one, walk->seen.at, walk->seen.n, sizeof *one, compare) != NULL;
}

static struct consequence *entry(struct walk *walk, const char *what, struct str name,
                                 enum consequences_effect effect)
{
    struct consequences *out = walk->out;
    for (size_t i = 0; i < out->n; i++)
        if (out->at[i].effect == effect && str_eq(out->at[i].name, name)
            && str_eq(str_of(out->at[i].what), str_of(what)))
            return &out->at[i];
    return consequences_add(walk->cx, out, what, name, effect, 0);
}

static void note(struct walk *walk, struct consequence *of, struct str id)
{
    if (of->count < CONSEQUENCES_MOST) {
        of->count++;
        consequences_example(walk->cx, of, id, id);
    } else {
        of->is_more = true;
    }
}

/* The rows of one question: told, and those that go remembered for the next level. */
static bool tell(struct walk *walk, struct qb *q, const struct collection *child,
                 enum consequences_effect effect)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct consequence *told = NULL;
    qb_lit(q, SQL_OF(" ORDER BY r.\"id\" LIMIT "));
    qb_number(q, BOUND);
    TRY(qb_query(q, &rows));
    while (rows_step(&rows)) {
        struct going one = { child, rows_text(&rows, 0) };
        if (effect == CONSEQUENCES_GOES && is_seen(walk, &one))
            continue;
        if (told == NULL)
            told = entry(walk, W("Records in {name}"), child->name, effect);
        if (effect == CONSEQUENCES_GOES)
            push(walk, &walk->next, child, str_copy(walk->cx->mem, one.id));
        else
            note(walk, told, one.id);
    }
    return rows_done(&rows);
}

static bool ask_field(struct walk *walk, const struct collection *child, const struct field *field,
                      struct str ids)
{
    struct qb q;
    qb_init(&q, walk->cx);
    put_namers(&q, walk, child, field, ids);
    if (field->on_delete == DDL_CASCADE)
        return tell(walk, &q, child, CONSEQUENCES_GOES);
    if (field->on_delete != DDL_SET_NULL)
        return tell(walk, &q, child, CONSEQUENCES_STOPS);
    if (!field->required)
        return tell(walk, &q, child, CONSEQUENCES_EMPTIED);
    if (!field_has_link(field))
        return tell(walk, &q, child, CONSEQUENCES_STOPS);
    TRY(tell(walk, &q, child, CONSEQUENCES_EMPTIED));
    qb_init(&q, walk->cx);
    put_namers(&q, walk, child, field, ids);
    put_only(&q, child, field, ids);
    return tell(walk, &q, child, CONSEQUENCES_STOPS);
}

static bool ask_namers(struct walk *walk, const struct collection *target, struct str ids)
{
    for (size_t i = 0; i < walk->count; i++) {
        const struct collection *child = walk->all[i];
        for (size_t f = 0; f < child->field_count && child->view == NULL; f++) {
            const struct field *field = &child->fields[f];
            if (field->type->rule == R_REFERENCE && str_eq(field->target_table, target->table))
                TRY(ask_field(walk, child, field, ids));
        }
    }
    return true;
}

static bool ask_files(struct walk *walk, const struct collection *c, struct str ids)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct consequence *told = NULL;
    struct qb q;
    qb_init(&q, walk->cx);
    qb_lit(&q, SQL_OF("SELECT DISTINCT f.id, f.filename FROM file_uses u JOIN files f"
                      " ON f.account_id = u.account_id AND f.path = u.path"
                      " WHERE u.account_id = "));
    qb_value(&q, p_text(NULL, walk->account_id));
    qb_lit(&q, SQL_OF(" AND u.collection_id = "));
    qb_value(&q, p_text(NULL, c->id));
    qb_lit(&q, SQL_OF(" AND u.record_id"));
    qb_among(&q, ids);
    qb_lit(&q, SQL_OF(" ORDER BY f.id LIMIT "));
    qb_number(&q, BOUND);
    TRY(qb_query(&q, &rows));
    while (rows_step(&rows)) {
        if (told == NULL)
            told = entry(walk, W("Files, unless other records use them"), NO_STR,
                         CONSEQUENCES_GOES);
        told->is_more |= told->count >= CONSEQUENCES_MOST;
        told->count += told->count < CONSEQUENCES_MOST;
        consequences_example(walk->cx, told, rows_text(&rows, 0), rows_text(&rows, 1));
    }
    return rows_done(&rows);
}

/* What goes with a level is told, each once, and becomes the next one. */
static void descend(struct walk *walk, struct goings *level)
{
    struct goings *next = &walk->next;
    *level = (struct goings){ 0 };
    if (next->n > 1)
        qsort(next->at, next->n, sizeof *next->at, compare);
    for (size_t i = 0; i < next->n; i++) {
        if (i > 0 && compare(&next->at[i - 1], &next->at[i]) == 0)
            continue;
        note(walk, entry(walk, W("Records in {name}"), next->at[i].collection->name,
                         CONSEQUENCES_GOES), next->at[i].id);
        push(walk, level, next->at[i].collection, next->at[i].id);
    }
    for (size_t i = 0; i < level->n; i++)
        push(walk, &walk->seen, level->at[i].collection, level->at[i].id);
    if (walk->seen.n > 1)
        qsort(walk->seen.at, walk->seen.n, sizeof *walk->seen.at, compare);
    next->n = 0;
    walk->is_over = walk->seen.n > CONSEQUENCES_MOST;
}

static bool go_through(struct walk *walk, const struct goings *level)
{
    struct str ids;
    for (size_t i = 0, upto; i < level->n; i = upto) {
        TRY(ids_of(walk, level, i, &upto, &ids));
        TRY(ask_namers(walk, level->at[i].collection, ids));
        TRY(ask_files(walk, level->at[i].collection, ids));
    }
    return true;
}

static void say_unfinished(struct consequences *out)
{
    for (size_t i = 0; i < out->n; i++)
        out->at[i].is_more = true;
}

bool consequencesdata_record(struct cx *cx, const struct collection *collection,
                             struct str account_id, struct str id, struct consequences *out)
{
    struct walk walk = { .cx = cx, .account_id = account_id, .out = out };
    struct goings level = { 0 };
    *out = (struct consequences){ .n = 0 };
    if (collection->view != NULL)
        return true;
    TRY(collection_all(cx, &walk.all, &walk.count));
    push(&walk, &level, collection, id);
    push(&walk, &walk.seen, collection, id);
    for (int depth = 0; level.n > 0 && depth < MOST_LEVELS && !walk.is_over; depth++) {
        TRY(go_through(&walk, &level));
        descend(&walk, &level);
    }
    if (level.n > 0)
        say_unfinished(out);
    return true;
}

/* ---- a collection ---- */

static bool count_records(struct cx *cx, const struct collection *c, struct consequences *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    int64_t count = 0;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT count(*) FROM (SELECT 1 FROM "));
    qb_ident(&q, c->table);
    qb_lit(&q, SQL_OF(" LIMIT "));
    qb_number(&q, BOUND);
    qb_lit(&q, SQL_OF(") x"));
    TRY(qb_query(&q, &rows));
    if (rows_step(&rows))
        count = rows_int(&rows, 0);
    if (count > 0)
        consequences_add(cx, out, W("Records in {name}"), c->name, CONSEQUENCES_GOES, count);
    return rows_done(&rows);
}

static const struct sql FILES_IN = SQL(
    "SELECT count(*) FROM (SELECT 1 FROM file_uses WHERE collection_id = :id LIMIT 10001) x");
static const struct sql GRANTS_ON = SQL(
    "SELECT p.id, o.name || ': ' || p.operation FROM permissions p JOIN roles o"
    " ON o.id = p.role_id WHERE p.collection = :name ORDER BY p.id");

static bool count_files(struct cx *cx, const struct collection *c, struct consequences *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, FILES_IN, BIND(p_text("id", c->id)), &rows));
    if (rows_step(&rows) && rows_int(&rows, 0) > 0)
        consequences_add(cx, out, W("Files, unless other records use them"), NO_STR,
                         CONSEQUENCES_GOES, rows_int(&rows, 0));
    return rows_done(&rows);
}

static bool list_grants(struct cx *cx, const struct collection *c, struct consequences *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct consequence *found = NULL;
    TRY(db_query(cx, GRANTS_ON, BIND(p_text("name", c->name)), &rows));
    for (; rows_step(&rows); found->count++) {
        if (found == NULL)
            found = consequences_add(cx, out, W("Permissions"), NO_STR, CONSEQUENCES_GOES, 0);
        consequences_example(cx, found, str_fmt(cx->mem, "%lld", (long long)rows_int(&rows, 0)),
                             rows_text(&rows, 1));
    }
    return rows_done(&rows);
}

static void add_one(struct cx *cx, struct consequences *out, struct consequence **found,
                    const char *what, struct str text)
{
    if (*found == NULL)
        *found = consequences_add(cx, out, what, NO_STR, CONSEQUENCES_STOPS, 0);
    (*found)->count++;
    consequences_example(cx, *found, text, text);
}

static bool list_references(struct cx *cx, const struct collection *c,
                            const struct collection *const *all, size_t n,
                            struct consequences *out)
{
    struct consequence *found = NULL;
    for (size_t i = 0; i < n; i++)
        for (size_t f = 0; f < all[i]->field_count; f++) {
            const struct field *field = &all[i]->fields[f];
            if (!str_eq(all[i]->id, c->id) && str_eq(field->target_table, c->table))
                add_one(cx, out, &found, W("Fields that refer to it"),
                        str_fmt(cx->mem, "%.*s.%.*s", STR_ARG(all[i]->name),
                                STR_ARG(field->name)));
        }
    return true;
}

static bool list_views(struct cx *cx, const struct collection *c,
                       const struct collection *const *all, size_t n, struct consequences *out)
{
    struct consequence *found = NULL;
    for (size_t i = 0; i < n; i++)
        if (all[i]->view != NULL && !str_eq(all[i]->id, c->id)
            && viewquery_names(cx->mem, all[i]->view->text, c->table))
            add_one(cx, out, &found, W("Views over it"), all[i]->name);
    return true;
}

static bool list_rules(struct cx *cx, const struct collection *c, struct consequences *out)
{
    struct consequence *rules = NULL, *permissions = NULL;
    struct relations_use *uses;
    size_t n;
    TRY(relations_uses(cx, c->name, &uses, &n));
    for (size_t i = 0; i < n; i++)
        if (!uses[i].is_role)
            add_one(cx, out, &rules, W("Collections whose rules look into it"), uses[i].user);
    for (size_t i = 0; i < n; i++)
        if (uses[i].is_role)
            add_one(cx, out, &permissions, W("Permissions whose rules look into it"), uses[i].user);
    return true;
}

bool consequencesdata_collection(struct cx *cx, struct str id, struct consequences *out)
{
    const struct collection *const *all;
    struct collection c;
    bool found;
    size_t n;
    *out = (struct consequences){ .n = 0 };
    if (!cx->who->is_superadmin)
        return fail_detail(cx, E_FORBIDDEN, "Superadmin access required");
    TRY(collection_load(cx, BY_ID, id, &c, &found));
    if (!found)
        return fail(cx, E_NOT_FOUND, "Not found", "Collection with ID '%.*s' not found",
                    STR_ARG(id));
    TRY(collection_all(cx, &all, &n));
    if (c.view == NULL) {
        TRY(count_records(cx, &c, out));
        TRY(count_files(cx, &c, out));
    }
    TRY(list_grants(cx, &c, out));
    TRY(list_references(cx, &c, all, n, out));
    TRY(list_views(cx, &c, all, n, out));
    return list_rules(cx, &c, out);
}
