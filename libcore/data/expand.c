/* expand.c — loads what references point to and what points back, and writes it in its place. */
#include "data/expand.h"

#include <stdlib.h>

#include "data/expandtree.h"
#include "data/recordlinks.h"

/* A record as JSON, and where in it something else may stand. */
struct hole {
    size_t start, end;                  /* of what stands there; empty: something is added        */
    const struct expandtree_node *node;
    struct str *ids; size_t n;          /* on the way back one, the record's own                  */
};
struct piece {
    struct str id;                      /* on the way back: of the record that it points to       */
    struct str text;
    bool is_shown;                      /* the caller may view it                                 */
    struct hole *holes; size_t n;
};

/* Of a node: below the root sorted by id once loaded. */
struct expand_loaded {
    struct piece *pieces; size_t n, room;
    struct str *wanted; size_t wanted_count, wanted_room;
    struct str *accounts; size_t account_count, account_room;
};
struct expand { struct expandtree_node *root; size_t records; };

bool expand_read(struct cx *cx, const struct access *access, struct str paths,
                 struct expand **out)
{
    struct expandtree_node *root;

    *out = NULL;
    TRY(expandtree_read(cx, access, paths, &root));
    if (root == NULL)
        return true;
    *out = arena_make(cx->mem, struct expand);
    (*out)->root = root;
    root->loaded = arena_make(cx->mem, struct expand_loaded);
    return true;
}

/* --- rows ------------------------------------------------------------------------------------- */

static void add_text(struct cx *cx, struct str text, struct str **list, size_t *n, size_t *room)
{
    if (*n == *room) {
        size_t more = *room == 0 ? 32 : *room * 2;
        *list = arena_grow(cx->mem, *list, *room * sizeof(text), more * sizeof(text));
        *room = more;
    }
    (*list)[(*n)++] = text;
}

static struct expand_loaded *loaded_of(struct cx *cx, struct expandtree_node *node)
{
    if (node->loaded == NULL)
        node->loaded = arena_make(cx->mem, struct expand_loaded);
    return node->loaded;
}

static void want(struct cx *cx, struct expandtree_node *node, struct str id)
{
    struct expand_loaded *loaded = loaded_of(cx, node);

    add_text(cx, id, &loaded->wanted, &loaded->wanted_count, &loaded->wanted_room);
}

/* Whose records the index of a reference is asked for, where the caller's account does not say. */
static void want_account(struct cx *cx, struct expandtree_node *node, struct str account)
{
    struct expand_loaded *loaded = loaded_of(cx, node);

    if (loaded->account_count == 0
        || !str_eq(loaded->accounts[loaded->account_count - 1], account))
        add_text(cx, str_copy(cx->mem, account), &loaded->accounts, &loaded->account_count,
                 &loaded->account_room);
}

static struct piece *add_piece(struct cx *cx, struct expand_loaded *loaded)
{
    if (loaded->n == loaded->room) {
        size_t each = sizeof(*loaded->pieces), room = loaded->room == 0 ? 32 : loaded->room * 2;
        loaded->pieces = arena_grow(cx->mem, loaded->pieces, loaded->room * each, room * each);
        loaded->room = room;
    }
    loaded->pieces[loaded->n] = (struct piece){ .is_shown = true };
    return &loaded->pieces[loaded->n++];
}

/* The ids that a column has: one, or those of a list. */
static bool read_ids(struct cx *cx, const struct expandtree_node *node, struct str text,
                     struct hole *hole)
{
    struct jv_fault fault;
    struct jv list;

    if (node->way == EXPAND_ONE) {
        hole->ids = arena_list(cx->mem, struct str, 1);
        hole->ids[hole->n++] = text;
        return true;
    }
    if (!jv_parse(cx, text, &list, &fault) || list.kind != JV_ARRAY)
        return broken(cx, "a stored list of references cannot be read");
    hole->ids = arena_list(cx->mem, struct str, jv_count(list) + 1);
    for (size_t i = 0; i < jv_count(list); i++)
        hole->ids[hole->n++] = jv_text(jv_at(list, i));
    return true;
}

