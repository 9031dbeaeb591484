/* batches.c — many records in one request, all of them or none. */
#include "data/batches.h"

#include <stdlib.h>

#include "base/settings.h"
#include "data/record.h"
#include "data/recordwrite.h"
#include "db/tx.h"

static const struct jv NO_BODY = { .kind = JV_ABSENT };

/* --- the shape of the lists ------------------------------------------------------------------- */

static void add_shape_fault(struct cx *cx, const char *type, struct str loc, const char *message,
                            struct jv input)
{
    fail_add_field(cx, &(struct err_field){
        .type = type, .loc = loc, .msg = str_of(message),
        .input = input.kind == JV_ABSENT ? NO_STR : jv_print(cx->mem, input) });
}

/* member NULL: the item itself. */
static struct str item_loc(struct cx *cx, const char *list, size_t i, const char *member)
{
    if (member == NULL)
        return str_fmt(cx->mem, "[\"body\",\"%s\",%zu]", list, i);
    return str_fmt(cx->mem, "[\"body\",\"%s\",%zu,\"%s\"]", list, i, member);
}

static void expect(struct cx *cx, struct jv value, enum jv_kind kind, struct str loc,
                   struct jv around)
{
    if (value.kind == JV_ABSENT)
        add_shape_fault(cx, "missing", loc, "Field required", around);
    else if (value.kind != kind && kind == JV_OBJECT)
        add_shape_fault(cx, "dict_type", loc, "Input should be a valid dictionary", value);
    else if (value.kind != kind)
        add_shape_fault(cx, "string_type", loc, "Input should be a valid string", value);
}

static bool check_shape(struct cx *cx, struct jv records, bool are_changes)
{
    for (size_t i = 0; i < jv_count(records); i++) {
        struct jv item = jv_at(records, i);
        expect(cx, item, JV_OBJECT, item_loc(cx, "records", i, NULL), NO_BODY);
        if (!are_changes || item.kind != JV_OBJECT)
            continue;
        expect(cx, jv_get(item, S("id")), JV_TEXT, item_loc(cx, "records", i, "id"), item);
        expect(cx, jv_get(item, S("data")), JV_OBJECT, item_loc(cx, "records", i, "data"), item);
    }
    return fail_fields(cx);
}

static bool check_ids(struct cx *cx, struct jv ids)
{
    for (size_t i = 0; i < jv_count(ids); i++)
        expect(cx, jv_at(ids, i), JV_TEXT, item_loc(cx, "ids", i, NULL), NO_BODY);
    return fail_fields(cx);
}

static bool check_size(struct cx *cx, size_t n)
{
    int64_t most = cx->set->batch_max_size;

    return n <= (uint64_t)most
        || fail(cx, E_INVALID, "batch_too_large", "Batch size %zu exceeds maximum of %lld", n,
                (long long)most);
}

/* --- create ----------------------------------------------------------------------------------- */

static bool open_new(struct cx *cx, const struct collection *collection, struct jv record,
                     size_t i, struct recordwrite *w)
{
    struct str account_id;

    TRY(recordwrite_target(cx, record, &account_id));
    TRY(recordwrite_open(cx, collection, OP_CREATE, record, w));
    TRY(access_allowed(cx, &w->access, collection->name));
    w->account_id = account_id;
    w->index = (int64_t)i;
    return recordwrite_check_create(cx, w);
}

bool batches_create(struct cx *cx, struct str collection, struct jv records, struct js *js)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const struct collection *found;
    size_t n = jv_count(records);
    struct recordwrite *list;

    TRY(check_shape(cx, records, false));
    TRY(check_size(cx, n));
    TRY(tx_begin(cx, &tx));
    TRY(record_collection(cx, collection, &found));
    list = arena_list(cx->mem, struct recordwrite, n);
    for (size_t i = 0; i < n; i++)
        TRY(open_new(cx, found, jv_at(records, i), i, &list[i]));
    js_object(js, NULL);
    js_array(js, "created");
    for (size_t i = 0; i < n; i++)
        TRY(recordwrite_insert(cx, &list[i], js));
    js_end(js);
    js_int(js, "count", (int64_t)n);
    js_end(js);
    return tx_commit(&tx);
}

/* --- records that exist ----------------------------------------------------------------------- */

struct named { struct str id; size_t at; };

static int compare_named(const void *a, const void *b)
{
    const struct named *one = a, *two = b;
    int order = str_cmp(one->id, two->id);

    return order != 0 ? order : one->at < two->at ? -1 : one->at > two->at;
}

