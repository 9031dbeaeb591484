/* 27-input.c — input tables: what is accepted, and every refusal of the catalogue, to the byte. */
#include "http/email.h"
#include "http/errors.h"
#include "http/route.h"
#include "tap.h"

struct in {
    struct str id, text, email, secret, sort, pattern, raw, query, header;
    int64_t limit, page, at, flag;
    bool yes;
    struct jv json, object, list, whole;
};
static const struct input TABLE[] = {
    IN(BODY, T_TEXT, in, text, .required = true, .min = 2, .max = 5),
    IN(BODY, T_EMAIL, in, email),
    IN(BODY, T_SECRET, in, secret, .min = 1),
    IN(BODY, T_INT, in, limit, .least = 1, .most = 100, .otherwise = 30),
    IN(BODY, T_INT, in, page, .least = 1, .otherwise = 1),
    IN(BODY, T_TIME, in, at),
    IN(BODY, T_BOOL, in, yes),
    IN(BODY, T_TEXT, in, sort, .one_of = "up|down|left"),
    IN(BODY, T_TEXT, in, pattern, .pattern = "^[a-z]+$"),
    IN(BODY, T_JSON, in, json), IN(BODY, T_OBJECT, in, object),
    IN(BODY, T_LIST, in, list, .min = 1, .max = 2), { 0 },
};
static const struct input SENT[] = {
    IN(PATH, T_INT, in, id, .required = true), IN(QUERY, T_INT, in, limit, .least = 1, .most = 100,
                                                  .otherwise = 30),
    IN(QUERY, T_BOOL, in, yes, .otherwise = true), IN(QUERY, T_TEXT, in, text, .required = true),
    IN(QUERY, T_TEXT, in, sort, .one_of = "7d|30d", .literal = true),
    IN_AS(HEADER, T_TEXT, in, header, "X-Thing"), IN(QUERY, T_WHOLE_QUERY, in, query), { 0 },
};
static const struct input WHOLE[] = { IN(BODY, T_WHOLE_BODY, in, whole, .required = true), { 0 } };
static const struct input ITEMS[] = { IN(BODY, T_WHOLE_LIST, in, whole, .required = true), { 0 } };
static const struct input FLAG[] = { IN(BODY, T_FLAG, in, flag, .otherwise = -1), { 0 } };
static const struct input LAX[] = { IN(BODY, T_BOOL, in, yes), { 0 } };
static const struct input SECRET[] = { IN(BODY, T_SECRET, in, secret, .required = true, .min = 1,
                                          .wrapped = true),
                                       IN(BODY, T_TEXT, in, text, .required = true), { 0 } };
static const struct input FORMS[] = { IN(FORM, T_TEXT, in, text, .required = true), { 0 } };

static struct in in;

/* The reply's body when the request is refused; else "read". */
static struct str read_request(const struct input *table, struct request *r,
                               const struct route_found *found)
{
    struct cx *cx = arena_make(tap_mem(), struct cx);
    struct jv body = { .kind = JV_ABSENT };
    struct reply reply;
    cx->mem = tap_mem();
    in = (struct in){ .limit = -1 };
    if ((!input_wants_json(table) || input_json(cx, r, &body))
        && input_read(cx, table, r, found, body, &in))
        return S("read");
    reply_init(&reply, cx, r, 1u << 20);
    errors_reply(&reply, &cx->err, SHAPE_ROUTE, false);
    return str_fmt(tap_mem(), "%d %.*s", reply.status, STR_ARG(buf_text(&reply.body)));
}

static struct str body_of(const struct input *table, const char *body)
{
    struct request r = { .body = str_of(body), .content_type = S("application/json;"
            " charset=utf-8") };
    struct route_found found = { .route = NULL };
    return read_request(table, &r, &found);
}

/* The first item of the list, without its brackets. */
static struct str item(const char *body)
{
    struct str reply = body_of(TABLE, body);
    size_t end;
    for (end = 0; end + 10 < reply.n; end++)
        if (str_starts(str_sub(reply, end, SIZE_MAX), S("],\"error\":")))
            break;
    return str_starts(reply, S("422 {\"detail\":[")) ? str_sub(reply, 15, end - 15) : reply;
}

