/* userfull.c — a person with account, role and groups, for replies. */
#include "userfull.h"

#define OUT_IS(type_, member, wire) OUT_AS(type_, userfull, is.member, wire)
const struct output userfull_out[] = {
    OUT_IS(O_TEXT, id, "id"),
    OUT_IS(O_TEXT, email, "email"),
    OUT_IS(O_TEXT, account_id, "account_id"),
    OUT_IS(O_TEXT, account_code, "account_code"),
    OUT_IS(O_TEXT, account_name, "account_name"),
    OUT_IS(O_INT, role_id, "role_id"),
    OUT_IS(O_TEXT, role, "role_name"),
    OUT_IS(O_BOOL, is_active, "is_active"),
    OUT_IS(O_TEXT, auth_provider, "auth_provider"),
    OUT_IS(O_TEXT, auth_provider_name, "auth_provider_name"),
    OUT_IS(O_TEXT, external_id, "external_id"),
    OUT_IS(O_TEXT, external_email, "external_email"),
    OUT_IS(O_JSON, profile_data, "profile_data"),
    OUT_IS(O_BOOL, email_verified, "email_verified"),
    OUT_IS(O_TIME, email_verified_at, "email_verified_at"),
    OUT_IS(O_TIME, created_at, "created_at"),
    OUT_IS(O_TIME, last_login, "last_login"),
    OUT_IS(O_TEXT, role, "role"),
    OUT(O_TEXTS, userfull, groups),
    { 0 },
};

struct userfull userfull_of(const struct member *member)
{
    return (struct userfull){
        *member, { member->groups.at, member->groups.n, sizeof(struct str) } };
}

struct out_list userfull_list(struct arena *mem, const struct members *members)
{
    struct userfull *list = arena_list(mem, struct userfull, members->n);
    for (size_t i = 0; i < members->n; i++)
        list[i] = userfull_of(&members->at[i]);
    return (struct out_list){ list, members->n, sizeof *list };
}
