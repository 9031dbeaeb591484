/* sha1.c — SHA-1, a block after the other. */
#include "crypto/sha1.h"

#include <string.h>

enum { BLOCK = 64, ROUNDS = 80 };

static uint32_t turned(uint32_t word, unsigned bits)
{
    return word << bits | word >> (32 - bits);
}

static void spread(const unsigned char *block, uint32_t w[ROUNDS])
{
    for (size_t i = 0; i < 16; i++, block += 4)
        w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8
             | block[3];
    for (size_t i = 16; i < ROUNDS; i++)
        w[i] = turned(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
}

static uint32_t mixed(size_t round, uint32_t b, uint32_t c, uint32_t d)
{
    switch (round / 20) {
    case 0:  return ((b & c) | (~b & d)) + 0x5a827999;
    case 1:  return (b ^ c ^ d) + 0x6ed9eba1;
    case 2:  return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
    default: return (b ^ c ^ d) + 0xca62c1d6;
    }
}

static void take_block(uint32_t state[5], const unsigned char *block)
{
    uint32_t w[ROUNDS];
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
    spread(block, w);
    for (size_t i = 0; i < ROUNDS; i++) {
        uint32_t next = turned(a, 5) + mixed(i, b, c, d) + e + w[i];
        e = d;
        d = c;
        c = turned(b, 30);
        b = a;
        a = next;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
}

/* What is left of the message, the one bit after it and its length in bits. */
static void take_end(uint32_t state[5], struct str rest, size_t n)
{
    unsigned char end[2 * BLOCK] = { 0 };
    size_t blocks = rest.n < BLOCK - 8 ? 1 : 2;
    if (rest.n > 0)
        memcpy(end, rest.p, rest.n);
    end[rest.n] = 0x80;
    for (size_t i = 0; i < 8; i++)
        end[blocks * BLOCK - 1 - i] = (unsigned char)((uint64_t)n * 8 >> (8 * i));
    for (size_t i = 0; i < blocks; i++)
        take_block(state, end + i * BLOCK);
}

void sha1_sum(struct str message, unsigned char out[SHA1_BYTES])
{
    uint32_t state[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 };
    struct str rest = message;
    for (; rest.n >= BLOCK; rest = str_sub(rest, BLOCK, SIZE_MAX))
        take_block(state, (const unsigned char *)rest.p);
    take_end(state, rest, message.n);
    for (size_t i = 0; i < SHA1_BYTES; i++)
        out[i] = (unsigned char)(state[i / 4] >> (24 - 8 * (i % 4)));
}
