/*
 * prunerecord.h — that entries were deleted under checkpoints: signed, so that nobody else can say
 * so, and itself an entry of the system account's chain.
 *
 *     {"format":"larder prune 1","number":12,"time":"…","checkpoint":"…","archive":"…","key":"…"}
 *
 * number: of the last checkpoint whose entries are gone, with all before it; checkpoint: SHA-256 of
 * its document; archive: where they went, null when nowhere
 */
#ifndef AUDIT_PRUNERECORD_H
#define AUDIT_PRUNERECORD_H

#include "audit/checkpoint.h"

struct prunerecord { int64_t number; struct str time, checkpoint, archive, key; };

struct str prunerecord_document(struct arena *mem, const struct prunerecord *record);
/* *well false: no such document, byte for byte. */
bool prunerecord_read(struct cx *cx, struct str document, struct prunerecord *out,
                      bool *well) MUST_CHECK;
/* The newest; number 0: nothing was pruned. */
bool prunerecord_last(struct cx *cx, struct checkpoint_signed *out) MUST_CHECK;
/* Whether the trail tells of it, as it tells of every change. Scope "*". */
bool prunerecord_is_told(struct cx *cx, const struct checkpoint_signed *is,
                         bool *told) MUST_CHECK;
/* Inside a transaction. */
bool prunerecord_add(struct cx *cx, const struct prunerecord *record) MUST_CHECK;

#endif
