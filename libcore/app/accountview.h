/*
 * accountview.h — one account at a glance: its people, what it holds, what waits. What overview.h
 * is for the whole place.
 *
 * Scope    the account named, which is the caller's own unless they are a superadmin: else 404
 * Bounded  counts of records and files stop at ACCOUNTVIEW_MOST ("is_more")
 * Ranges   as overview.h
 */
#ifndef APP_ACCOUNTVIEW_H
#define APP_ACCOUNTVIEW_H

#include "app/overview.h"

enum { ACCOUNTVIEW_MOST = 10000 };

struct accountview_records { struct str collection; int64_t count; bool is_more; };
struct accountview {
    struct overview_growth users;
    struct overview_person people[OVERVIEW_PEOPLE]; size_t people_n;    /* newest first */
    struct accountview_records *records; size_t records_n;  /* collections that hold some, fullest
                                                               first */
    int64_t records_total; bool is_more;
    int64_t groups, sessions, invitations_pending, files;
    int64_t first_day;                                      /* midnight of users.per_day[0] */
};
bool accountview_read(struct cx *cx, struct str account_id, size_t days, struct accountview *out)
    MUST_CHECK;

#endif
