/*
 * jv.h — reads JSON: a checked RFC 8259 text becomes values; the only file that knows json-c.
 *
 * Strict     refused, with the offset: comments, single quotes, NaN, trailing text, invalid UTF-8,
 *            lone surrogates, NUL, depth past 64, more than 100,000 values; of duplicate keys the
 *            last wins (data.md §18.3)
 * Ownership  the tree belongs to cx->mem and dies with it; texts point into the tree
 */
#ifndef BASE_JV_H
#define BASE_JV_H

#include "base/cx.h"

enum jv_kind { JV_ABSENT, JV_NULL, JV_BOOL, JV_INT, JV_REAL, JV_TEXT, JV_ARRAY, JV_OBJECT };
struct jv { enum jv_kind kind; void *node; };
struct jv_fault { size_t offset; const char *reason; };         /* reason: fixed text            */
struct jv_each { void *next; };

bool jv_parse(struct cx *cx, struct str text, struct jv *out, struct jv_fault *fault) MUST_CHECK;
struct jv jv_get(struct jv object, struct str key);             /* JV_ABSENT: none, or no object */
struct jv jv_at(struct jv array, size_t i);
size_t jv_count(struct jv v);                                   /* items or members; else 0      */
/* for (struct jv_each e = jv_each(object); jv_next(&e, &key, &value);) */
struct jv_each jv_each(struct jv object);
bool jv_next(struct jv_each *each, struct str *key, struct jv *value);

struct str jv_text(struct jv v);                                /* NO_STR unless JV_TEXT         */
/* A member's text, trimmed; absent when it is not there, no text or empty. */
struct str jv_filled(struct jv object, const char *name);
int64_t jv_int(struct jv v);                                    /* 0 unless a number in range    */
double jv_real(struct jv v);
bool jv_bool(struct jv v);
struct str jv_print(struct arena *mem, struct jv v);            /* compact JSON                  */
struct str jv_print_sorted(struct arena *mem, struct jv v);     /* members sorted by key         */

#endif
