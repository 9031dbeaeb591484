/* 22-fieldtype.c — values of every field type are read as data.md §2.4 says, faults to the letter. */
#include "data/field.h"

#include "tap.h"

struct seen { const struct fieldtype *type; bool fits; struct param value; struct type_fault fault; };

static struct cx cx;

/* Of a select of red and green, or of up to three references. */
static const struct str CHOICES[] = { S_INIT("red"), S_INIT("green") };
static struct field field = { .name = S_INIT("f"), .choices = CHOICES, .choice_count = 2, .max = 3 };

static struct seen read(const char *type, const char *json)
{
    struct seen seen = { .type = fieldtype_find(str_of(type)) };
    struct jv value;
    struct jv_fault fault;

    if (!jv_parse(&cx, str_of(json), &value, &fault)) {
        printf("# %s: %s\n", json, fault.reason);
        return seen;
    }
    seen.fits = seen.type->read(&cx, &field, value, &seen.value, &seen.fault);
    return seen;
}

static const struct { const char *type, *json, *code, *message; } REFUSED[] = {
    { "text", "5", "invalid_type", "Expected text value, got int" },
    { "text", "null", "invalid_type", "Expected text value, got NoneType" },
    { "text", "[1]", "invalid_type", "Expected text value, got list" },
    { "number", "\"5\"", "invalid_type", "Expected number value, got str" },
    { "number", "true", "invalid_type", "Expected number value, got bool" },
    { "boolean", "1", "invalid_type", "Expected boolean value, got int" },
    { "boolean", "0.5", "invalid_type", "Expected boolean value, got float" },
    { "datetime", "{}", "invalid_type", "Expected datetime string, got dict" },
    { "datetime", "\"tomorrow\"", "invalid_datetime_format",
      "Invalid datetime format. Use ISO 8601 format (e.g., 2024-01-01T12:00:00Z)" },
    { "date", "20240101", "invalid_type", "Expected date string, got int" },
    { "date", "\"2024-02-30\"", "invalid_date_format",
      "Invalid date format. Use YYYY-MM-DD format" },
    { "date", "\"2024-1-1\"", "invalid_date_format", "Invalid date format. Use YYYY-MM-DD format" },
    { "email", "false", "invalid_type", "Expected email string, got bool" },
    { "email", "\"a@b\"", "invalid_email_format", "Invalid email format" },
    { "email", "\"a@b.c\"", "invalid_email_format", "Invalid email format" },
    { "email", "\"a@@b.org\"", "invalid_email_format", "Invalid email format" },
    { "email", "\"@b.org\"", "invalid_email_format", "Invalid email format" },
    { "email", "\"a@.org\"", "invalid_email_format", "Invalid email format" },
    { "email", "\"a@b.org\\n\"", "invalid_email_format", "Invalid email format" },
    { "email", "\"a@b.o1g\"", "invalid_email_format", "Invalid email format" },
    { "email", "\"é@b.org\"", "invalid_email_format", "Invalid email format" },
    { "email", "\"\"", "invalid_email_format", "Invalid email format" },
    { "url", "1.5", "invalid_type", "Expected URL string, got float" },
    { "url", "\"ftp://a.b\"", "invalid_url_format",
      "Invalid URL format. Must start with http:// or https://" },
    { "url", "\"http://a\"", "invalid_url_format",
      "Invalid URL format. Must start with http:// or https://" },
    { "url", "\"http:///ab\"", "invalid_url_format",
      "Invalid URL format. Must start with http:// or https://" },
    { "url", "\"http://abc d\"", "invalid_url_format",
      "Invalid URL format. Must start with http:// or https://" },
    { "url", "\"http://abc\\u2003d\"", "invalid_url_format",
      "Invalid URL format. Must start with http:// or https://" },
    { "reference", "7", "invalid_type", "Expected reference ID (string), got int" },
    { "reference", "\" \\t\"", "empty_reference", "Reference ID cannot be empty" },
    { "select", "\"Red\"", "invalid_option", "Value 'Red' is not one of: red, green" },
    { "select", "[\"red\"]", "invalid_type", "Expected option (string), got list" },
    { "references", "\"0190\"", "invalid_type", "Expected list of reference IDs, got str" },
    { "references", "{}", "invalid_type", "Expected list of reference IDs, got dict" },
    { "references", "[\"a\",\"b\",7]", "invalid_type", "Expected reference ID (string), got int" },
    { "references", "[\"a\",\"\"]", "empty_reference", "Reference ID cannot be empty" },
    { "references", "[\"b\",\"a\",\"b\"]", "duplicate_value", "Value 'b' is given twice" },
    { "references", "[\"a\",\"b\",\"c\",\"d\"]", "too_many_values",
      "At most 3 values are allowed, got 4" },
};

static const struct { const char *type, *json, *text; } TEXTS[] = {
    { "text", "\"\"", "" },
    { "text", "\"a\\u0001é\"", "a\001é" },
    { "email", "\"A.b+c%d_e-f@x-1.y.museum\"", "A.b+c%d_e-f@x-1.y.museum" },
    { "url", "\"HTTP://A.B\"", "HTTP://A.B" },
    { "url", "\"https://exämple.org/?q=1#x\"", "https://exämple.org/?q=1#x" },
    { "reference", "\"0190\"", "0190" },
    { "select", "\"green\"", "green" },
    { "references", "[ \"b\", \"a\\\"\" ]", "[\"b\",\"a\\\"\"]" },
    { "references", "[]", "[]" },
    { "date", "\"2024-02-29\"", "2024-02-29" },
    { "json", "{ \"b\": [1, 2.5, null, true], \"a\": \"x\" }",
      "{\"b\":[1,2.5,null,true],\"a\":\"x\"}" },
    { "json", "\"text\"", "\"text\"" },
    { "json", "5", "5" },
};

