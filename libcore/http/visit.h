/*
 * visit.h — one request for a program with a loop of its own: served like any other (routes,
 * callers, inputs, errors, CORS, log, metrics), its reply handed to the loop instead of the caller.
 *
 * Database  the loop connects (boot_connect); while there is none, routes that need it answer 503
 * Staying   a route of such a program finds in reply->host what the loop gave, and tells it there
 *           that the caller stays
 */
#ifndef HTTP_VISIT_H
#define HTTP_VISIT_H

#include "http/exchange.h"

/* Appends head ("Status: 200 OK" and so on) and body. */
void visit_serve(struct program *program, struct arena *mem, char *const *params, void *host,
                 struct buf *reply);
/* After a turn of the loop's own work with the database. */
void visit_rest(struct program *program);

#endif
