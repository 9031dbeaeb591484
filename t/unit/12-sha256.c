/* 12-sha256.c — the processor's SHA-256 is libsodium's, at every length around its blocks. */
#include "tap.h"

#include <sodium.h>
#include <string.h>

#include "crypto/mac.h"
#include "crypto/sha256.h"

int main(void)
{
    enum { MOST = 1100 };
    unsigned char *message = arena_alloc(tap_mem(), MOST), ours[32], theirs[32];
    size_t same = 0, able = 0;
    plan(3);
    randombytes_buf(message, MOST);
    for (size_t n = 0; n <= MOST; n++) {
        crypto_hash_sha256(theirs, message, n);
        mac_sha256((struct str){ (const char *)message, n }, ours);
        same += memcmp(ours, theirs, sizeof ours) == 0;
        able += sha256_fast(message, n, ours) && memcmp(ours, theirs, sizeof ours) == 0;
    }
    is_int(same, MOST + 1, "hashes agree at every length");
    ok(able == 0 || able == MOST + 1, "the processor can do it always or never");
    mac_sha256(NO_STR, ours);
    crypto_hash_sha256(theirs, message, 0);
    ok(memcmp(ours, theirs, sizeof ours) == 0, "absent text hashes like empty text");
    return done();
}
