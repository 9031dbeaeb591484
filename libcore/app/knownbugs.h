/*
 * knownbugs.h — what is known to be wrong with versions of what we stand on, as far as it is of
 * concern to us. No network: the list is as old as the program.
 *
 * Versions  as the thing itself tells; the first three numbers in it count. Distributions carry
 *           fixes back without raising them: where the text says so ("deb"), that is said
 */
#ifndef APP_KNOWNBUGS_H
#define APP_KNOWNBUGS_H

#include "app/vitals.h"

enum { KNOWNBUGS_MOST = 4 };
enum knownbugs_part {
    KNOWNBUGS_SQLITE, KNOWNBUGS_POSTGRES, KNOWNBUGS_SODIUM, KNOWNBUGS_FASTCGI, KNOWNBUGS_LIGHTTPD
};
struct knownbug { enum vitals_level level; const char *words; };

/* How many there are of that version; now: for versions that are no longer looked after.
 * bits: of a pointer. An unknown version has none. */
size_t knownbugs_of(enum knownbugs_part part, struct str version, int64_t now, unsigned bits,
                    struct knownbug out[KNOWNBUGS_MOST]);

#endif
