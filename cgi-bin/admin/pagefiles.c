/* pagefiles.c — pages: the files of an account, who holds them, the end of one nobody holds. */
#include "pagefiles.h"

#include "base/settings.h"
#include "base/url.h"
#include "base/when.h"
#include "config/configuration.h"
#include "data/collection.h"
#include "data/filelist.h"
#include "data/fileuse.h"
#include "desk/confirm.h"
#include "desk/form.h"
#include "desk/grid.h"
#include "files/filelink.h"

enum { LINK_SECONDS = 300, ADDRESS_MAX = 4096 };
static const char HERE[] = "files";

/* /admin/files/one?path=…: a path has slashes of its own. */
static struct str address(struct cx *cx, const char *page, struct str path)
{
    struct buf out;
    buf_init(&out, cx->mem, ADDRESS_MAX);
    buf_fmt(&out, "/admin/files/%s?path=", page);
    url_part(&out, path);
    return buf_text(&out);
}

static struct str api_path(struct cx *cx, struct str path)
{
    struct str segment;
    struct buf out;
    buf_init(&out, cx->mem, ADDRESS_MAX);
    buf_str(&out, S("/api/v1/files"));
    while (str_cut(&path, '/', &segment)) {
        buf_c(&out, '/');
        url_part(&out, segment);
    }
    return buf_text(&out);
}

/* ---- the list ---- */

struct list_in { struct str search, type, collection, account; int64_t offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, search, .max = 255), IN(QUERY, T_TEXT, list_in, type, .max = 100),
    IN(QUERY, T_TEXT, list_in, collection, .max = 100),
    IN(QUERY, T_TEXT, list_in, account, .max = 64),
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = 1000000000), { 0 },
};
#define FILTER_BEGIN \
    { "search", FORM_SEARCH, .label = W("Part of a name"), .max = 255 }, \
    { "type", FORM_TEXT, .label = W("Type"), .max = 100 }, \
    { "collection", FORM_CHOICE, .label = W("Held by") }
static const struct form_field FILTER[] = { FILTER_BEGIN, { 0 } };
static const struct form_field FILTER_OF_ANY[] = {
    FILTER_BEGIN, { "account", FORM_TEXT, .label = W("Account id"), .max = 64 }, { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Name") }, { .label = W("Type") }, { .label = W("Size"), .kind = GRID_NUMBER },
    { .label = W("Uploaded"), .kind = GRID_TIME }, { .label = W("By") },
    { .label = W("Held by") }, { 0 },
};
static const char UNUSED_FILES[] = "-";     /* no name of a collection                            */

static bool put_filter(struct desk *desk, const struct list_in *in)
{
    struct cx *cx = desk->cx;
    struct form filter;
    struct str *names;
    size_t n;
    TRY(collection_list_names(cx, &names, &n));
    struct form_option *holders = arena_list(cx->mem, struct form_option, n + 2);
    holders[0] = (struct form_option){ S(""), phrase_of(cx, W("Any")) };
    holders[1] = (struct form_option){ str_of(UNUSED_FILES), phrase_of(cx, W("Nobody")) };
    for (size_t i = 0; i < n; i++)
        holders[i + 2] = (struct form_option){ names[i], names[i] };
    const struct form_option types[] = { { S("image"), S("image") }, { S("text"), S("text") },
                                         { S("application/pdf"), S("application/pdf") } };
    form_init(&filter, cx, cx->who->is_superadmin ? FILTER_OF_ANY : FILTER);
    form_options(&filter, "collection", holders, n + 2);
    form_options(&filter, "type", types, COUNT(types));
    form_set(&filter, "search", in->search);
    form_set(&filter, "type", in->type);
    form_set(&filter, "collection", in->collection);
    if (cx->who->is_superadmin)
        form_set(&filter, "account", in->account);
    filter.is_get = true;
    filter.submit = W("Search");
    form_put(&filter, desk, "filter");
    return true;
}

static struct str holders_of(struct cx *cx, const struct filelist_item *item)
{
    const struct fill values[] = {
        fill_text("collection", item->first.collection), fill_int("n", item->use_count - 1),
        { 0 } };
    if (item->use_count == 0)
        return phrase_of(cx, W("nobody"));
    return item->use_count == 1 ? item->first.collection
                                : phrase_with(cx, W("{collection} and {n} more"), values);
}

static void put_files(struct desk *desk, const struct filelist_page *found, int64_t offset)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, COLUMNS, W("Files"));
    for (size_t i = 0; i < found->n; i++) {
        const struct filelist_item *item = &found->at[i];
        grid_row(&grid);
        grid_link(&grid, item->file.filename, address(cx, "one", item->file.path));
        grid_text(&grid, item->file.mime_type);
        grid_text(&grid, desk_size(cx, item->file.size));
        grid_time(&grid, item->file.created_at);
        grid_text(&grid, item->uploader);
        if (item->use_count == 1)
            grid_link(&grid, item->first.collection,
                      DESK_PATH(cx, S("records"), item->first.collection, item->first.record_id));
        else
            grid_text(&grid, holders_of(cx, item));
    }
    grid_empty(&grid, W("No file is like that. Files come with records that have a field for"
                        " them."), W("Records"), S("/admin/records"));
    grid_pages(&grid, offset, desk->rows, found->is_more ? -1 : found->total);
    grid_put(&grid, "table");
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    bool is_unused = str_eq(in->collection, str_of(UNUSED_FILES));
    struct filelist_page found;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Files")));
    TRY(put_filter(&desk, in));
    TRY(filelist_read(cx, &(struct filelist_query){
        .account_id = in->account, .search = in->search, .type = in->type,
        .collection = is_unused ? NO_STR : in->collection, .is_unused = is_unused,
        .skip = in->offset, .limit = desk.rows }, &found));
    desk_api(&desk, "POST", S("/api/v1/files/upload"), NO_STR, S("client.files.upload(file)"));
    put_files(&desk, &found, in->offset);
    return desk_show(&desk, "admin/list.html");
}

