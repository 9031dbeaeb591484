/* mailtpl.c — finds the template of a mail and fills it in; keeps the templates. */
#include "mail/mailtpl.h"

#include "audit/change.h"
#include "base/ident.h"
#include "base/utf8.h"
#include "config/configuration.h"
#include "db/rows.h"
#include "mail/jinja.h"
#include "view/tpl.h"

#define TEMPLATES \
    "SELECT id, account_id, template_type, locale, subject, html_body, text_body, enabled," \
    " is_builtin, created_at, updated_at FROM email_templates"
static const struct sql TEMPLATE_IN_FORCE = SQL(
    TEMPLATES " WHERE account_id IN (:account, :system) AND template_type = :type"
    " AND locale IN (:locale, 'en') AND enabled = :yes"
    " ORDER BY CASE WHEN locale = :locale THEN 0 ELSE 1 END,"
    " CASE WHEN account_id = :account THEN 0 ELSE 1 END LIMIT 1");
static const struct sql TEMPLATES_OF = SQL(
    TEMPLATES " WHERE account_id = COALESCE(:account, account_id)"
    " AND template_type = COALESCE(:type, template_type) AND locale = COALESCE(:locale, locale)"
    " AND enabled = COALESCE(:enabled, enabled) ORDER BY account_id, template_type, locale");
static const struct sql TEMPLATE_BY_ID = SQL(TEMPLATES " WHERE id = :id");
static const struct sql TEMPLATE_OF_SYSTEM = SQL(
    TEMPLATES " WHERE account_id = :account AND template_type = :type AND locale = 'en'");
static const struct col TEMPLATE_COLS[] = {
    COL(C_TEXT, mailtpl, id),        COL(C_TEXT, mailtpl, account_id),
    COL(C_TEXT, mailtpl, template_type), COL(C_TEXT, mailtpl, locale),
    COL(C_TEXT, mailtpl, subject),   COL(C_TEXT, mailtpl, html_body),
    COL(C_TEXT, mailtpl, text_body), COL(C_BOOL, mailtpl, enabled),
    COL(C_BOOL, mailtpl, is_builtin), COL(C_TIME, mailtpl, created_at),
    COL(C_TIME, mailtpl, updated_at), { 0 },
};
enum { SYSTEM_VARIABLES = 3 };

static bool first(struct cx *cx, struct sql sql, struct binds binds, bool *found,
                  struct mailtpl *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, sql, binds, &rows));
    *found = rows_next(&rows, TEMPLATE_COLS, out);
    return *found || rows_done(&rows);
}

/* ---- composing ---- */

bool mailtpl_effective(struct cx *cx, struct str account_id, struct str type, struct str locale,
                       bool *found, struct mailtpl *out)
{
    struct str scope = db_scope(cx, S("*"));    /* the system's rows stand in for missing ones */
    bool well = first(cx, TEMPLATE_IN_FORCE,
                      BIND(p_text("account", account_id), p_text("system", S(SYSTEM_ACCOUNT)),
                           p_text("type", type), p_text("locale", locale), p_bool("yes", true)),
                      found, out);
    db_scope(cx, scope);
    return well;
}

static bool render(struct cx *cx, const char *part, struct str source,
                   const struct message_values *values, bool escapes, struct str *out)
{
    struct jinja_fault fault;
    struct jinja_var *vars = arena_list(cx->mem, struct jinja_var, values->n);
    for (size_t i = 0; i < values->n; i++)
        vars[i] = (struct jinja_var){ .name = values->at[i].name, .text = values->at[i].value };
    return jinja_render(cx->mem, source, vars, values->n, escapes, out, &fault)
        || fail(cx, E_INVALID, "Template error", "%s, line %zu: %.*s", part, fault.line,
                STR_ARG(fault.message));
}

/* A subject is one line, whatever its values hold: it becomes a header. */
static struct str one_line(struct arena *mem, struct str text)
{
    struct buf out;
    uint32_t point;
    buf_init(&out, mem, text.n);
    for (struct str rest = text; utf8_next(&rest, &point);) {
        bool ends = point < ' ' || point == 0x7F || point == 0x85 || point == 0x2028
                 || point == 0x2029;
        utf8_put(&out, ends ? ' ' : point);
    }
    return out.n == 0 ? S("") : str_trim(buf_text(&out));
}

bool mailtpl_render(struct cx *cx, const struct mailtpl_texts *sources,
                    const struct message_values *values, struct mailtpl_texts *out)
{
    TRY(render(cx, "subject", sources->subject, values, false, &out->subject));
    out->subject = one_line(cx->mem, out->subject);
    return render(cx, "html_body", sources->html_body, values, true, &out->html_body)
        && render(cx, "text_body", sources->text_body, values, false, &out->text_body);
}

static bool with_system(struct cx *cx, const struct message *message, struct message_values *out)
{
    const struct message_values *own = &message->values;
    struct configuration_product product;
    struct message_value *list = arena_list(cx->mem, struct message_value,
                                            own->n + SYSTEM_VARIABLES);
    TRY(configuration_product(cx, message->account_id, &product));
    list[0] = (struct message_value){ S("app_name"), product.app_name, false };
    list[1] = (struct message_value){ S("app_url"), product.app_url, false };
    list[2] = (struct message_value){ S("support_email"), product.support_email, false };
    for (size_t i = 0; i < own->n; i++)
        list[SYSTEM_VARIABLES + i] = own->at[i];
    *out = (struct message_values){ list, own->n + SYSTEM_VARIABLES };
    return true;
}

