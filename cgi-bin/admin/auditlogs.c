/* auditlogs.c — the audit trail: found, shown, exported, proven (automation.md §3.7). */
#include "auditlogs.h"

#include "app/trailpdf.h"
#include "audit/auditor.h"
#include "audit/trailexport.h"
#include "base/base64.h"
#include "base/outlet.h"
#include "base/settings.h"
#include "http/stream.h"

const struct output auditlogs_row[] = {
    OUT(O_INT, audit_row, id, .about = "Rises with every row"),
    OUT(O_TEXT, audit_row, account_id, .about = "Whose row was changed"),
    OUT(O_TEXT, audit_row, operation, .about = "CREATE, UPDATE or DELETE"),
    OUT(O_TEXT, audit_row, table_name, .about = "col_posts: that of the collection posts"),
    OUT(O_TEXT, audit_row, record_id),
    OUT(O_TEXT, audit_row, column_name),
    OUT(O_TEXT, audit_row, old_value),
    OUT(O_TEXT, audit_row, new_value),
    OUT(O_TEXT, audit_row, user_id),
    OUT(O_TEXT, audit_row, user_email),
    OUT(O_TEXT, audit_row, user_name),
    OUT(O_TEXT, audit_row, es_username),
    OUT(O_TEXT, audit_row, es_reason),
    OUT(O_TIME, audit_row, es_timestamp),
    OUT(O_TEXT, audit_row, ip_address),
    OUT(O_TEXT, audit_row, user_agent),
    OUT(O_TEXT, audit_row, request_id, .about = "The same for all that one request changed"),
    OUT(O_TIME, audit_row, occurred_at),
    OUT(O_TEXT, audit_row, checksum, .about = "SHA-256 of the row"),
    OUT(O_TEXT, audit_row, previous_hash, .about = "The checksum of the account's row before it"),
    OUT(O_JSON, audit_row, extra_metadata),
    { 0 },
};

/* ---- GET audit-logs ---- */

struct list_in { struct trailquery query; struct str sort_order; struct trailquery_page page; };
#define FILTERS(of)                                                                                \
    IN_AS(QUERY, T_TEXT, of, query.account_id, "account_id"),                                      \
    IN_AS(QUERY, T_TEXT, of, query.table_name, "table_name", .about = "users, col_posts …"),       \
    IN_AS(QUERY, T_TEXT, of, query.record_id, "record_id"),                                        \
    IN_AS(QUERY, T_TEXT, of, query.user_id, "user_id", .about = "Who changed it"),                 \
    IN_AS(QUERY, T_TEXT, of, query.operation, "operation", .about = "CREATE, UPDATE or DELETE"),   \
    IN_AS(QUERY, T_TIME, of, query.from, "from_date", .about = "Not before"),                      \
    IN_AS(QUERY, T_TIME, of, query.upto, "to_date", .about = "Not after")
static const struct input LIST_IN[] = {
    FILTERS(list_in),
    IN_AS(QUERY, T_INT, list_in, page.skip, "skip", .least = 0, .most = INT32_MAX),
    IN_AS(QUERY, T_INT, list_in, page.limit, "limit", .least = 1, .most = 500, .otherwise = 50),
    IN_AS(QUERY, T_TEXT, list_in, page.sort_by, "sort_by",
          .about = "A member; occurred_at if there is none of that name"),
    IN(QUERY, T_TEXT, list_in, sort_order, .one_of = "asc|desc", .about = "desc when left out"),
    { 0 },
};
struct list_out { struct out_list items; int64_t total, skip, limit; bool audit_logging_enabled; };
static const struct output LIST_OUT[] = {
    OUT(O_LIST, list_out, items, .of = auditlogs_row), OUT(O_INT, list_out, total),
    OUT(O_INT, list_out, skip), OUT(O_INT, list_out, limit),
    OUT(O_BOOL, list_out, audit_logging_enabled), { 0 },
};

static struct str given(struct str filter)
{
    return filter.n > 0 ? filter : NO_STR;
}

/* A form sends what was not filled in as empty: it asks for nothing. */
static struct trailquery query_of(const struct trailquery *in)
{
    return (struct trailquery){
        .account_id = given(in->account_id), .table_name = given(in->table_name),
        .record_id = given(in->record_id),   .user_id = given(in->user_id),
        .operation = given(in->operation),   .from = in->from, .upto = in->upto,
    };
}

/* Five hundred rows may be long ones: they leave as they are read. */
struct page { struct outlet out; struct js js; };

static bool put_row(struct cx *cx, void *state, const struct audit_row *row)
{
    struct page *to = state;
    output_object(&to->js, NULL, auditlogs_row, row);
    return outlet_step(cx, &to->out);
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct trailquery query = query_of(&in->query);
    struct trailquery_page page = in->page;
    struct page to;
    int64_t total;
    page.ascending = str_eq(in->sort_order, S("asc"));
    TRY(trailquery_count(cx, &query, &total));
    outlet_open(cx, stream_reply(reply, "application/json", -1), &to.out);
    js_init(&to.js, &to.out.text);
    js_object(&to.js, NULL);
    js_array(&to.js, "items");
    if (page.skip < total)
        TRY(trailquery_read(cx, &query, &page, &(struct trailquery_reader){ put_row, &to }));
    js_end(&to.js);
    js_int(&to.js, "total", total);
    js_int(&to.js, "skip", page.skip);
    js_int(&to.js, "limit", page.limit);
    js_bool(&to.js, "audit_logging_enabled", cx->set->audit_logging_enabled);
    js_end(&to.js);
    return outlet_end(cx, &to.out);
}

