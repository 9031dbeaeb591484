/* num.h — numbers from text and between widths, reporting instead of truncating. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include "base/buf.h"

bool num_int(struct str text, int64_t *out) MUST_CHECK;         /* [-+]digits, all of it         */
bool num_real(struct str text, double *out) MUST_CHECK;         /* JSON number syntax, finite    */
bool num_to_int(double real, int64_t *out) MUST_CHECK;          /* whole and in range            */
bool num_size(int64_t n, size_t *out) MUST_CHECK;               /* not negative                  */
int  num_clip(size_t n);                                        /* at most INT_MAX: libraries    */
void num_put_real(struct buf *out, double n);                   /* shortest that reads back; 5   */

#endif
