/*
 * slots.h — a counting lock between processes: one byte of a file for each slot there is.
 *
 * Held until the descriptor is closed, also by the end of its process.
 */
#ifndef BASE_SLOTS_H
#define BASE_SLOTS_H

#include <sys/types.h>

#include "base/base.h"

int slots_open(const char *path);               /* made if it is not there; -1: errno */
bool slots_try(int fd, off_t first, off_t n);   /* n from the first on, now or not at all */
void slots_wait(int fd, off_t first, off_t n);  /* a signal ends the waiting */

#endif
