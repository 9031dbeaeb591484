/*
 * websession.h — who is at the pages: the session in a cookie, the account a superadmin acts in,
 * and the tokens that prove a form is ours (OWASP: signed double-submit, bound to the session).
 *
 * Session  an access token; each page renews it when a quarter of its life is over, up to
 *          refresh_token_expire_days after the sign-in. It ends where every session ends
 * Acting   a second cookie names the account; it counts for superadmins alone. They are that
 *          account's admin then, and no superadmin
 * Tokens   of a session; before there is one, of a cookie that the first form sets
 */
#ifndef HTTP_WEBSESSION_H
#define HTTP_WEBSESSION_H

#include "http/reply.h"
#include "http/request.h"
#include "identity/session.h"

struct str websession_bearer(struct cx *cx, const struct request *request);     /* or absent     */
/* After the caller was identified by it: how they like pages, the language included. */
bool websession_like(struct cx *cx, struct actor *who) MUST_CHECK;
/* *who becomes who they act as. */
bool websession_act(struct cx *cx, const struct request *request, struct actor *who) MUST_CHECK;

void websession_open(struct reply *reply, struct str access_token);
bool websession_renew(struct reply *reply) MUST_CHECK;
void websession_close(struct reply *reply);
void websession_enter(struct reply *reply, struct str account_id);  /* absent: act no more       */

struct str websession_token(struct reply *reply);                   /* for the forms of a page   */
bool websession_check(struct cx *cx, const struct request *request, struct str token) MUST_CHECK;

#endif