static bool add_own_holes(struct cx *cx, const struct expandtree_node *node,
                          const struct recordrow *row, const struct recordrow_span *spans,
                          const struct rows *rows, struct piece *piece)
{
    for (size_t i = 0; i < row->n; i++) {
        struct expandtree_node *child = expandtree_child(node, row->fields[i].field);
        struct str text = rows_text(rows, row->fields[i].column);
        struct hole hole = { spans[i].start, spans[i].end, child, NULL, 0 };
        if (child == NULL || child->target == NULL || str_absent(text))
            continue;
        TRY(read_ids(cx, child, str_copy(cx->mem, text), &hole));
        for (size_t k = 0; k < hole.n; k++)
            want(cx, child, hole.ids[k]);
        piece->holes[piece->n++] = hole;
    }
    return true;
}

/* What points back stands at the end of the record, after what is its own. */
static void add_back_holes(struct cx *cx, const struct expandtree_node *node,
                           const struct recordrow *row, const struct rows *rows,
                           struct piece *piece)
{
    size_t end = piece->text.n - 1;
    struct str *id;

    for (struct expandtree_node *child = node->first; child != NULL; child = child->next) {
        if (child->way != EXPAND_BACK || !recordrow_names(row, child->key))
            continue;
        id = arena_list(cx->mem, struct str, 1);
        *id = str_copy(cx->mem, rows_text(rows, RECORDROW_ID));
        piece->holes[piece->n++] = (struct hole){ end, end, child, id, 1 };
        if (child->target == NULL)
            continue;
        want(cx, child, *id);
        if (str_absent(child->access.account_id))
            want_account(cx, child, rows_text(rows, RECORDROW_ACCOUNT));
    }
}

static size_t count_children(const struct expandtree_node *node)
{
    size_t n = 0;

    for (const struct expandtree_node *child = node->first; child != NULL; child = child->next)
        n++;
    return n;
}

static bool take(struct cx *cx, struct expandtree_node *node, const struct recordrow *row,
                 const struct rows *rows)
{
    struct recordrow marked = *row;
    struct piece *piece = add_piece(cx, node->loaded);
    struct buf text;
    struct js js;

    marked.spans = arena_list(cx->mem, struct recordrow_span, row->n + 1);
    buf_init(&text, cx->mem, SIZE_MAX);
    js_init(&js, &text);
    recordrow_write(cx, &js, &marked, rows);
    piece->id = str_copy(cx->mem, rows_text(rows, RECORDROW_ID));
    piece->text = buf_text(&text);
    piece->holes = arena_list(cx->mem, struct hole, count_children(node) + 1);
    TRY(add_own_holes(cx, node, row, marked.spans, rows, piece));
    add_back_holes(cx, node, row, rows, piece);
    return true;
}

bool expand_take(struct cx *cx, struct expand *expand, const struct recordrow *row,
                 const struct rows *rows)
{
    return take(cx, expand->root, row, rows);
}

/* --- targets ---------------------------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static int compare_pieces(const void *a, const void *b)
{
    return str_cmp(((const struct piece *)a)->id, ((const struct piece *)b)->id);
}

/* A JSON array of them, each once. */
static struct str json_of(struct cx *cx, struct str *texts, size_t n)
{
    struct buf out;
    struct js js;

    if (n > 1)
        qsort(texts, n, sizeof(*texts), compare_texts);
    buf_init(&out, cx->mem, SIZE_MAX);
    js_init(&js, &out);
    js_array(&js, NULL);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !str_eq(texts[i - 1], texts[i]))
            js_text(&js, NULL, texts[i]);
    js_end(&js);
    return buf_text(&out);
}

static bool put_named(struct qb *q, const struct expandtree_node *node,
                      const struct recordrow *row)
{
    qb_lit(q, SQL_OF("SELECT "));
    TRY(recordrow_columns(q, row));
    TRY(access_verdict(q, &node->access));
    qb_lit(q, SQL_OF(" FROM "));
    TRY(collection_from(q, node->target, node->access.account_id));
    access_where_tenant(q, &node->access);
    qb_lit(q, SQL_OF(" AND r.\"id\""));
    qb_among(q, json_of(q->cx, node->loaded->wanted, node->loaded->wanted_count));
    return true;
}

