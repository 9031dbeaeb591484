/*
 * webpage.h — pages for people: a template with its values, what went wrong in words, and forms
 * that nobody else may send.
 *
 * Headers  never stored, no referrer: addresses of pages may carry tokens
 * Values   base (the prefix of our addresses), product (what we are called) and lang (the language
 *          of cx) are always there
 * Forms    a route with .csrf refuses a form that another site made the browser send (DESIGN §15)
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
