/* portable.c — definitions on their way from one installation to another. */
#include "transfer/portable.h"

#include "base/when.h"
#include "data/define.h"
#include "db/tx.h"

enum { EXPORT_MAX = 1 << 26 };

/* ---- export --------------------------------------------------------------------------------- */

static void put_rules(struct js *js, const struct collection *c)
{
    js_object(js, "rules");
    for (int op = 0; op < OP_COUNT; op++)
        js_text(js, collectionrules_keys[op], c->rules[op]);
    for (int op = 0; op < OP_DELETE; op++)
        js_text(js, collectionrules_list_keys[op], c->lists[op].text);
    js_end(js);
}

static void put_collection(struct cx *cx, struct js *js, const struct collection *c)
{
    js_object(js, NULL);
    js_text(js, "name", c->name);
    js_raw(js, "schema", field_store(cx->mem, c->fields, c->field_count));
    js_raw(js, "indexes", index_store(cx->mem, &c->indexes));
    js_text(js, "type", c->view == NULL ? S("base") : S("view"));
    js_text(js, "query", c->view == NULL ? NO_STR : c->view->text);
    put_rules(js, c);
    js_bool(js, "realtime", c->realtime);
    js_bool(js, "event_previous", c->event_previous);
    js_bool(js, "requires_signature", c->requires_signature);
    js_end(js);
}

static bool is_repeated(struct str before, struct str id)
{
    struct str part;

    while (str_cut(&before, ',', &part))
        if (str_eq(str_trim(part), id))
            return true;
    return false;
}

static bool put_named(struct cx *cx, struct js *js, struct str ids)
{
    const struct collection *found;
    struct str rest = ids, part;

    while (str_cut(&rest, ',', &part)) {
        struct str before = { ids.p, (size_t)(part.p - ids.p) };
        part = str_trim(part);
        if (part.n == 0 || is_repeated(before, part))
            continue;
        TRY(collection_find_id(cx, part, &found));
        if (found != NULL)
            put_collection(cx, js, found);
    }
    return true;
}

static bool put_all(struct cx *cx, struct js *js)
{
    const struct collection *const *all;
    size_t n;

    TRY(collection_all(cx, &all, &n));
    for (size_t i = 0; i < n; i++)
        put_collection(cx, js, all[i]);
    return true;
}

bool portable_export(struct cx *cx, struct str ids, struct str *json)
{
    struct buf out, now;
    struct js js;

    buf_init(&now, cx->mem, 64);
    when_record(&now, cx->now);
    buf_init(&out, cx->mem, EXPORT_MAX);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "version", S("1.0"));
    js_text(&js, "exported_at", buf_text(&now));
    js_text(&js, "exported_by", str_absent(cx->who->email) ? S("system") : cx->who->email);
    js_array(&js, "collections");
    TRY(str_trim(ids).n > 0 ? put_named(cx, &js, ids) : put_all(cx, &js));
    js_end(&js);
    js_end(&js);
    if (out.over)
        return fail(cx, E_TOO_LARGE, "Too large", "The export would be larger than %d bytes",
                    EXPORT_MAX);
    *json = js_indented(cx->mem, buf_text(&out));
    return true;
}

struct str portable_filename(struct cx *cx)
{
    struct buf now;
    struct str t;

    buf_init(&now, cx->mem, 64);
    when_record(&now, cx->now);
    t = buf_text(&now);                                 /* 2026-03-01T10:20:30.123456+00:00       */
    return str_fmt(cx->mem, "collections_export_%.4s%.2s%.2s_%.2s%.2s%.2s.json", t.p, t.p + 5,
                   t.p + 8, t.p + 11, t.p + 14, t.p + 17);
}

/* ---- what is sent --------------------------------------------------------------------------- */

bool portable_strategy(struct str word, enum portable_strategy *out)
{
    static const struct str WORDS[] = { S_INIT("error"), S_INIT("skip"), S_INIT("update") };

    *out = PORTABLE_ERROR;
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (str_eq(word, WORDS[i])) {
            *out = (enum portable_strategy)i;
            return true;
        }
    return str_absent(word);
}

enum mark { UNSEEN, UNDER_WAY, PLACED };
struct sent { struct define_in in; bool is_there; enum mark mark; };
struct made { size_t i; struct collection collection; };
struct import {
    struct cx *cx;
    enum portable_strategy strategy;
    struct sent *sent; size_t n;
    size_t *order, ordered;
    struct portable_item *items;
    struct made *made; size_t made_count, waits;    /* waits: with references to what was not     */
    struct portable_result *result;
};

