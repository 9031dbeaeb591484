/*
 * spool.h — bytes laid aside in a file that has no name: written to its end, then read from its
 * beginning, as often as wanted.
 *
 * Ownership  the file is gone when mem is reset, or with the process
 */
#ifndef BASE_SPOOL_H
#define BASE_SPOOL_H

#include "base/flow.h"

struct spool { int fd; int64_t at; };

/* In a folder that is there. */
bool spool_open(struct cx *cx, struct str folder, struct spool **out) MUST_CHECK;
struct sink spool_in(struct spool *spool);
struct source spool_out(struct spool *spool);       /* from the beginning */

#endif
