/*
 * jsonscan.h — is it JSON (RFC 8259)? asked piece by piece, in constant memory; keeps nothing.
 *
 * Limits  512 levels. Bytes above U+007F in strings are not looked at: ask utf8scan too
 */
#ifndef BASE_JSONSCAN_H
#define BASE_JSONSCAN_H

#include "base/str.h"

#define JSONSCAN_DEEPEST 512
struct jsonscan {
    unsigned char in_object[JSONSCAN_DEEPEST / 8];      /* a bit each; else in an array          */
    unsigned depth;
    int state;
    const char *literal;                                /* what is left of true, false, null     */
    int hex;                                            /* digits of \u that are still to come   */
    bool is_key, is_wrong;
};

void jsonscan_begin(struct jsonscan *scan);
void jsonscan_add(struct jsonscan *scan, struct str piece);
bool jsonscan_end(struct jsonscan *scan);               /* it was one whole value                */

#endif