static const struct { const char *json; int64_t us; } TIMES[] = {
    { "\"2024-01-01T12:00:00Z\"", 1704110400000000 },
    { "\"2024-01-01T14:00:00+02:00\"", 1704110400000000 },
    { "\"2024-01-01 12:00\"", 1704110400000000 },
    { "\"2024-01-01\"", 1704067200000000 },
    { "\"20240101\"", 1704067200000000 },
    { "\"2024-01-01T12:00:00.123Z\"", 1704110400123000 },
};

static void several(void)
{
    const struct fieldtype *one = fieldtype_find(S("select")), *many = fieldtype_several(one);
    struct param value;
    struct type_fault fault;
    struct jv list;
    struct jv_fault parse;

    ok(!fieldtype_is_many(one) && fieldtype_is_many(many), "a select of several is a list");
    ok(fieldtype_several(fieldtype_find(S("text"))) == NULL, "there are no lists of texts");
    ok(jv_parse(&cx, S("[\"green\",\"red\"]"), &list, &parse)
       && many->read(&cx, &field, list, &value, &fault), "it takes a list");
    is_text(value.text, "[\"green\",\"red\"]", "in the order given");
    ok(jv_parse(&cx, S("[\"green\",\"blue\"]"), &list, &parse)
       && !many->read(&cx, &field, list, &value, &fault), "of what is offered");
    is_text(fault.message, "Value 'blue' is not one of: red, green", "and says so");
    field.required = true;
    ok(jv_parse(&cx, S("[]"), &list, &parse) && !many->read(&cx, &field, list, &value, &fault),
       "a required list is not empty");
    is_text(str_of(fault.code), "required_empty", "which has a code");
    field.required = false;
}

static void names(void)
{
    struct str longest = str_fmt(cx.mem, "%064d", 7);

    is_int((int64_t)field_link(cx.mem, longest, longest).n, 63, "a table of pairs has 63 bytes at most");
    ok(!str_eq(field_link(cx.mem, S("a_b"), S("c")), field_link(cx.mem, S("a"), S("b_c"))),
       "and a name of its own");
    is_text(field_link(cx.mem, S("Posts"), S("Tags")), field_link(cx.mem, S("posts"), S("tags")).p,
            "in lower case");
}

static void long_texts(void)
{
    struct str eaves = { arena_array(cx.mem, 600, 1), 0 };
    char *p = (char *)(uintptr_t)eaves.p;

    for (size_t i = 0; i < 600; i++)
        p[i] = 'a';
    struct seen seen = read("email", str_fmt(cx.mem, "\"%.246s@b.museum\"", p).p);
    ok(seen.fits, "an address of 255 characters fits");
    seen = read("email", str_fmt(cx.mem, "\"%.247s@b.museum\"", p).p);
    ok(!seen.fits, "one of 256 does not");
    is_text(str_of(seen.fault.code), "value_too_long", "and is called too long");
    seen = read("url", str_fmt(cx.mem, "\"http://%.493s\"", p).p);
    ok(seen.fits, "a URL of 500 characters fits");
    seen = read("url", str_fmt(cx.mem, "\"http://%.494s\"", p).p);
    is_text(seen.fault.message, "Value must be at most 500 characters", "one of 501 does not");
}

int main(void)
{
    cx = (struct cx){ .mem = tap_mem() };
    plan((int)(2 * COUNT(REFUSED) + COUNT(TEXTS) + COUNT(TIMES)) + 25);
    for (size_t i = 0; i < COUNT(REFUSED); i++) {
        struct seen seen = read(REFUSED[i].type, REFUSED[i].json);
        is_text(seen.fits ? S("accepted") : str_of(seen.fault.code), REFUSED[i].code,
                REFUSED[i].json);
        is_text(seen.fault.message, REFUSED[i].message, REFUSED[i].type);
    }
    for (size_t i = 0; i < COUNT(TEXTS); i++) {
        struct seen seen = read(TEXTS[i].type, TEXTS[i].json);
        is_text(seen.fits ? seen.value.text : seen.fault.message, TEXTS[i].text, TEXTS[i].json);
    }
    for (size_t i = 0; i < COUNT(TIMES); i++)
        is_int(read("datetime", TIMES[i].json).value.number, TIMES[i].us, TIMES[i].json);
    ok(read("number", "-2.5e3").value.real < -2499, "a number is read");
    ok(read("number", "9007199254740992").value.real > 9e15, "a large whole number is read");
    ok(read("boolean", "true").value.number == 1, "a boolean is read");
    ok(fieldtype_find(S("blob")) == NULL, "an unknown type is not found");
    ok(fieldtype_find(S("Text")) == NULL, "types are named in lower case");
    ok(fieldtype_is_offered(fieldtype_find(S("date"))), "dates are offered");
    ok(fieldtype_is_offered(fieldtype_find(S("computed"))), "computed fields, which are never read");
    ok(fieldtype_is_offered(fieldtype_find(S("file"))), "and files");
    is_text(fieldtype_names(cx.mem), "text, number, boolean, datetime, email, url, json, reference,"
            " file, date, computed, select, references", "all types by name, in the contract's order");
    long_texts();
    several();
    names();
    return done();
}
