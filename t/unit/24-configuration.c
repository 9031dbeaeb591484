/* 24-configuration.c — configured providers: which is in force, sealed and masked values, the one default. */
#include "dbtest.h"

#include <sys/wait.h>

#include "base/ident.h"
#include "base/settings.h"
#include "config/configchange.h"
#include "config/configvalue.h"
#include "config/provider.h"
#include "crypto/seal.h"
#include "db/rows.h"
#include "db/tx.h"

#define ACME "00000000-0000-7000-8000-000000000001"

static struct settings set = {
    .encryption_key = S_INIT("test-key"), .app_name = S_INIT("Larder"), .audit_logging_enabled = true,
    .external_url = S_INIT("https://example.com/"), .base_path = S_INIT("/larder"),
};

static struct jv parsed(struct cx *cx, const char *json)
{
    struct jv v = { .kind = JV_ABSENT };
    struct jv_fault fault;
    if (!jv_parse(cx, str_of(json), &v, &fault))
        printf("# %s: %s\n", json, fault.reason);
    return v;
}

static struct str add(struct cx *cx, const char *account, const char *category, const char *name,
                      const char *json)
{
    struct configuration row = {
        .account_id = str_of(account), .category = str_of(category), .provider_name = str_of(name),
        .display_name = str_of(name), .enabled = true };
    cx->now++;                                              /* so that rows differ in age */
    if (configchange_create(cx, &row, parsed(cx, json)))
        return row.id;
    printf("# %s\n", cx->err.message);
    return NO_STR;
}

struct text { struct str text; };
static const struct col TEXT_COLS[] = { COL(C_TEXT, text, text), { 0 } };

static struct str told(struct cx *cx, struct str id, const char *operation)
{
    static const struct sql TOLD = SQL(
        "SELECT COALESCE(old_value, '-') || '>' || COALESCE(new_value, '-') AS text FROM audit_log"
        " WHERE record_id = :id AND operation = :operation AND column_name = 'config'"
        " ORDER BY id DESC LIMIT 1");
    struct rows rows SCOPED(rows_close) = { 0 };
    struct text row = { NO_STR };
    return db_query(cx, TOLD, BIND(p_text("id", id), p_text("operation", str_of(operation))), &rows)
        && rows_next(&rows, TEXT_COLS, &row) ? row.text : NO_STR;
}

static struct str name_in_force(struct cx *cx, const char *category, const char *name)
{
    struct configuration row;
    bool found;
    if (!configuration_effective(cx, str_of(category), str_of(name), S(ACME), &found, &row))
        return S("failed");
    return found ? jv_text(jv_get(row.config, S("client_id"))) : NO_STR;
}

static void test_effective(struct cx *cx)
{
    struct configuration row;
    ok(str_absent(name_in_force(cx, "auth_providers", "google")), "nothing is configured");
    struct str system = add(cx, SYSTEM_ACCOUNT, "auth_providers", "google",
                            "{\"client_id\":\"ours\",\"client_secret\":\"s1\"}");
    is_text(name_in_force(cx, "auth_providers", "google"), "ours", "the system's row is in force");
    struct str own = add(cx, ACME, "auth_providers", "google",
                         "{\"client_id\":\"theirs\",\"client_secret\":\"s2\"}");
    struct str before = db_scope(cx, S(ACME));
    is_text(name_in_force(cx, "auth_providers", "google"), "theirs", "the account's wins");
    db_scope(cx, before);
    ok(configchange_enable(cx, own, false, &row) && !row.enabled, "until it is disabled");
    before = db_scope(cx, S(ACME));
    is_text(name_in_force(cx, "auth_providers", "google"), "ours", "in the tenant's own scope too");
    is_text(db_scope(cx, before), ACME, "which is as it was");
    ok(configchange_enable(cx, system, false, &row), "the system's is disabled as well");
    ok(str_absent(name_in_force(cx, "auth_providers", "google")), "then none is");
    ok(configchange_delete(cx, own) && !configchange_delete(cx, own), "a row is deleted once");
    is_int(cx->err.kind, E_NOT_FOUND, "then it is not found");
    fail_forget(cx);
    is_text(told(cx, own, "DELETE"), "{\"client_id\":\"theirs\",\"client_secret\":\"***\"}>-",
            "the trail tells what it was, without its secrets");
}

