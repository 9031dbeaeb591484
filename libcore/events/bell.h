/*
 * bell.h — wakes who reads the outbox: a datagram to each, after the commit.
 *
 * A hint only: it may be lost (a full queue, a data directory without a place for sockets), it may
 * come for nothing, and it does not leave the machine. Readers look by themselves now and then.
 *
 * Folder   bells in the data directory, there while somebody listens: else a ring costs one open
 *          that fails. The sockets are named after the machine, since hosts can share the directory
 * Stale    what a killed reader left behind goes with the next ring
 */
#ifndef EVENTS_BELL_H
#define EVENTS_BELL_H

#include "base/settings.h"

void bell_ring(const struct settings *set);     /* never waits */

/* A descriptor to poll, readable after a ring; hung until mem is reset. -1: there can be none. */
int bell_hang(struct arena *mem, const struct settings *set);
void bell_drain(int fd);

#endif
