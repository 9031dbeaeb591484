/*
 * typescript.h — the collections as TypeScript: an interface for each record as it is read, one for
 * what creates it and one for what changes it; maps of them by the collection's name.
 */
#ifndef TRANSFER_TYPESCRIPT_H
#define TRANSFER_TYPESCRIPT_H

#include "base/cx.h"

bool typescript_write(struct cx *cx, struct str *out) MUST_CHECK;

#endif
