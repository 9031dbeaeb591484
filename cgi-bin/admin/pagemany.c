/* pagemany.c — several records at once: deleted, or a field set, after a question, all or none. */
#include "pagerecords.h"

#include "app/consequencesdata.h"
#include "data/batches.h"
#include "data/bulk.h"
#include "data/record.h"
#include "desk/confirm.h"
#include "recorddesk.h"

enum { LOOKED_AT = 50 };            /* whose consequences are told                               */

struct many_in { struct str collection; struct formdata form; };
static const struct input MANY_IN[] = {
    IN(PATH, T_TEXT, many_in, collection), IN(FORM, T_WHOLE_FORM, many_in, form), { 0 },
};

/* Those that were chosen, or all that a filter finds. */
struct many {
    const struct collection *collection;
    const struct formdata *form;
    struct access access;
    struct str *ids; size_t n;
    bool is_set, by_filter;
    struct str filter;
    int64_t count;
};

static bool is_on(const struct formdata *form, const char *name)
{
    return formdata_text(form, name).n > 0;
}

static void read_ids(struct cx *cx, struct many *many)
{
    struct str id;
    size_t at = 0;
    while (formdata_next(many->form, "id", &at, &id)) {
        many->ids = arena_more(cx->mem, many->ids, many->n, sizeof *many->ids);
        many->ids[many->n++] = id;
    }
    many->count = (int64_t)many->n;
}

static bool parse(struct cx *cx, struct str text, struct jv *out)
{
    struct jv_fault fault;
    return jv_parse(cx, text, out, &fault)
        || (cx->err.kind == E_NONE && broken(cx, "no JSON: %s", fault.reason));
}

static bool is_deed(struct str what)
{
    return str_eq(what, S("set")) || str_eq(what, S("set-all")) || str_eq(what, S("delete"))
        || str_eq(what, S("delete-all"));
}

static bool open_many(struct cx *cx, const struct many_in *in, struct many *many)
{
    struct str what = formdata_text(&in->form, "do");
    *many = (struct many){ .form = &in->form, .is_set = str_starts(what, S("set")),
                           .by_filter = str_ends(what, S("-all")),
                           .filter = formdata_text(&in->form, "filter") };
    if (!is_deed(what))
        return fail_field(cx, E_UNPROCESSABLE, "Validation error", "do",
                          "Say what is to be done: set or delete");
    TRY(record_collection(cx, in->collection, &many->collection));
    TRY(collection_writable(cx, many->collection));
    if (many->collection->requires_signature)
        return fail(cx, E_FORBIDDEN, "Not here", "Records of this collection are written with a"
                    " signature, which these pages cannot give: change them through the API");
    TRY(access_open(cx, many->collection, many->is_set ? OP_UPDATE : OP_DELETE,
                    (struct jv){ .kind = JV_ABSENT }, &many->access));
    TRY(access_allowed(cx, &many->access, in->collection));
    read_ids(cx, many);
    return true;
}

/* --- what is to be written -------------------------------------------------------------------- */

static bool is_settable(const struct many *many, const struct field *field)
{
    return !field_is_computed(field) && !field->unique && field->type->rule != R_FILE
        && access_gives(&many->access, field);
}

static const struct form_field SET_FIELDS[] = {
    { "do", FORM_HIDDEN, .label = NULL }, { "filter", FORM_HIDDEN, .label = NULL },
    { "field", FORM_CHOICE, .label = W("Field"), .required = true },
    { "value", FORM_AREA, .label = W("Value"),
      .hint = W("As in the form of a record; true or false; several values one a line; empty: no"
                " value.") },
    { 0 },
};

static void open_set(struct cx *cx, const struct many *many, struct form *form)
{
    const struct collection *c = many->collection;
    struct form_option *options = arena_list(cx->mem, struct form_option, c->field_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < c->field_count; i++)
        if (is_settable(many, &c->fields[i]))
            options[n++] = (struct form_option){ c->fields[i].name, c->fields[i].name };
    form_init(form, cx, SET_FIELDS);
    form_options(form, "field", options, n);
    form_set(form, "do", formdata_text(many->form, "do"));
    form_set(form, "filter", many->filter);
    form->submit = W("Go on");
    form->action = NO_STR;
    form->cancel = DESK_PATH(cx, S("records"), c->name);
}

