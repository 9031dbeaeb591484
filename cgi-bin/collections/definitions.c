/* definitions.c — collections: list, create, read, change, delete (data.md §3). */
#include "routes.h"

#include "data/catalogue.h"
#include "data/define.h"
#include "data/encryption.h"
#include "transfer/portable.h"

/* ---- list ----------------------------------------------------------------------------------- */

static const struct input LIST_IN[] = {
    IN(QUERY, T_INT, catalogue_query, page, .least = 1, .most = 1000000000, .otherwise = 1),
    IN(QUERY, T_INT, catalogue_query, page_size, .least = 1, .most = 100, .otherwise = 25),
    IN(QUERY, T_TEXT, catalogue_query, sort_by, .about = "id, name, created_at or updated_at"),
    IN(QUERY, T_TEXT, catalogue_query, sort_order, .about = "asc or desc"),
    IN(QUERY, T_TEXT, catalogue_query, search, .about = "part of a name or id"),
    { 0 },
};
static const struct output ITEM_OUT[] = {
    OUT(O_TEXT, catalogue_item, id),
    OUT(O_TEXT, catalogue_item, name),
    OUT(O_TEXT, catalogue_item, table_name),
    OUT_AS(O_INT, catalogue_item, field_count, "fields_count"),
    OUT_AS(O_INT, catalogue_item, record_count, "records_count"),
    OUT(O_BOOL, catalogue_item, has_public_access),
    OUT(O_STAMP, catalogue_item, created_at),
    OUT(O_STAMP, catalogue_item, updated_at),
    OUT(O_INT, catalogue_item, field_count),
    OUT(O_INT, catalogue_item, record_count),
    OUT(O_TEXT, catalogue_item, type, .about = "base, or view"),
    { 0 },
};
struct page { struct out_list items; int64_t total, page, page_size, total_pages; };
static const struct output PAGE_OUT[] = {
    OUT(O_LIST, page, items, .of = ITEM_OUT), OUT(O_INT, page, total), OUT(O_INT, page, page),
    OUT(O_INT, page, page_size), OUT(O_INT, page, total_pages), { 0 },
};

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct catalogue_query *query = input;
    struct catalogue_page found;

    TRY(catalogue_list(cx, query, &found));
    return reply_with(reply, PAGE_OUT, &(struct page){
        .items = { found.items, found.n, sizeof(*found.items) },
        .total = found.total, .page = query->page, .page_size = query->page_size,
        .total_pages = (found.total + query->page_size - 1) / query->page_size,
    });
}

struct names { struct out_list names; int64_t total; };
static const struct output NAMES_OUT[] = {
    OUT(O_TEXTS, names, names), OUT(O_INT, names, total), { 0 },
};

static bool names(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct str *found;
    size_t n;

    TRY(collection_list_names(cx, &found, &n));
    return reply_with(reply, NAMES_OUT, &(struct names){
        .names = { found, n, sizeof(*found) }, .total = (int64_t)n });
}

/* ---- one ------------------------------------------------------------------------------------ */

struct definition {
    struct collection is;
    struct str schema, indexes, type, query;
    int64_t field_count, record_count;
    bool has_public_access;
};
#define OUT_IS(type_, member, wire) OUT_AS(type_, definition, is.member, wire)
static const struct output DEFINITION_OUT[] = {
    OUT_IS(O_TEXT, id, "id"),
    OUT_IS(O_TEXT, name, "name"),
    OUT_IS(O_TEXT, table, "table_name"),
    OUT(O_JSON, definition, schema, .about = "the fields, each with all its keys"),
    OUT(O_JSON, definition, indexes, .about = "declared: lists of names, - before those down"),
    OUT(O_TEXT, definition, type, .about = "base, or view"),
    OUT(O_TEXT, definition, query, .about = "of a view: its SELECT"),
    OUT_IS(O_STAMP, created_at, "created_at"),
    OUT_IS(O_STAMP, updated_at, "updated_at"),
    OUT(O_INT, definition, field_count),
    OUT(O_INT, definition, record_count),
    OUT(O_BOOL, definition, has_public_access),
    OUT_IS(O_TEXT, rules[OP_LIST], "list_rule"),
    OUT_IS(O_TEXT, rules[OP_VIEW], "view_rule"),
    OUT_IS(O_TEXT, rules[OP_CREATE], "create_rule"),
    OUT_IS(O_TEXT, rules[OP_UPDATE], "update_rule"),
    OUT_IS(O_TEXT, rules[OP_DELETE], "delete_rule"),
    OUT_IS(O_TEXT, lists[OP_LIST].text, "list_fields"),
    OUT_IS(O_TEXT, lists[OP_VIEW].text, "view_fields"),
    OUT_IS(O_TEXT, lists[OP_CREATE].text, "create_fields"),
    OUT_IS(O_TEXT, lists[OP_UPDATE].text, "update_fields"),
    OUT_IS(O_BOOL, realtime, "realtime"),
    OUT_IS(O_BOOL, event_previous, "event_previous"),
    OUT_IS(O_BOOL, requires_signature, "requires_signature"),
    { 0 },
};

