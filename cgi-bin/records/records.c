/* records.c — the routes of records, in their long and their short form (data.md §10). */
#include "records.h"

#include "base/url.h"
#include "data/aggregate.h"
#include "data/batches.h"
#include "data/record.h"
#include "data/recordhistory.h"
#include "data/recordquery.h"
#include "data/recordrestore.h"
#include "data/secret.h"
#include "data/shortform.h"

#define SEARCH_ABOUT "in searchable fields: word beginn* \"some words\" -without"
/* One table for both forms: they differ in which member the collection's name lands in. */
#define NAMED(of, member) IN_AS(PATH, T_TEXT, of, member, "collection", .about = "collection")

#define EXPAND_ABOUT                                                                               \
    "author,tags,comments_via_post.by: references to replace by their records, and what refers"    \
    " to these"

struct list_in {
    struct str collection, short_name;
    struct str sort, fields, filter, search, expand, cursor, cursor_before, query;
    int64_t skip, limit;
    bool include_count, count;
};
#define LIST_IN(member)                                                                            \
    NAMED(list_in, member),                                                                        \
    IN(QUERY, T_INT, list_in, skip, .least = 0, .most = INT64_MAX, .otherwise = 0,                 \
       .about = "rows to pass over"),                                                              \
    IN(QUERY, T_INT, list_in, limit, .least = 1, .most = 100, .otherwise = 30,                     \
       .about = "rows of a page"),                                                                 \
    IN(QUERY, T_TEXT, list_in, sort, .about = "fields, - before those that go down: -price,name"), \
    IN(QUERY, T_TEXT, list_in, fields, .about = "the fields to show; * for all"),                  \
    IN(QUERY, T_TEXT, list_in, filter, .about = "status = \"active\" && price > 5"),               \
    IN(QUERY, T_TEXT, list_in, search, .about = SEARCH_ABOUT),                                     \
    IN(QUERY, T_TEXT, list_in, expand, .about = EXPAND_ABOUT),                                     \
    IN(QUERY, T_TEXT, list_in, cursor, .about = "next_cursor of the page before; empty: begin"),   \
    IN(QUERY, T_TEXT, list_in, cursor_before, .about = "prev_cursor of the page after"),           \
    IN(QUERY, T_BOOL, list_in, include_count, .about = "by cursor: with the total"),               \
    IN(QUERY, T_BOOL, list_in, count, .otherwise = 1, .about = "false: without the total"),        \
    IN(QUERY, T_WHOLE_QUERY, list_in, query),                                                      \
    { 0 }
static const struct input LIST_LONG[] = { LIST_IN(collection) };
static const struct input LIST_SHORT[] = { LIST_IN(short_name) };

struct get_in { struct str collection, short_name, id, fields, expand; };
#define GET_IN(member)                                                                             \
    NAMED(get_in, member),                                                                         \
    IN(PATH, T_TEXT, get_in, id),                                                                  \
    IN(QUERY, T_TEXT, get_in, fields, .about = "the fields to show; * for all"),                   \
    IN(QUERY, T_TEXT, get_in, expand, .about = EXPAND_ABOUT),                                      \
    { 0 }
static const struct input GET_LONG[] = { GET_IN(collection) };
static const struct input GET_SHORT[] = { GET_IN(short_name) };

struct secrets_in { struct str collection, short_name, id, fields; };
#define SECRETS_IN(member)                                                                         \
    NAMED(secrets_in, member),                                                                     \
    IN(PATH, T_TEXT, secrets_in, id),                                                              \
    IN(QUERY, T_TEXT, secrets_in, fields, .about = "encrypted fields, at most 20; default: all"),  \
    { 0 }
static const struct input SECRETS_LONG[] = { SECRETS_IN(collection) };
static const struct input SECRETS_SHORT[] = { SECRETS_IN(short_name) };

struct history_in { struct str collection, short_name, id; int64_t skip, limit; };
#define HISTORY_IN(member)                                                                         \
    NAMED(history_in, member),                                                                     \
    IN(PATH, T_TEXT, history_in, id),                                                              \
    IN(QUERY, T_INT, history_in, skip, .least = 0, .most = INT64_MAX, .otherwise = 0,              \
       .about = "changes to pass over"),                                                           \
    IN(QUERY, T_INT, history_in, limit, .least = 1, .most = 100, .otherwise = 30,                  \
       .about = "changes of a page"),                                                              \
    { 0 }
static const struct input HISTORY_LONG[] = { HISTORY_IN(collection) };
static const struct input HISTORY_SHORT[] = { HISTORY_IN(short_name) };

