/* recorddesk.c — what the pages of records have in common. */
#include "recorddesk.h"

#include "base/settings.h"
#include "base/url.h"
#include "base/utf8.h"
#include "data/record.h"

enum { JSON_MAX = 64 << 20, ADDRESS_MAX = 65536, NAME_CHARACTERS = 80 };

bool recorddesk_json(struct cx *cx, const struct buf *text, struct jv *out)
{
    struct jv_fault fault;
    if (text->over)
        return fail(cx, E_TOO_LARGE, "Too large", "These records are too large for a page");
    return jv_parse(cx, buf_text(text), out, &fault)
        || (cx->err.kind == E_NONE && broken(cx, "records that are no JSON: %s", fault.reason));
}

bool recorddesk_get(struct cx *cx, struct str collection, struct str id, struct jv *out,
                    struct str *tag)
{
    struct buf text;
    struct js js;
    buf_init(&text, cx->mem, JSON_MAX);
    js_init(&js, &text);
    TRY(record_get(cx, collection, id, NO_STR, NO_STR, &js, tag));
    return recorddesk_json(cx, &text, out);
}

bool recorddesk_list(struct cx *cx, struct str collection, const struct recordquery *query,
                     struct jv *out)
{
    struct buf text;
    struct js js;
    buf_init(&text, cx->mem, JSON_MAX);
    js_init(&js, &text);
    TRY(recordquery_list(cx, collection, query, &js));
    return recorddesk_json(cx, &text, out);
}

bool recorddesk_count(struct cx *cx, struct str collection, struct str filter, int64_t most,
                      int64_t *n, bool *more, bool *may)
{
    const struct recordquery query = { .fields = S("id"), .filter = filter, .limit = most + 1 };
    struct jv found;
    *may = recorddesk_list(cx, collection, &query, &found);
    *n = 0;
    *more = false;
    if (!*may) {
        enum err_kind kind = cx->err.kind;
        TRY(kind == E_FORBIDDEN || kind == E_NOT_FOUND || kind == E_INVALID);
        fail_forget(cx);
        return true;
    }
    *n = (int64_t)jv_count(jv_get(found, S("items")));
    *more = *n > most;
    *n = *more ? most : *n;
    return true;
}

void recorddesk_unfold(struct cx *cx)
{
    struct jv body, details;
    struct jv_fault fault;
    if (str_absent(cx->err.body) || cx->err.item_count > 0
        || !jv_parse(cx, cx->err.body, &body, &fault))
        return;
    details = jv_get(body, S("details"));
    cx->err.items = arena_list(cx->mem, struct err_item, jv_count(details) + 1);
    for (size_t i = 0; i < jv_count(details); i++)
        cx->err.items[cx->err.item_count++] = (struct err_item){
            .field = jv_text(jv_get(jv_at(details, i), S("field"))),
            .message = jv_text(jv_get(jv_at(details, i), S("message"))),
            .code = jv_text(jv_get(jv_at(details, i), S("code"))) };
    if (jv_get(body, S("message")).kind == JV_TEXT && cx->err.item_count == 0)
        cx->err.message = str_c(cx->mem, jv_text(jv_get(body, S("message"))));
}

bool recorddesk_may(struct cx *cx, const struct collection *collection, enum operation operation,
                    struct access *out)
{
    TRY(access_open(cx, collection, operation, (struct jv){ .kind = JV_ABSENT }, out));
    return out->answer == ACCESS_GRANTED && out->n > 0;
}

static bool names_things(const struct field *field)
{
    return !field->pii && !field->encrypted && !field_is_computed(field)
        && !fieldtype_is_many(field->type) && field->type->rule != R_REFERENCE
        && field->type->rule != R_FILE && field->type->rule != R_JSON;
}

struct str recorddesk_name(struct cx *cx, const struct collection *collection, struct jv record)
{
    for (size_t i = 0; i < collection->field_count; i++) {
        const struct field *field = &collection->fields[i];
        struct str text = str_trim(jv_text(jv_get(record, field->name))), line;
        if (names_things(field) && text.n > 0 && str_cut(&text, '\n', &line))
            return utf8_tidy(cx->mem, str_trim(line), NAME_CHARACTERS);
    }
    return jv_text(jv_get(record, S("id")));
}

struct str recorddesk_is(struct cx *cx, struct str field, struct str value)
{
    struct buf out;
    buf_init(&out, cx->mem, ADDRESS_MAX);
    buf_str(&out, field);
    buf_str(&out, S(" = \""));
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"' || value.p[i] == '\\')
            buf_c(&out, '\\');
        buf_c(&out, value.p[i]);
    }
    buf_c(&out, '"');
    return buf_text(&out);
}

struct str recorddesk_link(struct cx *cx, struct str path, const struct recorddesk_pair *pairs)
{
    struct buf out;
    bool any = false;
    buf_init(&out, cx->mem, ADDRESS_MAX);
    buf_str(&out, path);
    for (; pairs->name != NULL; pairs++) {
        if (pairs->value.n == 0)
            continue;
        buf_c(&out, any ? '&' : '?');
        any = true;
        url_part(&out, str_of(pairs->name));
        buf_c(&out, '=');
        url_part(&out, pairs->value);
    }
    return buf_text(&out);
}

struct str recorddesk_api(struct cx *cx, struct str collection, struct str id, const char *more)
{
    struct buf out;
    buf_init(&out, cx->mem, ADDRESS_MAX);
    buf_str(&out, cx->set->api_prefix);
    buf_str(&out, S("/records/"));
    url_part(&out, collection);
    if (id.n > 0) {
        buf_c(&out, '/');
        url_part(&out, id);
    }
    buf_str(&out, str_of(more));
    return buf_text(&out);
}

void recorddesk_crumbs(struct desk *desk, struct str collection)
{
    struct cx *cx = desk->cx;
    desk_crumb(desk, phrase_of(cx, W("Records")), S("/admin/records"));
    if (collection.n > 0)
        desk_crumb(desk, collection, DESK_PATH(cx, S("records"), collection));
}

bool recorddesk_is_written(const struct collection *collection)
{
    return collection->view == NULL && !collection->requires_signature;
}

struct str recorddesk_home(const struct cx *cx)
{
    return cx->who->is_superadmin || cx->who->is_acting ? S(SYSTEM_ACCOUNT) : cx->who->account_id;
}
