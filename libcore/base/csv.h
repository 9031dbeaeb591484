/*
 * csv.h — tables as text (RFC 4180): read record by record out of a source, written cell by cell.
 *
 * Reading  comma, double quotes, lines that end in CRLF or LF, also inside quotes; blank lines are
 *          passed over. An empty cell and an empty quoted one are told apart
 * Faults   text after a closing quote, a quote in the middle of a cell, a quoted cell that never
 *          ends, bytes that are no UTF-8, NUL, more than the most: fault says which. After one
 *          of the first five nothing that follows can be trusted
 * Writing  a cell is quoted when it has to be; an empty text is, a missing value is not
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/buf.h"
#include "base/feed.h"

struct csv_cell { struct str text; bool quoted; size_t from; };   /* from: csv.c's own          */
struct csv_record { struct csv_cell *cells; size_t n; int64_t line; };
struct csv {
    struct feed feed;
    size_t most;                        /* bytes of a record                                      */
    const char *fault; int64_t fault_line;      /* NULL: none                                     */
};

void csv_init(struct csv *csv, struct arena *mem, struct source from, size_t most);
/* The next record, its cells in mem. *found false: the end, or a fault. */
bool csv_next(struct cx *cx, struct csv *csv, struct arena *mem, struct csv_record *out,
              bool *found) MUST_CHECK;

void csv_put(struct buf *out, struct str text, bool first);     /* absent: an empty cell          */
void csv_end(struct buf *out);

#endif
