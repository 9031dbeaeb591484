/* 25-record.c — records through the domain: who may, what is shown, what is refused; on both engines. */
#include "dbtest.h"

#include "base/num.h"
#include "base/settings.h"
#include "data/batches.h"
#include "data/define.h"
#include "data/record.h"
#include "data/recordquery.h"
#include "db/rows.h"
#include "db/tx.h"

#define ONE "00000000-0000-7000-8000-000000000001"
#define TWO "00000000-0000-7000-8000-000000000002"
#define NOBODY "00000000-0000-7000-8000-00000000ffff"

static struct settings set = { .audit_logging_enabled = true, .batch_max_size = 5,
                               .max_expand_depth = 3 };
static void *keep[KEEP_COUNT];
static const struct actor ROOT = {
    .kind = ACTOR_USER, .is_superadmin = true, .id = S_INIT("root"), .email = S_INIT("root@x.test"),
    .role = S_INIT("admin"), .account_id = S_INIT(SYSTEM_ACCOUNT), .auth_method = "jwt",
    .sees_pii = true,
};
static const struct actor ANN = {
    .kind = ACTOR_USER, .id = S_INIT("ann"), .email = S_INIT("ann@one.test"),
    .role = S_INIT("user"), .account_id = S_INIT(ONE), .account_name = S_INIT("One"),
    .auth_method = "jwt", .sees_pii = true,
};
static const struct actor BEN = {
    .kind = ACTOR_USER, .id = S_INIT("ben"), .email = S_INIT("ben@one.test"),
    .role = S_INIT("user"), .account_id = S_INIT(ONE), .account_name = S_INIT("One"),
    .auth_method = "jwt",
};
static const struct actor CAT = {
    .kind = ACTOR_USER, .id = S_INIT("cat"), .email = S_INIT("cat@two.test"),
    .role = S_INIT("user"), .account_id = S_INIT(TWO), .account_name = S_INIT("Two"),
    .auth_method = "jwt",
};
static const struct actor STRANGER = {
    .kind = ACTOR_ANONYMOUS, .id = S_INIT("anonymous"), .email = S_INIT("anonymous"),
    .account_id = S_INIT(ONE), .account_name = S_INIT("One"), .auth_method = "anonymous",
};

/* --- one request after the other -------------------------------------------------------------- */

static struct db *connection;
static struct cx cx;
static struct buf out;
static struct js js;
static bool well;

static void ask(const struct actor *who)
{
    static int64_t now = INT64_C(1767323045678901);

    if (connection != NULL)
        db_rest(connection);
    if (cx.mem != NULL)
        arena_free(cx.mem);
    cx = (struct cx){ .mem = arena_new(0, NULL, NULL), .db = connection, .set = &set, .who = who,
                      .now = now += 1000, .request_id = S("hk_0123456789ab"), .keep = keep };
    db_scope(&cx, who->is_superadmin ? S("*") : who->account_id);
    buf_init(&out, cx.mem, 10000000);
    js_init(&js, &out);
}

static struct jv json(const char *text)
{
    struct jv value = { 0 };
    struct jv_fault fault;

    if (!jv_parse(&cx, str_of(text), &value, &fault))
        printf("# bad JSON in the test: %s\n", text);
    return value;
}

/* The member of the last reply, as compact JSON; texts bare. Lives until the test ends. */
static struct str got(const char *path)
{
    struct jv at = { 0 };
    struct jv_fault fault;
    struct str rest = str_of(path), part;

    if (!jv_parse(&cx, buf_text(&out), &at, &fault))
        return S("(no JSON)");
    while (str_cut(&rest, '.', &part)) {
        int64_t i;
        at = num_int(part, &i) ? jv_at(at, (size_t)i) : jv_get(at, part);
    }
    return str_copy(tap_mem(), at.kind == JV_TEXT ? jv_text(at) : jv_print(cx.mem, at));
}

static struct str error_text(void)
{
    if (cx.err.body.p != NULL)
        return cx.err.body;
    return cx.err.message != NULL ? str_of(cx.err.message) : S("(none)");
}

#define refused(kind_, part, what)                                                                 \
    do {                                                                                           \
        if (!ok(!well && cx.err.kind == (kind_) && str_has(error_text(), S(part)), what))          \
            printf("# kind %d: %.*s (%s)\n", (int)cx.err.kind, STR_ARG(error_text()),              \
                   cx.err.cause != NULL ? cx.err.cause : "");                                      \
    } while (0)
