/*
 * range.h — which part of a file is asked for (RFC 9110 §14): one range of bytes, or all of it.
 *
 * Ignored  what is no range of bytes, and more than one at once: then the whole file is the answer
 */
#ifndef HTTP_RANGE_H
#define HTTP_RANGE_H

#include "base/str.h"

enum range_kind { RANGE_ALL, RANGE_PART, RANGE_NONE };         /* NONE: no byte of it is there    */
enum range_kind range_read(struct str header, int64_t size, int64_t *from, int64_t *n);

#endif
