/* base64.h — RFC 4648, standard and URL-safe alphabets; decoding is strict and canonical. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include "base/flow.h"

struct str base64_put(struct arena *mem, struct str bytes);     /* +/ with padding               */
struct str base64_put_url(struct arena *mem, struct str bytes, bool padded);
bool base64_get(struct arena *mem, struct str text, struct str *bytes) MUST_CHECK;
bool base64_get_url(struct arena *mem, struct str text,
                    struct str *bytes) MUST_CHECK;              /* padding optional */
bool base64_pass(struct cx *cx, struct source from, struct sink to) MUST_CHECK; /* as base64_put */
struct str base64_hex(struct arena *mem, struct str bytes);     /* lower-case hexadecimal        */

#endif
