/*
 * inbound.h — a file on its way in: a temporary one below storage_path, counted and summed while
 * it is written, which goes with cx->mem unless a place has taken it.
 *
 * Errors  E_FULL when the disk is; E_BROKEN. What a killed process leaves is in INBOUND_FOLDER, and
 *         older than any upload takes
 */
#ifndef FILES_INBOUND_H
#define FILES_INBOUND_H

#include "base/flow.h"
#include "crypto/mac.h"

#define INBOUND_FOLDER ".incoming"

struct inbound {
    int fd;                         /* open for reading too                                     */
    int64_t size;
    struct str sum;                 /* SHA-256, hexadecimal; after inbound_end                    */
    int folder;                     /* INBOUND_FOLDER, open                                       */
    const char *name;               /* in there; NULL: a place took it                          */
    struct mac_sum summing;
};

bool inbound_open(struct cx *cx, struct inbound *inbound) MUST_CHECK;
struct sink inbound_sink(struct inbound *inbound);
struct str inbound_path(struct cx *cx, const struct inbound *inbound);  /* for others */
void inbound_end(struct cx *cx, struct inbound *inbound);
/* What killed processes left before that time goes. */
bool inbound_sweep(struct cx *cx, int64_t oldest) MUST_CHECK;
/* For places: storage_path, made if it is not there yet. The caller closes it. */
bool inbound_root(struct cx *cx, int *fd) MUST_CHECK;
bool inbound_broken(struct cx *cx, const char *what);   /* false; a full disk is told as that    */

#endif
