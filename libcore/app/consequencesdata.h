/*
 * consequencesdata.h — what else goes with a collection, and with a record: see consequences.h.
 *
 * Records   those that the engine or we would take along are walked through as release.c does, a
 *           level at a time, without asking anybody's rules: the deletion asks none either. Only
 *           ids are told of them
 */
#ifndef APP_CONSEQUENCESDATA_H
#define APP_CONSEQUENCESDATA_H

#include "app/consequences.h"
#include "data/collection.h"

/* For superadmins, over all accounts. */
bool consequencesdata_collection(struct cx *cx, struct str id, struct consequences *out)
    MUST_CHECK;
/* id need not be there any more. A view has no records to delete: nothing. */
bool consequencesdata_record(struct cx *cx, const struct collection *collection,
                             struct str account_id, struct str id, struct consequences *out)
    MUST_CHECK;

#endif
