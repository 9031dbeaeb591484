/* 25-session.c — signing in, tokens that rotate, come back, expire and end; who the caller is. */
#include "dbtest.h"

#include "audit/change.h"
#include "base/jv.h"
#include "base/settings.h"
#include "crypto/jwt.h"
#include "crypto/mac.h"
#include "crypto/password.h"
#include "db/rows.h"
#include "identity/actor.h"
#include "identity/login.h"
#include "identity/logout.h"
#include "identity/signup.h"
#include "identity/token.h"

#define PASSWORD "Correct-Horse-1"

static struct settings set = {
    .audit_logging_enabled = true, .argon2_memory_kib = 8192, .argon2_passes = 1,
    .secret_key = S_INIT("test-secret"), .token_secret = S_INIT("test-secret"),
    .access_token_expire_minutes = 60, .refresh_token_expire_days = 7,
    .session_reuse_grace_seconds = 60, .require_email_verification = true,
};
static void *keep[2][KEEP_COUNT];      /* of each engine */
static struct actor nobody;
static struct signup home;              /* acme and its owner */

static struct cx at(const struct cx *cx, int64_t seconds)
{
    struct cx later = *cx;
    later.now += seconds * WHEN_SECOND;
    later.who = &nobody;
    later.err = (struct err){ .kind = E_NONE };
    db_rest(cx->db);
    return later;
}

static bool alter(struct cx *cx, const char *table, struct str id, struct binds values)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    db_scope(cx, S("*"));
    TRY(tx_begin(cx, &tx));
    TRY(change_update(cx, &(struct change){
        .table = str_of(table), .account_id = home.account.id, .record_id = id,
        .key = BIND(p_text("account_id", home.account.id), p_text("id", id)), .new_values = values }));
    TRY(db_bump_identities(cx));
    return tx_commit(&tx);
}

/* ---- signing up and in ---- */

static const char *register_as(const struct cx *base, const char *password, const char *name,
                               const char *slug, struct signup *out)
{
    struct cx cx = at(base, 0);
    if (signup_run(&cx, S("owner@acme.co"), str_of(password), str_of(name), str_of(slug), out))
        return "";
    return cx.err.message;
}

static void test_sign_up(const struct cx *cx)
{
    struct signup other;
    is_text(str_of(register_as(cx, "weak", "Acme", NULL, &other)),
            "Password must be at least 12 characters", "a weak password comes first");
    is_text(str_of(register_as(cx, PASSWORD, NULL, NULL, &other)), "Account name is required",
            "an account needs a name");
    is_text(str_of(register_as(cx, PASSWORD, "  ", NULL, &other)), "Account name is required",
            "blanks are none");
    is_text(str_of(register_as(cx, PASSWORD, "Acme", "1st", &other)), "Slug must start with a letter",
            "a slug begins with a letter");
    is_text(str_of(register_as(cx, PASSWORD, "Acme", NULL, &home)), "", "an account is registered");
    ok(str_eq(home.account.slug, S("acme")) && str_eq(home.user.role, S("admin"))
       && home.groups.n == 1 && str_eq(home.groups.at[0], S("pii_access")),
       "with a slug of its name, an admin and the group that sees personal data");
    is_text(str_of(register_as(cx, PASSWORD, "ACME!", NULL, &other)),
            "An account with this slug already exists", "a made slug is not made unique");
    is_text(str_of(register_as(cx, PASSWORD, "Acme", "ACME", &other)),
            "An account with this slug already exists", "a chosen one is lowered first");
    set.single_tenant_mode = true;
    set.single_tenant_account = S("Acme");
    is_text(str_of(register_as(cx, PASSWORD, NULL, NULL, &other)),
            "An account with this email already exists", "the only account has each address once");
    set.single_tenant_account = S("nowhere");
    is_text(str_of(register_as(cx, PASSWORD, NULL, NULL, &other)),
            "Configured single-tenant account not found. Contact administrator.",
            "and has to be there");
    set.single_tenant_mode = false;
}

