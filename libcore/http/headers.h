/*
 * headers.h — the lines that every reply carries for safety (identity.md §2.2), unless it says
 *             otherwise, and status words.
 */
#ifndef HTTP_HEADERS_H
#define HTTP_HEADERS_H

#include "base/buf.h"
#include "base/settings.h"

/* Those that depend on the settings alone: made once, ready to send. */
struct str headers_fixed(struct arena *mem, const struct settings *set);
void headers_line(struct buf *head, const char *name, struct str value);
const char *headers_reason(int status);

#endif
