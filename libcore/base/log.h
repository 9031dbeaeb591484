/*
 * log.h — one JSON line per event: time, level, program, event, correlation_id, then the items.
 *
 * Where    standard error, or the file of log_open; LOG_FORMAT=console writes words instead
 * Buffered lines wait in a small buffer until log_flush, which the serving loop calls when idle and
 *          at least once a second; warnings and errors go out at once
 * Safety   values are JSON-escaped, so a line stays a line; nobody logs secrets or query strings
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/cx.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_CRITICAL };
struct log_item { const char *name; enum { LOG_TEXT, LOG_NUMBER, LOG_REAL } kind;
                  struct str text; int64_t number; double real; };

#define log_text(n, s) { .name = (n), .kind = LOG_TEXT, .text = (s) }
#define log_number(n, i) { .name = (n), .kind = LOG_NUMBER, .number = (i) }
#define log_real(n, r) { .name = (n), .kind = LOG_REAL, .real = (r) }
/* LOG(LOG_INFO, "request", log_text("path", path), log_number("status", 200)); */
#define LOG(level, event, ...) log_event((level), (event), \
    (const struct log_item[]){ __VA_ARGS__ }, \
    sizeof((const struct log_item[]){ __VA_ARGS__ }) / sizeof(struct log_item))

void log_open(const char *program, enum log_level least, bool as_words, const char *path_or_null);
void log_request(struct str correlation_id);                    /* copied; absent clears it      */
bool log_wants(enum log_level level);
void log_event(enum log_level level, const char *event, const struct log_item *items, size_t n);
void log_failure(const struct cx *cx);                          /* cx->err, with its cause       */
void log_flush(void);

#endif
