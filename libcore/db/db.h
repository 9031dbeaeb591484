/*
 * db.h — a connection to SQLite or PostgreSQL: open, ask, change.
 *
 * Statements  SQL() compiles only around a literal; parameters are named (:account) and must match
 *             the binds exactly; prepared statements are kept per connection, by the literal's
 *             address
 * Tenants     db_scope names the account whose rows PostgreSQL's row-level security lets through;
 *             it is a second lock behind the tenant clause that every statement carries itself
 * Errors      false with cx->err set. A constraint's refusal is no failure of ours: see db_change
 * Lifetime    rows live in cx->mem; texts given out by rows_next are copied there
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "db/p.h"

struct sql { const char *text; };
#define SQL(literal) { "" literal "" }                      /* initialises a struct sql           */
#define SQL_OF(literal) ((struct sql){ "" literal "" })     /* as an argument                     */

struct rows;

/* where: a file path, sqlite:///path, or postgresql://… */
enum db_mode { DB_SERVE, DB_OWNER };    /* OWNER: migrations; outside row-level security          */
struct db *db_open(struct cx *cx, struct str where, enum db_mode mode); /* NULL: cx->err says why */
void db_close(struct db *db);
bool db_is_postgres(const struct db *db);
struct str db_shown(struct arena *mem, struct str where);    /* for people: without a password    */

bool db_query(struct cx *cx, struct sql sql, struct binds binds, struct rows *rows) MUST_CHECK;
/* changed may be NULL: then PostgreSQL sends it along with the next statement and fails there. */
bool db_exec(struct cx *cx, struct sql sql, struct binds binds, int64_t *changed) MUST_CHECK;

/* What a constraint refused. After one, only rolling back (to the savepoint) is possible. */
enum violation { V_NONE, V_UNIQUE, V_REFERENCE, V_NOT_NULL, V_CHECK, V_IMMUTABLE };
struct refusal { enum violation kind; struct str constraint; struct str columns; };
/* As db_exec, but a constraint's refusal returns true with refusal->kind set. */
bool db_change(struct cx *cx, struct sql sql, struct binds binds, struct refusal *refusal,
               int64_t *changed) MUST_CHECK;

/* "*": all; for superadmins and us. Returns what it was, for who looks further only a moment. */
struct str db_scope(struct cx *cx, struct str account);

/*
 * What has changed since: definitions counts changes of schema, rules, roles, permissions,
 * settings; identities those of users, sessions, groups, keys. Caches hold while their number
 * stands. Cheap: on SQLite the connection's data version decides first; on PostgreSQL it rides with
 * the next query.
 */
struct generation { int64_t definitions, identities; };
bool db_generation(struct cx *cx, struct generation *out) MUST_CHECK;
bool db_bump_definitions(struct cx *cx) MUST_CHECK;         /* inside the changing transaction    */
bool db_bump_identities(struct cx *cx) MUST_CHECK;
/* As the bump, before reading what is to be changed: until our commit, others who would change
 * definitions wait here. Hold them first, and nobody waits for the rows of one who waits for us. */
bool db_hold_definitions(struct cx *cx) MUST_CHECK;
/* True when nothing at all was committed by others since the caller last asked (SQLite only). */
uint64_t db_data_version(struct cx *cx);                    /* 0: unknown (PostgreSQL)            */

/*
 * For who can serve a request twice: after db_presume, db_generation answers with what was last
 * known and PostgreSQL looks in the round trip of the next statement. Has it moved, that statement
 * fails (E_BUSY), db_moved is true, and the request is served again from its start, presuming
 * nothing. Before a reply leaves, db_confirm looks if no statement did. On SQLite, where looking is
 * cheap, all three do nothing. A commit or db_rest ends it.
 */
void db_presume(struct cx *cx);
bool db_confirm(struct cx *cx) MUST_CHECK;
bool db_moved(const struct cx *cx);
/* Before another attempt: all is looked up anew. Only the last may not find a table gone. */
void db_repeat(struct cx *cx, bool is_last);
void db_repeated(struct cx *cx);            /* after the attempts                                 */

/*
 * What this connection has read until now is on the disk when it returns. On SQLite commits are
 * seen a little before that (tx.h): who tells others outside must not tell what a power cut takes
 * back. With durability = relaxed nobody asks for so much.
 */
bool db_harden(struct cx *cx) MUST_CHECK;

bool db_snapshot(struct cx *cx) MUST_CHECK;                 /* one read transaction for a request */
void db_rest(struct db *db);    /* ends the request: rolls back what is open, rests statements    */
struct db_size { int64_t bytes, wal_bytes; };               /* wal_bytes: SQLite only             */
bool db_size(struct cx *cx, struct db_size *out) MUST_CHECK;
bool db_ping(struct cx *cx);                                /* for /ready; reconnects if it must  */

/* Column words of schema/ (@id @text @time @json @bool @blob @real @serial) for this engine. */
const char *db_word(const struct db *db, const char *word);

#endif
