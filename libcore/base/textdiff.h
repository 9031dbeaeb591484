/*
 * textdiff.h — which lines of a text changed, and which members of an object: for pages that show
 * two versions side by side.
 *
 * Bounded   TEXTDIFF_LINES a side are compared; of longer texts, or such that have hardly a line
 *           in common, what stands between the common beginning and end is removed and added as a
 *           whole
 * Lines     end with \n or \r\n or the text's end; a last line without one is the same line
 * Lives     in mem; texts point into those given
 */
#ifndef BASE_TEXTDIFF_H
#define BASE_TEXTDIFF_H

#include "base/jv.h"

enum { TEXTDIFF_LINES = 2000, TEXTDIFF_CONTEXT = 3 };

enum textdiff_kind { TEXTDIFF_SAME, TEXTDIFF_REMOVED, TEXTDIFF_ADDED, TEXTDIFF_SKIPPED };
struct textdiff_line {
    enum textdiff_kind kind;
    struct str text;
    size_t count;                           /* SKIPPED: so many lines that are the same           */
};
struct textdiff { struct textdiff_line *at; size_t n; };
/* Lines that changed, with TEXTDIFF_CONTEXT around them. Equal texts: none. */
void textdiff_lines(struct arena *mem, struct str before, struct str after, struct textdiff *out);

/* A member of an object, as text: a text as it is, else JSON; absent: it is not there, or null. */
struct textdiff_member {
    struct str name, before, after;
    enum textdiff_kind kind;                /* SAME: changed from one to the other                */
};
struct textdiff_members { struct textdiff_member *at; size_t n; };
/* Those that differ: in the order of `after`, then what only `before` has. JV_ABSENT has none. */
void textdiff_of_objects(struct arena *mem, struct jv before, struct jv after,
                         struct textdiff_members *out);

#endif
