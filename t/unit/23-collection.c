/* 23-collection.c — collections are defined, changed, kept and deleted, on every engine alike. */
#include "dbtest.h"

#include "audit/change.h"
#include "base/ident.h"
#include "base/settings.h"
#include "data/catalogue.h"
#include "data/define.h"
#include "data/revision.h"
#include "data/total.h"
#include "db/tx.h"
#include "identity/actor.h"

#define TESTS 76

static struct actor system_actor;
static struct settings settings;
static void *held[2];               /* what was kept of each engine: known to the end */

/* A new request: its own arena, the process's keep and connection. */
static struct cx request(const struct cx *base)
{
    struct cx cx = *base;

    cx.mem = arena_new(0, NULL, NULL);
    cx.err = (struct err){ 0 };
    cx.now = when_now();
    cx.who = &system_actor;
    cx.set = &settings;
    db_scope(&cx, S("*"));
    return cx;
}

static void over(struct cx *cx)
{
    db_rest(cx->db);
    arena_free(cx->mem);
}

static struct define_in asked(struct cx *cx, const char *json)
{
    struct define_in in = { 0 };
    struct jv_fault fault;

    if (!jv_parse(cx, str_of(json), &in.body, &fault))
        printf("# %s: %s\n", fault.reason, json);
    in.name = jv_text(jv_get(in.body, S("name")));
    in.schema = jv_get(in.body, S("schema"));
    in.fields = jv_get(in.body, S("fields"));
    in.indexes = jv_get(in.body, S("indexes"));
    for (int op = 0; op < OP_COUNT; op++)
        in.rules.rules[op] = jv_get(in.body, str_of(collectionrules_keys[op]));
    for (int op = 0; op < OP_DELETE; op++)
        in.rules.lists[op] = jv_get(in.body, str_of(collectionrules_list_keys[op]));
    return in;
}

/* What a request says of its failure: the body, or the message, or the first 422 item. */
static struct str said(struct cx *cx)
{
    if (cx->err.field_count > 0)
        return str_fmt(cx->mem, "%.*s %s: %.*s", STR_ARG(cx->err.fields[0].loc),
                       cx->err.fields[0].type, STR_ARG(cx->err.fields[0].msg));
    if (!str_absent(cx->err.body))
        return cx->err.body;
    return str_of(cx->err.cause != NULL ? cx->err.cause : cx->err.message);
}

static struct str create(const struct cx *base, const char *json)
{
    struct cx cx = request(base);
    struct define_in in = asked(&cx, json);
    struct collection c;
    struct str id = define_create(&cx, &in, &c) ? str_copy(tap_mem(), c.id) : NO_STR;

    if (str_absent(id))
        printf("# %.*s\n", STR_ARG(said(&cx)));
    over(&cx);
    return id;
}

/* Whether creating fails with `kind`, saying something that has `part`. */
static void refused(const struct cx *base, const char *json, enum err_kind kind, const char *part)
{
    struct cx cx = request(base);
    struct define_in in = asked(&cx, json);
    struct collection c;
    bool done = define_create(&cx, &in, &c);

    if (!ok(!done && cx.err.kind == kind && str_has(said(&cx), str_of(part)), part))
        printf("# %d: %.*s\n", (int)cx.err.kind, STR_ARG(said(&cx)));
    over(&cx);
}

static bool update(const struct cx *base, struct str id, const char *json, const char *part)
{
    struct cx cx = request(base);
    struct define_in in = asked(&cx, json);
    struct collection c;
    int64_t records;
    bool done = define_update(&cx, id, &in, &c, &records);
    bool well = part == NULL ? done : !done && cx.err.kind != E_BROKEN
                                          && str_has(said(&cx), str_of(part));

    if (!well)
        printf("# %d: %.*s\n", (int)cx.err.kind, STR_ARG(said(&cx)));
    over(&cx);
    return well;
}

static bool add_record(const struct cx *base, const char *table, const char *title)
{
    struct cx cx = request(base);
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str id = ident_uuid(cx.mem, cx.now);
    bool done;

    done = tx_begin(&cx, &tx) && change_insert(&cx, &(struct change){
        .table = str_of(table), .account_id = S(SYSTEM_ACCOUNT), .record_id = id,
        .new_values = BIND(p_text("id", id), p_text("account_id", S(SYSTEM_ACCOUNT)),
                           p_time("created_at", cx.now), p_text("created_by", S("me")),
                           p_time("updated_at", cx.now), p_text("updated_by", S("me")),
                           p_text("title", str_of(title))),
    }) && tx_commit(&tx);
    if (!done)
        printf("# %.*s\n", STR_ARG(said(&cx)));
    tx_end(&tx);
    over(&cx);
    return done;
}

