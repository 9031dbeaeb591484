/* dice.h — chance that can be had again: the same seed, the same throws. */
#ifndef DICE_H
#define DICE_H

#include <inttypes.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/random.h"

struct dice { uint64_t state; };

/* splitmix64 */
static inline uint64_t dice_bits(struct dice *d)
{
    uint64_t z = d->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline unsigned dice_roll(struct dice *d, unsigned sides)
{
    return (unsigned)((dice_bits(d) >> 32) % sides);
}

static inline const char *dice_pick(struct dice *d, const char *const *from, size_t n)
{
    return from[dice_roll(d, (unsigned)n)];
}
#define DICE_PICK(d, ...) dice_pick((d), (const char *const[]){ __VA_ARGS__ }, \
    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* What the environment says, or otherwise. */
static inline uint64_t dice_setting(const char *name, uint64_t otherwise)
{
    const char *said = getenv(name);
    return said == NULL || *said == '\0' ? otherwise : strtoull(said, NULL, 0);
}

static inline uint64_t dice_seed(void)
{
    uint64_t seed;
    random_bytes(&seed, sizeof seed);
    return dice_setting("LARDER_SEED", seed);
}

#endif
