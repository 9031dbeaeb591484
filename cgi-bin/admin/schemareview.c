/* schemareview.c — compares a definition with what it would become, and says what that means. */
#include "schemareview.h"

#include <string.h>

#include "desk/grid.h"

struct review {
    struct cx *cx;
    const struct collection *old, *now; /* old: NULL for what is new                              */
    int64_t records;
    struct fills_list changes;
    struct fills_list lines, effects;   /* of the change that is being written                    */
};

/* ---- writing one change --------------------------------------------------------------------- */

static void begin(struct review *review)
{
    review->lines = (struct fills_list){ .mem = review->cx->mem };
    review->effects = (struct fills_list){ .mem = review->cx->mem };
}

static void line(struct review *review, struct str name, struct str before, struct str after)
{
    struct fills row = { .mem = review->cx->mem };
    fills_add(&row, fill_text("name", name));
    fills_add(&row, fill_flag("had", before.n > 0));
    fills_add(&row, fill_flag("has", after.n > 0));
    fills_add(&row, fill_text("before", before));
    fills_add(&row, fill_text("after", after));
    fills_row(&review->lines, &row);
}

static void effect(struct review *review, const char *english, int64_t n)
{
    struct fills row = { .mem = review->cx->mem };
    fills_add(&row, fill_text("text", phrase_with(review->cx, english,
                              (const struct fill[]){ fill_int("n", n), { 0 } })));
    fills_row(&review->effects, &row);
}

static void end(struct review *review, const char *what, const char *tone, struct str title)
{
    struct fills row = { .mem = review->cx->mem };
    fills_add(&row, fill_text("what", phrase_of(review->cx, what)));
    fills_add(&row, fill_text("tone", str_of(tone)));
    fills_add(&row, fill_text("subject", title));
    fills_add(&row, fills_rows("lines", &review->lines));
    fills_add(&row, fills_rows("effects", &review->effects));
    fills_row(&review->changes, &row);
}

/* ---- fields --------------------------------------------------------------------------------- */

static const struct field *find(const struct collection *c, struct str name)
{
    return c == NULL ? NULL : collection_field(c, name);
}

static struct jv stored(struct review *review, const struct field *field)
{
    struct jv list = { .kind = JV_ABSENT };
    struct jv_fault fault;
    if (!jv_parse(review->cx, field_store(review->cx->mem, field, 1), &list, &fault))
        return (struct jv){ .kind = JV_ABSENT };
    return jv_at(list, 0);
}

/* As people read it; null, false and nothing are not worth a line. */
static struct str shown(struct review *review, struct jv value)
{
    if (value.kind <= JV_NULL || (value.kind == JV_BOOL && !jv_bool(value)))
        return S("");
    return value.kind == JV_TEXT ? jv_text(value) : value.kind == JV_BOOL
         ? phrase_of(review->cx, W("yes")) : jv_print(review->cx->mem, value);
}

static void tell_members(struct review *review, const struct field *field)
{
    struct jv now = stored(review, field), value;
    struct str key;
    for (struct jv_each e = jv_each(now); jv_next(&e, &key, &value);)
        if (!str_eq(key, S("name")) && shown(review, value).n > 0)
            line(review, key, S(""), shown(review, value));
}

static void added(struct review *review, const struct field *field)
{
    begin(review);
    tell_members(review, field);
    if (field_is_computed(field))
        effect(review, W("Nothing is stored: it is computed when it is read."), 0);
    else if (review->records > 0 && !str_absent(field->otherwise))
        effect(review, W("Records that get the default: {n}"), review->records);
    else if (review->records > 0)
        effect(review, W("Records that have no value in it at first: {n}"), review->records);
    end(review, W("New field"), "good", field->name);
}

static bool tell_required(struct review *review, const struct field *old)
{
    int64_t filled;
    TRY(rehearsal_filled(review->cx, review->old, old, &filled));
    if (review->records > filled)
        effect(review, W("Records without a value: {n}. They stay as they are, and need one when"
                         " they are next written."), review->records - filled);
    return true;
}

