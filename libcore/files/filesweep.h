/*
 * filesweep.h — once a day: what is left of files that are gone, and files that nobody holds.
 *
 * Always   temporary files that are older than any upload takes; small pictures of files without
 *          a row (here; they can be made again)
 * Orphans  only with the setting file_orphan_days, because a path may be kept where we cannot see
 *          it (in a text, on a page): files that no record has held for so many days, counted from
 *          the day on which that was seen first; bytes as old that no row knows. In S3, the small
 *          pictures of such, too
 * Changes  files (audited); file_orphans (without history)
 */
#ifndef FILES_FILESWEEP_H
#define FILES_FILESWEEP_H

#include "base/cx.h"

bool filesweep_queue(struct cx *cx) MUST_CHECK;         /* the job, today                       */
bool filesweep_run(struct cx *cx, struct str payload) MUST_CHECK;       /* its work             */

#endif