/* A member of the request; of another kind it adds a 422 item. */
static struct jv member(struct cx *cx, struct jv from, struct str path, const char *key,
                        enum jv_kind kind)
{
    static const char *const TYPES[] = { [JV_TEXT] = "string_type", [JV_ARRAY] = "list_type",
                                         [JV_OBJECT] = "dict_type" };
    static const char *const WORDS[] = { [JV_TEXT] = "string", [JV_ARRAY] = "list",
                                         [JV_OBJECT] = "dictionary" };
    struct jv value = jv_get(from, str_of(key));
    struct err_field item = { .loc = str_fmt(cx->mem, "[%.*s,\"%s\"]", STR_ARG(path), key) };

    if (value.kind == kind)
        return value;
    if (value.kind == JV_ABSENT) {
        item.type = "missing";
        item.msg = S("Field required");
    } else {
        item.type = TYPES[kind];
        item.msg = str_fmt(cx->mem, "Input should be a valid %s", WORDS[kind]);
    }
    item.input = jv_print(cx->mem, value.kind == JV_ABSENT ? from : value);
    fail_add_field(cx, &item);
    return (struct jv){ .kind = JV_ABSENT };
}

/* What an older export does not say stays as it is. */
static enum define_flag flag(struct cx *cx, struct jv from, struct str path, const char *key)
{
    struct jv value = jv_get(from, str_of(key));

    if (value.kind > JV_NULL && value.kind != JV_BOOL)
        fail_add_field(cx, &(struct err_field){
            .type = "bool_type", .loc = str_fmt(cx->mem, "[%.*s,\"%s\"]", STR_ARG(path), key),
            .msg = S("Input should be a valid boolean"), .input = jv_print(cx->mem, value) });
    return value.kind != JV_BOOL ? DEFINE_STAYS : jv_bool(value) ? DEFINE_YES : DEFINE_NO;
}

static void read_one(struct cx *cx, struct jv from, struct str path, struct define_in *in)
{
    struct jv rules;

    if (from.kind != JV_OBJECT) {
        fail_add_field(cx, &(struct err_field){
            .type = "dict_type", .loc = str_fmt(cx->mem, "[%.*s]", STR_ARG(path)),
            .msg = S("Input should be a valid dictionary"), .input = jv_print(cx->mem, from) });
        return;
    }
    in->body = from;
    in->name = jv_text(member(cx, from, path, "name", JV_TEXT));
    in->schema = member(cx, from, path, "schema", JV_ARRAY);
    in->indexes = jv_get(from, S("indexes"));
    in->type = jv_text(jv_get(from, S("type")));
    in->query = jv_text(jv_get(from, S("query")));
    in->realtime = flag(cx, from, path, "realtime");
    in->event_previous = flag(cx, from, path, "event_previous");
    in->requires_signature = flag(cx, from, path, "requires_signature");
    rules = member(cx, from, path, "rules", JV_OBJECT);
    for (int op = 0; op < OP_COUNT; op++)
        in->rules.rules[op] = jv_get(rules, str_of(collectionrules_keys[op]));
    for (int op = 0; op < OP_DELETE; op++)
        in->rules.lists[op] = jv_get(rules, str_of(collectionrules_list_keys[op]));
}

static bool read(struct cx *cx, struct jv data, struct str path, struct import *out)
{
    struct jv version = jv_get(data, S("version")), list;

    (void)member(cx, data, path, "exported_at", JV_TEXT);
    (void)member(cx, data, path, "exported_by", JV_TEXT);
    list = member(cx, data, path, "collections", JV_ARRAY);
    out->n = jv_count(list);
    out->sent = arena_list(cx->mem, struct sent, out->n + 1);
    for (size_t i = 0; i < out->n; i++)
        read_one(cx, jv_at(list, i), str_fmt(cx->mem, "%.*s,\"collections\",%zu", STR_ARG(path), i),
                 &out->sent[i].in);
    TRY(fail_fields(cx));
    if (version.kind != JV_ABSENT && !str_starts(jv_text(version), S("1.")))
        return fail(cx, E_INVALID, "Validation error", "Unsupported export version: %.*s",
                    STR_ARG(version.kind == JV_TEXT ? jv_text(version)
                                                    : jv_print(cx->mem, version)));
    return true;
}

/* ---- in which order ------------------------------------------------------------------------- */

static size_t find(const struct import *import, struct str name)
{
    size_t i = 0;

    while (i < import->n && !str_eq(import->sent[i].in.name, name))
        i++;
    return i;
}