static const char *login_as(const struct cx *base, int64_t seconds, const char *account,
                            const char *email, const char *password, struct login *out)
{
    struct cx cx = at(base, seconds);
    if (login_run(&cx, str_of(email), str_of(password), str_of(account), out))
        return "";
    return cx.err.message;
}

static void test_sign_in(const struct cx *base)
{
    struct login in;
    struct cx cx = at(base, 0);
    struct str weak;
    is_text(str_of(login_as(base, 0, NULL, "owner@acme.co", PASSWORD, &in)),
            "Account is required in multi-tenant mode", "an account must be named");
    is_text(str_of(login_as(base, 0, "nowhere", "owner@acme.co", PASSWORD, &in)),
            "Invalid credentials", "an unknown account");
    is_text(str_of(login_as(base, 0, "acme", "nobody@acme.co", PASSWORD, &in)),
            "Invalid credentials", "an unknown user");
    is_text(str_of(login_as(base, 0, "acme", "owner@acme.co", "Wrong-Horse-12", &in)),
            "Invalid credentials", "a wrong password");
    is_text(str_of(login_as(base, 0, "acme", "owner@acme.co", PASSWORD, &in)),
            "Email not verified. Please check your email inbox.",
            "the right one, but the address is not verified");
    set.require_email_verification = false;
    is_text(str_of(login_as(base, 0, "acme", "owner@acme.co", PASSWORD, &in)), "",
            "which a setting can waive");
    set.require_email_verification = true;
    ok(alter(&cx, "users", home.user.id, BIND(p_bool("email_verified", true))), "it is verified");
    is_text(str_of(login_as(base, 1, "AA0001", "owner@acme.co", PASSWORD, &in)), "", "then they are in");
    ok(in.user.last_login == base->now + WHEN_SECOND && in.session.expires_in == 3600, "and when is kept");
    set.single_tenant_mode = true;
    set.single_tenant_account = S("acme");
    is_text(str_of(login_as(base, 1, NULL, "owner@acme.co", PASSWORD, &in)), "",
            "where there is one account it need not be named");
    set.single_tenant_mode = false;

    set.argon2_passes = 2;
    bool well = password_outdated(&set, in.user.password_hash);
    is_text(str_of(login_as(base, 2, "acme", "owner@acme.co", PASSWORD, &in)), "", "with new parameters");
    ok(well && !password_outdated(&set, in.user.password_hash), "the hash is made anew");
    set.argon2_passes = 1;
    is_text(str_of(login_as(base, 3, "acme", "owner@acme.co", PASSWORD, &in)), "", "and still fits");

    cx = at(base, 0);
    ok(alter(&cx, "users", home.user.id, BIND(p_bool("is_active", false))), "they are deactivated");
    is_text(str_of(login_as(base, 4, "acme", "owner@acme.co", PASSWORD, &in)), "Invalid credentials",
            "and nobody is told that they were there");
    ok(alter(&cx, "users", home.user.id, BIND(p_bool("is_active", true),
       p_text("auth_provider", S("oauth")), p_text("auth_provider_name", S("google")))),
       "they come by another way");
    cx = at(base, 5);
    ok(!login_run(&cx, S("owner@acme.co"), S("x"), S("acme"), &in) && cx.err.shape == SHAPE_BODY,
       "then a password is the wrong way");
    is_text(cx.err.body, "{\"error\":\"Wrong authentication method\",\"message\":\"This account uses OAuth"
            " authentication. Please use the OAuth login flow.\",\"auth_provider\":\"oauth\","
            "\"provider_name\":\"google\",\"redirect_url\":\"/api/v1/auth/oauth/google/authorize\"}",
            "and they are told the right one");
    ok(alter(&cx, "users", home.user.id, BIND(p_text("auth_provider", S("password")),
       p_null("auth_provider_name"))), "they have a password again");
    weak = S("not a hash");
    struct str hash = home.user.password_hash;
    ok(alter(&cx, "users", home.user.id, BIND(p_text("password_hash", weak))), "a hash is damaged");
    is_text(str_of(login_as(base, 6, "acme", "owner@acme.co", PASSWORD, &in)), "Invalid credentials",
            "it matches nothing");
    ok(alter(&cx, "users", home.user.id, BIND(p_text("password_hash", hash))), "and is mended");
}

