/* attempts.c — two limits for each attempt: of the person, and of the address it comes from. */
#include "identity/attempts.h"

#include "base/meter.h"
#include "base/settings.h"
#include "base/when.h"
#include "crypto/rate.h"

struct limits { struct rate person, address; const char *person_bucket, *address_bucket; };

static struct limits of_sign_ins(const struct cx *cx)
{
    const int64_t window = 5 * WHEN_MINUTE;
    return (struct limits){ { .most = cx->set->sign_in_attempts, .window_us = window },
                            { .most = cx->set->sign_in_attempts_per_address, .window_us = window },
                            "sign-in person", "sign-in address" };
}

static struct limits of_mails(const struct cx *cx)
{
    const int64_t window = 60 * WHEN_MINUTE;
    return (struct limits){ { .most = cx->set->mail_requests, .window_us = window },
                            { .most = cx->set->mail_requests_per_address, .window_us = window },
                            "mail person", "mail address" };
}

static struct str person(struct cx *cx, struct str account, struct str email)
{
    return str_fmt(cx->mem, "%.*s %.*s", STR_ARG(account), STR_ARG(email));
}

static struct str address(struct cx *cx)
{
    return rate_network(cx->mem, cx->who != NULL ? cx->who->ip : NO_STR);
}

static bool refuse(struct cx *cx, enum meter_kind kind, const struct rate_answer *a,
                   const struct rate_answer *b)
{
    meter_add(cx, kind, 1);
    return fail_limited(cx, a->retry_us > b->retry_us ? a->retry_us : b->retry_us);
}

bool attempts_sign_in(struct cx *cx, struct str account, struct str email)
{
    struct limits limits = of_sign_ins(cx);
    struct rate_answer who, from;
    rate_look(cx, limits.person_bucket, person(cx, account, email), &limits.person, &who);
    rate_look(cx, limits.address_bucket, address(cx), &limits.address, &from);
    return (who.allowed && from.allowed) || refuse(cx, METER_LIMITED_SIGN_INS, &who, &from);
}

void attempts_sign_in_failed(struct cx *cx, struct str account, struct str email)
{
    struct limits limits = of_sign_ins(cx);
    rate_count(cx, limits.person_bucket, person(cx, account, email), &limits.person);
    rate_count(cx, limits.address_bucket, address(cx), &limits.address);
}

bool attempts_blocked(struct cx *cx, struct str account, struct str email)
{
    struct limits limits = of_sign_ins(cx);
    struct rate_answer answer;
    rate_look(cx, limits.person_bucket, person(cx, account, email), &limits.person, &answer);
    return !answer.allowed;
}

void attempts_forgive(struct cx *cx, struct str account, struct str email)
{
    rate_forget(cx, of_sign_ins(cx).person_bucket, person(cx, account, email));
}

bool attempts_mail(struct cx *cx, struct str account, struct str email)
{
    struct limits limits = of_mails(cx);
    struct rate_answer who, from;
    rate_take(cx, limits.address_bucket, address(cx), &limits.address, &from);
    rate_take(cx, limits.person_bucket, person(cx, account, email), &limits.person, &who);
    return (who.allowed && from.allowed) || refuse(cx, METER_LIMITED_RESETS, &who, &from);
}
