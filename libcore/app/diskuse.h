/* diskuse.h — how much a folder holds. */
#ifndef APP_DISKUSE_H
#define APP_DISKUSE_H

#include "base/cx.h"

/* The sizes of all files in it and below, links not followed. What cannot be read counts as 0. */
int64_t diskuse_bytes(struct str folder);

#endif
