/* pageviews.c — lists that somebody comes back to: saved under a name, renamed, forgotten. */
#include "pagerecords.h"

#include "base/settings.h"
#include "base/url.h"
#include "data/record.h"
#include "desk/grid.h"
#include "identity/savedview.h"
#include "recordlist.h"

struct list_in { struct str collection, query; };
static const struct input LIST_IN[] = {
    IN(PATH, T_TEXT, list_in, collection), IN(QUERY, T_WHOLE_QUERY, list_in, query), { 0 },
};
struct post_in { struct str collection; struct formdata form; };
static const struct input POST_IN[] = {
    IN(PATH, T_TEXT, post_in, collection), IN(FORM, T_WHOLE_FORM, post_in, form), { 0 },
};

static const struct form_field FIELDS[] = {
    { "query", FORM_HIDDEN, .label = NULL },
    { "name", FORM_TEXT, .label = W("Name"), .required = true, .max = SAVEDVIEW_NAME_MOST },
    { 0 },
};

/* The address as it was, without what only says where in the list somebody stood. */
static struct str kept_query(struct cx *cx, struct str query)
{
    struct str name, value;
    struct buf out;
    bool bad = false;
    buf_init(&out, cx->mem, 65536);
    while (url_pair(cx->mem, &query, &name, &value, &bad)) {
        if (value.n == 0 || str_eq(name, S("offset")) || str_eq(name, S("cursor"))
            || str_eq(name, S("before")))
            continue;
        if (out.n > 0)
            buf_c(&out, '&');
        url_part(&out, name);
        buf_c(&out, '=');
        url_part(&out, value);
    }
    return out.n > 0 ? buf_text(&out) : S("");
}

static void put_views(struct desk *desk, const struct savedview_list *views, struct str path)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; i < views->n; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("id", views->at[i].id));
        fills_add(&row, fill_text("label", views->at[i].name));
        fills_add(&row, fill_text("query", views->at[i].query));
        fills_add(&row, fill_text("href", str_fmt(cx->mem, "%.*s?%.*s", STR_ARG(path),
                                                  STR_ARG(views->at[i].query))));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("views", &rows));
    desk_put(desk, fill_flag("has_views", rows.n > 0));
}

static bool show(struct reply *reply, const struct collection *c, struct form *form)
{
    struct cx *cx = reply->cx;
    struct str path = DESK_PATH(cx, S("records"), c->name);
    struct savedview_list views;
    struct desk desk;
    TRY(savedview_list(cx, recorddesk_home(cx), cx->who->id,
                       str_fmt(cx->mem, "records/%.*s", STR_ARG(c->name)), &views));
    desk_open(&desk, reply, "records", phrase_with(cx, W("Saved views of {name}"),
              (const struct fill[]){ fill_text("name", c->name), { 0 } }));
    recorddesk_crumbs(&desk, c->name);
    desk_put(&desk, fill_text("query_now", form_text(form, "query")));
    put_views(&desk, &views, path);
    form->cancel = path;
    form->submit = W("Save this view");
    form->once = true;
    form->action = str_fmt(cx->mem, "%.*s%.*s/views", STR_ARG(cx->set->base_path), STR_ARG(path));
    desk_put(&desk, fill_text("change_href", str_fmt(cx->mem, "%.*s/views/change",
                                                     STR_ARG(path))));
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/records-views.html");
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct recordlist list;
    struct form form;
    TRY(recordlist_open(cx, in->collection, in->query, &list));
    form_init(&form, cx, FIELDS);
    form_set(&form, "query", kept_query(cx, in->query));
    return show(reply, list.collection, &form);
}

static bool save(struct cx *cx, const struct collection *c, const struct form *form)
{
    struct savedview view = {
        .account_id = recorddesk_home(cx), .user_id = cx->who->id,
        .page = str_fmt(cx->mem, "records/%.*s", STR_ARG(c->name)),
        .name = form_text(form, "name"), .query = form_text(form, "query"),
    };
    return savedview_create(cx, &view);
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct post_in *in = input;
    struct recordlist list;
    struct form form;
    TRY(recordlist_open(cx, in->collection, NO_STR, &list));
    form_init(&form, cx, FIELDS);
    form_read(&form, &in->form);
    if (form_good(&form) && save(cx, list.collection, &form))
        return desk_go(reply, str_fmt(cx->mem, "%.*s?%.*s",
                                      STR_ARG(DESK_PATH(cx, S("records"), in->collection)),
                                      STR_ARG(form_text(&form, "query"))),
                       phrase_of(cx, W("The view was saved.")));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show(reply, list.collection, &form);
}

/* One form a view: its name, and two buttons. */
static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct post_in *in = input;
    struct str id = formdata_text(&in->form, "id"), home = recorddesk_home(cx);
    struct recordlist list;
    struct form form;
    bool goes = str_eq(formdata_text(&in->form, "do"), S("delete"));
    TRY(recordlist_open(cx, in->collection, NO_STR, &list));
    form_init(&form, cx, FIELDS);
    form_read(&form, &in->form);
    if (str_absent(id))
        id = S("");
    if (goes ? savedview_delete(cx, home, cx->who->id, id)
             : form_good(&form) && savedview_rename(cx, home, cx->who->id, id,
                                                    form_text(&form, "name")))
        return desk_go(reply, DESK_PATH(cx, S("records"), in->collection, S("views")),
                       goes ? phrase_of(cx, W("The view was forgotten."))
                            : phrase_of(cx, W("The view was renamed.")));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show(reply, list.collection, &form);
}

#define PAGE .need = NEED_ADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pageviews_routes[] = {
    { GET, "/admin/records/{collection}/views", PAGE, INPUT(LIST_IN, list_in), .run = list,
      .title = "Saved views of a list" },
    { POST, "/admin/records/{collection}/views", PAGE, INPUT(POST_IN, post_in), .run = create,
      .title = "Save a view" },
    { POST, "/admin/records/{collection}/views/change", PAGE, INPUT(POST_IN, post_in),
      .run = change, .title = "Rename or forget a view" },
    { 0 },
};
