/*
 * writelock.h — inside the room: one writer at a time, one flush for all who wait (DESIGN §3).
 *
 * File    <database>-lock holds robust process-shared mutexes and two counters. Whoever opens it
 *         while nobody else has it open starts it afresh, so nothing of a crashed machine is
 *         believed
 * Dead    a holder that was killed passes the lock on; SQLite itself undoes what it had begun
 * Without a usable mapping (a network file system, no robust mutexes) an OFD lock on the file takes
 *         its place; then writelock_groups is false and every commit flushes for itself
 */
#ifndef DB_WRITELOCK_H
#define DB_WRITELOCK_H

#include "base/arena.h"

struct writelock;
enum writelock_got { WRITELOCK_GOT, WRITELOCK_BUSY, WRITELOCK_WRONG };

/* NULL: *why is errno. may_map: the file system is local. */
struct writelock *writelock_open(struct arena *mem, const char *database, bool may_map, int *why);
void writelock_close(struct writelock *lock);
bool writelock_groups(const struct writelock *lock);

enum writelock_got writelock_take(struct writelock *lock, int64_t wait_ms) MUST_CHECK;
void writelock_give(struct writelock *lock);
/* While holding it, before COMMIT: from now on readers may see it. */
void writelock_committing(struct writelock *lock);
/* And after it: the ticket to wait with. */
uint64_t writelock_committed(struct writelock *lock);
bool writelock_is_flushed(const struct writelock *lock, uint64_t ticket);
/* Somebody else's way to flush: what is committed before it starts, and that it ended well. */
uint64_t writelock_latest(const struct writelock *lock);
void writelock_flushed(struct writelock *lock, uint64_t upto);
/* Without holding it: returns when everything up to ticket was flushed, by us or by another. */
bool writelock_flush(struct writelock *lock, uint64_t ticket, bool (*flush)(void *), void *state)
    MUST_CHECK;
/* For readers: the same for all that can be seen by now, of whichever process. */
bool writelock_harden(struct writelock *lock, bool (*flush)(void *), void *state) MUST_CHECK;

#endif
