/*
 * provider.h — what can be configured: the built-in providers and the schemas of their settings
 * (identity.md §17).
 *
 * SAML  its three are known as auth_providers and as saml_providers: the old server registered them
 *       as the one and looked them up as the other
 */
#ifndef CONFIG_PROVIDER_H
#define CONFIG_PROVIDER_H

#include "base/js.h"

struct provider_member {
    const char *name, *title, *type;    /* type: as JSON Schema calls it */
    const char *format;                 /* "email", "uri"; or NULL */
    const char *otherwise, *one_of;     /* JSON: the default, the values allowed; or NULL */
    bool required, is_write_only, is_secret;    /* one of the last two: masked when shown */
};
struct provider {
    struct str category, name, display_name, logo_url;
    const struct provider_member *members;      /* ends with { 0 }; NULL: nothing to set */
    bool is_saml;
};

const struct provider *provider_at(size_t i);                   /* in their order; NULL: no more */
bool provider_is_in(const struct provider *provider, struct str category);
const struct provider *provider_find(struct str category, struct str name);         /* or NULL */
const struct provider_member *provider_member(const struct provider *provider, struct str name);
void provider_schema(const struct provider *provider, struct js *js);   /* one JSON value */

#endif