static void test_values(struct cx *cx)
{
    const char *json = "{\"z\":1,\"client_id\":\"id\",\"client_secret\":\"hush\",\"key_id\":\"KID\","
                       "\"deep\":[{\"api_token\":\"t0ken\",\"note\":\"n\"}],\"empty_key\":\"\"}";
    struct str id = add(cx, SYSTEM_ACCOUNT, "auth_providers", "apple", json);
    struct configuration row;
    struct str text;
    bool found;
    ok(configuration_by_id(cx, id, &found, &row) && found, "a row is found by its id");
    struct configvalue_of of = { row.id, row.category, row.provider_name };
    ok(!str_has(row.stored, S("hush")) && !str_has(row.stored, S("t0ken"))
       && !str_has(row.stored, S("KID")), "no secret can be read in it, however deep");
    ok(str_has(row.stored, S("\"client_id\":\"id\"")) && str_has(row.stored, S("\"empty_key\":\"\"")),
       "what is none can");
    ok(configvalue_open(cx, &of, row.stored, &row.config), "it opens");
    is_text(jv_print(cx->mem, row.config), json, "to what it was");
    struct jv tried = parsed(cx, "{\"key_id\":\"" SEAL_MASK "\",\"client_id\":\"x\",\"deep\":"
                                 "[{\"api_token\":\"" SEAL_MASK "\"}]}");
    ok(configvalue_fill(cx, &of, tried, row.stored, &row.config),
       "what somebody tries out may be masked");
    is_text(jv_print(cx->mem, row.config),
            "{\"key_id\":\"KID\",\"client_id\":\"x\",\"deep\":[{\"api_token\":\"t0ken\"}]}",
            "and is tried with what is there");
    ok(configvalue_mask(cx, &of, row.stored, &text), "it is shown");
    is_text(text, "{\"z\":1,\"client_id\":\"id\",\"client_secret\":\"" SEAL_MASK "\",\"key_id\":\"KID\","
                  "\"deep\":[{\"api_token\":\"" SEAL_MASK "\",\"note\":\"n\"}],\"empty_key\":\"\"}",
            "masked where the schema says so, and by name where it says nothing");
    is_text(told(cx, id, "CREATE"), "->{\"client_id\":\"id\",\"client_secret\":\"***\",\"deep\":"
            "[{\"api_token\":\"***\",\"note\":\"n\"}],\"empty_key\":\"\",\"key_id\":\"***\",\"z\":1}",
            "the trail has sorted JSON without secrets");

    struct str secret = jv_text(jv_get(parsed(cx, row.stored.p), S("client_secret")));
    ok(configchange_values(cx, id, parsed(cx, "{\"client_id\":\"new\",\"client_secret\":\"" SEAL_MASK
                                   "\",\"never_there_key\":\"" SEAL_MASK "\"}"), &row),
       "new values replace all of them");
    is_text(jv_text(jv_get(parsed(cx, row.stored.p), S("client_secret"))), secret.p,
            "but for what equals the mask");
    ok(configvalue_open(cx, &of, row.stored, &row.config), "which opens");
    is_text(jv_print(cx->mem, row.config), "{\"client_id\":\"new\",\"client_secret\":\"hush\"}",
            "a mask without a value is left out");
    is_text(told(cx, id, "UPDATE"), "{\"client_id\":\"id\",\"client_secret\":\"***\",\"deep\":"
            "[{\"api_token\":\"***\",\"note\":\"n\"}],\"empty_key\":\"\",\"key_id\":\"***\",\"z\":1}>"
            "{\"client_id\":\"new\",\"client_secret\":\"***\"}", "the trail tells before and after");
    of.id = S(ACME);
    ok(!configvalue_open(cx, &of, row.stored, &row.config) && cx->err.kind == E_BROKEN,
       "in another row a seal does not open");
    fail_forget(cx);
    of.id = id;
    ok(!configvalue_open(cx, &of, str_fmt(cx->mem, "{\"other_secret\":\"%.*s\"}", STR_ARG(secret)),
                         &row.config), "nor in another place");
    fail_forget(cx);
    ok(configvalue_open(cx, &of, S("{\"client_secret\":\"plain\"}"), &row.config),
       "what was never sealed is left as it is");
}

static void test_another_key(struct cx *cx)
{
    struct str id = add(cx, SYSTEM_ACCOUNT, "auth_providers", "microsoft",
                        "{\"client_id\":\"m\",\"client_secret\":\"old\"}");
    struct configuration row;
    struct str text;
    bool found;
    set.encryption_key = S("another-key");
    ok(!configuration_effective(cx, S("auth_providers"), S("microsoft"), S(ACME), &found, &row)
       && cx->err.kind == E_BROKEN && str_has(str_of(cx->err.cause), S("another encryption_key")),
       "with another key the failure says why");
    fail_forget(cx);
    struct configvalue_of of = { id, S("auth_providers"), S("microsoft") };
    ok(configuration_by_id(cx, id, &found, &row) && configvalue_mask(cx, &of, row.stored, &text),
       "the row can still be shown");
    ok(configchange_values(cx, id, parsed(cx, "{\"client_id\":\"m\",\"client_secret\":\"new\"}"), &row),
       "and set anew");
    ok(configuration_effective(cx, S("auth_providers"), S("microsoft"), S(ACME), &found, &row) && found,
       "then it is in force again");
    is_text(jv_text(jv_get(row.config, S("client_secret"))), "new", "with the new secret");
    set.encryption_key = S("test-key");
}

