/*
 * jsonlean.h — steps through the members of an object as js.h writes them: without white space.
 *
 * For JSON of our own only, which is known to be well formed: nothing is checked for its own sake
 */
#ifndef BASE_JSONLEAN_H
#define BASE_JSONLEAN_H

#include "base/str.h"

/* rest begins at the bracket or a comma, and goes on at the next. key: escaped as it was written,
 * without its quotes; value: as JSON. False: no member is next; after the last rest is "}". */
bool jsonlean_member(struct str *rest, struct str *key, struct str *value);

#endif
