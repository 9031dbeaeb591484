/* operations.c — reads a list of writes, then does one after the other. */
#include "data/operations.h"

#include <inttypes.h>

#include "base/settings.h"
#include "data/record.h"
#include "data/upsert.h"
#include "db/tx.h"

enum kind { CREATE, UPDATE, REPLACE, UPSERT, REMOVE, KINDS };
static const struct {
    struct str word;
    bool wants_id, wants_data, wants_key;
} KINDS_OF[KINDS] = {
    [CREATE] = { S_INIT("create"), false, true, false },
    [UPDATE] = { S_INIT("update"), true, true, false },
    [REPLACE] = { S_INIT("replace"), true, true, false },
    [UPSERT] = { S_INIT("upsert"), false, true, true },
    [REMOVE] = { S_INIT("delete"), true, false, false },
};
struct operation_in {
    enum kind kind;
    struct str collection, key, if_match;
    struct jv id, data;
};
struct operation_out { struct str id; bool is_new; };
struct run {
    struct operation_in *in;
    struct operation_out *out;          /* of those that are done                                 */
    size_t n, at;
};

/* --- shape ------------------------------------------------------------------------------------ */

static void wrong(struct cx *cx, size_t i, const char *member, const char *type, const char *msg,
                  struct jv input)
{
    fail_add_field(cx, &(struct err_field){
        .type = type, .msg = str_of(msg),
        .loc = member == NULL ? str_fmt(cx->mem, "[\"body\",\"operations\",%zu]", i)
                              : str_fmt(cx->mem, "[\"body\",\"operations\",%zu,\"%s\"]", i, member),
        .input = input.kind == JV_ABSENT ? NO_STR : jv_print(cx->mem, input) });
}

static struct jv expect(struct cx *cx, size_t i, struct jv item, const char *member,
                        enum jv_kind kind)
{
    struct jv value = jv_get(item, str_of(member));

    if (value.kind == JV_ABSENT)
        wrong(cx, i, member, "missing", "Field required", item);
    else if (value.kind != kind && kind == JV_OBJECT)
        wrong(cx, i, member, "dict_type", "Input should be a valid dictionary", value);
    else if (value.kind != kind)
        wrong(cx, i, member, "string_type", "Input should be a valid string", value);
    return value;
}

/* {"$id": n}: the record of an earlier operation. */
static bool is_link(struct jv value)
{
    return value.kind == JV_OBJECT && jv_count(value) == 1
        && jv_get(value, S("$id")).kind == JV_INT;
}

static struct jv read_id(struct cx *cx, size_t i, struct jv item)
{
    struct jv id = jv_get(item, S("id"));

    return is_link(id) ? id : expect(cx, i, item, "id", JV_TEXT);
}

static bool kind_of(struct str word, enum kind *out)
{
    for (int kind = 0; kind < KINDS; kind++)
        if (str_eq(KINDS_OF[kind].word, word)) {
            *out = (enum kind)kind;
            return true;
        }
    return false;
}

static void read_one(struct cx *cx, size_t i, struct jv item, struct operation_in *out)
{
    struct jv word, if_match = jv_get(item, S("if_match"));

    if (item.kind != JV_OBJECT) {
        wrong(cx, i, NULL, "dict_type", "Input should be a valid dictionary", item);
        return;
    }
    out->collection = jv_text(expect(cx, i, item, "collection", JV_TEXT));
    word = expect(cx, i, item, "operation", JV_TEXT);
    if (!kind_of(jv_text(word), &out->kind)) {
        if (word.kind == JV_TEXT)
            wrong(cx, i, "operation", "enum",
                  "Input should be 'create', 'update', 'replace', 'upsert' or 'delete'", word);
        return;
    }
    if (KINDS_OF[out->kind].wants_id)
        out->id = read_id(cx, i, item);
    if (KINDS_OF[out->kind].wants_data)
        out->data = expect(cx, i, item, "data", JV_OBJECT);
    if (KINDS_OF[out->kind].wants_key)
        out->key = jv_text(expect(cx, i, item, "key", JV_TEXT));
    if (if_match.kind > JV_NULL)
        out->if_match = jv_text(expect(cx, i, item, "if_match", JV_TEXT));
}

static bool read_all(struct cx *cx, struct jv list, struct run *run)
{
    int64_t most = cx->set->batch_max_size;

    run->n = jv_count(list);
    if (run->n > (uint64_t)most)
        return fail(cx, E_INVALID, "batch_too_large",
                    "Batch size %zu exceeds maximum of %" PRId64, run->n, most);
    run->in = arena_list(cx->mem, struct operation_in, run->n);
    run->out = arena_list(cx->mem, struct operation_out, run->n);
    for (size_t i = 0; i < run->n; i++)
        read_one(cx, i, jv_at(list, i), &run->in[i]);
    return fail_fields(cx);
}

