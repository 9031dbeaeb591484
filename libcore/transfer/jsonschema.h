/*
 * jsonschema.h — the collections as JSON Schema 2020-12: $defs has three for each, named as in
 * typescript.h: the record as it is read, what creates it (…Create), what changes it (…Update).
 */
#ifndef TRANSFER_JSONSCHEMA_H
#define TRANSFER_JSONSCHEMA_H

#include "base/cx.h"

bool jsonschema_write(struct cx *cx, struct str *out) MUST_CHECK;

#endif
