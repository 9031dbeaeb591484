/* thumbsize.c — reads declared sizes, and finds the fields that hold a file. */
#include "data/thumbsize.h"

#include "data/collection.h"
#include "data/fieldcheck.h"
#include "db/rows.h"
#include "files/thumb.h"

enum { SIZES_MAX = 10 };

static const struct sql USES = SQL(
    "SELECT DISTINCT collection_id, field FROM file_uses WHERE account_id = :account"
    " AND path = :path");
struct use { struct str collection_id, field; };
static const struct col USE_COLS[] = {
    COL(C_TEXT, use, collection_id), COL(C_TEXT, use, field), { 0 },
};

static bool sizes_of(struct cx *cx, const struct field *field, struct jv *sizes)
{
    struct jv options;
    struct jv_fault fault;

    *sizes = (struct jv){ .kind = JV_ABSENT };
    if (str_absent(field->options))
        return true;
    if (!jv_parse(cx, field->options, &options, &fault))
        return broken(cx, "options written as JSON cannot be read: %s", fault.reason);
    *sizes = jv_get(options, S("thumbs"));
    return true;
}

bool thumbsize_check(struct cx *cx, const struct field *field, size_t i)
{
    struct jv sizes;

    if (field->type->rule != R_FILE)
        return true;
    TRY(sizes_of(cx, field, &sizes));
    if (sizes.kind == JV_ABSENT || sizes.kind == JV_NULL)
        return true;
    if (sizes.kind != JV_ARRAY || jv_count(sizes) > SIZES_MAX) {
        fieldcheck_add(cx, i, "options", "thumbs_invalid",
                       "'thumbs' must be a list of at most %d sizes", SIZES_MAX);
        return true;
    }
    for (size_t s = 0; s < jv_count(sizes); s++)
        if (!thumb_is_size(jv_text(jv_at(sizes, s)))) {
            fieldcheck_add(cx, i, "options", "thumbs_invalid",
                           "Size %zu of 'thumbs' must be like 100x100, 400x0 or 0x90, with sides up"
                           " to 4096", s + 1);
            return true;
        }
    return true;
}

static bool declares(struct cx *cx, const struct use *use, struct str size, bool *yes)
{
    const struct collection *collection;
    struct jv sizes;

    TRY(collection_find_id(cx, use->collection_id, &collection));
    const struct field *field = collection == NULL ? NULL
                              : collection_field(collection, use->field);
    if (field == NULL)
        return true;
    TRY(sizes_of(cx, field, &sizes));
    for (size_t s = 0; s < jv_count(sizes); s++)
        *yes = *yes || str_eq(jv_text(jv_at(sizes, s)), size);
    return true;
}

bool thumbsize_allows(struct cx *cx, struct str account_id, struct str path, struct str size)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct use *uses = NULL, use;
    size_t n = 0;
    bool yes = false;

    TRY(db_query(cx, USES, BIND(p_text("account", account_id), p_text("path", path)), &rows));
    for (; rows_next(&rows, USE_COLS, &use); uses[n++] = use)
        uses = arena_more(cx->mem, uses, n, sizeof(use));
    TRY(rows_done(&rows));
    for (size_t i = 0; i < n && !yes; i++)
        TRY(declares(cx, &uses[i], size, &yes));
    return yes || fail_detail(cx, E_INVALID, "Thumbnail size '%.*s' is not declared by a field that"
                              " holds this file", STR_ARG(str_sub(size, 0, 32)));
}
