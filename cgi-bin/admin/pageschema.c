/* pageschema.c — pages: a collection is made, copied or changed by a form, and looked at first. */
#include "pageschema.h"

#include "base/ident.h"
#include "base/num.h"
#include "data/catalogue.h"
#include "data/rehearsal.h"
#include "schemacards.h"
#include "schemareview.h"

enum { FORM_MOST = 4 << 20 };
static const char HERE[] = "collections";

struct edit {
    struct cx *cx;
    struct reply *reply;
    struct collection old; bool is_new;
    int64_t records, known_at;          /* updated_at as it was when the form was opened          */
    struct draft draft;
    struct jv definition;               /* what the draft says                                    */
    struct define_in in;
    struct str *names; size_t n;        /* of all collections                                     */
};

/* ---- from the database and from the form ---------------------------------------------------- */

static bool draft_of(struct cx *cx, const struct collection *c, bool is_stored, struct draft *out)
{
    struct jv value;
    struct jv_fault fault;
    struct buf text;
    struct js js;
    buf_init(&text, cx->mem, 1 << 26);
    js_init(&js, &text);
    js_object(&js, NULL);
    js_text(&js, "name", c->name);
    js_text(&js, "type", c->view == NULL ? S("base") : S("view"));
    js_text(&js, "query", c->view == NULL ? NO_STR : c->view->text);
    js_raw(&js, "schema", field_store(cx->mem, c->fields, c->field_count));
    js_raw(&js, "indexes", index_store(cx->mem, &c->indexes));
    js_bool(&js, "realtime", c->realtime);
    js_bool(&js, "event_previous", c->event_previous);
    js_bool(&js, "requires_signature", c->requires_signature);
    js_end(&js);
    if (!jv_parse(cx, buf_text(&text), &value, &fault))
        return broken(cx, "a definition written as JSON cannot be read: %s", fault.reason);
    return draft_load(cx, value, is_stored, out);
}

static enum define_flag flag_of(bool yes)
{
    return yes ? DEFINE_YES : DEFINE_NO;
}

/* What the API would be asked. */
static bool prepare(struct edit *edit)
{
    struct cx *cx = edit->cx;
    struct jv_fault fault;
    bool is_view = str_eq(edit->draft.type, S("view"));
    if (!jv_parse(cx, draft_write(cx, &edit->draft), &edit->definition, &fault))
        return fail(cx, E_INVALID, "Validation error", "The form is too large or holds text that"
                    " is none: %s", fault.reason);
    edit->in = (struct define_in){
        .name = edit->draft.name, .body = edit->definition,
        .schema = jv_get(edit->definition, S("schema")),
        .type = edit->draft.type, .query = is_view ? edit->draft.query : NO_STR,
        .realtime = flag_of(edit->draft.realtime),
        .event_previous = flag_of(edit->draft.event_previous),
        .requires_signature = flag_of(edit->draft.requires_signature),
    };
    if (!is_view)
        edit->in.indexes = jv_get(edit->definition, S("indexes"));
    return true;
}

static bool open_edit(struct edit *edit, struct reply *reply, struct str id)
{
    struct cx *cx = reply->cx;
    *edit = (struct edit){ .cx = cx, .reply = reply, .is_new = str_absent(id) };
    TRY(collection_list_names(cx, &edit->names, &edit->n));
    return edit->is_new || catalogue_get(cx, id, &edit->old, &edit->records);
}

/* ---- the form ------------------------------------------------------------------------------- */

static struct str title_of(const struct edit *edit)
{
    struct cx *cx = edit->cx;
    if (edit->is_new)
        return str_eq(edit->draft.type, S("view")) ? phrase_of(cx, W("New view"))
                                                   : phrase_of(cx, W("New collection"));
    return phrase_with(cx, W("Edit {name}"),
                       (const struct fill[]){ fill_text("name", edit->old.name), { 0 } });
}