/* ---- who is calling ---- */

static const char *call(const struct cx *base, int64_t seconds, struct str bearer, struct str key,
                        struct actor *who)
{
    struct cx cx = at(base, seconds);
    struct credentials given = { .bearer = bearer, .api_key = key };
    *who = (struct actor){ .ip = S("10.0.0.1") };
    if (actor_identify(&cx, &given, who))
        return "";
    if (!cx.err.challenge || (cx.err.kind != E_UNAUTHENTICATED && cx.err.kind != E_FORBIDDEN))
        return cx.err.cause != NULL ? cx.err.cause : "no challenge";
    return cx.err.message;
}

static const char *bears(const struct cx *base, int64_t seconds, struct str token)
{
    struct actor who;
    return call(base, seconds, token, NO_STR, &who);
}

/* A token signed by us: format takes the time, the user, the account and what else. */
#define claims(cx, format, more) \
    jwt_sign((cx)->mem, set.secret_key, str_fmt((cx)->mem, format, \
        (long long)((cx)->now / WHEN_SECOND), home.user.id.p, home.account.id.p, more))
#define FULL "{\"iss\":\"snackbase\",\"sub\":\"x\",\"iat\":%lld,\"exp\":99999999999,\"user_id\":\"%s\"," \
             "\"account_id\":\"%s\",\"email\":\"e\",\"role\":\"superman\",\"type\":\"access\"%s}"
#define NO_EXP "{\"iss\":\"snackbase\",\"iat\":%lld,\"user_id\":\"%s\",\"account_id\":\"%s\",\"email\":" \
               "\"e\",\"role\":\"r\",\"type\":\"access\"%s}"
#define NO_ROLE "{\"iss\":\"snackbase\",\"iat\":%lld,\"exp\":99999999999,\"user_id\":\"%s\"," \
                "\"account_id\":\"%s\",\"email\":\"e\",\"type\":\"access\"%s}"
#define NO_ISS "{\"iat\":%lld,\"exp\":99999999999,\"user_id\":\"%s\",\"account_id\":\"%s\",\"email\":" \
               "\"e\",\"role\":\"r\",\"type\":\"access\"%s}"
#define LATER "{\"iss\":\"snackbase\",\"iat\":99999999990,\"exp\":99999999999,\"x\":%lld,\"user_id\":" \
              "\"%s\",\"account_id\":\"%s\",\"email\":\"e\",\"role\":\"r\",\"type\":\"access\"%s}"
#define OTHER "{\"iss\":\"snackbase\",\"iat\":%lld,\"exp\":99999999999,\"user_id\":\"%s\",\"n\":\"%s\"," \
              "\"account_id\":\"00000000-0000-0000-0000-000000000000\",\"email\":\"e\",\"role\":" \
              "\"r\",\"type\":\"access\"%s}"

