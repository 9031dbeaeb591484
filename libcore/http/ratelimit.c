/* ratelimit.c — counts a request for its caller. */
#include "http/ratelimit.h"

#include "base/jv.h"
#include "base/meter.h"
#include "base/settings.h"
#include "base/when.h"
#include "crypto/rate.h"

enum { MOST = 60000 };

/* What the setting has for the path; nobody is let through by a setting that is no JSON. */
static int64_t limit_of(struct cx *cx, const struct request *request, bool is_user)
{
    const struct settings *set = cx->set;
    struct jv map;
    struct jv_fault fault;
    if (set->rate_limit_endpoints.n > 2 && jv_parse(cx, set->rate_limit_endpoints, &map, &fault)) {
        int64_t own = jv_int(jv_get(map, request->path));
        if (own > 0)
            return own < MOST ? own : MOST;
    }
    return is_user ? set->rate_limit_authenticated_per_minute : set->rate_limit_per_minute;
}

bool ratelimit_take(struct cx *cx, const struct request *request, const struct actor *who,
                    struct ratelimit *out)
{
    bool is_user = who->kind == ACTOR_USER;
    struct rate_answer answer;
    *out = (struct ratelimit){ .limit = 0 };
    if (!cx->set->rate_limit_enabled || who->is_superadmin)
        return true;
    const struct rate rate = { .most = limit_of(cx, request, is_user), .window_us = WHEN_MINUTE,
                               .burst = cx->set->rate_limit_burst };
    rate_take(cx, is_user ? "user" : "ip",
              is_user ? who->id : rate_network(cx->mem, request->ip), &rate, &answer);
    *out = (struct ratelimit){ .limit = rate.most, .remaining = answer.remaining,
        .reset_seconds = (answer.reset_us + WHEN_SECOND - 1) / WHEN_SECOND };
    if (answer.allowed)
        return true;
    fail_forget(cx);
    meter_add(cx, METER_LIMITED_REQUESTS, 1);
    return fail_limited(cx, answer.retry_us);
}

bool ratelimit_bad_handshake(struct cx *cx, const struct request *request)
{
    static const struct rate RATE = { .most = 5, .window_us = WHEN_MINUTE };
    struct rate_answer answer;
    rate_take(cx, "handshake", rate_network(cx->mem, request->ip), &RATE, &answer);
    if (answer.allowed)
        return true;
    meter_add(cx, METER_LIMITED_HANDSHAKES, 1);
    return fail_limited(cx, answer.retry_us);
}
