/* bulkwrites.c — the routes that write by filter, by key, and to several collections at once. */
#include "records.h"

#include "data/bulk.h"
#include "data/operations.h"
#include "data/upsert.h"

struct bulk_in { struct str collection, short_name, filter; bool dry_run; struct jv body; };
#define BY_FILTER(member)                                                                          \
    IN_AS(PATH, T_TEXT, bulk_in, member, "collection", .about = "collection"),                     \
    IN(QUERY, T_TEXT, bulk_in, filter, .about = "which records; true: every one"),                 \
    IN(QUERY, T_BOOL, bulk_in, dry_run, .about = "true: only tell what would be done")
#define CHANGE_IN(member)                                                                          \
    BY_FILTER(member), IN(BODY, T_WHOLE_BODY, bulk_in, body, .required = true), { 0 }
static const struct input CHANGE_LONG[] = { CHANGE_IN(collection) };
static const struct input CHANGE_SHORT[] = { CHANGE_IN(short_name) };
static const struct input DISCARD_LONG[] = { BY_FILTER(collection), { 0 } };
static const struct input DISCARD_SHORT[] = { BY_FILTER(short_name), { 0 } };

struct upsert_in { struct str collection, short_name, key; struct jv body; };
#define UPSERT_IN(member)                                                                          \
    IN_AS(PATH, T_TEXT, upsert_in, member, "collection", .about = "collection"),                   \
    IN(QUERY, T_TEXT, upsert_in, key, .required = true,                                            \
       .about = "the unique field by which the record is found"),                                  \
    IN(BODY, T_WHOLE_BODY, upsert_in, body, .required = true),                                     \
    { 0 }
static const struct input UPSERT_LONG[] = { UPSERT_IN(collection) };
static const struct input UPSERT_SHORT[] = { UPSERT_IN(short_name) };

struct operations_in { struct jv operations; };
static const struct input OPERATIONS_IN[] = {
    IN(BODY, T_LIST, operations_in, operations, .required = true, .min = 1,
       .about = "{\"operation\":\"create\",\"collection\":\"posts\",\"data\":{}}, …"),
    { 0 },
};

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct bulk_in *in = input;
    const struct bulk bulk = { .filter = in->filter, .is_trial = in->dry_run };
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return bulk_update(cx, name, &bulk, in->body, reply_js(reply));
}

static bool discard(struct cx *cx, const void *input, struct reply *reply)
{
    const struct bulk_in *in = input;
    const struct bulk bulk = { .filter = in->filter, .is_trial = in->dry_run };
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    return bulk_delete(cx, name, &bulk, reply_js(reply));
}

static bool upsert(struct cx *cx, const void *input, struct reply *reply)
{
    const struct upsert_in *in = input;
    struct upsert_done done;
    struct str name;

    TRY(records_named(cx, in->collection, in->short_name, &name));
    TRY(upsert_record(cx, name, in->key, in->body, reply_js(reply), &done));
    if (done.is_new)
        reply_status(reply, 201);
    return true;
}

static bool operate(struct cx *cx, const void *input, struct reply *reply)
{
    const struct operations_in *in = input;

    return operations_run(cx, in->operations, reply_js(reply));
}

#define ROUTES(base, form, hidden_)                                                                \
    { PATCH, base, NEED_TENANT, SHAPE_ERROR, INPUT(CHANGE_##form, bulk_in), .run = change,         \
      .alone = true, .hidden = hidden_, .title = "Change the records that a filter finds",         \
      .about = "All or none; the reply has their ids. The body holds the fields to change." },     \
    { DELETE, base, NEED_TENANT, SHAPE_ERROR, INPUT(DISCARD_##form, bulk_in), .run = discard,      \
      .alone = true, .hidden = hidden_, .title = "Delete the records that a filter finds",         \
      .about = "All or none; the reply has their ids." },                                          \
    { PUT, base, NEED_TENANT, SHAPE_ERROR, INPUT(UPSERT_##form, upsert_in), .run = upsert,         \
      .hidden = hidden_, .title = "Create a record, or change it if its key is there",             \
      .about = "201 when it is new. Fields left out keep their value." }

const struct route bulkwrites_routes[] = {
    { POST, "/api/v1/batch", NEED_TENANT, SHAPE_ERROR, INPUT(OPERATIONS_IN, operations_in),
      .run = operate, .alone = true, .title = "Write to several collections, all or none",
      .about = "In their order. {\"$id\": 0} stands for the id of operation 0's record." },
    ROUTES("/api/v1/records/{collection}", LONG, false),
    ROUTES("/api/v1/{collection}", SHORT, true),
    { 0 },
};
