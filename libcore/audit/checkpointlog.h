/*
 * checkpointlog.h — every checkpoint a second time, outside the database: a line (auditline.h) of
 * audit-checkpoints.ndjson in data_dir, so that cutting the newest off is noticed, too.
 *
 * Behind  the file may lack the newest (a crash, another host of a cluster); the next one adds them
 * Without a data directory there is no file, and nothing to compare
 */
#ifndef AUDIT_CHECKPOINTLOG_H
#define AUDIT_CHECKPOINTLOG_H

#include "audit/checkpoint.h"

/* What its last line tells that the database does not; absent: they agree. Scope "*". */
bool checkpointlog_compare(struct cx *cx, struct str *fault) MUST_CHECK;
/* What the database has and the file has not yet. */
bool checkpointlog_append(struct cx *cx) MUST_CHECK;

#endif
