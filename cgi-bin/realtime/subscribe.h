/*
 * subscribe.h — the routes of realtime: who asks, for what; the loop keeps who stays.
 */
#ifndef REALTIME_SUBSCRIBE_H
#define REALTIME_SUBSCRIBE_H

#include "delivery.h"
#include "http/route.h"

/* reply->host of these routes. */
struct arrival {
    const struct delivery *delivery;    /* the loop tells these */
    bool is_ready;                      /* the database answers */
    bool is_full;                       /* no more streams at present */
    bool stays;                         /* the route tells the rest */
    enum meter_listener kind;
    struct credentials given;
    struct actor who;
    struct str account_id;              /* absent: everybody's */
    struct live_watch watches[LISTENER_WATCHES]; size_t watch_count;
    int64_t since;                      /* -1: from now on */
    bool is_reset;                      /* where it stood is gone */
    int64_t wait_us;                    /* of a long poll */
    struct str refusal;                 /* a WebSocket that is closed at once */
    struct str correlation;
};

extern const struct route subscribe_routes[];

#endif
