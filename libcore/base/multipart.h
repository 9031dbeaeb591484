/*
 * multipart.h — a multipart/form-data body (RFC 7578, RFC 2046), part by part in constant memory.
 *
 *     struct multipart *form;
 *     TRY(multipart_open(cx, content_type, body, &form));
 *     while (multipart_next(cx, form, &part, &found) && found) … flow_read(cx, part.content, …)
 *
 * Ends    a part's content ends at its boundary; what is left of it is skipped by the next call
 * Limits  8 KB of headers a part, 1000 parts
 * Errors  E_INVALID, also when the body ends before its last boundary: a cut one is never whole
 */
#ifndef BASE_MULTIPART_H
#define BASE_MULTIPART_H

#include "base/flow.h"

struct multipart;
struct multipart_part {
    struct str name;
    struct str filename;            /* its last segment, UTF-8, no control characters; or absent */
    struct str type;                /* Content-Type without its parameters, lower case; or absent */
    struct source content;
};

bool multipart_is(struct arena *mem, struct str content_type);  /* and its boundary can be one  */
bool multipart_open(struct cx *cx, struct str content_type, struct source body,
                    struct multipart **out) MUST_CHECK;
bool multipart_next(struct cx *cx, struct multipart *form, struct multipart_part *part,
                    bool *found) MUST_CHECK;

#endif