/* The column that names the record which is pointed to. */
static void put_via(struct qb *q, const struct expandtree_node *node)
{
    if (field_has_link(node->field))
        qb_column(q, 'l', S("target_id"));
    else
        qb_column(q, 'r', node->field->name);
}

static bool put_back_where(struct qb *q, const struct expandtree_node *node)
{
    const struct expand_loaded *loaded = node->loaded;
    char table = field_has_link(node->field) ? 'l' : 'r';

    access_where_tenant(q, &node->access);
    if (loaded->account_count > 0) {
        qb_lit(q, SQL_OF(" AND "));
        qb_column(q, table, S("account_id"));
        qb_among(q, json_of(q->cx, loaded->accounts, loaded->account_count));
    }
    qb_lit(q, SQL_OF(" AND "));
    put_via(q, node);
    qb_among(q, json_of(q->cx, loaded->wanted, loaded->wanted_count));
    TRY(access_and_grants(q, &node->access));
    if (access_gives_always(&node->access, node->field))
        return true;
    qb_lit(q, SQL_OF(" AND 1 = "));     /* what only some rows show tells nothing in the others   */
    return access_shows(q, &node->access, node->field);
}

/* Numbered for each record that they point to, so that each has its first ones. No field's name
 * begins with an underscore. */
static bool put_back_rows(struct qb *q, const struct expandtree_node *node)
{
    qb_lit(q, SQL_OF("SELECT r.*, "));
    put_via(q, node);
    qb_lit(q, SQL_OF(" AS _via, ROW_NUMBER() OVER (PARTITION BY "));
    put_via(q, node);
    qb_lit(q, SQL_OF(" ORDER BY r.\"created_at\", r.\"id\") AS _place"));
    if (field_has_link(node->field)) {
        recordlinks_from(q, node->target, node->field);
    } else {
        qb_lit(q, SQL_OF(" FROM "));
        TRY(collection_from(q, node->target, node->access.account_id));
    }
    return put_back_where(q, node);
}

static bool put_back(struct qb *q, const struct expandtree_node *node, const struct recordrow *row)
{
    qb_lit(q, SQL_OF("SELECT "));
    TRY(recordrow_columns(q, row));
    qb_lit(q, SQL_OF(", r._via FROM ("));
    TRY(put_back_rows(q, node));
    qb_lit(q, SQL_OF(") r WHERE r._place <= "));
    qb_number(q, EXPAND_BACK_MOST);
    qb_lit(q, SQL_OF(" ORDER BY r._via, r._place"));
    return true;
}

static bool read_rows(struct cx *cx, struct expand *expand, struct expandtree_node *node,
                      const struct recordrow *row, struct rows *rows)
{
    struct expand_loaded *loaded = node->loaded;

    while (rows_step(rows)) {
        if (expand->records++ == EXPAND_RECORDS)
            return fail(cx, E_INVALID, "Invalid expand field",
                        "Expanding finds more than %d records: ask for fewer", EXPAND_RECORDS);
        TRY(take(cx, node, row, rows));
        if (node->way == EXPAND_BACK)
            loaded->pieces[loaded->n - 1].id = str_copy(cx->mem, rows_text(rows, row->next));
        else
            loaded->pieces[loaded->n - 1].is_shown = rows_int(rows, row->next) != 0;
    }
    if (node->way != EXPAND_BACK && loaded->n > 1)
        qsort(loaded->pieces, loaded->n, sizeof(*loaded->pieces), compare_pieces);
    return rows_done(rows);
}

static bool load(struct cx *cx, struct expand *expand, struct expandtree_node *node)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct recordrow row;
    struct qb q;

    recordrow_shape(cx, node->target, &node->access, NO_STR, &row);
    row.is_nested = true;
    qb_init(&q, cx);
    TRY(node->way == EXPAND_BACK ? put_back(&q, node, &row) : put_named(&q, node, &row));
    TRY(qb_query(&q, &rows));
    return read_rows(cx, expand, node, &row, &rows);
}

