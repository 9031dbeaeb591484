/* draft.c — a definition as a form has it, and as the API has it. */
#include "desk/draft.h"

#include <string.h>

#include "base/js.h"
#include "base/num.h"

enum { WRITTEN_MAX = 1 << 24 };

static const struct { const char *key; size_t offset; } TEXTS[] = {
    { "was", offsetof(struct draft_field, was) },
    { "name", offsetof(struct draft_field, name) },
    { "type", offsetof(struct draft_field, type) },
    { "default", offsetof(struct draft_field, otherwise) },
    { "options", offsetof(struct draft_field, options) },
    { "values", offsetof(struct draft_field, values) },
    { "max", offsetof(struct draft_field, most) },
    { "collection", offsetof(struct draft_field, collection) },
    { "on_delete", offsetof(struct draft_field, on_delete) },
    { "mask_type", offsetof(struct draft_field, mask_type) },
    { "expression", offsetof(struct draft_field, expression) },
    { "return_type", offsetof(struct draft_field, return_type) },
};
static const struct { const char *key; size_t offset; } FLAGS[] = {
    { "required", offsetof(struct draft_field, required) },
    { "unique", offsetof(struct draft_field, unique) },
    { "pii", offsetof(struct draft_field, pii) },
    { "encrypted", offsetof(struct draft_field, encrypted) },
    { "searchable", offsetof(struct draft_field, searchable) },
};

static struct str *text_of(struct draft_field *field, size_t offset)
{
    return (struct str *)(void *)((char *)field + offset);
}

static bool *flag_of(struct draft_field *field, size_t offset)
{
    return (bool *)(void *)((char *)field + offset);
}

static const struct draft_field NOTHING = {
    S_INIT(""), S_INIT(""), S_INIT(""), S_INIT(""), S_INIT(""), S_INIT(""), S_INIT(""), S_INIT(""),
    S_INIT(""), S_INIT(""), S_INIT(""), S_INIT(""), false, false, false, false, false,
};

struct str draft_name(struct cx *cx, size_t i, const char *member)
{
    return str_fmt(cx->mem, "fields.%zu.%s", i, member);
}

static struct str or_empty(struct str s)
{
    return str_absent(s) ? S("") : s;
}

/* ---- texts that may be JSON ----------------------------------------------------------------- */

static struct str quoted(struct cx *cx, struct str text)
{
    struct buf out;
    buf_init(&out, cx->mem, 6 * text.n + 16);
    js_quote(&out, text);
    return buf_text(&out);
}

static bool parses(struct cx *cx, struct str text, struct jv *out)
{
    struct jv_fault fault;
    return jv_parse(cx, text, out, &fault);
}

/* A line: itself, or the JSON text that it is. */
static struct str line_meant(struct cx *cx, struct str line)
{
    struct jv value;
    struct str trimmed = str_trim(line);
    if (trimmed.n > 0 && trimmed.p[0] == '"' && parses(cx, trimmed, &value)
        && value.kind == JV_TEXT)
        return jv_text(value);
    return trimmed;
}

static bool is_one_line(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < 0x20)
            return false;
    return text.n > 0;
}

static struct str line_shown(struct cx *cx, struct str text)
{
    return is_one_line(text) && str_eq(line_meant(cx, text), text) ? text : quoted(cx, text);
}

/* Whether what stands there is a text as it is, unless it says otherwise by how it begins. */
static bool is_text(struct str type, struct str typed)
{
    static const char *const HOLD[] = { "text", "email", "url", "datetime", "date", "reference" };
    for (size_t i = 0; i < COUNT(HOLD); i++)
        if (str_eq(type, str_of(HOLD[i])))
            return typed.p[0] != '"';
    return str_eq(type, S("select")) && typed.p[0] != '"' && typed.p[0] != '[';
}

/* A default of that type as typed, as JSON; absent: none. */
static struct str default_meant(struct cx *cx, struct str type, struct str typed)
{
    struct jv value;
    typed = str_trim(typed);
    if (typed.n == 0)
        return NO_STR;
    if (!is_text(type, typed) && parses(cx, typed, &value))
        return value.kind == JV_NULL ? NO_STR : jv_print(cx->mem, value);
    return quoted(cx, typed);
}

