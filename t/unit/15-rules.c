/* 15-rules.c — tests of expressions: what is refused and how, and what SQL the others become. */
#include "dbtest.h"

#include "rulenames.h"
#include "rules/rule.h"

#define AVAILABLE "account_id, created_at, created_by, day, due, id, is_done, like, meta, " \
    "owner, price, public, quantity, status, title, user"
#define NO_FIELD(name) "Field '" name "' does not exist in collection. Available fields: " AVAILABLE
#define NOT_FOR(op, name, type, allowed) "Operator '" op "' is not supported for field '" name \
    "' of type '" type "'. Allowed operators: " allowed
#define AUTH "Valid: @request.auth.account_id, @request.auth.email, @request.auth.id, " \
    "@request.auth.role"
#define FILTER_VARIABLE(name) "Context variables are not allowed in filters: '" name \
    "'. Use plain field names only (e.g., status, price, created_at)."

static const struct fault {
    enum rule_use use;
    const char *text, *message;
    size_t position;
} FAULTS[] = {
    /* syntax, data.md §6.3 */
    { RULE_FILTER, "", "Unexpected token: EOF at position 0", 0 },
    { RULE_LIST, "   ", "Unexpected token: EOF at position 3", 3 },
    { RULE_FILTER, "title ===", "Unexpected token: EQ at position 7", 7 },
    { RULE_FILTER, "title = ", "Unexpected token: EOF at position 8", 8 },
    { RULE_FILTER, "= 1", "Unexpected token: EQ at position 0", 0 },
    { RULE_FILTER, "(price = 1", "Expected RPAREN, found EOF at position 10", 10 },
    { RULE_FILTER, "title IS foo", "Expected NULL, found IDENTIFIER at position 9", 9 },
    { RULE_FILTER, "title IS ! NULL", "Expected NULL, found NOT at position 9", 9 },
    { RULE_FILTER, "title = 'a' x", "Unexpected token after expression at position 12", 12 },
    { RULE_FILTER, "price = 1 = 2", "Unexpected token after expression at position 10", 10 },
    { RULE_FILTER, "price = 1e5", "Unexpected token after expression at position 9", 9 },
    { RULE_FILTER, "title = 'a", "Unterminated string literal at position 10", 10 },
    { RULE_FILTER, "title $ 1", "Invalid character '$' at position 6", 6 },
    { RULE_FILTER, "title & 'a'", "Unexpected character '&'. Did you mean '&&'? at position 6", 6 },
    { RULE_FILTER, "title | 'a'", "Unexpected character '|'. Did you mean '||'? at position 6", 6 },
    { RULE_FILTER, "title && && title", "Unexpected token: AND at position 9", 9 },
    { RULE_FILTER, "status IN 'a'", "Expected LPAREN, found STRING at position 10", 10 },
    { RULE_FILTER, "status IN ()", "Unexpected token: RPAREN at position 11", 11 },
    { RULE_FILTER, "status IN ('a',)", "Unexpected token: RPAREN at position 15", 15 },
    { RULE_FILTER, "status IN ('a'", "Expected RPAREN, found EOF at position 14", 14 },
    { RULE_FILTER, "status IN ['a')", "Expected RBRACKET, found RPAREN at position 14", 14 },
    { RULE_FILTER, "status IN user.groups", "Expected LPAREN, found IDENTIFIER at position 10",
      10 },
    { RULE_FILTER, "status IN (user.groups)", NO_FIELD("user.groups"), 11 },
    { RULE_LIST, "status IN (user.groups, 'a')", "Invalid context variable 'user.groups'. Valid: "
      "account.id, user.account_id, user.email, user.groups, user.id, user.role", 11 },
    { RULE_LIST, "status in title", "Expected LPAREN, found IDENTIFIER at position 10", 10 },
    { RULE_LIST, "status in 'user.groups'", "Expected LPAREN, found STRING at position 10", 10 },
    { RULE_FILTER, "status NOT 'a'", "Expected IN, found STRING at position 11", 11 },
    { RULE_FILTER, "price = !is_done", "Unexpected token: NOT at position 8", 8 },
    { RULE_FILTER, "'é' = 'é' ü", "Invalid character 'ü' at position 10", 10 },
    { RULE_FILTER, "title = 'a'; DROP TABLE x", "Invalid character ';' at position 11", 11 },
    { RULE_FILTER, "price = 1 -- x", NO_FIELD("x"), 13 },
    { RULE_FILTER, "title = 'a' /* x", "Unexpected token: STAR at position 13", 13 },
    { RULE_LIST, "contains(title,", "Unexpected token: EOF at position 15", 15 },
    { RULE_LIST, "contains(title,)", "Unexpected token: RPAREN at position 15", 15 },
    { RULE_FILTER, "and", "Unexpected token: AND at position 0", 0 },
    /* names in filters */
    { RULE_FILTER, "x = 1", NO_FIELD("x"), 0 },
    { RULE_FILTER, "a.b = 1", NO_FIELD("a.b"), 0 },
    { RULE_FILTER, "record.title = 'a'", NO_FIELD("record.title"), 0 },
    { RULE_FILTER, "user.id = 'a'", NO_FIELD("user.id"), 0 },
    { RULE_FILTER, "Title = 'a'", NO_FIELD("Title"), 0 },
    { RULE_FILTER, "salary > 1", NO_FIELD("salary"), 0 },
    { RULE_FILTER, "x = 1 && y = 2", NO_FIELD("x") "; " NO_FIELD("y"), 0 },
    { RULE_FILTER, "price = 1 && y = 2", NO_FIELD("y"), 13 },
    { RULE_FILTER, "token = 'a'", "Field 'token' is encrypted and cannot be used in filters", 0 },
    { RULE_FILTER, "@request.auth.id = 'x'", FILTER_VARIABLE("@request.auth.id"), 0 },
    { RULE_FILTER, "@has_role('x')", FILTER_VARIABLE("@has_role"), 0 },
    { RULE_FILTER, "@owns_record", FILTER_VARIABLE("@owns_record"), 0 },
    { RULE_FILTER, "upper(title) = 'A'", "Functions are not allowed in filters: 'upper'", 0 },
    { RULE_FILTER, "contains(title, 'a')", "Functions are not allowed in filters: 'contains'", 0 },
    { RULE_FILTER, "price(1) = 1 || x = 1",
      "Functions are not allowed in filters: 'price'; " NO_FIELD("x"), 0 },
    /* operators and types */
    { RULE_FILTER, "is_done > 1", NOT_FOR(">", "is_done", "boolean", "!=, =, IS NOT NULL, IS NULL"),
      0 },
    { RULE_FILTER, "is_done IN (1)", NOT_FOR("IN", "is_done", "boolean",
      "!=, =, IS NOT NULL, IS NULL"), 0 },
    { RULE_FILTER, "price ~ '1%'", NOT_FOR("~", "price", "number",
      "!=, <, <=, =, >, >=, IN, IS NOT NULL, IS NULL"), 0 },
    { RULE_FILTER, "day ~ '2024%'", NOT_FOR("~", "day", "date",
      "!=, <, <=, =, >, >=, IN, IS NOT NULL, IS NULL"), 0 },
    { RULE_FILTER, "owner < 'a'", NOT_FOR("<", "owner", "reference",
      "!=, =, IN, IS NOT NULL, IS NULL"), 0 },
    { RULE_FILTER, "owner LIKE 'a'", NOT_FOR("~", "owner", "reference",
      "!=, =, IN, IS NOT NULL, IS NULL"), 0 },
    { RULE_FILTER, "meta = 'a'", NOT_FOR("=", "meta", "json", "IS NOT NULL, IS NULL"), 0 },
    { RULE_FILTER, "meta NOT IN ('a')", NOT_FOR("IN", "meta", "json", "IS NOT NULL, IS NULL"), 0 },
    { RULE_FILTER, "'a' = meta", NOT_FOR("=", "meta", "json", "IS NOT NULL, IS NULL"), 6 },
    /* literals */
    { RULE_FILTER, "price = 'abc'", "Invalid number literal 'abc' for field 'price'", 8 },
    { RULE_FILTER, "price = true", "Invalid number literal 'true' for field 'price'", 8 },
    { RULE_FILTER, "price IN (1, 'b')", "Invalid number literal 'b' for field 'price'", 13 },
    { RULE_FILTER, "is_done = 2", "Invalid boolean literal '2' for field 'is_done'", 10 },
    { RULE_FILTER, "is_done = 'yes'", "Invalid boolean literal 'yes' for field 'is_done'", 10 },
    { RULE_FILTER, "title = true", "Invalid text literal 'true' for field 'title'", 8 },
    { RULE_FILTER, "due > 'soon'", "Invalid datetime literal 'soon' for field 'due'", 6 },
    { RULE_FILTER, "due > 5", "Invalid datetime literal '5' for field 'due'", 6 },
    { RULE_FILTER, "day = '2024-02-30'", "Invalid datetime literal '2024-02-30' for field 'day'",
      6 },
    { RULE_FILTER, "'soon' < created_at", "Invalid datetime literal 'soon' for field 'created_at'",
      0 },
    { RULE_FILTER, "status IN (title)", "IN list items must be literals", 11 },
    { RULE_FILTER, "price IN (1 + 1)", "IN list items must be literals", 10 },
    { RULE_FILTER, "1 = 'a'", "Invalid number literal 'a'", 4 },
    /* what does not go together */
    { RULE_FILTER, "price = title",
      "Cannot compare field 'price' of type 'number' with field 'title' of type 'text'", 0 },
    { RULE_FILTER, "due = day",
      "Cannot compare field 'due' of type 'datetime' with field 'day' of type 'date'", 0 },
    { RULE_FILTER, "title + 1 > 2", "Operator '+' needs numbers, not field 'title' of type 'text'",
      0 },
    { RULE_FILTER, "price * '2' > 2", "Operator '*' needs numbers, not '2'", 8 },
    { RULE_FILTER, "-title = 'a'", "Operator '-' needs numbers, not field 'title' of type 'text'",
      1 },
    { RULE_FILTER, "price + 1 = 'a'", "Invalid number literal 'a'", 12 },
    { RULE_FILTER, "(price > 1) < (price > 2)", "Operator '<' is not supported for type 'boolean'",
      1 },
    { RULE_FILTER, "price = (price > 1)",
      "Cannot compare field 'price' of type 'number' with a condition", 0 },
    { RULE_FILTER, "(price > 1) ~ 'a'", "Operator '~' needs text, not a condition", 1 },
    /* what is no condition */
    { RULE_FILTER, "price", "Condition expected, found field 'price' of type 'number'", 0 },
    { RULE_FILTER, "!title", "Condition expected, found field 'title' of type 'text'", 1 },
    { RULE_FILTER, "'a' || is_done", "Condition expected, found 'a'", 0 },
    { RULE_FILTER, "1", "Condition expected, found '1'", 0 },
    { RULE_FILTER, "null", "Condition expected, found 'null'", 0 },
    { RULE_FILTER, "price + 1", "Condition expected, found a calculation", 0 },
    { RULE_LIST, "user.id", "Condition expected, found 'user.id'", 0 },
    /* variables of rules */
    { RULE_LIST, "@request.auth.x = 'a'", "Invalid context variable '@request.auth.x'. " AUTH, 0 },
    { RULE_LIST, "@request.auth.groups = 'a'",
      "Invalid context variable '@request.auth.groups'. " AUTH, 0 },
    { RULE_LIST, "@request = 'a'", "Invalid context variable '@request'. " AUTH, 0 },
    { RULE_LIST, "@request.query.x = 'a'", "Invalid context variable '@request.query.x'. " AUTH,
      0 },
    { RULE_LIST, "@request.auth.id() = 'a'",
      "Functions are not allowed in rules: '@request.auth.id'", 0 },
    { RULE_LIST, "@request.data.title = 'a'",
      "'@request.data.*' can only be used in create/update rules, not in 'list' rules", 0 },
    { RULE_VIEW, "@request.data.title = 'a'",
      "'@request.data.*' can only be used in create/update rules, not in 'view' rules", 0 },
    { RULE_DELETE, "@request.data.title = 'a'",
      "'@request.data.*' can only be used in create/update rules, not in 'delete' rules", 0 },
    { RULE_CREATE, "@request.data.a.b = 'a'", "Invalid context variable '@request.data.a.b'. " AUTH,
      0 },
    { RULE_CREATE, "@request.data. = 'a'", "Invalid context variable '@request.data.'. " AUTH, 0 },
    { RULE_LIST, "user.name = 'a'", "Invalid context variable 'user.name'. Valid: account.id, "
      "user.account_id, user.email, user.groups, user.id, user.role", 0 },
    { RULE_LIST, "user.groups = 'a'", "Invalid context variable 'user.groups'. Valid: account.id, "
      "user.account_id, user.email, user.groups, user.id, user.role", 0 },
    { RULE_LIST, "account = 'a'", NO_FIELD("account"), 0 },
    { RULE_LIST, "record = 'a'", NO_FIELD("record"), 0 },
    { RULE_LIST, "record.x = 'a'", NO_FIELD("x"), 0 },
    { RULE_LIST, "account.name = 'a'", NO_FIELD("account.name"), 0 },
    { RULE_LIST, "price = user.id", "Cannot compare field 'price' of type 'number' with 'user.id'",
      0 },
    { RULE_LIST, "price in user.groups",
      "Operator 'IN' needs text before user.groups, not field 'price' of type 'number'", 0 },
    { RULE_LIST, "token = 'a'", "Field 'token' is encrypted and cannot be used in rules", 0 },
    /* macros and functions */
    { RULE_LIST, "@x", "Unknown macro '@x'", 0 },
    { RULE_LIST, "@x(1, 2) && is_done", "Unknown macro '@x'", 0 },
    { RULE_LIST, "@Is_Creator", "Unknown macro '@Is_Creator'", 0 },
    { RULE_LIST, "@has_role", "@has_role() requires exactly 1 argument(s), got 0", 0 },
    { RULE_LIST, "@has_role('a', 'b')", "@has_role() requires exactly 1 argument(s), got 2", 0 },
    { RULE_LIST, "@owns_record(a, b)", "@owns_record() requires 0–1 arguments, got 2", 0 },
    { RULE_LIST, "@owns_record(5)", "@owns_record() takes the name of a field", 0 },
    { RULE_LIST, "@owns_record(nobody)", NO_FIELD("nobody"), 0 },
    { RULE_LIST, "@owns_record('nobody')", NO_FIELD("nobody"), 0 },
    { RULE_LIST, "@owns_record(price)",
      "Cannot compare field 'price' of type 'number' with '@request.auth.id'", 0 },
    { RULE_LIST, "@in_time_range(9, 25)", "@in_time_range() takes whole hours from 0 to 24", 0 },
    { RULE_LIST, "@in_time_range(9.5, 17)", "@in_time_range() takes whole hours from 0 to 24", 0 },
    { RULE_LIST, "@in_time_range(price, 17)", "@in_time_range() takes whole hours from 0 to 24",
      0 },
    { RULE_LIST, "@has_permission('delete')",
      "@has_permission() requires exactly 2 argument(s), got 1", 0 },
    { RULE_LIST, "@has_permission('drop', 'posts')",
      "@has_permission() does not know the operation "
      "'drop'. Valid: create, read, update, delete", 0 },
    { RULE_LIST, "@has_permission(title, 'posts')",
      "@has_permission() takes an operation and a collection in quotes", 0 },
    { RULE_LIST, "upper(title) = 'A'", "Functions are not allowed in rules: 'upper'", 0 },
    { RULE_LIST, "contains(title)", "contains() requires exactly 2 argument(s), got 1", 0 },
    { RULE_LIST, "contains(price, 'a')",
      "contains() needs text, not field 'price' of type 'number'", 9 },
    { RULE_LIST, "starts_with(title, meta)",
      "starts_with() needs text, not field 'meta' of type 'json'", 19 },
};

