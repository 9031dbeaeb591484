/* pagerecord.c — the form of one record: made, changed, doubled, deleted; its files. */
#include "pagerecords.h"

#include "app/consequencesdata.h"
#include "base/when.h"
#include "data/record.h"
#include "data/recordmay.h"
#include "desk/confirm.h"
#include "files/filelink.h"
#include "recordform.h"
#include "recordpick.h"
#include "recordrefs.h"

struct get_in { struct str collection, id, query; };
static const struct input NEW_IN[] = {
    IN(PATH, T_TEXT, get_in, collection), IN(QUERY, T_WHOLE_QUERY, get_in, query), { 0 },
};
static const struct input GET_IN[] = {
    IN(PATH, T_TEXT, get_in, collection), IN(PATH, T_TEXT, get_in, id), { 0 },
};
struct post_in { struct str collection, id; struct formdata form; };
static const struct input NEW_POST_IN[] = {
    IN(PATH, T_TEXT, post_in, collection), IN(FORM, T_WHOLE_FORM, post_in, form), { 0 },
};
static const struct input POST_IN[] = {
    IN(PATH, T_TEXT, post_in, collection), IN(PATH, T_TEXT, post_in, id),
    IN(FORM, T_WHOLE_FORM, post_in, form), { 0 },
};

/* --- what a new one begins as ----------------------------------------------------------------- */

/* What may be doubled: not what only one may have, and nothing that was not really read. */
static bool is_copied(const struct recordform *f, const struct field *field, struct jv from)
{
    return jv_get(from, field->name).kind != JV_ABSENT && !field->unique && !field->encrypted
        && !field_is_computed(field) && !(field->pii && f->access.is_masked);
}

static bool begin(struct cx *cx, struct recordform *f, struct str from)
{
    const struct collection *c = f->collection;
    struct jv old = { .kind = JV_ABSENT };
    struct buf text;
    struct js js;
    struct str tag;
    if (from.n > 0)
        TRY(recorddesk_get(cx, c->name, from, &old, &tag));
    (void)!recorddesk_may(cx, c, OP_VIEW, &f->access);
    TRY(cx->err.kind == E_NONE);
    buf_init(&text, cx->mem, SIZE_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    for (size_t i = 0; i < c->field_count; i++) {
        const struct field *field = &c->fields[i];
        js_key(&js, field->name);
        if (old.kind == JV_OBJECT && is_copied(f, field, old))
            js_raw(&js, NULL, jv_print(cx->mem, jv_get(old, field->name)));
        else
            js_raw(&js, NULL, old.kind == JV_OBJECT ? NO_STR : field->otherwise);
    }
    js_end(&js);
    return recorddesk_json(cx, &text, &f->record);
}

static bool open_new(struct cx *cx, struct str collection, struct str from, bool relaxed,
                     struct recordform *f)
{
    *f = (struct recordform){ .is_new = true };
    TRY(record_collection(cx, collection, &f->collection));
    TRY(begin(cx, f, from));
    TRY(recordform_open(cx, f, relaxed));
    TRY(collection_writable(cx, f->collection));
    if (f->may_write)
        return true;
    return f->collection->requires_signature
         ? fail(cx, E_FORBIDDEN, "Not here", "Records of this collection are written with a"
                " signature, which these pages cannot give: change them through the API")
         : access_allowed(cx, &f->access, collection)
               && fail(cx, E_FORBIDDEN, "Access denied", "You may not create records here");
}

static bool open_old(struct cx *cx, struct str collection, struct str id, bool relaxed,
                     struct recordform *f)
{
    *f = (struct recordform){ .id = id };
    TRY(record_collection(cx, collection, &f->collection));
    TRY(recorddesk_get(cx, collection, id, &f->record, &f->tag));
    return recordform_open(cx, f, relaxed);
}

/* --- the page --------------------------------------------------------------------------------- */

/* Good for an hour, for whoever has it: as the API gives it to who may see the field. */
static struct str file_link(const struct recordform *f, const struct field *field)
{
    struct cx *cx = f->cx;
    struct str path = fieldform_file(cx, jv_get(f->record, field->name), "path");
    const struct filelink link = {
        .path = path, .expires = cx->now / WHEN_SECOND + FILELINK_OTHERWISE };
    return f->is_new || str_absent(path) ? NO_STR : filelink_url(cx, &link);
}

static void put_files(struct recordform *f, struct desk *desk)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; i < f->n; i++) {
        struct fills row = { .mem = cx->mem };
        if (f->of[i] == NULL || f->inputs[i].kind != FORM_HIDDEN)
            continue;
        struct str path = DESK_PATH(cx, S("records"), f->collection->name,
                                    f->is_new ? S("new") : f->id, S("file"));
        const struct recorddesk_pair pairs[] = { { "field", f->of[i]->name }, { 0 } };
        fills_add(&row, fill_text("label", f->of[i]->name));
        fills_add(&row, fill_text("href", recorddesk_link(cx, path, pairs)));
        fills_add(&row, fill_text("open", file_link(f, f->of[i])));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("files", &rows));
}

