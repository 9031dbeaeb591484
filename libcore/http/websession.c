/* websession.c — cookies of the pages, and what follows from them. */
#include "http/websession.h"

#include "base/base64.h"
#include "base/ident.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/when.h"
#include "crypto/mac.h"
#include "db/db.h"
#include "http/cookie.h"
#include "identity/account.h"
#include "identity/preference.h"

static const char SESSION[] = "session", ACCOUNT[] = "account", FORM[] = "form";

enum { SEED_BYTES = 18, RENEWALS = 4 };

struct str websession_bearer(struct cx *cx, const struct request *r)
{
    struct str token = cookie_get(cx, r, SESSION);
    return token.n > 0 ? token : NO_STR;
}

bool websession_like(struct cx *cx, struct actor *who)
{
    struct preference *likes = arena_make(cx->mem, struct preference);
    if (who->kind != ACTOR_USER)
        return true;
    TRY(preference_get(cx, who->account_id, who->id, likes));
    if (likes->language.n > 0)
        cx->language = likes->language;
    who->likes = likes;
    return true;
}

bool websession_act(struct cx *cx, const struct request *r, struct actor *who)
{
    struct str id = cookie_get(cx, r, ACCOUNT);
    struct account account;
    bool found;
    if (!who->is_superadmin || !ident_is_uuid(id) || str_eq(id, S(SYSTEM_ACCOUNT)))
        return true;
    TRY(account_by_id(cx, id, &found, &account));
    if (!found)
        return true;
    who->account_id = account.id;
    who->account_name = account.name;
    who->role = S("admin");
    who->groups = NULL;
    who->group_count = 0;
    who->is_superadmin = false;
    who->is_acting = who->sees_pii = true;
    db_scope(cx, account.id);
    return true;
}

void websession_open(struct reply *reply, struct str access_token)
{
    cookie_set(reply, SESSION, access_token, 0);
}

bool websession_renew(struct reply *reply)
{
    struct cx *cx = reply->cx;
    const struct actor *who = cx->who;
    int64_t life = cx->set->access_token_expire_minutes * WHEN_MINUTE;
    int64_t left = who->token_expires_at - cx->now;
    struct str token;
    bool lives;
    if (left > life - life / RENEWALS)
        return true;
    TRY(session_renew(cx, &lives, &token));
    if (lives)
        websession_open(reply, token);
    return true;
}

void websession_close(struct reply *reply)
{
    cookie_drop(reply, SESSION);
    cookie_drop(reply, ACCOUNT);
    cookie_drop(reply, FORM);
}

void websession_enter(struct reply *reply, struct str account_id)
{
    if (str_absent(account_id))
        cookie_drop(reply, ACCOUNT);
    else
        cookie_set(reply, ACCOUNT, account_id, 0);
}

/* ---- tokens of forms ---- */

static struct str token_of(struct cx *cx, const char *what, struct str bound_to)
{
    unsigned char mac[MAC_BYTES];
    struct str text = str_fmt(cx->mem, "form %s %.*s", what, STR_ARG(bound_to));
    mac_hmac(cx->set->secret_key, text, mac);
    return base64_put_url(cx->mem, (struct str){ (const char *)mac, sizeof mac }, false);
}

static struct str token_here(struct cx *cx, const struct request *r)
{
    if (!str_absent(cx->who->session_id))
        return token_of(cx, "of", cx->who->session_id);
    struct str seed = cookie_get(cx, r, FORM);
    return seed.n > 0 ? token_of(cx, "before", seed) : NO_STR;
}

struct str websession_token(struct reply *reply)
{
    struct cx *cx = reply->cx;
    struct str token = token_here(cx, reply->request);
    if (!str_absent(token))
        return token;
    struct str seed = random_token(cx->mem, SEED_BYTES);
    cookie_set(reply, FORM, seed, 0);
    return token_of(cx, "before", seed);
}

bool websession_check(struct cx *cx, const struct request *r, struct str token)
{
    struct str wanted = token_here(cx, r);
    return (!str_absent(wanted) && !str_absent(token) && mac_equal(wanted, token))
        || fail_detail(cx, E_FORBIDDEN, "This form has expired, or was not made for you. Go back,"
                       " load the page again and send it once more.");
}
