/*
 * brief.h — accounts, people and sessions as the auth replies show them (AccountBrief, UserBrief
 * and Session of identity.md §6).
 */
#ifndef AUTH_BRIEF_H
#define AUTH_BRIEF_H

#include "http/output.h"
#include "identity/account.h"
#include "identity/group.h"
#include "identity/login.h"
#include "identity/user.h"

struct user_brief {
    struct str id, email, role, account_id, token_type;
    bool is_active, email_verified;
    int64_t created_at, last_login;
    struct out_list groups;
};
extern const struct output brief_account[], brief_user[]; /* of struct account, struct user_brief */

struct session_brief {
    struct str token, refresh_token; int64_t expires_in;
    struct account account; struct user_brief user;
};
extern const struct output brief_session[];

struct session_brief brief_session_of(const struct login *made);
struct user_brief brief_of(const struct user *user, const struct group_names *groups,
                           const char *token_type);

#endif