static void put_fact(struct fills_list *rows, struct cx *cx, const char *label, struct str value,
                     struct str href)
{
    struct fills row = { .mem = cx->mem };
    if (value.n == 0)
        return;
    fills_add(&row, fill_text("label", phrase_of(cx, label)));
    fills_add(&row, fill_text("value", value));
    fills_add(&row, fill_text("href", href));
    desk_time(&row, "iso", "time", 0);
    fills_row(rows, &row);
}

static void put_moment(struct fills_list *rows, struct cx *cx, const char *label, struct jv value)
{
    struct fills row = { .mem = cx->mem };
    int64_t us;
    if (value.kind != JV_TEXT || !when_parse(jv_text(value), &us))
        return;
    fills_add(&row, fill_text("label", phrase_of(cx, label)));
    fills_add(&row, fill_text("value", S("")));
    fills_add(&row, fill_text("href", S("")));
    desk_time(&row, "iso", "time", us);
    fills_row(rows, &row);
}

static struct str user_href(struct cx *cx, struct jv value)
{
    return value.kind == JV_TEXT && jv_text(value).n == 36
         ? DESK_PATH(cx, S("users"), jv_text(value)) : NO_STR;
}

static void put_facts(struct recordform *f, struct desk *desk)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    struct jv r = f->is_new ? (struct jv){ .kind = JV_ABSENT } : f->record;
    struct jv maker = jv_get(r, S("created_by")), changer = jv_get(r, S("updated_by"));
    put_fact(&rows, cx, W("ID"), jv_text(jv_get(r, S("id"))), NO_STR);
    if (cx->who->is_superadmin)
        put_fact(&rows, cx, W("Account"), jv_text(jv_get(r, S("account_id"))), NO_STR);
    put_moment(&rows, cx, W("Created"), jv_get(r, S("created_at")));
    put_fact(&rows, cx, W("Created by"), jv_text(maker), user_href(cx, maker));
    put_moment(&rows, cx, W("Changed"), jv_get(r, S("updated_at")));
    put_fact(&rows, cx, W("Changed by"), jv_text(changer), user_href(cx, changer));
    desk_put(desk, fills_rows("facts", &rows));
}

/* What the rules say to who looks; superadmins are asked no rules, and may look at them. */
static bool put_answers(struct recordform *f, struct desk *desk)
{
    static const char *const WORDS[OP_COUNT] = {
        [OP_LIST] = W("List"), [OP_VIEW] = W("View"), [OP_CREATE] = W("Create"),
        [OP_UPDATE] = W("Change"), [OP_DELETE] = W("Delete") };
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    bool may[OP_COUNT];
    if (!f->is_new)
        TRY(recordmay_ask(cx, f->collection, f->id, may));
    for (int i = 0; i < OP_COUNT && !f->is_new; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("label", phrase_of(cx, WORDS[i])));
        fills_add(&row, fill_text("tone", may[i] ? S("good") : S("warning")));
        fills_add(&row, fill_text("word", may[i] ? phrase_of(cx, W("Yes"))
                                                 : phrase_of(cx, W("No"))));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("answers", &rows));
    desk_put(desk, fill_flag("has_answers", rows.n > 0));
    desk_put(desk, fill_text("rules_href", cx->who->is_superadmin
             ? DESK_PATH(cx, S("rules"), f->collection->name) : NO_STR));
    return true;
}

