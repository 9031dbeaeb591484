/* pageportable.c — a page: definitions come in from a file, looked at before they do. */
#include "pageportable.h"

#include "desk/form.h"
#include "desk/grid.h"
#include "transfer/portable.h"

enum { FILE_MOST = 4 << 20 };
static const char HERE[] = "collections";

static const struct form_field FIELDS[] = {
    { "file", FORM_FILE, .label = W("File"),
      .hint = W("What an export gave, of this installation or another.") },
    { "json", FORM_CODE, .label = W("or its text"), .rows = 8, .max = FILE_MOST },
    { "strategy", FORM_RADIO, .label = W("Collections that are there already"), .required = true },
    { 0 },
};

static void open_form(struct form *form, struct cx *cx)
{
    struct form_option *options = arena_list(cx->mem, struct form_option, 3);
    options[0] = (struct form_option){ S("error"), phrase_of(cx, W("are reported as faults")) };
    options[1] = (struct form_option){ S("skip"), phrase_of(cx, W("are passed over")) };
    options[2] = (struct form_option){ S("update"), phrase_of(cx, W("get the fields and indexes"
                                                              " of the file; their rules stay")) };
    form_init(form, cx, FIELDS);
    form_options(form, "strategy", options, 3);
    form_set(form, "strategy", S("error"));
    form->multipart = true;
    form->submit = W("Look at it first");
    form->cancel = S("/admin/collections");
}

static bool show(struct form *form, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Import collections")));
    desk_crumb(&desk, phrase_of(cx, W("Collections")), S("/admin/collections"));
    desk_api(&desk, "POST", S("/api/v1/collections/import"),
             S("{\"data\":{…},\"strategy\":\"skip\"}"), S("client.collections.import(data)"));
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static bool ask(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct form form;
    open_form(&form, cx);
    return show(&form, reply);
}

/* ---- what it would do, and did -------------------------------------------------------------- */

static const struct grid_column COLUMNS[] = {
    { .label = W("Collection") }, { .label = W("What becomes of it") }, { .label = W("Why") },
    { 0 },
};
static const struct { struct str status; enum grid_tone tone; const char *word; } WORDS[] = {
    { S_INIT("imported"), GRID_GOOD, W("is made") },
    { S_INIT("updated"), GRID_WARNING, W("is changed") },
    { S_INIT("skipped"), GRID_PLAIN, W("stays as it is") },
    { S_INIT("error"), GRID_BAD, W("fails") },
};

static void put_items(struct desk *desk, const struct portable_result *result)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, COLUMNS, W("Collections of the file"));
    for (size_t i = 0; i < result->n; i++) {
        const struct portable_item *item = &result->items[i];
        grid_row(&grid);
        grid_text(&grid, item->name);
        for (size_t k = 0; k < COUNT(WORDS); k++)
            if (str_eq(item->status, WORDS[k].status))
                grid_badge(&grid, WORDS[k].tone, phrase_of(cx, WORDS[k].word));
        grid_text(&grid, str_eq(item->status, S("imported")) || str_eq(item->status, S("updated"))
                         ? S("") : phrase_message(cx, item->message));
    }
    grid_empty(&grid, W("The file has no collections."), W("Back to the form"),
               S("/admin/collections/import"));
    grid_put(&grid, "table");
}

static bool show_result(struct form *form, const struct portable_result *result, bool is_done,
                        struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, is_done ? phrase_of(cx, W("What was imported"))
                                          : phrase_of(cx, W("What would be imported")));
    desk_crumb(&desk, phrase_of(cx, W("Collections")), S("/admin/collections"));
    desk_crumb(&desk, phrase_of(cx, W("Import collections")), S("/admin/collections/import"));
    desk_api(&desk, "POST", S("/api/v1/collections/import"),
             S("{\"data\":{…},\"strategy\":\"skip\"}"), S("client.collections.import(data)"));
    desk_put(&desk, fill_flag("is_done", is_done));
    desk_put(&desk, fill_flag("does", result->imported + result->updated > 0));
    desk_put(&desk, fill_text("json", form_text(form, "json")));
    desk_put(&desk, fill_text("strategy", form_text(form, "strategy")));
    put_items(&desk, result);
    return desk_show(&desk, "admin/collections-import.html");
}

/* ---- posted --------------------------------------------------------------------------------- */

static bool keep_piece(struct cx *cx, void *state, struct str piece)
{
    struct buf *text = state;
    buf_str(text, piece);
    return !text->over || fail(cx, E_TOO_LARGE, "Too large", "A file has at most %d MB",
                               FILE_MOST >> 20);
}

static bool take_file(struct cx *cx, void *to, const struct formdata *so_far UNUSED,
                      const struct multipart_part *part)
{
    int64_t n;
    return flow_pass(cx, part->content, (struct sink){ keep_piece, to }, FILE_MOST + 1, &n);
}

static bool read_json(struct form *form, struct jv *out)
{
    struct cx *cx = form->cx;
    struct str text = form_text(form, "json");
    struct jv_fault fault;
    if (str_trim(text).n == 0) {
        form_fault(form, "file", phrase_of(cx, W("Choose a file, or paste its text.")));
        return false;
    }
    if (jv_parse(cx, text, out, &fault) && out->kind == JV_OBJECT)
        return true;
    form_fault(form, "json", phrase_of(cx, W("This is not the JSON of an export.")));
    return false;
}

static bool run(struct form *form, struct jv data, bool apply, struct portable_result *result)
{
    enum portable_strategy strategy;
    if (!portable_strategy(form_text(form, "strategy"), &strategy))
        return fail(form->cx, E_INVALID, "Validation error", "Unknown strategy");
    return apply ? portable_import(form->cx, data, S("\"body\",\"data\""), strategy, result)
                 : portable_rehearse(form->cx, data, S("\"body\",\"data\""), strategy, result);
}

static bool posted(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct portable_result result;
    struct formdata sent;
    struct form form;
    struct buf file;
    struct jv data = { .kind = JV_ABSENT };
    buf_init(&file, cx->mem, FILE_MOST);
    TRY(formdata_stream(reply, 2 * FILE_MOST, take_file, &file, &sent));
    open_form(&form, cx);
    form_read(&form, &sent);
    if (file.n > 0)
        form_set(&form, "json", buf_text(&file));
    bool apply = str_eq(formdata_text(&sent, "do"), S("apply"));
    bool well = form_good(&form) && read_json(&form, &data) && run(&form, data, apply, &result);
    if (well)
        return show_result(&form, &result, apply, reply);
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show(&form, reply);
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pageportable_routes[] = {
    { GET, "/admin/collections/import", PAGE, .run = ask, .title = "Definitions come in" },
    { POST, "/admin/collections/import", PAGE, .run = posted, .streams = true, .waits = true,
      .title = "Says what they would do, or lets them in" },
    { 0 },
};
