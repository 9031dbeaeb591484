/* mail.c — the texts of mails, trying them out, and what became of mails. */
#include "mail.h"

#include "app/sendnow.h"
#include "base/when.h"
#include "mail/maillog.h"
#include "mail/mailtpl.h"

struct one_in { struct str id; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };

static const struct output TEMPLATE_OUT[] = {
    OUT(O_TEXT, mailtpl, id),
    OUT(O_TEXT, mailtpl, account_id),
    OUT(O_TEXT, mailtpl, template_type),
    OUT(O_TEXT, mailtpl, locale),
    OUT(O_TEXT, mailtpl, subject),
    OUT(O_TEXT, mailtpl, html_body),
    OUT(O_TEXT, mailtpl, text_body),
    OUT(O_BOOL, mailtpl, enabled),
    OUT(O_BOOL, mailtpl, is_builtin, .about = "Came with the system; never overwritten once it is"
        " there"),
    OUT(O_TIME, mailtpl, created_at),
    OUT(O_TIME, mailtpl, updated_at),
    { 0 },
};

static bool no_template(struct cx *cx, struct str id)
{
    return fail_detail(cx, E_NOT_FOUND, "Email template not found: %.*s", STR_ARG(id));
}

static bool template_of(struct cx *cx, struct str id, struct mailtpl *out)
{
    bool found;
    TRY(mailtpl_get(cx, id, &found, out));
    return found || no_template(cx, id);
}

/* ---- GET templates ---- */

/* A form sends what was not filled in as empty: it asks for nothing. */
static struct str given(struct str filter)
{
    return filter.n > 0 ? filter : NO_STR;
}

struct list_in { struct str template_type, locale, account_id; int64_t enabled; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, template_type),
    IN(QUERY, T_TEXT, list_in, locale),
    IN(QUERY, T_TEXT, list_in, account_id, .about = "The system's are those of the account"
       " 00000000-0000-0000-0000-000000000000"),
    IN(QUERY, T_FLAG, list_in, enabled, .otherwise = MAILTPL_ANY),
    { 0 },
};

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    const struct mailtpl_filter filter = {
        .account_id = given(in->account_id), .locale = given(in->locale),
        .template_type = given(in->template_type), .enabled = in->enabled };
    struct mailtpl *rows;
    size_t n;
    TRY(mailtpl_list(cx, &filter, &rows, &n));
    js_array(reply_js(reply), NULL);
    for (size_t i = 0; i < n; i++)
        output_object(&reply->js, NULL, TEMPLATE_OUT, &rows[i]);
    js_end(&reply->js);
    return true;
}

/* ---- GET, PUT templates/{id} ---- */

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct mailtpl row;
    TRY(template_of(cx, in->id, &row));
    return reply_with(reply, TEMPLATE_OUT, &row);
}

struct update_in { struct str id, subject, html_body, text_body; int64_t enabled; };
static const struct input UPDATE_IN[] = {
    IN(PATH, T_TEXT, update_in, id),
    IN(BODY, T_TEXT, update_in, subject, .max = 255),
    IN(BODY, T_TEXT, update_in, html_body, .about = "Values are escaped, unless the filter safe"
       " says not to"),
    IN(BODY, T_TEXT, update_in, text_body),
    IN(BODY, T_FLAG, update_in, enabled, .otherwise = MAILTPL_KEEP),
    { 0 },
};

static bool update(struct cx *cx, const void *input, struct reply *reply)
{
    const struct update_in *in = input;
    const struct mailtpl_change change = {
        .texts = { in->subject, in->html_body, in->text_body }, .enabled = in->enabled };
    struct mailtpl row;
    bool found;
    TRY(mailtpl_update(cx, in->id, &change, &found, &row));
    return found ? reply_with(reply, TEMPLATE_OUT, &row) : no_template(cx, in->id);
}

/* ---- values of a template ---- */

