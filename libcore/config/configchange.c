/* configchange.c — every change of a configuration: the row, its history, the default beside it. */
#include "config/configchange.h"

#include "audit/change.h"
#include "base/ident.h"
#include "base/js.h"
#include "base/settings.h"
#include "config/configvalue.h"
#include "config/provider.h"
#include "db/qb.h"

enum { COLUMNS = 13, SEED_MAX = 16384 };
static const struct str storage = S_INIT("storage_providers");

static struct configvalue_of of_row(const struct configuration *row)
{
    return (struct configvalue_of){ row->id, row->category, row->provider_name };
}

static bool not_found(struct cx *cx)
{
    return fail_detail(cx, E_NOT_FOUND, "Configuration not found");
}

static bool may_be_there(struct cx *cx, const struct configuration *row)
{
    return row->is_system || !str_eq(row->category, storage)
        || fail_detail(cx, E_INVALID, "Storage providers can only be configured at system level.");
}

/* In one go and one order: two that change neighbours cannot wait for each other in a circle. */
static bool lock_category(struct cx *cx, const struct configuration *row)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    if (!db_is_postgres(cx->db))
        return true;                            /* its writers come one by one */
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT id FROM configurations WHERE account_id = "));
    qb_value(&q, p_text(NULL, row->account_id));
    qb_lit(&q, SQL_OF(" AND category = "));
    qb_value(&q, p_text(NULL, row->category));
    qb_lit(&q, SQL_OF(" ORDER BY id FOR UPDATE"));
    TRY(qb_query(&q, &rows));
    while (rows_step(&rows))
        ;
    return rows_done(&rows);
}

static bool take(struct cx *cx, struct str id, struct configuration *out)
{
    bool found;
    TRY(configuration_by_id(cx, id, &found, out));
    if (!found)
        return not_found(cx);
    TRY(lock_category(cx, out));
    TRY(configuration_by_id(cx, id, &found, out));
    return found || not_found(cx);
}

static bool told(struct cx *cx, const struct configuration *row, struct param *out)
{
    const struct configvalue_of of = of_row(row);
    out->name = "config";
    out->type = P_TEXT;
    return configvalue_tell(cx, &of, row->stored, &out->text);
}

/* ---- new ---- */

static struct binds columns_of(const struct configuration *row, struct param list[COLUMNS])
{
    size_t n = 0;
    list[n++] = p_text("id", row->id);
    list[n++] = p_text("account_id", row->account_id);
    list[n++] = p_text("category", row->category);
    list[n++] = p_text("provider_name", row->provider_name);
    list[n++] = p_text("display_name", row->display_name);
    list[n++] = p_text("logo_url", row->logo_url);
    list[n++] = p_text("config", row->stored);
    list[n++] = p_bool("enabled", row->enabled);
    list[n++] = p_bool("is_builtin", row->is_builtin);
    list[n++] = p_bool("is_default", row->is_default);
    list[n++] = p_int("priority", row->priority);
    list[n++] = p_time("created_at", row->created_at);
    list[n++] = p_time("updated_at", row->updated_at);
    return (struct binds){ list, n };
}

static bool insert(struct cx *cx, const struct configuration *row, struct refusal *refusal)
{
    struct param columns[COLUMNS], config;
    TRY(told(cx, row, &config));
    return change_insert(cx, &(struct change){
        .table = S("configurations"), .account_id = row->account_id, .refusal = refusal,
        .new_values = columns_of(row, columns), .new_told = { &config, 1 } });
}

bool configchange_create(struct cx *cx, struct configuration *row, struct jv values)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    row->id = ident_uuid(cx->mem, cx->now);
    row->created_at = row->updated_at = cx->now;
    row->is_system = str_eq(row->account_id, S(SYSTEM_ACCOUNT));
    const struct configvalue_of of = of_row(row);
    TRY(may_be_there(cx, row));
    TRY(configvalue_seal(cx, &of, values, NO_STR, &row->stored));
    TRY(tx_begin(cx, &tx));
    TRY(insert(cx, row, &refusal));
    if (refusal.kind == V_REFERENCE)
        return fail_detail(cx, E_NOT_FOUND, "Account not found");
    if (refusal.kind == V_UNIQUE)
        return fail_detail(cx, E_CONFLICT,
                           "Configuration already exists for this provider and category.");
    if (refusal.kind != V_NONE)
        return broken(cx, "a configuration was refused");
    TRY(db_bump_definitions(cx));
    return tx_commit(&tx);
}

/* ---- other values ---- */

bool configchange_get(struct cx *cx, struct str id, struct configuration *out)
{
    bool found;
    TRY(configuration_by_id(cx, id, &found, out));
    return found ? may_be_there(cx, out) : not_found(cx);
}

static struct change change_of(const struct configuration *row, struct param key[2])
{
    key[0] = p_text("account_id", row->account_id);
    key[1] = p_text("id", row->id);
    return (struct change){ .table = S("configurations"), .account_id = row->account_id,
                            .record_id = row->id, .key = { key, 2 } };
}

static bool update(struct cx *cx, const struct configuration *row)
{
    struct param key[2];
    struct change change = change_of(row, key);
    change.new_values = BIND(p_bool("enabled", row->enabled),
                             p_bool("is_default", row->is_default),
                             p_time("updated_at", row->updated_at));
    return change_update(cx, &change);
}