static bool answer(struct cx *cx, const struct collection *c, int64_t records, struct reply *reply)
{
    return reply_with(reply, DEFINITION_OUT, &(struct definition){
        .is = *c, .schema = field_store(cx->mem, c->fields, c->field_count),
        .indexes = index_store(cx->mem, &c->indexes),
        .type = c->view == NULL ? S("base") : S("view"),
        .query = c->view == NULL ? NO_STR : c->view->text,
        .field_count = (int64_t)c->field_count, .record_count = records,
        .has_public_access = collection_is_public(c->rules),
    });
}

struct one_in { struct str id; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };

static bool get(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct collection c;
    int64_t records;

    TRY(catalogue_get(cx, in->id, &c, &records));
    return answer(cx, &c, records, reply);
}

/* ---- create, change, delete ----------------------------------------------------------------- */

struct change_in {
    struct str id;
    struct define_in definition;
    int64_t realtime, event_previous, requires_signature;
};
#define INDEXES_IN                                                                                 \
    IN_AS(BODY, T_JSON, change_in, definition.indexes, "indexes",                                  \
          .about = "[[\"status\",\"-created_at\"]]: for lists by status, newest first")
#define VIEW_IN                                                                                    \
    IN_AS(BODY, T_TEXT, change_in, definition.type, "type", .one_of = "base|view"),                \
    IN_AS(BODY, T_TEXT, change_in, definition.query, "query",                                      \
          .about = "of a view: SELECT p.id, p.account_id, … FROM col_posts p …")
#define RULES_IN                                                                                   \
    IN_AS(BODY, T_JSON, change_in, definition.rules.rules[OP_LIST], "list_rule",                   \
          .about = "null: locked; \"\": public; else an expression"),                              \
    IN_AS(BODY, T_JSON, change_in, definition.rules.rules[OP_VIEW], "view_rule"),                  \
    IN_AS(BODY, T_JSON, change_in, definition.rules.rules[OP_CREATE], "create_rule"),              \
    IN_AS(BODY, T_JSON, change_in, definition.rules.rules[OP_UPDATE], "update_rule"),              \
    IN_AS(BODY, T_JSON, change_in, definition.rules.rules[OP_DELETE], "delete_rule"),              \
    IN_AS(BODY, T_JSON, change_in, definition.rules.lists[OP_LIST], "list_fields",                 \
          .about = "\"*\" or a list of names"),                                                    \
    IN_AS(BODY, T_JSON, change_in, definition.rules.lists[OP_VIEW], "view_fields"),                \
    IN_AS(BODY, T_JSON, change_in, definition.rules.lists[OP_CREATE], "create_fields"),            \
    IN_AS(BODY, T_JSON, change_in, definition.rules.lists[OP_UPDATE], "update_fields")
#define FLAGS_IN                                                                                   \
    IN(BODY, T_FLAG, change_in, realtime, .otherwise = -1,                                         \
       .about = "false: subscribers are not told of its changes"),                                 \
    IN(BODY, T_FLAG, change_in, event_previous, .otherwise = -1,                                   \
       .about = "true: and what a record was before"),                                             \
    IN(BODY, T_FLAG, change_in, requires_signature, .otherwise = -1,                               \
       .about = "true: records are written with an electronic signature, or not at all")
static const struct input CREATE_IN[] = {
    IN_AS(BODY, T_TEXT, change_in, definition.name, "name", .required = true, .min = 3, .max = 64),
    IN_AS(BODY, T_JSON, change_in, definition.schema, "schema", .about = "the fields"),
    IN_AS(BODY, T_JSON, change_in, definition.fields, "fields", .about = "the same as schema"),
    INDEXES_IN,
    VIEW_IN,
    RULES_IN,
    FLAGS_IN,
    IN_AS(BODY, T_WHOLE_BODY, change_in, definition.body, NULL),
    { 0 },
};
static const struct input UPDATE_IN[] = {
    IN(PATH, T_TEXT, change_in, id),
    IN_AS(BODY, T_TEXT, change_in, definition.name, "name"),
    IN_AS(BODY, T_JSON, change_in, definition.schema, "schema", .about = "all fields, old and new"),
    IN_AS(BODY, T_JSON, change_in, definition.fields, "fields", .about = "the same as schema"),
    INDEXES_IN,
    VIEW_IN,
    RULES_IN,
    FLAGS_IN,
    { 0 },
};

