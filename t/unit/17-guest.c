/* 17-guest.c — SQL that others wrote: how it is read and written anew, what each engine lets it do. */
#include "dbtest.h"

#include "base/settings.h"
#include "db/ddl.h"
#include "db/guest.h"
#include "db/tx.h"
#include "rules/ruleval.h"

#define A1 "11111111-1111-1111-1111-111111111111"
#define A2 "22222222-2222-2222-2222-222222222222"
#define READ_TESTS 34
#define ENGINE_TESTS 28
#define RULE_TESTS 12

static const struct str NAMES[] = { S_INIT("one"), S_INIT("two") };

/* ---- reading ---- */

static const struct reading { const char *text, *pieces; } READINGS[] = {
    { "select 1", " select 1" },
    { "\n SELECT\ta.b,'x''y'\n,\"C d\"  ", " SELECT a . b , 'x''y' , \"C d\"" },
    { "SELECT 5--3", "!Macro query cannot contain comments" },
    { "SELECT 5 - -3", " SELECT 5 - - 3" },
    { "SELECT a||b<=c<>d!=e>=f->>g->h", " SELECT a || b <= c <> d != e >= f ->> g -> h" },
    { "SELECT 1.5e-3+.5", " SELECT 1.5e-3 + . 5" },
    { "SELECT 1x", "!Macro query has a number that is none" },
    { "SELECT 0x10", "!Macro query has a number that is none" },
    { "SELECT 1e", "!Macro query has a number that is none" },
    { "SELECT :one+$2,:two", " SELECT{0} +{1} ,{1}" },
    { "SELECT @request.auth.id, @request.auth.account_id", " SELECT{i} ,{a}" },
    { "SELECT @request.auth.password", "!Macro query names an unknown variable: '@request.auth.password'" },
    { "SELECT :three", "!Macro query names an unknown parameter: ':three'" },
    { "SELECT $3", "!Macro query names an unknown parameter: '$3'" },
    { "SELECT $0", "!Macro query names an unknown parameter: '$0'" },
    { "SELECT 'a':one", " SELECT 'a'{0}" },
    { "SELECT ':one @x $1 -- ;'", " SELECT ':one @x $1 -- ;'" },
    { "SELECT 'a\\'", "!Macro query cannot contain a backslash" },
    { "SELECT 'a", "!Macro query has a quote that is not closed" },
    { "SELECT \"a\"\"b\"", "!Macro query cannot contain a quote in a quoted name" },
    { "SELECT \"\"", "!Macro query has an empty name" },
    { "SELECT E'a'", " SELECT E 'a'" },                         /* which is no longer an escape   */
    { "SELECT U&\"a\"", "!Macro query cannot contain '&'" },
    { "SELECT a[1]", "!Macro query cannot contain '['" },
    { "SELECT 1\xC2\xA0", "!Macro query cannot contain such a character outside of quotes" },
    { "SELECT 'DROP' = \"drop\"", " SELECT 'DROP' = \"drop\"" },
    { "SELECT 1 UNION Delete", "!Macro query cannot contain forbidden keyword: DELETE" },
    { "SELECT count(*) FROM x WHERE y IN (1)", " SELECT count ( * ) FROM x WHERE y IN ( 1 )" },
    { "SELECT Evil(1)", "!Macro query cannot call 'Evil'" },
    { "SELECT \"evil\" (1)", "!Macro query cannot call 'evil'" },
    { "SELECT \"count\"(1)", " SELECT \"count\" ( 1 )" },
    { "SELECT 1 FROM PG_class", "!Macro query cannot name 'PG_class'" },
    { "SELECT 1) + (1", "!Macro query closes a parenthesis that is not open" },
    { "SELECT ((1)", "!Macro query leaves a parenthesis open" },
};

static struct str reading_of(const char *text)
{
    static const char KINDS[] = { [GUEST_ID] = 'i', [GUEST_EMAIL] = 'e', [GUEST_ROLE] = 'r',
                                  [GUEST_ACCOUNT] = 'a' };
    struct guest *guest;
    struct str fault;
    struct buf b = tap_buf(4096);
    if (!guest_read(tap_mem(), str_of(text), NAMES, COUNT(NAMES), &guest, &fault))
        return str_fmt(tap_mem(), "!%.*s", STR_ARG(fault));
    for (size_t i = 0; i < guest->piece_count; i++) {
        const struct guest_piece *piece = &guest->pieces[i];
        buf_str(&b, piece->text);
        if (!piece->has_slot)
            continue;
        const struct guest_slot *slot = &guest->slots[piece->slot];
        buf_fmt(&b, "{%c}", slot->kind == GUEST_ARGUMENT ? (char)('0' + (int)slot->argument)
                                                         : KINDS[slot->kind]);
    }
    return buf_text(&b);
}

