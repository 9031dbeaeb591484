/* expand.c — references replaced by the records they point to. */
#include "data/expand.h"

#include <stdlib.h>

#include "base/settings.h"

enum { MOST_NODES = 64 };

/* A record as JSON, and where in it the ids stand that may be replaced. */
struct hole { size_t start, end; struct str id; struct node *node; };
struct piece {
    struct str id, text;
    bool is_shown;                      /* the caller may view it                                 */
    struct hole *holes; size_t n;
};

/* One reference of one level; below it, those of its target. The root stands for the page. */
struct node {
    const struct field *field;
    struct node *first, *next;          /* children, siblings                                     */
    const struct collection *target;    /* NULL: its ids stay                                     */
    struct access access;
    struct piece *pieces; size_t n, room;   /* below the root: sorted by id once loaded           */
    struct str *wanted; size_t wanted_count, wanted_room;
};
struct expand { struct node root; size_t count; };

/* --- paths ------------------------------------------------------------------------------------ */

/* A masked id must not be told by what it points to. */
static const struct field *find_reference(const struct access *access, struct str name)
{
    const struct field *field = collection_field(access->collection, name);

    return field != NULL && field->type->rule == R_REFERENCE && access_gives(access, field)
        && !(field->pii && access->is_masked) ? field : NULL;
}

static bool find_target(struct cx *cx, struct node *node)
{
    const struct jv no_body = { .kind = JV_ABSENT };

    TRY(collection_find(cx, node->field->collection, &node->target));
    if (node->target == NULL)
        return true;
    TRY(access_open(cx, node->target, OP_VIEW, no_body, &node->access));
    if (node->access.answer != ACCESS_GRANTED || node->access.n == 0)
        node->target = NULL;
    return true;
}

/* The child for the field; made when it is not there yet. */
static bool add_child(struct cx *cx, struct expand *expand, struct node *parent,
                      const struct field *field, struct node **out)
{
    struct node **at = &parent->first;

    while (*at != NULL && (*at)->field != field)
        at = &(*at)->next;
    *out = *at;
    if (*at != NULL)
        return true;
    if (expand->count++ == MOST_NODES)
        return fail(cx, E_INVALID, "Invalid expand field",
                    "At most %d references can be expanded at once", MOST_NODES);
    *out = *at = arena_make(cx->mem, struct node);
    (*at)->field = field;
    return find_target(cx, *at);
}

static bool add_path(struct cx *cx, struct expand *expand, struct str path)
{
    struct node *node = &expand->root;
    struct str name;

    for (int64_t level = 0; str_cut(&path, '.', &name); level++) {
        const struct field *field = NULL;
        if (level == 0 || node->target != NULL)
            field = find_reference(&node->access, str_trim(name));
        if (field == NULL && level == 0)
            return fail(cx, E_INVALID, "Invalid expand field",
                        "Field '%.*s' is not a reference field and cannot be expanded",
                        STR_ARG(name));
        if (field == NULL || level >= cx->set->max_expand_depth)
            return true;
        TRY(add_child(cx, expand, node, field, &node));
    }
    return true;
}

bool expand_read(struct cx *cx, const struct access *access, struct str paths,
                 struct expand **out)
{
    struct expand *expand = NULL;
    struct str path;

    *out = NULL;
    while (str_cut(&paths, ',', &path)) {
        path = str_trim(path);
        if (path.n == 0)
            continue;
        if (expand == NULL) {
            expand = arena_make(cx->mem, struct expand);
            expand->root.access = *access;
        }
        TRY(add_path(cx, expand, path));
    }
    *out = expand;
    return true;
}

/* --- rows ------------------------------------------------------------------------------------- */

static void want(struct cx *cx, struct node *node, struct str id)
{
    if (node->wanted_count == node->wanted_room) {
        size_t room = node->wanted_room == 0 ? 32 : node->wanted_room * 2;
        node->wanted = arena_grow(cx->mem, node->wanted, node->wanted_room * sizeof(id),
                                  room * sizeof(id));
        node->wanted_room = room;
    }
    node->wanted[node->wanted_count++] = id;
}

static struct node *child_of(const struct node *parent, const struct field *field)
{
    struct node *child = parent->first;

    while (child != NULL && child->field != field)
        child = child->next;
    return child;
}

static struct piece *add_piece(struct cx *cx, struct node *node)
{
    if (node->n == node->room) {
        size_t each = sizeof(*node->pieces), room = node->room == 0 ? 32 : node->room * 2;
        node->pieces = arena_grow(cx->mem, node->pieces, node->room * each, room * each);
        node->room = room;
    }
    node->pieces[node->n] = (struct piece){ .is_shown = true };
    return &node->pieces[node->n++];
}