/* {"field": value}; false with a fault in the form. */
static bool read_set(struct cx *cx, const struct many *many, struct form *form, struct str *body)
{
    const struct field *field = collection_field(many->collection, form_text(form, "field"));
    struct str text = form_text(form, "value"), json, why;
    struct buf out;
    struct js js;
    if (field == NULL || !is_settable(many, field))
        return false;
    if (!fieldform_read(cx, field, text, &json, &why)) {
        form_fault(form, "value", why);
        return false;
    }
    buf_init(&out, cx->mem, SIZE_MAX);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_key(&js, field->name);
    js_raw(&js, NULL, json);
    js_end(&js);
    *body = buf_text(&out);
    return true;
}

static bool show_set(struct reply *reply, const struct many *many, struct form *form)
{
    struct cx *cx = reply->cx;
    struct fills_list ids = { .mem = cx->mem };
    struct desk desk;
    for (size_t i = 0; i < many->n; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("value", many->ids[i]));
        fills_row(&ids, &row);
    }
    desk_open(&desk, reply, "records", phrase_of(cx, W("Set a field of several records")));
    recorddesk_crumbs(&desk, many->collection->name);
    desk_api(&desk, "PATCH", recorddesk_api(cx, many->collection->name, NO_STR,
             many->by_filter ? "?filter=…" : "/batch"), S("{}"), NO_STR);
    desk_put(&desk, fills_rows("ids", &ids));
    desk_put(&desk, fill_int("count", many->count));
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/records-set.html");
}

/* --- the deed --------------------------------------------------------------------------------- */

static struct str batch_of(struct cx *cx, const struct many *many, struct str body)
{
    struct buf out;
    struct js js;
    buf_init(&out, cx->mem, SIZE_MAX);
    js_init(&js, &out);
    js_array(&js, NULL);
    for (size_t i = 0; i < many->n; i++) {
        if (!many->is_set) {
            js_text(&js, NULL, many->ids[i]);
            continue;
        }
        js_object(&js, NULL);
        js_text(&js, "id", many->ids[i]);
        js_raw(&js, "data", body);
        js_end(&js);
    }
    js_end(&js);
    return buf_text(&out);
}

/* *count: of those that were, or would be, changed. */
static bool run(struct cx *cx, const struct many *many, struct str body, bool is_trial,
                int64_t *count)
{
    const struct bulk bulk = { .filter = many->filter.n > 0 ? many->filter : S("true"),
                               .is_trial = is_trial };
    struct str name = many->collection->name;
    struct buf text;
    struct js js;
    struct jv in, out;
    buf_init(&text, cx->mem, SIZE_MAX);
    js_init(&js, &text);
    if (many->by_filter) {
        TRY(!many->is_set || parse(cx, body, &in));
        TRY(many->is_set ? bulk_update(cx, name, &bulk, in, &js)
                         : bulk_delete(cx, name, &bulk, &js));
    } else {
        TRY(parse(cx, batch_of(cx, many, body), &in));
        TRY(many->is_set ? batches_update(cx, name, in, &js) : batches_delete(cx, name, in, &js));
    }
    TRY(parse(cx, buf_text(&text), &out));
    *count = jv_int(jv_get(out, S("count")));
    return true;
}

static bool done(struct cx *cx, const struct many *many, struct reply *reply, int64_t count)
{
    return desk_go(reply, DESK_PATH(cx, S("records"), many->collection->name),
                   phrase_with(cx, many->is_set ? W("Records changed: {n}")
                                                : W("Records deleted: {n}"),
                               (const struct fill[]){ fill_int("n", count), { 0 } }));
}

/* --- the question ----------------------------------------------------------------------------- */

static void keep_all(struct cx *cx, const struct many *many, struct confirm *confirm)
{
    confirm_keep(confirm, cx, "do", formdata_text(many->form, "do"));
    confirm_keep(confirm, cx, "sure", S("1"));
    if (many->by_filter)
        confirm_keep(confirm, cx, "filter", many->filter);
    for (size_t i = 0; i < many->n && !many->by_filter; i++)
        confirm_keep(confirm, cx, "id", many->ids[i]);
    if (many->is_set) {
        confirm_keep(confirm, cx, "field", formdata_text(many->form, "field"));
        confirm_keep(confirm, cx, "value", formdata_text(many->form, "value"));
    }
}

