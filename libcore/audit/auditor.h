/* auditor.h — proves the whole trail: every account's chain in turn (automation.md §3.5). */
#ifndef AUDIT_AUDITOR_H
#define AUDIT_AUDITOR_H

#include "audit/chain.h"

enum { AUDITOR_FAULTS = 100 };                  /* more are counted, not told */
struct auditor_report { int64_t chains, checked, fault_count; struct str faults[AUDITOR_FAULTS]; };
bool auditor_run(struct cx *cx, struct auditor_report *out) MUST_CHECK;

#endif