static void test_bearer(const struct cx *base)
{
    struct login in;
    struct actor who;
    struct cx cx = at(base, 0);
    struct jv read;
    is_text(str_of(login_as(base, 10, "acme", "owner@acme.co", PASSWORD, &in)), "", "they sign in");
    is_text(str_of(call(base, 11, in.session.access_token, NO_STR, &who)), "", "their token is good");
    ok(str_eq(who.id, home.user.id) && str_eq(who.account_id, home.account.id)
       && str_eq(who.email, S("owner@acme.co")) && str_eq(who.role, S("admin"))
       && str_eq(who.account_name, S("Acme")) && !who.is_superadmin && who.sees_pii
       && who.group_count == 1 && str_eq(who.ip, S("10.0.0.1")), "and tells who they are");
    is_text(str_of(call(base, 11, in.session.access_token, NO_STR, &who)), "", "a second time");
    ok(str_eq(who.role, S("admin")) && str_eq(who.groups[0], S("pii_access")), "the same");
    ok(jwt_verify(&cx, set.secret_key, in.session.access_token, &read)
       && str_eq(str_sub(jv_print(cx.mem, read), 0, 26), S("{\"iss\":\"snackbase\",\"sub\":\"")),
       "its claims begin as the contract says");
    is_text(str_of(bears(base, 3609, in.session.access_token)), "", "good to its last second");
    is_text(str_of(bears(base, 3610, in.session.access_token)), "Token has expired", "not beyond");
    is_text(str_of(bears(base, 11, in.session.refresh_token)), "Not an access token", "a refresh token");
    is_text(str_of(bears(base, 9, in.session.access_token)), "", "kept while it stands");

    is_text(str_of(bears(base, 0, claims(&cx, FULL, ""))), "", "claims without L's additions");
    is_text(str_of(call(base, 0, claims(&cx, FULL, ""), NO_STR, &who)), "", "role and address");
    is_text(who.role, "admin", "are the database's, not the token's");
    is_text(str_of(bears(base, 0, claims(&cx, FULL, ",\"aud\":\"x\""))), "Invalid token", "an audience");
    is_text(str_of(bears(base, 0, claims(&cx, FULL, ",\"jti\":1"))), "Invalid token", "a jti of no text");
    is_text(str_of(bears(base, 0, claims(&cx, NO_EXP, ""))), "Invalid token", "no expiry");
    is_text(str_of(bears(base, 0, claims(&cx, NO_ROLE, ""))), "Invalid token", "no role");
    is_text(str_of(bears(base, 0, claims(&cx, NO_ISS, ""))), "Invalid token", "no issuer");
    is_text(str_of(bears(base, 0, claims(&cx, LATER, ""))), "Invalid token", "issued tomorrow");
    is_text(str_of(bears(base, 0, claims(&cx, OTHER, ""))),
            "User does not belong to the specifying account", "another account than the user's");
    is_text(str_of(bears(base, 0, S("junk"))), "Invalid token", "junk");
    is_text(str_of(bears(base, 0, S(""))), "Invalid token", "nothing after Bearer");
    is_text(str_of(bears(base, 0, S("eyJhbGciOiJub25lIn0.e30."))), "Invalid token", "algorithm none");
    is_text(str_of(call(base, 0, NO_STR, NO_STR, &who)), "Missing authentication credentials", "nothing");
    is_text(str_of(call(base, 0, NO_STR, S("abc"), &who)), "Invalid API key format", "a key of no kind");
    is_text(str_of(call(base, 0, NO_STR, in.session.access_token, &who)), "Invalid API key format",
            "a session's token as a key");
    is_text(str_of(call(base, 0, S("bad"), in.session.access_token, &who)), "Invalid token",
            "a bad bearer is not tried as the key");
    /* The contract's vector is signed rightly, but long expired. */
    struct str vector = jwt_sign(cx.mem, S("test-secret"), S(
        "{\"iss\":\"snackbase\",\"sub\":\"u1\",\"iat\":1700000000,\"exp\":1700003600,\"user_id\":\"u1\","
        "\"account_id\":\"a1\",\"email\":\"a@b.co\",\"role\":\"admin\",\"type\":\"access\"}"));
    ok(str_ends(vector, S(".ACGId9VXZTUCS0q7f-vper0sEpNyeummysEvWldr--4")), "the contract's signature");
    is_text(str_of(bears(base, 0, vector)), "Token has expired", "and its age");

    ok(alter(&cx, "users", home.user.id, BIND(p_bool("is_active", false))), "deactivated");
    is_text(str_of(bears(base, 12, in.session.access_token)), "User account is inactive", "at once");
    ok(alter(&cx, "users", home.user.id, BIND(p_bool("is_active", true),
       p_time("tokens_valid_from", base->now + 20 * WHEN_SECOND))), "older tokens are called back");
    is_text(str_of(bears(base, 21, in.session.access_token)), "Token has been revoked", "at once");
    is_text(str_of(login_as(base, 20, "acme", "owner@acme.co", PASSWORD, &in)), "", "a new one");
    is_text(str_of(bears(base, 21, in.session.access_token)), "", "is good");
    ok(alter(&cx, "users", home.user.id, BIND(p_null("tokens_valid_from"))), "and so on");
}