static void test_reading(void)
{
    for (size_t i = 0; i < COUNT(READINGS); i++)
        is_text(reading_of(READINGS[i].text), READINGS[i].pieces, READINGS[i].pieces);
}

/* ---- on an engine ---- */

static const struct guest_source TABLES[] = {
    { .name = S_INIT("col_things") }, { .name = S_INIT("col_others") },
};

static const struct sql ACCOUNT_ADD = SQL(
    "INSERT INTO accounts (id, account_code, slug, name, created_at, updated_at)"
    " VALUES (:id, :id, :slug, 'A', 1, 1)");

static bool add_thing(struct cx *cx, const char *account, const char *id, double size)
{
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("INSERT INTO col_things"
                      " (id, account_id, created_at, created_by, updated_at, updated_by, size) VALUES ("));
    qb_value(&q, p_text(NULL, str_of(id)));
    qb_lit(&q, SQL_OF(", "));
    qb_value(&q, p_text(NULL, str_of(account)));
    qb_lit(&q, SQL_OF(", 1, 'u', 1, 'u', "));
    qb_value(&q, p_real(NULL, size));
    qb_lit(&q, SQL_OF(")"));
    return qb_exec(&q, NULL);
}

static bool made(struct cx *cx)
{
    static const struct ddl_column SIZE = { .name = S_INIT("size"), .word = "@real" };
    struct tx tx SCOPED(tx_end) = { 0 };
    db_scope(cx, S("*"));
    return tx_begin(cx, &tx) && ddl_create_table(cx, TABLES[0].name, &SIZE, 1)
        && ddl_create_table(cx, TABLES[1].name, &SIZE, 1)
        && db_exec(cx, ACCOUNT_ADD, BIND(p_text("id", S(A1)), p_text("slug", S("one"))), NULL)
        && db_exec(cx, ACCOUNT_ADD, BIND(p_text("id", S(A2)), p_text("slug", S("two"))), NULL)
        && add_thing(cx, A1, "a", 1) && add_thing(cx, A1, "b", 2) && add_thing(cx, A2, "c", 3)
        && tx_commit(&tx);
}

/* NULL: it is refused, and the fault is told. */
static struct guest *admitted(struct cx *cx, const char *text, struct str *fault)
{
    struct guest *guest;
    *fault = NO_STR;
    if (!guest_read(cx->mem, str_of(text), NAMES, 1, &guest, fault))
        return NULL;
    if (!guest_admit(cx, cx->mem, guest, TABLES, COUNT(TABLES), fault)) {
        printf("# %s\n", cx->err.cause != NULL ? cx->err.cause : "?");
        fail_forget(cx);
        *fault = S("a failure of ours");
    }
    return str_absent(*fault) ? guest : NULL;
}

/* What it says on the rows of an account, with 2 as its argument; or !fault. */
static struct str said(struct cx *cx, const char *text, const char *account)
{
    struct str fault, result;
    struct guest *guest = admitted(cx, text, &fault);
    const struct guest_value values[] = { { .value = { .type = P_REAL, .real = 2 } },
                                          { .value = { .type = P_NULL } } };
    if (guest == NULL)
        return str_fmt(tap_mem(), "!%.*s", STR_ARG(fault));
    db_scope(cx, account == NULL ? S("*") : str_of(account));
    if (!guest_run(cx, guest, values, str_of(account), &result, &fault)) {
        fail_forget(cx);
        return S("a failure of ours");
    }
    db_rest(cx->db);
    if (!str_absent(fault))
        return str_fmt(tap_mem(), "!%.*s", STR_ARG(fault));
    return str_absent(result) ? S("null") : result;
}

