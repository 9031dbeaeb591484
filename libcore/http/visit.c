/* visit.c — takes a request that is in hand through an exchange, and keeps the reply. */
#include "http/visit.h"

static bool run(struct exchange *x)
{
    x->cx.db = x->program->app.db;
    if (x->found.route->db == DB_NEEDED && x->cx.db == NULL)
        return fail(&x->cx, E_BUSY, NULL, "The database cannot be reached; try again in a moment");
    if (x->cx.db != NULL)
        db_repeat(&x->cx, true);                /* nothing is presumed */
    return exchange_run(x);
}

void visit_serve(struct program *program, struct arena *mem, char *const *params, void *host,
                 struct buf *reply)
{
    struct exchange *x = arena_make(mem, struct exchange);
    x->program = program;
    x->mem = mem;
    x->gate = gate_collect(mem, params, reply);
    exchange_begin(x);
    x->reply.host = host;
    if (!x->decided && !run(x))
        exchange_fail(x);
    exchange_send(x);
    visit_rest(program);
}

void visit_rest(struct program *program)
{
    if (program->app.db != NULL)
        db_rest(program->app.db);
}