/* The findings of several records, those of one kind together. */
static bool gather(struct cx *cx, const struct many *many, struct consequences *all)
{
    for (size_t i = 0; i < many->n && i < LOOKED_AT; i++) {
        struct consequences found;
        struct jv record;
        struct str tag;
        TRY(recorddesk_get(cx, many->collection->name, many->ids[i], &record, &tag));
        TRY(consequencesdata_record(cx, many->collection,
                                    jv_text(jv_get(record, S("account_id"))), many->ids[i],
                                    &found));
        for (size_t k = 0; k < found.n; k++) {
            const struct consequence *one = &found.at[k];
            struct consequence *same = NULL;
            for (size_t m = 0; m < all->n && same == NULL; m++)
                if (str_eq(str_of(all->at[m].what), str_of(one->what))
                    && str_eq(all->at[m].name, one->name) && all->at[m].effect == one->effect)
                    same = &all->at[m];
            if (same != NULL)
                same->count += one->count;
            else
                (void)consequences_add(cx, all, one->what, one->name, one->effect, one->count);
        }
    }
    return true;
}

static bool ask(struct cx *cx, struct many *many, struct str body, struct reply *reply)
{
    struct confirm confirm = { .button = many->is_set ? W("Change them") : W("Delete them") };
    struct consequences all = { .n = 0 };
    struct fill values[] = { fill_int("n", 0), fill_text("what", body), { 0 } };
    if (many->by_filter)
        TRY(run(cx, many, body, true, &many->count));
    else if (!many->is_set)
        TRY(gather(cx, many, &all));
    values[0].number = many->count;
    confirm.question = phrase_with(cx, many->is_set ? W("Change {n} records?")
                                                    : W("Delete {n} records?"), values);
    confirm.about = many->is_set ? phrase_with(cx, W("Each becomes {what}. All of them, or none."),
                                               values)
                  : phrase_of(cx, W("All of them, or none. They stay in the history, from which"
                                    " they can be restored."));
    confirm.back = DESK_PATH(cx, S("records"), many->collection->name);
    confirm.refused = all.stops;
    for (size_t i = 0; i < all.n; i++)
        confirm_goes(&confirm, cx, phrase_with(cx, all.at[i].what, (const struct fill[]){
                     fill_text("name", all.at[i].name), { 0 } }), all.at[i].count,
                     phrase_of(cx, consequences_effect_words(all.at[i].effect)), NULL, 0);
    keep_all(cx, many, &confirm);
    return confirm_show(&confirm, reply, "records");
}

static bool set(struct cx *cx, struct many *many, struct reply *reply)
{
    struct form form;
    struct str body;
    int64_t count;
    open_set(cx, many, &form);
    if (!is_on(many->form, "field") && str_absent(formdata_text(many->form, "value")))
        return show_set(reply, many, &form);
    form_read(&form, many->form);
    if (form_good(&form) && read_set(cx, many, &form, &body)) {
        if (!is_on(many->form, "sure"))
            return ask(cx, many, body, reply);
        if (run(cx, many, body, false, &count))
            return done(cx, many, reply, count);
    }
    recorddesk_unfold(cx);
    for (size_t i = 0; i < cx->err.item_count; i++)
        cx->err.items[i].field = S("value");
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_set(reply, many, &form);
}

static bool many(struct cx *cx, const void *input, struct reply *reply)
{
    struct many what;
    int64_t count;
    TRY(open_many(cx, input, &what));
    if (what.n == 0 && !what.by_filter)
        return desk_go(reply, DESK_PATH(cx, S("records"), what.collection->name),
                       phrase_of(cx, W("Nothing was chosen.")));
    if (what.is_set)
        return set(cx, &what, reply);
    if (!is_on(what.form, "sure"))
        return ask(cx, &what, NO_STR, reply);
    TRY(run(cx, &what, NO_STR, false, &count));
    return done(cx, &what, reply, count);
}

const struct route pagemany_routes[] = {
    { POST, "/admin/records/{collection}/many", .need = NEED_ADMIN, .errors = SHAPE_PAGE,
      INPUT(MANY_IN, many_in), .run = many, .alone = true, .hidden = true,
      .title = "Several records at once" },
    { 0 },
};
