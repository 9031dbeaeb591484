/* download.h — a file goes out: whole or in part, or not at all when the caller has it already. */
#ifndef FILES_DOWNLOAD_H
#define FILES_DOWNLOAD_H

#include "files/filebytes.h"
#include "http/reply.h"

struct download {
    bool is_inline;                 /* asked for; granted to images and PDF                     */
    bool by_token;                  /* the address holds a secret: nobody may keep the reply    */
    struct str range, if_range, if_modified_since;      /* headers of the request               */
};
bool download_send(struct cx *cx, const struct filebytes *file, const struct download *how,
                   struct reply *reply);

#endif
