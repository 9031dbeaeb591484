/* providerform.c — the settings of a provider as a form, and what came back as their JSON. */
#include "providerform.h"

#include <string.h>

#include "base/num.h"
#include "config/configvalue.h"

enum { VALUES_MAX = 1 << 20, LINES_MAX = 65536 };

static bool is_secret(const struct provider_member *member)
{
    return member->is_write_only || member->is_secret;
}

static bool is(const struct provider_member *member, const char *type)
{
    return strcmp(member->type, type) == 0;
}

static const char *name_of(struct cx *cx, const struct provider_member *member)
{
    return str_c(cx->mem, str_fmt(cx->mem, "config.%s", member->name));
}

static enum form_kind kind_of(const struct provider *provider, const struct provider_member *member)
{
    bool lines = strstr(member->name, "cert") != NULL
              || (is_secret(member) && str_eq(provider->name, S("apple")));
    if (lines || is(member, "array"))
        return FORM_CODE;
    if (is_secret(member))
        return FORM_PASSWORD;
    if (is(member, "boolean"))
        return FORM_CHECK;
    if (is(member, "integer"))
        return FORM_NUMBER;
    if (member->one_of != NULL)
        return FORM_CHOICE;
    return member->format == NULL ? FORM_TEXT
         : strcmp(member->format, "email") == 0 ? FORM_EMAIL : FORM_URL;
}

static bool is_set(const struct providerform *form, const struct provider_member *member)
{
    return jv_get(form->shown, str_of(member->name)).kind > JV_NULL;
}

static const char *hint_of(struct providerform *form, const struct provider_member *member)
{
    struct cx *cx = form->form.cx;
    const char *english = !is_secret(member) ? is(member, "array") ? W("One a line.") : NULL
                        : is_set(form, member) ? W("It is set. Empty: it stays as it is.")
                                               : W("It is not set yet.");
    return english == NULL ? NULL : str_c(cx->mem, phrase_of(cx, english));
}

static const struct form_field *fields_of(struct providerform *form, struct cx *cx,
                                          const struct form_field *extra)
{
    const struct provider_member *member = form->provider != NULL ? form->provider->members : NULL;
    struct form_field *fields = NULL;
    size_t n = 0;
    for (; extra != NULL && extra->name != NULL; extra++) {
        fields = arena_more(cx->mem, fields, n, sizeof *fields);
        fields[n++] = *extra;
    }
    for (; member != NULL && member->name != NULL; member++) {
        fields = arena_more(cx->mem, fields, n, sizeof *fields);
        fields[n++] = (struct form_field){
            name_of(cx, member), kind_of(form->provider, member), .label = member->title,
            .hint = hint_of(form, member), .verbatim = true, .rows = 4,
            .max = kind_of(form->provider, member) == FORM_CODE ? LINES_MAX : 4000,
            .step = "1", .autocomplete = is_secret(member) ? "new-password" : "off",
            .required = member->required && !is(member, "boolean")
                     && !(is_secret(member) && is_set(form, member)) };
    }
    fields = arena_more(cx->mem, fields, n, sizeof *fields);
    fields[n] = form->provider != NULL ? (struct form_field){ 0 }
              : (struct form_field){ "config", FORM_CODE, .label = W("Settings, as JSON"),
                                     .rows = 8, .max = LINES_MAX, .required = true };
    fields = arena_more(cx->mem, fields, n + 1, sizeof *fields);
    fields[n + 1] = (struct form_field){ 0 };
    return fields;
}

/* ---- what is there -------------------------------------------------------------------------- */

static struct str lines_of(struct cx *cx, struct jv list)
{
    struct buf out;
    buf_init(&out, cx->mem, LINES_MAX);
    for (size_t i = 0; i < jv_count(list); i++) {
        buf_str(&out, i > 0 ? S("\n") : S(""));
        buf_str(&out, jv_text(jv_at(list, i)));
    }
    return out.n > 0 ? buf_text(&out) : S("");
}

static struct str text_of(struct cx *cx, struct jv value)
{
    return value.kind == JV_ARRAY ? lines_of(cx, value) : value.kind == JV_TEXT ? jv_text(value)
         : value.kind == JV_BOOL ? (jv_bool(value) ? S("on") : S(""))
         : value.kind <= JV_NULL ? S("") : jv_print(cx->mem, value);
}

static void offer(struct providerform *form, const struct provider_member *member)
{
    struct cx *cx = form->form.cx;
    struct jv list;
    struct jv_fault fault;
    if (member->one_of == NULL || !jv_parse(cx, str_of(member->one_of), &list, &fault))
        return;
    struct form_option *options = arena_list(cx->mem, struct form_option, jv_count(list) + 1);
    for (size_t i = 0; i < jv_count(list); i++)
        options[i] = (struct form_option){ jv_text(jv_at(list, i)), jv_text(jv_at(list, i)) };
    form_options(&form->form, name_of(cx, member), options, jv_count(list));
}

