/*
 * pool.h — what a child does: accept, serve, reply, again (DESIGN §3.3).
 *
 * Reads   one request at a time, in one snapshot of the database
 * Writes  one at a time in a transaction; a batching pool takes all that wait, up to 64, gives each
 *         a savepoint in one transaction, and answers them after its commit. A route that runs
 *         alone opens its own. When the commit fails, everybody of the batch is told 503
 */
#ifndef HTTP_POOL_H
#define HTTP_POOL_H

#include <signal.h>

#include "http/exchange.h"

struct pool {
    struct program *program;
    int door;
    bool batches;
    bool (*stopping)(void);
    const sigset_t *meanwhile;      /* signals that may interrupt waiting */
};

void pool_run(const struct pool *pool);         /* until stopping */
int pool_once(struct program *program);         /* plain CGI; the exit code */

#endif
