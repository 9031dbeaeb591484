/*
 * recordmay.h — what the rules say to this caller about one record: may it be listed, viewed,
 * changed, deleted; and is it to be made at all.
 *
 * Answers  as the operations themselves decide, of the record as it is; a rule that asks what is
 *          submitted is asked as if nothing were. A record that is not the tenant's: no to all
 * Errors   only what keeps the question from being asked
 */
#ifndef DATA_RECORDMAY_H
#define DATA_RECORDMAY_H

#include "data/access.h"

bool recordmay_ask(struct cx *cx, const struct collection *collection, struct str id,
                   bool may[OP_COUNT]) MUST_CHECK;

#endif