static void texts(void)
{
    is_text(item("{}"),
            "{\"type\":\"missing\",\"loc\":[\"body\",\"text\"],\"msg\":\"Field required\","
            "\"input\":{}}", "missing shows the object it is missing from");
    is_text(item("{\"text\":7}"), "{\"type\":\"string_type\",\"loc\":[\"body\",\"text\"],"
            "\"msg\":\"Input should be a valid string\",\"input\":7}", "a number is no string");
    is_text(item("{\"text\":null}"), "{\"type\":\"string_type\",\"loc\":[\"body\",\"text\"],"
            "\"msg\":\"Input should be a valid string\",\"input\":null}",
            "nor is null, when required");
    is_text(item("{\"text\":\"é\"}"), "{\"type\":\"string_too_short\",\"loc\":[\"body\",\"text\"],"
            "\"msg\":\"String should have at least 2 characters\",\"input\":\"é\","
            "\"ctx\":{\"min_length\":2}}", "too short, in characters");
    is_text(item("{\"text\":\"éééééé\"}"),
            "{\"type\":\"string_too_long\",\"loc\":[\"body\",\"text\"],"
            "\"msg\":\"String should have at most 5 characters\",\"input\":\"éééééé\","
            "\"ctx\":{\"max_length\":5}}", "too long");
    is_text(item("{\"text\":\"ok\",\"pattern\":\"A\"}"), "{\"type\":\"string_pattern_mismatch\","
            "\"loc\":[\"body\",\"pattern\"],\"msg\":\"String should match pattern '^[a-z]+$'\","
            "\"input\":\"A\",\"ctx\":{\"pattern\":\"^[a-z]+$\"}}", "a pattern");
    is_text(item("{\"text\":\"ok\",\"sort\":\"x\"}"),
            "{\"type\":\"enum\",\"loc\":[\"body\",\"sort\"],"
            "\"msg\":\"Input should be 'up', 'down' or 'left'\",\"input\":\"x\","
            "\"ctx\":{\"expected\":\"'up', 'down' or 'left'\"}}", "a choice");
    is_text(body_of(TABLE, "{\"text\":\"éé\",\"unknown\":{\"a\":[1]},\"sort\":\"left\"}"), "read",
            "unknown members are ignored");
    is_text(in.text, "éé", "and the text arrives");
    is_text(body_of(TABLE, "{\"text\":\"ok\",\"email\":null,\"limit\":null,\"json\":null}"), "read",
            "null counts as absent where nothing is required");
    ok(in.limit == 30 && str_absent(in.email) && in.json.kind == JV_NULL, "with the defaults");
}