static struct str default_shown(struct cx *cx, struct str type, struct jv value)
{
    struct str json, text = jv_text(value);
    if (value.kind <= JV_NULL)
        return S("");
    json = jv_print(cx->mem, value);
    if (value.kind == JV_TEXT && is_one_line(text)
        && str_eq(default_meant(cx, type, text), quoted(cx, text)))
        return text;
    return value.kind == JV_TEXT ? quoted(cx, text) : json;
}

/* ---- options -------------------------------------------------------------------------------- */

static bool is_select(struct str type) { return str_eq(type, S("select")); }
static bool is_list(struct str type) { return is_select(type) || str_eq(type, S("references")); }

static struct jv values_in(struct jv options)
{
    return options.kind == JV_ARRAY ? options : jv_get(options, S("values"));
}

static struct str lines_of(struct cx *cx, struct jv values)
{
    struct buf out;
    buf_init(&out, cx->mem, WRITTEN_MAX);
    for (size_t i = 0; i < jv_count(values); i++) {
        struct jv value = jv_at(values, i);
        if (i > 0)
            buf_c(&out, '\n');
        buf_str(&out, value.kind == JV_TEXT ? line_shown(cx, jv_text(value))
                                            : jv_print(cx->mem, value));
    }
    return out.n > 0 ? buf_text(&out) : S("");
}

static struct str most_of(struct cx *cx, struct jv options)
{
    struct jv max = jv_get(options, S("max"));
    return max.kind <= JV_NULL ? S("") : max.kind == JV_TEXT ? jv_text(max)
                                                             : jv_print(cx->mem, max);
}

static void put_values(struct cx *cx, struct js *js, const char *key, struct str lines)
{
    struct str line;
    js_array(js, key);
    while (str_cut(&lines, '\n', &line))
        if (str_trim(line).n > 0)
            js_text(js, NULL, line_meant(cx, line));
    js_end(js);
}

static void put_most(struct js *js, struct str most)
{
    int64_t n;
    most = str_trim(most);
    if (most.n > 0 && num_int(most, &n))
        js_int(js, "max", n);
    else if (most.n > 0)
        js_text(js, "max", most);
}

/* The members that are not asked for on the page. */
static void put_others(struct cx *cx, struct js *js, struct jv options, bool has_values)
{
    struct str key;
    struct jv value;
    for (struct jv_each e = jv_each(options); jv_next(&e, &key, &value);)
        if (!str_eq(key, S("max")) && !(has_values && str_eq(key, S("values")))) {
            js_key(js, key);
            js_raw(js, NULL, jv_print(cx->mem, value));
        }
}

static void put_list_options(struct cx *cx, struct js *js, const struct draft_field *field)
{
    struct jv options = { .kind = JV_ABSENT };
    bool values = is_select(field->type), most = str_trim(field->most).n > 0;
    if (str_trim(field->options).n > 0 && !parses(cx, field->options, &options))
        options.kind = JV_ABSENT;
    bool same = (!values || str_eq(lines_of(cx, values_in(options)), field->values))
             && str_eq(most_of(cx, options), field->most);
    if (same || (!values && !most && options.kind != JV_OBJECT)) {
        js_raw(js, "options", options.kind <= JV_NULL ? NO_STR : jv_print(cx->mem, options));
    } else if (values && !most && options.kind != JV_OBJECT) {
        put_values(cx, js, "options", field->values);
    } else {
        js_object(js, "options");
        if (values)
            put_values(cx, js, "values", field->values);
        put_most(js, field->most);
        put_others(cx, js, options, values);
        js_end(js);
    }
}

static void put_options(struct cx *cx, struct js *js, const struct draft_field *field)
{
    struct jv options;
    if (is_list(field->type))
        put_list_options(cx, js, field);
    else if (str_trim(field->options).n == 0)
        js_raw(js, "options", NO_STR);
    else if (parses(cx, field->options, &options))
        js_raw(js, "options", jv_print(cx->mem, options));
    else
        js_text(js, "options", field->options);     /* which the API refuses, beside its card   */
}

/* ---- from JSON ------------------------------------------------------------------------------ */

static struct str text_in(struct jv from, const char *key)
{
    return or_empty(jv_text(jv_get(from, str_of(key))));
}

