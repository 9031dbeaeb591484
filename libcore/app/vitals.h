/*
 * vitals.h — how the installation is: the database, disk, work, mail, programs and libraries, each
 * as a row for people, with a word on what is wrong or known to be.
 *
 * For     superadmins: over all accounts; nothing in it names one
 * Costs   a handful of statements; no directory is walked
 * Rows    in the order in which a page shows them, those of a section together. A part that could
 *         not be asked is a row with a warning, no failure of the whole
 * Words   section and words are English phrases of the catalogue of words; so is name, unless it is
 *         a proper name
 */
#ifndef APP_VITALS_H
#define APP_VITALS_H

#include "base/cx.h"

enum vitals_level { VITALS_OK, VITALS_NOTE, VITALS_WARNING };
enum vitals_kind {
    VITALS_TEXT,            /* text: as it stands                                                 */
    VITALS_PHRASE,          /* text: of the catalogue                                             */
    VITALS_COUNT, VITALS_BYTES,         /* number                                                 */
    VITALS_TIME             /* number: microseconds since 1970; 0: never                          */
};
struct vital {
    const char *section, *name;
    enum vitals_kind kind;
    struct str text; int64_t number;
    enum vitals_level level;
    const char *words;      /* what it means, or is known of it; NULL: nothing to say             */
};
struct vitals { struct vital *at; size_t n; int64_t notes, warnings; };

/* server_software: what the web server says it is (SERVER_SOFTWARE); absent: unknown. */
bool vitals_read(struct cx *cx, struct str server_software, struct vitals *out) MUST_CHECK;

#endif
