/* url.h — percent-encoding (RFC 3986) and form-encoded queries, decoded exactly once. */
#ifndef BASE_URL_H
#define BASE_URL_H

#include "base/buf.h"

void url_part(struct buf *out, struct str s);                   /* one segment or query value    */
/* %XX → byte; form: + → space. False on a bad escape or NUL. Result in mem, or s itself. */
bool url_decode(struct arena *mem, struct str s, bool form, struct str *out) MUST_CHECK;
/* Cuts the next name=value off *query and decodes both; false at the end; *bad on a bad escape. */
bool url_pair(struct arena *mem, struct str *query, struct str *name, struct str *value, bool *bad);

#endif
