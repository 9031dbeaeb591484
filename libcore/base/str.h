/*
 * str.h — text as a pointer and a length, never owned, never changed in place.
 *
 * Absent    a NULL pointer is "no text" (SQL NULL, a missing parameter); S("") is empty text
 * Ownership the bytes belong to whoever made them: a literal, an arena, a request
 * Encoding  UTF-8 wherever it came through jv, input or the database; case folding is ASCII
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/base.h"

struct arena;
struct str { const char *p; size_t n; };

#define S(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define S_INIT(literal) { "" literal, sizeof(literal) - 1 }     /* in static tables           */
#define NO_STR ((struct str){ NULL, 0 })
#define STR_ARG(s) (int)(s).n, (s).p != NULL ? (s).p : ""       /* for "%.*s"                  */

struct str str_of(const char *text);                            /* NULL gives NO_STR           */
struct str str_sub(struct str s, size_t from, size_t count);    /* clamped to s                */
struct str str_trim(struct str s);                              /* ASCII white space, both ends */
bool str_absent(struct str s);
bool str_eq(struct str a, struct str b);                        /* absent equals only absent   */
bool str_eq_nocase(struct str a, struct str b);
int  str_cmp(struct str a, struct str b);                       /* bytes, then length          */
bool str_starts(struct str s, struct str prefix);
bool str_starts_nocase(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_has(struct str s, struct str part);
bool str_find(struct str s, char c, size_t *at);
/* Cuts the part before the next c off the front of *rest; false when nothing was left. */
bool str_cut(struct str *rest, char c, struct str *part);
uint64_t str_hash(struct str s);                                /* for tables, not for secrets */

struct str str_copy(struct arena *mem, struct str s);           /* NUL-terminated, absent kept */
const char *str_c(struct arena *mem, struct str s);             /* a C string; stops at no NUL */
struct str str_lower(struct arena *mem, struct str s);
struct str str_upper(struct arena *mem, struct str s);
struct str str_fmt(struct arena *mem, const char *format, ...) FORMAT(2, 3);

#endif
