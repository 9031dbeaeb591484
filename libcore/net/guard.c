/* guard.c — compares an address with the networks that nobody outside may make us call. */
#include "net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/num.h"

enum { BYTES = 16, V4_AT = 12, V4_BITS = 96 };

/* Every address as one of IPv6; IPv4 is ::ffff:0:0/96 of it. */
struct network { unsigned char bytes[BYTES]; unsigned bits; };

#define V4(a, b, c, n) { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, 0 }, V4_BITS + (n) }
static const struct network REFUSED[] = {
    V4(0, 0, 0, 8), V4(10, 0, 0, 8), V4(100, 64, 0, 10), V4(127, 0, 0, 8), V4(169, 254, 0, 16),
    V4(172, 16, 0, 12), V4(192, 0, 0, 24), V4(192, 0, 2, 24), V4(192, 168, 0, 16),
    V4(198, 18, 0, 15), V4(198, 51, 100, 24), V4(203, 0, 113, 24), V4(224, 0, 0, 4),
    V4(240, 0, 0, 4),
    { { 0 }, V4_BITS },                             /* ::, ::1 and IPv4 as it once was written */
    { { 0x01, 0x00 }, 64 },                         /* 100::/64, discarded */
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32 },             /* 2001:db8::/32, of examples */
    { { 0xfc }, 7 }, { { 0xfe, 0x80 }, 10 }, { { 0xfe, 0xc0 }, 10 }, { { 0xff }, 8 },
};
/* IPv4 carried inside: by translators (64:ff9b::/96) and by 6to4 (2002::/16). */
static const struct network NAT64 = { { 0x00, 0x64, 0xff, 0x9b }, 96 };
static const struct network SIX_TO_FOUR = { { 0x20, 0x02 }, 16 };

static bool is_in(const unsigned char *address, const struct network *network)
{
    unsigned whole = network->bits / 8, rest = network->bits % 8;
    if (memcmp(address, network->bytes, whole) != 0)
        return false;
    return rest == 0 || ((address[whole] ^ network->bytes[whole]) >> (8 - rest)) == 0;
}

static void map_v4(unsigned char *out, const void *four)
{
    memset(out, 0, BYTES);
    out[10] = out[11] = 0xff;
    memcpy(out + V4_AT, four, 4);
}

static bool read_network(struct str text, struct network *out)
{
    char host[INET6_ADDRSTRLEN];
    unsigned char four[4];
    struct str rest = text, part;
    int64_t bits = -1;
    *out = (struct network){ .bits = 8 * BYTES };
    if (!str_cut(&rest, '/', &part) || part.n >= sizeof host)
        return false;
    memcpy(host, part.p, part.n);
    host[part.n] = '\0';
    if (rest.n > 0 && (!num_int(rest, &bits) || bits < 0))
        return false;
    if (inet_pton(AF_INET, host, four) == 1) {
        map_v4(out->bytes, four);
        bits = bits < 0 ? 32 : bits;
        out->bits = V4_BITS + (unsigned)bits;
        return bits <= 32;
    }
    if (inet_pton(AF_INET6, host, out->bytes) != 1 || bits > 8 * BYTES)
        return false;
    out->bits = bits < 0 ? 8 * BYTES : (unsigned)bits;
    return true;
}

static bool is_excepted(const struct settings *set, const unsigned char *address)
{
    struct network network;
    for (size_t i = 0; i < set->webhook_allow_private.n; i++)
        if (read_network(set->webhook_allow_private.at[i], &network) && is_in(address, &network))
            return true;
    return false;
}

static bool is_refused(const unsigned char *address)
{
    for (size_t i = 0; i < COUNT(REFUSED); i++)
        if (is_in(address, &REFUSED[i]))
            return true;
    return false;
}

bool guard_allows(const struct settings *set, const struct sockaddr *address)
{
    unsigned char whole[BYTES], carried[BYTES];
    if (address->sa_family == AF_INET)
        map_v4(whole, &((const struct sockaddr_in *)(const void *)address)->sin_addr);
    else if (address->sa_family == AF_INET6)
        memcpy(whole, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, BYTES);
    else
        return false;
    if (is_excepted(set, whole))
        return true;
    if (is_in(whole, &NAT64)) {
        map_v4(carried, whole + V4_AT);
        return is_excepted(set, carried) || !is_refused(carried);
    }
    if (is_in(whole, &SIX_TO_FOUR)) {
        map_v4(carried, whole + 2);
        return is_excepted(set, carried) || !is_refused(carried);
    }
    return !is_refused(whole);
}
