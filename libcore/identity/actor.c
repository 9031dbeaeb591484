/* actor.c — verifies tokens and keys, and asks the database who stands behind them today. */
#include "identity/actor.h"

#include <string.h>

#include "audit/change.h"
#include "base/arena.h"
#include "base/ident.h"
#include "base/meter.h"
#include "base/settings.h"
#include "base/when.h"
#include "crypto/jwt.h"
#include "db/rows.h"
#include "identity/account.h"
#include "identity/apikey.h"
#include "identity/group.h"
#include "identity/session.h"
#include "identity/token.h"

/* What a credential says once it is believed. */
struct claim {
    const char *method;
    struct str user_id, account_id, token_id, session_id;
    int64_t issued_at, expires_at;      /* microseconds; expires_at 0: never */
    bool is_jwt, is_key;
    bool has_row; struct apikey key;    /* a key's, or a token's of the command line */
};

/* Verified credentials and their actors; all of it is forgotten when any identity changes. */
enum { KEPT_SLOTS = 512, KEPT_MOST = 256 };
struct kept {
    struct str text;                    /* the credential as sent */
    bool is_key;                        /* it came as X-API-Key */
    int64_t until;                      /* microseconds */
    struct actor who;
};
struct actors {
    struct arena *mem, *texts;
    int64_t identities;
    size_t n;
    struct kept *slots[KEPT_SLOTS];     /* NULL: free */
};

static bool refuse(struct cx *cx, const char *why)
{
    fail_detail(cx, E_UNAUTHENTICATED, "%s", why);
    cx->err.challenge = true;
    return false;
}

bool actor_present(const struct credentials *given)
{
    return !str_absent(given->bearer) || !str_absent(given->api_key);
}

void actor_nobody(struct actor *who)
{
    struct str ip = who->ip, agent = who->user_agent;
    *who = (struct actor){ .kind = ACTOR_ANONYMOUS, .id = S("anonymous"), .email = S("anonymous"),
                           .auth_method = "anonymous", .ip = ip, .user_agent = agent };
}

void actor_system(struct actor *who)
{
    struct str ip = who->ip, agent = who->user_agent;
    *who = (struct actor){ .kind = ACTOR_SYSTEM, .is_superadmin = true, .sees_pii = true,
                           .id = S("system"), .email = S("system"), .role = S("admin"),
                           .account_id = S(SYSTEM_ACCOUNT), .auth_method = "system",
                           .ip = ip, .user_agent = agent };
}

/* ---- credentials ---- */

/* A NumericDate (RFC 7519 §2) in microseconds. */
static bool read_date(struct jv claim, int64_t *us)
{
    double seconds = jv_real(claim);
    if ((claim.kind != JV_INT && claim.kind != JV_REAL) || !(seconds > -9e11 && seconds < 9e11))
        return false;
    *us = claim.kind == JV_INT ? jv_int(claim) * WHEN_SECOND : (int64_t)(seconds * 1e6);
    return true;
}

static bool is_text_or_absent(struct jv claim)
{
    return claim.kind == JV_ABSENT || claim.kind == JV_TEXT;
}

static bool claim_jwt(struct cx *cx, struct str text, struct claim *out)
{
    struct jv claims;
    if (!jwt_verify(cx, cx->set->secret_key, text, &claims)) {
        if (cx->err.kind == E_NONE)
            return refuse(cx, "Invalid token");
        return false;
    }
    struct jv expires = jv_get(claims, S("exp")), issued = jv_get(claims, S("iat"));
    if (!read_date(expires, &out->expires_at))
        return refuse(cx, "Invalid token");
    if (out->expires_at <= cx->now)
        return refuse(cx, "Token has expired");
    if (!str_eq(jv_text(jv_get(claims, S("iss"))), S("snackbase"))
        || !read_date(issued, &out->issued_at) || out->issued_at > cx->now
        || jv_get(claims, S("aud")).kind != JV_ABSENT
        || !is_text_or_absent(jv_get(claims, S("sub")))
        || !is_text_or_absent(jv_get(claims, S("jti")))
        || !is_text_or_absent(jv_get(claims, S("sid"))))
        return refuse(cx, "Invalid token");
    if (!str_eq(jv_text(jv_get(claims, S("type"))), S("access")))
        return refuse(cx, "Not an access token");
    out->user_id = jv_text(jv_get(claims, S("user_id")));
    out->account_id = jv_text(jv_get(claims, S("account_id")));
    out->token_id = jv_text(jv_get(claims, S("jti")));
    out->session_id = jv_text(jv_get(claims, S("sid")));
    out->method = "jwt";
    out->is_jwt = true;
    return (!str_absent(out->user_id) && !str_absent(out->account_id)
            && !str_absent(jv_text(jv_get(claims, S("email"))))
            && !str_absent(jv_text(jv_get(claims, S("role")))))
        || refuse(cx, "Invalid token");
}

