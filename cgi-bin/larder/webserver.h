/*
 * webserver.h — configurations of the web servers, made from templates/server.
 *
 * Safety  values are checked by fill_plain: none can end a word of a configuration
 */
#ifndef LARDER_WEBSERVER_H
#define LARDER_WEBSERVER_H

#include "command.h"

struct webserver {
    struct str run;                 /* directory of the sockets                                   */
    struct str host; int64_t port;
    bool spawn;                     /* the web server starts the programs itself (lighttpd)       */
};
/* One file of templates/server, "lighttpd.conf", filled in. */
bool webserver_render(struct app *app, struct cx *cx, const struct webserver *at, const char *name,
                      struct str *out) MUST_CHECK;

/* How many processes each pool has. */
int64_t webserver_auth_workers(void);
int64_t webserver_files_workers(void);
int64_t webserver_read_workers(const struct settings *set);

#endif
