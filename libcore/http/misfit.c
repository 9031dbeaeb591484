/* misfit.c — builds the items of a 422: where, what, the value sent and the numbers behind it. */
#include "http/misfit.h"

#include "base/js.h"

#define TEXT_MAX (4u << 20)
#define HIDDEN "\"**********\""

static struct str quoted(struct arena *mem, struct str s)
{
    struct buf b;
    buf_init(&b, mem, TEXT_MAX);
    js_quote(&b, s);
    return buf_text(&b);
}

static struct str loc_of(struct arena *mem, const struct input *in)
{
    static const char *const WHERE[] = { "", "path", "query", "body", "header", "body" };
    return str_fmt(mem, "[\"%s\",%.*s]", WHERE[in->from], STR_ARG(quoted(mem, str_of(in->name))));
}

static struct str shown(struct arena *mem, struct sent sent)
{
    return sent.kind == JV_TEXT ? quoted(mem, sent.text) : jv_print(mem, sent.v);
}

static void add(struct cx *cx, const struct input *in, struct sent sent, const char *type,
                struct str msg, struct str ctx)
{
    struct err_field item = { .type = type, .loc = loc_of(cx->mem, in), .msg = msg, .ctx = ctx };
    bool hide = in->type == T_SECRET && !(sent.kind == JV_TEXT && sent.text.n == 0);
    item.input = hide ? S(HIDDEN) : shown(cx->mem, sent);
    fail_add_field(cx, &item);
}

void misfit_add(struct cx *cx, const struct input *in, struct sent sent, const char *type,
                const char *msg)
{
    add(cx, in, sent, type, str_of(msg), NO_STR);
}

void misfit_range(struct cx *cx, const struct input *in, struct sent sent, bool below)
{
    long long limit = below ? in->least : in->most;
    struct str msg = str_fmt(cx->mem, "Input should be %s than or equal to %lld",
                             below ? "greater" : "less", limit);
    add(cx, in, sent, below ? "greater_than_equal" : "less_than_equal", msg,
        str_fmt(cx->mem, "{\"%s\":%lld}", below ? "ge" : "le", limit));
}

static void text_length(struct cx *cx, const struct input *in, struct sent sent, bool below)
{
    size_t limit = below ? in->min : in->max;
    struct str msg = str_fmt(cx->mem, "String should have at %s %zu character%s",
                             below ? "least" : "most", limit, limit == 1 ? "" : "s");
    add(cx, in, sent, below ? "string_too_short" : "string_too_long", msg,
        str_fmt(cx->mem, "{\"%s_length\":%zu}", below ? "min" : "max", limit));
}

void misfit_length(struct cx *cx, const struct input *in, struct sent sent, size_t n, bool below)
{
    size_t limit = below ? in->min : in->max;
    const char *what = in->type == T_LIST ? "List" : "Value";
    if (in->type != T_LIST && !in->wrapped) {
        text_length(cx, in, sent, below);
        return;
    }
    struct str msg = str_fmt(cx->mem, "%s should have at %s %zu item%s after validation, not %zu",
                             what, below ? "least" : "most", limit, limit == 1 ? "" : "s", n);
    add(cx, in, sent, below ? "too_short" : "too_long", msg,
        str_fmt(cx->mem, "{\"field_type\":\"%s\",\"%s_length\":%zu,\"actual_length\":%zu}", what,
                below ? "min" : "max", limit, n));
}

/* a|b|c in words: 'a', 'b' or 'c' */
static struct str in_words(struct arena *mem, const char *choices)
{
    struct buf b;
    struct str rest = str_of(choices), choice;
    buf_init(&b, mem, TEXT_MAX);
    while (str_cut(&rest, '|', &choice)) {
        if (b.n > 0)
            buf_str(&b, rest.n == 0 ? S(" or ") : S(", "));
        buf_fmt(&b, "'%.*s'", STR_ARG(choice));
    }
    return buf_text(&b);
}

void misfit_choice(struct cx *cx, const struct input *in, struct sent sent)
{
    struct str words = in_words(cx->mem, in->one_of);
    add(cx, in, sent, in->literal ? "literal_error" : "enum",
        str_fmt(cx->mem, "Input should be %.*s", STR_ARG(words)),
        str_fmt(cx->mem, "{\"expected\":%.*s}", STR_ARG(quoted(cx->mem, words))));
}

