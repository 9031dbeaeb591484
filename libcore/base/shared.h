/*
 * shared.h — memory that the processes of an installation share: a small file in data_dir, mapped.
 *
 * Fresh     a file of another layout, or from before the machine was started, is replaced by a new
 *           one; who still has the old one mapped goes on with that
 * Errors    NULL when there is no folder or no mapping: callers do without
 */
#ifndef BASE_SHARED_H
#define BASE_SHARED_H

#include "base/str.h"

/* Zeroed when it is new. layout: changes whenever the meaning of the bytes does. */
void *shared_open(struct arena *mem, struct str dir, const char *name, size_t bytes,
                  uint64_t layout);

#endif
