/* 28-fieldform.c — values of every field type in forms and back: odd ones, none, and too large. */
#include "base/settings.h"
#include "desk/fieldform.h"
#include "tap.h"

static struct settings set = { .templates_dir = S_INIT("templates") };
static void *keep[KEEP_COUNT];
static struct actor who = { .kind = ACTOR_USER };
static struct cx cx;

static struct field field_of(const char *type)
{
    return (struct field){ .name = S("f"), .type = fieldtype_find(str_of(type)) };
}

static struct field many_of(const char *type)
{
    struct field field = field_of(type);
    if (fieldtype_several(field.type) != NULL)
        field.type = fieldtype_several(field.type);
    return field;
}

static struct jv json(const char *text)
{
    struct jv out = { .kind = JV_ABSENT };
    struct jv_fault fault;
    (void)!jv_parse(&cx, str_of(text), &out, &fault);
    return out;
}

static struct str shown(const struct field *field, const char *text)
{
    return fieldform_text(&cx, field, json(text));
}

/* What a text becomes, or why it does not. */
static struct str read(const struct field *field, const char *text)
{
    struct str out = NO_STR, why = NO_STR;
    return fieldform_read(&cx, field, str_of(text), &out, &why)
         ? out : str_fmt(cx.mem, "! %.*s", STR_ARG(why));
}

static bool same(const struct field *field, const char *a, const char *b)
{
    return fieldform_same(&cx, field, str_of(a), str_of(b));
}

static const struct { const char *type; enum form_kind kind, masked; } KINDS[] = {
    { "text", FORM_AREA, FORM_AREA },       { "number", FORM_NUMBER, FORM_TEXT },
    { "boolean", FORM_CHECK, FORM_TEXT },   { "datetime", FORM_TEXT, FORM_TEXT },
    { "email", FORM_EMAIL, FORM_TEXT },     { "url", FORM_URL, FORM_TEXT },
    { "json", FORM_CODE, FORM_CODE },       { "reference", FORM_TEXT, FORM_TEXT },
    { "file", FORM_FILE, FORM_TEXT },       { "date", FORM_DATE, FORM_TEXT },
    { "computed", FORM_SHOWN, FORM_SHOWN }, { "select", FORM_CHOICE, FORM_TEXT },
};

static void kinds(void)
{
    for (size_t i = 0; i < COUNT(KINDS); i++) {
        struct field field = field_of(KINDS[i].type);
        ok(fieldform_kind(&field, false) == KINDS[i].kind
           && fieldform_kind(&field, true) == KINDS[i].masked, KINDS[i].type);
    }
    struct field select = many_of("select"), references = many_of("references");
    ok(fieldform_kind(&select, false) == FORM_CHOICES, "several choices");
    ok(fieldform_kind(&references, false) == FORM_AREA, "several references");
}

/* No value is shown as nothing, and nothing is no value; of a box it is false, of a list none. */
static void nothing(void)
{
    for (size_t i = 0; i < COUNT(KINDS); i++) {
        struct field field = field_of(KINDS[i].type);
        is_text(shown(&field, "null"), "", "no value is shown as nothing");
        if (KINDS[i].kind != FORM_SHOWN)
            is_text(read(&field, ""), KINDS[i].kind == FORM_CHECK ? "false" : "null",
                    "nothing is no value");
    }
    struct field references = many_of("references");
    is_text(read(&references, " \n\n "), "[]", "no lines are an empty list");
    is_text(shown(&references, "[]"), "", "which is shown as nothing");
}

static void texts(void)
{
    struct field text = field_of("text"), email = field_of("email");
    is_text(shown(&text, "\"<b>\\\"x\\\"\\n y \""), "<b>\"x\"\n y ", "a text is itself");
    is_text(read(&text, "<b>\"\\ \r\n y "), "\"<b>\\\"\\\\ \\n y \"", "quoted, with our ends of lines");
    is_text(read(&text, " "), "\" \"", "a blank is a text");
    is_text(read(&text, "null"), "\"null\"", "as is what looks like JSON");
    is_text(read(&email, " a@b.co "), "\"a@b.co\"", "a line is trimmed");
    ok(same(&text, "a\r\nb", "a\nb") && same(&text, "a\rb", "a\nb"), "ends of lines do not count");
    ok(!same(&text, "a ", "a") && same(&email, "a@b.co ", "a@b.co"), "blanks of an area do");
    ok(same(&text, "", ""), "an empty text that is left alone is not written");
}

static void numbers(void)
{
    struct field number = field_of("number");
    is_text(read(&number, " -0.5 "), "-0.5", "a number");
    is_text(read(&number, "1e3"), "1000", "with an exponent");
    is_text(read(&number, "9007199254740992"), "9007199254740992", "2^53");
    is_text(read(&number, "9007199254740993"), "! This number cannot be kept exactly: it would"
            " become 9007199254740992.", "the next one is refused");
    is_text(read(&number, "-9007199254740993"), "! This number cannot be kept exactly: it would"
            " become -9007199254740992.", "below nothing as well");
    ok(!str_starts(read(&number, "9223372036854775808"), S("!")), "2^63 is a double");
    ok(str_starts(read(&number, "9223372036854775807"), S("!")), "one less is not");
    static const char *const WRONG[] = { "1,5", "0x10", "NaN", "Infinity", "1e999", "--1", "1 2",
                                         "\xd9\xa1", "1\xc2\xa0" };
    for (size_t i = 0; i < COUNT(WRONG); i++)
        is_text(read(&number, WRONG[i]), "! This must be a number.", WRONG[i]);
    struct str big = shown(&number, "9223372036854775808");
    ok(same(&number, str_c(cx.mem, big), "9223372036854775808"), "what is shown of 2^63 is it");
    ok(!str_starts(read(&number, str_c(cx.mem, big)), S("!")), "and may be sent back");
    ok(same(&number, "1.50", "1.5") && !same(&number, "1", "2") && !same(&number, "", "0"),
       "numbers are compared as such, and no value is none");
}