static void test_shapes(const struct cx *base)
{
    refused(base, "{\"name\":\"things\"}", E_UNPROCESSABLE,
            "[\"body\",\"schema\"] missing: Field required");
    refused(base, "{\"name\":\"things\",\"fields\":[]}", E_UNPROCESSABLE,
            "[\"body\",\"fields\"] too_short: List should have at least 1 item");
    refused(base, "{\"name\":\"things\",\"schema\":{}}", E_UNPROCESSABLE,
            "[\"body\",\"schema\"] list_type: Input should be a valid list");
    refused(base, "{\"name\":\"things\",\"schema\":[7]}", E_UNPROCESSABLE,
            "[\"body\",\"schema\",0] model_attributes_type");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"type\":\"text\"}]}", E_UNPROCESSABLE,
            "[\"body\",\"schema\",0,\"name\"] missing: Field required");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"\",\"type\":\"text\"}]}",
            E_UNPROCESSABLE, "string_too_short: String should have at least 1 character");
    refused(base, "{\"name\":\"things\",\"fields\":[{\"name\":\"a\",\"type\":null}]}",
            E_UNPROCESSABLE, "[\"body\",\"fields\",0,\"type\"] string_type");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"a\",\"type\":\"text\","
            "\"required\":\"maybe\"}]}", E_UNPROCESSABLE, "bool_parsing");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"a\",\"type\":\"text\","
            "\"options\":\"x\"}]}", E_UNPROCESSABLE, "dict_type");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"a\",\"type\":\"text\","
            "\"mask_type\":\"name\"}]}", E_UNPROCESSABLE,
            "[\"body\",\"schema\",0] value_error: Value error, mask_type can only be set when"
            " pii=True");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"a\",\"type\":\"text\"}],"
            "\"view_rule\":7}", E_UNPROCESSABLE, "[\"body\",\"view_rule\"] string_type");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"a\",\"type\":\"text\"}],"
            "\"list_fields\":\"{}\"}", E_UNPROCESSABLE,
            "Value error, Field list must be '*' or a JSON array");
}

static void test_meanings(const struct cx *base)
{
    refused(base, "{\"name\":\"1things\",\"schema\":[{\"name\":\"id\",\"type\":\"text\"},"
            "{\"name\":\"a b\",\"type\":\"text\"},{\"name\":\"c\",\"type\":\"blob\"}]}", E_INVALID,
            "\"message\":\"Validation failed: name: Collection name must start with a letter and"
            " contain only alphanumeric characters and underscores; schema[0].name: Field name"
            " 'id' is reserved and cannot be used; schema[1].name: Field name must start with a"
            " letter and contain only alphanumeric characters and underscores; schema[2].type:"
            " Invalid field type 'blob'. Valid types: text, number, boolean, datetime, email, url,"
            " json, reference, file, date, computed, select, references\"");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"x\",\"type\":\"computed\"}]}",
            E_INVALID, "schema[0].return_type: Computed field requires 'return_type'");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"x\",\"type\":\"files\"}]}",
            E_INVALID, "\"code\":\"field_type_invalid\"");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"x\",\"type\":\"text\","
            "\"encrypted\":true,\"pii\":true}]}", E_INVALID,
            "\"code\":\"encrypted_no_pii\"");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"x\",\"type\":\"text\"},"
            "{\"name\":\"X\",\"type\":\"text\"}]}", E_INVALID, "Duplicate field name 'X'");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"Account_Name\","
            "\"type\":\"text\"}]}", E_INVALID, "is reserved");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"x\",\"type\":\"reference\"}]}",
            E_INVALID, "Reference field requires 'on_delete' (cascade/set_null/restrict)");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"x\",\"type\":\"reference\","
            "\"collection\":\"nowhere\",\"on_delete\":\"explode\"}]}", E_INVALID,
            "Invalid on_delete action 'explode'. Valid actions: cascade, set_null, restrict;"
            " schema[0].collection: Referenced collection 'nowhere' not found");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"x\",\"type\":\"number\","
            "\"default\":\"5\"}]}", E_INVALID, "\"code\":\"default_invalid\"");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"x\",\"type\":\"number\"}],"
            "\"list_rule\":\"y = 1\"}", E_INVALID,
            "Validation failed: list_rule: Field 'y' does not exist in collection");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"x\",\"type\":\"number\"}],"
            "\"list_rule\":\" \"}", E_INVALID, "Validation failed: list_rule: ");
    refused(base, "{\"name\":\"things\",\"schema\":[{\"name\":\"x\",\"type\":\"number\"}],"
            "\"view_rule\":\"@request.data.x = 1\"}", E_INVALID,
            "'@request.data.*' can only be used in create/update rules");
}

