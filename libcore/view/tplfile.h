/*
 * tplfile.h — the bytes of a template: the operator's file, else the one we ship.
 *
 * Operator   data_dir/templates/NAME wins over templates_dir/NAME, whatever it is for
 * Names      come from our own code and from templates, never from outside; without ".." and not
 *            absolute
 * Errors     broken: no such file, too big (1 MiB), unreadable
 */
#ifndef VIEW_TPLFILE_H
#define VIEW_TPLFILE_H

#include "base/cx.h"

bool tplfile_read(struct cx *cx, struct arena *mem, struct str name, struct str *out) MUST_CHECK;
/* Only from that folder; *found is false where it has no such file. */
bool tplfile_read_in(struct cx *cx, struct arena *mem, struct str dir, struct str name, bool *found,
                     struct str *out) MUST_CHECK;
/* The operator's folder; absent where there is no data directory. */
struct str tplfile_own(struct cx *cx);

#endif
