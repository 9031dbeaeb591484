/* 16-ruleruns.c — tests that every engine, folding and memory find the rows meant by an expression. */
#include "dbtest.h"

#include "rulenames.h"
#include "rules/lex.h"
#include "rules/ruleval.h"
#include "ruletable.h"

#define ACCOUNT "00000000-0000-0000-0000-000000000000"
/* From 2024-01-01. */
#define DAY(n) (INT64_C(1704067200000000) + (int64_t)(n) * 86400000000)

#define T(s) { .type = P_TEXT, .text = S_INIT(s) }
#define N(n) { .type = P_REAL, .real = (n) }
#define B(b) { .type = P_BOOL, .number = (b) }
#define W(us) { .type = P_TIME, .number = (us) }
#define O { .type = P_NULL }

enum { FIELDS = 14, ROWS = 9 };
static const struct str FIELD[FIELDS] = {
    S_INIT("id"), S_INIT("created_by"), S_INIT("created_at"), S_INIT("title"), S_INIT("status"),
    S_INIT("price"), S_INIT("quantity"), S_INIT("is_done"), S_INIT("public"), S_INIT("due"),
    S_INIT("day"), S_INIT("owner"), S_INIT("meta"), S_INIT("like"),
};
static const struct param ROW[ROWS][FIELDS] = {
    { T("1"), T("u1"), W(DAY(0)), T("Apple"), T("active"), N(1.5), N(10), B(1), B(0), W(DAY(0) + 1),
      T("2024-01-01"), T("u1"), T("{\"a\":1}"), T("a%") },
    { T("2"), T("u2"), W(DAY(1)), T("apple"), T("active"), N(0.5), N(0), B(0), B(1), W(DAY(1)),
      T("2024-01-02"), T("u2"), O, T("A____") },
    { T("3"), T("u1"), W(DAY(2)), T("ÄPFEL"), T("pending"), N(0.8), N(-3), O, B(1), O,
      T("1999-12-31"), O, T("[]"), T("äPFEL") },
    { T("4"), T("u2"), W(DAY(3)), T(""), T("archived"), N(20), N(2.5), B(1), O, W(-1),
      O, T("u1"), T("null"), T("") },
    { T("5"), T("u3"), W(DAY(4)), O, O, O, O, O, O, O, O, O, O, O },
    { T("6"), T("u1"), W(DAY(5)), T("50%"), T("active"), N(1.2), N(1e300), B(0), B(0), W(DAY(400)),
      T("2024-02-29"), T("u3"), T("\"x\""), T("5_\\%") },
    { T("7"), T("u1"), W(DAY(6)), T("it's \"x\""), T("Active"), N(-1e200), N(1e-300), B(1), B(1),
      W(0),
      T("2024-12-31"), T("u2"), O, T("%\"%") },
    { T("8"), T("u2"), W(DAY(7)), T("a_b\\"), T("a_b\\"), N(7), N(2), B(0), B(1), W(DAY(-9)),
      T("9999-12-31"), T("u1"), T("0"), T("a_b\\") },
    { T("9"), T("anonymous"), W(DAY(8)), T("Zebra"), T("zebra"), N(-5.5), N(2), B(1), B(0),
      W(DAY(2)),
      T("0001-01-01"), T(""), O, T("_EBR_") },
};

