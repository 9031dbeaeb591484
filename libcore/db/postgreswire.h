/*
 * postgreswire.h — inside the room: a libpq connection whose messages travel together.
 *
 * Sent     statements go into libpq's buffer and are noted in `items`; nobody waits for them
 * Settled  one flush, one wait: the answers to everything noted are read, in order. The first
 *          failure that still matters dooms the transaction depth it was sent at
 * Lazy     BEGIN, the tenant's name and the look at the generation travel with the next statement
 * Loss     a lost connection fails what is under way; the next request opens another
 */
#ifndef DB_POSTGRESWIRE_H
#define DB_POSTGRESWIRE_H

#include <libpq-fe.h>

#include "db/driver.h"

#define WIRE_ITEMS 512u
#define WIRE_DROPS 64u

enum wire_basic { WIRE_BEGIN_READ, WIRE_BEGIN_WRITE, WIRE_COMMIT, WIRE_ROLLBACK, WIRE_SCOPE,
                  WIRE_GENERATION, WIRE_PING, WIRE_BASICS };
enum wire_tx { WIRE_NO_TX, WIRE_WANTS_READ, WIRE_WANTS_WRITE, WIRE_IN_TX };

struct prepared {
    struct prepared *next;                  /* when free                                          */
    uint64_t connection;                    /* in which it was sent; 0: in none                   */
    char name[16];
};
struct cursor { struct cursor *next, *before; PGresult *result; int row; };

struct item {
    enum { ITEM_CONTROL, ITEM_PREPARE, ITEM_RUN, ITEM_GENERATION, ITEM_SYNC } kind;
    unsigned depth;
    bool ignored;                           /* its transaction was rolled back meanwhile          */
    struct prepared *prepared;
    const char *text;
};

struct postgres {
    PGconn *conn;
    uint64_t connection;                /* counts them, and each time all was prepared anew */
    uint32_t names;
    struct item items[WIRE_ITEMS];
    size_t n;
    enum wire_tx tx;
    bool reads_only;                        /* the transaction that is open                       */
    struct prepared basics[WIRE_BASICS], *spare;
    char drops[WIRE_DROPS][16];             /* names to deallocate with the next statement        */
    size_t drop_n;
    char scope[DB_SCOPE_ROOM];              /* what the server was told                           */
    size_t scope_n;
    bool scope_known, checks_generation;
    bool renews;                            /* everything is to be prepared again                 */
    bool looked;                            /* in this request, whether the server is still there */
    struct str role;                        /* that serving programs take, quoted; or absent      */
    struct str guest_role, guest_schema;    /* see postgresguest.c                                */
    uint64_t guest_connection;              /* for which they are known                           */
    struct cursor *cursors;
    struct prepared nobody;                 /* of a message whose statement was forgotten         */
};

/* What settling found; result and error are the caller's to clear. */
struct outcome {
    PGresult *result;                       /* of the last statement, when all went well          */
    PGresult *error;                        /* the first failure                                  */
    const char *text;                       /* of the statement that failed                       */
    bool own, lost, moved;                  /* own: the failure is the last statement's           */
};

bool postgreswire_open(struct cx *cx, struct db *db) MUST_CHECK;
void postgreswire_close(struct db *db);
/* Connected, in the wanted transaction, under the wanted account: a statement can be sent. */
bool postgreswire_ready(struct cx *cx) MUST_CHECK;
bool postgreswire_text(struct cx *cx, const char *text) MUST_CHECK;
bool postgreswire_ask(struct cx *cx, const char *text, const char *value) MUST_CHECK;
bool postgreswire_basic(struct cx *cx, enum wire_basic basic) MUST_CHECK;
bool postgreswire_run(struct cx *cx, struct stmt *stmt, const struct param *values) MUST_CHECK;
bool postgreswire_settle(struct cx *cx, struct outcome *out) MUST_CHECK;
void postgreswire_clear(struct outcome *out);
/* Ends the transaction without waiting; what was sent in it no longer matters. */
void postgreswire_abandon(struct db *db);
bool postgreswire_back(struct db *db, unsigned depth) MUST_CHECK;

#endif