static void load_field(struct cx *cx, struct jv from, bool is_stored, struct draft_field *out)
{
    struct jv options = jv_get(from, S("options"));
    *out = NOTHING;
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        *text_of(out, TEXTS[i].offset) = text_in(from, TEXTS[i].key);
    for (size_t i = 0; i < COUNT(FLAGS); i++)
        *flag_of(out, FLAGS[i].offset) = jv_bool(jv_get(from, str_of(FLAGS[i].key)));
    out->was = is_stored ? out->name : S("");
    out->otherwise = default_shown(cx, out->type, jv_get(from, S("default")));
    out->options = options.kind <= JV_NULL ? S("") : jv_print(cx->mem, options);
    out->values = is_select(out->type) ? lines_of(cx, values_in(options)) : S("");
    out->most = is_list(out->type) ? most_of(cx, options) : S("");
}

static struct str index_shown(struct cx *cx, struct jv index)
{
    struct buf out;
    buf_init(&out, cx->mem, 1 << 16);
    for (size_t i = 0; i < jv_count(index); i++) {
        buf_str(&out, i > 0 ? S(", ") : S(""));
        buf_str(&out, jv_text(jv_at(index, i)));
    }
    return out.n > 0 ? buf_text(&out) : S("");
}

static bool flag_in(struct jv from, const char *key, bool otherwise)
{
    struct jv value = jv_get(from, str_of(key));
    return value.kind == JV_BOOL ? jv_bool(value) : otherwise;
}

bool draft_load(struct cx *cx, struct jv from, bool is_stored, struct draft *out)
{
    struct jv list = jv_get(from, S("schema")), indexes = jv_get(from, S("indexes"));
    if (list.kind == JV_ABSENT)
        list = jv_get(from, S("fields"));
    if (list.kind != JV_ARRAY || jv_count(list) > DRAFT_FIELDS)
        return fail(cx, E_INVALID, "Validation error",
                    "This is not the definition of a collection");
    *out = (struct draft){
        .name = text_in(from, "name"), .query = text_in(from, "query"),
        .type = str_eq(text_in(from, "type"), S("view")) ? S("view") : S("base"),
        .realtime = flag_in(from, "realtime", true),
        .event_previous = flag_in(from, "event_previous", false),
        .requires_signature = flag_in(from, "requires_signature", false),
        .n = jv_count(list), .index_count = jv_count(indexes),
    };
    if (out->index_count > DRAFT_INDEXES)
        out->index_count = DRAFT_INDEXES;
    out->fields = arena_list(cx->mem, struct draft_field, out->n + 1);
    out->indexes = arena_list(cx->mem, struct str, out->index_count + 1);
    for (size_t i = 0; i < out->n; i++)
        load_field(cx, jv_at(list, i), is_stored, &out->fields[i]);
    for (size_t i = 0; i < out->index_count; i++)
        out->indexes[i] = index_shown(cx, jv_at(indexes, i));
    return true;
}

/* ---- from a form ---------------------------------------------------------------------------- */

/* "fields.3.name": 3 and name. */
static bool parted(struct str name, const char *of, size_t most, size_t *i, struct str *member)
{
    struct str rest = name, head, number;
    int64_t n;
    if (!str_cut(&rest, '.', &head) || !str_eq(head, str_of(of))
        || !str_cut(&rest, '.', &number) || !num_int(number, &n) || n < 0 || n >= (int64_t)most)
        return false;
    *i = (size_t)n;
    *member = rest;
    return true;
}

/* Browsers send the ends of lines as CR LF. */
static struct str plain_lines(struct cx *cx, struct str sent)
{
    struct buf out;
    buf_init(&out, cx->mem, sent.n + 1);
    for (size_t i = 0; i < sent.n; i++)
        if (sent.p[i] != '\r' || i + 1 == sent.n || sent.p[i + 1] != '\n')
            buf_c(&out, sent.p[i]);
    return out.n > 0 ? buf_text(&out) : S("");
}

static void take(struct cx *cx, struct draft_field *field, struct str member, struct str value)
{
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        if (str_eq(member, str_of(TEXTS[i].key)))
            *text_of(field, TEXTS[i].offset) = plain_lines(cx, value);
    for (size_t i = 0; i < COUNT(FLAGS); i++)
        if (str_eq(member, str_of(FLAGS[i].key)))
            *flag_of(field, FLAGS[i].offset) = value.n > 0;
}