static bool tell_effects(struct review *review, const struct field *old, const struct field *now)
{
    if (now->required && !old->required)
        TRY(tell_required(review, old));
    if (now->unique && !old->unique)
        effect(review, W("A unique index is built. Records it reads: {n}"), review->records);
    if (!now->unique && old->unique)
        effect(review, W("Its unique index goes: values may repeat."), 0);
    if (now->on_delete != old->on_delete && !field_has_link(old))
        effect(review, W("The reference is made anew. Records it checks: {n}"), review->records);
    if (now->searchable != old->searchable)
        effect(review, W("The words of all searchable fields are collected anew. Records it reads:"
                         " {n}"), review->records);
    if (!str_eq(now->otherwise, old->otherwise))
        effect(review, W("The default holds for records that are made from now on."), 0);
    if (now->pii && !old->pii)
        effect(review, W("Who is not in pii_access sees it masked from now on."), 0);
    return true;
}

static bool changed(struct review *review, const struct field *old, const struct field *now)
{
    struct jv was = stored(review, old), is = stored(review, now), value;
    struct str key;
    begin(review);
    for (struct jv_each e = jv_each(is); jv_next(&e, &key, &value);) {
        struct jv before = jv_get(was, key);
        if (!str_eq(jv_print(review->cx->mem, before), jv_print(review->cx->mem, value)))
            line(review, key, shown(review, before), shown(review, value));
    }
    if (review->lines.n == 0)
        return true;
    if (review->old->view == NULL)
        TRY(tell_effects(review, old, now));
    end(review, W("Changed field"), "note", now->name);
    return true;
}

static struct str order_of(struct cx *cx, const struct collection *c,
                           const struct collection *other)
{
    struct buf out;
    buf_init(&out, cx->mem, 1 << 20);
    for (size_t i = 0; i < c->field_count; i++)
        if (find(other, c->fields[i].name) != NULL)
            buf_fmt(&out, "%s%.*s", out.n > 0 ? ", " : "", STR_ARG(c->fields[i].name));
    return out.n > 0 ? buf_text(&out) : S("");
}

static bool compare_fields(struct review *review)
{
    const struct collection *old = review->old, *now = review->now;
    for (size_t i = 0; i < now->field_count; i++) {
        const struct field *before = find(old, now->fields[i].name);
        if (before == NULL)
            added(review, &now->fields[i]);
        else
            TRY(changed(review, before, &now->fields[i]));
    }
    for (size_t i = 0; old != NULL && i < old->field_count; i++) {      /* of views alone        */
        if (find(now, old->fields[i].name) != NULL)
            continue;
        begin(review);
        end(review, W("Field that goes"), "bad", old->fields[i].name);
    }
    if (old == NULL || str_eq(order_of(review->cx, old, now), order_of(review->cx, now, old)))
        return true;
    begin(review);
    line(review, phrase_of(review->cx, W("Order")), order_of(review->cx, old, now),
         order_of(review->cx, now, old));
    end(review, W("Other order"), "note", phrase_of(review->cx, W("Fields")));
    return true;
}

/* ---- the rest ------------------------------------------------------------------------------- */

static bool is_among(struct cx *cx, const struct index_list *list, struct str text)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(index_text(cx->mem, &list->at[i]), text))
            return true;
    return false;
}

static void compare_indexes(struct review *review)
{
    static const struct index_list NONE = { NULL, 0 };
    const struct index_list *old = review->old == NULL ? &NONE : &review->old->indexes;
    const struct index_list *now = &review->now->indexes;
    struct cx *cx = review->cx;
    for (size_t i = 0; i < now->n; i++) {
        struct str text = index_text(cx->mem, &now->at[i]);
        begin(review);
        if (is_among(cx, old, text))
            continue;
        effect(review, W("It is built. Records it reads: {n}"), review->records);
        end(review, W("New index"), "good", text);
    }
    for (size_t i = 0; i < old->n; i++) {
        struct str text = index_text(cx->mem, &old->at[i]);
        begin(review);
        if (is_among(cx, now, text))
            continue;
        effect(review, W("Lists that hang on it become slow."), 0);
        end(review, W("Index that goes"), "bad", text);
    }
}