static void put_actions(struct recordform *f, struct desk *desk)
{
    struct cx *cx = desk->cx;
    struct str name = f->collection->name;
    struct access access;
    const struct recorddesk_pair from[] = { { "from", f->id }, { 0 } };
    if (f->is_new)
        return;
    if (f->collection->view == NULL)
        desk_action(desk, phrase_of(cx, W("History")),
                    DESK_PATH(cx, S("records"), name, f->id, S("history")));
    if (recorddesk_is_written(f->collection) && recorddesk_may(cx, f->collection, OP_CREATE,
                                                               &access))
        desk_action(desk, phrase_of(cx, W("Duplicate")),
                    recorddesk_link(cx, DESK_PATH(cx, S("records"), name, S("new")), from));
    if (recorddesk_is_written(f->collection) && recorddesk_may(cx, f->collection, OP_DELETE,
                                                               &access))
        desk_action(desk, phrase_of(cx, W("Delete")),
                    DESK_PATH(cx, S("records"), name, f->id, S("delete")));
}

static void put_api(struct recordform *f, struct desk *desk, struct str body)
{
    struct cx *cx = desk->cx;
    struct str name = f->collection->name;
    if (!f->is_new)
        desk_api(desk, "GET", recorddesk_api(cx, name, f->id, ""), NO_STR,
                 str_fmt(cx->mem, "client.records.get(\"%.*s\", \"%.*s\")", STR_ARG(name),
                         STR_ARG(f->id)));
    if (f->may_write)
        desk_api(desk, f->is_new ? "POST" : "PATCH", recorddesk_api(cx, name, f->id, ""),
                 body.n > 0 ? body : S("{}"), NO_STR);
}

static bool show(struct recordform *f, struct reply *reply, struct str body)
{
    struct cx *cx = f->cx;
    struct desk desk;
    desk_open(&desk, reply, "records", f->is_new ? phrase_with(cx, W("New record in {name}"),
              (const struct fill[]){ fill_text("name", f->collection->name), { 0 } })
              : recorddesk_name(cx, f->collection, f->record));
    recorddesk_crumbs(&desk, f->collection->name);
    if (f->collection->requires_signature)
        desk_notice(&desk, DESK_NOTE, phrase_of(cx, W("Records of this collection are written with"
                    " a signature, which these pages cannot give: change them through the API.")));
    put_actions(f, &desk);
    put_api(f, &desk, body);
    put_files(f, &desk);
    put_facts(f, &desk);
    desk_put(&desk, fill_flag("may_write", f->may_write));
    desk_put(&desk, fill_text("list_href", DESK_PATH(cx, S("records"), f->collection->name)));
    TRY(put_answers(f, &desk));
    TRY(recordrefs_put(&desk, f->collection, f->id));
    form_put(&f->form, &desk, "form");
    TRY(cx->err.kind == E_NONE);
    return desk_show(&desk, "admin/records-edit.html");
}

/* Addresses may bring values along: a file that was just uploaded, what refers to a record. */
static bool prefill(struct cx *cx, struct recordform *f, const struct formdata *query)
{
    for (size_t i = 0; i < f->n; i++) {
        struct str value = formdata_text(query, f->inputs[i].name);
        const struct field *field = f->of[i];
        if (str_absent(value) || field == NULL || f->inputs[i].kind == FORM_SHOWN)
            continue;
        form_set(&f->form, f->inputs[i].name, value);
        if (f->inputs[i].kind != FORM_HIDDEN)
            continue;
        struct buf quoted;
        struct jv json;
        struct jv_fault fault;
        buf_init(&quoted, cx->mem, 65536);
        js_quote(&quoted, value);
        if (jv_parse(cx, buf_text(&quoted), &json, &fault))
            form_set(&f->form, str_c(cx->mem, str_fmt(cx->mem, "shown-%.*s",
                                                      STR_ARG(field->name))),
                     fieldform_cell(cx, field, json));
    }
    return cx->err.kind == E_NONE;
}

static bool show_new(struct cx *cx, const void *input, struct reply *reply)
{
    const struct get_in *in = input;
    struct recordform f;
    struct formdata query;
    struct str from;
    TRY(formdata_read(cx, in->query, "query", &query));
    from = formdata_text(&query, "from");
    TRY(open_new(cx, in->collection, from, false, &f));
    TRY(prefill(cx, &f, &query));
    return show(&f, reply, NO_STR);
}

static bool show_old(struct cx *cx, const void *input, struct reply *reply)
{
    const struct get_in *in = input;
    struct recordform f;
    TRY(open_old(cx, in->collection, in->id, false, &f));
    return show(&f, reply, NO_STR);
}

/* --- saving ----------------------------------------------------------------------------------- */

