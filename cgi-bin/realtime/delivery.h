/*
 * delivery.h — takes events from the outbox to those who listen: as they come, and to who resumes.
 *
 * Once      a listener is told each event after its position once: those that the tail has given
 *           out already by reading them again, page by page, whoever is behind in turn; from there
 *           on with everybody else
 * Failing   the database may go away: what was read and not told is told when it is back
 * Position  where somebody resumes who has been told everything
 */
#ifndef REALTIME_DELIVERY_H
#define REALTIME_DELIVERY_H

#include "audience.h"
#include "events/tail.h"
#include "http/exchange.h"
#include "speech.h"

struct delivery {
    struct program *program;
    struct audience *audience;
    struct arena *mem;                          /* of the event in hand */
    struct arena *tail_mem; struct tail *tail;  /* NULL: nobody listens */
    struct arena *batch_mem; struct tail_event *batch; size_t n, at;
    int attempts;                               /* at the event in hand */
    uint32_t heard;                             /* by whom it was (events/relay.h) */
    size_t rounds;                              /* that were looked at in this turn */
    int64_t position, newest;
    int64_t identities;                         /* their generation, as last seen */
    int64_t retry_at, pause;                    /* of a database that fails; pause 0: it does not */
    struct speech speech;
};

void delivery_init(struct delivery *delivery, struct program *program, struct audience *audience);
/* What there is to tell. True: there is more, come again at once. */
bool delivery_turn(struct delivery *delivery, int64_t now);
/* For who arrives: the database answers and the outbox is read up to now. False: not at present. */
bool delivery_ready(struct delivery *delivery, int64_t now) MUST_CHECK;
/* Where this listener resumes if it was told nothing more. */
int64_t delivery_place(const struct delivery *delivery, const struct listener *listener);
/* From this position on, for all its watches that are not further. */
void delivery_rewind(struct delivery *delivery, struct listener *listener, int64_t since);
/* Asks about some of the tokens that were not asked about since somebody changed. */
void delivery_recheck(struct delivery *delivery, int64_t now);

#endif