static void open_desk(struct edit *edit, struct desk *desk)
{
    struct cx *cx = edit->cx;
    struct str body = draft_write(cx, &edit->draft);
    desk_open(desk, edit->reply, HERE, title_of(edit));
    desk_crumb(desk, phrase_of(cx, W("Collections")), S("/admin/collections"));
    if (!edit->is_new)
        desk_crumb(desk, edit->old.name, DESK_PATH(cx, S("collections"), edit->old.id));
    desk_put(desk, fill_text("back", edit->is_new ? S("/admin/collections")
                             : DESK_PATH(cx, S("collections"), edit->old.id)));
    desk_put(desk, fill_text("known_at", edit->is_new ? S("")
                             : str_fmt(cx->mem, "%lld", (long long)edit->known_at)));
    if (edit->is_new)
        desk_api(desk, "POST", S("/api/v1/collections"), body,
                 S("client.collections.create({ name, fields })"));
    else
        desk_api(desk, "PUT", str_fmt(cx->mem, "/api/v1/collections/%.*s",
                                      STR_ARG(edit->old.id)), body,
                 str_fmt(cx->mem, "client.collections.update('%.*s', { fields })",
                         STR_ARG(edit->old.id)));
}

static bool show_form(struct edit *edit, struct schemacards *cards)
{
    struct desk desk;
    open_desk(edit, &desk);
    if (cards->summary.n > 0)
        reply_status(edit->reply, cards->status);
    schemacards_put(cards, &desk);
    return desk_show(&desk, "admin/collection-edit.html");
}

static void open_cards(struct edit *edit, struct schemacards *cards)
{
    schemacards_open(cards, edit->cx, &edit->draft, edit->is_new, edit->names, edit->n);
}

struct new_in { struct str type, from; };
static const struct input NEW_IN[] = {
    IN(QUERY, T_TEXT, new_in, type), IN(QUERY, T_TEXT, new_in, from), { 0 },
};

static bool copy_of(struct edit *edit, struct str id)
{
    struct collection from;
    int64_t records;
    TRY(catalogue_get(edit->cx, id, &from, &records));
    TRY(draft_of(edit->cx, &from, false, &edit->draft));
    edit->draft.name = str_fmt(edit->cx->mem, "%.*s_copy", STR_ARG(str_sub(from.name, 0, 59)));
    return true;
}

static bool new_one(struct cx *cx UNUSED, const void *input, struct reply *reply)
{
    const struct new_in *in = input;
    struct schemacards cards;
    struct edit edit;
    int at;
    TRY(open_edit(&edit, reply, NO_STR));
    edit.draft = (struct draft){ .name = S(""), .query = S(""), .realtime = true,
                                 .type = str_eq(in->type, S("view")) ? S("view") : S("base") };
    if (in->from.n > 0)
        TRY(copy_of(&edit, in->from));
    else
        (void)draft_do(cx, &edit.draft, S("add text"), &at);
    open_cards(&edit, &cards);
    return show_form(&edit, &cards);
}

struct one_in { struct str id; struct formdata form; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };
static const struct input POSTED_IN[] = {
    IN(PATH, T_TEXT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};
static const struct input CREATED_IN[] = { IN(FORM, T_WHOLE_FORM, one_in, form), { 0 } };

static bool edit_one(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct schemacards cards;
    struct edit edit;
    TRY(open_edit(&edit, reply, in->id));
    TRY(draft_of(cx, &edit.old, true, &edit.draft));
    edit.known_at = edit.old.updated_at;
    open_cards(&edit, &cards);
    return show_form(&edit, &cards);
}

/* ---- looked at first ------------------------------------------------------------------------ */

/* Of a field that cannot go: how much would be lost. */
static bool tell_losses(struct edit *edit, struct schemacards *cards)
{
    const struct collection *old = &edit->old;
    for (size_t i = 0; i < old->field_count && old->view == NULL; i++) {
        const struct field *field = &old->fields[i];
        int64_t filled;
        bool stays = false;
        for (size_t k = 0; k < edit->draft.n; k++)
            stays = stays || (str_eq(edit->draft.fields[k].name, field->name)
                              && str_eq(edit->draft.fields[k].type, field->type_name));
        if (stays)
            continue;
        TRY(rehearsal_filled(edit->cx, old, field, &filled));
        const struct fill values[] = { fill_text("field", field->name), fill_int("n", filled),
                                       { 0 } };
        struct fills row = { .mem = edit->cx->mem };
        fills_add(&row, fill_text("text", phrase_with(edit->cx, W("{field}: values that records"
                                                                  " would lose: {n}"), values)));
        fills_add(&row, fill_text("href", S("")));
        fills_row(&cards->summary, &row);
    }
    return true;
}

static bool show_faults(struct edit *edit)
{
    struct schemacards cards;
    open_cards(edit, &cards);
    TRY(schemacards_take(&cards));
    if (!edit->is_new)
        TRY(tell_losses(edit, &cards));
    return show_form(edit, &cards);
}

static bool review(struct edit *edit, bool is_stale)
{
    struct cx *cx = edit->cx;
    struct rehearsal tried;
    struct formdata values;
    struct fills_list hiddens = { .mem = cx->mem };
    struct desk desk;
    if (!rehearsal_define(cx, edit->is_new ? NO_STR : edit->old.id, &edit->in, &tried))
        return show_faults(edit);
    edit->known_at = edit->old.updated_at;
    open_desk(edit, &desk);
    if (is_stale)
        desk_notice(&desk, DESK_WARNING, phrase_of(cx, W("Somebody has changed this collection"
            " since you opened it. Below is what your form would do to it as it is now.")));
    draft_send(cx, &edit->draft, &values);
    for (size_t i = 0; i < values.n; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("name", values.at[i].name));
        fills_add(&row, fill_text("value", values.at[i].value));
        fills_row(&hiddens, &row);
    }
    desk_put(&desk, fills_rows("hiddens", &hiddens));
    desk_put(&desk, fill_text("once", ident_random(cx->mem)));
    desk_put(&desk, fill_flag("is_new", edit->is_new));
    desk_put(&desk, fill_flag("is_view", tried.now.view != NULL));
    TRY(schemareview_put(&desk, edit->is_new ? NULL : &edit->old, &tried));
    if (is_stale)
        reply_status(edit->reply, 409);
    return desk_show(&desk, "admin/collection-review.html");
}

