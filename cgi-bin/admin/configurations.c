/* configurations.c — providers and how they are configured, for superadmins (identity.md §16). */
#include "configurations.h"

#include "app/probe.h"
#include "base/log.h"
#include "config/configchange.h"
#include "config/configvalue.h"
#include "config/provider.h"
#include "identity/account.h"

/* ---- what goes out ---- */

#define OUT_NAMED \
    OUT(O_TEXT, configuration, id), OUT(O_TEXT, configuration, display_name), \
    OUT(O_TEXT, configuration, provider_name), OUT(O_TEXT, configuration, category)
static const struct output RECENT_OUT[] = {
    OUT_NAMED,
    OUT(O_TIME, configuration, updated_at), OUT(O_BOOL, configuration, is_system),
    OUT(O_TEXT, configuration, account_id), OUT(O_TEXT, configuration, logo_url),
    OUT(O_BOOL, configuration, enabled),    { 0 },
};
static const struct output SYSTEM_OUT[] = {
    OUT_NAMED,
    OUT(O_BOOL, configuration, enabled),    OUT(O_BOOL, configuration, is_builtin),
    OUT(O_BOOL, configuration, is_default), OUT(O_INT, configuration, priority),
    OUT(O_TIME, configuration, updated_at), OUT(O_TEXT, configuration, logo_url),
    { 0 },
};
static const struct output ACCOUNT_OUT[] = {
    OUT_NAMED,
    OUT(O_BOOL, configuration, enabled),    OUT(O_BOOL, configuration, is_default),
    OUT(O_INT, configuration, priority),    OUT(O_TIME, configuration, updated_at),
    OUT(O_TEXT, configuration, logo_url),   OUT(O_TEXT, configuration, account_id),
    { 0 },
};
struct outcome {
    struct configuration row;
    struct str status;
    bool success;
};
#define OUT_ROW(type, member) OUT_AS(type, outcome, row.member, #member)
static const struct output CREATED_OUT[] = {
    OUT_ROW(O_TEXT, id), OUT(O_TEXT, outcome, status), { 0 },
};
static const struct output ENABLED_OUT[] = {
    OUT(O_TEXT, outcome, status), OUT_ROW(O_BOOL, enabled), OUT_ROW(O_BOOL, is_default), { 0 },
};
static const struct output VALUES_OUT[] = {
    OUT(O_TEXT, outcome, status),   OUT_ROW(O_TEXT, id),          OUT_ROW(O_TEXT, display_name),
    OUT_ROW(O_TEXT, provider_name), OUT_ROW(O_TEXT, category),    OUT_ROW(O_BOOL, enabled),
    OUT_ROW(O_BOOL, is_builtin),    OUT_ROW(O_BOOL, is_default),  OUT_ROW(O_BOOL, is_system),
    OUT_ROW(O_TEXT, account_id),    OUT_ROW(O_INT, priority),     OUT_ROW(O_TIME, created_at),
    OUT_ROW(O_TIME, updated_at),    OUT_ROW(O_TEXT, logo_url),    { 0 },
};
static const struct output SET_OUT[] = {
    OUT(O_TEXT, outcome, status),   OUT_ROW(O_BOOL, is_default),
    OUT_ROW(O_TEXT, provider_name), OUT_ROW(O_TEXT, display_name), { 0 },
};
static const struct output UNSET_OUT[] = {
    OUT(O_TEXT, outcome, status), OUT_ROW(O_BOOL, is_default), { 0 },
};
static const struct output DELETED_OUT[] = {
    OUT(O_TEXT, outcome, status), OUT(O_BOOL, outcome, success), { 0 },
};

static bool reply_list(struct reply *reply, const struct output *table,
                       const struct configurations *list)
{
    struct js *js = reply_js(reply);
    js_array(js, NULL);
    for (size_t i = 0; i < list->n; i++)
        output_object(js, NULL, table, &list->at[i]);
    js_end(js);
    return true;
}

static bool reply_outcome(struct reply *reply, const struct output *table,
                          const struct configuration *row)
{
    return reply_with(reply, table, &(struct outcome){
        .row = row != NULL ? *row : (struct configuration){ .id = NO_STR },
        .status = S("success"), .success = true });
}

/* ---- lists ---- */

