/* knownbugs.c — a table of versions and what is known of them. */
#include "app/knownbugs.h"

#include "base/num.h"
#include "base/when.h"
#include "view/phrase.h"

#define V(major, minor, patch) ((major) * INT64_C(1000000) + (minor) * 1000 + (patch))

/* from <= version < fixed */
static const struct row {
    enum knownbugs_part part;
    int64_t from, fixed;
    unsigned bits;                          /* only where pointers have so many; 0: anywhere      */
    enum vitals_level level;
    const char *words;
} ROWS[] = {
    { KNOWNBUGS_SQLITE, 0, V(3, 51, 3), 0, VITALS_NOTE,
      W("Before 3.51.3 two connections that reset the write-ahead log at the same moment can"
        " damage the database. This is kept out of reach by our own lock.") },
    { KNOWNBUGS_SQLITE, 0, V(3, 50, 2), 0, VITALS_NOTE,
      W("CVE-2025-6965, fixed in 3.50.2: a statement with very many aggregates can write past its"
        " memory. Only superadmins write SQL here (macros, views). Distributions carry the fix"
        " back: keep the package up to date.") },
    { KNOWNBUGS_SODIUM, 0, V(1, 0, 21), 0, VITALS_OK,
      W("CVE-2025-69277, fixed after 1.0.20, is in the check of points of a curve, which is not"
        " used here.") },
    { KNOWNBUGS_FASTCGI, 0, V(2, 4, 5), 32, VITALS_WARNING,
      W("CVE-2025-23016: on 32 bits libfcgi can be made to write past its memory by whoever reaches"
        " its socket. Use a package that has the fix, and a socket that only the web server may"
        " open.") },
    { KNOWNBUGS_FASTCGI, 0, V(2, 4, 5), 64, VITALS_OK,
      W("CVE-2025-23016 is about 32 bits; these programs have 64.") },
    { KNOWNBUGS_LIGHTTPD, V(1, 4, 80), V(1, 4, 81), 0, VITALS_WARNING,
      W("CVE-2025-12642: 1.4.80 takes trailers for headers, so that callers can smuggle in some."
        " Fixed in 1.4.81.") },
};

/* The day after which a major version gets no more fixes. */
static const struct { int64_t major; const char *until; } POSTGRES[] = {
    { 13, "2025-11-13" }, { 14, "2026-11-12" }, { 15, "2027-11-11" }, { 16, "2028-11-09" },
    { 17, "2029-11-08" }, { 18, "2030-11-14" },
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "lighttpd/1.4.69" is V(1, 4, 69); -1: there is no number in it. */
static int64_t read_version(struct str text)
{
    int64_t parts[3] = { 0, 0, 0 };
    size_t i = 0, at = 0;
    while (i < text.n && !is_digit(text.p[i]))
        i++;
    if (i == text.n)
        return -1;
    for (; at < COUNT(parts); at++) {
        size_t begin = i;
        while (i < text.n && is_digit(text.p[i]) && i - begin < 6)
            i++;
        if (!num_int(str_sub(text, begin, i - begin), &parts[at]) || i >= text.n
            || text.p[i] != '.')
            break;
        i++;
    }
    return V(parts[0], parts[1], parts[2]);
}

static void check_postgres(int64_t version, struct str text, int64_t now, struct knownbug *out,
                           size_t *n)
{
    int64_t until = 0, major = version / V(1, 0, 0);
    bool ended = major < POSTGRES[0].major;
    for (size_t i = 0; i < COUNT(POSTGRES); i++)
        if (POSTGRES[i].major == major && when_parse(str_of(POSTGRES[i].until), &until))
            ended = now > until + WHEN_DAY;
    if (ended)
        out[(*n)++] = str_has(text, S("deb"))
            ? (struct knownbug){ VITALS_NOTE,
                  W("PostgreSQL itself no longer mends this version; Debian does, as long as it"
                    " looks after the release that has it.") }
            : (struct knownbug){ VITALS_WARNING,
                  W("This version of PostgreSQL is no longer mended. Move to a newer one.") };
}

size_t knownbugs_of(enum knownbugs_part part, struct str text, int64_t now, unsigned bits,
                    struct knownbug out[KNOWNBUGS_MOST])
{
    int64_t version = read_version(text);
    size_t n = 0;
    if (version < 0 && part != KNOWNBUGS_FASTCGI)           /* which does not tell it             */
        return 0;
    if (part == KNOWNBUGS_LIGHTTPD && !str_has(text, S("lighttpd")))
        return 0;
    if (part == KNOWNBUGS_POSTGRES)
        check_postgres(version, text, now, out, &n);
    for (size_t i = 0; i < COUNT(ROWS) && n < KNOWNBUGS_MOST; i++)
        if (ROWS[i].part == part && version < ROWS[i].fixed
            && (version >= ROWS[i].from || version < 0)
            && (ROWS[i].bits == 0 || ROWS[i].bits == bits))
            out[n++] = (struct knownbug){ ROWS[i].level, ROWS[i].words };
    return n;
}
