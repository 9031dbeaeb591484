/*
 * js.h — writes JSON (RFC 8259) into a buffer: compact, UTF-8 left as it is.
 *
 * Keys     inside an object every value has one; in an array and at the top pass NULL
 * Errors   a key where none belongs, a value without one, nesting past 62 or an end too many set
 *          `wrong`, and the reply becomes a 500 instead of bad JSON; invalid UTF-8 becomes U+FFFD
 */
#ifndef BASE_JS_H
#define BASE_JS_H

#include "base/buf.h"

struct js { struct buf *out; uint64_t in_object, has_value; unsigned depth; bool wrong; };

void js_init(struct js *js, struct buf *out);
void js_object(struct js *js, const char *key);
void js_array(struct js *js, const char *key);
void js_end(struct js *js);                                     /* of the innermost of the two  */
void js_text(struct js *js, const char *key, struct str s);     /* an absent text writes null   */
void js_int(struct js *js, const char *key, int64_t n);
void js_number(struct js *js, const char *key, double n);       /* shortest that reads back     */
void js_bool(struct js *js, const char *key, bool yes);
void js_null(struct js *js, const char *key);
void js_time(struct js *js, const char *key, int64_t us);       /* when_iso: …Z                 */
void js_raw(struct js *js, const char *key, struct str json);   /* checked JSON; absent = null  */
void js_key(struct js *js, struct str key);  /* a key that is data: the next call passes NULL   */
bool js_done(const struct js *js);           /* everything closed, nothing wrong                */

/* What js wrote as people read it, and as a versioned file shows its differences: two spaces. */
struct str js_indented(struct arena *mem, struct str compact);
/* `"text"` with its quotes, escaped, as js_text writes it. */
void js_quote(struct buf *out, struct str s);

#endif
