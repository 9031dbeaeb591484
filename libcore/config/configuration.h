/*
 * configuration.h — providers as somebody configured them, and which of them is in force
 * (identity.md §16).
 *
 * Scope    an account's row wins over the system's; rows are (account, category, provider)
 * Secrets  members that a provider's schema or their name marks as secret are sealed at rest, open
 *          in .config here; what goes out shows SEAL_MASK instead
 * Stale    never: rows are read
 * Errors   E_BROKEN when a seal does not open: encryption_key is not what it was
 * Lists    for superadmins: they look at every account's rows and open nothing
 */
#ifndef CONFIG_CONFIGURATION_H
#define CONFIG_CONFIGURATION_H

#include "base/cx.h"
#include "base/jv.h"

struct configuration {
    struct str id, account_id, category, provider_name, display_name, logo_url;
    struct str stored;                  /* JSON with its secrets sealed: configvalue.h */
    struct jv config;                   /* an object, open: of _effective and _mailer alone */
    bool enabled, is_builtin, is_default, is_system;
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
struct str configuration_address(struct cx *cx);        /* external_url with base_path */

bool configuration_by_id(struct cx *cx, struct str id, bool *found, struct configuration *out)
    MUST_CHECK;
struct configurations { const struct configuration *at; size_t n; };
/* By priority, then the newest; category may be absent. */
bool configuration_list(struct cx *cx, struct str account_id, struct str category,
                        struct configurations *out) MUST_CHECK;
bool configuration_recent(struct cx *cx, int64_t limit, struct configurations *out) MUST_CHECK;
/* How many are enabled, by scope and category, in the order of their names. */
struct configuration_count { struct str category; bool is_system; int64_t count; };
struct configuration_counts { const struct configuration_count *at; size_t n; };
bool configuration_counts(struct cx *cx, struct configuration_counts *out) MUST_CHECK;

#endif
