/*
 * encryption.h — turns a field that has values into an encrypted one, or back (data.md §19.1).
 *
 * Together  values and definition change in one transaction. A second one then looks for values
 *           that were written by who had read the definition before it changed, and had not written
 *           yet; asking for what is so already does that alone
 * Changes   the column in the records of all accounts (audited, with placeholders on both sides),
 *           collections; no events: no record is another one by it
 * Errors    404 unknown collection or field; 400 with details for what cannot be encrypted, as in
 *           definitions, and for rules that name the field; 400 above ENCRYPTION_MOST values;
 *           409 when a value does not open
 */
#ifndef DATA_ENCRYPTION_H
#define DATA_ENCRYPTION_H

#include "data/collection.h"

enum { ENCRYPTION_MOST = 100000 };

bool encryption_set(struct cx *cx, struct str collection_id, struct str field, bool encrypted,
                    struct collection *out, int64_t *records) MUST_CHECK;

#endif
