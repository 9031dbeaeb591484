/*
 * webpage.h — pages for people: a template with its values, what went wrong in words, and forms
 * that nobody else may send.
 *
 * Headers  never stored, no referrer: addresses of pages may carry tokens
 * Values   base (the prefix of our addresses), product (what we are called), lang (the language of
 *          cx) and csrf (the token of forms) are always there
 * Forms    what another site made the browser send is refused, and so is what lacks the token, a
 *          hidden field csrf (DESIGN §15): exchange.c asks for both, whatever page it is
 */
#ifndef HTTP_WEBPAGE_H
#define HTTP_WEBPAGE_H

#include "http/reply.h"
#include "view/fill.h"

bool webpage_reply(struct reply *reply, const char *template, const struct fill *values) MUST_CHECK;
/* error.html; where that is missing, too, the words alone. */
void webpage_error(struct reply *reply, const char *title, struct str message);
bool webpage_same_origin(struct cx *cx, const struct request *request) MUST_CHECK;

#endif