/* A key whose row is gone is refused in fill(), after what the contract asks first. */
static bool claim_token(struct cx *cx, struct str text, struct claim *out)
{
    struct token token;
    TRY(token_read(cx, text, &token));
    *out = (struct claim){ .method = token.type, .user_id = token.user_id,
                           .account_id = token.account_id, .token_id = token.token_id,
                           .issued_at = token.issued_at * WHEN_SECOND,
                           .expires_at = (token.expires_at + 1) * WHEN_SECOND };
    if (token.expires_at == 0)
        out->expires_at = 0;
    out->is_key = strcmp(token.type, "api_key") == 0;
    TRY(apikey_by_text(cx, text, &out->has_row, &out->key));
    if (out->has_row) {                 /* a service is vouched for by its maker */
        out->account_id = out->key.account_id;
        out->user_id = out->key.user_id;
    }
    return true;
}

/* Legacy keys: sb_sk_<code>_<random>. */
static bool claim_key(struct cx *cx, struct str text, struct claim *out)
{
    struct apikey key;
    bool found;
    TRY(apikey_by_text(cx, text, &found, &key));
    if (!found || !key.is_active)
        return refuse(cx, "Invalid API key");
    if (key.expires_at != 0 && key.expires_at <= cx->now)
        return refuse(cx, "API key has expired");
    if (str_absent(key.maker))
        return refuse(cx, "User associated with API key not found");
    if (!str_eq(key.account_id, S(SYSTEM_ACCOUNT))) {
        fail_detail(cx, E_FORBIDDEN, "API keys are restricted to superadmin users");
        cx->err.challenge = true;
        return false;
    }
    *out = (struct claim){ .method = "api_key", .user_id = key.user_id,
                           .account_id = key.account_id, .token_id = key.id,
                           .issued_at = key.created_at, .expires_at = key.expires_at,
                           .is_key = true, .has_row = true, .key = key };
    return true;
}

/* ---- who it is today ---- */

struct person {
    struct str email, role, account_name;
    bool is_active;
    int64_t tokens_valid_from;
};
static const struct sql PERSON = SQL(
    "SELECT u.email, r.name AS role, a.name AS account_name, u.is_active, u.tokens_valid_from"
    " FROM users u JOIN accounts a ON a.id = u.account_id LEFT JOIN roles r ON r.id = u.role_id"
    " WHERE u.account_id = :account AND u.id = :user");
static const struct col PERSON_COLS[] = {
    COL(C_TEXT, person, email),     COL(C_TEXT, person, role), COL(C_TEXT, person, account_name),
    COL(C_BOOL, person, is_active), COL(C_TIME, person, tokens_valid_from), { 0 },
};

static bool find_person(struct cx *cx, const struct claim *claim, bool *found, struct person *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *found = false;
    if (!ident_is_uuid(claim->account_id) || !ident_is_uuid(claim->user_id))
        return true;
    TRY(db_query(cx, PERSON, BIND(p_text("account", claim->account_id),
                                  p_text("user", claim->user_id)), &rows));
    *found = rows_next(&rows, PERSON_COLS, out);
    return *found || rows_done(&rows);
}

/* Tokens carry whole seconds: those of the very second stand, sessions ended in it are listed. */
static bool is_outdated(const struct claim *claim, const struct person *person)
{
    return claim->issued_at / WHEN_SECOND < person->tokens_valid_from / WHEN_SECOND;
}

