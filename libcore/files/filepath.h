/*
 * filepath.h — the path of a file as the wire has it: whose it is, which place keeps it.
 *
 * Form    "<account_id>/<name>" or "s3/<account_id>/<name>"; a name may have several segments, none
 *         of them empty, "." or "..", and neither backslashes nor control characters
 * Errors  403, SHAPE_DETAIL, in the words of data.md §16.2
 */
#ifndef FILES_FILEPATH_H
#define FILES_FILEPATH_H

#include "files/place.h"

enum { FILEPATH_MOST = 512 };
struct filepath {
    struct str path;                /* all of it                                                */
    struct str account_id;
    struct str name;                /* as the place calls it: "<account_id>/…"                  */
    const struct place *place;
};

bool filepath_read(struct cx *cx, struct str path, struct filepath *out) MUST_CHECK;
/* And it is the caller's: of the same account, or a superadmin asks. */
bool filepath_own(struct cx *cx, struct str path, struct filepath *out) MUST_CHECK;
/* For what is stored: false without a failure when it is no path of that account. */
bool filepath_is_of(struct str path, struct str account_id);

#endif
