/* pagemails.c — pages: the texts of mails, tried out before anybody gets them. */
#include "pagemails.h"

#include "app/sendnow.h"
#include "base/settings.h"
#include "desk/confirm.h"
#include "desk/form.h"
#include "desk/grid.h"
#include "identity/account.h"
#include "mail/mailtpl.h"

static const char HERE[] = "templates";
#define LIST_PATH S("/admin/mail/templates")

/* What stands for the values of a mail while nobody gets it. */
#define SAMPLE(name_, value_) { .name = S_INIT(name_), .value = S_INIT(value_) }
static const struct message_value SAMPLES[] = {
    SAMPLE("email", "ann@example.com"), SAMPLE("account_name", "Example Ltd"),
    SAMPLE("invited_by", "bob@example.com"), SAMPLE("token", "0123456789abcdef"),
    SAMPLE("expires_at", "2030-01-01 12:00 UTC"), SAMPLE("ip_address", "192.0.2.1"),
    SAMPLE("verification_url", "https://example.com/verify-email?token=0123456789abcdef"),
    SAMPLE("reset_url", "https://example.com/reset-password?token=0123456789abcdef"),
    SAMPLE("invitation_url", "https://example.com/accept-invitation?token=0123456789abcdef"),
    SAMPLE("app_name", "Larder"), SAMPLE("app_url", "https://example.com"),
    SAMPLE("support_email", "support@example.com"),
};

struct one_in { struct str id; struct formdata form; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };
static const struct input FORM_IN[] = {
    IN(PATH, T_TEXT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};

static struct str path_of(struct cx *cx, struct str id)
{
    return DESK_PATH(cx, S("mail"), S("templates"), id);
}

static struct str api_path(struct cx *cx, struct str id, const char *rest)
{
    return str_fmt(cx->mem, "/api/v1/admin/email/templates/%.*s%s", STR_ARG(id), rest);
}

static bool template_of(struct cx *cx, struct str id, struct mailtpl *out)
{
    bool found;
    TRY(mailtpl_get(cx, id, &found, out));
    return found || fail(cx, E_NOT_FOUND, "Not found", "There is no such mail template");
}

/* ---- the list ---- */

static const struct grid_column COLUMNS[] = {
    { .label = W("Mail") }, { .label = W("Language"), .kind = GRID_CODE },
    { .label = W("Account") },
    { .label = W("Subject") }, { .label = W("Status") },
    { .label = W("Changed"), .kind = GRID_TIME }, { 0 },
};

static bool whose(struct cx *cx, struct str account_id, struct str *name)
{
    struct account account;
    bool found;
    *name = phrase_of(cx, W("All accounts"));
    if (str_eq(account_id, S(SYSTEM_ACCOUNT)))
        return true;
    TRY(account_by_id(cx, account_id, &found, &account));
    *name = found ? account.name : account_id;
    return true;
}

static bool list(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    const struct mailtpl_filter all = { .enabled = MAILTPL_ANY };
    struct mailtpl *rows;
    size_t n;
    struct desk desk;
    struct grid grid;
    TRY(mailtpl_list(cx, &all, &rows, &n));
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Mail templates")));
    desk_api(&desk, "GET", S("/api/v1/admin/email/templates"), NO_STR,
             S("client.emailTemplates.list()"));
    grid_init(&grid, &desk, COLUMNS, W("Mail templates"));
    for (size_t i = 0; i < n; i++) {
        struct str name;
        TRY(whose(cx, rows[i].account_id, &name));
        grid_row(&grid);
        grid_link(&grid, rows[i].template_type, path_of(cx, rows[i].id));
        grid_text(&grid, rows[i].locale);
        grid_text(&grid, name);
        grid_text(&grid, rows[i].subject);
        grid_badge(&grid, rows[i].enabled ? GRID_GOOD : GRID_PLAIN,
                   rows[i].enabled ? phrase_of(cx, W("In use")) : phrase_of(cx, W("Off")));
        grid_time(&grid, rows[i].updated_at);
    }
    grid_put(&grid, "table");
    desk_put(&desk, fill_rows("filter", NULL, 0));
    return desk_show(&desk, "admin/list.html");
}

/* ---- one ---- */

static const struct form_field FIELDS[] = {
    { "subject", FORM_TEXT, .label = W("Subject"), .required = true, .max = 255 },
    { "text_body", FORM_CODE, .label = W("Plain text"), .required = true, .rows = 10 },
    { "html_body", FORM_CODE, .label = W("HTML"), .required = true, .rows = 16,
      .hint = W("Values are escaped. A part of Jinja2: filters, if and for, and the values that the"
                " preview shows.") },
    { "enabled", FORM_CHECK, .label = W("In use") },
    { 0 },
};
static const struct form_field TEST[] = {
    { "recipient_email", FORM_EMAIL, .label = W("Send a test to"), .required = true, .max = 320 },
    { 0 },
};

static void open_form(struct form *form, struct cx *cx, const struct mailtpl *row)
{
    form_init(form, cx, FIELDS);
    form_set(form, "subject", row->subject);
    form_set(form, "text_body", row->text_body);
    form_set(form, "html_body", row->html_body);
    form_set_flag(form, "enabled", row->enabled);
    form_guard(form);
    form->changed_at = row->updated_at;
    form->cancel = LIST_PATH;
}

static void open_test(struct form *form, struct cx *cx, const struct mailtpl *row)
{
    form_init(form, cx, TEST);
    form->action = str_fmt(cx->mem, "%.*s%.*s/test", STR_ARG(cx->set->base_path),
                           STR_ARG(path_of(cx, row->id)));
    form->submit = W("Send the test");
    form->prefix = "test";
}

static bool show_page(struct cx *cx, struct reply *reply, const struct mailtpl *row,
                      struct form *form, struct form *test)
{
    struct mailtpl_texts builtin;
    struct desk desk;
    bool has_builtin;
    struct str name;
    TRY(mailtpl_builtin(cx, row->template_type, &has_builtin, &builtin));
    TRY(whose(cx, row->account_id, &name));
    desk_open(&desk, reply, HERE, row->template_type);
    desk_crumb(&desk, phrase_of(cx, W("Mail templates")), LIST_PATH);
    if (has_builtin)
        desk_action(&desk, phrase_of(cx, W("Back to the original…")),
                    DESK_PATH(cx, S("mail"), S("templates"), row->id, S("reset")));
    desk_api(&desk, "PUT", api_path(cx, row->id, ""), S("{\"subject\":\"…\"}"),
             S("client.emailTemplates.update(id, { subject })"));
    desk_api(&desk, "POST", api_path(cx, row->id, "/test"),
             S("{\"recipient_email\":\"ann@example.com\"}"),
             S("client.emailTemplates.sendTest(id, 'ann@example.com')"));
    desk_put(&desk, fill_text("locale", row->locale));
    desk_put(&desk, fill_text("account", name));
    desk_put(&desk, fill_text("preview", str_fmt(cx->mem, "%.*s/preview",
                                                 STR_ARG(path_of(cx, row->id)))));
    form_put(form, &desk, "form");
    form_put(test, &desk, "test");
    return desk_show(&desk, "admin/mail-template.html");
}

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct mailtpl row;
    struct form form, test;
    TRY(template_of(cx, in->id, &row));
    open_form(&form, cx, &row);
    open_test(&test, cx, &row);
    return show_page(cx, reply, &row, &form, &test);
}

