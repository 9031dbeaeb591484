/*
 * trailpdf.h — the newest rows of the trail as a PDF, made by a program of its own (bin/auditpdf).
 *
 * Errors  E_INVALID when that program is not installed; E_TOO_LARGE when the table takes more
 *         memory or time than it has: nothing was written then
 */
#ifndef APP_TRAILPDF_H
#define APP_TRAILPDF_H

#include "audit/trailquery.h"
#include "base/flow.h"
#include "net/errand.h"

struct trailpdf {
    struct trailquery query;
    struct str made_by; int64_t made_at;
    bool sees_pii;
};
/* Asks for it; the PDF is what errand_read then reads to its end. */
bool trailpdf_open(struct cx *cx, const struct trailquery *query, struct errand_talk *talk)
    MUST_CHECK;
bool trailpdf_question(struct cx *cx, struct str text, struct trailpdf *out) MUST_CHECK;

#endif
