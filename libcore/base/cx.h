/*
 * cx.h — the context that every domain function takes first: one request, job or command.
 *
 * Ownership  mem dies with the request; db, set, keep and fault live as long as the process
 * Units      now is microseconds since 1970 UTC, fixed when the request began, so its rows agree
 */
#ifndef BASE_CX_H
#define BASE_CX_H

#include "base/arena.h"
#include "base/fail.h"
#include "base/str.h"

struct db;
struct settings;
struct signature;
struct preference;

#define SYSTEM_ACCOUNT "00000000-0000-0000-0000-000000000000"

enum actor_kind {
    ACTOR_ANONYMOUS,        /* nobody signed in; account_id only on record routes               */
    ACTOR_USER,
    ACTOR_SYSTEM            /* the command line, the worker                                     */
};

/* Who is calling. Absent texts are NO_STR; id and email of an anonymous caller are "anonymous". */
struct actor {
    enum actor_kind kind;
    bool is_superadmin;             /* a user of the system account, or ACTOR_SYSTEM            */
    struct str id, email, role;
    struct str account_id;          /* the tenant whose rows the caller may touch               */
    struct str account_name;
    const struct str *groups;       /* names, of the caller's account                           */
    size_t group_count;
    const char *auth_method;        /* jwt, api_key, personal_token, oauth, anonymous, system   */
    struct str session_id, token_id; int64_t token_expires_at;  /* of an access token           */
    bool is_service;                /* a key that acts for an account: id is the key's, no user */
    const struct str *scopes;       /* what the key or token was made for                       */
    size_t scope_count;
    struct str ip, user_agent;
    const struct signature *signature;  /* NULL: what they change is not signed                 */
    bool sees_pii;                  /* superadmin, or in the group pii_access                   */
    bool is_acting;                 /* a superadmin as the admin of another account               */
    const struct preference *likes; /* how they like pages; NULL: this is none                 */
};

/* What a room keeps between requests: one slot each, owned and typed by that room alone. */
enum keep {
    KEEP_COLLECTIONS, KEEP_ACTORS, KEEP_TOTALS, KEEP_TEMPLATES, KEEP_TRAIL, KEEP_OUTBOX,
    KEEP_PERMISSIONS, KEEP_METERS, KEEP_LIMITS, KEEP_QUEUE, KEEP_PHRASES, KEEP_COUNT
};

struct cx {
    struct arena *mem;
    struct db *db;
    const struct settings *set;
    const struct actor *who;        /* never NULL once the request is admitted                  */
    int64_t now;
    struct str request_id;          /* hk_ + 12 hex digits: goes into the audit trail           */
    struct str correlation_id;      /* the caller's or ours: goes into the log and the reply    */
    struct str language;            /* what people are spoken to in: "", "en", "de" (phrase.h)  */
    void **keep;                    /* keep[KEEP_COUNT]                                         */
    struct err err;
};

bool cx_in_group(const struct cx *cx, struct str group);
struct str cx_home(const struct cx *cx);        /* the account the caller is a user of          */
bool cx_has_scope(const struct cx *cx, struct str scope);

#endif
