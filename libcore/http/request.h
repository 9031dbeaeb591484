/*
 * request.h — what was asked: method, path, headers that matter, read in one pass.
 *
 * Path      from REQUEST_URI, cut at raw slashes, then each segment decoded once, so an encoded
 *           slash stays inside its segment; "." and ".." lead nowhere, but to a route that looks at
 *           them itself (.takes_dots); a final slash is forgotten
 * Prefixes  base_path is taken off, api_prefix is read as /api/v1
 * Lifetime  texts point into the parameters of the gate
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/settings.h"

#define REQUEST_SEGMENTS 32

enum method { GET = 1, POST = 2, PUT = 4, PATCH = 8, DELETE = 16, OPTIONS = 32 };

struct request {
    char *const *params;
    struct str method_name;
    enum method method;             /* 0: one we do not know; HEAD is GET with head set */
    bool head;
    struct str uri;                 /* as sent: path and query */
    struct str path;                /* without query and base_path, not decoded; for the log too */
    struct str query;               /* as sent; absent if there was none */
    struct str script;              /* SCRIPT_NAME */
    struct str segments[REQUEST_SEGMENTS];
    size_t segment_count;
    size_t first_dots;              /* of them, one more than the first "." or ".."; 0: none */
    int64_t declared;               /* CONTENT_LENGTH; -1: none */
    struct str content_type, body;
    struct str authorization, api_key, account, idempotency_key;
    struct str correlation, origin, cookie, user_agent;
    struct str signature;           /* X-ES-Signature */
    struct str if_match, if_none_match;
    struct str sendfile;            /* LARDER_SENDFILE: the front end sends files itself */
    struct str upgrades;            /* LARDER_UPGRADES: the connection may become a WebSocket */
    struct str wanted_method, wanted_headers;       /* of a preflight */
    struct str ip;                  /* the caller's, seen through trusted proxies */
    bool https;
    const char *wrong;              /* why nothing else of it can be believed; NULL: all is well */
};

void request_read(struct request *r, struct arena *mem, char *const *params,
                  const struct settings *set);
/* Cuts and decodes a path into r->segments; false: not a path we can have. */
bool request_split(struct request *r, struct arena *mem, struct str path) MUST_CHECK;
/* For plain CGI below its own name: the path without SCRIPT_NAME; false: it does not begin so. */
bool request_below_script(const struct request *r, struct str *path) MUST_CHECK;
/* Of a link, which can carry no header: ?token= becomes the bearer token, unless there is one. */
void request_take_token(struct request *r, struct arena *mem);
struct str request_header(const struct request *r, struct str name);   /* "X-Account-ID" */

#endif