static void numbers(void)
{
    is_text(item("{\"text\":\"ok\",\"limit\":\"x\"}"), "{\"type\":\"int_parsing\","
            "\"loc\":[\"body\",\"limit\"],\"msg\":\"Input should be a valid integer, unable to"
            " parse"
            " string as an integer\",\"input\":\"x\"}", "text that is no integer");
    is_text(item("{\"text\":\"ok\",\"limit\":7.5}"), "{\"type\":\"int_from_float\","
            "\"loc\":[\"body\",\"limit\"],\"msg\":\"Input should be a valid integer, got a"
            " number with a"
            " fractional part\",\"input\":7.5}", "a fraction");
    is_text(item("{\"text\":\"ok\",\"limit\":[]}"),
            "{\"type\":\"int_type\",\"loc\":[\"body\",\"limit\"],"
            "\"msg\":\"Input should be a valid integer\",\"input\":[]}", "a list");
    is_text(item("{\"text\":\"ok\",\"limit\":0}"), "{\"type\":\"greater_than_equal\","
            "\"loc\":[\"body\",\"limit\"],\"msg\":\"Input should be greater than or equal to 1\","
            "\"input\":0,\"ctx\":{\"ge\":1}}", "too small");
    is_text(item("{\"text\":\"ok\",\"limit\":\"101\"}"), "{\"type\":\"less_than_equal\","
            "\"loc\":[\"body\",\"limit\"],\"msg\":\"Input should be less than or equal to 100\","
            "\"input\":\"101\",\"ctx\":{\"le\":100}}", "too big, as text");
    is_text(body_of(TABLE, "{\"text\":\"ok\",\"limit\":\" 7.0 \",\"page\":1e3}"), "read",
            "7.0 is seven");
    ok(in.limit == 7 && in.page == 1000, "and a page has no end");
    is_text(item("{\"text\":\"ok\",\"page\":0}"), "{\"type\":\"greater_than_equal\","
            "\"loc\":[\"body\",\"page\"],\"msg\":\"Input should be greater than or equal to 1\","
            "\"input\":0,\"ctx\":{\"ge\":1}}", "but a beginning");
    is_text(item("{\"text\":\"ok\",\"limit\":99999999999999999999}"),
            "{\"type\":\"int_from_float\","
            "\"loc\":[\"body\",\"limit\"],\"msg\":\"Input should be a valid integer, got a"
            " number with a"
            " fractional part\",\"input\":1e+20}", "past 64 bits");
    is_text(item("{\"text\":\"ok\",\"yes\":\"maybe\"}"), "{\"type\":\"bool_parsing\","
            "\"loc\":[\"body\",\"yes\"],\"msg\":\"Input should be a valid boolean, unable to"
            " interpret"
            " input\",\"input\":\"maybe\"}", "a word that is no boolean");
    is_text(item("{\"text\":\"ok\",\"yes\":2}"),
            "{\"type\":\"bool_parsing\",\"loc\":[\"body\",\"yes\"],"
            "\"msg\":\"Input should be a valid boolean, unable to interpret input\",\"input\":2}",
            "two");
    is_text(item("{\"text\":\"ok\",\"yes\":{}}"),
            "{\"type\":\"bool_type\",\"loc\":[\"body\",\"yes\"],"
            "\"msg\":\"Input should be a valid boolean\",\"input\":{}}", "an object");
    static const char *const YES[] = { "true", "1", "1.0", "\"Yes\"", "\"ON\"", "\"t\"", "\"y\"" };
    for (size_t i = 0; i < COUNT(YES); i++) {
        struct str body = str_fmt(tap_mem(), "{\"yes\":%s}", YES[i]);
        ok(str_eq(body_of(LAX, body.p), S("read")) && in.yes, YES[i]);
    }
    ok(str_eq(body_of(LAX, "{\"yes\":\"oFF\"}"), S("read")) && !in.yes, "off");
    ok(str_eq(body_of(FLAG, "{\"flag\":\"yes\"}"), S("read")) && in.flag == 1, "a flag that is set");
    ok(str_eq(body_of(FLAG, "{\"flag\":false}"), S("read")) && in.flag == 0, "or is not");
    ok(str_eq(body_of(FLAG, "{}"), S("read")) && in.flag == -1, "or is left out");
    ok(str_eq(body_of(FLAG, "{\"flag\":null}"), S("read")) && in.flag == -1, "or null");
    ok(str_has(body_of(FLAG, "{\"flag\":\"maybe\"}"), S("bool_parsing")), "but nothing else");
    is_text(item("{\"text\":\"ok\",\"at\":\"soon\"}"), "{\"type\":\"datetime_from_date_parsing\","
            "\"loc\":[\"body\",\"at\"],\"msg\":\"Input should be a valid datetime or date, input"
            " is too"
            " short\",\"input\":\"soon\",\"ctx\":{\"error\":\"input is too short\"}}", "no date");
    ok(str_eq(body_of(TABLE, "{\"text\":\"ok\",\"at\":\"2026-03-01T10:20:30Z\"}"), S("read"))
       && in.at == INT64_C(1772360430000000), "a date-time");
    ok(str_eq(body_of(TABLE, "{\"text\":\"ok\",\"at\":1772360430.5}"), S("read"))
       && in.at == INT64_C(1772360430500000), "a Unix number");
    ok(str_eq(body_of(TABLE, "{\"text\":\"abc\",\"at\":0}"), S("read")) && in.at == 1,
       "the epoch is not taken for nothing");
}

