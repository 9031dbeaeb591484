/*
 * flusher.h — inside the room: makes a file durable while its process does something else.
 *
 * By the kernel's asynchronous fdatasync (io_submit(2), IOCB_CMD_FDSYNC); where that is missing or
 * forbidden flusher_open gives NULL, and the caller flushes and waits.
 */
#ifndef DB_FLUSHER_H
#define DB_FLUSHER_H

#include "base/arena.h"

struct flusher;

struct flusher *flusher_open(struct arena *mem, const char *path);
void flusher_close(struct flusher *f);              /* waits for what is under way; NULL: nothing */
bool flusher_start(struct flusher *f, uint64_t mark);           /* false: it could not be started */
/* The next flush that ended: its mark, and whether it went well. False: none did, or none runs. */
bool flusher_ended(struct flusher *f, bool wait, uint64_t *mark, bool *well);
int flusher_descriptor(const struct flusher *f);    /* readable when a flush has ended            */

#endif