static bool load_below(struct cx *cx, struct expand *expand, struct expandtree_node *parent)
{
    for (struct expandtree_node *node = parent->first; node != NULL; node = node->next) {
        if (node->loaded == NULL)       /* nobody wants any                                       */
            continue;
        TRY(load(cx, expand, node));
        TRY(load_below(cx, expand, node));
    }
    return true;
}

/* --- JSON ------------------------------------------------------------------------------------- */

struct writer { struct buf *out; size_t left; bool over; };     /* left: bytes that may be added  */

static void write_piece(struct writer *w, const struct piece *piece);

static void write_nested(struct writer *w, const struct piece *piece)
{
    w->over = w->over || piece->text.n > w->left;
    if (w->over)
        return;
    w->left -= piece->text.n;
    write_piece(w, piece);
}

/* The first with the id, or the first after it. */
static size_t find_place(const struct expand_loaded *loaded, struct str id)
{
    size_t from = 0, to = loaded->n;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (str_cmp(loaded->pieces[middle].id, id) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static const struct piece *find_piece(const struct hole *hole, struct str id)
{
    const struct expand_loaded *loaded = hole->node->loaded;
    size_t at = find_place(loaded, id);

    return at < loaded->n && str_eq(loaded->pieces[at].id, id) ? &loaded->pieces[at] : NULL;
}

static void write_one(struct writer *w, const struct piece *piece, const struct hole *hole)
{
    const struct piece *found = find_piece(hole, hole->ids[0]);

    if (found == NULL)
        buf_str(w->out, S("null"));
    else if (found->is_shown)
        write_nested(w, found);
    else
        buf_str(w->out, str_sub(piece->text, hole->start, hole->end - hole->start));
}

static void write_many(struct writer *w, const struct hole *hole)
{
    bool first = true;

    buf_c(w->out, '[');
    for (size_t i = 0; i < hole->n; i++) {
        const struct piece *found = find_piece(hole, hole->ids[i]);
        if (found == NULL)
            continue;
        buf_str(w->out, first ? S("") : S(","));
        first = false;
        if (found->is_shown)
            write_nested(w, found);
        else
            js_quote(w->out, hole->ids[i]);
    }
    buf_c(w->out, ']');
}

static void write_back(struct writer *w, const struct hole *hole)
{
    const struct expand_loaded *loaded = hole->node->loaded;
    size_t begin = loaded != NULL ? find_place(loaded, hole->ids[0]) : 0;

    buf_fmt(w->out, ",\"%.*s\":[", STR_ARG(hole->node->key));
    for (size_t i = begin; loaded != NULL && i < loaded->n
                           && str_eq(loaded->pieces[i].id, hole->ids[0]); i++) {
        buf_str(w->out, i > begin ? S(",") : S(""));
        write_nested(w, &loaded->pieces[i]);
    }
    buf_c(w->out, ']');
}

static void write_piece(struct writer *w, const struct piece *piece)
{
    size_t at = 0;

    for (size_t i = 0; i < piece->n && !w->over; i++) {
        const struct hole *hole = &piece->holes[i];
        buf_str(w->out, str_sub(piece->text, at, hole->start - at));
        if (hole->node->way == EXPAND_ONE)
            write_one(w, piece, hole);
        else if (hole->node->way == EXPAND_MANY)
            write_many(w, hole);
        else
            write_back(w, hole);
        at = hole->end;
    }
    buf_str(w->out, str_sub(piece->text, at, piece->text.n - at));
}

bool expand_write(struct cx *cx, struct expand *expand, bool backwards, struct js *js)
{
    const struct expand_loaded *page = expand->root->loaded;
    struct buf text;
    struct writer w = { .out = &text, .left = EXPAND_BYTES };

    TRY(load_below(cx, expand, expand->root));
    buf_init(&text, cx->mem, SIZE_MAX);
    for (size_t i = 0; i < page->n; i++) {
        buf_cut(&text, 0);
        write_piece(&w, &page->pieces[backwards ? page->n - 1 - i : i]);
        if (w.over)
            return fail(cx, E_INVALID, "Invalid expand field",
                        "What expanding adds is larger than %d bytes: ask for less", EXPAND_BYTES);
        js_raw(js, NULL, buf_text(&text));
    }
    return true;
}