struct restore_in { struct str collection, short_name, id, if_match; int64_t version; };
#define RESTORE_IN(member)                                                                         \
    NAMED(restore_in, member),                                                                     \
    IN(PATH, T_TEXT, restore_in, id),                                                              \
    IN_AS(HEADER, T_TEXT, restore_in, if_match, "If-Match", .about = "only if it is still this"),  \
    IN(BODY, T_INT, restore_in, version, .required = true, .least = 1, .most = INT64_MAX,          \
       .about = "of the history of this record"),                                                  \
    { 0 }
static const struct input RESTORE_LONG[] = { RESTORE_IN(collection) };
static const struct input RESTORE_SHORT[] = { RESTORE_IN(short_name) };

struct write_in { struct str collection, short_name, id, if_match; struct jv body; };
#define CREATE_IN(member)                                                                          \
    NAMED(write_in, member), IN(BODY, T_WHOLE_BODY, write_in, body, .required = true), { 0 }
#define UPDATE_IN(member)                                                                          \
    NAMED(write_in, member),                                                                       \
    IN(PATH, T_TEXT, write_in, id),                                                                \
    IN_AS(HEADER, T_TEXT, write_in, if_match, "If-Match", .about = "only if it is still this"),    \
    IN(BODY, T_WHOLE_BODY, write_in, body, .required = true),                                      \
    { 0 }
#define DELETE_IN(member)                                                                          \
    NAMED(write_in, member),                                                                       \
    IN(PATH, T_TEXT, write_in, id),                                                                \
    IN_AS(HEADER, T_TEXT, write_in, if_match, "If-Match", .about = "only if it is still this"),    \
    { 0 }
static const struct input CREATE_LONG[] = { CREATE_IN(collection) };
static const struct input CREATE_SHORT[] = { CREATE_IN(short_name) };
static const struct input UPDATE_LONG[] = { UPDATE_IN(collection) };
static const struct input UPDATE_SHORT[] = { UPDATE_IN(short_name) };
static const struct input DELETE_LONG[] = { DELETE_IN(collection) };
static const struct input DELETE_SHORT[] = { DELETE_IN(short_name) };

struct batch_in { struct str collection, short_name; struct jv records, ids; };
#define RECORDS_IN(member)                                                                         \
    NAMED(batch_in, member), IN(BODY, T_LIST, batch_in, records, .required = true, .min = 1), { 0 }
#define IDS_IN(member)                                                                             \
    NAMED(batch_in, member), IN(BODY, T_LIST, batch_in, ids, .required = true, .min = 1), { 0 }
static const struct input RECORDS_LONG[] = { RECORDS_IN(collection) };
static const struct input RECORDS_SHORT[] = { RECORDS_IN(short_name) };
static const struct input IDS_LONG[] = { IDS_IN(collection) };
static const struct input IDS_SHORT[] = { IDS_IN(short_name) };

struct aggregate_in { struct str collection, short_name; struct aggregate of; };
#define AGGREGATE_IN(member)                                                                       \
    NAMED(aggregate_in, member),                                                                   \
    IN_AS(QUERY, T_TEXT, aggregate_in, of.functions, "functions", .required = true,                \
          .about = "count(),sum(price): count, sum, avg, min or max"),                             \
    IN_AS(QUERY, T_TEXT, aggregate_in, of.group_by, "group_by", .about = "status,category"),       \
    IN_AS(QUERY, T_TEXT, aggregate_in, of.filter, "filter", .about = "which records"),             \
    IN_AS(QUERY, T_TEXT, aggregate_in, of.search, "search", .about = SEARCH_ABOUT),                \
    IN_AS(QUERY, T_TEXT, aggregate_in, of.having, "having",                                        \
          .about = "which groups: count() > 1 && sum_price >= 10"),                                \
    { 0 }
static const struct input AGGREGATE_LONG[] = { AGGREGATE_IN(collection) };
static const struct input AGGREGATE_SHORT[] = { AGGREGATE_IN(short_name) };

struct subscribe_in { struct str collection, short_name, query; };
#define SUBSCRIBE_IN(member)                                                                       \
    NAMED(subscribe_in, member), IN(QUERY, T_WHOLE_QUERY, subscribe_in, query), { 0 }
static const struct input SUBSCRIBE_LONG[] = { SUBSCRIBE_IN(collection) };
static const struct input SUBSCRIBE_SHORT[] = { SUBSCRIBE_IN(short_name) };