static void read_fields(struct cx *cx, const struct formdata *form, struct draft *out)
{
    struct draft_field *found = arena_list(cx->mem, struct draft_field, DRAFT_FIELDS);
    bool *is_there = arena_list(cx->mem, bool, DRAFT_FIELDS);
    struct str member;
    size_t i;
    for (size_t k = 0; k < form->n; k++) {
        if (!parted(form->at[k].name, "fields", DRAFT_FIELDS, &i, &member))
            continue;
        if (!is_there[i])
            found[i] = NOTHING;
        is_there[i] = true;
        take(cx, &found[i], member, form->at[k].value);
    }
    out->fields = found;
    for (i = 0; i < DRAFT_FIELDS; i++)
        if (is_there[i]) {
            found[out->n] = found[i];
            found[out->n].name = str_trim(found[i].name);
            out->n++;
        }
}

static void read_indexes(struct cx *cx, const struct formdata *form, struct draft *out)
{
    struct str member;
    size_t i;
    out->indexes = arena_list(cx->mem, struct str, DRAFT_INDEXES);
    for (size_t k = 0; k < form->n && out->index_count < DRAFT_INDEXES; k++)
        if (parted(form->at[k].name, "indexes", DRAFT_INDEXES, &i, &member))
            out->indexes[out->index_count++] = str_trim(form->at[k].value);
}

static struct str sent(struct cx *cx, const struct formdata *form, const char *name)
{
    struct str value = formdata_text(form, name);
    return str_absent(value) ? S("") : plain_lines(cx, value);
}

void draft_read(struct cx *cx, const struct formdata *form, struct draft *out)
{
    *out = (struct draft){
        .name = str_trim(sent(cx, form, "name")), .query = sent(cx, form, "query"),
        .type = str_eq(sent(cx, form, "type"), S("view")) ? S("view") : S("base"),
        .realtime = sent(cx, form, "realtime").n > 0,
        .event_previous = sent(cx, form, "event_previous").n > 0,
        .requires_signature = sent(cx, form, "requires_signature").n > 0,
    };
    read_fields(cx, form, out);
    read_indexes(cx, form, out);
}

/* ---- as a form ------------------------------------------------------------------------------ */

static void add(struct cx *cx, struct formdata *out, struct str name, struct str value)
{
    if (value.n == 0)
        return;
    out->at = arena_more(cx->mem, out->at, out->n, sizeof *out->at);
    out->at[out->n++] = (struct formdata_pair){ name, value };
}

void draft_send(struct cx *cx, const struct draft *draft, struct formdata *out)
{
    *out = (struct formdata){ .n = 0 };
    add(cx, out, S("name"), draft->name);
    add(cx, out, S("type"), draft->type);
    add(cx, out, S("query"), draft->query);
    add(cx, out, S("realtime"), draft->realtime ? S("on") : S(""));
    add(cx, out, S("event_previous"), draft->event_previous ? S("on") : S(""));
    add(cx, out, S("requires_signature"), draft->requires_signature ? S("on") : S(""));
    for (size_t i = 0; i < draft->n; i++) {
        for (size_t k = 0; k < COUNT(TEXTS); k++)
            add(cx, out, draft_name(cx, i, TEXTS[k].key),
                *text_of(&draft->fields[i], TEXTS[k].offset));
        for (size_t k = 0; k < COUNT(FLAGS); k++)
            add(cx, out, draft_name(cx, i, FLAGS[k].key),
                *flag_of(&draft->fields[i], FLAGS[k].offset) ? S("on") : S(""));
    }
    for (size_t i = 0; i < draft->index_count; i++)
        add(cx, out, str_fmt(cx->mem, "indexes.%zu", i), draft->indexes[i]);
}

/* ---- as JSON -------------------------------------------------------------------------------- */

static struct str or_null(struct str text)
{
    return text.n > 0 ? text : NO_STR;
}

static void write_field(struct cx *cx, struct js *js, const struct draft_field *field)
{
    js_object(js, NULL);
    js_text(js, "name", field->name);
    js_text(js, "type", field->type);
    js_bool(js, "required", field->required);
    js_raw(js, "default", default_meant(cx, field->type, field->otherwise));
    js_bool(js, "unique", field->unique);
    put_options(cx, js, field);
    js_text(js, "collection", or_null(field->collection));
    js_text(js, "on_delete", or_null(field->on_delete));
    js_bool(js, "pii", field->pii);
    js_text(js, "mask_type", or_null(field->mask_type));
    js_text(js, "expression", or_null(field->expression));
    js_text(js, "return_type", or_null(field->return_type));
    js_bool(js, "encrypted", field->encrypted);
    js_bool(js, "searchable", field->searchable);
    js_end(js);
}

