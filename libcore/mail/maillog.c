/* maillog.c — writes down each attempt to send a mail, without its secrets, and lists them. */
#include "mail/maillog.h"

#include "audit/change.h"
#include "base/ident.h"
#include "base/js.h"
#include "db/rows.h"

enum { VARIABLES_MAX = 262144 };

/* Superadmins read the log of all accounts; :account narrows it to one. */
#define LOG_FILTER \
    " WHERE account_id = COALESCE(:account, account_id)" \
    " AND status = COALESCE(:status, status)" \
    " AND template_type = COALESCE(:type, template_type)" \
    " AND sent_at >= :from AND sent_at <= :to"
#define LOG_COLUMNS \
    "SELECT id, account_id, template_type, recipient_email, provider, status, error_message," \
    " variables, sent_at FROM email_logs"
static const struct sql LOGS = SQL(
    LOG_COLUMNS LOG_FILTER " ORDER BY sent_at DESC, id DESC LIMIT :limit OFFSET :offset");
static const struct sql LOG_COUNT = SQL("SELECT count(*) AS total FROM email_logs" LOG_FILTER);
static const struct sql LOG_BY_ID = SQL(LOG_COLUMNS " WHERE id = :id");
static const struct col LOG_COLS[] = {
    COL(C_TEXT, maillog, id),            COL(C_TEXT, maillog, account_id),
    COL(C_TEXT, maillog, template_type), COL(C_TEXT, maillog, recipient_email),
    COL(C_TEXT, maillog, provider),      COL(C_TEXT, maillog, status),
    COL(C_TEXT, maillog, error_message), COL(C_TEXT, maillog, variables),
    COL(C_TIME, maillog, sent_at),       { 0 },
};
struct count { int64_t total; };
static const struct col COUNT_COLS[] = { COL(C_INT, count, total), { 0 } };

/* A link shows where it leads, not what it carries. */
static struct str masked(struct cx *cx, const struct message_value *value)
{
    struct str text = value->value;
    size_t query;
    bool is_link = str_starts_nocase(text, S("http://")) || str_starts_nocase(text, S("https://"));
    if (str_eq(value->name, S("token")))
        return S("***");
    if (is_link && str_find(text, '?', &query))
        return str_fmt(cx->mem, "%.*s***", STR_ARG(str_sub(text, 0, query + 1)));
    return value->is_secret ? S("***") : text;
}

static bool variables_of(struct cx *cx, const struct message *message, struct str *out)
{
    struct buf text;
    struct js js;
    buf_init(&text, cx->mem, VARIABLES_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    for (size_t i = 0; i < message->values.n; i++) {
        const struct message_value *value = &message->values.at[i];
        if (str_absent(value->value))
            continue;
        js_key(&js, value->name);
        js_text(&js, NULL, masked(cx, value));
    }
    js_end(&js);
    *out = buf_text(&text);
    return (js_done(&js) && !text.over) || broken(cx, "the values of a mail are too many to log");
}

bool maillog_add(struct cx *cx, const struct message *message, struct str provider,
                 struct str error)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    struct str variables;
    if (str_absent(provider))
        provider = str_absent(message->provider) || str_eq(message->provider, S("auto"))
                 ? S("unknown") : message->provider;
    TRY(variables_of(cx, message, &variables));
    TRY(tx_begin(cx, &tx));
    TRY(change_insert(cx, &(struct change){
        .table = S("email_logs"), .account_id = message->account_id, .refusal = &refusal,
        .new_values = BIND(
            p_text("id", ident_uuid(cx->mem, cx->now)), p_text("account_id", message->account_id),
            p_text("template_type", message->template_type),
            p_text("recipient_email", message->recipient), p_text("provider", provider),
            p_text("status", str_absent(error) ? S("sent") : S("failed")),
            p_text("error_message", error), p_text("variables", variables),
            p_time("sent_at", cx->now)) }));
    if (refusal.kind == V_REFERENCE)        /* the account went meanwhile, and its log with it */
        return true;
    return refusal.kind == V_NONE ? tx_commit(&tx) : broken(cx, "the log of mails refused a row");
}

static bool count(struct cx *cx, struct binds filter, int64_t *total)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct count row = { 0 };
    TRY(db_query(cx, LOG_COUNT, filter, &rows));
    if (!rows_next(&rows, COUNT_COLS, &row))
        return rows_done(&rows) && broken(cx, "a count without a row");
    *total = row.total;
    return true;
}

bool maillog_list(struct cx *cx, const struct maillog_filter *filter, int64_t page,
                  int64_t page_size, struct maillog **list, size_t *n, int64_t *total)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    int64_t to = filter->to != 0 ? filter->to : INT64_MAX;
    const struct param params[] = {
        p_text("account", filter->account_id), p_text("status", filter->status),
        p_text("type", filter->template_type), p_time("from", filter->from), p_time("to", to),
        p_int("limit", page_size), p_int("offset", (page - 1) * page_size) };
    struct maillog row;
    *list = NULL;
    *n = 0;
    TRY(count(cx, (struct binds){ params, COUNT(params) - 2 }, total));
    TRY(db_query(cx, LOGS, (struct binds){ params, COUNT(params) }, &rows));
    while (rows_next(&rows, LOG_COLS, &row)) {
        *list = arena_more(cx->mem, *list, *n, sizeof row);
        (*list)[(*n)++] = row;
    }
    return rows_done(&rows);
}

bool maillog_get(struct cx *cx, struct str id, bool *found, struct maillog *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *found = false;
    if (!ident_is_uuid(id))
        return true;
    TRY(db_query(cx, LOG_BY_ID, BIND(p_text("id", id)), &rows));
    *found = rows_next(&rows, LOG_COLS, out);
    return *found || rows_done(&rows);
}