bool records_named(struct cx *cx, struct str collection, struct str short_name, struct str *out)
{
    *out = str_absent(short_name) ? collection : short_name;
    return str_absent(short_name) || !shortform_is_reserved(short_name)
        || fail_detail(cx, E_NOT_FOUND, "Not Found");
}

/* --- one -------------------------------------------------------------------------------------- */

static bool get(struct cx *cx, const void *input, struct reply *reply)
{
    const struct get_in *in = input;
    struct str name, tag;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    TRY(record_get(cx, name, in->id, in->fields, in->expand, reply_js(reply), &tag));
    if (!str_absent(tag))
        reply_etag(reply, tag);
    return true;
}

static bool secrets(struct cx *cx, const void *input, struct reply *reply)
{
    const struct secrets_in *in = input;
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return secret_read(cx, name, in->id, in->fields, reply_js(reply));
}

static bool history(struct cx *cx, const void *input, struct reply *reply)
{
    const struct history_in *in = input;
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return recordhistory_write(cx, name, in->id, in->skip, in->limit, reply_js(reply));
}

static bool restore(struct cx *cx, const void *input, struct reply *reply)
{
    const struct restore_in *in = input;
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return recordrestore_run(cx, name, in->id, in->version, in->if_match, reply_js(reply));
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct write_in *in = input;
    struct str name, id;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return record_create(cx, name, in->body, reply_js(reply), &id);
}

static bool update(struct cx *cx, const struct write_in *in, enum record_update how,
                   struct reply *reply)
{
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return record_update(cx, how, name, in->id, in->body, in->if_match, reply_js(reply));
}

static bool replace(struct cx *cx, const void *input, struct reply *reply)
{
    return update(cx, input, RECORD_PUT, reply);
}

static bool amend(struct cx *cx, const void *input, struct reply *reply)
{
    return update(cx, input, RECORD_PATCH, reply);
}

static bool discard(struct cx *cx, const void *input, struct reply *reply)
{
    const struct write_in *in = input;
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    TRY(record_delete(cx, name, in->id, in->if_match));
    return reply_empty(reply);
}

/* --- many ------------------------------------------------------------------------------------- */

static bool is_parameter(const struct input *table, struct str name)
{
    for (size_t i = 0; table[i].from != FROM_END; i++)
        if (table[i].from == QUERY && table[i].type != T_WHOLE_QUERY
            && str_eq(str_of(table[i].name), name))
            return true;
    return false;
}

bool records_has_unknown(struct cx *cx, const struct input *table, struct str query)
{
    struct str name, value;
    bool bad = false;

    while (url_pair(cx->mem, &query, &name, &value, &bad))
        if (!is_parameter(table, name))
            return true;
    return bad;
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    const struct recordquery query = {
        .sort = in->sort, .fields = in->fields, .filter = in->filter, .search = in->search,
        .expand = in->expand,
        .cursor = in->cursor, .cursor_before = in->cursor_before,
        .skip = in->skip, .limit = in->limit,
        .include_count = in->include_count, .count = in->count,
        .has_unknown = records_has_unknown(cx, LIST_LONG, in->query),
    };
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return recordquery_list(cx, name, &query, reply_js(reply));
}

static bool aggregate(struct cx *cx, const void *input, struct reply *reply)
{
    const struct aggregate_in *in = input;
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return aggregate_records(cx, name, &in->of, reply_js(reply));
}

/* Streams are the program realtime's, who also looks at the token in the query: it goes along. */
static bool subscribe(struct cx *cx, const void *input, struct reply *reply)
{
    const struct subscribe_in *in = input;
    struct str name;
    struct buf to;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    buf_init(&to, cx->mem, SIZE_MAX);
    buf_str(&to, cx->set->base_path);
    buf_str(&to, cx->set->api_prefix);
    buf_str(&to, S("/realtime/subscribe?collections="));
    url_part(&to, name);
    if (in->query.n > 0)
        buf_c(&to, '&');
    buf_str(&to, in->query);
    reply_header(reply, "Location", buf_text(&to));
    return true;
}

static bool create_many(struct cx *cx, const void *input, struct reply *reply)
{
    const struct batch_in *in = input;
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return batches_create(cx, name, in->records, reply_js(reply));
}

static bool update_many(struct cx *cx, const void *input, struct reply *reply)
{
    const struct batch_in *in = input;
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return batches_update(cx, name, in->records, reply_js(reply));
}

