/*
 * door.h — the socket a program listens on, shared by its children without waking all of them.
 *
 * The socket does not block: a child takes what is there, and waits here only when nothing is.
 * Signals stay blocked except while waiting, so none can fall into the middle of a request.
 */
#ifndef HTTP_DOOR_H
#define HTTP_DOOR_H

#include <signal.h>

#include "base/base.h"

#define DOOR_BACKLOG 1024

/* path NULL: descriptor 0, as handed over. -1: *why says what is wrong. */
int door_open(const char *path_or_null, const char **why);
void door_remove(const char *path);                 /* when the parent leaves */
int door_watch(int door);                           /* per child, after the fork; -1: errno */
/* Until something may be there, other (-1: none) is readable, a signal comes (meanwhile: the mask)
 * or ms have passed. */
void door_wait(int watch, int other, int ms, const sigset_t *meanwhile);

#endif