static enum define_flag flag_of(int64_t said)
{
    return said < 0 ? DEFINE_STAYS : said == 0 ? DEFINE_NO : DEFINE_YES;
}

static struct define_in definition_of(const struct change_in *in)
{
    struct define_in definition = in->definition;

    definition.realtime = flag_of(in->realtime);
    definition.event_previous = flag_of(in->event_previous);
    definition.requires_signature = flag_of(in->requires_signature);
    return definition;
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct define_in in = definition_of(input);
    struct collection c;

    TRY(define_create(cx, &in, &c));
    return answer(cx, &c, 0, reply);
}

static bool update(struct cx *cx, const void *input, struct reply *reply)
{
    const struct change_in *in = input;
    const struct define_in definition = definition_of(in);
    struct collection c;
    int64_t records;

    TRY(define_update(cx, in->id, &definition, &c, &records));
    return answer(cx, &c, records, reply);
}

struct encryption_in { struct str id, field; bool encrypted; };
static const struct input ENCRYPTION_IN[] = {
    IN(PATH, T_TEXT, encryption_in, id),
    IN(PATH, T_TEXT, encryption_in, field),
    IN(BODY, T_BOOL, encryption_in, encrypted, .required = true),
    { 0 },
};

static bool encrypt(struct cx *cx, const void *input, struct reply *reply)
{
    const struct encryption_in *in = input;
    struct collection c;
    int64_t records;

    TRY(encryption_set(cx, in->id, in->field, in->encrypted, &c, &records));
    return answer(cx, &c, records, reply);
}

struct deleted { struct str message; struct define_deleted what; };
static const struct output DELETED_OUT[] = {
    OUT(O_TEXT, deleted, message),
    OUT_AS(O_TEXT, deleted, what.collection_id, "collection_id"),
    OUT_AS(O_TEXT, deleted, what.collection_name, "collection_name"),
    OUT_AS(O_TEXT, deleted, what.table_name, "table_name"),
    OUT_AS(O_INT, deleted, what.records_deleted, "records_deleted"),
    OUT_AS(O_TEXT, deleted, what.migration_revision, "migration_revision"),
    { 0 },
};

static bool delete(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct deleted deleted = { .message = S("Collection deleted successfully") };

    TRY(define_delete(cx, in->id, &deleted.what));
    return reply_with(reply, DELETED_OUT, &deleted);
}

/* ---- export and import ---------------------------------------------------------------------- */

/* For the reference: portable.c writes it. */
#define TOLD(type_, ...) { .type = (type_), .name = __VA_ARGS__ }
static const struct output RULES_OUT[] = {
    TOLD(O_TEXT, "list_rule"),   TOLD(O_TEXT, "view_rule"),     TOLD(O_TEXT, "create_rule"),
    TOLD(O_TEXT, "update_rule"), TOLD(O_TEXT, "delete_rule"),   TOLD(O_TEXT, "list_fields"),
    TOLD(O_TEXT, "view_fields"), TOLD(O_TEXT, "create_fields"), TOLD(O_TEXT, "update_fields"),
    { 0 },
};
static const struct output EXPORTED_OUT[] = {
    TOLD(O_TEXT, "name"), TOLD(O_JSON, "schema"), TOLD(O_JSON, "indexes"),
    TOLD(O_OBJECT, "rules", .of = RULES_OUT), TOLD(O_TEXT, "type"), TOLD(O_TEXT, "query"),
    TOLD(O_BOOL, "realtime"), TOLD(O_BOOL, "event_previous"),
    TOLD(O_BOOL, "requires_signature"),
    { 0 },
};
static const struct output EXPORT_OUT[] = {
    TOLD(O_TEXT, "version"), TOLD(O_TEXT, "exported_at"), TOLD(O_TEXT, "exported_by"),
    TOLD(O_LIST, "collections", .of = EXPORTED_OUT), { 0 },
};
struct export_in { struct str ids; };
static const struct input EXPORT_IN[] = {
    IN_AS(QUERY, T_TEXT, export_in, ids, "collection_ids", .about = "id,id: only these; else all"),
    { 0 },
};