/* ---- GET audit-logs/{log_id} ---- */

struct one_in { int64_t log_id; };
static const struct input ONE_IN[] = { IN(PATH, T_INT, one_in, log_id), { 0 } };

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct audit_row row;
    bool found;
    TRY(entries_find(cx, in->log_id, &found, &row));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "Audit log entry %lld not found",
                           (long long)in->log_id);
    return reply_with(reply, auditlogs_row, &row);
}

/* ---- GET audit-logs/export ---- */

struct export_in { struct trailquery query; struct str format, accept; };
static const struct input EXPORT_IN[] = {
    FILTERS(export_in),
    IN(QUERY, T_TEXT, export_in, format, .one_of = "csv|json|pdf", .about = "csv when left out"),
    IN_AS(HEADER, T_TEXT, export_in, accept, "Accept",
          .about = "application/pdf: a PDF as it is; else it is base64, as the SDK expects"),
    { 0 },
};

static bool export_pdf(struct cx *cx, const struct trailquery *query, bool is_raw,
                       struct reply *reply)
{
    struct errand_talk talk SCOPED(errand_close) = { .cx = NULL };
    struct source pdf = { errand_read, &talk };
    int64_t n;
    TRY(trailpdf_open(cx, query, &talk));
    return is_raw ? flow_pass(cx, pdf, stream_reply(reply, "application/pdf", -1), INT64_MAX, &n)
        : base64_pass(cx, pdf, stream_reply(reply, "text/plain; charset=utf-8", -1));
}

bool auditlogs_export(struct cx *cx, const struct trailquery *query, struct str format,
                      bool is_raw, struct reply *reply)
{
    reply_header(reply, "Content-Disposition",
                 str_fmt(cx->mem, "attachment; filename=%.*s",
                         STR_ARG(trailexport_filename(cx, format))));
    if (str_eq(format, S("pdf")))
        return export_pdf(cx, query, is_raw, reply);
    return str_eq(format, S("json"))
        ? trailexport_write(cx, query, TRAILEXPORT_JSON,
                            stream_reply(reply, "application/json", -1))
        : trailexport_write(cx, query, TRAILEXPORT_CSV,
                            stream_reply(reply, "text/csv; charset=utf-8", -1));
}

static bool export(struct cx *cx, const void *input, struct reply *reply)
{
    const struct export_in *in = input;
    struct trailquery query = query_of(&in->query);
    return auditlogs_export(cx, &query, str_absent(in->format) ? S("csv") : in->format,
                            str_has(in->accept, S("application/pdf")), reply);
}

/* ---- GET audit-logs/verify ---- */

struct proof_out { bool valid; int64_t checked; struct out_list errors; };
static const struct output PROOF_OUT[] = {
    OUT(O_BOOL, proof_out, valid), OUT(O_INT, proof_out, checked, .about = "Rows"),
    OUT(O_TEXTS, proof_out, errors, .about = "The first hundred"), { 0 },
};

static bool verify(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct verifier_report *report = arena_make(cx->mem, struct verifier_report);
    TRY(auditor_run(cx, report));
    int64_t told = report->fault_count < VERIFIER_FAULTS ? report->fault_count : VERIFIER_FAULTS;
    return reply_with(reply, PROOF_OUT, &(struct proof_out){
        .valid = report->fault_count == 0, .checked = report->checked,
        .errors = { report->faults, (size_t)told, sizeof *report->faults } });
}

const struct route auditlogs_routes[] = {
    { GET, "/api/v1/audit-logs", NEED_SUPERADMIN, INPUT(LIST_IN, list_in), .output = LIST_OUT,
      .run = list, .streams = true, .title = "List the audit trail",
      .about = "A row for each column that a change created, changed or deleted, the newest"
               " first. Filters are exact; times are inclusive." },
    { GET, "/api/v1/audit-logs/{log_id}", NEED_SUPERADMIN, INPUT(ONE_IN, one_in),
      .output = auditlogs_row, .run = show, .title = "Show a row of the audit trail" },
    { GET, "/api/v1/audit-logs/export", NEED_SUPERADMIN, INPUT(EXPORT_IN, export_in),
      .run = export, .streams = true, .waits = true, .title = "The audit trail as a file",
      .about = "The newest rows that the filters let through, at most 10,000. Cells of CSV stand"
               " as they are, even those that a spreadsheet would calculate." },
    { GET, "/api/v1/audit-logs/verify", NEED_SUPERADMIN, .output = PROOF_OUT, .run = verify,
      .alone = true, .title = "Prove the audit trail",
      .about = "Every row's checksum, and its link to the row before it, account by account." },
    { 0 },
};