static const struct { const char *text, *ids; } CASES[] = {
    { "status = 'active'", "1 2 6" }, { "status != 'active'", "3 4 7 8 9" },
    { "!(status = 'active')", "3 4 7 8 9" }, { "status > 'a'", "1 2 3 4 6 8 9" },
    { "status < 'a'", "7" }, { "title < 'Z'", "1 4 6" }, { "title >= 'Zebra'", "2 3 7 8 9" },
    { "price > 1.0", "1 4 6 8" }, { "price < 1.0", "2 3 7 9" }, { "price >= 20.0", "4" },
    { "price <= 0.8", "2 3 7 9" }, { "price > -5.5", "1 2 3 4 6 8" },
    { "price IN (-5.5, '7', 20)", "4 8 9" },
    { "price NOT IN (7)", "1 2 3 4 6 7 9" }, { "price NOT IN (7, null)", "" },
    { "price IN (7, null)", "8" },
    { "title ~ 'a%'", "1 2 8" }, { "title ~ '%E'", "1 2" }, { "title ~ 'ä%'", "" },
    { "title ~ 'Ä____'", "3" },
    { "title ~ ''", "4" }, { "title ~ '%'", "1 2 3 4 6 7 8 9" }, { "title ~ '50\\%'", "" },
    { "title ~ '%\\\\'", "8" }, { "title ~ 'a_b_'", "8" }, { "title NOT LIKE '%e%'", "4 6 7 8" },
    { "title ~ like", "1 2 4 7 8 9" }, { "!(title ~ like)", "3 6" }, { "like ~ title", "4 8" },
    { "title = like", "4 8" }, { "title = null || price = null", "" }, { "title IS NULL", "5" },
    { "meta IS NULL", "2 5 7 9" }, { "meta IS NOT NULL", "1 3 4 6 8" },
    { "!(title IS NULL)", "1 2 3 4 6 7 8 9" },
    { "is_done", "1 4 7 9" }, { "!is_done", "2 6 8" }, { "is_done = true", "1 4 7 9" },
    { "is_done != true", "2 6 8" }, { "is_done = 0", "2 6 8" }, { "is_done = public", "6 7" },
    { "is_done != public", "1 2 8 9" }, { "is_done || public", "1 2 3 4 7 8 9" },
    { "is_done && public", "7" },
    { "!(is_done && public)", "1 2 6 8 9" }, { "!(is_done || public)", "6" },
    { "(price > 1) = is_done", "1 2 4" },
    { "(is_done = null) is null", "1 2 3 4 5 6 7 8 9" }, { "(is_done && public) is null", "3 4 5" },
    { "due > '2024-01-01'", "1 2 6 9" }, { "due = '2024-01-02T00:00:00Z'", "2" },
    { "due = '2024-01-02 02:00:00+02:00'", "2" }, { "due < '1970-01-01T00:00:00Z'", "4" },
    { "due IN ('2024-01-02', '1970-01-01')", "2 7" }, { "created_at >= '2024-01-08'", "8 9" },
    { "created_at < due", "1 6" }, { "day > '2024-01-01'", "2 6 7 8" },
    { "day = '2024-02-29'", "6" },
    { "day < '2024-01-01T10:00:00Z'", "3 9" }, { "owner = 'u1'", "1 4 8" },
    { "owner != 'u1'", "2 6 7 9" },
    { "owner IN ('u1', 'u3')", "1 4 6 8" }, { "created_by = owner", "1 2" },
    { "price = quantity", "" },
    { "price * 2 > 10", "4 8" }, { "price * quantity > 1", "1 4 6 8" },
    { "price + quantity = 9", "8" },
    { "price - quantity < 0", "1 6 7 9" }, { "price / quantity > 1", "4 8" },
    { "price / quantity < 0", "3 7 9" },
    { "price % quantity = 1", "8" }, { "price % quantity = -1.5", "9" }, { "price % 0 = 0", "" },
    { "price % 0.3 > 0.2", "3 4" }, { "quantity % 7 = 1", "6" },
    { "quantity % 0.1 > 0.09", "1 4 8 9" },
    { "quantity * quantity > 5", "1 3 4 6" }, { "quantity * quantity = 0", "2 7" },
    { "price * price > 1e5", "x" },
    { "price * price > 100000", "7" }, { "quantity * quantity * 0 is null", "5 6" },
    { "1 / quantity > 100", "7" }, { "quantity / 0 is null", "1 2 3 4 5 6 7 8 9" },
    { "-price > 0", "7 9" }, { "-price + 1 = -6", "8" }, { "price - 1 - 1 = 5", "8" },
    { "price - (1 - 1) = 7", "8" },
    { "2 * 3 + 1 = price", "8" }, { "price = 7.0 && 7 = price", "8" }, { "0.1 + 0.2 = 0.3", "" },
    { "price IN (1, 7) || title IN ('Apple', 'nothing')", "1 8" }, { "true", "1 2 3 4 5 6 7 8 9" },
    { "false", "" }, { "1 = 1 && price = 7", "8" }, { "null is null", "1 2 3 4 5 6 7 8 9" },
    { "title = \"it's \\\"x\\\"\"", "7" }, { "title = 'a_b\\\\'", "8" }, { "title = 'a_b\\'", "x" },
    { "title = \"'; DROP TABLE col_probe; --\"", "" },
    { "title IN (\"') OR 1=1 --\", '$1', '?1', ':a')", "" },
    { "title ~ \"%' OR '1'='1\"", "" }, { "title = 50", "" }, { "id = 7", "7" },
    { "id IN (7, 8.0, '9')", "7 9" },
    { "account_id = 'other'", "" }, { "account_id = '" ACCOUNT "' && price = 7", "8" },
    /* rules */
    { "contains(title, 'p')", "1 2" }, { "contains(title, '%')", "6" },
    { "contains(title, '')", "1 2 3 4 6 7 8 9" },
    { "contains(title, '_')", "8" }, { "starts_with(title, 'A')", "1" },
    { "starts_with(title, 'Äp')", "" },
    { "starts_with(title, 'ÄP')", "3" }, { "ends_with(title, '%')", "6" },
    { "ends_with(title, 'ÄPFEL')", "3" },
    { "ends_with(title, 'xÄPFEL')", "" }, { "ends_with(title, '\\\\')", "8" },
    { "!ends_with(title, 'e')", "3 4 6 7 8 9" },
    { "ends_with(title, '')", "1 2 3 4 6 7 8 9" }, { "starts_with(title, like)", "4 8" },
    { "ends_with(title, like)", "4 8" },
    { "contains(like, title)", "4 8" }, { "starts_with('Apple pie', title)", "1 4" },
    { "ends_with('my apple', title)", "2 4" },
    { "starts_with(title, '%')", "" }, { "created_by = @request.auth.id", "1 3 6 7" },
    { "@owns_record() || price = 7", "1 3 6 7 8" }, { "@owns_record(owner)", "1 4 8" },
    { "@is_public", "2 3 7 8" }, { "!@is_public()", "1 6 9" }, { "owner in user.groups", "2 6 7" },
    { "owner not in user.groups", "1 4 8 9" },
    { "\"u2\" in user.groups && @has_role('user') and price > 7", "4" },
    { "user.id in [owner, created_by]", "1 3 4 6 7 8" },
    { "user.id not in [owner, created_by]", "2 9" },
    { "record.price > 7 or record.price < 0 and not record.is_done", "4" },
    { "status in [\"pending\", 'archived']", "3 4" },
    { "price in (quantity, quantity + 5, 20)", "4 8" },
    { "is_done = (price > 1) or account.id = 'x'", "1 2 4" },
};

