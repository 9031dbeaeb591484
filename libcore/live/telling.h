/*
 * telling.h — inside the room: an event as a document, once for all who are told the same.
 *
 * The same   kind, fields, what is hidden of them, masks: then the text is
 */
#ifndef LIVE_TELLING_H
#define LIVE_TELLING_H

#include "data/recordrow.h"
#include "events/tail.h"
#include "live/live.h"

enum { TELLING_NOW, TELLING_BEFORE, TELLING_ROWS };

struct telling {
    enum live_kind kind;
    const struct access *access;                /* all that may be granted to its caller */
    const struct access *held[TELLING_ROWS];    /* what is, for this row; NULL: not seen */
    const struct str *message;                  /* filled */
};
struct telling_book {
    struct cx *cx;
    const struct tail_event *event;
    const struct collection *collection;
    const struct recordrow *stored;
    const struct param *values[TELLING_ROWS];
    struct telling_told { struct str signature, message; } **told; size_t n;
};
void telling_write(struct telling_book *book, struct telling *telling);

#endif
