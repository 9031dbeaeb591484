/* brief.c — what of an account, a person and a session goes out. */
#include "brief.h"

const struct output brief_account[] = {
    OUT(O_TEXT, account, id),         OUT(O_TEXT, account, slug), OUT(O_TEXT, account, name),
    OUT(O_TIME, account, created_at), OUT(O_TEXT, account, account_code), { 0 },
};
const struct output brief_user[] = {
    OUT(O_TEXT, user_brief, id),         OUT(O_TEXT, user_brief, email),
    OUT(O_TEXT, user_brief, role),       OUT(O_BOOL, user_brief, is_active),
    OUT(O_TIME, user_brief, created_at), OUT(O_TEXT, user_brief, account_id),
    OUT(O_TEXTS, user_brief, groups),    OUT(O_TIME, user_brief, last_login),
    OUT(O_TEXT, user_brief, token_type), OUT(O_BOOL, user_brief, email_verified), { 0 },
};
const struct output brief_session[] = {
    OUT(O_TEXT, session_brief, token),
    OUT(O_TEXT, session_brief, refresh_token),
    OUT(O_INT, session_brief, expires_in, .about = "Seconds that the access token lives"),
    OUT(O_OBJECT, session_brief, account, .of = brief_account),
    OUT(O_OBJECT, session_brief, user, .of = brief_user),
    { 0 },
};

struct session_brief brief_session_of(const struct login *made)
{
    return (struct session_brief){
        .token = made->session.access_token, .refresh_token = made->session.refresh_token,
        .expires_in = made->session.expires_in, .account = made->account,
        .user = brief_of(&made->user, &made->groups, "jwt") };
}

struct user_brief brief_of(const struct user *user, const struct group_names *groups,
                           const char *token_type)
{
    return (struct user_brief){
        .id = user->id, .email = user->email, .role = user->role, .account_id = user->account_id,
        .token_type = str_of(token_type), .is_active = user->is_active,
        .email_verified = user->email_verified, .created_at = user->created_at,
        .last_login = user->last_login,
        .groups = { .at = groups->at, .n = groups->n, .each = sizeof(struct str) } };
}