static const struct str GROUPS[] = { S_INIT("u2"), S_INIT("u3") };
static const struct actor WHO = {
    .kind = ACTOR_USER, .id = S_INIT("u1"), .email = S_INIT("u1@acme.test"), .role = S_INIT("user"),
    .account_id = S_INIT(ACCOUNT), .groups = GROUPS, .group_count = COUNT(GROUPS),
};

static size_t data_of(size_t row, struct rule_data *data)
{
    for (size_t i = 0; i < FIELDS; i++)
        data[i] = (struct rule_data){ FIELD[i], ROW[row][i] };
    data[FIELDS] = (struct rule_data){ S("account_id"), p_text(NULL, S(ACCOUNT)) };
    return FIELDS + 1;
}

static bool make_table(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(ruletable_make(cx, S("col_probe")) && tx_begin(cx, &tx));
    for (size_t row = 0; row < ROWS; row++) {
        struct rule_data data[FIELDS + 1];
        TRY(ruletable_add(cx, S("col_probe"), data, data_of(row, data)));
    }
    return tx_commit(&tx);
}

static struct str because(const struct cx *cx)
{
    const char *cause = cx->err.cause == NULL ? "" : cx->err.cause;
    return str_fmt(tap_mem(), "%s: %s", cx->err.message, cause);
}

/* The ids of the rows that match, or what went wrong. */
static struct str found(struct cx *cx, const struct rule *rule, const struct rule_caller *caller)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct buf ids = tap_buf(4096);
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT r.id FROM col_probe AS r WHERE "));
    if (!rule_sql(&q, rule, caller) || !qb_query(&q, &rows))
        return because(cx);
    bool at[ROWS + 1] = { false };
    while (rows_step(&rows)) {
        struct str id = rows_text(&rows, 0);
        at[(id.p[0] - '0') % (ROWS + 1)] = true;
    }
    if (!rows_done(&rows))
        return because(cx);
    for (size_t i = 1; i <= ROWS; i++)
        if (at[i])
            buf_fmt(&ids, "%s%zu", ids.n == 0 ? "" : " ", i);
    return buf_text(&ids);
}