static void take(struct cx *cx, struct node *node, const struct recordrow *row,
                 const struct rows *rows)
{
    struct recordrow marked = *row;
    struct piece *piece = add_piece(cx, node);
    struct buf text;
    struct js js;

    marked.spans = arena_list(cx->mem, struct recordrow_span, row->n + 1);
    buf_init(&text, cx->mem, SIZE_MAX);
    js_init(&js, &text);
    recordrow_write(cx, &js, &marked, rows);
    piece->id = str_copy(cx->mem, rows_text(rows, RECORDROW_ID));
    piece->text = buf_text(&text);
    piece->holes = arena_list(cx->mem, struct hole, row->n + 1);
    for (size_t i = 0; i < row->n; i++) {
        struct node *child = child_of(node, row->fields[i].field);
        struct str id = rows_text(rows, row->fields[i].column);
        if (child == NULL || child->target == NULL || str_absent(id))
            continue;
        id = str_copy(cx->mem, id);
        want(cx, child, id);
        piece->holes[piece->n++] = (struct hole){ marked.spans[i].start, marked.spans[i].end, id,
                                                  child };
    }
}

void expand_take(struct cx *cx, struct expand *expand, const struct recordrow *row,
                 const struct rows *rows)
{
    take(cx, &expand->root, row, rows);
}

/* --- targets ---------------------------------------------------------------------------------- */

static int compare_ids(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int compare_pieces(const void *a, const void *b)
{
    return str_cmp(((const struct piece *)a)->id, ((const struct piece *)b)->id);
}

static void each_once(struct node *node)
{
    size_t kept = 0;

    if (node->wanted_count > 1)
        qsort(node->wanted, node->wanted_count, sizeof(*node->wanted), compare_ids);
    for (size_t i = 0; i < node->wanted_count; i++)
        if (kept == 0 || !str_eq(node->wanted[kept - 1], node->wanted[i]))
            node->wanted[kept++] = node->wanted[i];
    node->wanted_count = kept;
}

/* Filled up to a power of two with the last one again, so that statements are few. */
static void put_ids(struct qb *q, const struct node *node)
{
    size_t room = 1;

    while (room < node->wanted_count)
        room *= 2;
    for (size_t i = 0; i < room; i++) {
        qb_lit(q, i == 0 ? SQL_OF(" AND r.\"id\" IN (") : SQL_OF(", "));
        qb_value(q, p_text(NULL, node->wanted[i < node->wanted_count
                                                  ? i : node->wanted_count - 1]));
    }
    qb_lit(q, SQL_OF(")"));
}

static bool load(struct cx *cx, struct node *node)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct recordrow row;
    struct qb q;

    each_once(node);
    recordrow_shape(cx, node->target, &node->access, NO_STR, &row);
    row.is_nested = true;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT "));
    TRY(recordrow_columns(&q, &row));
    TRY(access_verdict(&q, &node->access));
    qb_lit(&q, SQL_OF(" FROM "));
    qb_ident(&q, node->target->table);
    qb_lit(&q, SQL_OF(" r"));
    access_where_tenant(&q, &node->access);
    put_ids(&q, node);
    TRY(qb_query(&q, &rows));
    while (rows_step(&rows)) {
        take(cx, node, &row, &rows);
        node->pieces[node->n - 1].is_shown = rows_int(&rows, row.next) != 0;
    }
    if (node->n > 1)
        qsort(node->pieces, node->n, sizeof(*node->pieces), compare_pieces);
    return rows_done(&rows);
}

static bool load_below(struct cx *cx, struct node *parent)
{
    for (struct node *node = parent->first; node != NULL; node = node->next) {
        if (node->wanted_count == 0)
            continue;
        TRY(load(cx, node));
        TRY(load_below(cx, node));
    }
    return true;
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void write_piece(struct buf *out, const struct piece *piece)
{
    size_t at = 0;

    for (size_t i = 0; i < piece->n; i++) {
        const struct hole *hole = &piece->holes[i];
        const struct piece key = { .id = hole->id }, *found = NULL;
        if (hole->node->n > 0)
            found = bsearch(&key, hole->node->pieces, hole->node->n, sizeof(key), compare_pieces);
        buf_str(out, str_sub(piece->text, at, hole->start - at));
        if (found == NULL)
            buf_str(out, S("null"));
        else if (found->is_shown)
            write_piece(out, found);
        else
            buf_str(out, str_sub(piece->text, hole->start, hole->end - hole->start));
        at = hole->end;
    }
    buf_str(out, str_sub(piece->text, at, piece->text.n - at));
}

bool expand_write(struct cx *cx, struct expand *expand, bool backwards, struct js *js)
{
    const struct node *root = &expand->root;

    TRY(load_below(cx, &expand->root));
    for (size_t i = 0; i < root->n; i++) {
        struct buf text;
        buf_init(&text, cx->mem, SIZE_MAX);
        write_piece(&text, &root->pieces[backwards ? root->n - 1 - i : i]);
        js_raw(js, NULL, buf_text(&text));
    }
    return true;
}
