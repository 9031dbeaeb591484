/* configuration.c — reads configured providers: one by its id, many, and the one in force. */
#include "config/configuration.h"

#include "base/ident.h"
#include "base/settings.h"
#include "config/configvalue.h"
#include "db/rows.h"

#define CONFIGURATIONS \
    "SELECT id, account_id, category, provider_name, display_name, logo_url, config AS stored," \
    " enabled, is_builtin, is_default, priority, created_at, updated_at FROM configurations"
#define OWN_FIRST "CASE WHEN account_id = :account THEN 0 ELSE 1 END"

static const struct sql OF_PROVIDER = SQL(
    CONFIGURATIONS " WHERE account_id IN (:account, :system) AND category = :category"
    " AND provider_name = :provider ORDER BY " OWN_FIRST);
static const struct sql MAILERS = SQL(
    CONFIGURATIONS " WHERE account_id IN (:account, :system) AND category = :category"
    " AND enabled = :yes"
    " ORDER BY " OWN_FIRST ", is_default DESC, priority, created_at DESC, id LIMIT 1");
static const struct sql BY_ID = SQL(CONFIGURATIONS " WHERE id = :id");
static const struct sql OF_ACCOUNT = SQL(
    CONFIGURATIONS " WHERE account_id = :account AND category = COALESCE(:category, category)"
    " ORDER BY priority, created_at DESC, id");
static const struct sql RECENT = SQL(
    CONFIGURATIONS " ORDER BY updated_at DESC, id DESC LIMIT :limit");
static const struct sql COUNTS = SQL(
    "SELECT category, account_id = :account AS is_system, count(*) AS count FROM configurations"
    " WHERE enabled = :yes GROUP BY category, account_id = :account ORDER BY category");
static const struct col CONFIGURATION_COLS[] = {
    COL(C_TEXT, configuration, id),            COL(C_TEXT, configuration, account_id),
    COL(C_TEXT, configuration, category),      COL(C_TEXT, configuration, provider_name),
    COL(C_TEXT, configuration, display_name),  COL(C_TEXT, configuration, logo_url),
    COL(C_TEXT, configuration, stored),        COL(C_BOOL, configuration, enabled),
    COL(C_BOOL, configuration, is_builtin),    COL(C_BOOL, configuration, is_default),
    COL(C_INT, configuration, priority),       COL(C_TIME, configuration, created_at),
    COL(C_TIME, configuration, updated_at),    { 0 },
};
static const struct col COUNT_COLS[] = {
    COL(C_TEXT, configuration_count, category), COL(C_BOOL, configuration_count, is_system),
    COL(C_INT, configuration_count, count),     { 0 },
};

static bool next(struct rows *rows, struct configuration *out)
{
    if (!rows_next(rows, CONFIGURATION_COLS, out))
        return false;
    out->is_system = str_eq(out->account_id, S(SYSTEM_ACCOUNT));
    return true;
}

static bool first(struct cx *cx, struct sql sql, struct binds binds, bool *found,
                  struct configuration *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *out = (struct configuration){ .id = NO_STR };
    TRY(db_query(cx, sql, binds, &rows));
    *found = next(&rows, out);
    return *found || rows_done(&rows);
}

static bool all(struct cx *cx, struct sql sql, struct binds binds, struct configurations *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct configuration row, *list = NULL;
    size_t n = 0;
    TRY(db_query(cx, sql, binds, &rows));
    for (; row = (struct configuration){ .id = NO_STR }, next(&rows, &row); list[n++] = row)
        list = arena_more(cx->mem, list, n, sizeof row);
    *out = (struct configurations){ list, n };
    return rows_done(&rows);
}

static bool opened(struct cx *cx, bool found, struct configuration *out)
{
    struct configvalue_of of = { out->id, out->category, out->provider_name };
    return !found || configvalue_open(cx, &of, out->stored, &out->config);
}

/* ---- in force ---- */