/* The person behind the claim, if it still stands. */
static bool check(struct cx *cx, const struct claim *claim, struct person *out)
{
    bool found, revoked;
    TRY(session_is_revoked(cx, claim->token_id, claim->session_id, &revoked));
    if (revoked)
        return refuse(cx, "Token has been revoked");
    TRY(find_person(cx, claim, &found, out));
    if (!found)
        return refuse(cx, "User does not belong to the specifying account");
    if (!out->is_active)
        return refuse(cx, "User account is inactive");
    if (is_outdated(claim, out) || (claim->has_row ? !claim->key.is_active : claim->is_key))
        return refuse(cx, "Token has been revoked");
    return true;
}

static bool fill_person(struct cx *cx, const struct claim *claim, const struct person *person,
                        struct actor *who)
{
    struct group_names groups;
    bool is_superadmin = str_eq(claim->account_id, S(SYSTEM_ACCOUNT));
    TRY(group_names_of(cx, claim->account_id, claim->user_id, &groups));
    *who = (struct actor){
        .kind = ACTOR_USER, .is_superadmin = is_superadmin, .sees_pii = is_superadmin,
        .id = claim->user_id, .email = person->email, .role = person->role,
        .account_id = claim->account_id, .account_name = person->account_name,
        .groups = groups.at, .group_count = groups.n, .auth_method = claim->method,
        .session_id = claim->is_jwt ? claim->session_id : NO_STR,
        .token_id = claim->is_jwt ? claim->token_id : NO_STR,
        .token_expires_at = claim->expires_at, .ip = who->ip, .user_agent = who->user_agent };
    for (size_t i = 0; i < groups.n; i++)
        who->sees_pii |= str_eq(groups.at[i], S(GROUP_PII));
    return true;
}

/* A key that acts for an account: whoever made it, it is nobody's user and no superadmin. */
static bool fill_service(struct cx *cx, const struct claim *claim,
                         const struct apikey_scopes *scopes, struct actor *who)
{
    struct account account;
    bool found;
    TRY(account_by_id(cx, claim->key.acts_for, &found, &account));
    if (!found || str_eq(account.id, S(SYSTEM_ACCOUNT)))
        return refuse(cx, "Token has been revoked");
    *who = (struct actor){
        .kind = ACTOR_USER, .is_service = true, .id = claim->key.id,
        .email = apikey_email(cx, &claim->key), .role = apikey_role(scopes),
        .account_id = account.id, .account_name = account.name, .auth_method = claim->method,
        .token_expires_at = claim->expires_at, .ip = who->ip, .user_agent = who->user_agent };
    return true;
}

static bool fill(struct cx *cx, const struct claim *claim, struct actor *who)
{
    struct person person;
    struct apikey_scopes scopes = { NULL, 0 };
    bool is_service = claim->has_row && !str_absent(claim->key.acts_for);
    db_scope(cx, str_eq(claim->account_id, S(SYSTEM_ACCOUNT)) ? S("*") : claim->account_id);
    TRY(check(cx, claim, &person));
    if (claim->has_row) {
        TRY(apikey_stamp(cx, &claim->key));
        TRY(apikey_scopes(cx, &claim->key, &scopes));
    }
    TRY(is_service ? fill_service(cx, claim, &scopes, who) : fill_person(cx, claim, &person, who));
    who->scopes = scopes.at;
    who->scope_count = scopes.n;
    db_scope(cx, who->is_superadmin ? S("*") : who->account_id);
    return true;
}

/* ---- what is kept ---- */

static const struct str *copy_list(struct arena *mem, const struct str *list, size_t n)
{
    struct str *out = arena_list(mem, struct str, n);
    for (size_t i = 0; i < n; i++)
        out[i] = str_copy(mem, list[i]);
    return out;
}

static struct actor copy(struct arena *mem, const struct actor *who)
{
    struct actor out = *who;
    out.id = str_copy(mem, who->id);
    out.email = str_copy(mem, who->email);
    out.role = str_copy(mem, who->role);
    out.account_id = str_copy(mem, who->account_id);
    out.account_name = str_copy(mem, who->account_name);
    out.groups = copy_list(mem, who->groups, who->group_count);
    out.scopes = copy_list(mem, who->scopes, who->scope_count);
    out.session_id = str_copy(mem, who->session_id);
    out.token_id = str_copy(mem, who->token_id);
    out.ip = out.user_agent = NO_STR;
    return out;
}

