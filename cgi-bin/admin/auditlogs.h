/* auditlogs.h — routes of the audit trail, and how one of its rows looks. */
#ifndef ADMIN_AUDITLOGS_H
#define ADMIN_AUDITLOGS_H

#include "audit/trailquery.h"
#include "http/route.h"

extern const struct route auditlogs_routes[];
extern const struct output auditlogs_row[];             /* of a struct audit_row */
/* As a file, streamed: format is csv, json or pdf; raw: the PDF itself, not its base64. */
bool auditlogs_export(struct cx *cx, const struct trailquery *query, struct str format,
                      bool is_raw, struct reply *reply) MUST_CHECK;

#endif
