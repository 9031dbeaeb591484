/*
 * prune.h — old entries of the trail go into an archive and out of the database, so that what stays
 * can still be proven.
 *
 * Whole    the entries of whole checkpoints, from the oldest on, never those of the newest entry
 * Order    first they are written to a file (auditfile.h), judged meanwhile, and flushed; then they
 *          are deleted, a checkpoint a transaction, each with its record (prunerecord.h)
 * Errors   E_CONFLICT: they cannot be proven (nothing is deleted then), or there is no key
 */
#ifndef AUDIT_PRUNE_H
#define AUDIT_PRUNE_H

#include "base/cx.h"

enum { PRUNE_MOST = 64 };                   /* checkpoints at once: then there may be more */
struct prune_report { int64_t first, last, entries; struct str archive; };  /* last 0: nothing */
/* What was signed before a time. archive_dir is made if it must be; absent: no archive. */
bool prune_run(struct cx *cx, int64_t before, struct str archive_dir,
               struct prune_report *out) MUST_CHECK;

#endif