/* ---- one ---- */

struct one_in { struct str path; struct formdata form; };
static const struct input ONE_IN[] = {
    IN(QUERY, T_TEXT, one_in, path, .required = true, .max = FILEPATH_MOST), { 0 },
};
static const struct input POSTED_IN[] = {
    IN(QUERY, T_TEXT, one_in, path, .required = true, .max = FILEPATH_MOST),
    IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};
static const struct grid_column USES[] = {
    { .label = W("Collection") }, { .label = W("Record"), .kind = GRID_CODE },
    { .label = W("Field") }, { 0 },
};

static bool put_uses(struct desk *desk, const struct file *file)
{
    struct cx *cx = desk->cx;
    struct filelist_uses uses;
    struct grid grid;
    TRY(filelist_uses(cx, file, &uses));
    grid_init(&grid, desk, USES, W("Records that hold it"));
    for (size_t i = 0; i < uses.n; i++) {
        const struct filelist_use *use = &uses.at[i];
        grid_row(&grid);
        grid_text(&grid, use->collection);
        grid_link(&grid, use->record_id,
                  DESK_PATH(cx, S("records"), use->collection, use->record_id));
        grid_text(&grid, use->field);
    }
    grid_empty(&grid, W("No record holds it."), NULL, NO_STR);
    grid_put(&grid, "table");
    return true;
}

/* As the API signs it, below our own address. */
static struct str link_to(struct cx *cx, struct str path, bool is_inline)
{
    const struct filelink link = { path, cx->now / WHEN_SECOND + LINK_SECONDS, is_inline };
    return str_sub(filelink_url(cx, &link), configuration_address(cx).n, SIZE_MAX);
}

static bool is_shown(struct str type)
{
    return str_eq(type, S("image/png")) || str_eq(type, S("image/jpeg"))
        || str_eq(type, S("image/gif")) || str_eq(type, S("image/webp"));
}

/* Whose administrator one is says what there is; what is in it, the records that hold it say. */
static bool may_open(struct cx *cx, const struct file *file, bool *may)
{
    *may = fileuse_allows(cx, file->account_id, file);
    if (!*may && cx->err.kind == E_NOT_FOUND)
        fail_forget(cx);
    return cx->err.kind == E_NONE;
}

static bool put_facts(struct desk *desk, const struct filelist_item *item)
{
    struct cx *cx = desk->cx;
    const struct file *file = &item->file;
    bool may;
    TRY(may_open(cx, file, &may));
    desk_put(desk, fill_text("name", file->filename));
    desk_put(desk, fill_text("type", file->mime_type));
    desk_put(desk, fill_text("size", desk_size(cx, file->size)));
    desk_put(desk, fill_int("bytes", file->size));
    desk_put(desk, fill_text("path", file->path));
    desk_put(desk, fill_text("sha256", file->sha256));
    desk_put(desk, fill_text("uploader", item->uploader));
    desk_put(desk, fill_text("account_id", cx->who->is_superadmin ? file->account_id : S("")));
    desk_put(desk, fill_text("download", may ? link_to(cx, file->path, false) : S("")));
    desk_put(desk, fill_text("picture", may && is_shown(file->mime_type)
                                        ? link_to(cx, file->path, true) : S("")));
    desk_time(&desk->values, "created_iso", "created_text", file->created_at);
    return true;
}

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct filelist_item item;
    struct desk desk;
    TRY(filelist_find(cx, in->path, &item));
    desk_open(&desk, reply, HERE, item.file.filename);
    desk_crumb(&desk, phrase_of(cx, W("Files")), S("/admin/files"));
    if (item.use_count == 0)
        desk_action(&desk, phrase_of(cx, W("Delete")), address(cx, "delete", in->path));
    desk_api(&desk, "GET", api_path(cx, in->path), NO_STR, S("client.files.getDownloadUrl(path)"));
    TRY(put_facts(&desk, &item));
    TRY(put_uses(&desk, &item.file));
    return desk_show(&desk, "admin/file.html");
}

static bool ask(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct filelist_item item;
    TRY(filelist_find(cx, in->path, &item));
    const struct fill name[] = { fill_text("name", item.file.filename), { 0 } };
    struct confirm confirm = {
        .question = phrase_with(cx, W("Delete the file {name}?"), name),
        .about = phrase_of(cx, W("It cannot be brought back.")),
        .button = W("Delete the file"), .back = address(cx, "one", in->path),
        .refused = item.use_count > 0 };
    if (item.use_count > 0)
        confirm_goes(&confirm, cx, phrase_of(cx, W("Records that hold it")), item.use_count,
                     phrase_of(cx, W("stops it")), &item.first.collection, 1);
    return confirm_show(&confirm, reply, HERE);
}

static bool remove_one(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(filelist_delete(cx, in->path));
    return desk_go(reply, S("/admin/files"), phrase_of(cx, W("The file is deleted.")));
}

#define PAGE .need = NEED_ADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagefiles_routes[] = {
    { GET, "/admin/files", PAGE, INPUT(LIST_IN, list_in), .run = list, .title = "Files" },
    { GET, "/admin/files/one", PAGE, INPUT(ONE_IN, one_in), .run = show, .title = "A file" },
    { GET, "/admin/files/delete", PAGE, INPUT(ONE_IN, one_in), .run = ask,
      .title = "Delete a file?" },
    { POST, "/admin/files/delete", PAGE, INPUT(POSTED_IN, one_in), .run = remove_one,
      .waits = true, .title = "Delete a file" },
    { 0 },
};