static void test_faults(void)
{
    for (size_t i = 0; i < COUNT(FAULTS); i++) {
        struct rule_fault fault = { NO_STR, 0 };
        struct rule *rule;
        bool read = rule_read(tap_mem(), str_of(FAULTS[i].text), FAULTS[i].use, &RULENAMES, &rule,
                              &fault);
        ok(!read && fault.position == FAULTS[i].position, FAULTS[i].text);
        is_text(read ? S("accepted") : fault.message, FAULTS[i].message, FAULTS[i].text);
    }
}

/* Where no collection is known: what is a field's name, and what is none. */
static void test_open_names(void)
{
    static const struct rule_name PRICE[] = {
        { .name = S_INIT("price"), .column = S_INIT("price"), .type = R_NUMBER } };
    static const struct rule_names OPEN = { .at = PRICE, .n = 1, .is_open = true };
    static const struct { const char *text, *message; } OPENS[] = {
        { "a = 1 && record.a = 'x' && b in user.groups || c > d || !e", NULL },
        { "@owns_record(f) && @owns_record('g') && @is_public && contains(record.h, 'x') && i ~ 'x'", NULL },
        { "user = 'a' && account = 'b' && record = 'c' && @request = 'd'",
          "Invalid context variable '@request'. " AUTH },
        { "price = 'x'", "Invalid number literal 'x' for field 'price'" },
        { "account.name = 'x'", "Field 'account.name' does not exist in collection. Available fields: price" },
        { "record.a.b = 'x'", "Field 'a.b' does not exist in collection. Available fields: price" },
        { "@owns_record('a b')", "Field 'a b' does not exist in collection. Available fields: price" },
        { "a", NULL }, { "a + 1", "Condition expected, found a calculation" },
    };
    for (size_t i = 0; i < COUNT(OPENS); i++) {
        struct rule_fault fault = { NO_STR, 0 };
        struct rule *rule;
        bool read = rule_read(tap_mem(), str_of(OPENS[i].text), RULE_UPDATE, &OPEN, &rule, &fault);
        is_text(read ? NO_STR : fault.message, OPENS[i].message, OPENS[i].text);
    }
}