static struct mailtpl_texts texts_of(const struct form *form)
{
    return (struct mailtpl_texts){ form_text(form, "subject"), form_text(form, "html_body"),
                                   form_text(form, "text_body") };
}

/* Stored as it came, it would fail the next person who needs the mail. */
static bool is_whole(struct cx *cx, const struct mailtpl_texts *texts)
{
    struct mailtpl_texts out;
    return mailtpl_render(cx, texts, &(struct message_values){ SAMPLES, COUNT(SAMPLES) }, &out);
}

static bool save(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct mailtpl row, changed;
    struct form form, test;
    bool found;
    TRY(template_of(cx, in->id, &row));
    open_form(&form, cx, &row);
    open_test(&test, cx, &row);
    form_read(&form, &in->form);
    const struct mailtpl_change change = { .texts = texts_of(&form),
                                           .enabled = form_flag(&form, "enabled") };
    if (form_good(&form) && is_whole(cx, &change.texts)
        && mailtpl_update(cx, row.id, &change, &found, &changed))
        return desk_go(reply, path_of(cx, row.id), phrase_of(cx, W("Saved.")));
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_page(cx, reply, &row, &form, &test);
}

/* ---- the mail as it would be ---- */

/* In a frame of the page: sandboxed, with nothing but its own style. */
static bool reply_mail(struct reply *reply, struct str html)
{
    reply_header(reply, "Content-Security-Policy",
                 S("sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
                   " frame-ancestors 'self'"));
    reply_header(reply, "X-Frame-Options", S("SAMEORIGIN"));
    reply_header(reply, "Cache-Control", S("no-store"));
    return reply_text(reply, "text/html; charset=utf-8", html);
}