static void put_counts(struct js *js, const char *key, const struct configuration_counts *counts,
                       bool is_system)
{
    int64_t total = 0;
    for (size_t i = 0; i < counts->n; i++)
        total += counts->at[i].is_system == is_system ? counts->at[i].count : 0;
    js_object(js, key);
    js_int(js, "total", total);
    js_object(js, "by_category");
    for (size_t i = 0; i < counts->n; i++) {
        const struct configuration_count *count = &counts->at[i];
        if (count->is_system != is_system)
            continue;
        js_key(js, count->category);
        js_int(js, NULL, count->count);
    }
    js_end(js);
    js_end(js);
}

static bool stats(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct configuration_counts counts;
    TRY(configuration_counts(cx, &counts));
    struct js *js = reply_js(reply);
    js_object(js, NULL);
    put_counts(js, "system_configs", &counts, true);
    put_counts(js, "account_configs", &counts, false);
    js_end(js);
    return true;
}

struct list_in { int64_t limit; struct str account_id, category; };
static const struct input RECENT_IN[] = {
    IN(QUERY, T_INT, list_in, limit, .least = 1, .most = 100, .otherwise = 5), { 0 },
};
static const struct input SYSTEM_IN[] = { IN(QUERY, T_TEXT, list_in, category), { 0 } };
static const struct input ACCOUNT_IN[] = {
    IN(QUERY, T_TEXT, list_in, account_id, .required = true),
    IN(QUERY, T_TEXT, list_in, category), { 0 },
};

static bool recent(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct configurations list;
    TRY(configuration_recent(cx, in->limit, &list));
    return reply_list(reply, RECENT_OUT, &list);
}

static bool of_system(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct configurations list;
    TRY(configuration_list(cx, S(SYSTEM_ACCOUNT), in->category, &list));
    return reply_list(reply, SYSTEM_OUT, &list);
}

static bool of_account(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct configurations list;
    struct account account;
    bool found;
    TRY(account_by_id(cx, in->account_id, &found, &account));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "Account not found");
    TRY(configuration_list(cx, account.id, in->category, &list));
    return reply_list(reply, ACCOUNT_OUT, &list);
}

/* ---- providers ---- */

static bool providers(struct cx *cx UNUSED, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    const struct provider *provider;
    struct js *js = reply_js(reply);
    js_array(js, NULL);
    for (size_t i = 0; (provider = provider_at(i)) != NULL; i++) {
        bool all = str_absent(in->category);
        if (!all && !provider_is_in(provider, in->category))
            continue;
        js_object(js, NULL);
        js_text(js, "category", all ? provider->category : in->category);
        js_text(js, "provider_name", provider->name);
        js_text(js, "display_name", provider->display_name);
        js_text(js, "logo_url", provider->logo_url);
        js_bool(js, "is_builtin", true);
        js_end(js);
    }
    js_end(js);
    return true;
}

struct schema_in { struct str category, provider; };
static const struct input SCHEMA_IN[] = {
    IN(PATH, T_TEXT, schema_in, category), IN(PATH, T_TEXT, schema_in, provider), { 0 },
};

static bool schema(struct cx *cx, const void *input, struct reply *reply)
{
    const struct schema_in *in = input;
    const struct provider *provider = provider_find(in->category, in->provider);
    if (provider == NULL)
        return fail_detail(cx, E_NOT_FOUND, "Provider not found");
    provider_schema(provider, reply_js(reply));
    return true;
}

/* ---- one ---- */

struct one_in { struct str id; bool enabled; struct jv values; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };
static const struct input ENABLE_IN[] = {
    IN(PATH, T_TEXT, one_in, id), IN(BODY, T_BOOL, one_in, enabled, .required = true), { 0 },
};
static const struct input VALUES_IN[] = {
    IN(PATH, T_TEXT, one_in, id),
    IN(BODY, T_WHOLE_BODY, one_in, values, .required = true,
       .about = "All of them: what is left out is gone, what equals the mask stays"),
    { 0 },
};