/* Texts that grow, and what is said of one more than may be. */
static struct str repeated(const char *before, const char *middle, const char *after, size_t n)
{
    struct buf b = tap_buf(1u << 20);
    for (size_t i = 0; i < n; i++)
        buf_str(&b, str_of(before));
    buf_str(&b, str_of(middle));
    for (size_t i = 0; i < n; i++)
        buf_str(&b, str_of(after));
    return buf_text(&b);
}

static struct str fault_of(struct str text)
{
    struct rule_fault fault = { NO_STR, 0 };
    struct rule *rule;
    bool read = rule_read(tap_mem(), text, RULE_LIST, &RULENAMES, &rule, &fault);
    return read ? S("fine") : fault.message;
}

static void test_limits(struct cx *cx)
{
    const char *deep = "Expression is nested more than 64 levels deep";
    ok(str_starts(fault_of(repeated("(", "is_done", ")", 65)), str_of(deep)),
        "65 parentheses are too many");
    is_text(fault_of(repeated("(", "is_done", ")", 64)), "fine", "64 are not");
    ok(str_starts(fault_of(repeated("!", "is_done", "", 65)), str_of(deep)),
        "65 times not is too often");
    ok(str_starts(fault_of(repeated("-", "1", "", 5000)), str_of(deep)), "so is minus");
    ok(str_starts(fault_of(repeated("@x(", "1", ")", 2000)), str_of(deep)), "and calls");
    ok(str_starts(fault_of(repeated("", "1 = 1", " + 1", 70)), str_of(deep)), "a long sum is deep");
    is_text(fault_of(repeated("", "is_done", "||is_done", 900)), "fine", "a long list is not");
    is_text(fault_of(repeated("", "is_done", " ", 8185)), "fine", "8192 bytes are allowed");
    is_text(fault_of(repeated("", "is_done", " ", 8186)), "Expression is longer than 8192 bytes",
        "8193 not");
    struct str items = repeated("", "", ",'a'", 511);
    is_text(fault_of(str_fmt(tap_mem(), "status in ['a'%.*s]", STR_ARG(items))),
            "fine", "512 items are allowed");
    ok(str_starts(fault_of(str_fmt(tap_mem(), "status in ['a','b'%.*s]", STR_ARG(items))),
                  S("IN list has more than 512 items at position ")), "513 not");
    is_text(fault_of(str_fmt(tap_mem(), "price = 1%.*s", STR_ARG(repeated("", "", "0", 400)))),
            "Number is too large at position 8", "a number no double holds");
    struct str many = fault_of(repeated("", "x", "||x", 2000));
    ok(many.n < 8192, "two thousand faults are not all told");
    is_text(fault_of(repeated("(1 - ", "price", ") > 1", 1)), "fine", "a difference");
    is_text(fault_of(repeated("1 / (", "price", ") > 1", 1)), "fine", "a quotient");
    is_text(fault_of(str_fmt(tap_mem(), "1 = %.*s", STR_ARG(repeated("1 / (", "price", ")", 60)))),
        "Expression is too complex",
            "what SQLite's parser would not take is refused");
    const struct { const char *before, *after; size_t n; } DEEP[] = {
        { "(is_done && (public || ", "))", 31 }, { "!(is_done || public && ", ")", 20 },
        { "((", ") = public)", 31 }, { "(public = (", "))", 31 },
    };
    for (size_t i = 0; i < COUNT(DEEP); i++) {
        struct rule_fault fault;
        struct rule *rule;
        struct rows rows SCOPED(rows_close) = { 0 };
        struct qb q;
        struct str text = repeated(DEEP[i].before, "price > 1", DEEP[i].after, DEEP[i].n);
        qb_init(&q, cx);
        qb_lit(&q, SQL_OF("SELECT 1 FROM (SELECT 1 AS price, TRUE AS public, TRUE AS is_done) AS r"
                          " WHERE "));
        ok(rule_read(tap_mem(), text, RULE_LIST, &RULENAMES, &rule, &fault)
           && rule_sql(&q, rule, NULL)
           && qb_query(&q, &rows), "about 60 levels run");
    }
}