static void times(void)
{
    struct field time = field_of("datetime"), day = field_of("date");
    is_text(read(&time, "2026-03-01T10:20:30+02:00"), "\"2026-03-01T08:20:30Z\"", "another zone");
    is_text(read(&time, "2026-03-01 10:20"), "\"2026-03-01T10:20:00Z\"", "none is UTC");
    is_text(read(&time, "2026-03-01"), "\"2026-03-01T00:00:00Z\"", "a day begins at midnight");
    is_text(read(&time, "2026-03-01T10:20:30.123456Z"), "\"2026-03-01T10:20:30.123456Z\"",
            "to the microsecond");
    is_text(read(&time, "2026-02-30T10:20:30Z"), "\"2026-02-30T10:20:30Z\"",
            "what is no time is for the type to refuse");
    is_text(read(&day, "2024-02-29"), "\"2024-02-29\"", "a day");
    is_text(shown(&time, "\"2026-03-01T08:20:30Z\""), "2026-03-01T08:20:30Z", "as it is stored");
}

static void structures(void)
{
    struct field js = field_of("json"), references = many_of("references");
    struct field choices = many_of("select"), file = field_of("file");
    struct str *values;
    is_text(shown(&js, "{\"a\":[1]}"), "{\n  \"a\": [\n    1\n  ]\n}", "JSON laid out for the eye");
    ok(same(&js, "{\n \"a\": [1]\n}", "{\"a\":[1]}") && !same(&js, "[1]", "[2]"),
       "however it is laid out");
    is_text(read(&js, "\"x\""), "\"x\"", "a text in it is quoted by who types it");
    is_text(shown(&js, "\"x\""), "\"x\"", "and shown so");
    is_text(read(&js, "{\n\"\xc3\xa4\": x}"), "! Line 2, column 6: Expecting value",
            "a fault has its line and column, in characters");
    is_text(read(&references, "a\r\n\r\n b \nc"), "[\"a\",\"b\",\"c\"]", "references, one a line");
    is_text(shown(&references, "[\"a\",\"b\"]"), "a\nb", "and back");
    is_int((int64_t)fieldform_texts(&cx, json("[\"a\",\"c\"]"), &values), 2, "choices");
    is_text(fieldform_list(&cx, values, 2), "[\"a\",\"c\"]", "and back");
    is_text(fieldform_cell(&cx, &choices, json("[\"a\",\"c\"]")), "a, c", "and in a cell");
    is_text(fieldform_cell(&cx, &file, json("\"{\\\"filename\\\":\\\"a.txt\\\"}\"")), "a.txt",
            "a file by its name");
    is_text(fieldform_cell(&cx, &file, json("\"broken\"")), "broken", "whatever it is");
    is_text(read(&file, "{\"filename\":\"a\"}"), "{\"filename\":\"a\"}", "as it was described");
    ok(str_starts(read(&file, "{"), S("!")), "or not at all");
}

static void masks(void)
{
    struct field number = field_of("number"), secret = field_of("json");
    secret.encrypted = true;
    is_text(shown(&number, "\"***\""), "***", "the mask of a number is its text");
    is_text(shown(&secret, "\"\xe2\x80\xa2\xe2\x80\xa2\""), "\xe2\x80\xa2\xe2\x80\xa2",
            "that of a secret has no quotes");
    ok(same(&number, "***", "***") && same(&secret, "\xe2\x80\xa2\xe2\x80\xa2",
                                           "\xe2\x80\xa2\xe2\x80\xa2"),
       "left as they are, they are not written");
    is_text(fieldform_cell(&cx, &secret, json("\"\xe2\x80\xa2\"")), "\xe2\x80\xa2", "nor in a list");
}

static void cells(void)
{
    struct field flag = field_of("boolean"), text = field_of("text"), js = field_of("json");
    is_text(fieldform_cell(&cx, &flag, json("true")), "Yes", "a box in words");
    is_text(fieldform_cell(&cx, &flag, json("false")), "No", "unchecked as well");
    is_text(fieldform_cell(&cx, &text, json("null")), "", "no value is empty");
    is_text(fieldform_cell(&cx, &js, json("{\"a\": 1}")), "{\"a\":1}", "JSON on one line");
    is_text(fieldform_cell(&cx, NULL, json("\"id\"")), "id", "a column of the system");
    is_text(read(&flag, "on"), "true", "and back");
    is_text(read(&flag, " False "), "false", "also where it is typed");
}

int main(void)
{
    cx = (struct cx){ .mem = tap_mem(), .set = &set, .keep = keep, .who = &who };
    plan(98);
    kinds();
    nothing();
    texts();
    numbers();
    times();
    structures();
    masks();
    cells();
    return done();
}