/* The account's row, else the system's, which no tenant's scope shows. */
static bool of_provider(struct cx *cx, struct str account_id, struct str category,
                        struct str provider_name, bool must_be_enabled, bool *found,
                        struct configuration *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct str before = db_scope(cx, S("*"));
    bool asked = db_query(cx, OF_PROVIDER,
                          BIND(p_text("account", account_id), p_text("system", S(SYSTEM_ACCOUNT)),
                               p_text("category", category), p_text("provider", provider_name)),
                          &rows);
    db_scope(cx, before);
    TRY(asked);
    do
        *found = next(&rows, out);
    while (*found && must_be_enabled && !out->enabled);
    return *found || rows_done(&rows);
}

bool configuration_effective(struct cx *cx, struct str category, struct str provider_name,
                             struct str account_id, bool *found, struct configuration *out)
{
    TRY(of_provider(cx, account_id, category, provider_name, true, found, out));
    return opened(cx, *found, out);
}

bool configuration_mailer(struct cx *cx, struct str account_id, struct str wanted, bool *found,
                          struct configuration *out)
{
    const struct str category = S("email_providers");
    if (!str_absent(wanted) && !str_eq(wanted, S("auto"))) {
        TRY(of_provider(cx, account_id, category, wanted, false, found, out));
        *found = *found && out->enabled;        /* §18.1: no way round a row that is disabled */
        return opened(cx, *found, out);
    }
    struct str before = db_scope(cx, S("*"));
    bool asked = first(cx, MAILERS,
                       BIND(p_text("account", account_id), p_text("system", S(SYSTEM_ACCOUNT)),
                            p_text("category", category), p_bool("yes", true)), found, out);
    db_scope(cx, before);
    return asked && opened(cx, *found, out);
}

/* While nobody has changed the row that came with the installation, the settings speak. */
static bool is_untouched(const struct configuration *row)
{
    return row->is_system && row->is_builtin && row->updated_at == row->created_at;
}

bool configuration_product(struct cx *cx, struct str account_id, struct configuration_product *out)
{
    struct configuration row;
    struct jv values = { .kind = JV_ABSENT };
    struct jv_fault fault;
    bool found;
    TRY(of_provider(cx, account_id, S("system_settings"), S("system"), false, &found, &row));
    if (found && !is_untouched(&row) && !jv_parse(cx, row.stored, &values, &fault))
        return broken(cx, "the system settings are no JSON");
    *out = (struct configuration_product){
        .app_name = jv_text(jv_get(values, S("app_name"))),
        .app_url = jv_text(jv_get(values, S("app_url"))),
        .support_email = jv_text(jv_get(values, S("support_email"))) };
    if (out->app_name.n == 0)
        out->app_name = cx->set->app_name;
    if (out->app_url.n == 0)
        out->app_url = configuration_address(cx);
    if (str_absent(out->support_email))
        out->support_email = S("");
    while (str_ends(out->app_url, S("/")))
        out->app_url.n--;
    return true;
}

struct str configuration_address(struct cx *cx)
{
    struct str base = cx->set->external_url;
    while (str_ends(base, S("/")))
        base.n--;
    return str_fmt(cx->mem, "%.*s%.*s", STR_ARG(base), STR_ARG(cx->set->base_path));
}

/* ---- for superadmins ---- */

bool configuration_by_id(struct cx *cx, struct str id, bool *found, struct configuration *out)
{
    *found = false;
    return !ident_is_uuid(id) || first(cx, BY_ID, BIND(p_text("id", id)), found, out);
}

bool configuration_list(struct cx *cx, struct str account_id, struct str category,
                        struct configurations *out)
{
    return all(cx, OF_ACCOUNT, BIND(p_text("account", account_id), p_text("category", category)),
               out);
}

bool configuration_recent(struct cx *cx, int64_t limit, struct configurations *out)
{
    return all(cx, RECENT, BIND(p_int("limit", limit)), out);
}

bool configuration_counts(struct cx *cx, struct configuration_counts *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct configuration_count row, *list = NULL;
    size_t n = 0;
    TRY(db_query(cx, COUNTS, BIND(p_text("account", S(SYSTEM_ACCOUNT)), p_bool("yes", true)),
                 &rows));
    for (; rows_next(&rows, COUNT_COLS, &row); list[n++] = row)
        list = arena_more(cx->mem, list, n, sizeof row);
    *out = (struct configuration_counts){ list, n };
    return rows_done(&rows);
}