static bool add_key(struct cx *cx, const char *id, struct str account, struct str user, struct str text)
{
    return change_insert(cx, &(struct change){
        .table = S("api_keys"), .account_id = account,
        .new_values = BIND(p_text("id", str_of(id)), p_text("account_id", account),
            p_text("user_id", user), p_text("name", S("old")), p_bool("is_active", true),
            p_text("key_hash", mac_sha256_hex(cx->mem, text)),
            p_time("created_at", cx->now), p_time("updated_at", cx->now)) });
}

static void test_keys(const struct cx *base)
{
    struct actor who;
    struct cx cx = at(base, 0);
    struct token token = { .type = "api_key", .user_id = home.user.id, .email = S("e"), .role = S("r"),
        .account_id = home.account.id, .issued_at = base->now / WHEN_SECOND, .token_id = S("k1") };
    struct str key = token_write(&cx, &token);
    struct tx tx = { 0 };
    is_text(str_of(bears(base, 0, key)), "Token has been revoked", "an API key wants its row");
    db_scope(&cx, S("*"));
    ok(tx_begin(&cx, &tx) && add_key(&cx, "k1", home.account.id, home.user.id, key) && tx_commit(&tx),
       "which it has");
    is_text(str_of(call(base, 0, NO_STR, key, &who)), "", "then it is good");
    ok(strcmp(who.auth_method, "api_key") == 0 && str_eq(who.role, S("admin")), "and says how they came");
    is_text(str_of(call(base, 0, key, NO_STR, &who)), "", "as a bearer too");
    token.type = "personal_token";
    is_text(str_of(bears(base, 0, token_write(&cx, &token))), "", "a personal token");
    is_text(str_of(call(base, 0, NO_STR, token_write(&cx, &token), &who)), "Invalid API key format",
            "which is no key");
    is_text(str_of(bears(base, 0, S("sb_sk_AA0001_abc"))), "Invalid token format: must have 3 parts",
            "an old key is no bearer");
    is_text(str_of(call(base, 0, NO_STR, S("sb_sk_AA0001_abc"), &who)), "Invalid API key", "nor known");
    db_scope(&cx, S("*"));
    bool well = tx_begin(&cx, &tx) && change_insert(&cx, &(struct change){
        .table = S("token_blacklist"), .account_id = home.account.id,
        .new_values = BIND(p_text("id", S("k1")), p_text("token_type", S("api_key")),
                           p_time("revoked_at", cx.now)) })
        && add_key(&cx, "old", home.account.id, home.user.id, S("sb_sk_AA0001_xyz"))
        && db_bump_identities(&cx) && tx_commit(&tx);
    ok(well, "one key is revoked, an old one made");
    is_text(str_of(call(base, 0, NO_STR, key, &who)), "Token has been revoked", "revoked at once");
    is_text(str_of(call(base, 0, NO_STR, S("sb_sk_AA0001_xyz"), &who)),
            "API keys are restricted to superadmin users", "old keys are the superadmins'");
    ok(alter(&cx, "api_keys", S("old"), BIND(p_time("expires_at", base->now))), "it expires");
    is_text(str_of(call(base, 1, NO_STR, S("sb_sk_AA0001_xyz"), &who)), "API key has expired",
            "and is told so");
}