struct create_in {
    struct str category, provider_name, display_name, account_id, logo_url;
    struct jv config;
    bool enabled;
    int64_t priority;
};
static const struct input CREATE_IN[] = {
    IN(BODY, T_TEXT, create_in, category, .min = 1, .max = 50),
    IN(BODY, T_TEXT, create_in, provider_name, .min = 1, .max = 100),
    IN(BODY, T_TEXT, create_in, display_name, .min = 1, .max = 255),
    IN(BODY, T_OBJECT, create_in, config),
    IN(BODY, T_TEXT, create_in, account_id, .about = "The system's when left out"),
    IN(BODY, T_TEXT, create_in, logo_url, .max = 500),
    IN(BODY, T_BOOL, create_in, enabled, .otherwise = 1),
    IN(BODY, T_INT, create_in, priority, .least = INT32_MIN, .most = INT32_MAX),
    { 0 },
};

/* compat: the old server looks for them itself, one at a time. */
static bool has_all(struct cx *cx, const struct create_in *in)
{
    const char *missing = str_absent(in->category) ? "category"
        : str_absent(in->provider_name) ? "provider_name"
        : str_absent(in->display_name) ? "display_name"
        : in->config.kind != JV_OBJECT ? "config" : NULL;
    return missing == NULL || fail_detail(cx, E_INVALID, "Missing field: %s", missing);
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct create_in *in = input;
    struct configuration row = {
        .account_id = str_absent(in->account_id) ? S(SYSTEM_ACCOUNT) : in->account_id,
        .category = in->category, .provider_name = in->provider_name,
        .display_name = in->display_name, .logo_url = in->logo_url, .enabled = in->enabled,
        .priority = in->priority };
    TRY(has_all(cx, in));
    TRY(configchange_create(cx, &row, in->config));
    return reply_outcome(reply, CREATED_OUT, &row);
}

static bool enable(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct configuration row;
    TRY(configchange_enable(cx, in->id, in->enabled, &row));
    return reply_outcome(reply, ENABLED_OUT, &row);
}

static bool values(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct configuration row;
    struct str shown;
    TRY(configchange_get(cx, in->id, &row));
    const struct configvalue_of of = { row.id, row.category, row.provider_name };
    TRY(configvalue_mask(cx, &of, row.stored, &shown));
    js_raw(reply_js(reply), NULL, shown);
    return true;
}

static bool set_values(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct configuration row;
    TRY(configchange_values(cx, in->id, in->values, &row));
    return reply_outcome(reply, VALUES_OUT, &row);
}

static bool set_default(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct configuration row;
    TRY(configchange_default(cx, in->id, true, &row));
    return reply_outcome(reply, SET_OUT, &row);
}

static bool unset_default(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct configuration row;
    TRY(configchange_default(cx, in->id, false, &row));
    return reply_outcome(reply, UNSET_OUT, &row);
}

static bool remove_one(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(configchange_delete(cx, in->id));
    return reply_outcome(reply, DELETED_OUT, NULL);
}

/* ---- trying out ---- */

struct try_in { struct jv category, provider_name, config, config_id; };
static const struct input TRY_IN[] = {
    IN(BODY, T_JSON, try_in, category), IN(BODY, T_JSON, try_in, provider_name),
    IN(BODY, T_JSON, try_in, config),
    IN(BODY, T_JSON, try_in, config_id, .about = "Whose values stand for those that are masked"),
    { 0 },
};
struct tried { bool success; struct str message; };
static const struct output TRIED_OUT[] = {
    OUT(O_BOOL, tried, success), OUT(O_TEXT, tried, message), { 0 },
};

/* config with the stored values of the configuration that the caller works on. */
static bool fill(struct cx *cx, struct str id, struct str category, struct str provider_name,
                 struct jv *config, bool *found)
{
    struct configuration row;
    TRY(configuration_by_id(cx, id, found, &row));
    *found = *found && str_eq(row.category, category) && str_eq(row.provider_name, provider_name);
    const struct configvalue_of of = { row.id, row.category, row.provider_name };
    return !*found || configvalue_fill(cx, &of, *config, row.stored, config);
}

static bool try_it(struct cx *cx, const struct try_in *in, struct tried *out)
{
    struct str category = jv_text(in->category), name = jv_text(in->provider_name);
    struct jv config = in->config;
    bool found = true;
    out->message = S("Internal server error: 400: Missing required fields");
    if (category.n == 0 || name.n == 0 || config.kind != JV_OBJECT)
        return true;
    if (in->config_id.kind == JV_TEXT)
        TRY(fill(cx, jv_text(in->config_id), category, name, &config, &found));
    out->message = S("Configuration not found");
    return !found || probe_connection(cx, category, name, config, &out->success, &out->message);
}