static bool write(struct cx *cx, struct recordform *f, struct str json)
{
    struct buf out;
    struct js js;
    struct jv body;
    struct jv_fault fault;
    struct str if_match = str_absent(f->tag) ? NO_STR
                        : str_fmt(cx->mem, "\"%.*s\"", STR_ARG(f->tag));
    if (!jv_parse(cx, json, &body, &fault))
        return cx->err.kind != E_NONE ? false : fail(cx, E_INVALID, "Validation error",
                                                     "What was sent is no JSON: %s", fault.reason);
    buf_init(&out, cx->mem, SIZE_MAX);
    js_init(&js, &out);
    return f->is_new ? record_create(cx, f->collection->name, body, &js, &f->id)
                     : record_update(cx, RECORD_PATCH, f->collection->name, f->id, body, if_match,
                                     &js);
}

static bool go_on(struct recordform *f, const struct formdata *posted, struct reply *reply,
                  struct str notice)
{
    struct cx *cx = f->cx;
    struct str then = formdata_text(posted, "then"), name = f->collection->name;
    if (str_eq(then, S("new")))
        return desk_go(reply, DESK_PATH(cx, S("records"), name, S("new")), notice);
    if (str_eq(then, S("stay")))
        return desk_go(reply, DESK_PATH(cx, S("records"), name, f->id), notice);
    return desk_go(reply, DESK_PATH(cx, S("records"), name), notice);
}

static bool save(struct cx *cx, struct recordform *f, const struct formdata *posted,
                 struct reply *reply)
{
    struct str json;
    TRY(recordform_body(f, posted, &json));
    if (form_good(&f->form)) {
        if (!f->is_new && str_eq(json, S("{}")))
            return go_on(f, posted, reply, phrase_of(cx, W("Nothing was changed.")));
        if (write(cx, f, json))
            return go_on(f, posted, reply, f->is_new ? phrase_of(cx, W("The record was created."))
                                                     : phrase_of(cx, W("The record was saved.")));
        if (f->is_new)
            f->id = NO_STR;
        TRY(recordform_take(f));
    }
    reply_status(reply, form_status(&f->form));
    return show(f, reply, json);
}

/* The choice takes the place of what was there; of several it joins them. */
static bool take_pick(struct cx *cx, struct formdata *posted, const struct recordform *f)
{
    struct str input = formdata_text(posted, "picking"), pick = formdata_text(posted, "pick");
    const struct field *field = str_absent(input) ? NULL : recordform_field(f, input);
    struct str old;
    if (field == NULL || pick.n == 0)
        return true;
    old = formdata_text(posted, str_c(cx->mem, input));
    if (fieldtype_is_many(field->type) && old.n > 0)
        pick = str_fmt(cx->mem, "%.*s\n%.*s", STR_ARG(old), STR_ARG(pick));
    posted->at = arena_more(cx->mem, posted->at, posted->n, sizeof *posted->at);
    posted->at[posted->n++] = (struct formdata_pair){ input, pick };
    return true;
}

static bool answer(struct cx *cx, struct recordform *f, const struct formdata *sent,
                   struct reply *reply)
{
    struct formdata posted = *sent;
    struct str find = formdata_text(&posted, "find");
    const struct field *field = str_absent(find) ? NULL : recordform_field(f, find);
    if (!f->may_write)
        return fail(cx, E_FORBIDDEN, "Access denied", "You may not change this record here");
    if (field != NULL && field->type->rule == R_REFERENCE)
        return recordpick_show(reply, f->collection->name, field, find, &posted);
    if (str_absent(formdata_text(&posted, "pick")))
        return save(cx, f, &posted, reply);
    TRY(take_pick(cx, &posted, f));
    form_read(&f->form, &posted);
    return show(f, reply, NO_STR);
}

static bool only_looks(const struct formdata *posted)
{
    return !str_absent(formdata_text(posted, "find")) || !str_absent(formdata_text(posted, "pick"));
}

static bool post_new(struct cx *cx, const void *input, struct reply *reply)
{
    const struct post_in *in = input;
    struct recordform f;
    TRY(open_new(cx, in->collection, NO_STR, only_looks(&in->form), &f));
    return answer(cx, &f, &in->form, reply);
}

static bool post_old(struct cx *cx, const void *input, struct reply *reply)
{
    const struct post_in *in = input;
    struct recordform f;
    TRY(open_old(cx, in->collection, in->id, only_looks(&in->form), &f));
    return answer(cx, &f, &in->form, reply);
}

/* --- deleting --------------------------------------------------------------------------------- */

