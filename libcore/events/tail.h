/*
 * tail.h — reads the outbox as it grows, and again what was read before (automation.md §17.3).
 *
 * Once     tail_read gives every event committed since tail_open exactly once, those of one account
 *          in the order of their ids. Ids are drawn under the account's audit lock, which is held
 *          to the commit; on SQLite that is the order of all commits. On PostgreSQL an event of
 *          another account may come with a lower id than the last: it is waited for, not skipped
 * Durable  nothing is given out that a power cut could take back
 * Memory   the place lives in `keep`; events live in cx->mem
 * Kept     events go after a while (eventkeep.h): tail_floor
 */
#ifndef EVENTS_TAIL_H
#define EVENTS_TAIL_H

#include "events/event.h"

struct tail_event {
    int64_t id;
    enum event_kind kind;
    struct str account_id, collection, record_id, record, previous;     /* struct event */
    int64_t at;
};

struct tail;
bool tail_open(struct cx *cx, struct arena *keep, struct tail **out) MUST_CHECK;
bool tail_read(struct cx *cx, struct tail *tail, struct tail_event *list, size_t room, size_t *n)
    MUST_CHECK;
/* Cheap, for who polls: whether there may be something to read. */
bool tail_stirs(struct cx *cx, struct tail *tail, bool *stirs) MUST_CHECK;

/* Every event of every account up to it has been read, which is where one resumes who was told
 * nothing yet; and the newest that has been read, whatever may still come below. */
int64_t tail_position(const struct tail *tail);
int64_t tail_newest(const struct tail *tail);

/*
 * What tail_read has given out already, for who resumes: of the account (NO_STR: of all), after <
 * id <= upto, in order; upto is tail_newest of the moment from which on he is told what tail_read
 * gives. *reached: how far it looked; to be called again from there until that is upto, so that one
 * call is short however many events of others lie between.
 */
bool tail_since(struct cx *cx, const struct tail *tail, struct str account_id, int64_t after,
                int64_t upto, struct tail_event *list, size_t room, size_t *n, int64_t *reached)
    MUST_CHECK;
/* The newest event ever removed; 0: none. Who stands before it has missed something. */
bool tail_floor(struct cx *cx, int64_t *floor) MUST_CHECK;

#endif
