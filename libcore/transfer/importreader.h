/*
 * importreader.h — the records of a file one by one, each as the JSON object that would create it.
 *
 * Header    of CSV: unknown names, the same twice, or none at all are 400 before any record
 * Cells     become what their field's type reads; what does not fit is passed on as text, so that
 *           the type itself refuses it
 */
#ifndef TRANSFER_IMPORTREADER_H
#define TRANSFER_IMPORTREADER_H

#include "base/csv.h"
#include "base/jsonparts.h"
#include "data/collection.h"
#include "transfer/recordimport.h"

struct importreader_column { struct str name; int kind; };
struct importreader {
    enum recordimport_format format;
    struct csv csv;
    struct jsonparts parts;
    struct importreader_column *columns; size_t n;
};
/* json absent: there is no telling what it says, but why. */
struct importreader_item { int64_t line; struct str json, field, fault; const char *code; };

bool importreader_open(struct cx *cx, const struct collection *collection,
                       enum recordimport_format format, struct source from,
                       struct importreader *out) MUST_CHECK;
/* *found false: no more, or a fault after which nothing can be read. */
bool importreader_next(struct cx *cx, struct importreader *reader, struct arena *mem,
                       struct importreader_item *out, bool *found) MUST_CHECK;
bool importreader_fault(const struct importreader *reader, const char **fault, int64_t *line);
/* id, created_at …: every export has them, nobody writes them. */
bool importreader_is_passed_over(struct str name);

#endif
