/* ident.c — identifiers: UUIDv7 and the short ids of requests. */
#include "base/ident.h"

#include "base/random.h"

static struct str written(struct arena *mem, const unsigned char id[16])
{
    static const char hex[] = "0123456789abcdef";
    char *text = arena_alloc(mem, 37), *p = text;
    for (size_t i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = hex[id[i] >> 4];
        *p++ = hex[id[i] & 15];
    }
    return (struct str){ text, 36 };
}

struct str ident_random(struct arena *mem)
{
    unsigned char id[16];
    random_bytes(id, sizeof id);
    id[6] = (unsigned char)(0x40 | (id[6] & 0x0F));
    id[8] = (unsigned char)(0x80 | (id[8] & 0x3F));
    return written(mem, id);
}

/*
 * RFC 9562 §6.2, method 3: 48 bits of milliseconds, then 12 bits of the fraction of one. Ids of one
 * process rise even within a microsecond, so the records of a batch keep their order; they may run
 * ahead of the clock by as much, and are pulled back when it was set back by more than a minute.
 */
struct str ident_uuid(struct arena *mem, int64_t now_us)
{
    const uint64_t minute = UINT64_C(60000) << 12;
    unsigned char id[16];
    uint64_t us = now_us < 0 ? 0 : (uint64_t)now_us;
    uint64_t rising = random_rising(us / 1000 << 12 | us % 1000 * 4096 / 1000, minute);
    uint64_t ms = rising >> 12, fraction = rising & 0xFFF;
    random_bytes(id + 8, sizeof id - 8);
    for (size_t i = 0; i < 6; i++)
        id[i] = (unsigned char)(ms >> (40 - 8 * i));
    id[6] = (unsigned char)(0x70 | fraction >> 8);
    id[7] = (unsigned char)fraction;
    id[8] = (unsigned char)(0x80 | (id[8] & 0x3F));
    return written(mem, id);
}

bool ident_is_uuid(struct str s)
{
    if (s.n != 36)
        return false;
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f');
        if (dash ? s.p[i] != '-' : !hex)
            return false;
    }
    return true;
}

int64_t ident_time(struct str uuid)
{
    int64_t ms = 0;
    if (!ident_is_uuid(uuid) || uuid.p[14] != '7')
        return 0;
    for (size_t i = 0; i < 13; i++)
        if (uuid.p[i] != '-')
            ms = ms << 4 | (uuid.p[i] <= '9' ? uuid.p[i] - '0' : uuid.p[i] - 'a' + 10);
    return ms * 1000;
}

static struct str tagged(struct arena *mem, struct str tag)
{
    return str_fmt(mem, "%.*s%.*s", STR_ARG(tag), STR_ARG(random_hex(mem, 6)));
}

struct str ident_request(struct arena *mem)
{
    return tagged(mem, S("hk_"));
}

struct str ident_correlation(struct arena *mem)
{
    return tagged(mem, S("cid_"));
}

bool ident_is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && (i == 0 || !(c == '_' || (c >= '0' && c <= '9'))))
            return false;
    }
    return s.n > 0;
}