static bool preview_texts(struct cx *cx, const struct mailtpl_texts *texts, struct reply *reply)
{
    struct mailtpl_texts out;
    if (mailtpl_render(cx, texts, &(struct message_values){ SAMPLES, COUNT(SAMPLES) }, &out))
        return reply_mail(reply, out.html_body);
    if (cx->err.kind != E_INVALID)
        return false;
    const struct fill values[] = {
        fill_text("message", phrase_message(cx, str_of(cx->err.message))),
        fill_text("lang", cx->language.n > 0 ? cx->language : S("en")), { 0 },
    };
    struct html page;
    fail_forget(cx);
    TRY(fill_page(cx, "admin/mail-fault.html", values, &page));
    return reply_mail(reply, page.safe);
}

static bool preview(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct mailtpl row;
    TRY(template_of(cx, in->id, &row));
    const struct mailtpl_texts texts = { row.subject, row.html_body, row.text_body };
    return preview_texts(cx, &texts, reply);
}

/* Of what is typed and not saved: the form's second button sends it into the frame. */
static bool preview_typed(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct form form;
    form_init(&form, cx, FIELDS);
    form_read(&form, &in->form);
    const struct mailtpl_texts texts = texts_of(&form);
    return preview_texts(cx, &texts, reply);
}

/* ---- a test, and the way back ---- */

static bool test(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct mailtpl row;
    struct form form, to;
    TRY(template_of(cx, in->id, &row));
    open_form(&form, cx, &row);
    open_test(&to, cx, &row);
    form_read(&to, &in->form);
    struct str recipient = form_text(&to, "recipient_email");
    const struct message message = {
        .template_type = row.template_type, .locale = row.locale, .account_id = row.account_id,
        .recipient = recipient, .values = { SAMPLES, COUNT(SAMPLES) } };
    struct str request = str_fmt(cx->mem, "%.*s %.*s %.*s", STR_ARG(cx->who->id),
                                 STR_ARG(row.id), STR_ARG(recipient));
    size_t at;
    if (form_good(&to) && !str_find(recipient, '@', &at))
        form_fault(&to, "recipient_email", phrase_of(cx, W("This is not an e-mail address")));
    if (form_good(&to) && sendnow_test(cx, &message, request))
        return desk_go(reply, path_of(cx, row.id),
                       phrase_with(cx, W("The test is on its way to {who}."),
                                   (struct fill[]){ fill_text("who", recipient), { 0 } }));
    if (cx->err.kind == E_BROKEN && cx->err.cause == NULL) {
        form_fault(&to, "recipient_email", phrase_message(cx, str_of(cx->err.message)));
        fail_forget(cx);
    }
    TRY(form_take(&to));
    reply_status(reply, form_status(&to));
    return show_page(cx, reply, &row, &form, &to);
}

static bool ask_reset(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct mailtpl row;
    TRY(template_of(cx, in->id, &row));
    struct confirm confirm = {
        .question = phrase_of(cx, W("Back to the original text?")),
        .about = phrase_of(cx, W("Subject, plain text and HTML become what Larder came with. What"
                                 " they are now stays in the audit trail.")),
        .button = W("Back to the original"), .back = path_of(cx, row.id) };
    return confirm_show(&confirm, reply, HERE);
}

static bool reset(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct mailtpl_change change = { .enabled = MAILTPL_KEEP };
    struct mailtpl row, changed;
    bool found;
    TRY(template_of(cx, in->id, &row));
    TRY(mailtpl_builtin(cx, row.template_type, &found, &change.texts));
    if (!found)
        return fail(cx, E_NOT_FOUND, "Not found", "This template has no original");
    TRY(mailtpl_update(cx, row.id, &change, &found, &changed));
    return desk_go(reply, path_of(cx, row.id), phrase_of(cx, W("The original text is back.")));
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagemails_routes[] = {
    { GET, "/admin/mail/templates", PAGE, .run = list, .title = "The texts of mails" },
    { GET, "/admin/mail/templates/{id}", PAGE, INPUT(ONE_IN, one_in), .run = show,
      .title = "One of them" },
    { POST, "/admin/mail/templates/{id}", PAGE, INPUT(FORM_IN, one_in), .run = save,
      .title = "Saves it" },
    { GET, "/admin/mail/templates/{id}/preview", PAGE, INPUT(ONE_IN, one_in), .run = preview,
      .title = "The mail with sample values" },
    { POST, "/admin/mail/templates/{id}/preview", PAGE, INPUT(FORM_IN, one_in),
      .run = preview_typed, .title = "The same of what is not saved yet" },
    { POST, "/admin/mail/templates/{id}/test", PAGE, INPUT(FORM_IN, one_in), .run = test,
      .waits = true, .title = "Sends a test" },
    { GET, "/admin/mail/templates/{id}/reset", PAGE, INPUT(ONE_IN, one_in), .run = ask_reset,
      .title = "Asks whether the original is to be back" },
    { POST, "/admin/mail/templates/{id}/reset", PAGE, INPUT(ONE_IN, one_in), .run = reset,
      .title = "Brings it back" },
    { 0 },
};