static const struct str GROUPS[] = { S_INIT("editors"), S_INIT("admin") };
static const struct rule_data DATA[] = {
    { S_INIT("status"), { .type = P_TEXT, .text = S_INIT("draft") } },
    { S_INIT("price"), { .type = P_REAL, .real = 12.5 } },
    { S_INIT("quantity"), { .type = P_TEXT, .text = S_INIT("many") } },
    { S_INIT("due"), { .type = P_TEXT, .text = S_INIT("2024-01-02T00:00:00Z") } },
    { S_INIT("is_done"), { .type = P_BOOL, .number = 1 } },
    { S_INIT("meta"), { .type = P_TEXT, .text = S_INIT("{\"a\":1}") } },
    { S_INIT("other"), { .type = P_INT, .number = 7 } },
    { S_INIT("gone"), { .type = P_NULL } },
};

static struct str value_text(const struct param *p)
{
    switch (p->type) {
    case P_TEXT: return str_fmt(tap_mem(), "'%.*s'", STR_ARG(p->text));
    case P_REAL: return str_fmt(tap_mem(), "%g", p->real);
    case P_TIME: return str_fmt(tap_mem(), "@%lld", (long long)p->number);
    case P_NULL: return S("NULL");
    default:     return str_fmt(tap_mem(), "%lld", (long long)p->number);
    }
}

