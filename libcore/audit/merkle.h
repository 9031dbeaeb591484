/*
 * merkle.h — hash trees as RFC 6962 §2.1 has them, over SHA-256: a root that stands for many
 * leaves, and the path that proves one of them to who has the root.
 */
#ifndef AUDIT_MERKLE_H
#define AUDIT_MERKLE_H

#include "base/cx.h"

enum { MERKLE_BYTES = 32, MERKLE_DEEPEST = 63 };
struct merkle_hash { unsigned char byte[MERKLE_BYTES]; };

void merkle_leaf(struct str data, struct merkle_hash *out);

/* A tree that grows leaf by leaf, of which one hash a level is kept. Begins as { .n = 0 }. */
struct merkle { struct merkle_hash peak[MERKLE_DEEPEST]; uint64_t n; };
void merkle_add(struct merkle *tree, const struct merkle_hash *leaf);
void merkle_root(const struct merkle *tree, struct merkle_hash *root);

/* From leaf i of n upwards; returns how many steps there are. */
size_t merkle_path(const struct merkle_hash *leaves, size_t n, size_t i,
                   struct merkle_hash path[MERKLE_DEEPEST]);
bool merkle_proves(const struct merkle_hash *leaf, uint64_t i, uint64_t n,
                   const struct merkle_hash *path, size_t steps, const struct merkle_hash *root);

struct str merkle_hex(struct arena *mem, const struct merkle_hash *hash);
bool merkle_from_hex(struct str hex, struct merkle_hash *out) MUST_CHECK;

#endif