static void compare_flag(struct review *review, const char *name, bool was, bool is)
{
    struct cx *cx = review->cx;
    if (was == is)
        return;
    begin(review);
    line(review, phrase_of(cx, name), was ? phrase_of(cx, W("yes")) : phrase_of(cx, W("no")),
         is ? phrase_of(cx, W("yes")) : phrase_of(cx, W("no")));
    end(review, W("Changed setting"), "note", phrase_of(cx, name));
}

static void compare_whole(struct review *review)
{
    const struct collection *now = review->now, *old = review->old;
    const struct collection fresh = { .realtime = true };
    struct str was = old != NULL && old->view != NULL ? old->view->text : S("");
    if (old == NULL)
        old = &fresh;
    if (now->view != NULL && !str_eq(was, now->view->text)) {
        begin(review);
        line(review, phrase_of(review->cx, W("Query")), was, now->view->text);
        end(review, W("Changed query"), "note", now->name);
    }
    compare_flag(review, W("Subscribers are told of changes"), old->realtime, now->realtime);
    compare_flag(review, W("and of what a record was before"), old->event_previous,
                 now->event_previous);
    compare_flag(review, W("Records are written with an electronic signature, or not at all"),
                 old->requires_signature, now->requires_signature);
}

/* The first rows of a view, as a table. */
static void put_sample(struct desk *desk, const struct rehearsal *tried)
{
    struct cx *cx = desk->cx;
    const struct collection *c = &tried->now;
    struct grid_column *columns = arena_list(cx->mem, struct grid_column, c->field_count + 2);
    struct jv list;
    struct jv_fault fault;
    struct grid grid;
    if (c->view == NULL || !jv_parse(cx, tried->sample, &list, &fault))
        return;
    columns[0] = (struct grid_column){ .label = "id", .kind = GRID_CODE, .verbatim = true };
    for (size_t i = 0; i < c->field_count; i++)
        columns[i + 1] = (struct grid_column){ .label = str_c(cx->mem, c->fields[i].name),
                                               .verbatim = true };
    grid_init(&grid, desk, columns, W("First rows"));
    for (size_t r = 0; r < jv_count(list); r++) {
        grid_row(&grid);
        grid_text(&grid, jv_text(jv_get(jv_at(list, r), S("id"))));
        for (size_t i = 0; i < c->field_count; i++) {
            struct jv value = jv_get(jv_at(list, r), c->fields[i].name);
            grid_text(&grid, value.kind == JV_TEXT ? jv_text(value)
                             : value.kind <= JV_NULL ? S("") : jv_print(cx->mem, value));
        }
    }
    grid_empty(&grid, W("The query finds no rows now."), NULL, NO_STR);
    grid_put(&grid, "sample");
}

bool schemareview_put(struct desk *desk, const struct collection *old,
                      const struct rehearsal *tried)
{
    struct review review = { .cx = desk->cx, .old = old, .now = &tried->now,
                             .records = tried->records, .changes = { .mem = desk->cx->mem } };
    TRY(compare_fields(&review));
    compare_indexes(&review);
    compare_whole(&review);
    desk_put(desk, fills_rows("changes", &review.changes));
    desk_put(desk, fill_flag("has_changes", review.changes.n > 0));
    desk_put(desk, fill_int("records", tried->records));
    put_sample(desk, tried);
    desk_put(desk, fills_rows("sample", &(struct fills_list){ .mem = desk->cx->mem }));
    return true;
}
