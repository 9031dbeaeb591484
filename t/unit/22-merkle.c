/* 22-merkle.c — the trees of RFC 6962: the roots and paths that others compute, and what proves nothing. */
#include "tap.h"

#include "audit/merkle.h"

/* The leaves with which certificate transparency tests itself, and the roots over the first n. */
static const struct str LEAVES[] = {
    S_INIT(""), { "\0", 1 }, S_INIT("\x10"), S_INIT("\x20\x21"), S_INIT("\x30\x31"),
    S_INIT("\x40\x41\x42\x43"), S_INIT("\x50\x51\x52\x53\x54\x55\x56\x57"),
    S_INIT("\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"),
};
static const char *const ROOTS[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};
enum { MOST = 70 };

static bool path_is(const struct merkle_hash *leaves, size_t n, size_t i, const char *const *hex, size_t steps)
{
    struct merkle_hash path[MERKLE_DEEPEST];
    bool same = merkle_path(leaves, n, i, path) == steps;
    for (size_t k = 0; same && k < steps; k++)
        same = str_eq(merkle_hex(tap_mem(), &path[k]), str_of(hex[k]));
    return same;
}

/* Every leaf of every tree: proven where it stands, and nowhere else, and by nothing less. */
static bool all_prove(void)
{
    struct merkle_hash leaves[MOST], path[MERKLE_DEEPEST], root, other;
    struct merkle tree = { .n = 0 };
    bool well = true;
    merkle_leaf(S("another"), &other);
    for (size_t n = 1; n <= MOST; n++) {
        struct str text = str_fmt(tap_mem(), "leaf %zu", n);
        merkle_leaf(text, &leaves[n - 1]);
        merkle_add(&tree, &leaves[n - 1]);
        merkle_root(&tree, &root);
        for (size_t i = 0; i < n; i++) {
            size_t steps = merkle_path(leaves, n, i, path);
            well = well && merkle_proves(&leaves[i], i, n, path, steps, &root)
                && !merkle_proves(&other, i, n, path, steps, &root)
                && !merkle_proves(&leaves[i], i + 1, n, path, steps, &root)
                && !merkle_proves(&leaves[i], n, n, path, steps, &root)
                && !merkle_proves(&leaves[i], i, n, path, steps + 1, &root)
                && (steps == 0 || !merkle_proves(&leaves[i], i, n, path, steps - 1, &root));
        }
    }
    return well;
}

int main(void)
{
    static const char *const THIRD[] = {
        "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b" };
    static const char *const SIXTH[] = {
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" };
    struct merkle_hash leaves[COUNT(LEAVES)], root;
    struct merkle tree = { .n = 0 };
    plan(17);
    for (size_t n = 0; n < COUNT(ROOTS); n++) {
        if (n > 0) {
            merkle_leaf(LEAVES[n - 1], &leaves[n - 1]);
            merkle_add(&tree, &leaves[n - 1]);
        }
        merkle_root(&tree, &root);
        is_text(merkle_hex(tap_mem(), &root), ROOTS[n], str_fmt(tap_mem(), "the root over %zu", n).p);
    }
    ok(path_is(leaves, 5, 2, THIRD, 3), "the path of the third of five");
    ok(path_is(leaves, 5, 4, ROOTS + 4, 1), "of the last of five: one step");
    ok(path_is(leaves, 7, 5, SIXTH, 3), "of the sixth of seven");
    ok(path_is(leaves, 1, 0, NULL, 0), "of the only one: none");
    ok(all_prove(), "of up to 70 each one is proven where it stands, and nothing else is");
    ok(merkle_from_hex(str_of(ROOTS[3]), &root)
       && str_eq(merkle_hex(tap_mem(), &root), str_of(ROOTS[3])), "a hash as text and back");
    ok(!merkle_from_hex(S("d3"), &root) && !merkle_from_hex(NO_STR, &root), "a short one is none");
    ok(!merkle_from_hex(str_upper(tap_mem(), str_of(ROOTS[4])), &root), "nor is one in capitals");
    return done();
}
