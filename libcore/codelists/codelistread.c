/* codelistread.c — reads members of nested objects and tells what does not fit where it stands. */
#include "codelists/codelistread.h"

#include "base/utf8.h"

struct fault { const char *type, *msg; struct str ctx; };

static void add(const struct codelistread *r, const char *name, struct jv sent,
                const struct fault *fault)
{
    fail_add_field(r->cx, &(struct err_field){
        .type = fault->type, .msg = str_of(fault->msg), .ctx = fault->ctx,
        .input = jv_print(r->cx->mem, sent),
        .loc = name == NULL ? str_fmt(r->cx->mem, "%.*s]", STR_ARG(r->path))
                            : str_fmt(r->cx->mem, "%.*s,\"%s\"]", STR_ARG(r->path), name) });
}

/* NULL of any kind is JV_ABSENT; anything else must be of the kind. */
static struct jv member(const struct codelistread *r, const char *name, enum jv_kind kind,
                        const struct fault *misfit)
{
    struct jv v = jv_get(r->from, str_of(name)), none = { .kind = JV_ABSENT };
    if (v.kind == JV_ABSENT || v.kind == JV_NULL)
        return none;
    if (v.kind == kind)
        return v;
    add(r, name, v, misfit);
    return none;
}

struct codelistread codelistread_item(struct cx *cx, struct jv array, size_t i, struct str path)
{
    return (struct codelistread){
        cx, jv_at(array, i), str_fmt(cx->mem, "%.*s,%zu", STR_ARG(path), i) };
}

bool codelistread_is_object(const struct codelistread *r)
{
    if (r->from.kind == JV_OBJECT)
        return true;
    add(r, NULL, r->from, &(struct fault){
        "model_attributes_type",
        "Input should be a valid dictionary or object to extract fields from", NO_STR });
    return false;
}

static void check_length(const struct codelistread *r, const char *name, struct jv v,
                         struct codelistread_limits limits)
{
    size_t n = utf8_count(jv_text(v));
    if (limits.required && n == 0)
        add(r, name, v, &(struct fault){
            "string_too_short", "String should have at least 1 character",
            S("{\"min_length\":1}") });
    if (limits.most > 0 && n > limits.most)
        add(r, name, v, &(struct fault){
            "string_too_long",
            str_fmt(r->cx->mem, "String should have at most %zu characters", limits.most).p,
            str_fmt(r->cx->mem, "{\"max_length\":%zu}", limits.most) });
}

struct str codelistread_text(const struct codelistread *r, const char *name,
                             struct codelistread_limits limits)
{
    static const struct fault NO_TEXT = { "string_type", "Input should be a valid string",
                                          { NULL, 0 } };
    struct jv v = jv_get(r->from, str_of(name));
    if (limits.required && v.kind == JV_ABSENT) {
        add(r, name, r->from, &(struct fault){ "missing", "Field required", NO_STR });
        return NO_STR;
    }
    if (limits.required && v.kind == JV_NULL) {
        add(r, name, v, &NO_TEXT);
        return NO_STR;
    }
    v = member(r, name, JV_TEXT, &NO_TEXT);
    if (v.kind == JV_TEXT)
        check_length(r, name, v, limits);
    return jv_text(v);
}

int64_t codelistread_flag(const struct codelistread *r, const char *name, int64_t otherwise)
{
    struct jv v = member(r, name, JV_BOOL, &(struct fault){
        "bool_type", "Input should be a valid boolean", NO_STR });
    return v.kind == JV_BOOL ? jv_bool(v) : otherwise;
}

int64_t codelistread_int(const struct codelistread *r, const char *name, int64_t otherwise)
{
    struct jv v = member(r, name, JV_INT, &(struct fault){
        "int_type", "Input should be a valid integer", NO_STR });
    return v.kind == JV_INT ? jv_int(v) : otherwise;
}

struct str codelistread_object(const struct codelistread *r, const char *name)
{
    struct jv v = member(r, name, JV_OBJECT, &(struct fault){
        "dict_type", "Input should be a valid dictionary", NO_STR });
    return v.kind == JV_OBJECT ? jv_print_sorted(r->cx->mem, v) : NO_STR;
}