static void no_text(struct cx *cx, struct str name, struct jv value)
{
    struct buf loc;
    struct js js;
    buf_init(&loc, cx->mem, SIZE_MAX);
    js_init(&js, &loc);
    js_array(&js, NULL);
    js_text(&js, NULL, S("body"));
    js_text(&js, NULL, S("variables"));
    js_text(&js, NULL, name);
    js_end(&js);
    fail_add_field(cx, &(struct err_field){
        .type = "string_type", .loc = buf_text(&loc), .msg = S("Input should be a valid string"),
        .input = jv_print(cx->mem, value) });
}

/* compat: the SDK sends whatever its caller has; numbers and truths are taken as their text. */
static bool values_of(struct cx *cx, struct jv variables, struct message_values *out)
{
    struct message_value *list = arena_list(cx->mem, struct message_value, jv_count(variables));
    struct str name;
    struct jv v;
    size_t n = 0;
    for (struct jv_each e = jv_each(variables); jv_next(&e, &name, &v);) {
        list[n++] = (struct message_value){
            .name = name, .value = v.kind == JV_TEXT ? jv_text(v) : jv_print(cx->mem, v),
            .is_secret = str_eq(name, S("token")) };
        if (v.kind != JV_TEXT && v.kind != JV_INT && v.kind != JV_REAL && v.kind != JV_BOOL)
            no_text(cx, name, v);
    }
    *out = (struct message_values){ list, n };
    return fail_fields(cx);
}

/* ---- POST templates/render ---- */

struct render_in {
    struct str template_type, locale, account_id, subject, html_body, text_body;
    struct jv variables;
};
static const struct input RENDER_IN[] = {
    IN(BODY, T_TEXT, render_in, template_type, .required = true),
    IN(BODY, T_OBJECT, render_in, variables, .required = true,
       .about = "Texts by name; numbers and truth values become text"),
    IN(BODY, T_TEXT, render_in, locale, .about = "en when it is left out"),
    IN(BODY, T_TEXT, render_in, account_id, .about = "Whose template; the system's when it is left"
       " out"),
    IN(BODY, T_TEXT, render_in, subject, .about = "Instead of what is stored; so are the bodies"),
    IN(BODY, T_TEXT, render_in, html_body),
    IN(BODY, T_TEXT, render_in, text_body),
    { 0 },
};
static const struct output TEXTS_OUT[] = {
    OUT(O_TEXT, mailtpl_texts, subject), OUT(O_TEXT, mailtpl_texts, html_body),
    OUT(O_TEXT, mailtpl_texts, text_body), { 0 },
};

static struct str either(struct str wanted, struct str otherwise)
{
    return str_absent(wanted) ? otherwise : wanted;
}

static bool render_texts(struct cx *cx, const struct mailtpl_texts *sources,
                         const struct message_values *values, struct mailtpl_texts *out)
{
    if (mailtpl_render(cx, sources, values, out) || cx->err.kind != E_INVALID)
        return cx->err.kind == E_NONE;
    const char *why = cx->err.message;
    fail_forget(cx);
    return fail_detail(cx, E_UNPROCESSABLE, "Template rendering failed: %s", why);
}

static bool render(struct cx *cx, const void *input, struct reply *reply)
{
    const struct render_in *in = input;
    struct str locale = either(in->locale, S("en"));
    struct str account = either(in->account_id, S(SYSTEM_ACCOUNT));
    struct message_values values;
    struct mailtpl_texts texts;
    struct mailtpl row;
    bool found;
    TRY(values_of(cx, in->variables, &values));
    TRY(mailtpl_effective(cx, account, in->template_type, locale, &found, &row));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "Email template not found: %.*s (locale: %.*s)",
                           STR_ARG(in->template_type), STR_ARG(locale));
    const struct mailtpl_texts sources = {
        .subject = either(in->subject, row.subject),
        .html_body = either(in->html_body, row.html_body),
        .text_body = either(in->text_body, row.text_body) };
    TRY(render_texts(cx, &sources, &values, &texts));
    return reply_with(reply, TEXTS_OUT, &texts);
}

/* ---- POST templates/{id}/test ---- */

