/*
 * auditor.h — proves the trail in the database: chains, checkpoints, their file, what was pruned
 * (automation.md §3.5). In a snapshot of its own; sets the scope "*".
 */
#ifndef AUDIT_AUDITOR_H
#define AUDIT_AUDITOR_H

#include "audit/verifier.h"

/* Of all accounts, or of one alone. */
bool auditor_run(struct cx *cx, struct verifier_report *out) MUST_CHECK;
bool auditor_account(struct cx *cx, struct str account_id, struct verifier_report *out) MUST_CHECK;
/* Whose signatures count here: our key's, and the setting AUDIT_PUBLIC_KEYS. */
void auditor_keys(struct cx *cx, struct verifier_terms *terms);

#endif