static void write_index(struct js *js, struct str keys)
{
    struct str key;
    if (str_trim(keys).n == 0)
        return;
    js_array(js, NULL);
    while (str_cut(&keys, ',', &key))
        js_text(js, NULL, str_trim(key));
    js_end(js);
}

struct str draft_write(struct cx *cx, const struct draft *draft)
{
    struct buf out;
    struct js js;
    bool is_view = str_eq(draft->type, S("view"));
    buf_init(&out, cx->mem, WRITTEN_MAX);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "name", draft->name);
    js_text(&js, "type", draft->type);
    js_array(&js, "schema");
    for (size_t i = 0; i < draft->n; i++)
        write_field(cx, &js, &draft->fields[i]);
    js_end(&js);
    js_array(&js, "indexes");
    for (size_t i = 0; i < draft->index_count; i++)
        write_index(&js, draft->indexes[i]);
    js_end(&js);
    if (is_view)
        js_text(&js, "query", draft->query);
    js_bool(&js, "realtime", draft->realtime);
    js_bool(&js, "event_previous", draft->event_previous);
    js_bool(&js, "requires_signature", draft->requires_signature);
    js_end(&js);
    return buf_text(&out);
}

/* ---- what buttons do ------------------------------------------------------------------------ */

static void swap(struct draft *draft, size_t a, size_t b)
{
    struct draft_field kept = draft->fields[a];
    draft->fields[a] = draft->fields[b];
    draft->fields[b] = kept;
}

static void add_field(struct cx *cx, struct draft *draft, struct str type)
{
    struct draft_field *fields = arena_list(cx->mem, struct draft_field, draft->n + 1);
    for (size_t i = 0; i < draft->n; i++)
        fields[i] = draft->fields[i];
    fields[draft->n] = NOTHING;
    fields[draft->n].type = type;
    if (str_starts(type, S("reference")))
        fields[draft->n].on_delete = S("restrict");
    draft->fields = fields;
    draft->n++;
}

static void add_index(struct cx *cx, struct draft *draft)
{
    struct str *indexes = arena_list(cx->mem, struct str, draft->index_count + 1);
    for (size_t i = 0; i < draft->index_count; i++)
        indexes[i] = draft->indexes[i];
    indexes[draft->index_count++] = S("");
    draft->indexes = indexes;
}

static bool move(struct draft *draft, struct str verb, size_t i, int *at)
{
    if (str_eq(verb, S("remove")) && i < draft->n) {
        for (draft->n--; i < draft->n; i++)
            draft->fields[i] = draft->fields[i + 1];
    } else if (str_eq(verb, S("up")) && i > 0 && i < draft->n) {
        swap(draft, i, i - 1);
        *at = (int)i - 1;
    } else if (str_eq(verb, S("down")) && i + 1 < draft->n) {
        swap(draft, i, i + 1);
        *at = (int)i + 1;
    } else if (str_eq(verb, S("unindex")) && i < draft->index_count) {
        for (draft->index_count--; i < draft->index_count; i++)
            draft->indexes[i] = draft->indexes[i + 1];
    } else {
        return str_eq(verb, S("up")) || str_eq(verb, S("down"));     /* already at the end       */
    }
    return true;
}

bool draft_do(struct cx *cx, struct draft *draft, struct str what, int *at)
{
    struct str rest = what, verb;
    int64_t i;
    *at = -1;
    if (str_absent(what) || !str_cut(&rest, ' ', &verb))
        return false;
    if (str_eq(verb, S("add")) && draft->n < DRAFT_FIELDS) {
        add_field(cx, draft, rest);
        *at = (int)draft->n - 1;
        return true;
    }
    if (str_eq(verb, S("index")) && draft->index_count < DRAFT_INDEXES) {
        add_index(cx, draft);
        return true;
    }
    return num_int(rest, &i) && i >= 0 && i < DRAFT_FIELDS && move(draft, verb, (size_t)i, at);
}