#define accepted(what)                                                                             \
    do {                                                                                           \
        if (!ok(well, what))                                                                       \
            printf("# kind %d: %.*s (%s)\n", (int)cx.err.kind, STR_ARG(error_text()),              \
                   cx.err.cause != NULL ? cx.err.cause : "");                                      \
    } while (0)

static struct str make(const struct actor *who, const char *collection, const char *body)
{
    struct str id = NO_STR;
    ask(who);
    well = record_create(&cx, str_of(collection), json(body), &js, &id);
    return well ? got("id") : NO_STR;
}

static void read_one(const struct actor *who, const char *collection, struct str id)
{
    struct str tag;

    ask(who);
    well = record_get(&cx, str_of(collection), id, NO_STR, NO_STR, &js, &tag);
}

static void change(const struct actor *who, enum record_update how, const char *collection,
                   struct str id, const char *body)
{
    ask(who);
    well = record_update(&cx, how, str_of(collection), id, json(body), NO_STR, &js);
}

static void drop(const struct actor *who, const char *collection, struct str id)
{
    ask(who);
    well = record_delete(&cx, str_of(collection), id, NO_STR);
}

static void list(const struct actor *who, const char *collection, struct recordquery query)
{
    ask(who);
    if (query.limit == 0)
        query.limit = 30;
    query.count = true;
    well = recordquery_list(&cx, str_of(collection), &query, &js);
}

/* --- the world -------------------------------------------------------------------------------- */

static const struct sql ACCOUNT_ADD = SQL(
    "INSERT INTO accounts (id, account_code, slug, name, created_at, updated_at)"
    " VALUES (:id, :code, :slug, :name, 1, 1)");

static bool add_account(const char *id, const char *code, const char *name)
{
    return db_exec(&cx, ACCOUNT_ADD,
                   BIND(p_text("id", str_of(id)), p_text("code", str_of(code)),
                        p_text("slug", str_lower(cx.mem, str_of(code))),
                        p_text("name", str_of(name))), NULL);
}

static void define(const char *text)
{
    struct jv body;
    struct define_in in = { 0 };
    struct collection made;

    ask(&ROOT);
    body = json(text);
    in.name = jv_text(jv_get(body, S("name")));
    in.body = body;
    in.fields = jv_get(body, S("fields"));
    in.indexes = jv_get(body, S("indexes"));
    for (int op = 0; op < OP_COUNT; op++)
        in.rules.rules[op] = jv_get(body, str_of(collectionrules_keys[op]));
    for (int op = 0; op < OP_DELETE; op++)
        in.rules.lists[op] = jv_get(body, str_of(collectionrules_list_keys[op]));
    well = define_create(&cx, &in, &made);
    accepted(str_fmt(tap_mem(), "collection %.*s", STR_ARG(in.name)).p);
}

#define OPEN "\"list_rule\":\"\",\"view_rule\":\"\",\"create_rule\":\"\",\"update_rule\":\"\"," \
    "\"delete_rule\":\"\""

