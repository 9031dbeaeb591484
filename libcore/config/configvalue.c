/* configvalue.c — one walk over a configuration's values, for the four things done to them. */
#include "config/configvalue.h"

#include "base/js.h"
#include "config/provider.h"
#include "crypto/seal.h"

enum { VALUES_MAX = 262144 };
enum task { SEAL, FILL, OPEN, MASK, TELL };
struct walk {
    struct cx *cx;
    enum task task;
    struct str id;
    const struct provider *provider;        /* NULL: no schema is known */
    struct js js;
};
/* Where the walk is; the top has nothing above it, items of an array have no name. */
struct place {
    const struct place *above;
    struct str name;
    size_t index;
    const struct provider_member *member;
};

static bool is_secret_name(struct cx *cx, struct str name)
{
    static const struct str PARTS[] = {
        S_INIT("secret"), S_INIT("token"), S_INIT("key"), S_INIT("password"), S_INIT("cert"),
        S_INIT("access_key"), S_INIT("private"),
    };
    struct str lower = str_lower(cx->mem, name);
    for (size_t i = 0; i < COUNT(PARTS); i++)
        if (str_has(lower, PARTS[i]))
            return true;
    return false;
}

static bool is_sealed_at(struct cx *cx, const struct place *at, struct jv value)
{
    return jv_text(value).n > 0 && is_secret_name(cx, at->name);
}

static bool is_empty(struct jv value)
{
    switch (value.kind) {
    case JV_ABSENT: case JV_NULL:  return true;
    case JV_BOOL:                  return !jv_bool(value);
    case JV_INT: case JV_REAL:     return !(jv_real(value) < 0 || jv_real(value) > 0);
    case JV_TEXT:                  return jv_text(value).n == 0;
    case JV_ARRAY: case JV_OBJECT: return jv_count(value) == 0;
    }
    return true;
}

static bool is_masked_at(struct cx *cx, const struct place *at, struct jv value)
{
    const struct provider_member *member = at->member;
    if (is_empty(value) || str_absent(at->name))
        return false;
    if (str_has(str_lower(cx->mem, at->name), S("secret")))
        return true;
    if (member == NULL)
        return is_sealed_at(cx, at, value);
    return member->is_write_only || member->is_secret
        || (member->format != NULL && str_eq(str_of(member->format), S("password")));
}

static bool is_mask(struct jv value)
{
    return str_eq(jv_text(value), S(SEAL_MASK));
}

/* As a JSON pointer (RFC 6901). */
static void put_path(struct buf *out, const struct place *at)
{
    if (at->above == NULL)
        return;
    put_path(out, at->above);
    buf_c(out, '/');
    if (str_absent(at->name))
        buf_fmt(out, "%zu", at->index);
    for (size_t i = 0; i < at->name.n; i++) {
        if (at->name.p[i] == '~' || at->name.p[i] == '/')
            buf_str(out, at->name.p[i] == '~' ? S("~0") : S("~1"));
        else
            buf_c(out, at->name.p[i]);
    }
}

static const char *purpose_of(struct walk *w, const struct place *at)
{
    struct buf out;
    buf_init(&out, w->cx->mem, 2 * VALUES_MAX);
    buf_fmt(&out, "configuration %.*s ", STR_ARG(w->id));
    put_path(&out, at);
    return str_c(w->cx->mem, buf_text(&out));
}

static bool put_opened(struct walk *w, const struct place *at, struct str text)
{
    struct str plain = text;
    if (seal_is(text) && !seal_open(w->cx, purpose_of(w, at), text, &plain))
        return broken(w->cx, "%s does not open: it was sealed with another encryption_key",
                      purpose_of(w, at));
    js_text(&w->js, NULL, plain);
    return true;
}

/* The value stands for what the row has in its place. */
static bool is_kept(const struct walk *w, struct jv value)
{
    return (w->task == SEAL || w->task == FILL) && is_mask(value);
}

/* kept: what the row has in this place. */
static bool put_scalar(struct walk *w, const struct place *at, struct jv value, struct jv kept)
{
    struct cx *cx = w->cx;
    if (is_kept(w, value))
        js_raw(&w->js, NULL, jv_print(cx->mem, kept));
    else if (w->task == FILL || !is_sealed_at(cx, at, value))
        js_raw(&w->js, NULL, jv_print(cx->mem, value));
    else if (w->task == SEAL)
        js_text(&w->js, NULL, seal_shut(cx, purpose_of(w, at), jv_text(value)));
    else
        return put_opened(w, at, jv_text(value));
    return true;
}