/* Targets that are not there yet first. One that is under way closes a circle: it comes later. */
static void place(struct import *import, size_t i)
{
    struct sent *sent = &import->sent[i];

    sent->mark = UNDER_WAY;
    for (size_t f = 0; f < jv_count(sent->in.schema); f++) {
        struct str target = jv_text(jv_get(jv_at(sent->in.schema, f), S("collection")));
        size_t to = str_absent(target) ? import->n : find(import, target);
        if (to < import->n && !import->sent[to].is_there && import->sent[to].mark == UNSEEN)
            place(import, to);
    }
    sent->mark = PLACED;
    import->order[import->ordered++] = i;
}

static bool place_all(struct import *import)
{
    struct collection there;

    import->ordered = 0;
    for (size_t i = 0; i < import->n; i++) {
        import->sent[i].mark = UNSEEN;
        TRY(collection_load(import->cx, BY_NAME, import->sent[i].in.name, &there,
                            &import->sent[i].is_there));
    }
    for (int views = 0; views < 2; views++)     /* which ask the tables of the others             */
        for (size_t i = 0; i < import->n; i++)
            if (import->sent[i].mark == UNSEEN
                && str_absent(import->sent[i].in.query) == (views == 0))
                place(import, i);
    return true;
}

/* ---- one ------------------------------------------------------------------------------------ */

static void settle(struct import *import, size_t i, const char *status, struct str message)
{
    import->items[i] = (struct portable_item){ import->sent[i].in.name, str_of(status), message };
}

struct str portable_path(struct cx *cx, struct str loc)
{
    struct jv list;
    struct jv_fault fault;
    struct buf out;

    buf_init(&out, cx->mem, 6 * loc.n + 64);
    if (!jv_parse(cx, loc, &list, &fault))
        return loc;
    for (size_t i = 1; i < jv_count(list); i++) {
        struct jv part = jv_at(list, i);
        if (part.kind == JV_INT)
            buf_fmt(&out, "[%lld]", (long long)jv_int(part));
        else
            buf_fmt(&out, "%s%.*s", i > 1 ? "." : "", STR_ARG(jv_text(part)));
    }
    return buf_text(&out);
}

/* What a failure says of one collection; false when it is about more than that. */
static bool reason(struct cx *cx, struct str *out)
{
    const struct err *err = &cx->err;
    struct buf text;

    if (err->kind != E_INVALID && err->kind != E_CONFLICT && err->kind != E_UNPROCESSABLE)
        return false;
    buf_init(&text, cx->mem, 1 << 20);
    for (size_t i = 0; i < err->field_count; i++)
        buf_fmt(&text, "%s%.*s: %.*s", i > 0 ? "; " : "",
                STR_ARG(portable_path(cx, err->fields[i].loc)), STR_ARG(err->fields[i].msg));
    if (err->field_count == 0)
        buf_str(&text, str_of(err->message));
    *out = buf_text(&text);
    return true;
}

static void note_revision(struct import *import, struct str revision)
{
    struct portable_result *result = import->result;

    result->revisions = arena_more(import->cx->mem, result->revisions, result->revision_count,
                                   sizeof(*result->revisions));
    result->revisions[result->revision_count++] = revision;
}

static bool make(struct import *import, size_t i)
{
    struct cx *cx = import->cx;
    struct collection made;

    TRY(define_create(cx, &import->sent[i].in, &made));
    import->made = arena_more(cx->mem, import->made, import->made_count, sizeof(*import->made));
    import->made[import->made_count++] = (struct made){ i, made };
    import->waits += define_waits(&made);
    note_revision(import, made.migration_revision);
    settle(import, i, "imported", S("Collection created successfully"));
    return true;
}

/* The fields and indexes only: who exports does not know whom this installation lets in. */
static bool change(struct import *import, size_t i, const struct collection *old)
{
    struct cx *cx = import->cx;
    struct define_in in = import->sent[i].in;
    struct collection now;
    int64_t records;

    in.rules = (struct collectionrules_in){ 0 };
    TRY(define_update(cx, old->id, &in, &now, &records));
    if (!str_eq(now.migration_revision, old->migration_revision))
        note_revision(import, now.migration_revision);
    settle(import, i, "updated", S("Collection schema updated"));
    return true;
}