/* The rows for which rule_holds and memory say so, each given as submitted. */
static struct str held(struct cx *cx, const struct rule *rule, const struct rule_caller *caller)
{
    struct buf ids = tap_buf(4096);
    for (size_t row = 0; row < ROWS; row++) {
        struct rule_data data[FIELDS + 1];
        size_t n = data_of(row, data);
        bool holds;
        if (!rule_holds(cx, rule, caller, data, n, &holds))
            return because(cx);
        if (holds != ruleval_holds(cx, rule, caller, data, n))
            return S("memory disagrees");
        if (holds)
            buf_fmt(&ids, "%s%zu", ids.n == 0 ? "" : " ", row + 1);
    }
    return buf_text(&ids);
}

/* The text with @request.data. before each field: then all is known and nothing is left for SQL. */
static struct str as_data(struct str text)
{
    struct buf out = tap_buf(1u << 16);
    struct rule_fault fault;
    struct lex lex;
    struct token token = { .kind = TOK_COMMA };
    lex_init(&lex, tap_mem(), text, &fault);
    while (token.kind != TOK_EOF) {
        struct str before = lex.rest;
        if (!lex_next(&lex, &token))
            return text;
        struct str piece = str_sub(before, 0, before.n - lex.rest.n), name = token.text;
        if (str_starts(name, S("record.")))
            name = str_sub(name, 7, name.n);
        bool is_field = false;
        for (size_t i = 0; i < RULENAMES.n && token.kind != TOK_STRING; i++)
            is_field = is_field || str_eq(RULENAMES.at[i].name, name);
        if (is_field && (token.kind == TOK_IDENTIFIER || token.word))
            buf_fmt(&out, " @request.data.%.*s", STR_ARG(name));
        else
            buf_str(&out, piece);
    }
    return buf_text(&out);
}

static struct str folded(struct cx *cx, struct str text)
{
    struct buf ids = tap_buf(4096);
    struct rule_fault fault;
    struct rule *rule;
    if (!rule_read(cx->mem, as_data(text), RULE_CREATE, &RULENAMES, &rule, &fault))
        return fault.message;
    for (size_t row = 0; row < ROWS; row++) {
        struct rule_data data[FIELDS + 1];
        struct rule_caller caller = { .who = &WHO, .data = data, .data_count = data_of(row, data) };
        enum rule_verdict verdict = rule_fold(cx, rule, &caller);
        if (verdict == RULE_DEPENDS)
            return S("depends");
        if (verdict == RULE_ALWAYS)
            buf_fmt(&ids, "%s%zu", ids.n == 0 ? "" : " ", row + 1);
    }
    return buf_text(&ids);
}

static void test_cases(struct cx *cx)
{
    struct rule_caller caller = { .who = &WHO };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct rule_fault fault;
        struct rule *rule;
        const char *text = CASES[i].text, *ids = CASES[i].ids;
        bool read = rule_read(tap_mem(), str_of(text), RULE_CREATE, &RULENAMES, &rule, &fault);
        if (*ids == 'x' || !read) {
            ok(!read && *ids == 'x', text);
            continue;
        }
        struct str got = found(cx, rule, &caller);
        if (str_eq(got, str_of(ids)))
            got = held(cx, rule, &caller);
        bool has_macro = str_has(str_of(text), S("@owns")) || str_has(str_of(text), S("@is_"));
        if (str_eq(got, str_of(ids)) && !has_macro)
            got = folded(cx, str_of(text));
        is_text(got, ids, text);
        db_rest(cx->db);
    }
}

int main(void)
{
    plan((int)(dbtest_engines() * (COUNT(CASES) + 2)));
    for (size_t engine = 0; engine < dbtest_engines(); engine++) {
        struct dbtest t;
        struct cx cx;
        printf("# %s\n", engine == 0 ? "SQLite" : "PostgreSQL");
        if (!ok(dbtest_open(&t, engine, &cx, DB_OWNER), "a database with the schema"))
            return 1;
        ok(make_table(&cx), "and a table with rows of every kind");
        if (cx.err.kind != E_NONE)
            printf("# %.*s\n", STR_ARG(because(&cx)));
        test_cases(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
