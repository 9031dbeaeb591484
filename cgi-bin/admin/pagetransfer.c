/* pagetransfer.c — records as a file, out and in; and the files of one record. */
#include "pagerecords.h"

#include "base/settings.h"
#include "data/record.h"
#include "files/upload.h"
#include "http/request.h"
#include "http/stream.h"
#include "recordlist.h"
#include "transfer/recordexport.h"
#include "transfer/recordimport.h"

/* --- out -------------------------------------------------------------------------------------- */

struct export_in { struct str collection, format, query; };
static const struct input EXPORT_IN[] = {
    IN(PATH, T_TEXT, export_in, collection),
    IN(QUERY, T_TEXT, export_in, format, .one_of = "csv|ndjson|json"),
    IN(QUERY, T_WHOLE_QUERY, export_in, query), { 0 },
};

static bool export(struct cx *cx, const void *input, struct reply *reply)
{
    const struct export_in *in = input;
    struct recordexport what = { .safe = true };
    struct recordlist list;
    struct str file;
    TRY(recordlist_open(cx, in->collection, in->query, &list));
    if (!recordexport_format(in->format, &what.format))
        return broken(cx, "a format that the table lets through");
    what.query = recordlist_query(cx, &list);
    what.query.fields = list.fields.n > 0 ? str_fmt(cx->mem, "id,%.*s", STR_ARG(list.fields))
                                          : NO_STR;
    what.query.cursor = what.query.cursor_before = NO_STR;
    file = recordexport_filename(cx, in->collection, what.format);
    reply_header(reply, "Content-Disposition",
                 str_fmt(cx->mem, "attachment; filename=\"%.*s\"", STR_ARG(file)));
    return recordexport_write(cx, in->collection, &what,
                              stream_reply(reply, recordexport_type(what.format), -1));
}

/* --- in --------------------------------------------------------------------------------------- */

/* So much of a file is kept in the page between the preview and the deed; a larger one is to be
 * chosen once more. */
enum { KEPT_BYTES = 256 << 10 };

struct import_page {
    const struct collection *collection;
    bool is_done, ran, too_large;       /* ran: there is a report, or a failure                   */
    struct jv report;
    struct buf kept;
    struct str file_name;
};

static const struct form_field IMPORT_FIELDS[] = {
    { "format", FORM_CHOICE, .label = W("Format"), .required = true },
    { "upsert", FORM_CHOICE, .label = W("Records that are there already"),
      .hint = W("With a unique field, a line that has the value of a record changes it.") },
    { "account_id", FORM_TEXT, .label = W("Account ID"), .max = 100 },
    { "file", FORM_FILE, .label = W("File"),
      .hint = W("CSV begins with a line that names the fields.") },
    { "text", FORM_CODE, .label = W("Or its text"), .rows = 8, .max = KEPT_BYTES },
    { "mode", FORM_RADIO, .label = W("What to do"), .required = true },
    { 0 },
};

static void set_options(struct form *form, const struct collection *c)
{
    struct cx *cx = form->cx;
    static const struct form_option FORMATS[] = {
        { S_INIT("csv"), S_INIT("CSV") }, { S_INIT("json"), S_INIT("JSON") },
        { S_INIT("ndjson"), S_INIT("NDJSON") },
    };
    struct form_option *modes = arena_list(cx->mem, struct form_option, 2);
    struct form_option *keys = arena_list(cx->mem, struct form_option, c->field_count + 1);
    size_t n = 0;
    modes[0] = (struct form_option){ S("preview"), phrase_of(cx, W("Check it, change nothing")) };
    modes[1] = (struct form_option){ S("commit"),
                                     phrase_of(cx, W("Import: all of it, or nothing")) };
    keys[n++] = (struct form_option){ S(""), phrase_of(cx, W("Every line is a new record")) };
    for (size_t i = 0; i < c->field_count; i++)
        if (c->fields[i].unique)
            keys[n++] = (struct form_option){ c->fields[i].name, c->fields[i].name };
    form_options(form, "format", FORMATS, COUNT(FORMATS));
    form_options(form, "mode", modes, 2);
    form_options(form, "upsert", keys, n);
    form_set(form, "format", S("csv"));
    form_set(form, "mode", S("preview"));
}

/* Only superadmins say whose the records become. */
static const struct form_field *import_fields(struct cx *cx)
{
    struct form_field *fields = arena_list(cx->mem, struct form_field, COUNT(IMPORT_FIELDS));
    size_t n = 0;
    for (size_t i = 0; i + 1 < COUNT(IMPORT_FIELDS); i++)
        if (cx->who->is_superadmin || !str_eq(str_of(IMPORT_FIELDS[i].name), S("account_id")))
            fields[n++] = IMPORT_FIELDS[i];
    return fields;
}