static void trees(void)
{
    is_text(item("{\"text\":\"ok\",\"object\":[]}"), "{\"type\":\"dict_type\","
            "\"loc\":[\"body\",\"object\"],\"msg\":\"Input should be a valid dictionary\","
            "\"input\":[]}",
            "a list is no object");
    is_text(item("{\"text\":\"ok\",\"list\":{}}"),
            "{\"type\":\"list_type\",\"loc\":[\"body\",\"list\"],"
            "\"msg\":\"Input should be a valid list\",\"input\":{}}", "an object is no list");
    is_text(item("{\"text\":\"ok\",\"list\":[]}"),
            "{\"type\":\"too_short\",\"loc\":[\"body\",\"list\"],"
            "\"msg\":\"List should have at least 1 item after validation, not 0\",\"input\":[],"
            "\"ctx\":{\"field_type\":\"List\",\"min_length\":1,\"actual_length\":0}}",
            "an empty list");
    is_text(item("{\"text\":\"ok\",\"list\":[1,2,3]}"), "{\"type\":\"too_long\","
            "\"loc\":[\"body\",\"list\"],\"msg\":\"List should have at most 2 items after"
            " validation, not"
            " 3\",\"input\":[1,2,3],\"ctx\":{\"field_type\":\"List\",\"max_length\":2,"
            "\"actual_length\":3}}", "a long list");
    ok(str_starts(body_of(WHOLE, "[1]"), S("422 {\"detail\":[{\"type\":\"dict_type\","
            "\"loc\":[\"body\"]")),
       "a whole body is an object");
    is_text(body_of(WHOLE, "{\"a\":1}"), "read", "any object");
    ok(str_starts(body_of(WHOLE, ""), S("422 {\"detail\":[{\"type\":\"missing\","
            "\"loc\":[\"body\"]")),
       "and it must be there");
    ok(str_starts(body_of(ITEMS, "{}"), S("422 {\"detail\":[{\"type\":\"list_type\","
            "\"loc\":[\"body\"],\"msg\":\"Input should be a valid list\"")),
       "unless a list is wanted");
    is_text(body_of(ITEMS, "[7,8]"), "read", "which may be the body itself");
    ok(jv_count(in.whole) == 2 && jv_int(jv_at(in.whole, 1)) == 8, "and arrives");
    ok(str_starts(body_of(ITEMS, ""), S("422 {\"detail\":[{\"type\":\"missing\",")),
       "when it is there");
}

