/* 22-fieldtype.c — values of every field type are read as data.md §2.4 says, faults to the letter. */
#include "data/fieldtype.h"

#include "tap.h"

struct seen { const struct fieldtype *type; bool fits; struct param value; struct type_fault fault; };

static struct cx cx;

static struct seen read(const char *type, const char *json)
{
    struct seen seen = { .type = fieldtype_find(str_of(type)) };
    struct jv value;
    struct jv_fault fault;

    if (!jv_parse(&cx, str_of(json), &value, &fault)) {
        printf("# %s: %s\n", json, fault.reason);
        return seen;
    }
    seen.fits = seen.type->read(&cx, NULL, value, &seen.value, &seen.fault);
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
};

static const struct { const char *type, *json, *text; } TEXTS[] = {
    { "text", "\"\"", "" },
    { "text", "\"a\\u0001é\"", "a\001é" },
    { "email", "\"A.b+c%d_e-f@x-1.y.museum\"", "A.b+c%d_e-f@x-1.y.museum" },
    { "url", "\"HTTP://A.B\"", "HTTP://A.B" },
    { "url", "\"https://exämple.org/?q=1#x\"", "https://exämple.org/?q=1#x" },
    { "reference", "\"0190\"", "0190" },
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
    plan((int)(2 * COUNT(REFUSED) + COUNT(TEXTS) + COUNT(TIMES)) + 14);
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
    return done();
}