static bool open_import(struct cx *cx, struct str collection, struct import_page *page,
                        struct form *form)
{
    struct access access;
    TRY(record_collection(cx, collection, &page->collection));
    TRY(collection_writable(cx, page->collection));
    TRY(access_open(cx, page->collection, OP_CREATE, (struct jv){ .kind = JV_ABSENT }, &access));
    TRY(access_allowed(cx, &access, collection));
    if (page->collection->requires_signature)
        return fail(cx, E_FORBIDDEN, "Not here", "Records of this collection are written with a"
                    " signature, which these pages cannot give: change them through the API");
    buf_init(&page->kept, cx->mem, KEPT_BYTES + 1);
    form_init(form, cx, import_fields(cx));
    set_options(form, page->collection);
    form->multipart = true;
    form->submit = W("Go on");
    form->cancel = DESK_PATH(cx, S("records"), collection);
    return true;
}

static void put_errors(struct desk *desk, struct jv errors)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; i < jv_count(errors); i++) {
        struct jv one = jv_at(errors, i);
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_int("line", jv_int(jv_get(one, S("line")))));
        fills_add(&row, fill_text("field", jv_text(jv_get(one, S("field")))));
        fills_add(&row, fill_text("message", phrase_message(cx, jv_text(jv_get(one,
                                                                              S("message"))))));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("errors", &rows));
    desk_put(desk, fill_flag("has_errors", rows.n > 0));
}

/* The first records, as they would be created: the columns are those of the first. */
static void put_preview(struct desk *desk, const struct collection *c, struct jv records)
{
    struct cx *cx = desk->cx;
    struct grid_column *columns = arena_list(cx->mem, struct grid_column, c->field_count + 1);
    struct grid grid;
    size_t n = 0;
    for (size_t i = 0; i < c->field_count; i++)
        if (jv_get(jv_at(records, 0), c->fields[i].name).kind != JV_ABSENT)
            columns[n++] = (struct grid_column){ .label = str_c(cx->mem, c->fields[i].name),
                                                 .verbatim = true };
    grid_init(&grid, desk, columns, W("The first records"));
    for (size_t i = 0; i < jv_count(records); i++) {
        grid_row(&grid);
        for (size_t k = 0; k < n; k++) {
            struct str name = str_of(columns[k].label);
            grid_text(&grid, fieldform_cell(cx, collection_field(c, name),
                                            jv_get(jv_at(records, i), name)));
        }
    }
    grid_put(&grid, "table");
    desk_put(desk, fill_flag("has_preview", n > 0 && jv_count(records) > 0));
}

static void put_report(struct desk *desk, const struct import_page *page)
{
    struct jv report = page->report;
    desk_put(desk, fill_flag("has_report", report.kind == JV_OBJECT));
    desk_put(desk, fill_int("total", jv_int(jv_get(report, S("total")))));
    desk_put(desk, fill_int("created", jv_int(jv_get(report, S("created")))));
    desk_put(desk, fill_int("updated", jv_int(jv_get(report, S("updated")))));
    desk_put(desk, fill_int("failed", jv_int(jv_get(report, S("failed")))));
    desk_put(desk, fill_flag("too_large", page->too_large));
    put_errors(desk, jv_get(report, S("errors")));
    put_preview(desk, page->collection, jv_get(report, S("preview")));
}

static bool show_import(struct reply *reply, const struct import_page *page, struct form *form)
{
    struct cx *cx = reply->cx;
    struct str name = page->collection->name;
    struct desk desk;
    desk_open(&desk, reply, "records", phrase_with(cx, W("Import into {name}"),
              (const struct fill[]){ fill_text("name", name), { 0 } }));
    recorddesk_crumbs(&desk, name);
    desk_api(&desk, "POST", recorddesk_api(cx, name, NO_STR,
             "/import?format=csv&mode=preview"), NO_STR, NO_STR);
    put_report(&desk, page);
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/records-import.html");
}

struct collection_in { struct str collection; };
static const struct input COLLECTION_IN[] = { IN(PATH, T_TEXT, collection_in, collection), { 0 } };

static bool import_form(struct cx *cx, const void *input, struct reply *reply)
{
    const struct collection_in *in = input;
    struct import_page page = { 0 };
    struct form form;
    TRY(open_import(cx, in->collection, &page, &form));
    return show_import(reply, &page, &form);
}

/* What passes is kept as long as it is small. */
struct tee { struct source from; struct buf *kept; };
static bool read_tee(struct cx *cx, void *state, char *into, size_t room, size_t *n)
{
    struct tee *tee = state;
    TRY(flow_read(cx, tee->from, into, room, n));
    buf_put(tee->kept, into, *n);
    return true;
}

