/*
 * stmt.h — inside the room: prepared statements, kept per connection.
 *
 * Literals  found by their address and kept for good: there are only as many as the program has
 * Built     found by their text; the least recently used make room. Long ones are not kept
 * Busy      a statement whose rows are still open is left alone: a second one is prepared
 */
#ifndef DB_STMT_H
#define DB_STMT_H

#include "base/meter.h"
#include "db/db.h"

#define STMT_PARAMS 64u                     /* of a literal                                       */
#define STMT_BUCKETS 256u
#define STMT_BUILT 96u

struct stmt {
    struct stmt *next;                      /* in its bucket                                      */
    const char *literal;                    /* its address; NULL: built                           */
    uint64_t hash;
    struct str text;                        /* with ?1 or $1                                      */
    size_t n;                               /* parameters                                         */
    const char **names;                     /* of a literal, in the order of their numbers        */
    enum param_type *types;
    void *handle;                           /* the driver's; NULL: not prepared                   */
    char *room; size_t room_n;              /* of a built one: text and types, used again         */
    struct db *db;                          /* of one that is not kept                            */
    bool busy;
    bool has_guest;                         /* guest.h: what fails in it is refused               */
    uint64_t used;
};
struct stmts {
    struct stmt *buckets[STMT_BUCKETS];
    struct stmt *built[STMT_BUILT];
    uint64_t clock;
    struct stmt *passing;                   /* not kept                                           */
};

/* values (STMT_PARAMS of them) receive the binds in the order of the statement's parameters. */
bool stmt_literal(struct cx *cx, struct sql sql, struct binds binds, struct param *values,
                  struct stmt **out) MUST_CHECK;
bool stmt_built(struct cx *cx, struct str text, const struct param *values, size_t n,
                bool has_guest, struct stmt **out) MUST_CHECK;
/* A text that runs once: schema changes. Not kept. */
bool stmt_once(struct cx *cx, struct str text, struct stmt **out) MUST_CHECK;
enum meter_op stmt_op(const struct stmt *stmt);         /* by its first word                      */
void stmt_each(struct db *db, void (*visit)(struct db *db, struct stmt *stmt));
void stmt_forget_all(struct db *db);        /* before the connection closes                       */

#endif