static void test_kept(const struct cx *base, struct str id)
{
    struct cx one = request(base), two;
    const struct collection *first = NULL, *again = NULL, *other = NULL;

    ok(collection_find(&one, S("Things"), &first) && first != NULL, "a collection is found");
    ok(collection_find(&one, S("Things"), &again) && again == first, "and kept");
    ok(collection_find_id(&one, id, &again) && again == first, "also by its id");
    ok(collection_find(&one, S("things"), &other) && other == NULL, "names mind their case");
    ok(collection_find(&one, S("nothing"), &other) && other == NULL, "an absence is no failure");
    is_text(first->table, "col_things", "its table");
    is_int(first->field_count, 4, "its fields");
    ok(first->parsed[OP_LIST] != NULL && first->parsed[OP_VIEW] == NULL, "its rules are parsed");
    ok(first->rules[OP_VIEW].p != NULL && first->rules[OP_VIEW].n == 0, "one is public");
    ok(str_absent(first->rules[OP_DELETE]), "one is locked");
    ok(collection_list_has(&first->lists[OP_VIEW], S("title"))
           && !collection_list_has(&first->lists[OP_VIEW], S("price"))
           && collection_list_has(&first->lists[OP_LIST], S("price")), "its field lists are read");
    ok(collection_field(first, S("price"))->default_value.real > 1.4, "and its defaults");
    is_int(collection_field(first, S("parent"))->on_delete, DDL_SET_NULL, "and its references");
    ok(first->names.n == 10, "rules may name fields and system columns");

    ok(update(base, id, "{\"list_rule\":\"\"}", NULL), "rules change through the definition");
    ok(first->rules[OP_LIST].n > 0, "what a request holds stays as it was");
    two = request(base);
    ok(collection_find(&two, S("Things"), &again) && again != first && again->rules[OP_LIST].n == 0,
       "the next request sees the change");
    over(&one);
    ok(collection_find(&two, S("Things"), &other) && other == again, "until its end");
    over(&two);
    two = request(base);
    ok(collection_find(&two, S("Things"), &other) && other == again, "and those that follow, too");
    over(&two);
    two = request(base);
    two.now += 5 * WHEN_MINUTE;
    ok(collection_find(&two, S("Things"), &other) && other != again, "for five minutes");
    over(&two);
}

#define OLD "{\"name\":\"title\",\"type\":\"text\",\"required\":true}"
#define PRICE "{\"name\":\"price\",\"type\":\"number\",\"default\":1.5}"
#define META "{\"name\":\"meta\",\"type\":\"json\",\"options\":[\"a\"]}"
#define PARENT "{\"name\":\"parent\",\"type\":\"reference\",\"collection\":\"Things\"," \
    "\"on_delete\":\"Set_Null\"}"
#define FIELDS OLD "," PRICE "," META "," PARENT

static void test_evolution(const struct cx *base, struct str id)
{
    ok(update(base, id, "{\"schema\":[" FIELDS "]}", NULL), "the same again changes nothing");
    ok(update(base, id, "{\"schema\":[" OLD "]}",
              "\"message\":\"Schema validation failed: price: Field deletion is not allowed for data"
              " safety; meta: Field deletion"), "a field cannot go");
    ok(update(base, id, "{\"schema\":[" PRICE "," META "," PARENT
              ",{\"name\":\"title\",\"type\":\"number\"}]}",
              "title: Type change from 'text' to 'number' is not allowed for data safety"),
       "a type cannot change");
    ok(update(base, id, "{\"name\":\"other\",\"schema\":[" FIELDS "]}",
              "Collection rename is not supported"), "nor the name");
    ok(update(base, id, "{\"schema\":[" FIELDS ",{\"name\":\"bad name\",\"type\":\"text\"}]}",
              "Schema validation failed: schema[4].name: "), "new fields are checked");
    ok(update(base, id, "{\"schema\":[" FIELDS ",{\"name\":\"must\",\"type\":\"boolean\","
              "\"required\":true}]}", NULL), "a required field comes while there are no records");
    ok(!add_record(base, "col_things", "one"), "the column is there and required");
}

