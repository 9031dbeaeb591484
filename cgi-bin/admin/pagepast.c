/* pagepast.c — what a record was: its versions, what each changed, and that again. */
#include "pagerecords.h"

#include "audit/trailgone.h"
#include "base/num.h"
#include "base/when.h"
#include "data/record.h"
#include "data/recordhistory.h"
#include "data/recordpast.h"
#include "data/recordrestore.h"
#include "desk/grid.h"
#include "recorddesk.h"

enum { HISTORY_MOST = 1000, GONE_MOST = 25 };

struct one_in { struct str collection, id; int64_t offset, version; };
static const struct input HISTORY_IN[] = {
    IN(PATH, T_TEXT, one_in, collection), IN(PATH, T_TEXT, one_in, id),
    IN(QUERY, T_INT, one_in, offset, .least = 0, .most = INT64_MAX, .otherwise = 0), { 0 },
};
static const struct input RESTORE_IN[] = {
    IN(PATH, T_TEXT, one_in, collection), IN(PATH, T_TEXT, one_in, id),
    IN(QUERY, T_INT, one_in, version, .required = true, .least = 1, .most = INT64_MAX), { 0 },
};
struct post_in { struct str collection, id; struct formdata form; };
static const struct input POST_IN[] = {
    IN(PATH, T_TEXT, post_in, collection), IN(PATH, T_TEXT, post_in, id),
    IN(FORM, T_WHOLE_FORM, post_in, form), { 0 },
};

/* --- shared ----------------------------------------------------------------------------------- */

static bool read_history(struct cx *cx, struct str collection, struct str id, int64_t skip,
                         int64_t limit, struct jv *out)
{
    struct buf text;
    struct js js;
    buf_init(&text, cx->mem, SIZE_MAX);
    js_init(&js, &text);
    TRY(recordhistory_write(cx, collection, id, skip, limit, &js));
    return recorddesk_json(cx, &text, out);
}

static struct str said(struct cx *cx, const struct field *field, struct jv value)
{
    return value.kind == JV_TEXT && fieldform_kind(field, false) != FORM_FILE
         ? jv_text(value) : fieldform_cell(cx, field, value);
}

static bool is_some(struct jv value)
{
    return value.kind != JV_ABSENT && value.kind != JV_NULL;
}

static void put_line(struct fills_list *lines, struct cx *cx, const struct field *field,
                     struct jv old, struct jv new)
{
    struct fills row = { .mem = cx->mem };
    fills_add(&row, fill_text("name", field->name));
    fills_add(&row, fill_flag("had", is_some(old)));
    fills_add(&row, fill_text("before", said(cx, field, old)));
    fills_add(&row, fill_flag("has", is_some(new)));
    fills_add(&row, fill_text("after", said(cx, field, new)));
    fills_row(lines, &row);
}

static const char *operation_words(struct str operation)
{
    return str_eq(operation, S("CREATE")) ? W("Created")
         : str_eq(operation, S("DELETE")) ? W("Deleted") : W("Changed");
}

/* --- versions --------------------------------------------------------------------------------- */

static struct str who_of(struct jv item)
{
    struct jv user = jv_get(item, S("user"));
    struct str email = jv_text(jv_get(user, S("email")));
    return email.n > 0 ? email : jv_text(jv_get(user, S("id")));
}

static struct fill lines_of(struct cx *cx, const struct collection *c, struct jv item)
{
    struct fills_list lines = { .mem = cx->mem };
    struct jv changes = jv_get(item, S("changes")), change;
    struct str name;
    for (struct jv_each e = jv_each(changes); jv_next(&e, &name, &change);) {
        const struct field *field = collection_field(c, name);
        if (field != NULL)
            put_line(&lines, cx, field, jv_get(change, S("old")), jv_get(change, S("new")));
    }
    return fills_rows("lines", &lines);
}

static bool may_restore(struct cx *cx, const struct collection *c, bool is_gone)
{
    struct access access;
    return recorddesk_is_written(c) && recorddesk_may(cx, c, is_gone ? OP_CREATE : OP_UPDATE,
                                                      &access);
}