static void set_values(struct providerform *form)
{
    struct cx *cx = form->form.cx;
    const struct provider_member *member = form->provider->members;
    for (; member != NULL && member->name != NULL; member++) {
        struct jv value = jv_get(form->shown, str_of(member->name));
        struct jv_fault fault;
        offer(form, member);
        if (form->shown.kind == JV_ABSENT && member->otherwise != NULL
            && !jv_parse(cx, str_of(member->otherwise), &value, &fault))
            value.kind = JV_ABSENT;
        if (!is_secret(member))
            form_set(&form->form, name_of(cx, member), text_of(cx, value));
    }
}

bool providerform_open(struct providerform *form, struct cx *cx, const struct configuration *row,
                       const struct form_field *extra)
{
    const struct configvalue_of of = { row->id, row->category, row->provider_name };
    struct str text = S("{}");
    struct jv_fault fault;
    *form = (struct providerform){ .provider = provider_find(row->category, row->provider_name) };
    form->form.cx = cx;
    if (!str_absent(row->stored)) {
        TRY(configvalue_mask(cx, &of, row->stored, &text));
        if (!jv_parse(cx, text, &form->shown, &fault))
            return broken(cx, "masked settings are no JSON: %s", fault.reason);
    }
    form_init(&form->form, cx, fields_of(form, cx, extra));
    if (form->provider != NULL)
        set_values(form);
    else
        form_set(&form->form, "config", js_indented(cx->mem, text));
    return true;
}

/* ---- what came back ------------------------------------------------------------------------- */

static void put_lines(struct js *js, const char *key, struct str lines)
{
    struct str line;
    js_array(js, key);
    while (str_cut(&lines, '\n', &line))
        if (str_trim(line).n > 0)
            js_text(js, NULL, str_trim(line));
    js_end(js);
}

static void put_member(struct providerform *form, struct js *js,
                       const struct provider_member *member)
{
    struct str sent = form_text(&form->form, name_of(form->form.cx, member));
    int64_t n;
    if (is_secret(member) && sent.n == 0) {
        if (is_set(form, member))
            js_raw(js, member->name, jv_print(form->form.cx->mem,     /* the mask: it stays  */
                                              jv_get(form->shown, str_of(member->name))));
    } else if (is(member, "boolean")) {
        js_bool(js, member->name, sent.n > 0);
    } else if (is(member, "array")) {
        put_lines(js, member->name, sent);
    } else if (is(member, "integer") && num_int(sent, &n)) {
        js_int(js, member->name, n);
    } else if (sent.n > 0) {
        js_text(js, member->name, sent);
    }
}

static void put_others(struct providerform *form, struct js *js)
{
    struct str key;
    struct jv value;
    for (struct jv_each e = jv_each(form->shown); jv_next(&e, &key, &value);)
        if (provider_member(form->provider, key) == NULL) {
            js_key(js, key);
            js_raw(js, NULL, jv_print(form->form.cx->mem, value));
        }
}

static bool refuse(struct providerform *form, const char *name, const char *english)
{
    form_fault(&form->form, name, phrase_of(form->form.cx, english));
    return false;
}

/* Numbers are whole ones, which the form does not know. */
static bool check_numbers(struct providerform *form)
{
    const struct provider_member *member = form->provider->members;
    bool well = true;
    for (; member != NULL && member->name != NULL; member++) {
        struct str sent = form_text(&form->form, name_of(form->form.cx, member));
        int64_t n;
        if (is(member, "integer") && sent.n > 0 && (!num_int(sent, &n) || n < 0))
            well = refuse(form, name_of(form->form.cx, member), W("This must be a whole number."));
    }
    return well;
}

bool providerform_values(struct providerform *form, struct jv *out)
{
    struct cx *cx = form->form.cx;
    struct jv_fault fault;
    struct buf text;
    struct js js;
    if (form->provider == NULL)
        return (jv_parse(cx, form_text(&form->form, "config"), out, &fault)
                && out->kind == JV_OBJECT)
            || refuse(form, "config", W("This must be a JSON object."));
    if (!check_numbers(form))
        return false;
    buf_init(&text, cx->mem, VALUES_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    const struct provider_member *member = form->provider->members;
    for (; member != NULL && member->name != NULL; member++)
        put_member(form, &js, member);
    put_others(form, &js);
    js_end(&js);
    return jv_parse(cx, buf_text(&text), out, &fault)
        || refuse(form, NULL, W("This must be a JSON object."));
}

void providerform_hide(struct providerform *form)
{
    const struct provider_member *member = form->provider != NULL ? form->provider->members : NULL;
    for (; member != NULL && member->name != NULL; member++)
        if (is_secret(member))
            form_set(&form->form, name_of(form->form.cx, member), S(""));
}
