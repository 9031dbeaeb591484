/*
 * driver.h — inside the room: what a connection consists of, and what an engine must do for it.
 *
 * Only sqlite.c and postgres.c (with what lies behind them) know an engine; db, tx, rows, qb, stmt
 * and migrate know this table. A driver reports failures in cx->err and never touches depth or
 * doomed except through db_doom: how transactions nest is tx.c's.
 */
#ifndef DB_DRIVER_H
#define DB_DRIVER_H

#include "db/rows.h"
#include "db/stmt.h"
#include "db/tx.h"

struct guest;

struct db_driver {
    const char *name;                       /* "sqlite", "postgres"                               */
    bool is_postgres;                       /* for the dialects of words.c and qb.c               */
    char mark;                              /* of a parameter: ?1 or $1                           */
    bool (*open)(struct cx *cx, struct db *db);
    void (*close)(struct db *db);
    bool (*prepare)(struct cx *cx, struct stmt *stmt);          /* now, or with its first run     */
    void (*forget)(struct db *db, struct stmt *stmt);
    void (*renew)(struct db *db);           /* the tables changed: what is prepared may not fit   */
    bool (*query)(struct cx *cx, struct stmt *stmt, const struct param *values, struct rows *rows);
    bool (*change)(struct cx *cx, struct stmt *stmt, const struct param *values,
                   struct refusal *refusal, int64_t *changed);
    bool (*script)(struct cx *cx, struct str text);             /* several statements, no values  */

    /* guest.h: whether the engine lets it be. fault: why not; else only failures return false */
    bool (*vet)(struct cx *cx, const struct guest *guest, struct str text, struct str *fault);
    bool (*restrict_guest)(struct cx *cx);  /* until the end of what is being read                */

    bool (*own)(struct cx *cx, bool as_owner);  /* around schema changes in a transaction         */

    int (*step)(struct rows *rows);                             /* 1 a row, 0 no more, -1 failed  */
    void (*leave)(struct rows *rows);
    void (*leave_all)(struct db *db);
    int (*columns)(const struct rows *rows);
    bool (*fits)(const struct rows *rows, int column, enum col_type as);
    bool (*null)(const struct rows *rows, int column);
    struct str (*text)(const struct rows *rows, int column);
    struct str (*blob)(const struct rows *rows, int column);
    int64_t (*integer)(const struct rows *rows, int column);
    double (*real)(const struct rows *rows, int column);

    bool (*begin)(struct cx *cx, bool writes);                  /* false: a snapshot to read from */
    /* Of what writes. ticket NULL: durable at the return; else *ticket is to settle, 0: nothing */
    bool (*commit)(struct cx *cx, uint64_t *ticket);
    bool (*settle)(struct cx *cx, uint64_t ticket, bool wait, bool *settled);   /* NULL: no need  */
    int (*settling)(const struct db *db);                       /* a descriptor, or -1            */
    bool (*harden)(struct cx *cx);          /* NULL: what can be seen is durable                  */
    void (*rollback)(struct db *db);                           /* everything; ends a snapshot too */
    bool (*save)(struct cx *cx, unsigned depth);
    bool (*release)(struct cx *cx, unsigned depth);
    bool (*back)(struct db *db, unsigned depth);                /* to the savepoint, and drop it  */

    bool (*version)(struct db *db, uint64_t *version);          /* false: this engine has none    */
    void (*presume)(struct db *db);         /* checks the generation with the next statement      */
    bool (*confirm)(struct cx *cx);         /* checks it now if no statement did                  */
    bool (*ping)(struct cx *cx);
    void (*rest)(struct db *db);                                /* after the request              */
};
extern const struct db_driver sqlite_driver, postgres_driver;

#define DB_SCOPE_ROOM 64u

struct db {
    const struct db_driver *driver;
    void *engine;                           /* the driver's own                                   */
    struct arena *mem;                      /* as long as the connection                          */
    struct str where, shown;
    enum db_mode mode;
    bool relaxed;                           /* durability = relaxed                               */
    struct stmts stmts;
    size_t open_rows;
    uint64_t turn;                          /* rows of an earlier turn are gone                   */
    unsigned depth;                         /* of transactions; 1: the outermost                  */
    unsigned doomed;                       /* this depth and all above can only roll back; 0: none*/
    bool reading;                           /* a snapshot is open (depth is 0)                    */
    char scope[DB_SCOPE_ROOM];              /* wanted; the driver tells the engine when it must   */
    size_t scope_n;

    bool known;                             /* generation holds while version stands              */
    uint64_t version;                       /* or, without versions, in this turn                 */
    struct generation generation;
    bool presumes, ever_known, moved;       /* see db_presume                                     */
    bool repeats;                           /* see db_repeat                                      */
    bool bump_definitions, bump_identities; /* at the commit                                      */
    int64_t own;                            /* stands in for a generation that is not committed   */

    struct tx_tail tails[TX_TAILS];
    bool has_tail[TX_TAILS];
    struct tx_due { uint64_t first, last; } due[TX_TAILS];  /* tickets to hear of; 0: none        */
    struct arena *tail_mem;
};

/* For stmt and qb: run what is prepared; outside a transaction a change gets its own. */
bool db_start(struct cx *cx, struct stmt *stmt, const struct param *values, struct rows *rows)
    MUST_CHECK;
bool db_apply(struct cx *cx, struct stmt *stmt, const struct param *values,
              struct refusal *refusal, int64_t *changed) MUST_CHECK;
bool db_script(struct cx *cx, struct str text) MUST_CHECK;      /* inside a transaction           */

/* One statement for the meters, and for the log if it was slow: its text has no values in it. */
void db_took(struct cx *cx, enum meter_op op, int64_t began, bool well, struct str text);
void db_doom(struct db *db, unsigned depth);    /* 0: the outermost is gone altogether            */
void db_leave_rows(struct db *db);              /* rests every open statement, ends their turn    */
void db_end_reading(struct db *db);
/* Failures with the engine's words as the cause; all return false. */
bool db_busy(struct cx *cx, const char *cause);
bool db_full(struct cx *cx, const char *cause);

#endif
