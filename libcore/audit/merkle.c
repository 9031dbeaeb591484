/* merkle.c — hash trees of RFC 6962, built leaf by leaf. */
#include "audit/merkle.h"

#include <string.h>

#include "base/base64.h"
#include "crypto/mac.h"

static struct str bytes_of(const struct merkle_hash *hash)
{
    return (struct str){ (const char *)hash->byte, MERKLE_BYTES };
}

/* A leaf and a node can never be mistaken for each other: each has a first byte of its own. */
void merkle_leaf(struct str data, struct merkle_hash *out)
{
    struct mac_sum sum;
    mac_sum_begin(&sum);
    mac_sum_add(&sum, (struct str){ "\0", 1 });
    mac_sum_add(&sum, data);
    mac_sum_bytes(&sum, out->byte);
}

static struct merkle_hash node(const struct merkle_hash *left, const struct merkle_hash *right)
{
    unsigned char text[1 + 2 * MERKLE_BYTES] = { 1 };
    struct merkle_hash out = { { 0 } };
    memcpy(text + 1, left->byte, MERKLE_BYTES);
    memcpy(text + 1 + MERKLE_BYTES, right->byte, MERKLE_BYTES);
    mac_sha256((struct str){ (const char *)text, sizeof text }, out.byte);
    return out;
}

/* Whole trees stand at the levels whose bit is set in n, as in a counter. */
void merkle_add(struct merkle *tree, const struct merkle_hash *leaf)
{
    struct merkle_hash sum = *leaf;
    size_t level = 0;
    for (; (tree->n >> level & 1) != 0; level++)
        sum = node(&tree->peak[level], &sum);
    tree->peak[level] = sum;
    tree->n++;
}

void merkle_root(const struct merkle *tree, struct merkle_hash *root)
{
    bool begun = false;
    mac_sha256(S(""), root->byte);
    for (size_t level = 0; level < MERKLE_DEEPEST; level++) {
        if ((tree->n >> level & 1) == 0)
            continue;
        *root = begun ? node(&tree->peak[level], root) : tree->peak[level];
        begun = true;
    }
}

static void root_of(const struct merkle_hash *leaves, size_t n, struct merkle_hash *root)
{
    struct merkle tree = { .n = 0 };
    for (size_t i = 0; i < n; i++)
        merkle_add(&tree, &leaves[i]);
    merkle_root(&tree, root);
}

size_t merkle_path(const struct merkle_hash *leaves, size_t n, size_t i,
                   struct merkle_hash path[MERKLE_DEEPEST])
{
    size_t steps = 0;
    while (n > 1) {
        size_t left = 1;
        while (2 * left < n)
            left *= 2;
        bool is_left = i < left;
        root_of(is_left ? leaves + left : leaves, is_left ? n - left : left, &path[steps++]);
        leaves += is_left ? 0 : left;
        i -= is_left ? 0 : left;
        n = is_left ? left : n - left;
    }
    for (size_t low = 0, high = steps; low + 1 < high; low++) {     /* found from the root down */
        struct merkle_hash other = path[--high];
        path[high] = path[low];
        path[low] = other;
    }
    return steps;
}

/* RFC 9162 §2.1.3.2. */
bool merkle_proves(const struct merkle_hash *leaf, uint64_t i, uint64_t n,
                   const struct merkle_hash *path, size_t steps, const struct merkle_hash *root)
{
    struct merkle_hash sum = *leaf;
    uint64_t last = n - 1;
    if (i >= n)
        return false;
    for (size_t step = 0; step < steps; step++, i >>= 1, last >>= 1) {
        if (last == 0)
            return false;
        if ((i & 1) != 0 || i == last) {
            sum = node(&path[step], &sum);
            for (; (i & 1) == 0 && i != 0; i >>= 1)
                last >>= 1;
        } else {
            sum = node(&sum, &path[step]);
        }
    }
    return last == 0 && mac_equal(bytes_of(&sum), bytes_of(root));
}

struct str merkle_hex(struct arena *mem, const struct merkle_hash *hash)
{
    return base64_hex(mem, bytes_of(hash));
}

bool merkle_from_hex(struct str hex, struct merkle_hash *out)
{
    static const char DIGITS[] = "0123456789abcdef";
    if (hex.n != 2 * MERKLE_BYTES)
        return false;
    for (size_t i = 0; i < hex.n; i++) {
        const char *at = memchr(DIGITS, hex.p[i], 16);
        if (at == NULL)
            return false;
        unsigned char digit = (unsigned char)(at - DIGITS);
        out->byte[i / 2] = (unsigned char)(i % 2 == 0 ? digit << 4 : out->byte[i / 2] | digit);
    }
    return true;
}