/* The SQL, then its values; or the fault. */
static struct str compiled(struct cx *cx, enum rule_use use, const char *text,
                           const struct rule_caller *caller)
{
    struct rule_fault fault;
    struct rule *rule;
    struct qb q;
    struct buf said = tap_buf(1u << 16);
    if (!rule_read(tap_mem(), str_of(text), use, &RULENAMES, &rule, &fault))
        return fault.message;
    qb_init(&q, cx);
    if (!rule_sql(&q, rule, caller))
        return S("wrong");
    buf_str(&said, qb_text(&q));
    for (size_t i = 0; i < q.n; i++)
        buf_fmt(&said, "%s%.*s", i == 0 ? " <- " : ", ", STR_ARG(value_text(&q.params[i])));
    return buf_text(&said);
}

static const struct sqlcase { enum rule_use use; const char *text, *sql; } CASES[] = {
    { RULE_FILTER, "title = 'a'", "(r.\"title\" = ?1) <- 'a'" },
    { RULE_FILTER, "title == \"a\"", "(r.\"title\" = ?1) <- 'a'" },
    { RULE_FILTER, "'a' != title", "(?1 <> r.\"title\") <- 'a'" },
    { RULE_FILTER,
      "title = 'it\\'s' && status IN ('a', 'b') && user IS NULL && price >= 3 && is_done = true"
      " && title = null", "(FALSE)" },
    { RULE_FILTER,
      "(title = 'it\\'s') && status IN ('a', 'b') && user IS NULL && price >= 3 && is_done = true",
      "((r.\"title\" = ?1) AND (r.\"status\" IN (?2, ?3)) AND (r.\"user\" IS NULL) AND "
      "(r.\"price\" >= ?4)"
      " AND (r.\"is_done\" = TRUE)) <- 'it's', 'a', 'b', 3" },
    { RULE_FILTER, "title = \"'; DROP TABLE x; --\"",
      "(r.\"title\" = ?1) <- ''; DROP TABLE x; --'" },
    { RULE_FILTER, "title = 5", "(r.\"title\" = ?1) <- '5'" },
    { RULE_FILTER, "title = 5.0 || title = -05",
      "((r.\"title\" = ?1) OR (r.\"title\" = ?2)) <- '5.0', '-05'" },
    { RULE_FILTER, "price = '5'", "(r.\"price\" = ?1) <- 5" },
    { RULE_FILTER, "price > -5", "(r.\"price\" > ?1) <- -5" },
    { RULE_FILTER, "price IN (-1, 2., '3')", "(r.\"price\" IN (?1, ?2, ?3)) <- -1, 2, 3" },
    { RULE_FILTER, "price NOT IN (1, null)", "(r.\"price\" NOT IN (?1, NULL)) <- 1" },
    { RULE_FILTER, "!(price IN (1))", "(r.\"price\" NOT IN (?1)) <- 1" },
    { RULE_FILTER, "price * 2 > 10", "((r.\"price\" * ?1) > ?2) <- 2, 10" },
    { RULE_FILTER, "price * (2 + 3) > 10 - 1", "((r.\"price\" * ?1) > ?2) <- 5, 9" },
    { RULE_FILTER, "price - quantity * 2 / 4 % 3 > 0",
      "((r.\"price\" - mod(((r.\"quantity\" * ?1) / ?2), ?3)) > ?4) <- 2, 4, 3, 0" },
    { RULE_FILTER, "-price < --3", "((- r.\"price\") < ?1) <- 3" },
    { RULE_FILTER, "price / 0 > 1", "((r.\"price\" / ?1) > ?2) <- 0, 1" },
    { RULE_FILTER, "1 / 0 = 1", "(FALSE)" },
    { RULE_FILTER, "price + null > 1 || is_done", "(r.\"is_done\")" },
    { RULE_FILTER, "title ~ 'E%'", "(r.\"title\" LIKE ?1) <- 'E%'" },
    { RULE_FILTER, "title like 'E%' and not title like 'F%'",
      "((r.\"title\" LIKE ?1) AND (NOT r.\"title\" LIKE ?2)) <- 'E%', 'F%'" },
    { RULE_FILTER, "title NOT LIKE 5", "(NOT r.\"title\" LIKE ?1) <- '5'" },
    { RULE_FILTER, "title ~ status",
      "(CASE WHEN length(r.\"status\") <= 8192 THEN r.\"title\" LIKE r.\"status\" END)" },
    { RULE_FILTER, "title = status", "(r.\"title\" = r.\"status\")" },
    { RULE_FILTER, "is_done", "(r.\"is_done\")" },
    { RULE_FILTER, "!is_done", "(NOT r.\"is_done\")" },
    { RULE_FILTER, "!!is_done", "(r.\"is_done\")" },
    { RULE_FILTER, "is_done = 1 || is_done = 'false'",
      "((r.\"is_done\" = TRUE) OR (r.\"is_done\" = FALSE))" },
    { RULE_FILTER, "!title = 'a'", "(r.\"title\" <> ?1) <- 'a'" },
    { RULE_FILTER, "!(price < 1 || price >= 5)",
      "((r.\"price\" >= ?1) AND (r.\"price\" < ?2)) <- 1, 5" },
    { RULE_FILTER, "(price > 1) = is_done", "((r.\"price\" > ?1) = r.\"is_done\") <- 1" },
    { RULE_FILTER, "meta IS NOT NULL", "(r.\"meta\" IS NOT NULL)" },
    { RULE_FILTER, "!(meta is not null)", "(r.\"meta\" IS NULL)" },
    { RULE_FILTER, "due > '2024-01-01'", "(r.\"due\" > ?1) <- @1704067200000000" },
    { RULE_FILTER, "created_at <= '2024-01-01T01:00:00.5+01:00'",
      "(r.\"created_at\" <= ?1) <- @1704067200500000" },
    { RULE_FILTER, "day >= '2024-01-01'", "(r.\"day\" >= ?1) <- '2024-01-01'" },
    { RULE_FILTER, "day = '2024-01-01T23:30:00-02:00'", "(r.\"day\" = ?1) <- '2024-01-02'" },
    { RULE_FILTER, "like = 'a' || user = 'b'",
      "((r.\"like\" = ?1) OR (r.\"user\" = ?2)) <- 'a', 'b'" },
    { RULE_FILTER, "like like 'a'", "(r.\"like\" LIKE ?1) <- 'a'" },
    { RULE_FILTER, "true", "(TRUE)" },
    { RULE_FILTER, "false || 1 = 1", "(TRUE)" },
    { RULE_FILTER, "1 = 1.0 && 'a' < 'b' && 'Ab' ~ 'a_' && 5 in (4, 5)", "(TRUE)" },
    { RULE_FILTER, "null = null || null is null", "(TRUE)" },
    { RULE_FILTER, "title = null || title != null", "(FALSE)" },
    { RULE_FILTER, "!(title = null)", "(FALSE)" },
    { RULE_FILTER, "(title = null) is null && is_done", "(r.\"is_done\")" },
    { RULE_FILTER, "false && x_is_not_reached = 1 || is_done", NO_FIELD("x_is_not_reached") },
    { RULE_FILTER, "is_done && false", "(FALSE)" },
    { RULE_FILTER, "(is_done || false) && true", "(r.\"is_done\")" },
    /* the caller */
    { RULE_LIST, "@request.auth.id != ''", "(TRUE)" },
    { RULE_LIST, "user.id == '' or account.id == 'other'", "(FALSE)" },
    { RULE_LIST, "created_by = @request.auth.id", "(r.\"created_by\" = ?1) <- 'u1'" },
    { RULE_LIST, "record.created_by == user.id and record.status in [\"a\",\"b\"]",
      "((r.\"created_by\" = ?1) AND (r.\"status\" IN (?2, ?3))) <- 'u1', 'a', 'b'" },
    { RULE_LIST,
      "user.role in ['user','admin'] && user.email ~ '%@ACME.test' && user = user.account_id",
      "(r.\"user\" = ?1) <- 'a1'" },
    { RULE_LIST, "\"admin\" in user.groups", "(TRUE)" },
    { RULE_LIST, "\"admin\" not in user.groups", "(FALSE)" },
    { RULE_LIST, "\"x\" in user.groups || status in user.groups",
      "(r.\"status\" IN (?1, ?2)) <- 'editors', 'admin'" },
    { RULE_LIST, "user.id in [owner, created_by]",
      "(?1 IN (r.\"owner\", r.\"created_by\")) <- 'u1'" },
    { RULE_LIST, "user.id in [owner, null, 'x']", "(?1 IN (r.\"owner\", NULL)) <- 'u1'" },
    { RULE_LIST, "user.id not in [owner, 'u1']", "(FALSE)" },
    { RULE_LIST, "is_public = true || created_by = @request.auth.id", NO_FIELD("is_public") },
    { RULE_LIST, "public = true || created_by = @request.auth.id",
      "((r.\"public\" = TRUE) OR (r.\"created_by\" = ?1)) <- 'u1'" },
    /* macros */
    { RULE_LIST, "@owns_record", "(r.\"created_by\" = ?1) <- 'u1'" },
    { RULE_LIST, "@owns_record() || @is_creator",
      "((r.\"created_by\" = ?1) OR (r.\"created_by\" = ?2)) <- 'u1', 'u1'" },
    { RULE_LIST, "@owns_record(owner)", "(r.\"owner\" = ?1) <- 'u1'" },
    { RULE_LIST, "@owns_record('owner')", "(r.\"owner\" = ?1) <- 'u1'" },
    { RULE_LIST, "@owns_record(record.owner)", "(r.\"owner\" = ?1) <- 'u1'" },
    { RULE_LIST, "@is_public", "(r.\"public\" = TRUE)" },
    { RULE_LIST, "!@is_public()", "(r.\"public\" <> TRUE)" },
    { RULE_LIST, "@has_role('admin') || @owns_record", "(r.\"created_by\" = ?1) <- 'u1'" },
    { RULE_LIST, "@has_role(\"user\")", "(TRUE)" },
    { RULE_LIST, "@has_role(status)", "(?1 = r.\"status\") <- 'user'" },
    { RULE_LIST, "@has_group('editors')", "(TRUE)" },
    { RULE_LIST, "@has_group('none')", "(FALSE)" },
    { RULE_LIST, "@has_group(status)", "(r.\"status\" IN (?1, ?2)) <- 'editors', 'admin'" },
    { RULE_LIST, "@in_time_range(9, 17)", "(TRUE)" },
    { RULE_LIST, "@in_time_range(12, 13)", "(TRUE)" },
    { RULE_LIST, "@in_time_range(13, 12)", "(FALSE)" },
    { RULE_LIST, "@in_time_range(22, 13)", "(TRUE)" },
    { RULE_LIST, "@in_time_range(12, 12) || !@in_time_range(0, 24)", "(FALSE)" },
    { RULE_LIST, "@has_permission('delete', 'posts')", "(TRUE)" },
    { RULE_LIST, "@has_permission('delete', 'Posts')", "(FALSE)" },
    /* functions: no pattern in what is looked for */
    { RULE_LIST, "contains(title, '%')", "(instr(r.\"title\", CAST(?1 AS TEXT)) > 0) <- '%'" },
    { RULE_LIST, "!starts_with(title, user.id)",
      "(NOT (substr(r.\"title\", 1, length(CAST(?1 AS TEXT))) = CAST(?2 AS TEXT))) <- 'u1', 'u1'" },
    { RULE_LIST, "Ends_With(title, status)",
      "(substr(r.\"title\", length(r.\"title\") - length(r.\"status\")"
      " + 1) = r.\"status\")" },
    { RULE_LIST, "contains('abc', 'b') && starts_with('abc', 'ab') && ends_with('abc', 'bc')",
      "(TRUE)" },
    { RULE_LIST, "contains('abc', 'B') || starts_with('a', 'ab') || ends_with('a%', '_')",
      "(FALSE)" },
    { RULE_LIST, "contains(title, null) || is_done", "(r.\"is_done\")" },
    { RULE_LIST, "contains(title, 5)", "(instr(r.\"title\", CAST(?1 AS TEXT)) > 0) <- '5'" },
    /* submitted data */
    { RULE_CREATE, "@request.data.status = 'info' || @request.data.status = 'draft'", "(TRUE)" },
    { RULE_CREATE, "@request.data.status = 'info'", "(FALSE)" },
    { RULE_CREATE, "@request.data.price > 12 && @request.data.price < '13'", "(TRUE)" },
    { RULE_CREATE, "@request.data.quantity = 1 || !(@request.data.quantity = 1)", "(FALSE)" },
    { RULE_CREATE, "@request.data.due > '2024-01-01' && due = @request.data.due",
      "(r.\"due\" = ?1) <- @1704153600000000" },
    { RULE_CREATE, "@request.data.is_done", "(TRUE)" },
    { RULE_CREATE, "@request.data.absent is null && @request.data.gone is null", "(TRUE)" },
    { RULE_CREATE,
      "@request.data.other = 7 && @request.data.other = '7' && @request.data.other + 1 = 8",
      "(TRUE)" },
    { RULE_CREATE, "@request.data.other = @request.data.status", "(FALSE)" },
    { RULE_CREATE, "@request.data.meta is not null && contains(@request.data.meta, 'a')",
      "(TRUE)" },
    { RULE_UPDATE, "status != @request.data.status", "(r.\"status\" <> ?1) <- 'draft'" },
    { RULE_UPDATE, "record.status != 'locked' and @request.data.status in ['draft', 'open']",
      "(r.\"status\" <> ?1) <- 'locked'" },
};