static void test_confined(struct cx *cx)
{
    is_text(said(cx, "SELECT count(*) FROM col_things", NULL), "3", "all accounts");
    is_text(said(cx, "SELECT count(*) FROM col_things", A1), "2", "one");
    is_text(said(cx, "SELECT count(*) FROM col_things", A2), "1", "another");
    is_text(said(cx, "SELECT count(*) FROM col_things", ""), "0", "none");
    is_text(said(cx, "SELECT id FROM col_things WHERE size = :one", A1), "b", "a number meets a column");
    is_text(said(cx, "SELECT id FROM col_things WHERE size = :one", A2), "null", "of the tenant");
    is_text(said(cx, "SELECT (WITH col_others AS (SELECT * FROM col_things)"
                     " SELECT count(*) FROM col_others)", A1), "2", "under the name of another table");
    is_text(said(cx, "SELECT slug FROM accounts", A2), "two", "its account");
    is_text(said(cx, "SELECT count(*) FROM roles", A2), "2", "roles");
    is_text(said(cx, "SELECT 'a\"' || id FROM col_things WHERE size = 1", A1), "a\"a", "quotes in quotes");
}

static const char *const TRICKS[] = {
    "SELECT count(*) FROM main.col_things", "SELECT count(*) FROM public.col_things",
    "SELECT (WITH col_things AS (SELECT * FROM main.col_things) SELECT count(*) FROM col_things)",
    "SELECT (WITH col_things AS (SELECT * FROM public.col_things) SELECT count(*) FROM col_things)",
    "SELECT count(*) FROM generation", "SELECT 1 WHERE EXISTS (SELECT 1 FROM generation)",
    "SELECT (WITH generation AS (SELECT 1 AS x UNION SELECT 2) SELECT count(*) FROM generation)"
    " + (SELECT count(*) FROM generation)",
    "SELECT password_hash FROM users", "SELECT r.size", "SELECT 1, 2",
};

/* Vetting leaves the transaction in which it was done as it was. */
static void test_vetting(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str fault;
    for (size_t i = 0; i < COUNT(TRICKS); i++)
        ok(admitted(cx, TRICKS[i], &fault) == NULL && !str_eq(fault, S("a failure of ours")),
           TRICKS[i]);
    db_rest(cx->db);
    db_scope(cx, S("*"));
    ok(tx_begin(cx, &tx) && add_thing(cx, A1, "d", 4) && admitted(cx, TRICKS[0], &fault) == NULL
       && admitted(cx, "SELECT count(*) FROM col_things", &fault) != NULL && tx_commit(&tx),
       "inside a transaction");
    is_text(said(cx, "SELECT count(*) FROM col_things", A1), "3", "which stands");
}

static const char FOREVER[] = "SELECT (WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n)"
                              " SELECT count(*) FROM n)";