bool mailtpl_compose(struct cx *cx, const struct message *message, bool *found,
                     struct mailtpl_texts *out)
{
    struct message_values values;
    struct mailtpl row;
    struct str locale = str_absent(message->locale) ? S("en") : message->locale;
    TRY(mailtpl_effective(cx, message->account_id, message->template_type, locale, found, &row));
    if (!*found)
        return true;
    TRY(with_system(cx, message, &values));
    const struct mailtpl_texts sources = { row.subject, row.html_body, row.text_body };
    return mailtpl_render(cx, &sources, &values, out);
}

/* ---- rows ---- */

bool mailtpl_list(struct cx *cx, const struct mailtpl_filter *filter, struct mailtpl **list,
                  size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct mailtpl row;
    struct param enabled = filter->enabled == MAILTPL_ANY ? p_null("enabled")
                         : p_bool("enabled", filter->enabled != 0);
    *list = NULL;
    *n = 0;
    TRY(db_query(cx, TEMPLATES_OF,
                 BIND(p_text("account", filter->account_id), p_text("type", filter->template_type),
                      p_text("locale", filter->locale), enabled), &rows));
    while (rows_next(&rows, TEMPLATE_COLS, &row)) {
        *list = arena_more(cx->mem, *list, *n, sizeof row);
        (*list)[(*n)++] = row;
    }
    return rows_done(&rows);
}

bool mailtpl_get(struct cx *cx, struct str id, bool *found, struct mailtpl *out)
{
    *found = false;
    return !ident_is_uuid(id)
        || first(cx, TEMPLATE_BY_ID, BIND(p_text("id", id)), found, out);
}

static struct str changed(struct str now, struct str wanted, bool *differs)
{
    if (str_absent(wanted) || str_eq(wanted, now))
        return now;
    *differs = true;
    return wanted;
}

static bool store(struct cx *cx, const struct mailtpl *old, const struct mailtpl *row)
{
    return change_update(cx, &(struct change){
        .table = S("email_templates"), .account_id = row->account_id, .record_id = row->id,
        .key = BIND(p_text("account_id", row->account_id), p_text("id", row->id)),
        .old_values = BIND(
            p_text("subject", old->subject), p_text("html_body", old->html_body),
            p_text("text_body", old->text_body), p_bool("enabled", old->enabled),
            p_time("updated_at", old->updated_at)),
        .new_values = BIND(
            p_text("subject", row->subject), p_text("html_body", row->html_body),
            p_text("text_body", row->text_body), p_bool("enabled", row->enabled),
            p_time("updated_at", row->updated_at)) });
}

bool mailtpl_update(struct cx *cx, struct str id, const struct mailtpl_change *change, bool *found,
                    struct mailtpl *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    bool differs = false;
    TRY(tx_begin(cx, &tx));
    TRY(mailtpl_get(cx, id, found, out));
    if (!*found)
        return true;
    struct mailtpl old = *out;
    out->subject = changed(old.subject, change->texts.subject, &differs);
    out->html_body = changed(old.html_body, change->texts.html_body, &differs);
    out->text_body = changed(old.text_body, change->texts.text_body, &differs);
    if (change->enabled != MAILTPL_KEEP)
        out->enabled = change->enabled != 0;
    if (!differs && out->enabled == old.enabled)
        return true;
    out->updated_at = cx->now;
    return store(cx, &old, out) && tx_commit(&tx);
}

/* ---- what the system comes with ---- */

static bool read_text(struct cx *cx, struct str type, const char *part, struct str *out)
{
    return tpl_text(cx, str_fmt(cx->mem, "mail/%.*s.%s", STR_ARG(type), part), out);
}

/* A savepoint of its own: another start may be quicker. */
static const struct str TYPES[] = {
    S_INIT("email_verification"), S_INIT("password_reset"), S_INIT("invitation"),
};

bool mailtpl_builtin(struct cx *cx, struct str type, bool *found, struct mailtpl_texts *out)
{
    *found = false;
    for (size_t i = 0; i < COUNT(TYPES); i++)
        *found = *found || str_eq(TYPES[i], type);
    if (!*found)
        return true;
    TRY(read_text(cx, type, "subject", &out->subject)
        && read_text(cx, type, "html", &out->html_body)
        && read_text(cx, type, "text", &out->text_body));
    out->subject = str_trim(out->subject);
    return true;
}

static bool seed(struct cx *cx, struct str type)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    struct mailtpl_texts texts = { .subject = NO_STR };
    struct mailtpl row;
    bool found;
    TRY(tx_begin(cx, &tx));
    TRY(first(cx, TEMPLATE_OF_SYSTEM, BIND(p_text("account", S(SYSTEM_ACCOUNT)),
                                           p_text("type", type)), &found, &row));
    if (found)
        return true;
    TRY(mailtpl_builtin(cx, type, &found, &texts));
    TRY(change_insert(cx, &(struct change){
        .table = S("email_templates"), .account_id = S(SYSTEM_ACCOUNT), .refusal = &refusal,
        .new_values = BIND(
            p_text("id", ident_uuid(cx->mem, cx->now)), p_text("account_id", S(SYSTEM_ACCOUNT)),
            p_text("template_type", type), p_text("locale", S("en")),
            p_text("subject", texts.subject), p_text("html_body", texts.html_body),
            p_text("text_body", texts.text_body), p_bool("enabled", true),
            p_bool("is_builtin", true),
            p_time("created_at", cx->now), p_time("updated_at", cx->now)) }));
    return refusal.kind == V_UNIQUE || tx_commit(&tx);
}

bool mailtpl_seed(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    for (size_t i = 0; i < COUNT(TYPES); i++)
        TRY(seed(cx, TYPES[i]));
    return tx_commit(&tx);
}
