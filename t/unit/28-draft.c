/* 28-draft.c — a definition survives its form: from JSON to a form and back it is the same. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/settings.h"
#include "data/field.h"
#include "desk/draft.h"
#include "tap.h"

static struct settings set;
static struct cx cx;

static struct jv json(struct str text)
{
    struct jv value = { .kind = JV_ABSENT };
    struct jv_fault fault;
    if (!jv_parse(&cx, text, &value, &fault))
        value.kind = JV_ABSENT;
    return value;
}

/* The list of fields as it is stored, whatever a request leaves out. */
static struct str stored(struct jv list)
{
    struct field *fields;
    size_t n;
    field_read(&cx, list, "schema", &fields, &n);
    return field_store(cx.mem, fields, n);
}

/* As browsers send it: lines end with CR LF. */
static struct formdata browsed(struct formdata form)
{
    for (size_t i = 0; i < form.n; i++) {
        struct buf out;
        buf_init(&out, cx.mem, SIZE_MAX);
        for (size_t k = 0; k < form.at[i].value.n; k++) {
            if (form.at[i].value.p[k] == '\n')
                buf_c(&out, '\r');
            buf_c(&out, form.at[i].value.p[k]);
        }
        form.at[i].value = buf_text(&out);
    }
    return form;
}

static struct str around(struct str whole)
{
    struct draft draft, again;
    struct formdata form;
    if (!draft_load(&cx, json(whole), true, &draft))
        return S("does not load");
    draft_send(&cx, &draft, &form);
    form = browsed(form);
    draft_read(&cx, &form, &again);
    return draft_write(&cx, &again);
}

static bool stays(struct str field)
{
    struct str before = stored(json(str_fmt(cx.mem, "[%.*s]", STR_ARG(field))));
    struct str whole = str_fmt(cx.mem, "{\"name\":\"posts\",\"schema\":%.*s}", STR_ARG(before));
    struct str after = stored(jv_get(json(around(whole)), S("schema")));
    if (str_eq(before, after))
        return true;
    printf("# %.*s\n# %.*s\n", STR_ARG(before), STR_ARG(after));
    return false;
}

static const char *const FIELDS[] = {
    "{\"name\":\"a\",\"type\":\"text\"}",
    "{\"name\":\"a\",\"type\":\"text\",\"default\":\"\"}",
    "{\"name\":\"a\",\"type\":\"text\",\"default\":\"\\\"quoted\\\"\"}",
    "{\"name\":\"a\",\"type\":\"text\",\"default\":\" spaces \"}",
    "{\"name\":\"a\",\"type\":\"text\",\"default\":\"two\\nlines\"}",
    "{\"name\":\"a\",\"type\":\"text\",\"default\":\"null\",\"unique\":true,\"searchable\":true}",
    "{\"name\":\"a\",\"type\":\"text\",\"default\":\"\\u00e4 <b>&amp;\\\"'</b> \\ud83d\\ude00\"}",
    "{\"name\":\"a\",\"type\":\"number\",\"default\":0}",
    "{\"name\":\"a\",\"type\":\"number\",\"default\":-1.50}",
    "{\"name\":\"a\",\"type\":\"number\",\"default\":1e300}",
    "{\"name\":\"a\",\"type\":\"boolean\",\"default\":false,\"required\":true}",
    "{\"name\":\"a\",\"type\":\"json\",\"default\":{\"a\":[1,null,\"x\"]}}",
    "{\"name\":\"a\",\"type\":\"json\",\"default\":\"text\"}",
    "{\"name\":\"a\",\"type\":\"json\",\"default\":\"true\"}",
    "{\"name\":\"a\",\"type\":\"date\",\"default\":\"2026-01-01\"}",
    "{\"name\":\"a\",\"type\":\"select\",\"options\":[\"a\",\"b\"],\"default\":\"a\"}",
    "{\"name\":\"a\",\"type\":\"select\",\"options\":{\"values\":[\"a\",\"b\"]}}",
    "{\"name\":\"a\",\"type\":\"select\",\"options\":{\"values\":[\"true\",\"5\",\"null\"],\"max\":1},"
    "\"default\":\"true\"}",
    "{\"name\":\"a\",\"type\":\"select\",\"options\":{\"max\":3,\"values\":[\"a, b\",\" c\"]},"
    "\"default\":[\"a, b\"]}",
    "{\"name\":\"a\",\"type\":\"select\",\"options\":[\"two\\nlines\",\"\\\"q\\\"\",\"[x]\"]}",
    "{\"name\":\"a\",\"type\":\"select\",\"options\":[\"[x]\"],\"default\":\"[x]\"}",
    "{\"name\":\"a\",\"type\":\"reference\",\"collection\":\"posts\",\"on_delete\":\"set_null\"}",
    "{\"name\":\"a\",\"type\":\"references\",\"collection\":\"posts\",\"on_delete\":\"cascade\"}",
    "{\"name\":\"a\",\"type\":\"references\",\"collection\":\"posts\",\"on_delete\":\"cascade\","
    "\"options\":{\"max\":5}}",
    "{\"name\":\"a\",\"type\":\"references\",\"collection\":\"posts\",\"on_delete\":\"cascade\","
    "\"options\":{}}",
    "{\"name\":\"a\",\"type\":\"file\",\"options\":{\"thumbs\":[\"100x100\",\"400x0\"],\"other\":1.0}}",
    "{\"name\":\"a\",\"type\":\"text\",\"options\":{\"min\":3,\"max\":5,\"pattern\":\"^\\\\w+$\"}}",
    "{\"name\":\"a\",\"type\":\"text\",\"options\":[\"kept\",{\"and\":null}]}",
    "{\"name\":\"a\",\"type\":\"computed\",\"expression\":\"b * 2\\n + 1\",\"return_type\":\"number\"}",
    "{\"name\":\"a\",\"type\":\"email\",\"pii\":true,\"mask_type\":\"email\",\"encrypted\":true}",
};