/* Each failure is the guest's, and the connection does what it did before. */
static void test_limits(struct cx *cx)
{
    static struct settings settings;
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str fault;
    const struct guest_value none = { .value = { .type = P_NULL } };
    settings.macro_timeout_ms = 200;
    cx->set = &settings;
    ok(str_starts(said(cx, FOREVER, A1), S("!")), "one without end is ended");
    is_text(said(cx, "SELECT count(*) FROM col_things", A1), "3", "and the next begins");
    struct guest *forever = admitted(cx, FOREVER, &fault);
    db_rest(cx->db);
    db_scope(cx, S("*"));
    struct qb q;
    int64_t changed;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("UPDATE col_things SET size = 9 WHERE 1 < "));
    guest_put(&q, forever, &none, S(A1));
    ok(tx_begin(cx, &tx) && !qb_exec(&q, &changed) && cx->err.kind == E_FORBIDDEN,
       "a change is refused likewise");
    is_text(str_of(cx->err.message), "Access denied: invalid rule for this collection", "in these words");
    fail_forget(cx);
    tx_end(&tx);
    db_rest(cx->db);
    is_text(said(cx, "SELECT max(size) FROM col_things", A1), db_is_postgres(cx->db) ? "4" : "4.0",
            "and undone");
    cx->set = NULL;
    ok(str_starts(said(cx, "SELECT (SELECT replace(replace(replace(x, 'a', x), 'a', x), 'a', x) FROM"
                           " (SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                           "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' AS x) t)", A1), S("!"))
       || db_is_postgres(cx->db), "one that makes too much of little is ended");
}

/* ---- in rules ---- */

static const struct rule_name NAME[] = {
    { .name = S_INIT("id"), .column = S_INIT("id"), .type = R_TEXT },
    { .name = S_INIT("size"), .column = S_INIT("size"), .type = R_NUMBER },
};
struct shelf { struct cx *cx; const char *text; };

static bool find(void *state, struct str name, const struct rule_macro **out)
{
    const struct shelf *shelf = state;
    struct rule_macro *macro = arena_make(shelf->cx->mem, struct rule_macro);
    *out = str_eq(name, S("m")) ? macro : NULL;
    macro->name = name;
    macro->guest = admitted(shelf->cx, shelf->text, &macro->fault);
    return true;
}

/* The ids of the things of the first account for which the rule holds; the answer in memory for "b". */
static struct str held(struct cx *cx, const char *macro, const char *text,
                       enum ruleval_answer *answer)
{
    struct shelf shelf = { cx, macro };
    const struct rule_macros macros = { find, &shelf };
    const struct rule_names names = { .at = NAME, .n = COUNT(NAME), .macros = &macros };
    const struct actor who = { .kind = ACTOR_USER, .id = S("u"), .role = S("user"),
                               .account_id = S(A1) };
    const struct rule_caller caller = { .who = &who };
    const struct rule_data row[] = { { S_INIT("id"), { .type = P_TEXT, .text = S_INIT("b") } },
                                     { S_INIT("size"), { .type = P_REAL, .real = 2 } } };
    struct rows rows SCOPED(rows_close) = { 0 };
    struct buf b = tap_buf(100);
    struct rule_fault fault;
    struct rule *rule;
    struct qb q;
    bool holds = false;
    db_scope(cx, S("*"));
    if (!rule_read(cx->mem, str_of(text), RULE_LIST, &names, &rule, &fault))
        return fault.message;
    *answer = ruleval_answer(cx, rule, &caller, row, COUNT(row), NULL);
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT r.id FROM col_things r WHERE r.account_id = "));
    qb_value(&q, p_text(NULL, S(A1)));
    qb_lit(&q, SQL_OF(" AND "));
    bool well = rule_sql(&q, rule, &caller);
    qb_lit(&q, SQL_OF(" ORDER BY id"));
    if (!well || !qb_query(&q, &rows)) {
        fail_forget(cx);
        return S("refused");
    }
    while (rows_step(&rows))
        buf_str(&b, rows_text(&rows, 0));
    if (!rows_done(&rows) || !rule_holds(cx, rule, &caller, row, COUNT(row), &holds)) {
        fail_forget(cx);
        return S("refused");
    }
    return holds == str_has(buf_text(&b), S("b")) ? buf_text(&b) : S("the create rule says otherwise");
}

static void test_rules(struct cx *cx)
{
    static const char BIGGER[] = "SELECT count(*) FROM col_things r WHERE r.size > :one";
    enum ruleval_answer answer = RULEVAL_NO;
    is_text(held(cx, BIGGER, "@m(size)", &answer), "ab", "a column is of the record, whatever is called r");
    ok(answer == RULEVAL_ASK, "in memory nobody knows");
    is_text(held(cx, BIGGER, "!@m(size) && size > 0", &answer), "d", "0 is not true");
    ok(answer == RULEVAL_ASK, "nor knows its opposite");
    is_text(held(cx, BIGGER, "@m(size) && size > 5", &answer), "", "where another part settles it");
    ok(answer == RULEVAL_NO, "it is known");
    is_text(held(cx, BIGGER, "@m(size) || size = 2", &answer), "ab", "either way");
    ok(answer == RULEVAL_YES, "it is");
    is_text(held(cx, "SELECT id FROM col_things WHERE account_id <> @request.auth.account_id"
                     " AND :one > 0", "@m(1)", &answer), "", "the tenant is the caller's");
    is_text(held(cx, "SELECT 0.00 + :one WHERE @request.auth.role = 'user'", "!@m(0) && @m('7')",
                 &answer), "abd", "values");
    is_text(held(cx, "SELECT CAST(:one AS BIGINT) / 0 > (SELECT id FROM col_things LIMIT 1)",
                 "@m(1)", &answer),
            db_is_postgres(cx->db) ? "Macro '@m' cannot be used: operator does not exist: bigint > text" : "",
            "nonsense is not true");
    is_text(held(cx, BIGGER, "@m(size, size)", &answer), "@m() requires exactly 1 argument(s), got 2", "arity");
}

int main(void)
{
    plan((int)(READ_TESTS + dbtest_engines() * (1 + ENGINE_TESTS + RULE_TESTS)));
    test_reading();
    for (size_t engine = 0; engine < dbtest_engines(); engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE) && made(&cx), "a database"))
            return done();
        test_confined(&cx);
        test_vetting(&cx);
        test_limits(&cx);
        test_rules(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
