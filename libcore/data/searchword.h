/*
 * searchword.h — the words of a text, as search knows them: of records and of what is asked.
 *
 * Word   a run of letters and digits, folded (searchfold.h), cut to 64 bytes; nothing else is in
 *        it, so that a word can stand between quotes in the language of either engine
 */
#ifndef DATA_SEARCHWORD_H
#define DATA_SEARCHWORD_H

#include "base/str.h"

enum { SEARCHWORD_BYTES = 64 };

struct searchword {
    struct str rest;                    /* what is still to be read                               */
    uint32_t waiting;                   /* a word of one character that ended another; 0: none    */
    char bytes[SEARCHWORD_BYTES];
};
struct searchword searchword_open(struct str text);
/* The next word, which stands in it until the one after; false when there is none. */
bool searchword_next(struct searchword *from, struct str *word);

#endif
