/*
 * portable.h — definitions on their way from one installation to another (data.md §3: export,
 * import).
 *
 * Shape     {"version","exported_at","exported_by","collections":[{"name","schema","indexes",
 *           "rules"}]}: what a collection declares, none of its records
 *           "type" is base or view; a view has its "query"
 * Order     whatever a reference points to is made first; of those that point to each other the
 *           tables are made before the references, so that in the end all have their keys
 * Alone     each collection fails or comes by itself; with one that fails also those that cannot be
 *           without it
 * Changes   as define.h
 */
#ifndef TRANSFER_PORTABLE_H
#define TRANSFER_PORTABLE_H

#include "base/jv.h"

/* ids: a,b; in that order, unknown ones passed over. Absent or empty: all, by name. */
bool portable_export(struct cx *cx, struct str ids, struct str *json) MUST_CHECK;
struct str portable_filename(struct cx *cx);        /* collections_export_20260301_102030.json */

enum portable_strategy { PORTABLE_ERROR, PORTABLE_SKIP, PORTABLE_UPDATE };
/* How collections that are there already are met; false: no such word. Absent: error. */
bool portable_strategy(struct str word, enum portable_strategy *out) MUST_CHECK;

struct portable_item { struct str name, status, message; }; /* imported, skipped, updated, error */
struct portable_result {
    bool success;
    int64_t imported, skipped, updated, failed;
    struct portable_item *items; size_t n;              /* in the order of the file               */
    struct str *revisions; size_t revision_count;
};
/* data: what portable_export wrote; path: where it stands in the request, for the 422. */
bool portable_import(struct cx *cx, struct jv data, struct str path,
                     enum portable_strategy strategy, struct portable_result *out) MUST_CHECK;
/* Where a fault of a definition is, for people: ["body","schema",0,"name"] as schema[0].name. */
struct str portable_path(struct cx *cx, struct str loc);
/* What that would come to: done, told and taken back. */
bool portable_rehearse(struct cx *cx, struct jv data, struct str path,
                       enum portable_strategy strategy, struct portable_result *out) MUST_CHECK;

#endif
