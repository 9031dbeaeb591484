/*
 * chain.h — the hash links of the audit trail, byte for byte (automation.md §3.4, §3.5).
 *
 * One chain per account: previous_hash is the checksum of the account's last row, NULL for the
 * first one.
 * Rows of one change differ in four members only, so what surrounds them is written once: a frame.
 */
#ifndef AUDIT_CHAIN_H
#define AUDIT_CHAIN_H

#include "base/buf.h"
#include "base/cx.h"

struct audit_row {
    int64_t id;
    struct str account_id, operation, table_name, record_id, column_name, old_value, new_value;
    struct str user_id, user_email, user_name, es_username, es_reason; int64_t es_timestamp;
    struct str ip_address, user_agent, request_id; int64_t occurred_at;
    struct str checksum, previous_hash, extra_metadata; /* extra: JSON of texts, sorted; or none */
};
enum { CHAIN_HEX = 64 };

void chain_document(struct buf *out, const struct audit_row *row);      /* J of §3.4 */
void chain_checksum(struct buf *scratch, const struct audit_row *row, char hex[CHAIN_HEX + 1]);

/* The same in two steps; a frame is good for every row that differs in column, values and link. */
struct chain_frame { struct str part[5]; };
void chain_frame(struct buf *out, const struct audit_row *row, struct chain_frame *frame);
void chain_link(struct buf *scratch, const struct chain_frame *frame, const struct audit_row *row,
                char hex[CHAIN_HEX + 1]);

#endif
