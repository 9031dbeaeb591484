/* auditlogs.h — routes of the audit trail, and how one of its rows looks. */
#ifndef ADMIN_AUDITLOGS_H
#define ADMIN_AUDITLOGS_H

#include "http/route.h"

extern const struct route auditlogs_routes[];
extern const struct output auditlogs_row[];             /* of a struct audit_row */

#endif