/* Which items name a record that an earlier one named. */
static bool *find_repeats(struct cx *cx, const struct recordwrite *list, size_t n)
{
    struct named *names = arena_list(cx->mem, struct named, n + 1);
    bool *repeats = arena_list(cx->mem, bool, n + 1);

    for (size_t i = 0; i < n; i++)
        names[i] = (struct named){ list[i].id, i };
    if (n > 1)
        qsort(names, n, sizeof(*names), compare_named);
    for (size_t i = 1; i < n; i++)
        repeats[names[i].at] = str_eq(names[i - 1].id, names[i].id);
    return repeats;
}

static bool open_existing(struct cx *cx, const struct collection *collection,
                          enum operation operation, struct str id, struct jv data, size_t i,
                          struct recordwrite *w)
{
    TRY(recordwrite_open(cx, collection, operation, data, w));
    w->id = id;
    w->index = (int64_t)i;
    return recordwrite_read(cx, w);
}

static bool store_all(struct cx *cx, struct recordwrite *list, size_t n, struct js *js)
{
    const bool *repeats = find_repeats(cx, list, n);

    js_object(js, NULL);
    js_array(js, "updated");
    for (size_t i = 0; i < n; i++) {
        if (repeats[i]) {               /* it is no longer what was read                          */
            TRY(recordwrite_read(cx, &list[i]));
            TRY(recordwrite_check_update(cx, &list[i], VALIDATE_PATCH));
        }
        TRY(recordwrite_store(cx, &list[i], js));
    }
    js_end(js);
    js_int(js, "count", (int64_t)n);
    js_end(js);
    return true;
}

bool batches_update(struct cx *cx, struct str collection, struct jv records, struct js *js)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const struct collection *found;
    size_t n = jv_count(records);
    struct recordwrite *list;

    TRY(check_shape(cx, records, true));
    TRY(check_size(cx, n));
    TRY(tx_begin(cx, &tx));
    TRY(record_collection(cx, collection, &found));
    list = arena_list(cx->mem, struct recordwrite, n);
    for (size_t i = 0; i < n; i++) {
        struct jv item = jv_at(records, i);
        TRY(open_existing(cx, found, OP_UPDATE, jv_text(jv_get(item, S("id"))),
                          jv_get(item, S("data")), i, &list[i]));
    }
    for (size_t i = 0; i < n; i++) {
        TRY(access_allowed(cx, &list[i].access, collection));
        TRY(recordwrite_check_update(cx, &list[i], VALIDATE_PATCH));
    }
    TRY(store_all(cx, list, n, js));
    return tx_commit(&tx);
}

/* A record may have gone with one that was before it in the list. */
static bool remove_one(struct cx *cx, struct recordwrite *w)
{
    if (recordwrite_remove(cx, w))
        return true;
    if (cx->err.kind != E_NOT_FOUND)
        return false;
    fail_forget(cx);
    return true;
}

static bool remove_all(struct cx *cx, struct recordwrite *list, size_t n, struct js *js)
{
    const bool *repeats = find_repeats(cx, list, n);
    int64_t count = 0;

    js_object(js, NULL);
    js_array(js, "deleted");
    for (size_t i = 0; i < n; i++) {
        if (repeats[i])
            continue;
        TRY(remove_one(cx, &list[i]));
        js_text(js, NULL, list[i].id);
        count++;
    }
    js_end(js);
    js_int(js, "count", count);
    js_end(js);
    return true;
}

bool batches_delete(struct cx *cx, struct str collection, struct jv ids, struct js *js)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const struct collection *found;
    size_t n = jv_count(ids);
    struct recordwrite *list;

    TRY(check_ids(cx, ids));
    TRY(check_size(cx, n));
    TRY(tx_begin(cx, &tx));
    TRY(record_collection(cx, collection, &found));
    list = arena_list(cx->mem, struct recordwrite, n);
    for (size_t i = 0; i < n; i++)
        TRY(open_existing(cx, found, OP_DELETE, jv_text(jv_at(ids, i)), NO_BODY, i, &list[i]));
    for (size_t i = 0; i < n; i++) {
        TRY(access_allowed(cx, &list[i].access, collection));
        TRY(recordwrite_check_delete(cx, &list[i]));
    }
    TRY(remove_all(cx, list, n, js));
    return tx_commit(&tx);
}