static void put_version(struct fills_list *rows, struct cx *cx, const struct collection *c,
                        struct str id, struct jv item, bool is_newest, bool may)
{
    struct fills row = { .mem = cx->mem };
    struct str operation = jv_text(jv_get(item, S("operation")));
    struct str version = jv_print(cx->mem, jv_get(item, S("version")));
    struct jv signature = jv_get(item, S("es"));
    const struct recorddesk_pair pairs[] = { { "version", version }, { 0 } };
    bool offered = may && !is_newest && !str_eq(operation, S("DELETE"));
    int64_t us = 0;
    if (!when_parse(jv_text(jv_get(item, S("occurred_at"))), &us))
        us = 0;
    fills_add(&row, fill_text("version", version));
    fills_add(&row, fill_text("operation", phrase_of(cx, operation_words(operation))));
    fills_add(&row, fill_text("who", who_of(item)));
    fills_add(&row, fill_text("signed_by", jv_text(jv_get(signature, S("username")))));
    fills_add(&row, fill_text("reason", jv_text(jv_get(signature, S("reason")))));
    desk_time(&row, "iso", "time", us);
    fills_add(&row, lines_of(cx, c, item));
    fills_add(&row, fill_text("restore", offered ? recorddesk_link(cx, DESK_PATH(cx, S("records"),
                              c->name, id, S("restore")), pairs) : NO_STR));
    fills_row(rows, &row);
}

static void put_pager(struct desk *desk, int64_t offset, int64_t shown, bool more)
{
    struct cx *cx = desk->cx;
    struct fills row = { .mem = cx->mem };
    int64_t before = offset > desk->rows ? offset - desk->rows : 0, after = offset + shown;
    struct str back = offset == 0 ? NO_STR : desk_with(desk->reply, "offset", before == 0 ? NO_STR
                    : str_fmt(cx->mem, "%lld", (long long)before));
    struct str on = !more ? NO_STR : desk_with(desk->reply, "offset",
                    str_fmt(cx->mem, "%lld", (long long)after));
    fills_add(&row, fill_text("words", phrase_with(cx, W("{first}–{last}"), (const struct fill[]){
        fill_int("first", offset + 1), fill_int("last", offset + shown), { 0 } })));
    fills_add(&row, fill_text("previous", back));
    fills_add(&row, fill_text("next", on));
    desk_put(desk, shown > 0 ? fills_one("pager", &row)
                             : fills_rows("pager", &(struct fills_list){ .mem = cx->mem }));
}

static bool history(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    const struct collection *c;
    struct fills_list rows = { .mem = cx->mem };
    struct jv found, newest, items;
    struct desk desk;
    bool is_gone, may;
    desk_open(&desk, reply, "records", phrase_with(cx, W("History of {name}"),
              (const struct fill[]){ fill_text("name", in->id), { 0 } }));
    TRY(record_collection(cx, in->collection, &c));
    TRY(read_history(cx, in->collection, in->id, in->offset, desk.rows, &found));
    TRY(read_history(cx, in->collection, in->id, 0, 1, &newest));
    items = jv_get(found, S("items"));
    newest = jv_at(jv_get(newest, S("items")), 0);
    is_gone = str_eq(jv_text(jv_get(newest, S("operation"))), S("DELETE"));
    may = may_restore(cx, c, is_gone);
    TRY(cx->err.kind == E_NONE);
    for (size_t i = 0; i < jv_count(items); i++)
        put_version(&rows, cx, c, in->id, jv_at(items, i), in->offset == 0 && i == 0, may);
    recorddesk_crumbs(&desk, in->collection);
    if (!is_gone)
        desk_crumb(&desk, in->id, DESK_PATH(cx, S("records"), in->collection, in->id));
    else
        desk_notice(&desk, DESK_NOTE, phrase_of(cx, W("This record has been deleted. Restore a"
                    " version, and it is there again with its ID.")));
    desk_api(&desk, "GET", recorddesk_api(cx, in->collection, in->id, "/history"), NO_STR, NO_STR);
    desk_put(&desk, fills_rows("versions", &rows));
    desk_put(&desk, fill_flag("nothing", rows.n == 0));
    put_pager(&desk, in->offset, (int64_t)rows.n, jv_bool(jv_get(found, S("has_more"))));
    return desk_show(&desk, "admin/records-history.html");
}

/* --- that again ------------------------------------------------------------------------------- */

/* What the field was right after that version: its last change up to then. */
static bool value_at(struct jv items, struct str field, int64_t version, struct jv *out)
{
    for (size_t i = 0; i < jv_count(items); i++) {
        struct jv item = jv_at(items, i);
        struct jv change = jv_get(jv_get(item, S("changes")), field);
        if (jv_int(jv_get(item, S("version"))) > version || change.kind != JV_OBJECT)
            continue;
        *out = jv_get(change, S("new"));
        return true;
    }
    return false;
}

static bool same(struct cx *cx, struct jv a, struct jv b)
{
    return is_some(a) == is_some(b)
        && (!is_some(a) || str_eq(jv_print(cx->mem, a), jv_print(cx->mem, b)));
}

struct restoring {
    const struct collection *collection;
    struct str id, tag;
    int64_t version;
    struct jv now, items;               /* now: absent when it is gone                            */
};