/* The report, also of what was refused with one; other failures stay in cx->err. */
static bool run(struct cx *cx, struct import_page *page, const struct formdata *form,
                struct source from)
{
    struct recordimport what = {
        .collection = page->collection->name, .aborts = true, .from = from,
        .is_preview = !str_eq(formdata_text(form, "mode"), S("commit")),
        .account_id = cx->who->is_superadmin ? formdata_text(form, "account_id") : NO_STR,
        .key = formdata_text(form, "upsert"),
    };
    struct str json;
    struct jv_fault fault;
    page->ran = true;
    if (what.key.n == 0)
        what.key = NO_STR;
    if (what.account_id.n == 0)
        what.account_id = NO_STR;
    if (!recordimport_format(formdata_text(form, "format"), NO_STR, &what.format))
        return fail_field(cx, E_INVALID, "Validation error", "format", "Choose one of the list.");
    if (recordimport_run(cx, &what, &json)) {
        page->is_done = !what.is_preview;
        return jv_parse(cx, json, &page->report, &fault) || broken(cx, "a report that is no JSON");
    }
    json = cx->err.body;
    TRY(cx->err.kind == E_INVALID && !str_absent(json));
    fail_forget(cx);
    if (jv_parse(cx, json, &page->report, &fault)
        && jv_count(jv_get(page->report, S("errors"))) > 0)
        return true;
    return fail(cx, E_INVALID, "Validation error", "The file cannot be imported");
}

static bool take_import(struct cx *cx, void *to, const struct formdata *so_far,
                        const struct multipart_part *part)
{
    struct import_page *page = to;
    struct tee tee = { .from = part->content, .kept = &page->kept };
    if (page->ran || !str_eq(part->name, S("file")))
        return true;
    page->file_name = part->filename;
    return run(cx, page, so_far, (struct source){ read_tee, &tee });
}

static bool import(struct cx *cx, const void *input, struct reply *reply)
{
    const struct collection_in *in = input;
    struct import_page page = { 0 };
    struct formdata posted;
    struct form form;
    struct str text;
    bool well;
    TRY(open_import(cx, in->collection, &page, &form));
    well = formdata_stream(reply, cx->set->import_max_bytes, take_import, &page, &posted);
    TRY(well || cx->err.kind != E_FORBIDDEN);
    text = well ? formdata_text(&posted, "text") : NO_STR;
    form_read(&form, &posted);
    if (well && !page.ran && text.n > 0)
        well = run(cx, &page, &posted, flow_of(&text));
    else if (well && !page.ran)
        form_fault(&form, "file", phrase_of(cx, W("Choose a file, or paste its text.")));
    if (!well)
        TRY(form_take(&form));
    page.too_large = page.kept.over;
    if (page.kept.n > 0 && !page.kept.over)
        form_set(&form, "text", buf_text(&page.kept));
    if (page.is_done)
        return desk_go(reply, DESK_PATH(cx, S("records"), in->collection),
                       phrase_with(cx, W("Created: {created}, changed: {updated}."),
                                   (const struct fill[]){
            fill_int("created", jv_int(jv_get(page.report, S("created")))),
            fill_int("updated", jv_int(jv_get(page.report, S("updated")))), { 0 } }));
    if (!form_good(&form) || jv_int(jv_get(page.report, S("failed"))) > 0)
        reply_status(reply, form_good(&form) ? 422 : form_status(&form));
    return show_import(reply, &page, &form);
}

/* --- a file of a record ----------------------------------------------------------------------- */

struct file_in { struct str collection, id, field; };
static const struct input FILE_IN[] = {
    IN(PATH, T_TEXT, file_in, collection), IN(PATH, T_TEXT, file_in, id),
    IN(QUERY, T_TEXT, file_in, field, .required = true, .max = 100), { 0 },
};
static const struct form_field FILE_FIELDS[] = {
    { "file", FORM_FILE, .label = W("File"), .required = true }, { 0 },
};

static bool is_new(const struct file_in *in)
{
    return str_eq(in->id, S("new"));
}

static bool open_file(struct cx *cx, const struct file_in *in, const struct field **field)
{
    const struct collection *c;
    struct access access;
    struct jv record;
    struct str tag;
    TRY(record_collection(cx, in->collection, &c));
    TRY(collection_writable(cx, c));
    if (!is_new(in))
        TRY(recorddesk_get(cx, in->collection, in->id, &record, &tag));
    TRY(access_open(cx, c, is_new(in) ? OP_CREATE : OP_UPDATE, (struct jv){ .kind = JV_ABSENT },
                    &access));
    TRY(access_allowed(cx, &access, in->collection));
    *field = collection_field(c, in->field);
    return (*field != NULL && (*field)->type->rule == R_FILE && access_gives(&access, *field))
        || fail(cx, E_NOT_FOUND, "Not found", "There is no such file field");
}