static struct actors *actors_of(struct cx *cx, int64_t identities)
{
    struct actors *kept = cx->keep[KEEP_ACTORS];
    if (kept == NULL) {
        struct arena *mem = arena_new(0, NULL, NULL);
        kept = cx->keep[KEEP_ACTORS] = arena_make(mem, struct actors);
        kept->mem = mem;
        kept->texts = arena_new(0, NULL, NULL);
    }
    if (kept->identities != identities || kept->n >= KEPT_MOST) {
        arena_reset(kept->texts);
        memset(kept->slots, 0, sizeof kept->slots);
        kept->identities = identities;
        kept->n = 0;
    }
    return kept;
}

/* Its slot, or the free one where it would go. */
static struct kept **slot_of(struct actors *kept, struct str text, bool is_key)
{
    size_t i = (size_t)str_hash(text) % KEPT_SLOTS;
    while (kept->slots[i] != NULL
           && (kept->slots[i]->is_key != is_key || !str_eq(kept->slots[i]->text, text)))
        i = (i + 1) % KEPT_SLOTS;
    return &kept->slots[i];
}

static void keep_actor(struct actors *kept, struct kept **slot, struct str text, bool is_key,
                       const struct actor *who, int64_t until)
{
    *slot = arena_make(kept->texts, struct kept);
    **slot = (struct kept){ .text = str_copy(kept->texts, text), .is_key = is_key, .until = until,
                            .who = copy(kept->texts, who) };
    kept->n++;
}

static bool claim_of(struct cx *cx, struct str text, bool is_key, struct claim *out)
{
    *out = (struct claim){ .method = NULL };
    if (is_key && str_starts(text, S("sb_sk_")))
        return claim_key(cx, text, out);
    if (is_key && !str_starts(text, S("sb_ak.")))
        return refuse(cx, "Invalid API key format");
    if (str_starts(text, S("sb_")))
        return claim_token(cx, text, out);
    return claim_jwt(cx, text, out);
}

bool actor_identify(struct cx *cx, const struct credentials *given, struct actor *who)
{
    bool is_key = str_absent(given->bearer);
    struct str text = str_trim(is_key ? given->api_key : given->bearer);
    struct generation generation;
    struct claim claim;
    if (text.p == NULL || text.n == 0)
        return refuse(cx, text.p == NULL ? "Missing authentication credentials"
                          : is_key ? "Invalid API key format" : "Invalid token");
    TRY(db_generation(cx, &generation));
    struct actors *kept = actors_of(cx, generation.identities);
    struct kept **slot = slot_of(kept, text, is_key);
    if (*slot != NULL && cx->now < (*slot)->until) {
        struct str ip = who->ip, agent = who->user_agent;
        meter_add(cx, METER_ACTOR_HIT, 1);
        *who = copy(cx->mem, &(*slot)->who);
        who->ip = ip;
        who->user_agent = agent;
        db_scope(cx, who->is_superadmin ? S("*") : who->account_id);
        return true;
    }
    meter_add(cx, METER_ACTOR_MISS, 1);
    TRY(claim_of(cx, text, is_key, &claim));
    TRY(fill(cx, &claim, who));
    int64_t until = claim.expires_at != 0 ? claim.expires_at : INT64_MAX;
    if (claim.has_row && until > cx->now + WHEN_MINUTE)
        until = cx->now + WHEN_MINUTE;          /* so that its use is stamped again */
    keep_actor(kept, slot, text, is_key, who, until);
    return true;
}

bool actor_generation(struct cx *cx, int64_t *identities)
{
    struct generation generation;
    TRY(db_generation(cx, &generation));
    *identities = generation.identities;
    return true;
}

bool actor_anonymous(struct cx *cx, const struct credentials *given, struct actor *who)
{
    struct account account;
    bool found;
    actor_nobody(who);
    if (str_absent(given->account) || given->account.n == 0)
        return fail_detail(cx, E_INVALID,
                           "X-Account-ID header is required for unauthenticated requests");
    TRY(account_resolve(cx, str_trim(given->account), &found, &account));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "Account '%.*s' not found", STR_ARG(given->account));
    who->account_id = account.id;
    who->account_name = account.name;
    db_scope(cx, account.id);
    return true;
}