void misfit_pattern(struct cx *cx, const struct input *in, struct sent sent)
{
    add(cx, in, sent, "string_pattern_mismatch",
        str_fmt(cx->mem, "String should match pattern '%s'", in->pattern),
        str_fmt(cx->mem, "{\"pattern\":%.*s}", STR_ARG(quoted(cx->mem, str_of(in->pattern)))));
}

void misfit_reason(struct cx *cx, const struct input *in, struct sent sent, const char *type,
                   const char *key, const char *msg, struct str reason)
{
    add(cx, in, sent, type, str_fmt(cx->mem, "%s%.*s", msg, STR_ARG(reason)),
        str_fmt(cx->mem, "{\"%s\":%.*s}", key, STR_ARG(quoted(cx->mem, reason))));
}

static bool is_secret(const struct input *table, struct str name)
{
    for (const struct input *in = table; in->from != FROM_END; in++)
        if (in->from == BODY && in->type == T_SECRET && str_eq(str_of(in->name), name))
            return true;
    return false;
}

static struct str without_secrets(struct arena *mem, struct jv parent, const struct input *table)
{
    struct buf b;
    struct js js;
    struct str key;
    struct jv value;
    buf_init(&b, mem, TEXT_MAX);
    js_init(&js, &b);
    js_object(&js, NULL);
    for (struct jv_each e = jv_each(parent); jv_next(&e, &key, &value); ) {
        js_key(&js, key);
        js_raw(&js, NULL, is_secret(table, key) ? S(HIDDEN) : jv_print(mem, value));
    }
    js_end(&js);
    return buf_text(&b);
}

void misfit_missing(struct cx *cx, const struct input *in, struct jv parent,
                    const struct input *table)
{
    struct err_field item = { .type = "missing", .loc = loc_of(cx->mem, in),
                              .msg = S("Field required") };
    if (parent.kind == JV_OBJECT)
        item.input = without_secrets(cx->mem, parent, table);
    fail_add_field(cx, &item);
}

static bool has_secret(const struct input *table)
{
    for (const struct input *in = table; in->from != FROM_END; in++)
        if (in->from == BODY && in->type == T_SECRET)
            return true;
    return false;
}

/* What the body should be, said by its parts or by the one row that takes it whole. */
static struct err_field body_wanted(const struct input *table)
{
    struct err_field whole = { .type = NULL };
    for (const struct input *in = table; in->from != FROM_END; in++) {
        if (in->from != BODY || in->type == T_RAW_BODY)
            continue;
        if (in->type == T_WHOLE_LIST)
            whole = (struct err_field){ .type = "list_type",
                                        .msg = S("Input should be a valid list") };
        else if (in->type == T_WHOLE_BODY)
            whole = (struct err_field){ .type = "dict_type",
                                        .msg = S("Input should be a valid dictionary") };
        else
            return (struct err_field){
                .type = "model_attributes_type",
                .msg = S("Input should be a valid dictionary or object to extract fields from") };
    }
    return whole;
}

void misfit_body(struct cx *cx, struct sent sent, const struct input *table)
{
    struct err_field item = body_wanted(table);
    item.loc = S("[\"body\"]");
    item.input = has_secret(table) ? S(HIDDEN) : shown(cx->mem, sent);
    fail_add_field(cx, &item);
}

void misfit_no_body(struct cx *cx)
{
    struct err_field item = { .type = "missing", .loc = S("[\"body\"]"),
                              .msg = S("Field required") };
    fail_add_field(cx, &item);
}

void misfit_json(struct cx *cx, size_t offset, const char *reason)
{
    struct err_field item = {
        .type = "json_invalid", .loc = str_fmt(cx->mem, "[\"body\",%zu]", offset),
        .msg = S("JSON decode error"), .input = S("{}"),
        .ctx = str_fmt(cx->mem, "{\"error\":%.*s}", STR_ARG(quoted(cx->mem, str_of(reason)))) };
    fail_add_field(cx, &item);
}