static struct str mailer(struct cx *cx, const char *wanted)
{
    struct configuration row;
    bool found;
    struct str before = db_scope(cx, S(ACME));
    bool well = configuration_mailer(cx, S(ACME), str_of(wanted), &found, &row);
    db_scope(cx, before);
    return !well ? S("failed") : found ? row.provider_name : NO_STR;
}

static void test_mailer(struct cx *cx)
{
    struct configuration row;
    ok(str_absent(mailer(cx, NULL)), "nobody sends mail");
    struct str smtp = add(cx, SYSTEM_ACCOUNT, "email_providers", "smtp", "{\"password\":\"p\"}");
    add(cx, SYSTEM_ACCOUNT, "email_providers", "resend", "{\"api_key\":\"k\"}");
    is_text(mailer(cx, NULL), "resend", "of equal priority the newest");
    ok(configchange_default(cx, smtp, true, &row) && row.is_default, "one is made the default");
    is_text(mailer(cx, "auto"), "smtp", "and sends");
    is_text(mailer(cx, "resend"), "resend", "unless another is named");
    struct str own = add(cx, ACME, "email_providers", "aws_ses", "{}");
    is_text(mailer(cx, NULL), "aws_ses", "an account's own comes first");
    add(cx, ACME, "email_providers", "resend", "{}");
    ok(configchange_default(cx, own, true, &row), "an account has a default of its own");
    is_text(mailer(cx, NULL), "aws_ses", "which sends");
    ok(configchange_enable(cx, own, false, &row) && !row.is_default, "a disabled one is no default");
    is_text(mailer(cx, NULL), "resend", "nor sends");
    ok(str_absent(mailer(cx, "aws_ses")), "not even by name");
    ok(!configchange_default(cx, own, true, &row) && cx->err.kind == E_INVALID,
       "and cannot be made the default");
    fail_forget(cx);
    ok(configuration_by_id(cx, smtp, &(bool){ false }, &row) && row.is_default,
       "the system's default is another matter");

    struct configurations rows;
    struct configuration_counts counts;
    int64_t ours = -1, theirs = -1;
    ok(configuration_recent(cx, 2, &rows) && rows.n == 2 && rows.at[0].updated_at >= rows.at[1].updated_at
       && str_eq(rows.at[0].account_id, S(ACME)), "the last ones changed, whoever's they are");
    ok(configuration_counts(cx, &counts), "those that are enabled are counted");
    for (size_t i = 0; i < counts.n; i++)
        if (str_eq(counts.at[i].category, S("email_providers")))
            *(counts.at[i].is_system ? &ours : &theirs) = counts.at[i].count;
    ok(ours == 2 && theirs == 1, "by scope and category");
}

static void test_product(struct cx *cx)
{
    struct configuration_product product;
    struct configurations rows;
    struct configuration row;
    ok(configuration_product(cx, S(ACME), &product), "the product has a name before anybody gave one");
    is_text(product.app_url, "https://example.com/larder", "and an address");
    ok(configchange_seed(cx) && configchange_seed(cx), "the rows of every installation are made once");
    ok(configuration_list(cx, S(SYSTEM_ACCOUNT), S("storage_providers"), &rows) && rows.n == 1
       && rows.at[0].is_default && rows.at[0].is_builtin, "local storage is the default");
    ok(configuration_list(cx, S(SYSTEM_ACCOUNT), S("system_settings"), &rows) && rows.n == 1,
       "the system's settings are a row");
    is_text(rows.at[0].stored, "{\"app_name\":\"Larder\",\"app_url\":\"https://example.com/larder\","
            "\"support_email\":\"\"}", "which says what the settings say");
    set.external_url = S("https://example.org");
    ok(configuration_product(cx, S(ACME), &product), "when these change");
    is_text(product.app_url, "https://example.org/larder", "so does what nobody has changed");
    struct str id = rows.at[0].id;
    ok(configchange_seed(cx) && configuration_by_id(cx, id, &(bool){ false }, &row)
       && str_has(row.stored, S("example.org")), "and its row, at the next start");
    cx->now++;
    ok(configchange_values(cx, id, parsed(cx, "{\"app_url\":\"https://shop.example.com//\"}"), &row),
       "somebody changes it");
    ok(configchange_seed(cx) && configuration_product(cx, S(ACME), &product), "then the settings are silent");
    is_text(product.app_url, "https://shop.example.com", "no slash ends the address");
    is_text(product.app_name, "Larder", "a name that is missing is the setting's");
    add(cx, ACME, "system_settings", "system", "{\"app_name\":\"Acme\",\"support_email\":\"h@acme.co\"}");
    struct str before = db_scope(cx, S(ACME));
    ok(configuration_product(cx, S(ACME), &product), "an account has a name of its own");
    db_scope(cx, before);
    is_text(product.app_name, "Acme", "for its people");
    is_text(product.support_email, "h@acme.co", "and somebody to ask");
    is_text(product.app_url, "https://example.org/larder", "rows are not mixed");
    ok(configuration_product(cx, S(SYSTEM_ACCOUNT), &product), "others");
    is_text(product.app_name, "Larder", "have the system's");
    set.external_url = S("https://example.com/");
}

