/*
 * when.h — points in time: int64 microseconds since 1970 UTC inside, ISO 8601 outside.
 *
 * Range   years 0001 to 9999 (data.md §18.4); proleptic Gregorian, no leap seconds
 */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include "base/buf.h"

#define WHEN_SECOND INT64_C(1000000)
#define WHEN_MINUTE (60 * WHEN_SECOND)
#define WHEN_DAY    (86400 * WHEN_SECOND)

int64_t when_now(void);          /* for doors and loops only: domain code has cx->now            */

void when_iso(struct buf *out, int64_t us);     /* 2026-03-01T10:20:30[.123456]Z                 */
void when_record(struct buf *out, int64_t us);  /* 2026-03-01T10:20:30.123456+00:00, always so   */
void when_field(struct buf *out, int64_t us);   /* …[.123|.123456]Z: data.md §18.4               */
void when_naive(struct buf *out, int64_t us);   /* 2026-03-01T10:20:30[.123456], no zone: audit  */
void when_http(struct buf *out, int64_t us);    /* Sun, 06 Nov 1994 08:49:37 GMT                 */

/* ISO 8601 date-times: Z, ±HH:MM or none (UTC), T or a space, basic form, date only = midnight. */
bool when_parse(struct str text, int64_t *us) MUST_CHECK;
bool when_parse_date(struct str text) MUST_CHECK;               /* exactly YYYY-MM-DD, a real day */
bool when_is_time(int64_t us);                                  /* within the range               */
/* The same day and hour, or the last day of a shorter month. False: outside the range. */
bool when_add_months(int64_t us, int64_t months, int64_t *out) MUST_CHECK;

#endif
