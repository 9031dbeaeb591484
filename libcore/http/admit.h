/*
 * admit.h — who is calling, and whether the route is for them (identity.md §1.5, §3.1).
 */
#ifndef HTTP_ADMIT_H
#define HTTP_ADMIT_H

#include "http/route.h"

/* Fills *who and cx->who, and scopes the database to the caller's account. Pages are asked with the
 * cookie of their session and with nothing else, so that no form can speak for an API call nor the
 * other way round; those for admins let a superadmin act in an account (websession.h). */
bool admit_caller(struct cx *cx, const struct request *request, const struct route *route,
                  struct actor *who) MUST_CHECK;
/* A bearer token that is a setting, for routes that no person asks for; an empty one is none. */
bool admit_by_secret(const struct request *request, struct str secret);

#endif