/* compat: whatever goes wrong is told with 200. */
static bool try_out(struct cx *cx, const void *input, struct reply *reply)
{
    struct tried out = { .success = false };
    if (!try_it(cx, input, &out)) {
        if (cx->err.kind != E_BROKEN && cx->err.kind != E_TOO_LARGE)
            return false;
        log_failure(cx);
        fail_forget(cx);
        out = (struct tried){ false, S("Internal server error: the connection was not tested") };
    }
    return reply_with(reply, TRIED_OUT, &out);
}

#define AT "/api/v1/admin/configuration"
const struct route configurations_routes[] = {
    { GET, AT "/stats", .need = NEED_SUPERADMIN, .run = stats,
      .broken = "Failed to fetch configuration statistics",
      .title = "Count the enabled configurations by category" },
    { GET, AT "/recent", .need = NEED_SUPERADMIN, INPUT(RECENT_IN, list_in), .run = recent,
      .broken = "Failed to fetch recent configurations",
      .title = "List the configurations changed last" },
    { GET, AT "/system", .need = NEED_SUPERADMIN, INPUT(SYSTEM_IN, list_in), .run = of_system,
      .broken = "Failed to fetch system configurations",
      .title = "List the configurations of the system",
      .about = "They hold for every account that has none of its own." },
    { GET, AT "/account", .need = NEED_SUPERADMIN, INPUT(ACCOUNT_IN, list_in), .run = of_account,
      .broken = "Failed to fetch account configurations",
      .title = "List the configurations of an account" },
    { POST, AT, .need = NEED_SUPERADMIN, INPUT(CREATE_IN, create_in), .output = CREATED_OUT,
      .run = create, .broken = "Failed to create configuration",
      .title = "Configure a provider" },
    { PATCH, AT "/{id}", .need = NEED_SUPERADMIN, INPUT(ENABLE_IN, one_in),
      .output = ENABLED_OUT, .run = enable, .broken = "Failed to update configuration",
      .title = "Enable or disable a configuration",
      .about = "One that is disabled is no longer the default." },
    { DELETE, AT "/{id}", .need = NEED_SUPERADMIN, INPUT(ONE_IN, one_in), .output = DELETED_OUT,
      .run = remove_one, .broken = "Failed to delete configuration",
      .title = "Delete a configuration" },
    { GET, AT "/{id}/values", .need = NEED_SUPERADMIN, INPUT(ONE_IN, one_in), .run = values,
      .broken = "Failed to fetch configuration values",
      .title = "Show the values of a configuration",
      .about = "Secrets are masked; the mask sent back keeps what is stored." },
    { PATCH, AT "/{id}/values", .need = NEED_SUPERADMIN, INPUT(VALUES_IN, one_in),
      .output = VALUES_OUT, .run = set_values, .broken = "Failed to update configuration values",
      .title = "Replace the values of a configuration" },
    { POST, AT "/{id}/set-default", .need = NEED_SUPERADMIN, INPUT(ONE_IN, one_in),
      .output = SET_OUT, .run = set_default, .broken = "Failed to set default configuration",
      .title = "Make a configuration the default of its category" },
    { DELETE, AT "/{id}/set-default", .need = NEED_SUPERADMIN, INPUT(ONE_IN, one_in),
      .output = UNSET_OUT, .run = unset_default,
      .broken = "Failed to unset default configuration",
      .title = "Leave a category without a default" },
    { GET, AT "/providers", .need = NEED_SUPERADMIN, INPUT(SYSTEM_IN, list_in), .run = providers,
      .broken = "Failed to fetch available providers", .title = "List the providers there are" },
    { GET, AT "/schema/{category}/{provider}", .need = NEED_SUPERADMIN,
      INPUT(SCHEMA_IN, schema_in), .run = schema, .broken = "Failed to fetch provider schema",
      .title = "Show the JSON Schema of a provider's values" },
    { POST, AT "/test-connection", .need = NEED_SUPERADMIN, INPUT(TRY_IN, try_in),
      .output = TRIED_OUT, .run = try_out, .waits = true,
      .title = "Try values of a provider out",
      .about = "Always 200: success and message tell what came of it, within 10 seconds." },
    { 0 },
};
