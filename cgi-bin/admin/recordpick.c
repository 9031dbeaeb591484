/* recordpick.c — looks for records by their words, their name or their id. */
#include "recordpick.h"

#include "data/record.h"

enum { SHOWN = 20 };

/* The texts by which they are called (recorddesk_name), or nothing. */
static struct str by_name(struct cx *cx, const struct access *access, struct str asked)
{
    const struct collection *c = access->collection;
    struct buf out;
    size_t n = 0;
    buf_init(&out, cx->mem, 65536);
    for (size_t i = 0; i < c->field_count && n < 3; i++) {
        const struct field *field = &c->fields[i];
        if (field->type->rule != R_TEXT || field->encrypted || field->pii
            || !access_gives(access, field))
            continue;
        struct str like = recorddesk_is(cx, field->name,
                                        str_fmt(cx->mem, "%%%.*s%%", STR_ARG(asked)));
        size_t at = field->name.n + 1;                          /* name = "…" becomes name ~ "…"  */
        buf_fmt(&out, "%s%.*s ~%.*s", n++ > 0 ? " || " : "", STR_ARG(field->name),
                STR_ARG(str_sub(like, at + 1, SIZE_MAX)));
    }
    buf_fmt(&out, "%s%.*s", n > 0 ? " || " : "", STR_ARG(recorddesk_is(cx, S("id"), asked)));
    return buf_text(&out);
}

bool recordpick_find(struct cx *cx, const struct collection *target, struct str asked,
                     struct recordpick **out, size_t *n, bool *may)
{
    struct access access;
    struct recordquery query = { .limit = SHOWN };
    struct jv found, items;
    *n = 0;
    *may = recorddesk_may(cx, target, OP_LIST, &access);
    if (!*may)
        return cx->err.kind == E_NONE;
    asked = str_trim(str_sub(asked, 0, 200));
    if (asked.n > 0)
        query.filter = by_name(cx, &access, asked);
    TRY(recorddesk_list(cx, target->name, &query, &found));
    items = jv_get(found, S("items"));
    *out = arena_list(cx->mem, struct recordpick, jv_count(items) + 1);
    for (size_t i = 0; i < jv_count(items); i++) {
        struct jv record = jv_at(items, i);
        (*out)[(*n)++] = (struct recordpick){ .id = jv_text(jv_get(record, S("id"))),
                                              .label = recorddesk_name(cx, target, record) };
    }
    return true;
}

/* --- the page --------------------------------------------------------------------------------- */

static bool is_kept(struct str name)
{
    static const struct str OWN[] = { S_INIT("csrf"), S_INIT("find"), S_INIT("pick"),
                                      S_INIT("picking"), S_INIT("asked"), S_INIT("then"),
                                      S_INIT("once") };
    for (size_t i = 0; i < COUNT(OWN); i++)
        if (str_eq(OWN[i], name))
            return false;
    return true;
}

static void put_kept(struct desk *desk, const struct formdata *posted)
{
    struct fills_list rows = { .mem = desk->cx->mem };
    for (size_t i = 0; i < posted->n; i++) {
        struct fills row = { .mem = desk->cx->mem };
        if (!is_kept(posted->at[i].name))
            continue;
        fills_add(&row, fill_text("name", posted->at[i].name));
        fills_add(&row, fill_text("value", posted->at[i].value));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("kept", &rows));
}

static void put_found(struct desk *desk, const struct recordpick *found, size_t n)
{
    struct fills_list rows = { .mem = desk->cx->mem };
    for (size_t i = 0; i < n; i++) {
        struct fills row = { .mem = desk->cx->mem };
        fills_add(&row, fill_text("id", found[i].id));
        fills_add(&row, fill_text("label", found[i].label));
        fills_add(&row, fill_flag("has_name", !str_eq(found[i].id, found[i].label)));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("found", &rows));
    desk_put(desk, fill_flag("nothing", n == 0));
}

bool recordpick_show(struct reply *reply, struct str collection, const struct field *field,
                     struct str input, const struct formdata *posted)
{
    struct cx *cx = reply->cx;
    const struct collection *target;
    struct recordpick *found = NULL;
    struct str asked = formdata_text(posted, "asked");
    struct desk desk;
    size_t n;
    bool may;
    TRY(record_collection(cx, field->collection, &target));
    if (str_absent(asked))
        asked = S("");
    TRY(recordpick_find(cx, target, asked, &found, &n, &may));
    desk_open(&desk, reply, "records", phrase_with(cx, W("Find a record for {name}"),
              (const struct fill[]){ fill_text("name", field->name), { 0 } }));
    recorddesk_crumbs(&desk, collection);
    desk_api(&desk, "GET", recorddesk_api(cx, target->name, NO_STR, "?limit=20"), NO_STR, NO_STR);
    desk_put(&desk, fill_text("input", input));
    desk_put(&desk, fill_text("asked", asked));
    desk_put(&desk, fill_text("target", target->name));
    desk_put(&desk, fill_flag("may", may));
    put_kept(&desk, posted);
    put_found(&desk, found, n);
    return desk_show(&desk, "admin/records-find.html");
}