static bool show_file(struct reply *reply, const struct file_in *in, struct form *form)
{
    struct cx *cx = reply->cx;
    struct desk desk;
    desk_open(&desk, reply, "records", phrase_with(cx, W("A file for {name}"),
              (const struct fill[]){ fill_text("name", in->field), { 0 } }));
    recorddesk_crumbs(&desk, in->collection);
    desk_api(&desk, "POST", S("/api/v1/files/upload"), NO_STR, NO_STR);
    form->multipart = true;
    form->submit = W("Upload");
    form->cancel = DESK_PATH(cx, S("records"), in->collection, in->id);
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/records-file.html");
}

static bool file_form(struct cx *cx, const void *input, struct reply *reply)
{
    const struct file_in *in = input;
    const struct field *field;
    struct form form;
    TRY(open_file(cx, in, &field));
    form_init(&form, cx, FILE_FIELDS);
    return show_file(reply, in, &form);
}

struct taken { struct file file; bool is_there; };
static bool take_file(struct cx *cx, void *to, const struct formdata *so_far UNUSED,
                      const struct multipart_part *part)
{
    struct taken *taken = to;
    if (taken->is_there || !str_eq(part->name, S("file")))
        return true;
    taken->is_there = true;
    return upload_part(cx, part, &taken->file);
}

static struct str described(struct cx *cx, const struct file *file)
{
    struct buf out;
    struct js js;
    buf_init(&out, cx->mem, 65536);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "filename", file->filename);
    js_int(&js, "size", file->size);
    js_text(&js, "mime_type", file->mime_type);
    js_text(&js, "path", file->path);
    js_end(&js);
    return buf_text(&out);
}

static bool attach(struct cx *cx, const struct file_in *in, struct str json)
{
    struct buf text, out;
    struct js js;
    struct jv body;
    buf_init(&text, cx->mem, 65536);
    js_init(&js, &text);
    js_object(&js, NULL);
    js_key(&js, in->field);
    js_raw(&js, NULL, json);
    js_end(&js);
    TRY(recorddesk_json(cx, &text, &body));
    buf_init(&out, cx->mem, SIZE_MAX);
    js_init(&js, &out);
    return record_update(cx, RECORD_PATCH, in->collection, in->id, body, NO_STR, &js);
}

/* To the record, or to the form that becomes one. */
static bool go_back(struct cx *cx, const struct file_in *in, struct str json, struct reply *reply)
{
    const struct recorddesk_pair pairs[] = {
        { str_c(cx->mem, str_fmt(cx->mem, "v-%.*s", STR_ARG(in->field))),
          is_new(in) ? json : NO_STR }, { 0 } };
    return desk_go(reply, recorddesk_link(cx, DESK_PATH(cx, S("records"), in->collection, in->id),
                                          pairs), phrase_of(cx, W("The file was uploaded.")));
}

static bool file(struct cx *cx, const void *input, struct reply *reply)
{
    const struct file_in *in = input;
    const struct field *field;
    struct taken taken = { 0 };
    struct formdata posted;
    struct form form;
    struct str json = NO_STR;
    bool well;
    TRY(open_file(cx, in, &field));
    form_init(&form, cx, FILE_FIELDS);
    well = formdata_stream(reply, upload_most(cx), take_file, &taken, &posted);
    if (well && !taken.is_there)
        form_fault(&form, "file", phrase_of(cx, W("This must be filled in.")));
    if (well && taken.is_there) {
        json = described(cx, &taken.file);
        well = is_new(in) || attach(cx, in, json);
    }
    if (well && taken.is_there)
        return go_back(cx, in, json, reply);
    TRY(well || cx->err.kind != E_FORBIDDEN);
    recorddesk_unfold(cx);
    for (size_t i = 0; i < cx->err.item_count; i++)
        cx->err.items[i].field = S("file");
    TRY(well || form_take(&form));
    reply_status(reply, form_status(&form));
    return show_file(reply, in, &form);
}

#define PAGE .need = NEED_ADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagetransfer_routes[] = {
    { GET, "/admin/records/{collection}/export", PAGE, INPUT(EXPORT_IN, export_in), .run = export,
      .streams = true, .title = "Records as a file" },
    { GET, "/admin/records/{collection}/import", PAGE, INPUT(COLLECTION_IN, collection_in),
      .run = import_form, .title = "Records out of a file" },
    { POST, "/admin/records/{collection}/import", PAGE, INPUT(COLLECTION_IN, collection_in),
      .run = import, .streams = true, .waits = true, .title = "Import records" },
    { GET, "/admin/records/{collection}/{id}/file", PAGE, INPUT(FILE_IN, file_in),
      .run = file_form, .title = "A file for a record" },
    { POST, "/admin/records/{collection}/{id}/file", PAGE, INPUT(FILE_IN, file_in), .run = file,
      .streams = true, .waits = true, .title = "Upload a file for a record" },
    { 0 },
};
