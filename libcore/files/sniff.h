/*
 * sniff.h — is a file what it is said to be? asked piece by piece (data.md §16.1).
 *
 * Known   image/jpeg, png, gif, webp and application/pdf by their signature; text/plain by being
 *         UTF-8, application/json by being JSON. Of other types nothing is known: they pass
 */
#ifndef FILES_SNIFF_H
#define FILES_SNIFF_H

#include "base/jsonscan.h"
#include "base/utf8.h"

enum { SNIFF_HEAD = 16 };
struct sniff_type;
struct sniff {
    const struct sniff_type *type;              /* NULL: not known                               */
    char head[SNIFF_HEAD];
    size_t n;
    struct utf8_scan text;
    struct jsonscan json;
};

void sniff_begin(struct sniff *sniff, struct str mime_type);
void sniff_add(struct sniff *sniff, struct str piece);
bool sniff_end(struct sniff *sniff);            /* it is what it is said to be                   */

/* ".png"; empty for a type that is not known. And back: absent for an extension that is not. */
struct str sniff_extension(struct str mime_type);
struct str sniff_type_of(struct str path);
bool sniff_is_shown(struct str mime_type);      /* a browser may show it: images, PDF            */

#endif
