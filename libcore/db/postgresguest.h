/* postgresguest.h — inside the room: what PostgreSQL does about SQL that others wrote (guest.h). */
#ifndef DB_POSTGRESGUEST_H
#define DB_POSTGRESGUEST_H

#include "db/guest.h"
#include "db/postgreswire.h"

bool postgresguest_vet(struct cx *cx, const struct guest *guest, struct str text,
                       struct str *fault) MUST_CHECK;
/* Until the transaction ends: the role that reads what guests may. */
bool postgresguest_restrict(struct cx *cx) MUST_CHECK;
/* Around a statement with a guest in it, which then ends in time. */
bool postgresguest_limit(struct cx *cx) MUST_CHECK;
bool postgresguest_free(struct cx *cx) MUST_CHECK;
/* Whether the failure is one that a guest can cause. */
bool postgresguest_is_to_blame(const PGresult *error);

#endif