static void bodies(void)
{
    is_text(body_of(TABLE, ""), "422 {\"detail\":[{\"type\":\"missing\",\"loc\":[\"body\"],"
            "\"msg\":\"Field required\",\"input\":null}],\"error\":\"Validation error\","
            "\"message\":\"body: Field required\",\"errors\":{\"body\":[\"Field required\"]}}",
            "no body");
    is_text(body_of(LAX, ""), "read", "no body where nothing is required");
    ok(str_starts(body_of(TABLE, "[1]"), S("422 {\"detail\":[{\"type\":\"model_attributes_type\","
       "\"loc\":[\"body\"],\"msg\":\"Input should be a valid dictionary or object to extract fields"
       " from\",\"input\":\"**********\"}]")), "a list as body, not told since it may hold a secret");
    struct request text = { .body = S("{\"text\":\"ok\"}"), .content_type = S("text/plain") };
    struct route_found found = { .route = NULL };
    ok(str_starts(read_request(TABLE, &text, &found), S("422 {\"detail\":[{\"type\":"
       "\"model_attributes_type\"")), "text/plain is not looked into");
    text.content_type = S("application/merge-patch+json");
    is_text(read_request(TABLE, &text, &found), "read", "application/*+json is");
    text.content_type = NO_STR;
    is_text(read_request(TABLE, &text, &found), "read", "and so is a body without a type");
    ok(str_starts(body_of(TABLE, "{\"text\": oops}"), S("422 {\"detail\":[{\"type\":\"json_inval"
            "id\","
       "\"loc\":[\"body\",9],\"msg\":\"JSON decode error\",\"input\":{},\"ctx\":{\"error\":\"")),
       "broken JSON says where");
    is_text(body_of(SECRET, "{\"secret\":\"\",\"text\":\"x\"}"), "422 {\"detail\":[{\"type\":"
            "\"too_short\",\"loc\":[\"body\",\"secret\"],\"msg\":\"Value should have at least 1"
            " item"
            " after validation, not 0\",\"input\":\"\",\"ctx\":{\"field_type\":\"Value\","
            "\"min_length\":1,\"actual_length\":0}}],\"error\":\"Validation error\","
            "\"message\":\"secret:"
            " Value should have at least 1 item after validation, not 0\","
            "\"errors\":{\"secret\":[\"Value"
            " should have at least 1 item after validation, not 0\"]}}", "an empty secret");
    ok(str_starts(body_of(TABLE, "{\"text\":\"ok\",\"secret\":\"\"}"),
                  S("422 {\"detail\":[{\"type\":\"string_too_short\",\"loc\":[\"body\",\"secret\"],"
                    "\"msg\":\"String should have at least 1 character\"")),
       "told as any text, where nothing else is said");
    ok(!str_has(body_of(SECRET, "{\"secret\":\"hunter2\"}"), S("hunter2")),
       "a secret is not shown beside what is missing");
    ok(!str_has(body_of(SECRET, "{\"secret\":12345,\"text\":\"x\"}"), S("12345")),
            "nor of a wrong type");
    is_text(body_of(TABLE, "{\"text\":1,\"limit\":\"x\"}"),
            "422 {\"detail\":[{\"type\":\"string_type\","
            "\"loc\":[\"body\",\"text\"],\"msg\":\"Input should be a valid string\",\"input\":1},"
            "{\"type\":\"int_parsing\",\"loc\":[\"body\",\"limit\"],\"msg\":\"Input should be a"
            " valid"
            " integer, unable to parse string as an integer\",\"input\":\"x\"}],"
            "\"error\":\"Validation error\",\"message\":\"text: Input should be a valid string\","
            "\"errors\":{\"text\":[\"Input should be a valid string\"],\"limit\":[\"Input should"
            " be a valid"
            " integer, unable to parse string as an integer\"]}}", "all faults in one list");
}

static struct str query(const char *id, const char *text)
{
    static char *params[] = { (char *)(uintptr_t)"HTTP_X_THING=here", NULL };
    struct request r = { .query = str_of(text), .params = params };
    struct route_found found = { .params = { { S("id"), str_of(id) } }, .param_count = 1 };
    return read_request(SENT, &r, &found);
}

static void sent(void)
{
    is_text(query("7", "text=a%20b+c&limit=9&limit=10&other=1"), "read", "a query");
    is_text(in.text, "a b c", "is form-encoded");
    ok(in.limit == 10 && in.yes, "the last of a repeated key counts; defaults fill the rest");
    is_text(in.header, "here", "a header");
    is_text(in.query, "text=a%20b+c&limit=9&limit=10&other=1", "and the query as it came");
    is_text(query("x", "limit=0&sort=1d"), "422 {\"detail\":[{\"type\":\"int_parsing\","
            "\"loc\":[\"path\",\"id\"],\"msg\":\"Input should be a valid integer, unable to"
            " parse string as"
            " an integer\",\"input\":\"x\"},{\"type\":\"greater_than_equal\",\"loc\":[\"query\","
            "\"limit\"],"
            "\"msg\":\"Input should be greater than or equal to 1\",\"input\":\"0\","
            "\"ctx\":{\"ge\":1}},"
            "{\"type\":\"missing\",\"loc\":[\"query\",\"text\"],\"msg\":\"Field required\","
            "\"input\":null},"
            "{\"type\":\"literal_error\",\"loc\":[\"query\",\"sort\"],\"msg\":\"Input should be"
            " '7d' or"
            " '30d'\",\"input\":\"1d\",\"ctx\":{\"expected\":\"'7d' or '30d'\"}}],"
            "\"error\":\"Validation error\",\"message\":\"id: Input should be a valid integer,"
            " unable to"
            " parse string as an integer\",\"errors\":{\"id\":[\"Input should be a valid integer,"
            " unable to"
            " parse string as an integer\"],\"limit\":[\"Input should be greater than or equal"
            " to 1\"],"
            "\"text\":[\"Field required\"],\"sort\":[\"Input should be '7d' or '30d'\"]}}",
            "path, then query");
    static const char *const BAD[] = { "text=%", "text=%zz", "text=%00", "text=%ff", "%C0%AF=1" };
    for (size_t i = 0; i < COUNT(BAD); i++)
        ok(str_starts(query("7", BAD[i]), S("400 {\"detail\":")), BAD[i]);
    struct request form = { .body = S("text=a+b&x=1"),
                            .content_type = S("application/x-www-form-urlencoded") };
    struct route_found found = { .route = NULL };
    is_text(read_request(FORMS, &form, &found), "read", "a posted form");
    is_text(in.text, "a b", "arrives");
}

