/* auditproofs.h — the route that proves one entry of the audit trail. */
#ifndef ADMIN_AUDITPROOFS_H
#define ADMIN_AUDITPROOFS_H

#include "http/route.h"

extern const struct route auditproofs_routes[];

#endif
