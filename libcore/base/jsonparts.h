/*
 * jsonparts.h — many JSON values out of a source, one after the other, as texts: the elements of an
 * array, or lines (NDJSON).
 *
 * Checked  only as far as it takes to find where a value ends: jv_parse says whether it is one
 * Lines    blank ones are passed over; a bad line spoils no other
 * Array    after a fault nothing that follows can be trusted. Cut short is a fault
 */
#ifndef BASE_JSONPARTS_H
#define BASE_JSONPARTS_H

#include "base/feed.h"

struct jsonparts {
    struct feed feed;
    bool is_lines, begun, ended;
    size_t most;                        /* bytes of a value                                       */
    const char *fault; int64_t fault_line;      /* NULL: none                                     */
};

void jsonparts_init(struct jsonparts *parts, struct arena *mem, struct source from, bool is_lines,
                    size_t most);
/* *out: the next text, in mem, and the line it begins in; absent: a line that is too long, passed
 * over. *found false: the end, or a fault. */
bool jsonparts_next(struct cx *cx, struct jsonparts *parts, struct arena *mem, struct str *out,
                    int64_t *line, bool *found) MUST_CHECK;

#endif
