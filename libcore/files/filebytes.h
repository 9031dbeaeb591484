/*
 * filebytes.h — a file that is to be read: where it is, and what its reader is told of it.
 *
 * Unknown  a file without a row (brought along from elsewhere) has its stored name, and the type of
 *          its extension
 * Errors   404 "File not found: <path>"
 */
#ifndef FILES_FILEBYTES_H
#define FILES_FILEBYTES_H

#include "files/file.h"

struct filebytes {
    struct filepath at;
    struct file file;               /* absent id: no row knows it                               */
    struct place_file bytes;
    struct str filename, mime_type;
    struct str etag;                /* opaque; another for other bytes                          */
    int64_t modified_at;
};

bool filebytes_find(struct cx *cx, const struct filepath *at, struct filebytes *out) MUST_CHECK;
bool filebytes_read(struct cx *cx, const struct filebytes *found, int64_t from, int64_t n,
                    struct source *out) MUST_CHECK;
/* attachment, or inline; the name as ASCII, and as UTF-8 where that is not all of it (RFC 6266). */
struct str filebytes_disposition(struct arena *mem, struct str filename, bool is_inline);

#endif