static bool bring(struct import *import, size_t i)
{
    struct cx *cx = import->cx;
    struct str name = import->sent[i].in.name;
    struct tx tx SCOPED(tx_end) = { 0 };
    struct collection old;
    bool is_there;

    TRY(tx_begin(cx, &tx));
    TRY(collection_load(cx, BY_NAME, name, &old, &is_there));
    if (!is_there)
        TRY(make(import, i));
    else if (import->strategy == PORTABLE_UPDATE)
        TRY(change(import, i, &old));
    else if (import->strategy == PORTABLE_SKIP)
        settle(import, i, "skipped", S("Collection already exists"));
    else
        settle(import, i, "error", str_fmt(cx->mem, "Collection '%.*s' already exists",
                                           STR_ARG(name)));
    return tx_commit(&tx);
}

/* ---- all ------------------------------------------------------------------------------------ */

static bool has_failed(const struct import *import, size_t i)
{
    return str_eq(import->items[i].status, S("error"));
}

/* What will be there in the end, unless it fails: references may point to it. */
static void tell_coming(struct import *import)
{
    struct str *names = arena_list(import->cx->mem, struct str, import->n + 1);
    size_t n = 0;

    for (size_t i = 0; i < import->n; i++)
        if (!has_failed(import, i))
            names[n++] = import->sent[i].in.name;
    for (size_t i = 0; i < import->n; i++) {
        import->sent[i].in.coming = names;
        import->sent[i].in.coming_count = n;
    }
}

/* With the failure in cx, if that is about this collection alone. */
static bool fails(struct import *import, size_t i)
{
    struct str why;

    TRY(reason(import->cx, &why));
    fail_forget(import->cx);
    settle(import, i, "error", why);
    return true;
}

/* Rules may look into any collection, so they are read when all are there. */
static bool rules_hold(struct import *import)
{
    bool all_hold = true;

    for (size_t k = 0; k < import->made_count; k++) {
        size_t i = import->made[k].i;
        if (define_check_rules(import->cx, &import->sent[i].in, &import->made[k].collection))
            continue;
        TRY(fails(import, i));
        all_hold = false;
    }
    return all_hold;
}

/* False without a failure in cx: somebody failed for whom others wait. */
static bool bring_all(struct import *import)
{
    struct cx *cx = import->cx;
    bool all_came = true;

    import->made_count = import->waits = 0;
    import->result->revision_count = 0;
    for (size_t k = 0; k < import->n; k++) {
        size_t i = import->order[k];
        if (has_failed(import, i) || bring(import, i))
            continue;
        TRY(fails(import, i));
        all_came = false;
    }
    if (!all_came && import->waits > 0)
        return false;
    for (size_t k = 0; k < import->made_count; k++)
        TRY(define_refer(cx, &import->made[k].collection));
    return rules_hold(import);
}

/*
 * When one fails that others in a circle wait for, everything is undone and begins again without
 * it: they then fail for want of their target. Each turn fails one more, so there is an end.
 */
static bool bring_what_can(struct import *import)
{
    struct cx *cx = import->cx;

    for (;;) {
        struct tx tx SCOPED(tx_end) = { 0 };
        TRY(tx_begin(cx, &tx));
        TRY(db_hold_definitions(cx));
        TRY(place_all(import));
        tell_coming(import);
        if (bring_all(import))
            return tx_commit(&tx);
        TRY(cx->err.kind == E_NONE);
    }
}

static void count(const struct import *import, struct portable_result *out)
{
    for (size_t i = 0; i < import->n; i++) {
        out->imported += str_eq(import->items[i].status, S("imported"));
        out->skipped += str_eq(import->items[i].status, S("skipped"));
        out->updated += str_eq(import->items[i].status, S("updated"));
        out->failed += has_failed(import, i);
    }
    out->success = out->failed == 0;
    out->items = import->items;
    out->n = import->n;
}

bool portable_import(struct cx *cx, struct jv data, struct str path,
                     enum portable_strategy strategy, struct portable_result *out)
{
    struct import import = { .cx = cx, .strategy = strategy, .result = out };

    *out = (struct portable_result){ 0 };
    TRY(read(cx, data, path, &import));
    import.order = arena_list(cx->mem, size_t, import.n + 1);
    import.items = arena_list(cx->mem, struct portable_item, import.n + 1);
    TRY(bring_what_can(&import));
    count(&import, out);
    return true;
}

bool portable_rehearse(struct cx *cx, struct jv data, struct str path,
                       enum portable_strategy strategy, struct portable_result *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };        /* never committed                                */

    TRY(tx_begin(cx, &tx));
    return portable_import(cx, data, path, strategy, out);
}
