/*
 * configuration.h — providers as somebody configured them, and which of them is in force
 * (identity.md §16).
 *
 * Scope    an account's row wins over the system's; rows are (account, category, provider)
 * Secrets  members that a provider's schema or their name marks as secret are sealed at rest, open
 *          in .config here; what goes out shows configuration_mask instead
 * Stale    never: rows are read, or kept only while the definitions generation stands
 * Changes  configurations (audited, secrets as ***); bumps definitions
 */
#ifndef CONFIG_CONFIGURATION_H
#define CONFIG_CONFIGURATION_H

#include "base/cx.h"
#include "base/jv.h"

struct configuration {
    struct str id, account_id, category, provider_name, display_name, logo_url;
    struct jv config;                   /* an object */
    bool enabled, is_builtin, is_default;
    int64_t priority, created_at, updated_at;
};

/* §16.3: the account's row if enabled, else the system's if enabled, else none. */
bool configuration_effective(struct cx *cx, struct str category, struct str provider_name,
                             struct str account_id, bool *found, struct configuration *out)
    MUST_CHECK;
/* §18.1: who sends the account's mail. wanted: a provider's name, or absent or "auto" to choose. */
bool configuration_mailer(struct cx *cx, struct str account_id, struct str wanted, bool *found,
                          struct configuration *out) MUST_CHECK;
/* system_settings/system of the account, else the system's, else the settings; app_url never ends
 * with a slash and is external_url with base_path when nobody said. */
struct configuration_product { struct str app_name, app_url, support_email; };
bool configuration_product(struct cx *cx, struct str account_id, struct configuration_product *out)
    MUST_CHECK;

#endif
