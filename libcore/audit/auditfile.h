/*
 * auditfile.h — the trail in a file (auditline.h): written from the database, judged without one.
 *
 * Memory  grows with the accounts, not with the entries
 * Errors  E_INVALID: a line of the file is none of ours, told with its number
 */
#ifndef AUDIT_AUDITFILE_H
#define AUDIT_AUDITFILE_H

#include "audit/auditline.h"
#include "audit/verifier.h"
#include "base/flow.h"

/* All of it, or what is one account's (absent: all). Scope "*". */
bool auditfile_export(struct cx *cx, struct str account_id, struct sink to) MUST_CHECK;
/* The entries under the checkpoints first to last, judged while they are written. */
bool auditfile_archive(struct cx *cx, int64_t first, int64_t last, struct sink to,
                       struct verifier_report *out) MUST_CHECK;
/* keys: whose signatures count; none: those of the key that the file itself names. Needs neither
 * database nor settings. */
bool auditfile_verify(struct cx *cx, struct source from, const struct str *keys, size_t key_count,
                      struct auditline_header *header, struct verifier_report *out) MUST_CHECK;

/* A descriptor, which stays the caller's. */
struct sink auditfile_sink(int *fd);
struct source auditfile_source(int *fd);

#endif
