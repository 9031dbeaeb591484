/*
 * brief.h — accounts and people as the auth replies show them (AccountBrief and UserBrief of
 * identity.md §6).
 */
#ifndef AUTH_BRIEF_H
#define AUTH_BRIEF_H

#include "http/output.h"
#include "identity/account.h"
#include "identity/group.h"
#include "identity/user.h"

struct user_brief {
    struct str id, email, role, account_id, token_type;
    bool is_active, email_verified;
    int64_t created_at, last_login;
    struct out_list groups;
};
extern const struct output brief_account[], brief_user[]; /* of struct account, struct user_brief */

struct user_brief brief_of(const struct user *user, const struct group_names *groups,
                           const char *token_type);

#endif