static struct str test_records(const struct cx *base)
{
    struct str id = create(base, "{\"name\":\"Notes\",\"schema\":[" OLD "]}");

    ok(add_record(base, "col_notes", "same") && add_record(base, "col_notes", "same"),
       "records are written");
    ok(update(base, id, "{\"schema\":[" OLD ",{\"name\":\"must\",\"type\":\"text\","
              "\"required\":true}]}", "schema[1].required: new required field needs a default"
              " because the collection has records"), "a required field needs a default then");
    ok(update(base, id, "{\"schema\":[" OLD ",{\"name\":\"code\",\"type\":\"text\","
              "\"unique\":true,\"default\":\"x\"}]}", "schema[1].unique: "),
       "a unique one cannot have one");
    ok(update(base, id, "{\"schema\":[" OLD ",{\"name\":\"must\",\"type\":\"text\","
              "\"required\":true,\"default\":\"it's\"}]}", NULL), "with a default it comes");
    ok(update(base, id, "{\"schema\":[{\"name\":\"title\",\"type\":\"text\",\"unique\":true},"
              "{\"name\":\"must\",\"type\":\"text\"}]}", "schema[0].unique: "),
       "duplicates keep a field from becoming unique");
    ok(update(base, id, "{\"schema\":[{\"name\":\"title\",\"type\":\"text\"},{\"name\":\"must\","
              "\"type\":\"text\"},{\"name\":\"up\",\"type\":\"reference\",\"collection\":\"Notes\","
              "\"on_delete\":\"restrict\"}]}", NULL), "a reference is added");
    ok(update(base, id, "{\"schema\":[{\"name\":\"title\",\"type\":\"text\"},{\"name\":\"must\","
              "\"type\":\"text\"},{\"name\":\"up\",\"type\":\"reference\",\"collection\":\"Notes\","
              "\"on_delete\":\"cascade\"}]}", NULL), "and its on_delete changed");
    ok(update(base, id, "{\"schema\":[{\"name\":\"title\",\"type\":\"text\"},{\"name\":\"must\","
              "\"type\":\"text\"},{\"name\":\"up\",\"type\":\"reference\",\"collection\":\"Things\","
              "\"on_delete\":\"cascade\"}]}", "up: Reference change from 'Notes' to 'Things'"),
       "but not its target");
    return id;
}

static bool dropped(const struct cx *base, struct str id, const char *part, int64_t records)
{
    struct cx cx = request(base);
    struct define_deleted out;
    bool done = define_delete(&cx, id, &out);
    bool well = part == NULL ? done && out.records_deleted == records
                             : !done && str_has(said(&cx), str_of(part));

    if (!well)
        printf("# %.*s\n", STR_ARG(said(&cx)));
    over(&cx);
    return well;
}

static void test_delete(const struct cx *base, struct str id)
{
    struct str linked = create(base, "{\"name\":\"Links\",\"fields\":[{\"name\":\"to\","
                               "\"type\":\"reference\",\"collection\":\"Things\","
                               "\"on_delete\":\"restrict\"}]}");
    struct cx cx = request(base);
    struct revision *history;
    struct catalogue_page page;
    size_t n;

    ok(!str_absent(linked), "a collection refers to another");
    ok(catalogue_list(&cx, &(struct catalogue_query){ 1, 2, S("name"), S("asc"), S("THI") }, &page)
           && page.total == 1 && page.n == 1, "a search minds no case");
    ok(catalogue_list(&cx, &(struct catalogue_query){ 2, 2, S("name"), S("asc"), NO_STR }, &page)
           && page.total == 3 && page.n == 1, "a page is part of the whole");
    is_text(page.items[0].name, "Things", "in the order asked for");
    over(&cx);
    ok(dropped(base, id, "Collection 'Things' is referenced by 'Links'", 0),
       "what others refer to stays");
    ok(dropped(base, S("col-999"), "Collection with ID 'col-999' not found", 0),
       "what is not there cannot be deleted");
    ok(dropped(base, linked, NULL, 0) && dropped(base, id, NULL, 0), "the others go");
    ok(!str_absent(create(base, "{\"name\":\"tHINGS\",\"fields\":[" OLD "]}")),
       "and their names are free again");
    cx = request(base);
    ok(revision_list(&cx, &history, &n) && n >= 7, "the history knows");
    ok(str_eq(history[n - 1].description, S("create_collection_tHINGS"))
           && str_eq(history[n - 2].description, S("delete_collection_Things"))
           && str_eq(history[n - 1].down_revision, history[n - 2].revision), "in a chain");
    over(&cx);
}