static bool open_restoring(struct cx *cx, struct str collection, struct str id, int64_t version,
                           struct restoring *r)
{
    struct jv found;
    *r = (struct restoring){ .id = id, .version = version };
    TRY(record_collection(cx, collection, &r->collection));
    TRY(collection_writable(cx, r->collection));
    TRY(read_history(cx, collection, id, 0, HISTORY_MOST, &found));
    r->items = jv_get(found, S("items"));
    if (!recorddesk_get(cx, collection, id, &r->now, &r->tag)) {
        TRY(cx->err.kind == E_NOT_FOUND);
        fail_forget(cx);
        r->now = (struct jv){ .kind = JV_ABSENT };
    }
    for (size_t i = 0; i < jv_count(r->items); i++)
        if (jv_int(jv_get(jv_at(r->items, i), S("version"))) == version)
            return true;
    return fail(cx, E_NOT_FOUND, "Not found", "The record has no such version");
}

static const struct form_field RESTORE_FIELDS[] = {
    { "version", FORM_HIDDEN, .label = NULL }, { "tag", FORM_HIDDEN, .label = NULL }, { 0 },
};

static bool show_restoring(struct reply *reply, const struct restoring *r, struct form *form)
{
    struct cx *cx = reply->cx;
    const struct collection *c = r->collection;
    struct fills_list lines = { .mem = cx->mem };
    struct desk desk;
    for (size_t i = 0; i < c->field_count; i++) {
        struct jv then = { .kind = JV_NULL }, now = jv_get(r->now, c->fields[i].name);
        if (value_at(r->items, c->fields[i].name, r->version, &then) && !same(cx, now, then))
            put_line(&lines, cx, &c->fields[i], now, then);
    }
    desk_open(&desk, reply, "records", phrase_with(cx, W("Restore version {n}?"),
              (const struct fill[]){ fill_int("n", r->version), { 0 } }));
    recorddesk_crumbs(&desk, c->name);
    desk_crumb(&desk, phrase_of(cx, W("History")),
               DESK_PATH(cx, S("records"), c->name, r->id, S("history")));
    desk_api(&desk, "POST", recorddesk_api(cx, c->name, r->id, "/restore"),
             str_fmt(cx->mem, "{\"version\":%lld}", (long long)r->version), NO_STR);
    desk_put(&desk, fills_rows("lines", &lines));
    desk_put(&desk, fill_flag("nothing", lines.n == 0));
    desk_put(&desk, fill_flag("is_gone", r->now.kind == JV_ABSENT));
    form->submit = W("Restore");
    form->cancel = DESK_PATH(cx, S("records"), c->name, r->id, S("history"));
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/records-restore.html");
}

static void open_form(struct cx *cx, const struct restoring *r, struct form *form)
{
    form_init(form, cx, RESTORE_FIELDS);
    form_set(form, "version", str_fmt(cx->mem, "%lld", (long long)r->version));
    form_set(form, "tag", r->tag);
}

static bool ask_restore(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct restoring r;
    struct form form;
    TRY(open_restoring(cx, in->collection, in->id, in->version, &r));
    open_form(cx, &r, &form);
    return show_restoring(reply, &r, &form);
}

/* Which field was refused stands before the words. */
static void name_fields(struct cx *cx)
{
    recorddesk_unfold(cx);
    for (size_t i = 0; i < cx->err.item_count; i++) {
        struct err_item *item = &cx->err.items[i];
        item->message = str_fmt(cx->mem, "%.*s: %.*s", STR_ARG(item->field),
                                STR_ARG(phrase_message(cx, item->message)));
    }
}

static bool restore(struct cx *cx, const void *input, struct reply *reply)
{
    const struct post_in *in = input;
    struct str tag = formdata_text(&in->form, "tag"), text = formdata_text(&in->form, "version");
    struct restoring r;
    struct form form;
    struct buf out;
    struct js js;
    int64_t version;
    if (str_absent(text) || !num_int(text, &version))
        version = 0;
    TRY(open_restoring(cx, in->collection, in->id, version, &r));
    open_form(cx, &r, &form);
    buf_init(&out, cx->mem, SIZE_MAX);
    js_init(&js, &out);
    if (recordrestore_run(cx, in->collection, in->id, version, tag.n == 0 ? NO_STR
                          : str_fmt(cx->mem, "\"%.*s\"", STR_ARG(tag)), &js))
        return desk_go(reply, DESK_PATH(cx, S("records"), in->collection, in->id),
                       phrase_of(cx, W("The version was restored.")));
    name_fields(cx);
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_restoring(reply, &r, &form);
}

/* --- what is gone ----------------------------------------------------------------------------- */