static void emails(void)
{
    static const struct { const char *typed, *wanted; } CASES[] = {
        { " Ada@Example.COM ", "Ada@example.com" }, { "Ada L <ada@b.co>", "ada@b.co" },
        { "a.b+c@x-y.co.uk", "a.b+c@x-y.co.uk" }, { "jürgen@münchen.de", "jürgen@münchen.de" },
        { "x", "!An email address must have an @-sign." },
        { "@b.co", "!There must be something before the @-sign." },
        { "a@", "!There must be something after the @-sign." },
        { "a@b", "!The part after the @-sign is not valid. It should have a period." },
        { "a@localhost", "!The part after the @-sign is not valid. It should have a period." },
        { "a@b.1", "!The part after the @-sign is not valid. It is not within a valid top-level"
                " domain." },
        { "a@b.test",
                "!The part after the @-sign is a special-use or reserved name that cannot be used"
          " with email." },
        { ".a@b.co", "!An email address cannot start with a period." },
        { "a..b@b.co", "!An email address cannot have two periods in a row." },
        { "a@b..co", "!An email address cannot have two periods in a row." },
        { "a.@b.co", "!An email address cannot have a period immediately before the @-sign." },
        { "a@.b.co", "!An email address cannot have a period immediately after the @-sign." },
        { "a@b.co.", "!An email address cannot end with a period." },
        { "a b@b.co", "!The email address contains invalid characters before the @-sign: SPACE." },
        { "a\xE2\x80\xAE@b.co", "!The email address contains unsafe characters: U+202E." },
        { "a@b.co\xE2\x80\xA8", "!The email address contains unsafe characters: U+2028." },
        { "a@b@b.co", "!The email address contains invalid characters before the @-sign: '@'." },
        { "a@b c.co", "!The part after the @-sign contains invalid characters: SPACE." },
        { "1234567890123456789012345678901234567890123456789012345678901234567@b.co",
          "!The email address is too long before the @-sign (3 characters too many)." },
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct str got = NO_STR, reason = NO_STR;
        if (!email_read(tap_mem(), str_of(CASES[i].typed), &got, &reason))
            got = str_fmt(tap_mem(), "!%.*s", STR_ARG(reason));
        is_text(got, CASES[i].wanted, CASES[i].typed);
    }
    is_text(item("{\"text\":\"ok\",\"email\":\"x\"}"), "{\"type\":\"value_error\","
            "\"loc\":[\"body\",\"email\"],\"msg\":\"value is not a valid email address: An email"
            " address"
            " must have an @-sign.\",\"input\":\"x\",\"ctx\":{\"reason\":\"An email address must"
            " have an"
            " @-sign.\"}}", "the reply about it");
}

int main(void)
{
    plan(100);
    texts();
    numbers();
    trees();
    bodies();
    sent();
    emails();
    return done();
}