struct test_in { struct str id, recipient_email, provider; struct jv variables; };
static const struct input TEST_IN[] = {
    IN(PATH, T_TEXT, test_in, id),
    IN(BODY, T_EMAIL, test_in, recipient_email, .required = true),
    IN(BODY, T_OBJECT, test_in, variables,
       .about = "Texts by name; numbers and truth values become text"),
    IN(BODY, T_TEXT, test_in, provider,
       .about = "smtp, aws_ses or resend; the account's choice when it is left out"),
    { 0 },
};
struct test_out { struct str status, message, template_type, locale; };
static const struct output TEST_OUT[] = {
    OUT(O_TEXT, test_out, status), OUT(O_TEXT, test_out, message),
    OUT(O_TEXT, test_out, template_type), OUT(O_TEXT, test_out, locale), { 0 },
};

/* What makes two tests the same: who asks for what. */
static struct str request_of(struct cx *cx, const struct test_in *in)
{
    struct buf text;
    struct js js;
    buf_init(&text, cx->mem, SIZE_MAX);
    js_init(&js, &text);
    js_array(&js, NULL);
    js_text(&js, NULL, cx->who->id);
    js_text(&js, NULL, in->id);
    js_text(&js, NULL, in->recipient_email);
    js_text(&js, NULL, in->provider);
    js_raw(&js, NULL, in->variables.kind == JV_OBJECT ? jv_print_sorted(cx->mem, in->variables)
                                                      : S("{}"));
    js_end(&js);
    return buf_text(&text);
}

static bool test(struct cx *cx, const void *input, struct reply *reply)
{
    const struct test_in *in = input;
    struct mailtpl row;
    struct message message;
    TRY(template_of(cx, in->id, &row));
    message = (struct message){ .template_type = row.template_type, .locale = row.locale,
                                .account_id = row.account_id, .recipient = in->recipient_email,
                                .provider = in->provider };
    TRY(values_of(cx, in->variables, &message.values));
    TRY(sendnow_test(cx, &message, request_of(cx, in)));
    return reply_with(reply, TEST_OUT, &(struct test_out){
        .status = S("success"), .template_type = row.template_type, .locale = row.locale,
        .message = str_fmt(cx->mem, "Test email sent to %.*s", STR_ARG(in->recipient_email)) });
}

/* ---- GET logs, logs/{id} ---- */

static const struct output LOG_OUT[] = {
    OUT(O_TEXT, maillog, id),
    OUT(O_TEXT, maillog, account_id),
    OUT(O_TEXT, maillog, template_type),
    OUT(O_TEXT, maillog, recipient_email),
    OUT(O_TEXT, maillog, provider, .about = "smtp, aws_ses, resend; else what was asked for, or"
        " unknown"),
    OUT(O_TEXT, maillog, status, .about = "sent or failed"),
    OUT(O_TEXT, maillog, error_message),
    OUT(O_JSON, maillog, variables, .about = "Texts by name; *** stands for secrets"),
    OUT(O_TIME, maillog, sent_at),
    { 0 },
};
struct logs_in {
    struct str status_filter, template_type, start_date, end_date, account_id;
    int64_t page, page_size;
};
enum { PAGE_SIZE = 25, PAGE_SIZE_MAX = 100, PAGE_MAX = 1000000000 };
static const struct input LOGS_IN[] = {
    IN(QUERY, T_TEXT, logs_in, status_filter, .about = "sent or failed"),
    IN(QUERY, T_TEXT, logs_in, template_type),
    IN(QUERY, T_TEXT, logs_in, start_date, .about = "ISO 8601, the first moment"),
    IN(QUERY, T_TEXT, logs_in, end_date, .about = "ISO 8601, the last moment; of a date alone the"
       " end of that day"),
    IN(QUERY, T_TEXT, logs_in, account_id),
    IN(QUERY, T_INT, logs_in, page, .least = 1, .most = PAGE_MAX, .otherwise = 1),
    IN(QUERY, T_INT, logs_in, page_size, .least = 1, .most = PAGE_MAX, .otherwise = PAGE_SIZE,
       .about = "100 at most count"),
    { 0 },
};
struct logs_out { struct out_list logs; int64_t total, page, page_size; };
static const struct output LOGS_OUT[] = {
    OUT(O_LIST, logs_out, logs, .of = LOG_OUT), OUT(O_INT, logs_out, total),
    OUT(O_INT, logs_out, page), OUT(O_INT, logs_out, page_size), { 0 },
};

