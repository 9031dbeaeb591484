/* sha256.c — SHA-256 by the SHA extensions of x86-64. */
#include "crypto/sha256.h"

#if defined(__x86_64__) && !defined(__clang__)      /* clang 14 cannot ask for "sha" */

#include <immintrin.h>
#include <string.h>

enum { BLOCK = 64, GROUPS = 16 };
#define SHA TARGET("sha,sse4.1,ssse3")

static const uint32_t ROUNDS[4 * GROUPS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

/* The eight words in the order of the instructions: the first holds A B E F, the second C D G H. */
struct words { __m128i abef, cdgh; };

SHA static __m128i swapped(const void *p)
{
    const __m128i order = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    return _mm_shuffle_epi8(_mm_loadu_si128(p), order);
}

SHA static void take_block(struct words *state, const unsigned char *block)
{
    struct words s = *state;
    __m128i w[4];
    for (size_t i = 0; i < GROUPS; i++) {
        size_t at = i & 3;
        if (i < 4) {
            w[at] = swapped(block + 16 * i);
        } else {
            __m128i sum = _mm_sha256msg1_epu32(w[at], w[(i + 1) & 3]);
            sum = _mm_add_epi32(sum, _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
            w[at] = _mm_sha256msg2_epu32(sum, w[(i + 3) & 3]);
        }
        __m128i round = _mm_add_epi32(w[at], _mm_loadu_si128((const void *)(ROUNDS + 4 * i)));
        s.cdgh = _mm_sha256rnds2_epu32(s.cdgh, s.abef, round);
        s.abef = _mm_sha256rnds2_epu32(s.abef, s.cdgh, _mm_shuffle_epi32(round, 0x0e));
    }
    state->abef = _mm_add_epi32(state->abef, s.abef);
    state->cdgh = _mm_add_epi32(state->cdgh, s.cdgh);
}

/* What is left of the message, the one bit after it and its length in bits. */
SHA static void take_end(struct words *state, const unsigned char *rest, size_t left, size_t n)
{
    unsigned char end[2 * BLOCK] = { 0 };
    size_t blocks = left < BLOCK - 8 ? 1 : 2;
    if (left > 0)
        memcpy(end, rest, left);
    end[left] = 0x80;
    for (size_t i = 0; i < 8; i++)
        end[blocks * BLOCK - 1 - i] = (unsigned char)((uint64_t)n * 8 >> (8 * i));
    for (size_t i = 0; i < blocks; i++)
        take_block(state, end + i * BLOCK);
}

SHA static void hash(const unsigned char *message, size_t n, unsigned char out[32])
{
    struct words state = {
        .abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c),
        .cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19),
    };
    size_t done = 0;
    for (; n - done >= BLOCK; done += BLOCK)
        take_block(&state, message + done);
    take_end(&state, message + done, n - done, n);
    __m128i feba = _mm_shuffle_epi32(state.abef, 0x1b), dchg = _mm_shuffle_epi32(state.cdgh, 0xb1);
    __m128i dcba = _mm_blend_epi16(feba, dchg, 0xf0), hgfe = _mm_alignr_epi8(dchg, feba, 8);
    _mm_storeu_si128((void *)out, swapped(&dcba));
    _mm_storeu_si128((void *)(out + 16), swapped(&hgfe));
}

bool sha256_fast(const unsigned char *message, size_t n, unsigned char out[32])
{
    if (!__builtin_cpu_supports("sha") || !__builtin_cpu_supports("sse4.1"))
        return false;
    hash(message, n, out);
    return true;
}

#else

bool sha256_fast(const unsigned char *message UNUSED, size_t n UNUSED, unsigned char out[32] UNUSED)
{
    return false;
}

#endif
