/* recordrefs.c — asks every collection that refers to this one, as its list would be asked. */
#include "recordrefs.h"

enum { COUNTED = 100 };

static bool refers(const struct field *field, const struct collection *to)
{
    return field->type != NULL && field->type->rule == R_REFERENCE
        && str_eq(field->collection, to->name);
}

static bool put_one(struct desk *desk, struct fills_list *rows, const struct collection *from,
                    const struct field *field, struct str id)
{
    struct cx *cx = desk->cx;
    struct fills row = { .mem = cx->mem };
    struct str filter = recorddesk_is(cx, field->name, id);
    int64_t n;
    bool more, may;
    TRY(recorddesk_count(cx, from->name, filter, COUNTED, &n, &more, &may));
    if (!may)
        return true;
    const struct recorddesk_pair pairs[] = { { "filter", filter }, { 0 } };
    fills_add(&row, fill_text("collection", from->name));
    fills_add(&row, fill_text("field", field->name));
    fills_add(&row, fill_text("count", str_fmt(cx->mem, "%lld%s", (long long)n, more ? "+" : "")));
    fills_add(&row, fill_text("href", recorddesk_link(cx, DESK_PATH(cx, S("records"), from->name),
                                                      pairs)));
    fills_row(rows, &row);
    return true;
}

bool recordrefs_put(struct desk *desk, const struct collection *collection, struct str id)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    const struct collection *const *all;
    size_t n;
    TRY(collection_all(cx, &all, &n));
    for (size_t i = 0; id.n > 0 && i < n; i++)
        for (size_t k = 0; k < all[i]->field_count; k++)
            if (refers(&all[i]->fields[k], collection))
                TRY(put_one(desk, &rows, all[i], &all[i]->fields[k], id));
    desk_put(desk, fills_rows("refs", &rows));
    desk_put(desk, fill_flag("has_refs", rows.n > 0));
    return true;
}
