/*
 * checkpoint.h — signed statements about all chains at once: what binds them together, and what
 * shows that a chain was hashed anew.
 *
 * Document  canonical JSON, a text that is compared and signed byte for byte:
 *           {"format":"larder checkpoint 1","number":2,"time":"2026-11-22T02:00:00.123456Z",
 *           "previous":"…","rows":3,"root":"…","heads":[["account",17,"checksum"]],"key":"…"}
 *           previous: SHA-256 of the document before, null in the first; root: of the tree
 *           (merkle.h) over the entries since then, by account and id, whose leaf is
 *           "ID CHECKSUM"; heads: of the chains that have moved, by account; key: who signs
 * Covers    settled entries only. Of one account ids are in the order of the commits, so what lies
 *           between two of its heads never changes; across accounts they are not
 * Size      at most CHECKPOINT_ROWS entries each; as many checkpoints as it takes
 * Key       setting AUDIT_SIGNING_KEY, which is not in the database; E_CONFLICT without it
 */
#ifndef AUDIT_CHECKPOINT_H
#define AUDIT_CHECKPOINT_H

#include "audit/merkle.h"

enum { CHECKPOINT_ROWS = 16384 };

struct checkpoint_head { struct str account_id; int64_t last_id; struct str checksum; };
struct checkpoint {
    int64_t number, rows;
    struct str time, previous, root, key;       /* previous: absent in the first */
    struct checkpoint_head *heads; size_t n;
};
struct checkpoint_signed { int64_t number; struct str document, signature; };

struct str checkpoint_document(struct arena *mem, const struct checkpoint *checkpoint);
/* *well false: no such document, byte for byte. */
bool checkpoint_read(struct cx *cx, struct str document, struct checkpoint *out,
                     bool *well) MUST_CHECK;
void checkpoint_leaf(int64_t id, struct str checksum, struct merkle_hash *out);

/* The key as a setting: false with E_CONFLICT where there is none, or it is none. */
bool checkpoint_key(struct cx *cx, struct str *public_key) MUST_CHECK;
bool checkpoint_sign(struct cx *cx, struct str document, struct str *signature) MUST_CHECK;

/* The first after a number; *found false: none. */
bool checkpoint_after(struct cx *cx, int64_t number, struct checkpoint_signed *out,
                      bool *found) MUST_CHECK;
/* Those before a number (0: the newest), the newest first; room for most. */
bool checkpoint_list(struct cx *cx, int64_t before, struct checkpoint_signed *out, size_t most,
                     size_t *n) MUST_CHECK;
/* As many as there are entries for; *made: how many. Own transactions. */
bool checkpoint_make(struct cx *cx, int64_t *made) MUST_CHECK;

#endif