/* Ids of what goes along are told to those who may see every record. */
static void put_goes(struct cx *cx, struct confirm *confirm, const struct consequences *found)
{
    for (size_t i = 0; i < found->n; i++) {
        const struct consequence *one = &found->at[i];
        struct str examples[CONSEQUENCES_SOME];
        size_t n = cx->who->is_superadmin ? one->some_n : 0;
        for (size_t k = 0; k < n; k++)
            examples[k] = one->some[k].text.n > 0 ? one->some[k].text : one->some[k].id;
        confirm_goes(confirm, cx, phrase_with(cx, one->what, (const struct fill[]){
                     fill_text("name", one->name), { 0 } }), one->count,
                     phrase_of(cx, consequences_effect_words(one->effect)), examples, n);
    }
}

static bool ask_delete(struct cx *cx, const void *input, struct reply *reply)
{
    const struct get_in *in = input;
    struct confirm confirm = { .button = W("Delete the record") };
    struct consequences found;
    struct recordform f;
    struct access access;
    TRY(open_old(cx, in->collection, in->id, true, &f));
    TRY(collection_writable(cx, f.collection));
    TRY(access_open(cx, f.collection, OP_DELETE, (struct jv){ .kind = JV_ABSENT }, &access));
    TRY(access_allowed(cx, &access, in->collection));
    TRY(consequencesdata_record(cx, f.collection, jv_text(jv_get(f.record, S("account_id"))),
                                in->id, &found));
    confirm.question = phrase_with(cx, W("Delete {name}?"), (const struct fill[]){
        fill_text("name", recorddesk_name(cx, f.collection, f.record)), { 0 } });
    confirm.about = phrase_of(cx, W("It stays in the history, from which it can be restored."));
    confirm.back = DESK_PATH(cx, S("records"), in->collection, in->id);
    confirm.refused = found.stops;
    confirm_keep(&confirm, cx, "tag", f.tag);
    put_goes(cx, &confirm, &found);
    return confirm_show(&confirm, reply, "records");
}

static bool delete(struct cx *cx, const void *input, struct reply *reply)
{
    const struct post_in *in = input;
    struct str tag = formdata_text(&in->form, "tag");
    TRY(record_delete(cx, in->collection, in->id,
                      tag.n > 0 ? str_fmt(cx->mem, "\"%.*s\"", STR_ARG(tag)) : NO_STR));
    return desk_go(reply, DESK_PATH(cx, S("records"), in->collection),
                   phrase_of(cx, W("The record was deleted.")));
}

/* --- for pickers with scripts ----------------------------------------------------------------- */

struct pick_in { struct str collection, q; };
static const struct input PICK_IN[] = {
    IN(PATH, T_TEXT, pick_in, collection), IN(QUERY, T_TEXT, pick_in, q, .max = 200), { 0 },
};

static bool pick(struct cx *cx, const void *input, struct reply *reply)
{
    const struct pick_in *in = input;
    const struct collection *target;
    struct recordpick *found = NULL;
    struct js *js = reply_js(reply);
    size_t n;
    bool may;
    TRY(record_collection(cx, in->collection, &target));
    TRY(recordpick_find(cx, target, in->q, &found, &n, &may));
    js_array(js, NULL);
    for (size_t i = 0; i < n; i++) {
        js_object(js, NULL);
        js_text(js, "value", found[i].id);
        js_text(js, "label", found[i].label);
        js_end(js);
    }
    js_end(js);
    return true;
}

#define PAGE .need = NEED_ADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagerecord_routes[] = {
    { GET, "/admin/records/{collection}/new", PAGE, INPUT(NEW_IN, get_in), .run = show_new,
      .title = "A new record" },
    { POST, "/admin/records/{collection}/new", PAGE, INPUT(NEW_POST_IN, post_in), .run = post_new,
      .title = "Create a record" },
    { GET, "/admin/records/{collection}/{id}", PAGE, INPUT(GET_IN, get_in), .run = show_old,
      .title = "A record" },
    { POST, "/admin/records/{collection}/{id}", PAGE, INPUT(POST_IN, post_in), .run = post_old,
      .title = "Change a record" },
    { GET, "/admin/records/{collection}/{id}/delete", PAGE, INPUT(GET_IN, get_in),
      .run = ask_delete, .title = "What goes with a record" },
    { POST, "/admin/records/{collection}/{id}/delete", PAGE, INPUT(POST_IN, post_in),
      .run = delete, .title = "Delete a record" },
    { GET, "/admin/records/{collection}/pick", PAGE, INPUT(PICK_IN, pick_in), .run = pick,
      .title = "Records to choose from" },
    { 0 },
};