/* The object that begins there, as far as its braces tell. */
static struct str object_at(const char *p)
{
    size_t n = 0;
    int depth = 0;
    do {
        depth += p[n] == '{' ? 1 : p[n] == '}' ? -1 : 0;
        n++;
    } while (depth > 0 && p[n] != '\0' && n < 4096);
    return (struct str){ p, n };
}

static void try_all(const char *text, size_t *tried, size_t *lost)
{
    for (const char *p = text; (p = strstr(p, "{\"name\":\"")) != NULL; p++) {
        struct str object = object_at(p);
        struct jv field = json(object);
        struct str type = jv_text(jv_get(field, S("type")));
        if (str_absent(type) || fieldtype_find(str_lower(cx.mem, type)) == NULL)
            continue;
        ++*tried;
        *lost += !stays(object);
        cx.err = (struct err){ .kind = E_NONE };
    }
}

static char *text_of(const char *path)
{
    static char text[1 << 20];
    FILE *file = fopen(path, "r");
    size_t n = file == NULL ? 0 : fread(text, 1, sizeof text - 1, file);
    text[n] = '\0';
    if (file != NULL)
        fclose(file);
    return text;
}

/* Every definition of a field that a test of ours writes. */
static void of_the_tests(void)
{
    size_t tried = 0, lost = 0;
    DIR *dir = opendir("t");
    for (struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
        size_t n = strlen(e->d_name);
        if (n < 3 || strcmp(e->d_name + n - 2, ".t") != 0)
            continue;
        try_all(text_of(str_c(cx.mem, str_fmt(cx.mem, "t/%s", e->d_name))), &tried, &lost);
    }
    if (dir != NULL)
        closedir(dir);
    ok(tried > 100, "there are definitions in the tests");
    ok(lost == 0, "and all of them survive the form");
}

static const char WHOLE[] =
    "{\"name\":\"posts\",\"type\":\"view\",\"schema\":[{\"name\":\"a\",\"type\":\"text\"}],"
    "\"indexes\":[[\"a\",\"-created_at\"],[\"-a\"]],\"query\":\"SELECT id,\\n account_id FROM x\","
    "\"realtime\":false,\"event_previous\":true,\"requires_signature\":true}";

static void whole(void)
{
    struct jv now = json(around(str_of(WHOLE)));
    is_text(jv_print(cx.mem, jv_get(now, S("indexes"))), "[[\"a\",\"-created_at\"],[\"-a\"]]",
            "indexes keep their order and their directions");
    is_text(jv_text(jv_get(now, S("query"))), "SELECT id,\n account_id FROM x",
            "a query keeps its lines");
    ok(!jv_bool(jv_get(now, S("realtime"))) && jv_bool(jv_get(now, S("event_previous")))
       && jv_bool(jv_get(now, S("requires_signature"))), "and so do the flags");
}