static void test_sql(struct cx *cx)
{
    struct actor who = { .kind = ACTOR_USER, .id = S("u1"), .email = S("u@acme.test"),
                         .role = S("user"),
                         .account_id = S("a1"), .groups = GROUPS, .group_count = COUNT(GROUPS) };
    struct rule_caller caller = { .who = &who, .data = DATA, .data_count = COUNT(DATA),
                                  .may = rulenames_may };
    cx->now = INT64_C(1704067200000000) + (int64_t)12 * 3600 * 1000000;         /* noon           */
    for (size_t i = 0; i < COUNT(CASES); i++)
        is_text(compiled(cx, CASES[i].use, CASES[i].text, &caller), CASES[i].sql, CASES[i].text);

    struct actor nobody = { .kind = ACTOR_ANONYMOUS, .id = S("anonymous"), .email = S("anonymous"),
                            .account_id = S("a1"), .groups = GROUPS, .group_count = 2 };
    caller = (struct rule_caller){ .who = &nobody };
    is_text(compiled(cx, RULE_LIST, "created_by = user.id", &caller),
        "(r.\"created_by\" = ?1) <- ''",
            "an anonymous caller owns nothing, not what others wrote anonymously");
    is_text(compiled(cx, RULE_LIST,
        "@has_group('admin') || @has_permission('delete', 'posts') || user.id != ''"
                     " || account.id != ''", &caller), "(FALSE)", "and is nobody");
    is_text(compiled(cx, RULE_LIST, "user.id != '' || is_done", NULL), "(r.\"is_done\")",
        "without a caller too");
    cx->now = -1;
    is_text(compiled(cx, RULE_LIST, "@in_time_range(23, 24)", NULL), "(TRUE)",
        "an hour before 1970");
}