/* ---- at once ---- */

enum { AT_ONCE = 6, TURNS = 8 };

static bool work(struct cx *cx, int number)
{
    static const char *const NAMES[] = { "a", "b", "c" };
    struct configuration row;
    for (int i = 0; i < TURNS; i++) {
        struct str id = str_fmt(cx->mem, "00000000-0000-7000-8000-00000000000%s", NAMES[(number + i) % 3]);
        bool on = (number + i) % 4 != 0;
        db_scope(cx, S("*"));
        TRY(configchange_seed(cx));
        if (i % 3 == 2)
            TRY(configchange_enable(cx, id, on, &row));
        else if (!configchange_default(cx, id, on, &row)) {
            if (cx->err.kind != E_INVALID)
                return false;
            fail_forget(cx);
        }
    }
    return true;
}

static bool seed(struct cx *cx, int number UNUSED)
{
    db_scope(cx, S("*"));
    return configchange_seed(cx);
}

static int alone(const struct dbtest *t, bool (*what)(struct cx *, int), int number)
{
    void *own[KEEP_COUNT] = { NULL };
    struct cx cx = { .mem = arena_new(0, NULL, NULL), .set = &set, .keep = own, .now = when_now() };
    cx.db = db_open(&cx, t->where, DB_SERVE);
    if (cx.db == NULL || !what(&cx, number)) {
        printf("# process %d: %s\n", number, cx.err.cause != NULL ? cx.err.cause : cx.err.message);
        return 1;
    }
    db_close(cx.db);
    return 0;
}

/* How many of the processes that did it failed. */
static int at_once(struct cx *cx, const struct dbtest *t, bool (*what)(struct cx *, int))
{
    pid_t pids[AT_ONCE];
    int failed = 0, status;
    db_rest(cx->db);
    fflush(stdout);
    for (int i = 0; i < AT_ONCE; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            _exit(alone(t, what, i));
    }
    for (int i = 0; i < AT_ONCE; i++)
        failed += waitpid(pids[i], &status, 0) < 0 || status != 0;
    db_scope(cx, S("*"));
    return failed;
}

static void test_seeds(struct cx *cx, const struct dbtest *t)
{
    struct configurations rows;
    is_int(at_once(cx, t, seed), 0, "six processes make the rows of every installation at once");
    ok(configuration_recent(cx, 100, &rows) && rows.n == 3, "of which there are three");
}

static void test_races(struct cx *cx, const struct dbtest *t)
{
    static const struct sql RENAME = SQL(
        "UPDATE configurations SET id = :new WHERE account_id = :account AND id = :id");
    static const struct sql WRONG = SQL(
        "SELECT CAST(count(*) AS TEXT) AS text FROM configurations"
        " WHERE account_id = :account AND category = 'race' AND is_default = :yes AND enabled = :no");
    static const char *const NAMES[] = { "a", "b", "c" };
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        struct str id = add(cx, ACME, "race", NAMES[i], "{}");
        struct str new = str_fmt(cx->mem, "00000000-0000-7000-8000-00000000000%s", NAMES[i]);
        ok(db_exec(cx, RENAME, BIND(p_text("new", new), p_text("id", id), p_text("account", S(ACME))), NULL),
           "a provider for many to change");
    }
    is_int(at_once(cx, t, work), 0, "six processes set and clear the default at once");
    struct configurations rows;
    size_t defaults = 0;
    ok(configuration_list(cx, S(ACME), S("race"), &rows) && rows.n == 3, "the rows are there");
    for (size_t i = 0; i < rows.n; i++)
        defaults += rows.at[i].is_default;
    ok(defaults <= 1, "at most one is the default");
    struct rows wrong SCOPED(rows_close) = { 0 };
    struct text count = { NO_STR };
    ok(db_query(cx, WRONG, BIND(p_text("account", S(ACME)), p_bool("yes", true), p_bool("no", false)), &wrong)
       && rows_next(&wrong, TEXT_COLS, &count), "and it");
    is_text(count.text, "0", "is enabled");
}

