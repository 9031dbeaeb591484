/* signing.c — signatures as tokens, HS256 like those of sessions but of a type of their own. */
#include "identity/signing.h"

#include "audit/signature.h"
#include "base/ident.h"
#include "base/js.h"
#include "base/settings.h"
#include "base/when.h"
#include "crypto/jwt.h"
#include "identity/login.h"

enum { CLAIMS_MAX = 8192 };
static const struct str TYPE = S_INIT("signature");

static bool has_trail(struct cx *cx)
{
    return cx->set->audit_logging_enabled
        || signature_refused(cx, "Nothing can be signed while audit logging is off");
}

static bool can_sign(struct cx *cx, const struct user *user)
{
    TRY(has_trail(cx));
    if (str_absent(cx->who->session_id))
        return signature_refused(cx, "Signing takes a person who has signed in: keys and tokens"
                                 " of programs cannot sign");
    if (!str_eq(user->auth_provider, S("password")))
        return signature_refused(cx, "Signing takes a password, and you have none here: you sign"
                                 " in with another provider");
    return true;
}

static bool write_token(struct cx *cx, const struct user *user, struct str reason,
                        struct str *token)
{
    struct buf out;
    struct js js;
    buf_init(&out, cx->mem, CLAIMS_MAX);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "type", TYPE);
    js_text(&js, "jti", ident_uuid(cx->mem, cx->now));
    js_text(&js, "account_id", user->account_id);
    js_text(&js, "user_id", user->id);
    js_text(&js, "sid", cx->who->session_id);
    js_text(&js, "username", user->email);
    js_text(&js, "reason", reason);
    js_int(&js, "signed_at", cx->now);
    js_end(&js);
    if (!js_done(&js) || out.over)
        return broken(cx, "the claims of a signature do not fit");
    *token = jwt_sign(cx->mem, cx->set->secret_key, buf_text(&out));
    return true;
}

bool signing_make(struct cx *cx, struct str password, struct str reason, struct str *token)
{
    struct user user;
    bool found = false;
    if (!cx->who->is_service)
        TRY(user_by_id(cx, cx->who->account_id, cx->who->id, &found, &user));
    if (!found)
        user = (struct user){ .auth_provider = S("none") };
    TRY(can_sign(cx, &user));
    TRY(login_confirm(cx, &user, password));
    return write_token(cx, &user, reason, token);
}

/* ---- accepting ---- */

static bool is_of(const struct actor *who, struct jv claims)
{
    return str_eq(jv_text(jv_get(claims, S("account_id"))), who->account_id)
        && str_eq(jv_text(jv_get(claims, S("user_id"))), who->id)
        && str_eq(jv_text(jv_get(claims, S("sid"))), who->session_id);
}

static bool read_token(struct cx *cx, struct str token, struct jv *claims)
{
    bool good = jwt_verify(cx, cx->set->secret_key, token, claims);
    if (cx->err.kind != E_NONE)
        return false;
    return (good && str_eq(jv_text(jv_get(*claims, S("type"))), TYPE))
        || signature_refused(cx, "X-ES-Signature is no signature of ours");
}

bool signing_accept(struct cx *cx, struct str token, struct actor *who)
{
    struct signature *out = arena_make(cx->mem, struct signature);
    struct jv claims;
    bool spent;
    if (who->kind != ACTOR_USER)
        return fail(cx, E_UNAUTHENTICATED, "Invalid signature",
                    "X-ES-Signature is good for who made it: sign in");
    TRY(has_trail(cx));
    TRY(read_token(cx, str_trim(token), &claims));
    *out = (struct signature){
        .id = jv_text(jv_get(claims, S("jti"))), .reason = jv_text(jv_get(claims, S("reason"))),
        .username = jv_text(jv_get(claims, S("username"))),
        .signed_at = jv_int(jv_get(claims, S("signed_at"))) };
    out->expires_at = out->signed_at + SIGNING_SECONDS * WHEN_SECOND;
    if (str_absent(who->session_id) || !is_of(who, claims))
        return signature_refused(cx, "This signature was made in another session");
    if (out->expires_at <= cx->now)
        return signature_refused(cx, "This signature has expired");
    TRY(session_is_revoked(cx, out->id, NO_STR, &spent));
    if (spent)
        return signature_refused(cx, "This signature has been used");
    who->signature = out;
    return true;
}