static void set_up(struct dbtest *t, size_t engine)
{
    struct tx tx = { 0 };

    memset(keep, 0, sizeof keep);
    cx.mem = NULL;
    ok(dbtest_open(t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL");
    connection = cx.db;
    cx.mem = NULL;
    ask(&ROOT);
    ok(tx_begin(&cx, &tx) && add_account(ONE, "ON0001", "One") && add_account(TWO, "TW0001", "Two")
       && tx_commit(&tx), "two accounts");
    define("{\"name\":\"towns\",\"fields\":[{\"name\":\"name\",\"type\":\"text\",\"required\":true,"
           "\"unique\":true}]," OPEN "}");
    define("{\"name\":\"things\",\"fields\":["
           "{\"name\":\"title\",\"type\":\"text\",\"required\":true},"
           "{\"name\":\"price\",\"type\":\"number\"},"
           "{\"name\":\"is_done\",\"type\":\"boolean\"},"
           "{\"name\":\"due\",\"type\":\"datetime\"},"
           "{\"name\":\"day\",\"type\":\"date\"},"
           "{\"name\":\"mail\",\"type\":\"email\",\"pii\":true,\"mask_type\":\"email\"},"
           "{\"name\":\"extra\",\"type\":\"json\"},"
           "{\"name\":\"state\",\"type\":\"text\",\"default\":\"new\"},"
           "{\"name\":\"town\",\"type\":\"reference\",\"collection\":\"towns\",\"on_delete\":\"set_null\"}"
           "]," OPEN "}");
    define("{\"name\":\"notes\",\"fields\":[{\"name\":\"text\",\"type\":\"text\"},"
           "{\"name\":\"secret\",\"type\":\"text\"},"
           "{\"name\":\"town\",\"type\":\"reference\",\"collection\":\"towns\",\"on_delete\":\"restrict\"}],"
           "\"list_rule\":\"created_by = @request.auth.id\",\"view_rule\":\"created_by = @request.auth.id\","
           "\"create_rule\":\"@request.data.text != \\\"no\\\" && @request.auth.id != \\\"\\\"\","
           "\"update_rule\":\"created_by = @request.auth.id && @request.data.text != \\\"no\\\"\","
           "\"delete_rule\":\"created_by = @request.auth.id\","
           "\"list_fields\":[\"text\"],\"view_fields\":[\"text\"],\"create_fields\":[\"text\",\"town\"],"
           "\"update_fields\":[\"text\"]}");
    define("{\"name\":\"closed\",\"fields\":[{\"name\":\"text\",\"type\":\"text\"}]}");
    define("{\"name\":\"leaves\",\"fields\":["
           "{\"name\":\"on\",\"type\":\"reference\",\"collection\":\"things\",\"on_delete\":\"cascade\"},"
           "{\"name\":\"must\",\"type\":\"reference\",\"collection\":\"towns\",\"on_delete\":\"set_null\","
           "\"required\":false}]," OPEN "}");
}

/* --- tests ------------------------------------------------------------------------------------ */

static void test_values(void)
{
    struct str id = make(&ANN, "things", "{\"title\":\"a\",\"price\":5,\"is_done\":true,"
                         "\"due\":\"2024-01-01 12:00\",\"day\":\"2024-02-29\",\"mail\":\"ann@x.test\","
                         "\"extra\":{\"b\":[1,2],\"a\":null}}");
    accepted("a record with every type is made");
    is_text(got("account_id"), ONE, "in the caller's account");
    is_text(got("created_by"), "ann", "by the caller");
    is_text(got("price"), "5", "a whole number stays whole");
    is_text(got("due"), "2024-01-01T12:00:00Z", "a time is told in UTC");
    is_text(got("extra"), "{\"b\":[1,2],\"a\":null}", "JSON comes back as it went");
    is_text(got("state"), "new", "a default is applied");
    is_text(got("town"), "null", "what is left out is null");
    is_text(got("account_name"), "null", "account_name is a list's");
    ok(str_eq(got("created_at"), got("updated_at")) && str_ends(got("created_at"), S("+00:00")),
       "both times are equal, and in the record's form");

    read_one(&ANN, "things", id);
    accepted("it is read");
    is_text(got("mail"), "ann@x.test", "with what its reader may see");
    read_one(&BEN, "things", id);
    is_text(got("mail"), "a***@x.test", "and masked for another");
    change(&BEN, RECORD_PATCH, "things", id, "{\"mail\":\"a***@x.test\",\"price\":-1.5}");
    accepted("who sends the mask back");
    is_text(got("mail"), "a***@x.test", "sees it again");
    read_one(&ANN, "things", id);
    is_text(got("mail"), "ann@x.test", "and has changed nothing");
    is_text(got("price"), "-1.5", "but what he meant to");

    change(&ANN, RECORD_PATCH, "things", id, "{}");
    accepted("an empty patch is legal");
    ok(!str_eq(got("created_at"), got("updated_at")), "and moves updated_at");
    change(&ANN, RECORD_PUT, "things", id, "{\"title\":\"b\",\"is_done\":null}");
    accepted("a put says all that is required");
    is_text(got("price"), "-1.5", "and leaves what has no default");
    is_text(got("is_done"), "false", "a boolean's NULL reads false");
    change(&ANN, RECORD_PUT, "things", id, "{\"price\":1}");
    refused(E_INVALID, "\"field\":\"title\",\"message\":\"Required field 'title' is missing\","
            "\"code\":\"required_missing\"", "a put without a required field is refused");
    make(&ANN, "things", "{\"zzz\":1,\"title\":null,\"price\":\"5\",\"day\":\"2024-02-30\"}");
    refused(E_INVALID, "{\"error\":\"Validation error\",\"details\":[{\"field\":\"zzz\",\"message\":"
            "\"Unknown field 'zzz' not defined in collection schema\",\"code\":\"unknown_field\"},"
            "{\"field\":\"title\",\"message\":\"Required field 'title' cannot be null\",\"code\":"
            "\"required_null\"},{\"field\":\"price\",\"message\":\"Expected number value, got str\","
            "\"code\":\"invalid_type\"},{\"field\":\"day\"", "every fault is told, in order");
    make(&ANN, "things", "{\"title\":\"a\",\"id\":\"x\",\"account_id\":\"" TWO "\"}");
    refused(E_UNPROCESSABLE, "\"message\":\"Cannot create system fields via API: account_id, id\","
            "\"unauthorized_fields\":[\"account_id\",\"id\"],\"field_type\":\"system\"}",
            "system fields are not the caller's");
}

static void test_tenants(void)
{
    struct str id = make(&CAT, "things", "{\"title\":\"of two\"}"), other;

    read_one(&ANN, "things", id);
    refused(E_NOT_FOUND, "Record not found", "another tenant's record is not there to read");
    change(&ANN, RECORD_PATCH, "things", id, "{\"title\":\"x\"}");
    refused(E_NOT_FOUND, "Record not found", "nor to change");
    change(&ANN, RECORD_PATCH, "things", id, "{\"account_id\":\"" ONE "\"}");
    refused(E_NOT_FOUND, "Record not found", "nor to take");
    drop(&ANN, "things", id);
    refused(E_NOT_FOUND, "Record not found", "nor to delete");
    list(&ANN, "things", (struct recordquery){ .filter = S("account_id = \"" TWO "\"") });
    is_text(got("total"), "0", "no filter reaches it");
    list(&ANN, "things", (struct recordquery){ .filter = S("title = \"of two\" || 1 = 1") });
    is_text(got("total"), "1", "nor one that is always true");
    list(&ROOT, "things", (struct recordquery){ 0 });
    is_text(got("total"), "2", "a superadmin sees both tenants");
    ok(!str_eq(got("items.0.account_name"), got("items.1.account_name")), "by their names");
    change(&ROOT, RECORD_PATCH, "things", id, "{\"price\":3}");
    is_text(got("updated_by"), "root", "and may change either");
    is_text(got("account_id"), TWO, "which stays where it is");

    other = make(&ROOT, "towns", "{\"name\":\"Ulm\",\"account_id\":\"" TWO "\"}");
    is_text(got("account_id"), TWO, "a superadmin makes a record for a tenant");
    make(&ROOT, "towns", "{\"name\":\"Ulm\",\"account_id\":\"" NOBODY "\"}");
    refused(E_NOT_FOUND, "Account '" NOBODY "' not found", "who must be there");
    ask(&ANN);
    well = record_create(&cx, S("things"),
                         json(str_fmt(tap_mem(), "{\"title\":\"t\",\"town\":\"%.*s\"}",
                                      STR_ARG(other)).p), &js, &id);
    refused(E_INVALID, "not found in collection 'towns'\",\"code\":\"invalid_reference\"",
            "a reference into another tenant finds nothing");
    make(&CAT, "things", str_fmt(tap_mem(), "{\"title\":\"t\",\"town\":\"%.*s\"}",
                                 STR_ARG(other)).p);
    accepted("and its own tenant finds it");
    make(&CAT, "towns", "{\"name\":\"Ulm\"}");
    refused(E_INVALID, "{\"error\":\"Validation error\",\"message\":\"Field 'name' must be unique\","
            "\"details\":[{\"field\":\"name\",\"message\":\"Value must be unique\",\"code\":\"unique\"}]}",
            "unique within a tenant");
    make(&ANN, "towns", "{\"name\":\"Ulm\"}");
    accepted("not between them");
}

static void test_rules(void)
{
    struct str id = make(&ANN, "notes", "{\"text\":\"mine\"}");

    accepted("a rule lets a record be made");
    is_text(got("secret"), "null", "whose reply leaves hidden fields out");
    ok(!str_has(buf_text(&out), S("\"secret\"")), "even their names");
    is_text(got("text"), "mine", "and shows the others");
    make(&ANN, "notes", "{\"text\":\"no\"}");
    refused(E_INVALID, "Record does not satisfy collection rules", "or not");
    make(&ANN, "notes", "{\"text\":\"yes\",\"secret\":\"x\"}");
    refused(E_UNPROCESSABLE, "\"message\":\"Permission denied to create fields: secret\","
            "\"unauthorized_fields\":[\"secret\"],\"field_type\":\"restricted\","
            "\"allowed_fields\":[\"text\",\"town\"]}", "only the fields of the list");
    read_one(&BEN, "notes", id);
    refused(E_NOT_FOUND, "Record not found", "a view rule hides the record");
    change(&BEN, RECORD_PATCH, "notes", id, "{\"text\":\"x\"}");
    refused(E_NOT_FOUND, "Record not found", "an update rule too");
    change(&ANN, RECORD_PATCH, "notes", id, "{\"text\":\"no\"}");
    refused(E_NOT_FOUND, "Record not found", "and it knows what is submitted");
    change(&ANN, RECORD_PATCH, "notes", id, "{\"text\":\"better\"}");
    accepted("its owner changes it");
    drop(&BEN, "notes", id);
    refused(E_NOT_FOUND, "Record not found", "nobody else deletes it");
    list(&BEN, "notes", (struct recordquery){ 0 });
    is_text(got("total"), "0", "or finds it in a list");
    list(&ANN, "notes", (struct recordquery){ 0 });
    is_text(got("total"), "1", "where its owner does");
    is_text(got("items.0.account_name"), "null", "a short list of fields hides the account's name");
    list(&ANN, "notes", (struct recordquery){ .filter = S("secret = \"x\"") });
    refused(E_INVALID, "Field 'secret' does not exist", "a hidden field is unknown to filters");
    list(&STRANGER, "notes", (struct recordquery){ 0 });
    refused(E_UNAUTHENTICATED, "Authentication required to access this resource",
            "an expression wants somebody signed in");
    list(&STRANGER, "closed", (struct recordquery){ 0 });
    refused(E_FORBIDDEN, "Access denied: list is locked for this collection", "locked is locked");
    list(&ANN, "closed", (struct recordquery){ 0 });
    refused(E_FORBIDDEN, "Access denied: list is locked for this collection", "for everybody");
    list(&ANN, "nowhere", (struct recordquery){ 0 });
    refused(E_FORBIDDEN, "Permission denied for list on nowhere (no rules defined)",
            "what there is not is not told");
    list(&ROOT, "nowhere", (struct recordquery){ 0 });
    refused(E_NOT_FOUND, "Collection 'nowhere' not found", "but to superadmins");
    read_one(&ANN, "closed", S("x"));
    refused(E_FORBIDDEN, "Access denied: view is locked", "permission before the record");
    drop(&ANN, "closed", S("x"));
    refused(E_NOT_FOUND, "Record not found", "and after it where the contract says so");
    make(&STRANGER, "towns", "{\"name\":\"Bonn\"}");
    is_text(got("created_by"), "anonymous", "a public rule lets strangers write");
}

static void test_lists(void)
{
    static const char *const PRICES[] = { "3", "1", "null", "2", "null", "2" };
    struct str cursor, before;

    for (size_t i = 0; i < COUNT(PRICES); i++)
        make(&BEN, "things", str_fmt(tap_mem(), "{\"title\":\"p%zu\",\"price\":%s,"
                                     "\"state\":\"listed\"}", i, PRICES[i]).p);
#define LISTED .filter = S("state = 'listed'")
    list(&BEN, "things", (struct recordquery){ LISTED, .sort = S("price,-title") });
    is_text(str_fmt(tap_mem(), "%.*s%.*s%.*s%.*s%.*s%.*s", STR_ARG(got("items.0.title")),
                    STR_ARG(got("items.1.title")), STR_ARG(got("items.2.title")),
                    STR_ARG(got("items.3.title")), STR_ARG(got("items.4.title")),
                    STR_ARG(got("items.5.title"))), "p4p2p1p5p3p0", "NULL first going up");
    list(&BEN, "things", (struct recordquery){ LISTED, .sort = S("-price,%20zzz, title"),
                                               .limit = 2, .skip = 3 });
    is_text(got("items.0.title"), "p1", "and last going down");
    is_text(got("total"), "6", "the total is of all pages");
    list(&BEN, "things", (struct recordquery){ LISTED, .sort = S("-price,title"), .limit = 2,
                                               .fields = S("title") });
    is_text(got("total"), "6", "the total is remembered");
    ok(!str_has(buf_text(&out), S("\"price\"")) && str_has(buf_text(&out), S("\"created_by\"")),
       "fields= keeps the system's");

    list(&BEN, "things", (struct recordquery){ LISTED, .sort = S("price,-title"), .limit = 2,
                                               .cursor = S("") });
    is_text(got("prev_cursor"), "null", "nothing is before the first page");
    cursor = got("next_cursor");
    list(&BEN, "things", (struct recordquery){ LISTED, .sort = S("price,-title"), .limit = 2,
                                               .cursor = cursor });
    is_text(got("items.0.title"), "p1", "a cursor goes on after a NULL");
    is_text(got("items.1.title"), "p5", "in order");
    before = got("prev_cursor");
    cursor = got("next_cursor");
    list(&BEN, "things", (struct recordquery){ LISTED, .sort = S("price,-title"), .limit = 2,
                                               .cursor = cursor, .include_count = true });
    is_text(got("items.1.title"), "p0", "to the last page");
    is_text(got("next_cursor"), "null", "which has no next one");
    is_text(got("total"), "6", "with the total when asked");
    list(&BEN, "things", (struct recordquery){ LISTED, .sort = S("price,-title"), .limit = 1,
                                               .cursor_before = before });
    is_text(got("items.0.title"), "p2", "backwards: the page before, not the beginning");
    is_text(got("has_more"), "true", "and there is more before it");
    cursor = got("next_cursor");
    list(&BEN, "things", (struct recordquery){ LISTED, .sort = S("price"), .cursor = cursor });
    refused(E_INVALID, "Invalid cursor format: sort changed", "a cursor belongs to its sort");
    list(&BEN, "things", (struct recordquery){ .cursor = S("%%%") });
    refused(E_INVALID, "Invalid cursor format: ", "nonsense is no cursor");
    list(&BEN, "things", (struct recordquery){ .sort = S("mail"), .cursor = S("") });
    refused(E_INVALID, "masked field 'mail'", "nor may one carry what is masked");
    list(&BEN, "things", (struct recordquery){ .filter = S("title ===") });
    refused(E_INVALID, "Unexpected token", "a bad filter is the caller's fault");
    list(&BEN, "things", (struct recordquery){ .filter = S("title = \"'; DROP TABLE x; --\"") });
    is_text(got("total"), "0", "and SQL in it is text");

    make(&BEN, "things", "{\"title\":\"p9\",\"state\":\"listed\"}");
    list(&BEN, "things", (struct recordquery){ LISTED, .sort = S("-price,title"), .limit = 2 });
    is_text(got("total"), "7", "a total is forgotten with the next write");
}

static void test_deletes(void)
{
    struct str town = make(&ANN, "towns", "{\"name\":\"Kiel\"}"), thing, leaf, note;

    thing = make(&ANN, "things", str_fmt(tap_mem(), "{\"title\":\"t\",\"town\":\"%.*s\"}",
                                         STR_ARG(town)).p);
    leaf = make(&ANN, "leaves", str_fmt(tap_mem(), "{\"on\":\"%.*s\"}", STR_ARG(thing)).p);
    note = make(&ANN, "notes", str_fmt(tap_mem(), "{\"text\":\"t\",\"town\":\"%.*s\"}",
                                       STR_ARG(town)).p);
    list(&ANN, "leaves", (struct recordquery){ .limit = 1 });
    is_text(got("total"), "1", "one leaf");
    drop(&ANN, "towns", town);
    refused(E_CONFLICT, "Cannot delete record: it is referenced by other records", "restrict");
    read_one(&ANN, "things", thing);
    is_text(got("town"), town.p, "and nothing was emptied before that");
    drop(&ANN, "notes", note);
    accepted("the note goes");
    drop(&ANN, "towns", town);
    accepted("then the town");
    read_one(&ANN, "things", thing);
    is_text(got("town"), "null", "set_null");
    is_text(got("updated_by"), "ann", "by who deleted its town");
    drop(&ANN, "things", thing);
    accepted("a record with children goes");
    read_one(&ANN, "leaves", leaf);
    refused(E_NOT_FOUND, "Record not found", "cascade");
    list(&ANN, "leaves", (struct recordquery){ .limit = 1 });
    is_text(got("total"), "0", "and the remembered total knows");
    drop(&ANN, "things", thing);
    refused(E_NOT_FOUND, "Record not found", "it goes once");
}

static const struct sql GRANT_ADD = SQL(
    "INSERT INTO permissions (role_id, collection, operation, rule, fields, created_at, updated_at)"
    " SELECT id, :collection, :operation, :rule, :fields, 1, 1 FROM roles WHERE name = :role");

static void grant(const char *role, const char *collection, const char *operation,
                  const char *rule, const char *fields)
{
    struct tx tx = { 0 };

    ask(&ROOT);
    ok(tx_begin(&cx, &tx)
       && db_exec(&cx, GRANT_ADD,
                  BIND(p_text("role", str_of(role)), p_text("collection", str_of(collection)),
                       p_text("operation", str_of(operation)), p_text("rule", str_of(rule)),
                       p_text("fields", str_of(fields))), NULL)
       && db_bump_definitions(&cx) && tx_commit(&tx), rule);
}

static void test_grants(void)
{
    struct str mine, other;

    define("{\"name\":\"mixed\",\"fields\":[{\"name\":\"a\",\"type\":\"text\"},"
           "{\"name\":\"b\",\"type\":\"text\"},{\"name\":\"state\",\"type\":\"text\"}],"
           "\"list_rule\":\"created_by = @request.auth.id\",\"list_fields\":[\"a\"],"
           "\"view_rule\":\"created_by = @request.auth.id\",\"view_fields\":[\"a\"],"
           "\"create_rule\":\"\"}");
    mine = make(&ANN, "mixed", "{\"a\":\"A\",\"b\":\"B\",\"state\":\"shut\"}");
    other = make(&BEN, "mixed", "{\"a\":\"A\",\"b\":\"B\",\"state\":\"open\"}");
    read_one(&ANN, "mixed", other);
    refused(E_NOT_FOUND, "Record not found", "the collection's rule alone");
    grant("user", "mixed", "read", "state = \"open\"", "[\"b\"]");
    read_one(&ANN, "mixed", other);
    accepted("a role's permission adds rows");
    is_text(got("b"), "B", "with its own fields");
    is_text(got("a"), "null", "and not those of the other grant");
    read_one(&ANN, "mixed", mine);
    is_text(got("a"), "A", "in each row what its own grant gives");
    is_text(got("b"), "null", "and no more");
    ok(!str_has(buf_text(&out), S("\"state\"")), "what nobody gives is not there");
    change(&ROOT, RECORD_PATCH, "mixed", mine, "{\"state\":\"open\"}");
    read_one(&ANN, "mixed", mine);
    is_text(got("b"), "B", "two grants of one row are added up");
    list(&ANN, "mixed", (struct recordquery){ 0 });
    is_text(got("total"), "2", "lists take both");
    list(&ANN, "mixed", (struct recordquery){ .filter = S("a = 'A'") });
    refused(E_INVALID, "Field 'a' does not exist", "what only some rows show cannot be asked for");
    read_one(&CAT, "mixed", other);
    refused(E_NOT_FOUND, "Record not found", "no permission leaves the tenant");
    change(&ANN, RECORD_PATCH, "mixed", mine, "{\"b\":\"x\"}");
    refused(E_FORBIDDEN, "Access denied: update is locked", "one operation is not another");
    grant("user", "*", "update", "@owns_record()", "[\"b\"]");
    change(&ANN, RECORD_PATCH, "mixed", mine, "{\"b\":\"x\"}");
    accepted("a permission for every collection");
    change(&ANN, RECORD_PATCH, "mixed", mine, "{\"a\":\"x\"}");
    refused(E_UNPROCESSABLE, "\"allowed_fields\":[\"b\"]", "writes its fields");
    change(&BEN, RECORD_PATCH, "mixed", mine, "{\"b\":\"x\"}");
    refused(E_NOT_FOUND, "Record not found", "in its rows");
    grant("user", "closed", "read", "nothing = 1", "*");
    list(&ANN, "closed", (struct recordquery){ 0 });
    refused(E_FORBIDDEN, "Access denied: invalid rule for this collection",
            "what does not compile gives nothing");
    grant("user", "*", "read", "@has_role(\"user\")", "not a list");
    list(&ANN, "closed", (struct recordquery){ 0 });
    accepted("another grant stands");
    make(&ROOT, "closed", "{\"text\":\"t\",\"account_id\":\"" ONE "\"}");
    list(&ANN, "closed", (struct recordquery){ 0 });
    is_text(got("items.0.updated_by"), "root", "a list that cannot be read shows the system's");
    ok(!str_has(buf_text(&out), S("\"text\"")), "and nothing else");
    list(&STRANGER, "closed", (struct recordquery){ 0 });
    refused(E_FORBIDDEN, "list is locked", "strangers have no role");
}

static void batch(const struct actor *who,
                  bool (*run)(struct cx *, struct str, struct jv, struct js *), const char *body)
{
    ask(who);
    well = run(&cx, S("towns"), json(body), &js);
}

static void test_batches(void)
{
    struct str one, two;

    batch(&ANN, batches_create, "[{\"name\":\"b1\"},{\"name\":\"b2\"}]");
    accepted("a batch");
    is_text(got("count"), "2", "of two");
    is_text(got("created.1.name"), "b2", "in order");
    one = got("created.0.id");
    two = got("created.1.id");
    batch(&ANN, batches_create, "[{\"name\":\"b3\"},{\"name\":5},{\"zzz\":1}]");
    refused(E_INVALID, "{\"error\":\"validation_error\",\"index\":1,\"details\":[{\"field\":\"name\"",
            "the first bad record fails it");
    batch(&ANN, batches_create, "[{\"name\":\"b3\"},{\"name\":\"b1\"}]");
    refused(E_INVALID, "\"index\":1,\"message\":\"Field 'name' must be unique\"", "so does the database");
    list(&ANN, "towns", (struct recordquery){ .filter = S("name = 'b3'") });
    is_text(got("total"), "0", "and nothing of it stays");
    batch(&ANN, batches_create, "[{},{},{},{},{},{}]");
    refused(E_INVALID, "Batch size 6 exceeds maximum of 5", "not too many");
    batch(&ANN, batches_create, "[1]");
    ok(!well && cx.err.kind == E_UNPROCESSABLE && cx.err.field_count == 1, "objects only");
    batch(&ANN, batches_update, str_fmt(tap_mem(), "[{\"id\":\"%.*s\",\"data\":{\"name\":\"c1\"}},"
        "{\"id\":\"%.*s\",\"data\":{\"name\":\"c2\"}},{\"id\":\"%.*s\",\"data\":{\"name\":\"c3\"}}]",
        STR_ARG(one), STR_ARG(two), STR_ARG(one)).p);
    accepted("updates, one record twice");
    is_text(got("updated.2.name"), "c3", "the last one stays");
    batch(&ANN, batches_update, str_fmt(tap_mem(), "[{\"id\":\"%.*s\",\"data\":{\"name\":\"d1\"}},"
        "{\"id\":\"x\",\"data\":{}}]", STR_ARG(one)).p);
    refused(E_NOT_FOUND, "Record 'x' not found (index 1)", "an unknown id fails it");
    batch(&CAT, batches_update, str_fmt(tap_mem(), "[{\"id\":\"%.*s\",\"data\":{}}]",
                                        STR_ARG(one)).p);
    refused(E_NOT_FOUND, "not found (index 0)", "another tenant's too");
    batch(&ANN, batches_delete, str_fmt(tap_mem(), "[\"%.*s\",\"x\"]", STR_ARG(one)).p);
    refused(E_NOT_FOUND, "Record 'x' not found (index 1)", "deletes are all or none");
    batch(&ANN, batches_delete, str_fmt(tap_mem(), "[\"%.*s\",\"%.*s\",\"%.*s\"]", STR_ARG(one),
                                        STR_ARG(two), STR_ARG(one)).p);
    accepted("ids twice");
    is_text(got("count"), "2", "count once");
}

int main(void)
{
    size_t engines = dbtest_engines();

    plan((int)(141 * engines));
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        set_up(&t, engine);
        test_values();
        test_tenants();
        test_rules();
        test_lists();
        test_deletes();
        test_batches();
        test_grants();
        ask(&ROOT);
        dbtest_close(&t, &cx);
    }
    return done();
}