bool configchange_enable(struct cx *cx, struct str id, bool enabled, struct configuration *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(take(cx, id, out));
    TRY(may_be_there(cx, out));
    out->enabled = enabled;
    out->is_default = out->is_default && enabled;
    out->updated_at = cx->now;
    TRY(update(cx, out));
    TRY(db_bump_definitions(cx));
    return tx_commit(&tx);
}

static bool store(struct cx *cx, struct configuration *row, struct jv values)
{
    struct param key[2], was, is;
    struct change change = change_of(row, key);
    const struct configvalue_of of = of_row(row);
    TRY(told(cx, row, &was));
    TRY(configvalue_seal(cx, &of, values, row->stored, &row->stored));
    TRY(told(cx, row, &is));
    change.new_values = BIND(p_text("config", row->stored), p_time("updated_at", row->updated_at));
    change.old_told = (struct binds){ &was, 1 };
    change.new_told = (struct binds){ &is, 1 };
    TRY(change_update(cx, &change));
    return db_bump_definitions(cx);
}

bool configchange_values(struct cx *cx, struct str id, struct jv values, struct configuration *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(take(cx, id, out));
    TRY(may_be_there(cx, out));
    out->updated_at = cx->now;
    TRY(store(cx, out, values));
    return tx_commit(&tx);
}

/* ---- the default ---- */

static bool clear_others(struct cx *cx, const struct configuration *row)
{
    struct configurations list;
    TRY(configuration_list(cx, row->account_id, row->category, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct configuration other = list.at[i];
        if (!other.is_default || str_eq(other.id, row->id))
            continue;
        other.is_default = false;
        other.updated_at = cx->now;
        TRY(update(cx, &other));
    }
    return true;
}

bool configchange_default(struct cx *cx, struct str id, bool is_default, struct configuration *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(take(cx, id, out));
    TRY(may_be_there(cx, out));
    if (is_default && !out->enabled)
        return fail_detail(cx, E_INVALID,
                           "Cannot set a disabled provider as default. Enable it first.");
    if (is_default)
        TRY(clear_others(cx, out));
    out->is_default = is_default;
    out->updated_at = cx->now;
    TRY(update(cx, out));
    TRY(db_bump_definitions(cx));
    return tx_commit(&tx);
}

/* ---- gone ---- */

bool configchange_delete(struct cx *cx, struct str id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct configuration row;
    struct param key[2], columns[COLUMNS], was;
    TRY(tx_begin(cx, &tx));
    TRY(take(cx, id, &row));
    if (row.is_builtin)
        return fail_detail(cx, E_INVALID, "Cannot delete built-in provider");
    struct change change = change_of(&row, key);
    TRY(told(cx, &row, &was));
    change.old_values = columns_of(&row, columns);
    change.old_told = (struct binds){ &was, 1 };
    TRY(change_delete(cx, &change));
    TRY(db_bump_definitions(cx));
    return tx_commit(&tx);
}

/* ---- what every installation has ---- */

static bool product_values(struct cx *cx, struct jv *out)
{
    struct buf text;
    struct js js;
    struct jv_fault fault;
    buf_init(&text, cx->mem, SEED_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    js_text(&js, "app_name", cx->set->app_name);
    js_text(&js, "app_url", configuration_address(cx));
    js_text(&js, "support_email", S(""));
    js_end(&js);
    return jv_parse(cx, buf_text(&text), out, &fault)
        || broken(cx, "the system settings that the settings give are no JSON");
}

/* A row that nobody has changed follows the settings. */
static bool follow(struct cx *cx, struct configuration *row, struct jv values)
{
    if (row->updated_at != row->created_at || !row->is_builtin
        || str_eq(row->stored, jv_print(cx->mem, values)))
        return true;
    return store(cx, row, values);
}

static bool seed_row(struct cx *cx, const struct provider *provider, struct jv values)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct configurations list;
    bool has_default = false;
    TRY(tx_begin(cx, &tx));
    TRY(configuration_list(cx, S(SYSTEM_ACCOUNT), provider->category, &list));
    for (size_t i = 0; i < list.n; i++) {
        struct configuration row = list.at[i];
        has_default |= row.is_default;
        if (str_eq(row.provider_name, provider->name))
            return follow(cx, &row, values) && tx_commit(&tx);
    }
    struct configuration row = {
        .account_id = S(SYSTEM_ACCOUNT), .category = provider->category,
        .provider_name = provider->name, .display_name = provider->display_name,
        .logo_url = provider->logo_url, .enabled = true, .is_builtin = true,
        .is_default = !has_default && str_eq(provider->category, storage) };
    return configchange_create(cx, &row, values) && tx_commit(&tx);
}

bool configchange_seed(struct cx *cx)
{
    static const struct { struct str category, name; } SEEDS[] = {
        { S_INIT("auth_providers"), S_INIT("email_password") },
        { S_INIT("system_settings"), S_INIT("system") },
        { S_INIT("storage_providers"), S_INIT("local") },
    };
    struct jv nothing, product;
    struct jv_fault fault;
    TRY(product_values(cx, &product));
    if (!jv_parse(cx, S("{}"), &nothing, &fault))
        return false;
    for (size_t i = 0; i < COUNT(SEEDS); i++) {
        const struct provider *provider = provider_find(SEEDS[i].category, SEEDS[i].name);
        bool is_product = str_eq(SEEDS[i].name, S("system"));
        if (seed_row(cx, provider, is_product ? product : nothing))
            continue;
        if (cx->err.kind != E_CONFLICT)         /* else somebody else was quicker */
            return false;
        fail_forget(cx);
    }
    return true;
}
