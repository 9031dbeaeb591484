/*
 * trailexport.h — the newest rows of the trail as a file: CSV or JSON, streamed (automation.md
 * §3.7).
 *
 * CSV   cells stand as they are, whatever a spreadsheet makes of them: it is evidence
 * JSON  an array, in lines
 */
#ifndef AUDIT_TRAILEXPORT_H
#define AUDIT_TRAILEXPORT_H

#include "audit/trailquery.h"
#include "base/flow.h"

enum { TRAILEXPORT_MOST = 10000 };
enum trailexport_format { TRAILEXPORT_CSV, TRAILEXPORT_JSON };

/* audit_logs_20260301_102030.csv */
struct str trailexport_filename(struct cx *cx, struct str ending);
bool trailexport_write(struct cx *cx, const struct trailquery *query,
                       enum trailexport_format format, struct sink to) MUST_CHECK;

#endif
