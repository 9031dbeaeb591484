/* ident.h — identifiers: UUIDv7 (RFC 9562, rising in a process), UUIDv4, ids of requests. */
#ifndef BASE_IDENT_H
#define BASE_IDENT_H

#include "base/arena.h"
#include "base/str.h"

struct str ident_uuid(struct arena *mem, int64_t now_us);       /* 36 characters, lower case     */
int64_t ident_time(struct str uuid);                            /* of a UUIDv7, in us; 0: none   */
struct str ident_random(struct arena *mem);                     /* UUIDv4: tells no time         */
bool ident_is_uuid(struct str s);                               /* 8-4-4-4-12 lower-case hex     */
struct str ident_request(struct arena *mem);                    /* hk_ + 12 hex digits           */
struct str ident_correlation(struct arena *mem);                /* cid_ + 12 hex digits          */
bool ident_is_name(struct str s);                               /* [A-Za-z][A-Za-z0-9_]*         */

#endif
