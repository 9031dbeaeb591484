/*
 * recordexport.h — every record of a list as CSV, NDJSON or a JSON array, streamed (data.md §10.2).
 *
 * Shown    what the list shows to the same caller: rules, field lists, masks, placeholders
 * Order    as sort says; without it the order in which they were made
 * Memory   a slice of rows at a time, all of one snapshot
 * CSV      a header line, CRLF; no value: an empty cell, an empty text: ""; true and false; times
 *          as in JSON; json fields as JSON text. safe: texts that a spreadsheet would take for a
 *          formula get a ' in front
 * Errors   those of lists, before the first byte
 */
#ifndef TRANSFER_RECORDEXPORT_H
#define TRANSFER_RECORDEXPORT_H

#include "base/flow.h"
#include "data/recordquery.h"

enum recordexport_format { EXPORT_CSV, EXPORT_NDJSON, EXPORT_JSON, EXPORT_FORMATS };
bool recordexport_format(struct str word, enum recordexport_format *out) MUST_CHECK;
const char *recordexport_type(enum recordexport_format format);         /* its media type         */
struct str recordexport_filename(struct cx *cx, struct str collection,
                                 enum recordexport_format format);

struct recordexport {
    enum recordexport_format format;
    struct recordquery query;           /* sort, fields, filter, search, has_unknown              */
    bool safe;
};
bool recordexport_write(struct cx *cx, struct str collection, const struct recordexport *in,
                        struct sink to) MUST_CHECK;

#endif