static void test_old_keys(const struct cx *base)
{
    struct actor who;
    struct user root = { .account_id = S(SYSTEM_ACCOUNT), .email = S("root@b.co"), .role = S("admin"),
                         .password_hash = S("x"), .email_verified = true };
    struct cx cx = at(base, 0);
    struct tx tx = { 0 };
    static const struct sql USED = SQL("SELECT last_used_at FROM api_keys WHERE id = :id");
    struct used { int64_t last_used_at; } used = { 0 };
    static const struct col USED_COLS[] = { COL(C_TIME, used, last_used_at), { 0 } };
    struct rows rows = { 0 };
    db_scope(&cx, S("*"));
    bool well = tx_begin(&cx, &tx) && user_create(&cx, &root)
             && add_key(&cx, "older", root.account_id, root.id, S("sb_sk_SY0000_xyz")) && tx_commit(&tx);
    ok(well, "a superadmin has an old key");
    is_text(str_of(call(base, 0, NO_STR, S("sb_sk_SY0000_xyz"), &who)), "", "it is good");
    ok(who.is_superadmin && who.sees_pii, "for a superadmin");
    is_text(str_of(call(base, 30, NO_STR, S("sb_sk_SY0000_xyz"), &who)), "", "half a minute on");
    is_text(str_of(call(base, 61, NO_STR, S("sb_sk_SY0000_xyz"), &who)), "", "a minute on");
    cx = at(base, 0);
    db_scope(&cx, S("*"));
    well = db_query(&cx, USED, BIND(p_text("id", S("older"))), &rows) && rows_next(&rows, USED_COLS, &used);
    rows_close(&rows);
    ok(well && used.last_used_at == base->now + 61 * WHEN_SECOND, "its use is stamped by the minute");
}

/* ---- sessions ---- */

static bool rotate(const struct cx *base, int64_t seconds, struct str token, struct session *out)
{
    struct cx cx = at(base, seconds);
    if (session_rotate(&cx, token, out))
        return true;
    if (cx.err.kind != E_UNAUTHENTICATED || cx.err.challenge
        || strcmp(cx.err.message, "Invalid or expired refresh token") != 0)
        printf("# refused with: %s\n", cx.err.cause != NULL ? cx.err.cause : cx.err.message);
    return false;
}

static void test_rotation(const struct cx *base)
{
    struct login in;
    struct session two, three, none;
    struct cx cx = at(base, 0);
    const int64_t day = 86400;
    is_text(str_of(login_as(base, 100, "acme", "owner@acme.co", PASSWORD, &in)), "", "a session");
    ok(!rotate(base, 100, in.session.access_token, &none), "an access token refreshes nothing");
    ok(!rotate(base, 100, S("junk"), &none) && !rotate(base, 100, S(""), &none), "nor does junk");
    ok(rotate(base, 110, in.session.refresh_token, &two), "a refresh token does");
    ok(str_eq(two.id, in.session.id) && !str_eq(two.refresh_token, in.session.refresh_token)
       && two.expires_in == 3600, "in the same session, with another token");
    is_text(str_of(bears(base, 111, two.access_token)), "", "whose access token is good");
    is_text(str_of(bears(base, 111, in.session.access_token)), "", "the one before still is");
    ok(!rotate(base, 170, in.session.refresh_token, &none), "the old token is refused");
    ok(rotate(base, 171, two.refresh_token, &three), "within the grace the newer one lives on");
    ok(!rotate(base, 232, two.refresh_token, &none), "after it, an old one ends the session");
    ok(!rotate(base, 233, three.refresh_token, &none), "for everybody");
    is_text(str_of(bears(base, 233, three.access_token)), "Token has been revoked", "at once");

    is_text(str_of(login_as(base, 300, "acme", "owner@acme.co", PASSWORD, &in)), "", "another session");
    ok(!rotate(base, 300 + 7 * day, in.session.refresh_token, &none), "it expires");
    ok(rotate(base, 300 + 7 * day - 1, in.session.refresh_token, &two), "on time");
    ok(alter(&cx, "users", home.user.id, BIND(p_bool("is_active", false))), "they are deactivated");
    ok(!rotate(base, 310 + 7 * day, two.refresh_token, &none), "and refresh nothing");
    ok(alter(&cx, "users", home.user.id, BIND(p_bool("is_active", true))), "and come back");
    set.secret_key = S("another");
    ok(!rotate(base, 310 + 7 * day, two.refresh_token, &none), "another key's tokens are nothing");
    set.secret_key = S("test-secret");
    ok(rotate(base, 310 + 7 * day, two.refresh_token, &three), "which ended nothing");
}