static void test_front(struct cx *cx)
{
    struct rule_fault fault;
    struct rule *rule;
    bool holds;
    const struct rule_data row[] = {
        { S("title"), p_text(NULL, S("%a\"b'")) }, { S("price"), p_text(NULL, S("cheap")) },
        { S("is_done"), p_bool(NULL, true) }, { S("due"), p_time(NULL, 5) },
        { S("meta"), p_text(NULL, S("[1]")) },
    };
    static const struct { const char *text; bool holds; } HOLDS[] = {
        { "title = '%a\"b\\'' && is_done && due < '1970-01-02' && meta is not null", true },
        { "price is null && quantity is null && public is null && day is null", true },
        { "price = 1", false }, { "!(price = 1)", false }, { "status = 'a' || is_done", true },
        { "true", true }, { "false", false }, { "record.title ~ '%A%'", true },
    };
    for (size_t i = 0; i < COUNT(HOLDS); i++)
        ok(rule_read(tap_mem(), str_of(HOLDS[i].text), RULE_CREATE, &RULENAMES, &rule, &fault)
           && rule_holds(cx, rule, NULL, row, COUNT(row), &holds) && holds == HOLDS[i].holds,
           HOLDS[i].text);
    struct str both = S("title = 'a' && record.price > 1"), never = S("@has_role('x') && is_done");
    ok(rule_read(tap_mem(), both, RULE_LIST, &RULENAMES, &rule, &fault)
       && rule_reads(rule, S("price")) && rule_reads(rule, S("title"))
       && !rule_reads(rule, S("status")),
       "a rule knows what it reads");
    ok(rule_fold(cx, rule, NULL) == RULE_DEPENDS, "and depends on the row");
    ok(rule_read(tap_mem(), never, RULE_LIST, &RULENAMES, &rule, &fault)
       && rule_fold(cx, rule, NULL) == RULE_NEVER, "a rule for others never holds");
    ok(rule_read(tap_mem(), S("true"), RULE_LIST, &RULENAMES, &rule, &fault)
       && rule_fold(cx, rule, NULL) == RULE_ALWAYS, "true always does");
}

int main(void)
{
    struct dbtest t;
    struct cx cx;
    plan((int)(2 * COUNT(FAULTS) + COUNT(CASES)) + 9 + 20 + 4 + 12);
    test_faults();
    test_open_names();
    if (!dbtest_open(&t, 0, &cx, DB_SERVE))
        return 1;
    test_limits(&cx);
    test_sql(&cx);
    test_front(&cx);
    dbtest_close(&t, &cx);
    return done();
}
