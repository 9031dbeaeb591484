/* transfers.c — the records of a collection as a file, out and in. */
#include "records.h"

#include "base/settings.h"
#include "transfer/recordexport.h"
#include "transfer/recordimport.h"
#include "http/stream.h"

/* --- export ----------------------------------------------------------------------------------- */

struct export_in {
    struct str collection, short_name, format, sort, fields, filter, search, query;
    bool safe;
};
#define EXPORT_IN(member)                                                                          \
    IN_AS(PATH, T_TEXT, export_in, member, "collection", .about = "collection"),                   \
    IN(QUERY, T_TEXT, export_in, format, .one_of = "csv|ndjson|json", .about = "csv if left out"), \
    IN(QUERY, T_TEXT, export_in, sort, .about = "as in lists; else the order they were made in"),  \
    IN(QUERY, T_TEXT, export_in, fields, .about = "the fields to show; * for all"),                \
    IN(QUERY, T_TEXT, export_in, filter, .about = "status = \"active\" && price > 5"),             \
    IN(QUERY, T_TEXT, export_in, search, .about = "words of searchable fields, as in lists"),      \
    IN(QUERY, T_BOOL, export_in, safe, .about = "csv: no text that a spreadsheet would calculate"),\
    IN(QUERY, T_WHOLE_QUERY, export_in, query),                                                    \
    { 0 }
static const struct input EXPORT_LONG[] = { EXPORT_IN(collection) };
static const struct input EXPORT_SHORT[] = { EXPORT_IN(short_name) };

static bool export(struct cx *cx, const void *input, struct reply *reply)
{
    const struct export_in *in = input;
    struct recordexport what = {
        .safe = in->safe,
        .query = { .sort = in->sort, .fields = in->fields, .filter = in->filter,
                   .search = in->search,
                   .has_unknown = records_has_unknown(cx, EXPORT_LONG, in->query) },
    };
    struct str name, file;

    if (!recordexport_format(in->format, &what.format))
        return broken(cx, "a format that the table lets through");
    TRY(records_named(cx, in->collection, in->short_name, &name));
    file = recordexport_filename(cx, name, what.format);
    reply_header(reply, "Content-Disposition",
                 str_fmt(cx->mem, "attachment; filename=\"%.*s\"", STR_ARG(file)));
    return recordexport_write(cx, name, &what,
                              stream_reply(reply, recordexport_type(what.format), -1));
}

/* --- import ----------------------------------------------------------------------------------- */

struct import_in {
    struct str collection, short_name, format, mode, on_error, upsert, account_id, query;
};
#define IMPORT_IN(member)                                                                          \
    IN_AS(PATH, T_TEXT, import_in, member, "collection", .about = "collection"),                   \
    IN(QUERY, T_TEXT, import_in, format, .one_of = "csv|ndjson|json",                              \
       .about = "else Content-Type: text/csv, application/x-ndjson, application/json"),            \
    IN(QUERY, T_TEXT, import_in, mode, .one_of = "preview|commit",                                 \
       .about = "preview: check everything, change nothing"),                                      \
    IN(QUERY, T_TEXT, import_in, on_error, .one_of = "abort|skip",                                 \
       .about = "abort (if left out): all or nothing; skip: what can be"),                         \
    IN(QUERY, T_TEXT, import_in, upsert,                                                           \
       .about = "a unique field: records that have its value are changed"),                        \
    IN(QUERY, T_TEXT, import_in, account_id, .about = "whose they become; for superadmins"),       \
    IN(QUERY, T_WHOLE_QUERY, import_in, query),                                                    \
    { 0 }
static const struct input IMPORT_LONG[] = { IMPORT_IN(collection) };
static const struct input IMPORT_SHORT[] = { IMPORT_IN(short_name) };

static bool import(struct cx *cx, const void *input, struct reply *reply)
{
    const struct import_in *in = input;
    struct recordimport what = {
        .is_preview = str_eq(in->mode, S("preview")), .aborts = !str_eq(in->on_error, S("skip")),
        .key = in->upsert, .account_id = in->account_id,
    };
    struct str json;

    TRY(records_named(cx, in->collection, in->short_name, &what.collection));
    if (records_has_unknown(cx, IMPORT_LONG, in->query))
        return fail(cx, E_INVALID, "Unsupported query parameter",
                    "An import takes format, mode, on_error, upsert and account_id");
    if (!recordimport_format(in->format, reply->request->content_type, &what.format))
        return fail(cx, E_INVALID, "Validation error",
                    "Say what the file is: format=csv, ndjson or json");
    TRY(stream_body(reply, cx->set->import_max_bytes, &what.from));
    TRY(recordimport_run(cx, &what, &json));
    return reply_text(reply, "application/json", json);
}

/* --- routes ----------------------------------------------------------------------------------- */

#define ROUTES(base, form, hidden_)                                                                \
    { GET, base "/export", NEED_TENANT, SHAPE_ERROR, INPUT(EXPORT_##form, export_in),              \
      .run = export, .streams = true, .hidden = hidden_,                                           \
      .title = "All records as a file: CSV, NDJSON or JSON",                                       \
      .about = "What a list shows, without its limit, as it was when the request began. CSV:"      \
               " a header line; no value is an empty cell, an empty text \"\"; json fields hold"   \
               " JSON text." },                                                                    \
    { POST, base "/import", NEED_TENANT, SHAPE_ERROR, INPUT(IMPORT_##form, import_in),             \
      .run = import, .streams = true, .waits = true, .hidden = hidden_,                            \
      .title = "Create records from a file: CSV, NDJSON or JSON",                                  \
      .about = "Each as by itself. The reply counts total, created, updated and failed, and"       \
               " tells the first thousand errors by line, field, message and code." }

const struct route transfers_routes[] = {
    ROUTES("/api/v1/records/{collection}", LONG, false),
    ROUTES("/api/v1/{collection}", SHORT, true),
    { 0 },
};
