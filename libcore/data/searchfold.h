/*
 * searchfold.h — what a character is to search: part of a word, a word by itself, or between words.
 *
 * Folded   case of Latin, Greek, Cyrillic and Armenian; diacritics of Latin, Greek and Cyrillic,
 *          composed or not; ß, æ, œ, þ and ligatures to two letters; full-width letters and digits
 * Alone    the characters of scripts that put no spaces between words: Han, Kana, Thai, Lao, Khmer,
 *          Burmese
 */
#ifndef DATA_SEARCHFOLD_H
#define DATA_SEARCHFOLD_H

#include "base/base.h"

enum searchfold {
    FOLD_LETTER,                        /* a letter or digit: out holds it folded                 */
    FOLD_ALONE,                         /* a word of one character                                */
    FOLD_NOTHING,                       /* stands in a word and changes nothing: a combining mark */
    FOLD_BREAK                          /* between words: spaces, punctuation, symbols            */
};
/* out: n folded code points, 1 or 2, of what is a letter or alone. */
enum searchfold searchfold_of(uint32_t point, uint32_t out[2], size_t *n);

#endif
