/* auditrow.c — which column goes where. */
#include "audit/auditrow.h"

const struct col auditrow_cols[] = {
    COL(C_INT, audit_row, id),             COL(C_TEXT, audit_row, account_id),
    COL(C_TEXT, audit_row, operation),     COL(C_TEXT, audit_row, table_name),
    COL(C_TEXT, audit_row, record_id),     COL(C_TEXT, audit_row, column_name),
    COL(C_TEXT, audit_row, old_value),     COL(C_TEXT, audit_row, new_value),
    COL(C_TEXT, audit_row, user_id),       COL(C_TEXT, audit_row, user_email),
    COL(C_TEXT, audit_row, user_name),     COL(C_TEXT, audit_row, es_username),
    COL(C_TEXT, audit_row, es_reason),     COL(C_TIME, audit_row, es_timestamp),
    COL(C_TEXT, audit_row, ip_address),    COL(C_TEXT, audit_row, user_agent),
    COL(C_TEXT, audit_row, request_id),    COL(C_TIME, audit_row, occurred_at),
    COL(C_TEXT, audit_row, checksum),      COL(C_TEXT, audit_row, previous_hash),
    COL(C_TEXT, audit_row, extra_metadata), { 0 },
};
