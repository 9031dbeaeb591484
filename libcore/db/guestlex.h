/* guestlex.h — inside the room: a guest's text as tokens, and as it is written anew. */
#ifndef DB_GUESTLEX_H
#define DB_GUESTLEX_H

#include "base/buf.h"

enum guestlex_kind {
    GUEST_WORD,         /* a keyword or a name                                                    */
    GUEST_QUOTED,       /* "name"; text: what stands between the quotes                           */
    GUEST_STRING,       /* 'text', likewise, as written                                           */
    GUEST_NUMBER,
    GUEST_SIGN,         /* an operator, a parenthesis, a comma, a dot, a semicolon                */
    GUEST_NAMED,        /* :name; text: name                                                      */
    GUEST_NUMBERED,     /* $1; text: 1                                                            */
    GUEST_REQUEST       /* @request.auth.id; text: id                                             */
};
struct guestlex_token { enum guestlex_kind kind; struct str text; };

bool guestlex_read(struct arena *mem, struct str text, struct guestlex_token **out, size_t *n,
                   struct str *fault) MUST_CHECK;
bool guestlex_is(const struct guestlex_token *token, const char *word);     /* sign, or keyword   */
void guestlex_put(struct buf *out, const struct guestlex_token *token);     /* no placeholder     */

#endif