static bool apply(struct edit *edit)
{
    struct cx *cx = edit->cx;
    struct collection made;
    int64_t records;
    edit->in.known_at = edit->known_at;
    bool well = edit->is_new ? define_create(cx, &edit->in, &made)
                             : define_update(cx, edit->old.id, &edit->in, &made, &records);
    if (!well && cx->err.kind == E_PRECONDITION) {
        fail_forget(cx);
        edit->in.known_at = 0;
        return review(edit, true);
    }
    if (!well)
        return show_faults(edit);
    const struct fill name[] = { fill_text("name", made.name), { 0 } };
    return desk_go(edit->reply, DESK_PATH(cx, S("collections"), made.id),
                   phrase_with(cx, edit->is_new ? W("The collection {name} is there.")
                                                : W("The collection {name} is changed."), name));
}

/* ---- what was pressed ----------------------------------------------------------------------- */

static int64_t number_of(struct str text)
{
    int64_t n;
    return !str_absent(text) && num_int(text, &n) ? n : 0;
}

static bool posted(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct str pressed = formdata_text(&in->form, "do");
    struct schemacards cards;
    struct edit edit;
    int at = -1;
    TRY(open_edit(&edit, reply, in->id));
    draft_read(cx, &in->form, &edit.draft);
    edit.known_at = number_of(formdata_text(&in->form, "known_at"));
    if (!edit.is_new)
        edit.draft.type = edit.old.view == NULL ? S("base") : S("view");
    if (!edit.is_new)
        edit.draft.name = edit.old.name;
    bool built = draft_do(cx, &edit.draft, pressed, &at);
    if (!built && (str_absent(pressed) || str_eq(pressed, S("review")))) {
        TRY(prepare(&edit));
        return review(&edit, edit.known_at != 0 && edit.known_at != edit.old.updated_at);
    }
    if (!built && str_eq(pressed, S("apply"))) {
        TRY(prepare(&edit));
        return apply(&edit);
    }
    open_cards(&edit, &cards);
    cards.look_at = at;
    return show_form(&edit, &cards);
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pageschema_routes[] = {
    { GET, "/admin/collections/new", PAGE, INPUT(NEW_IN, new_in), .run = new_one,
      .title = "A new collection" },
    { POST, "/admin/collections/new", PAGE, INPUT(CREATED_IN, one_in), .run = posted,
      .alone = true, .body_max = FORM_MOST, .title = "Builds, reviews or makes it" },
    { GET, "/admin/collections/{id}/edit", PAGE, INPUT(ONE_IN, one_in), .run = edit_one,
      .title = "Its fields, indexes and settings" },
    { POST, "/admin/collections/{id}/edit", PAGE, INPUT(POSTED_IN, one_in), .run = posted,
      .alone = true, .body_max = FORM_MOST, .title = "Builds, reviews or makes the change" },
    { 0 },
};
