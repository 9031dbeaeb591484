/*
 * configchange.h — configures providers: new rows, other values, on and off, the default one
 * (identity.md §16.1).
 *
 * Errors    F1 texts of §16.1: E_NOT_FOUND, E_INVALID, E_CONFLICT
 * Races     changes of one account's category wait for each other: there is at most one default,
 *           and it is enabled
 * Changes   configurations (audited, secrets as ***); bumps definitions
 */
#ifndef CONFIG_CONFIGCHANGE_H
#define CONFIG_CONFIGCHANGE_H

#include "config/configuration.h"

/* From account_id, category, provider_name, display_name, logo_url, enabled, is_builtin, is_default
 * and priority; fills in the rest. */
bool configchange_create(struct cx *cx, struct configuration *row, struct jv values) MUST_CHECK;
/* A row that may be there at all; changes nothing. */
bool configchange_get(struct cx *cx, struct str id, struct configuration *out) MUST_CHECK;
bool configchange_enable(struct cx *cx, struct str id, bool enabled, struct configuration *out)
    MUST_CHECK;
/* All of them anew; those that equal SEAL_MASK stay. */
bool configchange_values(struct cx *cx, struct str id, struct jv values, struct configuration *out)
    MUST_CHECK;
bool configchange_default(struct cx *cx, struct str id, bool is_default, struct configuration *out)
    MUST_CHECK;
bool configchange_delete(struct cx *cx, struct str id) MUST_CHECK;

/* The rows every installation has (§17); harmless twice and at once. In no transaction. */
bool configchange_seed(struct cx *cx) MUST_CHECK;

#endif