/* Each as its history tells it to this caller: who may not see it hears nothing of it. */
static bool put_gone(struct grid *grid, const struct collection *c, struct str id, size_t *shown)
{
    struct cx *cx = grid->desk->cx;
    struct jv found, newest;
    struct str path = DESK_PATH(cx, S("records"), c->name, id, S("history"));
    int64_t us = 0;
    if (!read_history(cx, c->name, id, 0, 1, &found)) {
        TRY(cx->err.kind == E_NOT_FOUND);
        fail_forget(cx);
        return true;
    }
    newest = jv_at(jv_get(found, S("items")), 0);
    if (!str_eq(jv_text(jv_get(newest, S("operation"))), S("DELETE")))
        return true;
    struct jv was = jv_get(newest, S("changes")), change;
    struct str name = id, field;
    for (struct jv_each e = jv_each(was); str_eq(name, id) && jv_next(&e, &field, &change);)
        if (jv_text(jv_get(change, S("old"))).n > 0)
            name = jv_text(jv_get(change, S("old")));
    grid_row(grid);
    grid_link(grid, name, path);
    grid_text(grid, who_of(newest));
    if (when_parse(jv_text(jv_get(newest, S("occurred_at"))), &us))
        grid_time(grid, us);
    (*shown)++;
    return true;
}

static const struct grid_column GONE_COLUMNS[] = {
    { .label = W("Record") }, { .label = W("Deleted by") },
    { .label = W("When"), .kind = GRID_TIME }, { 0 },
};
static const struct form_field GONE_FIELDS[] = {
    { "id", FORM_TEXT, .label = W("ID of a deleted record"), .max = 100 }, { 0 },
};

struct gone_in { struct str collection, id; };
static const struct input GONE_IN[] = {
    IN(PATH, T_TEXT, gone_in, collection), IN(QUERY, T_TEXT, gone_in, id, .max = 100), { 0 },
};

/* Superadmins look into one account, by acting in it: the trail of all has no end. */
static bool put_all_gone(struct desk *desk, const struct collection *c)
{
    struct cx *cx = desk->cx;
    struct str *ids = NULL;
    struct grid grid;
    size_t shown = 0, n = 0;
    if (!str_absent(cx->who->account_id) && !cx->who->is_superadmin)
        TRY(trailgone_find(cx, cx->who->account_id, c->table, &ids, &n));
    grid_init(&grid, desk, GONE_COLUMNS, W("Deleted lately"));
    for (size_t i = 0; i < n && shown < GONE_MOST; i++)
        TRY(put_gone(&grid, c, ids[i], &shown));
    grid_empty(&grid, cx->who->is_superadmin
               ? W("Act in an account to see what was deleted there lately, or give an ID.")
               : W("Nothing was deleted lately."), NULL, NO_STR);
    grid_put(&grid, "table");
    return true;
}

static bool deleted(struct cx *cx, const void *input, struct reply *reply)
{
    const struct gone_in *in = input;
    const struct collection *c;
    struct access access;
    struct desk desk;
    struct form form;
    if (in->id.n > 0)
        return desk_go(reply, DESK_PATH(cx, S("records"), in->collection, str_trim(in->id),
                                        S("history")), NO_STR);
    TRY(record_collection(cx, in->collection, &c));
    TRY(access_open(cx, c, OP_VIEW, (struct jv){ .kind = JV_ABSENT }, &access));
    TRY(access_allowed(cx, &access, in->collection));
    TRY(collection_writable(cx, c));
    desk_open(&desk, reply, "records", phrase_with(cx, W("Deleted records of {name}"),
              (const struct fill[]){ fill_text("name", in->collection), { 0 } }));
    recorddesk_crumbs(&desk, in->collection);
    desk_api(&desk, "GET", recorddesk_api(cx, in->collection, S("{id}"), "/history"), NO_STR,
             NO_STR);
    TRY(put_all_gone(&desk, c));
    form_init(&form, cx, GONE_FIELDS);
    form.is_get = true;
    form.submit = W("Show its history");
    form_put(&form, &desk, "form");
    return desk_show(&desk, "admin/records.html");
}

#define PAGE .need = NEED_ADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagepast_routes[] = {
    { GET, "/admin/records/{collection}/deleted", PAGE, INPUT(GONE_IN, gone_in), .run = deleted,
      .title = "Deleted records" },
    { GET, "/admin/records/{collection}/{id}/history", PAGE, INPUT(HISTORY_IN, one_in),
      .run = history, .title = "The history of a record" },
    { GET, "/admin/records/{collection}/{id}/restore", PAGE, INPUT(RESTORE_IN, one_in),
      .run = ask_restore, .title = "What restoring a version changes" },
    { POST, "/admin/records/{collection}/{id}/restore", PAGE, INPUT(POST_IN, post_in),
      .run = restore, .title = "Restore a version" },
    { 0 },
};