static bool leave(const struct cx *base, int64_t seconds, struct str access, struct str refresh, bool all)
{
    struct cx cx = at(base, seconds);
    struct actor who = nobody;
    struct credentials given = { .bearer = access };
    if (!str_absent(access) && !actor_identify(&cx, &given, &who))
        return false;
    cx.who = &who;
    return logout_run(&cx, refresh, all);
}

static void test_leaving(const struct cx *base)
{
    struct login one, two, three;
    struct session none;
    bool well = login_as(base, 0, "acme", "owner@acme.co", PASSWORD, &one)[0] == '\0'
             && login_as(base, 0, "acme", "owner@acme.co", PASSWORD, &two)[0] == '\0'
             && login_as(base, 0, "acme", "owner@acme.co", PASSWORD, &three)[0] == '\0';
    ok(well, "three sessions");
    ok(leave(base, 1, NO_STR, NO_STR, true), "nobody may leave");
    ok(leave(base, 1, one.session.access_token, NO_STR, false), "one is left");
    is_text(str_of(bears(base, 2, one.session.access_token)), "Token has been revoked", "its token");
    ok(!rotate(base, 2, one.session.refresh_token, &none), "and its refresh token");
    is_text(str_of(bears(base, 2, two.session.access_token)), "", "the others stay");
    ok(leave(base, 3, NO_STR, two.session.refresh_token, false), "one is left by its refresh token");
    is_text(str_of(bears(base, 3, two.session.access_token)), "Token has been revoked", "altogether");
    ok(leave(base, 3, NO_STR, two.session.refresh_token, false), "twice is no harm");
    ok(leave(base, 3, NO_STR, S("junk"), true), "junk neither");
    is_text(str_of(bears(base, 3, three.session.access_token)), "", "the third stays");
    well = login_as(base, 4, "acme", "owner@acme.co", PASSWORD, &one)[0] == '\0';
    ok(well && leave(base, 5, one.session.access_token, NO_STR, true), "all are left at once");
    is_text(str_of(bears(base, 5, three.session.access_token)), "Token has been revoked", "the third too");
    ok(!rotate(base, 5, three.session.refresh_token, &none), "for good");
}

static void test_anonymous(const struct cx *base)
{
    struct cx cx = at(base, 0);
    struct actor who = { .ip = S("10.0.0.1") };
    struct credentials given = { .account = S("ACME") };
    ok(!actor_present(&given) && actor_anonymous(&cx, &given, &who), "anonymous, for an account");
    ok(str_eq(who.account_id, home.account.id) && who.kind == ACTOR_ANONYMOUS && str_eq(who.id, S("anonymous"))
       && str_eq(who.ip, S("10.0.0.1")), "of which the tenant is known");
    given.account = S("nowhere'");
    ok(!actor_anonymous(&cx, &given, &who) && cx.err.kind == E_NOT_FOUND, "an unknown account");
    is_text(str_of(cx.err.message), "Account 'nowhere'' not found", "is named");
    cx = at(base, 0);
    given.account = NO_STR;
    ok(!actor_anonymous(&cx, &given, &who) && cx.err.kind == E_INVALID, "none at all");
    is_text(str_of(cx.err.message), "X-Account-ID header is required for unauthenticated requests", "is told");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(129 * engines));
    actor_nobody(&nobody);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        cx.keep = keep[engine];
        cx.now -= cx.now % WHEN_SECOND;
        test_sign_up(&cx);
        test_sign_in(&cx);
        test_bearer(&cx);
        test_keys(&cx);
        test_old_keys(&cx);
        test_rotation(&cx);
        test_leaving(&cx);
        test_anonymous(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