/* Whether the total of all records of the collection is remembered; afterwards it is. */
static bool is_counted(const struct cx *base, const char *name)
{
    struct cx cx = request(base);
    const struct collection *c = NULL;
    struct total_key key;
    struct qb where;
    int64_t total;
    bool found = false;

    qb_init(&where, &cx);
    if (collection_find(&cx, str_of(name), &c) && c != NULL) {
        total_key(&cx, &where, S(SYSTEM_ACCOUNT), c, &key);
        if (total_recall(&cx, &key, &found, &total) && !found)
            total_remember(&cx, &key, 2);
    }
    over(&cx);
    return found;
}

static const struct sql GRANT_ADD = SQL(
    "INSERT INTO permissions (role_id, collection, operation, rule, fields, created_at, updated_at)"
    " SELECT id, :name, 'read', 'true', '*', 0, 0 FROM roles WHERE name = 'user'");
static const struct sql GRANT_COUNT = SQL(
    "SELECT COUNT(*) AS n FROM permissions WHERE collection = 'Notes' OR collection = 'notes'");

static bool grant(const struct cx *base, const char *name)
{
    struct cx cx = request(base);
    int64_t n = 0;
    bool well = db_exec(&cx, GRANT_ADD, BIND(p_text("name", str_of(name))), &n) && n == 1;

    over(&cx);
    return well;
}

static int64_t grants(const struct cx *base)
{
    struct cx cx = request(base);
    struct rows rows SCOPED(rows_close) = { 0 };
    int64_t n = db_query(&cx, GRANT_COUNT, NO_BINDS, &rows) && rows_step(&rows)
        ? rows_int(&rows, 0) : -1;

    rows_close(&rows);
    over(&cx);
    return n;
}

static void test_totals(const struct cx *base, struct str notes)
{
    ok(!is_counted(base, "Notes") && is_counted(base, "Notes"), "a total is remembered");
    ok(grant(base, "Notes") && grant(base, "notes"), "roles are granted something");
    ok(dropped(base, notes, NULL, 2), "a collection goes with its records");
    is_int(grants(base), 1, "and with what roles were granted on it alone");
    ok(!str_absent(create(base, "{\"name\":\"Notes\",\"schema\":[" OLD "]}"))
           && !is_counted(base, "Notes"), "another of its name starts anew");
}

int main(void)
{
    size_t engines = dbtest_engines();

    plan((int)(TESTS * engines));
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest database;
        struct cx base;
        struct str id, notes;
        if (!dbtest_open(&database, engine, &base, DB_SERVE))
            return 1;
        actor_system(&system_actor);
        settings.audit_logging_enabled = true;
        test_shapes(&base);
        test_meanings(&base);
        id = create(&base, "{\"name\":\"Things\",\"schema\":[" FIELDS "],\"view_rule\":\"\","
                    "\"list_rule\":\"price > 1\",\"view_fields\":[\"title\",\"meta\"]}");
        ok(!str_absent(id), "a collection is created");
        refused(&base, "{\"name\":\"THINGS\",\"schema\":[" OLD "]}", E_CONFLICT,
                "Collection 'THINGS' already exists");
        test_kept(&base, id);
        test_evolution(&base, id);
        notes = test_records(&base);
        test_delete(&base, id);
        test_totals(&base, notes);
        held[engine] = base.keep[KEEP_COLLECTIONS];
        base.keep[KEEP_COLLECTIONS] = NULL;
        dbtest_close(&database, &base);
    }
    return done();
}