static bool delete_many(struct cx *cx, const void *input, struct reply *reply)
{
    const struct batch_in *in = input;
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return batches_delete(cx, name, in->ids, reply_js(reply));
}

/* --- routes ----------------------------------------------------------------------------------- */

#define ROUTES(base, form, hidden_)                                                                \
    { GET, base, NEED_TENANT, SHAPE_ERROR, INPUT(LIST_##form, list_in), .run = list,               \
      .hidden = hidden_, .title = "List the records of a collection",                              \
      .about = "By offset (skip, limit; total) or by cursor (next_cursor, prev_cursor)." },        \
    { POST, base, NEED_TENANT, SHAPE_ERROR, INPUT(CREATE_##form, write_in), .status = 201,         \
      .run = create, .hidden = hidden_, .title = "Create a record" },                              \
    { POST, base "/batch", NEED_TENANT, SHAPE_ERROR, INPUT(RECORDS_##form, batch_in),              \
      .status = 201, .run = create_many, .alone = true, .hidden = hidden_,                         \
      .title = "Create records, all or none" },                                                    \
    { PATCH, base "/batch", NEED_TENANT, SHAPE_ERROR, INPUT(RECORDS_##form, batch_in),             \
      .run = update_many, .alone = true, .hidden = hidden_,                                        \
      .title = "Change records, all or none",                                                      \
      .about = "records: a list of {\"id\", \"data\"}." },                                         \
    { DELETE, base "/batch", NEED_TENANT, SHAPE_ERROR, INPUT(IDS_##form, batch_in),                \
      .run = delete_many, .alone = true, .hidden = hidden_,                                        \
      .title = "Delete records, all or none" },                                                    \
    { GET, base "/aggregate", NEED_TENANT, SHAPE_ERROR, INPUT(AGGREGATE_##form, aggregate_in),     \
      .run = aggregate, .hidden = hidden_,                                                         \
      .title = "Count, sum, average: over all records or by groups" },                             \
    { GET, base "/subscribe", NEED_NOBODY, SHAPE_ERROR, INPUT(SUBSCRIBE_##form, subscribe_in),     \
      .status = 307, .run = subscribe, .db = DB_UNUSED, .hidden = hidden_,                         \
      .title = "Listen to the records of a collection",                                            \
      .about = "The stream of /api/v1/realtime/subscribe for this collection; the query goes"      \
               " along." },                                                                        \
    { GET, base "/{id}", NEED_TENANT, SHAPE_ERROR, INPUT(GET_##form, get_in), .run = get,          \
      .hidden = hidden_, .title = "Read a record" },                                               \
    { GET, base "/{id}/secrets", NEED_USER, SHAPE_ERROR, INPUT(SECRETS_##form, secrets_in),        \
      .run = secrets, .hidden = hidden_, .title = "Read the encrypted fields of a record",         \
      .about = "For API keys of an account with the scope records:secrets:read, and nobody else;"  \
               " the view rule is not asked." },                                                   \
    { GET, base "/{id}/history", NEED_USER, SHAPE_ERROR, INPUT(HISTORY_##form, history_in),        \
      .run = history, .hidden = hidden_, .title = "Read the history of a record, newest first",    \
      .about = "For who may view the record, or could had it not been removed: of each change"     \
               " the fields that they may see." },                                                 \
    { POST, base "/{id}/restore", NEED_USER, SHAPE_ERROR, INPUT(RESTORE_##form, restore_in),       \
      .run = restore, .hidden = hidden_, .title = "Make a record what it was",                     \
      .about = "After the change of that version of its history. Asks the update rule, or the"     \
               " create rule when the record was removed: then it comes back with its id." },      \
    { PUT, base "/{id}", NEED_TENANT, SHAPE_ERROR, INPUT(UPDATE_##form, write_in),                 \
      .run = replace, .hidden = hidden_, .title = "Write a record anew",                           \
      .about = "Fields left out get their default or keep their value." },                         \
    { PATCH, base "/{id}", NEED_TENANT, SHAPE_ERROR, INPUT(UPDATE_##form, write_in),               \
      .run = amend, .hidden = hidden_, .title = "Change some fields of a record" },                \
    { DELETE, base "/{id}", NEED_TENANT, SHAPE_ERROR, INPUT(DELETE_##form, write_in),              \
      .status = 204, .run = discard, .hidden = hidden_, .title = "Delete a record" }

const struct route records_routes[] = {
    ROUTES("/api/v1/records/{collection}", LONG, false),
    ROUTES("/api/v1/{collection}", SHORT, true),
    { 0 },
};
