/*
 * errors.h — a failure becomes the reply that the contracts know (identity.md §1.6, data.md §1.3).
 */
#ifndef HTTP_ERRORS_H
#define HTTP_ERRORS_H

#include "http/reply.h"

int errors_status(enum err_kind kind);
/* shape: what the route says; debug: the cause of a 500 is shown. Clears what the reply held. */
void errors_reply(struct reply *reply, const struct err *err, enum err_shape shape, bool debug);

#endif
