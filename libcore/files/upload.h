/*
 * upload.h — a file comes in: the part "file" of a form, looked at and kept (data.md §16.1).
 *
 * Memory   the same for every size
 * Refused  as early as can be told: by the announced length, by the declared type, by the bytes.
 *          Nothing is left of what was refused or cut
 * Errors   400 SHAPE_DETAIL in the contract's words; 422 where there is no part "file"; E_FULL
 * Changes  files (audited). Opens its own transaction, after the bytes are in place
 */
#ifndef FILES_UPLOAD_H
#define FILES_UPLOAD_H

#include "base/multipart.h"
#include "files/file.h"

struct upload {
    struct str content_type;        /* of the request                                           */
    int64_t announced;              /* bytes of the body, -1: not told                          */
    struct source body;
};
/* The largest body that can hold a file of the largest size. */
int64_t upload_most(const struct cx *cx);
/* Before the body is looked at. */
bool upload_fits(struct cx *cx, int64_t announced) MUST_CHECK;
bool upload_take(struct cx *cx, const struct upload *upload, struct file *out) MUST_CHECK;
/* A part of a form that somebody else reads: kept as soon as it is there, whatever the form brings
 * after it. */
bool upload_part(struct cx *cx, const struct multipart_part *part, struct file *out) MUST_CHECK;

#endif