static struct str options_after(const char *field, const char *values, const char *most)
{
    struct draft draft;
    struct jv out;
    if (!draft_load(&cx, json(str_fmt(cx.mem, "{\"schema\":[%s]}", field)), true, &draft))
        return NO_STR;
    draft.fields[0].values = str_of(values);
    draft.fields[0].most = str_of(most);
    out = jv_get(json(draft_write(&cx, &draft)), S("schema"));
    return jv_print(cx.mem, jv_get(jv_at(out, 0), S("options")));
}

static void options(void)
{
    is_text(options_after("{\"type\":\"select\",\"options\":[\"a\"]}", "a\n\n b \n\"c \"", ""),
            "[\"a\",\"b\",\"c \"]", "values are lines");
    is_text(options_after("{\"type\":\"select\",\"options\":[\"a\"]}", "a", "2"),
            "{\"values\":[\"a\"],\"max\":2}", "with how many they become an object");
    is_text(options_after("{\"type\":\"select\",\"options\":{\"values\":[\"a\"],\"x\":{\"y\":1}}}",
                          "b", ""), "{\"values\":[\"b\"],\"x\":{\"y\":1}}",
            "what nobody knows stays");
    is_text(options_after("{\"type\":\"references\"}", "", "7"), "{\"max\":7}", "so for references");
    is_text(options_after("{\"type\":\"references\"}", "", "many"), "{\"max\":\"many\"}",
            "no number is left to who checks it");
}

static void buttons(void)
{
    struct draft draft = { .name = S("x") };
    int at;
    ok(draft_do(&cx, &draft, S("add text"), &at) && at == 0 && draft.n == 1, "a field is added");
    ok(draft_do(&cx, &draft, S("add reference"), &at) && at == 1, "and another");
    is_text(draft.fields[1].on_delete, "restrict", "a reference does no harm unless told to");
    ok(draft_do(&cx, &draft, S("up 1"), &at) && at == 0, "which goes up");
    is_text(draft.fields[0].type, "reference", "past the other");
    ok(draft_do(&cx, &draft, S("up 0"), &at) && at == -1, "but not past the first");
    ok(draft_do(&cx, &draft, S("down 0"), &at) && at == 1, "and down");
    ok(draft_do(&cx, &draft, S("remove 0"), &at) && draft.n == 1, "a field is removed");
    ok(!draft_do(&cx, &draft, S("remove 1"), &at) && !draft_do(&cx, &draft, S("remove -1"), &at)
       && !draft_do(&cx, &draft, S("save"), &at) && !draft_do(&cx, &draft, NO_STR, &at),
       "what is not there is not touched");
    ok(draft_do(&cx, &draft, S("index 0"), &at) && draft.index_count == 1
       && draft_do(&cx, &draft, S("unindex 0"), &at) && draft.index_count == 0, "so are indexes");
}

static void misuse(void)
{
    struct formdata_pair pairs[] = {
        { S("fields.7.name"), S("late") }, { S("fields.2.name"), S(" early ") },
        { S("fields.1000.name"), S("x") }, { S("fields.-1.name"), S("x") },
        { S("fields.x.name"), S("x") }, { S("fields.2.nothing"), S("x") }, { S("fields.2"), S("x") },
        { S("indexes.99"), S("a") }, { S("indexes.0"), S(" a , -b ") },
    };
    struct formdata form = { pairs, COUNT(pairs) };
    struct draft draft;
    draft_read(&cx, &form, &draft);
    ok(draft.n == 2, "names that are none are passed over");
    is_text(draft.fields[0].name, "early", "the order is that of the numbers");
    is_text(jv_print(cx.mem, jv_get(json(draft_write(&cx, &draft)), S("indexes"))),
            "[[\"a\",\"-b\"]]", "keys are trimmed");
    ok(!draft_load(&cx, json(S("{\"schema\":{}}")), true, &draft), "fields are a list");
}

int main(void)
{
    cx = (struct cx){ .mem = tap_mem(), .set = &set };
    plan(COUNT(FIELDS) + 2 + 3 + 5 + 10 + 4);
    for (size_t i = 0; i < COUNT(FIELDS); i++)
        ok(stays(str_of(FIELDS[i])), FIELDS[i]);
    of_the_tests();
    whole();
    options();
    buttons();
    misuse();
    return done();
}