static bool moment(struct cx *cx, const char *what, struct str text, bool is_end, int64_t *us)
{
    *us = 0;
    if (text.n == 0)
        return true;
    if (!when_parse(text, us))
        return fail_detail(cx, E_UNPROCESSABLE, "Invalid %s format: %.*s", what, STR_ARG(text));
    if (is_end && when_parse_date(text))
        *us += WHEN_DAY - 1;
    return true;
}

static bool logs(struct cx *cx, const void *input, struct reply *reply)
{
    const struct logs_in *in = input;
    struct maillog_filter filter = {
        .account_id = given(in->account_id), .status = given(in->status_filter),
        .template_type = given(in->template_type) };
    struct logs_out out = { .page = in->page, .page_size = in->page_size };
    struct maillog *rows;
    TRY(moment(cx, "start_date", in->start_date, false, &filter.from));
    TRY(moment(cx, "end_date", in->end_date, true, &filter.to));
    if (out.page_size > PAGE_SIZE_MAX)
        out.page_size = PAGE_SIZE_MAX;
    TRY(maillog_list(cx, &filter, out.page, out.page_size, &rows, &out.logs.n, &out.total));
    out.logs.at = rows;
    out.logs.each = sizeof *rows;
    return reply_with(reply, LOGS_OUT, &out);
}

static bool show_log(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct maillog row;
    bool found;
    TRY(maillog_get(cx, in->id, &found, &row));
    return found ? reply_with(reply, LOG_OUT, &row)
        : fail_detail(cx, E_NOT_FOUND, "Email log not found: %.*s", STR_ARG(in->id));
}

#define LANGUAGE "Templates are written in a part of Jinja2: {{ name }}, the filters e, escape," \
    " safe, upper, lower, title, trim, default, length and replace, {% if %}, {% for %} and" \
    " {# comments #}. Variables that are not there are empty."
const struct route mail_routes[] = {
    { GET, "/api/v1/admin/email/templates", .need = NEED_SUPERADMIN, INPUT(LIST_IN, list_in),
      .broken = "Failed to list email templates", .run = list, .title = "List mail templates",
      .about = "By account, type and locale. The system's templates hold for every account that has"
               " none of its own; where a locale has none, that of en is used." },
    { GET, "/api/v1/admin/email/templates/{id}", .need = NEED_SUPERADMIN, INPUT(ONE_IN, one_in),
      .output = TEMPLATE_OUT, .run = show, .title = "Show a mail template" },
    { PUT, "/api/v1/admin/email/templates/{id}", .need = NEED_SUPERADMIN,
      INPUT(UPDATE_IN, update_in), .output = TEMPLATE_OUT, .run = update,
      .broken = "Failed to update email template",
      .title = "Change a mail template",
      .about = "What is left out or null stays as it is. " LANGUAGE },
    { POST, "/api/v1/admin/email/templates/render", .need = NEED_SUPERADMIN,
      INPUT(RENDER_IN, render_in), .output = TEXTS_OUT, .run = render,
      .broken = "Failed to render email template",
      .title = "Fill in a mail template",
      .about = "Sends nothing, and adds no variables of the system. " LANGUAGE },
    { POST, "/api/v1/admin/email/templates/{id}/test", .need = NEED_SUPERADMIN,
      INPUT(TEST_IN, test_in), .output = TEST_OUT, .run = test, .waits = true,
      .broken = "Failed to send test email",
      .title = "Send a test mail",
      .about = "Sends what is in force for the template's account, type and locale, now. The same"
               " request within 30 seconds gets the first outcome again, and sends nothing." },
    { GET, "/api/v1/admin/email/logs", .need = NEED_SUPERADMIN, INPUT(LOGS_IN, logs_in),
      .output = LOGS_OUT, .run = logs, .broken = "Failed to list email logs",
      .title = "List what became of mails",
      .about = "An entry for each attempt to send one, the newest first." },
    { GET, "/api/v1/admin/email/logs/{id}", .need = NEED_SUPERADMIN, INPUT(ONE_IN, one_in),
      .output = LOG_OUT, .run = show_log, .title = "Show what became of a mail" },
    { 0 },
};
