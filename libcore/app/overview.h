/*
 * overview.h — the place at a glance: what there is, what came lately, what waits (§19 of
 * identity.md).
 *
 * For superadmins: over all accounts. Ranges: the last n times 24 hours for counts, the last n days
 * of UTC, today included, for series.
 */
#ifndef APP_OVERVIEW_H
#define APP_OVERVIEW_H

#include "audit/entries.h"
#include "data/catalogue.h"
#include "jobs/queue.h"

enum { OVERVIEW_DAYS = 90, OVERVIEW_PEOPLE = 10, OVERVIEW_ENTRIES = 20 };

/* previous: in the equally long range before. */
struct overview_growth { int64_t total, recent, previous, per_day[OVERVIEW_DAYS]; };
struct overview_person {
    struct str id, email, account_id, account_code, account_name;
    int64_t created_at;
};
struct overview {
    struct overview_growth accounts, users;
    struct overview_person people[OVERVIEW_PEOPLE]; size_t people_n;        /* newest first */
    struct catalogue_page collections;                      /* the fullest first */
    int64_t records, public_collections;
    int64_t active_sessions, macros, api_keys_active, invitations_pending;
    int64_t storage_bytes;
    struct queue_counts jobs;
    struct entries latest;
    struct entries_day changes[OVERVIEW_DAYS];
    int64_t first_day;                                      /* midnight of per_day[0] */
};
bool overview_read(struct cx *cx, size_t days, struct overview *out) MUST_CHECK;

#endif