/* As deep as a text may be; what is written may be less so. */
static struct jv deep(struct cx *cx)
{
    struct buf text = tap_buf(1024);
    buf_str(&text, S("{\"a\":"));
    for (int i = 0; i < 62; i++)
        buf_c(&text, '[');
    for (int i = 0; i < 62; i++)
        buf_c(&text, ']');
    buf_c(&text, '}');
    return parsed(cx, str_copy(cx->mem, buf_text(&text)).p);
}

static void test_refusals(struct cx *cx)
{
    struct configuration row = { .account_id = S(ACME), .category = S("storage_providers"),
                                 .provider_name = S("s3"), .display_name = S("S3"), .enabled = true };
    ok(!configchange_create(cx, &row, parsed(cx, "{}")) && cx->err.kind == E_INVALID,
       "no account has storage of its own");
    fail_forget(cx);
    row.category = S("auth_providers");
    row.account_id = S("00000000-0000-7000-8000-00000000dead");
    ok(!configchange_create(cx, &row, parsed(cx, "{}")) && cx->err.kind == E_NOT_FOUND, "nor is there one");
    fail_forget(cx);
    row.account_id = S(ACME);
    ok(configchange_create(cx, &row, parsed(cx, "{}")), "a provider that nobody knows is taken");
    struct str id = row.id;
    ok(!configchange_create(cx, &row, parsed(cx, "{}")) && cx->err.kind == E_CONFLICT, "once");
    fail_forget(cx);
    ok(!configchange_enable(cx, S("no-uuid"), true, &row) && cx->err.kind == E_NOT_FOUND, "an odd id");
    fail_forget(cx);
    ok(!configchange_values(cx, id, deep(cx), &row) && cx->err.kind == E_TOO_LARGE,
       "values too deep to be written again are refused");
    fail_forget(cx);
}

static void test_schemas(struct cx *cx)
{
    static const char *const NAMES[] = {
        "email_password", "smtp", "aws_ses", "resend", "system", "local", "s3", "google", "github",
        "microsoft", "apple", "okta", "azure_ad", "generic_saml" };
    bool same = true;
    size_t n = 0;
    for (const struct provider *p; (p = provider_at(n)) != NULL; n++) {
        struct buf text = tap_buf(16384);
        struct js js;
        struct jv schema;
        js_init(&js, &text);
        provider_schema(p, &js);
        schema = parsed(cx, str_copy(cx->mem, buf_text(&text)).p);
        same &= n < COUNT(NAMES) && str_eq(p->name, str_of(NAMES[n])) && js_done(&js)
             && (jv_count(schema) == 0) == (p->members == NULL);
    }
    ok(same && n == COUNT(NAMES), "fourteen providers, each with a schema");
    ok(provider_find(S("saml_providers"), S("okta")) == provider_find(S("auth_providers"), S("okta"))
       && provider_find(S("saml_providers"), S("google")) == NULL, "SAML is known under both categories");
    ok(provider_is_in(provider_at(11), S("saml_providers"))
       && !provider_is_in(provider_at(10), S("saml_providers")),
       "and listed in both");
}

static bool add_account(struct cx *cx)
{
    return db_exec(cx, SQL_OF("INSERT INTO accounts (id, account_code, slug, name, created_at, updated_at)"
                              " VALUES (:id, 'AA0001', 'acme', 'Acme', 0, 0)"),
                   BIND(p_text("id", S(ACME))), NULL);
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan(91 * (int)engines);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        db_scope(&cx, S("*"));
        ok(add_account(&cx), "an account");
        test_schemas(&cx);
        test_seeds(&cx, &t);
        ok(db_exec(&cx, SQL_OF("DELETE FROM configurations"), NO_BINDS, NULL), "all over again");
        test_product(&cx);
        test_effective(&cx);
        test_values(&cx);
        test_another_key(&cx);
        test_mailer(&cx);
        test_refusals(&cx);
        test_races(&cx, &t);
        dbtest_close(&t, &cx);
    }
    return done();
}
