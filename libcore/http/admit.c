/* admit.c — credentials from the headers, the actor behind them, and the route's need. */
#include "http/admit.h"

#include "crypto/mac.h"
#include "db/db.h"
#include "http/websession.h"
#include "identity/actor.h"

static bool is_page(const struct route *route)
{
    return route->errors == SHAPE_PAGE;
}

static struct credentials given_by(const struct request *r)
{
    struct credentials given = { .api_key = r->api_key, .account = r->account };
    if (str_starts_nocase(r->authorization, S("Bearer ")))
        given.bearer = str_trim(str_sub(r->authorization, 7, SIZE_MAX));
    return given;
}

static bool unauthenticated(struct cx *cx)
{
    fail_detail(cx, E_UNAUTHENTICATED, "Missing authentication credentials");
    cx->err.challenge = true;
    return false;
}

static bool forget_if_bad(struct cx *cx, struct actor *who)
{
    if (cx->err.kind == E_BROKEN || cx->err.kind == E_BUSY || cx->err.kind == E_FULL)
        return false;
    fail_forget(cx);
    actor_nobody(who);
    return true;
}

static bool identify(struct cx *cx, const struct request *r, const struct route *route,
                     struct actor *who)
{
    enum need need = route->need;
    struct credentials given = given_by(r);
    if (is_page(route))
        given = (struct credentials){ .bearer = websession_bearer(cx, r) };
    bool present = actor_present(&given);
    if (need == NEED_NOBODY || (need == NEED_MAYBE && !present)) {
        actor_nobody(who);
        return true;
    }
    if (need == NEED_MAYBE)
        return actor_identify(cx, &given, who) || forget_if_bad(cx, who);
    if (present)
        return actor_identify(cx, &given, who);
    return need == NEED_TENANT ? actor_anonymous(cx, &given, who) : unauthenticated(cx);
}

static bool is_allowed(struct cx *cx, enum need need, const struct actor *who)
{
    if (need == NEED_SUPERADMIN && !who->is_superadmin)
        return who->is_acting
            ? fail_detail(cx, E_FORBIDDEN, "Superadmin access required: leave the account you act"
                          " in first")
            : fail_detail(cx, E_FORBIDDEN, "Superadmin access required");
    if (need == NEED_ADMIN && !who->is_superadmin && !str_eq(who->role, S("admin")))
        return fail_detail(cx, E_FORBIDDEN, "Admin access required");
    return true;
}

bool admit_caller(struct cx *cx, const struct request *request, const struct route *route,
                  struct actor *who)
{
    *who = (struct actor){ .ip = request->ip, .user_agent = request->user_agent };
    actor_nobody(who);
    cx->who = who;
    db_scope(cx, S("*"));               /* who somebody is, is asked across accounts */
    TRY(identify(cx, request, route, who));
    who->ip = request->ip;
    who->user_agent = request->user_agent;
    if (!str_absent(who->account_id) && !who->is_superadmin)
        db_scope(cx, who->account_id);
    if (is_page(route))
        TRY(websession_like(cx, who));
    if (is_page(route) && route->need >= NEED_ADMIN)
        TRY(websession_act(cx, request, who));
    return is_allowed(cx, route->need, who);
}

bool admit_by_secret(const struct request *request, struct str secret)
{
    struct credentials given = given_by(request);
    return secret.n > 0 && mac_equal(given.bearer, secret);
}
