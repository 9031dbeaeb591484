/*
 * proof.h — one entry with all that it takes to believe it: the path to the root of a signed
 * checkpoint. Whoever has it and the public key needs neither the database nor the programs.
 *
 *     {"proof":"larder proof 1","entry":{…},"index":3,"path":["…"],
 *      "checkpoint":{"number":1,"document":"…","signature":"…"},"key":"…"}
 */
#ifndef AUDIT_PROOF_H
#define AUDIT_PROOF_H

#include "base/js.h"
#include "base/cx.h"

/* E_NOT_FOUND: no such entry. E_CONFLICT: it is not under a checkpoint yet. Scope "*". */
bool proof_write(struct cx *cx, int64_t id, struct js *js) MUST_CHECK;

/* The number of the checkpoint that an account's entry is under; 0: none yet. */
bool proof_checkpoint(struct cx *cx, struct str account_id, int64_t id, int64_t *number)
    MUST_CHECK;

struct proof_verdict {
    const char *fault;                      /* what is wrong, or NULL */
    int64_t id, number;                     /* entry, checkpoint */
    struct str time, key;                   /* when it was signed, with what key */
};
/* key: whose signature counts; absent: the one that the proof names. E_INVALID: no proof at all. */
bool proof_check(struct cx *cx, struct str json, struct str key,
                 struct proof_verdict *out) MUST_CHECK;

#endif
