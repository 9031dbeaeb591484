/*
 * confine.h — before bytes of strangers are decoded: little memory, little time, nothing to open.
 *
 * Limits   384 MiB of addresses, 5 s of processor, no file grows, no process, no core
 * Calls    where the kernel filters them (seccomp), only what memory, reading and writing need is
 *          left: no file can be opened, no socket made, nothing run
 */
#ifndef THUMB_CONFINE_H
#define THUMB_CONFINE_H

#include "base/base.h"

bool confine_self(void) MUST_CHECK;             /* false: a limit was not taken */

#endif
