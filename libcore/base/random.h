/* random.h — unpredictable bytes (libsodium); for secrets, tokens and ids alike. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/arena.h"
#include "base/str.h"

void random_bytes(void *out, size_t n);
struct str random_hex(struct arena *mem, size_t bytes);
struct str random_token(struct arena *mem, size_t bytes);       /* base64url without padding     */

/* At least that, and more than it gave before in this process; a clock set back far is believed. */
uint64_t random_rising(uint64_t least, uint64_t far);

#endif
