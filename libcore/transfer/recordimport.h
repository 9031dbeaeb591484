/*
 * recordimport.h — records out of a file: CSV, NDJSON or a JSON array, read as they come.
 *
 * Each     goes the way of a single create (or upsert): rules, field lists, checks, history, events
 * System   columns are passed over: nobody writes them; account_id is a superadmin's to give
 * CSV      a header line names the fields; an empty cell is null, "" an empty text; true and false,
 *          yes and no, 1 and 0; json fields and lists hold JSON text
 * skip     in slices, each a transaction: others write in between. What failed is told, the rest
 *          is there
 * abort    all or nothing in one transaction, at most import_abort_max records
 * preview  as commit, and nothing of it stays. With skip each slice is checked by itself: it does
 *          not see what an earlier one would have made
 * Report   {"mode","total","created","updated","failed","complete","errors":[{"line","field",
 *          "message","code"}],"preview":[…]}: the first thousand errors, the first twenty records.
 *          complete false: the file was not read to its end, and errors say why
 * Errors   400 when nothing was imported because of the file as a whole, or of one record with
 *          abort: then with the report. Once a slice is there the reply is 200, whatever follows
 */
#ifndef TRANSFER_RECORDIMPORT_H
#define TRANSFER_RECORDIMPORT_H

#include "base/flow.h"

enum recordimport_format { IMPORT_CSV, IMPORT_NDJSON, IMPORT_JSON };
/* By name, or by a media type. */
bool recordimport_format(struct str word, struct str media_type, enum recordimport_format *out)
    MUST_CHECK;

struct recordimport {
    struct str collection;
    enum recordimport_format format;
    bool is_preview, aborts;
    struct str key;                     /* unique field of an upsert; absent: creates             */
    struct str account_id;              /* of all records; for superadmins; absent: as they say   */
    struct source from;
};
bool recordimport_run(struct cx *cx, const struct recordimport *in, struct str *json) MUST_CHECK;

#endif