static bool export(struct cx *cx, const void *input, struct reply *reply)
{
    const struct export_in *in = input;
    struct str json;

    TRY(portable_export(cx, in->ids, &json));
    reply_header(reply, "Content-Disposition",
                 str_fmt(cx->mem, "attachment; filename=%.*s", STR_ARG(portable_filename(cx))));
    return reply_text(reply, "application/json", json);
}

struct import_in { struct jv data; struct str strategy; };
static const struct input IMPORT_IN[] = {
    IN(BODY, T_OBJECT, import_in, data, .required = true, .about = "what the export answered"),
    IN(BODY, T_TEXT, import_in, strategy, .one_of = "error|skip|update",
       .about = "for collections that are there: report, pass over, or change their fields"),
    { 0 },
};
static const struct output IMPORTED_OUT[] = {
    OUT(O_TEXT, portable_item, name), OUT(O_TEXT, portable_item, status),
    OUT(O_TEXT, portable_item, message), { 0 },
};
struct imported { struct portable_result is; struct out_list collections, revisions; };
static const struct output IMPORT_OUT[] = {
    OUT_AS(O_BOOL, imported, is.success, "success"),
    OUT_AS(O_INT, imported, is.imported, "imported_count"),
    OUT_AS(O_INT, imported, is.skipped, "skipped_count"),
    OUT_AS(O_INT, imported, is.updated, "updated_count"),
    OUT_AS(O_INT, imported, is.failed, "failed_count"),
    OUT(O_LIST, imported, collections, .of = IMPORTED_OUT),
    OUT_AS(O_TEXTS, imported, revisions, "migrations_created"),
    { 0 },
};

static bool import(struct cx *cx, const void *input, struct reply *reply)
{
    const struct import_in *in = input;
    enum portable_strategy strategy;
    struct imported out;

    if (!portable_strategy(in->strategy, &strategy))
        return broken(cx, "a strategy that the table lets through");
    TRY(portable_import(cx, in->data, S("\"body\",\"data\""), strategy, &out.is));
    out.collections = (struct out_list){ out.is.items, out.is.n, sizeof(*out.is.items) };
    out.revisions = (struct out_list){ out.is.revisions, out.is.revision_count,
                                       sizeof(*out.is.revisions) };
    return reply_with(reply, IMPORT_OUT, &out);
}

const struct route definitions_routes[] = {
    { GET, "/api/v1/collections", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      INPUT(LIST_IN, catalogue_query), .output = PAGE_OUT, .run = list,
      .title = "List the collections" },
    { GET, "/api/v1/collections/names", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      .output = NAMES_OUT, .run = names, .title = "List the names of all collections" },
    { GET, "/api/v1/collections/export", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      INPUT(EXPORT_IN, export_in), .output = EXPORT_OUT, .run = export,
      .title = "Export definitions as a file",
      .about = "Fields, indexes and rules of collections; their records are not in it." },
    { POST, "/api/v1/collections/import", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      INPUT(IMPORT_IN, import_in), .output = IMPORT_OUT, .run = import, .alone = true,
      .title = "Import definitions that were exported",
      .about = "Each collection comes or fails by itself and is told of; the reply is always 200."
               " strategy update changes fields and indexes, and leaves rules as they are." },
    { POST, "/api/v1/collections", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      INPUT(CREATE_IN, change_in), .output = DEFINITION_OUT, .status = 201, .run = create,
      .alone = true, .title = "Create a collection" },
    { GET, "/api/v1/collections/{id}", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      INPUT(ONE_IN, one_in), .output = DEFINITION_OUT, .run = get,
      .title = "Show a collection's definition" },
    { PUT, "/api/v1/collections/{id}", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      INPUT(UPDATE_IN, change_in), .output = DEFINITION_OUT, .run = update, .alone = true,
      .title = "Change a collection's fields and rules",
      .about = "Fields can be added and their options changed; they cannot be removed or change"
               " their type." },
    { POST, "/api/v1/collections/{id}/fields/{field}/encryption", .need = NEED_SUPERADMIN,
      .errors = SHAPE_ERROR, INPUT(ENCRYPTION_IN, encryption_in), .output = DEFINITION_OUT,
      .run = encrypt, .alone = true, .title = "Encrypt a field and its values, or open them again",
      .about = "What the audit trail had of the values before stays there." },
    { DELETE, "/api/v1/collections/{id}", .need = NEED_SUPERADMIN, .errors = SHAPE_ERROR,
      INPUT(ONE_IN, one_in), .output = DELETED_OUT, .run = delete, .alone = true,
      .title = "Delete a collection and all its records" },
    { 0 },
};
