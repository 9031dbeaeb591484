/* auditrow.h — all columns of the trail, as they are asked for and read into a struct audit_row. */
#ifndef AUDIT_AUDITROW_H
#define AUDIT_AUDITROW_H

#include "audit/chain.h"
#include "db/rows.h"

#define AUDITROW_SELECT                                                                            \
    "SELECT id, account_id, operation, table_name, record_id, column_name, old_value, new_value,"  \
    " user_id, user_email, user_name, es_username, es_reason, es_timestamp, ip_address,"           \
    " user_agent, request_id, occurred_at, checksum, previous_hash, extra_metadata FROM audit_log"
extern const struct col auditrow_cols[];

#endif