/* --- links to earlier operations -------------------------------------------------------------- */

static bool follow(struct cx *cx, const struct run *run, struct jv link, struct str *id)
{
    int64_t to = jv_int(jv_get(link, S("$id")));

    if (to < 0 || to >= (int64_t)run->at)
        return fail(cx, E_INVALID, "Validation error",
                    "{\"$id\": %" PRId64 "} names no operation before this one", to);
    *id = run->out[to].id;
    return true;
}

static bool write_value(struct cx *cx, const struct run *run, struct jv value, struct js *js)
{
    struct str id;

    if (is_link(value)) {
        TRY(follow(cx, run, value, &id));
        js_text(js, NULL, id);
    } else if (value.kind == JV_ARRAY) {
        js_array(js, NULL);
        for (size_t i = 0; i < jv_count(value); i++)
            TRY(write_value(cx, run, jv_at(value, i), js));
        js_end(js);
    } else {
        js_raw(js, NULL, jv_print(cx->mem, value));
    }
    return true;
}

static bool has_link(struct jv value)
{
    for (size_t i = 0; value.kind == JV_ARRAY && i < jv_count(value); i++)
        if (has_link(jv_at(value, i)))
            return true;
    return is_link(value);
}

/* A json field may hold any object, such a one as well: it stays what it is. */
static bool takes_links(const struct collection *collection, struct str name)
{
    const struct field *field = collection_field(collection, name);

    return field == NULL || (field->type->rule != R_JSON && field->type->rule != R_FILE);
}

static bool needs_links(const struct collection *collection, struct jv data)
{
    struct str key;
    struct jv value;

    for (struct jv_each e = jv_each(data); jv_next(&e, &key, &value);)
        if (takes_links(collection, key) && has_link(value))
            return true;
    return false;
}

static bool resolve(struct cx *cx, const struct run *run, struct str name, struct jv *data)
{
    const struct collection *collection;
    struct jv_fault fault;
    struct buf text;
    struct jv value;
    struct str key;
    struct js js;

    TRY(record_collection(cx, name, &collection));
    if (!needs_links(collection, *data))
        return true;
    buf_init(&text, cx->mem, SIZE_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    for (struct jv_each e = jv_each(*data); jv_next(&e, &key, &value);) {
        js_key(&js, key);
        if (takes_links(collection, key))
            TRY(write_value(cx, run, value, &js));
        else
            js_raw(&js, NULL, jv_print(cx->mem, value));
    }
    js_end(&js);
    return jv_parse(cx, buf_text(&text), data, &fault)
        || broken(cx, "data written anew cannot be read: %s", fault.reason);
}

/* --- one after the other ---------------------------------------------------------------------- */

static bool write_record(struct cx *cx, const struct operation_in *in, struct operation_out *out,
                         struct jv data, struct js *js)
{
    struct upsert_done done;

    switch (in->kind) {
    case CREATE:
        out->is_new = true;
        return record_create(cx, in->collection, data, js, &out->id);
    case UPSERT:
        TRY(upsert_record(cx, in->collection, in->key, data, js, &done));
        *out = (struct operation_out){ done.id, done.is_new };
        return true;
    case REMOVE:
        js_null(js, NULL);
        return record_delete(cx, in->collection, out->id, in->if_match);
    default:
        return record_update(cx, in->kind == REPLACE ? RECORD_PUT : RECORD_PATCH, in->collection,
                             out->id, data, in->if_match, js);
    }
}

static bool run_one(struct cx *cx, struct run *run, struct js *js)
{
    const struct operation_in *in = &run->in[run->at];
    struct operation_out *out = &run->out[run->at];
    struct jv data = in->data;

    if (is_link(in->id))
        TRY(follow(cx, run, in->id, &out->id));
    else
        out->id = jv_text(in->id);
    if (KINDS_OF[in->kind].wants_data)
        TRY(resolve(cx, run, in->collection, &data));
    js_object(js, NULL);
    js_text(js, "operation", KINDS_OF[in->kind].word);
    js_text(js, "collection", in->collection);
    js_key(js, S("record"));
    TRY(write_record(cx, in, out, data, js));
    js_int(js, "status", out->is_new ? 201 : in->kind == REMOVE ? 204 : 200);
    js_text(js, "id", out->id);
    js_end(js);
    return true;
}

bool operations_run(struct cx *cx, struct jv list, struct js *js)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct run run = { 0 };

    TRY(read_all(cx, list, &run));
    TRY(tx_begin(cx, &tx));
    js_object(js, NULL);
    js_array(js, "results");
    for (; run.at < run.n; run.at++)
        if (!run_one(cx, &run, js))
            return fail_where(cx, "index", str_fmt(cx->mem, "%zu", run.at));
    js_end(js);
    js_int(js, "count", (int64_t)run.n);
    js_end(js);
    return tx_commit(&tx);
}