static bool put(struct walk *w, const struct place *at, struct jv value, struct jv kept);

static bool put_object(struct walk *w, const struct place *at, struct jv value, struct jv kept)
{
    struct str name;
    struct jv member;
    js_object(&w->js, NULL);
    for (struct jv_each e = jv_each(value); jv_next(&e, &name, &member);) {
        struct place place = { .above = at, .name = name };
        struct jv was = jv_get(kept, name);
        if (is_kept(w, member) && was.kind == JV_ABSENT)
            continue;
        if (at->above == NULL)
            place.member = provider_member(w->provider, name);
        js_key(&w->js, name);
        TRY(put(w, &place, member, was));
    }
    js_end(&w->js);
    return true;
}

static bool put_array(struct walk *w, const struct place *at, struct jv value, struct jv kept)
{
    js_array(&w->js, NULL);
    for (size_t i = 0; i < jv_count(value); i++) {
        struct place place = { .above = at, .index = i };
        TRY(put(w, &place, jv_at(value, i), jv_at(kept, i)));
    }
    js_end(&w->js);
    return true;
}

static bool put(struct walk *w, const struct place *at, struct jv value, struct jv kept)
{
    bool is_masked = is_masked_at(w->cx, at, value);
    if (w->task == MASK && is_masked)
        js_text(&w->js, NULL, S(SEAL_MASK));
    else if (w->task == TELL && (is_masked || is_sealed_at(w->cx, at, value)))
        js_text(&w->js, NULL, S("***"));
    else if (value.kind == JV_OBJECT)
        return put_object(w, at, value, kept);
    else if (value.kind == JV_ARRAY)
        return put_array(w, at, value, kept);
    else
        return put_scalar(w, at, value, kept);
    return true;
}

static bool run(struct cx *cx, const struct configvalue_of *of, enum task task, struct jv value,
                struct jv kept, struct str *out)
{
    struct walk w = { .cx = cx, .task = task, .id = of->id,
                      .provider = provider_find(of->category, of->provider_name) };
    struct place top = { .above = NULL };
    struct buf text;
    buf_init(&text, cx->mem, VALUES_MAX);
    js_init(&w.js, &text);
    TRY(put(&w, &top, value, kept));
    if (text.over || !js_done(&w.js))
        return fail_detail(cx, E_TOO_LARGE, "Configuration is too large");
    *out = buf_text(&text);
    return true;
}

static bool parse(struct cx *cx, struct str stored, struct jv *out)
{
    struct jv_fault fault;
    return (jv_parse(cx, stored, out, &fault) && out->kind == JV_OBJECT)
        || broken(cx, "a configuration is no JSON object");
}

bool configvalue_seal(struct cx *cx, const struct configvalue_of *of, struct jv given,
                      struct str stored, struct str *out)
{
    struct jv kept = { .kind = JV_ABSENT };
    if (!str_absent(stored))
        TRY(parse(cx, stored, &kept));
    return run(cx, of, SEAL, given, kept, out);
}

bool configvalue_open(struct cx *cx, const struct configvalue_of *of, struct str stored,
                      struct jv *out)
{
    struct jv value;
    struct str plain;
    TRY(parse(cx, stored, &value));
    TRY(run(cx, of, OPEN, value, value, &plain));
    return parse(cx, plain, out);
}

bool configvalue_fill(struct cx *cx, const struct configvalue_of *of, struct jv given,
                      struct str stored, struct jv *out)
{
    struct jv kept;
    struct str filled;
    TRY(configvalue_open(cx, of, stored, &kept));
    TRY(run(cx, of, FILL, given, kept, &filled));
    return parse(cx, filled, out);
}

bool configvalue_mask(struct cx *cx, const struct configvalue_of *of, struct str stored,
                      struct str *out)
{
    struct jv value;
    TRY(parse(cx, stored, &value));
    return run(cx, of, MASK, value, value, out);
}

bool configvalue_tell(struct cx *cx, const struct configvalue_of *of, struct str stored,
                      struct str *out)
{
    struct jv value;
    TRY(parse(cx, stored, &value));
    TRY(run(cx, of, TELL, value, value, out));
    TRY(parse(cx, *out, &value));
    *out = jv_print_sorted(cx->mem, value);
    return true;
}
