/* db.c — a connection: opening, asking, changing, and what it remembers about the database. */
#include "db/db.h"

#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/settings.h"
#include "base/when.h"
#include "db/driver.h"
#include "db/words.h"

/* make PG=0 leaves PostgreSQL out. */
#ifdef NO_POSTGRES
#define POSTGRES NULL
#else
#define POSTGRES (&postgres_driver)
#endif

bool db_busy(struct cx *cx, const char *cause)
{
    bool first = cx->err.kind == E_NONE;
    fail(cx, E_BUSY, "Service unavailable", "The database is busy; please try again");
    if (first)
        cx->err.cause = str_c(cx->mem, str_of(cause));
    return false;
}

bool db_full(struct cx *cx, const char *cause)
{
    bool first = cx->err.kind == E_NONE;
    fail(cx, E_FULL, "Insufficient storage", "The disk is full; nothing was saved");
    if (first)
        cx->err.cause = str_c(cx->mem, str_of(cause));
    return false;
}

/* For people: a URL without its password. */
struct str db_shown(struct arena *mem, struct str where)
{
    size_t start = 0, colon = 0, at = 0;
    for (size_t i = 0; i + 2 < where.n && start == 0; i++)
        if (memcmp(where.p + i, "://", 3) == 0)
            start = i + 3;
    for (size_t i = start; start != 0 && i < where.n && where.p[i] != '/'; i++) {
        if (where.p[i] == ':' && colon == 0)
            colon = i;
        if (where.p[i] == '@')
            at = i;
    }
    struct str path = where;
    size_t question;
    if (start != 0 && str_find(where, '?', &question))      /* ?password=… is possible too        */
        path.n = question;
    if (colon == 0 || at < colon)
        return str_copy(mem, path);
    return str_fmt(mem, "%.*s:***%.*s", (int)colon, path.p, (int)(path.n - at), path.p + at);
}

static bool names_postgres(struct str where)
{
    return str_starts(where, S("postgresql://")) || str_starts(where, S("postgres://"));
}

/* Owners see everything: they migrate. */
static void set_scope(struct db *db, struct str account)
{
    if (db->mode == DB_OWNER)
        account = S("*");
    db->scope_n = account.n <= DB_SCOPE_ROOM ? account.n : 0;
    if (db->scope_n > 0)
        memcpy(db->scope, account.p, db->scope_n);
}

struct db *db_open(struct cx *cx, struct str where, enum db_mode mode)
{
    struct arena *mem = arena_new(0, NULL, NULL);
    struct db *db = arena_make(mem, struct db);
    if (str_starts(where, S("sqlite:///")))
        where = str_sub(where, 10, where.n);
    *db = (struct db){ .mem = mem, .mode = mode, .turn = 1, .own = -1 };
    db->driver = names_postgres(where) ? POSTGRES : &sqlite_driver;
    db->where = str_copy(mem, where);
    db->shown = db_shown(mem, where);
    set_scope(db, NO_STR);
    db->relaxed = cx->set != NULL && str_eq(cx->set->durability, S("relaxed"));
    if (where.n == 0 || memchr(where.p, '\0', where.n) != NULL)
        broken(cx, "no database is named");
    else if (db->driver == NULL)
        broken(cx, "these programs were built without PostgreSQL: %s", db->shown.p);
    else if (db->driver->open(cx, db))
        return db;
    arena_free(mem);
    return NULL;
}

void db_close(struct db *db)
{
    if (db == NULL)
        return;
    db_rest(db);
    stmt_forget_all(db);
    db->driver->close(db);
    arena_free(db->tail_mem);
    arena_free(db->mem);
}

bool db_is_postgres(const struct db *db)
{
    return db->driver->is_postgres;
}

const char *db_word(const struct db *db, const char *word)
{
    return words_find(db->driver, str_of(word));
}

/* Nothing more can be done in a transaction (or savepoint) in which something failed. */
static bool usable(struct cx *cx)
{
    const struct db *db = cx->db;
    if (db->doomed == 0 || db->depth < db->doomed)
        return true;
    return broken(cx, "a statement in a transaction that has failed already");
}

void db_took(struct cx *cx, enum meter_op op, int64_t began, bool well, struct str text)
{
    int64_t took_us = when_now() - began;
    meter_query(cx, op, took_us, well);
    if (!well)
        meter_add(cx, METER_QUERY_ERRORS, 1);
    if (cx->set != NULL && cx->set->db_echo)
        LOG(LOG_INFO, "query", log_number("us", took_us), log_text("sql", text));
    if (cx->set == NULL || cx->set->db_slow_ms == 0 || took_us < cx->set->db_slow_ms * 1000)
        return;
    meter_add(cx, METER_SLOW_QUERIES, 1);
    LOG(LOG_WARNING, "slow_query", log_number("us", took_us), log_text("sql", text));
}

bool db_start(struct cx *cx, struct stmt *stmt, const struct param *values, struct rows *rows)
{
    *rows = (struct rows){ .cx = cx, .turn = cx->db->turn };
    TRY(usable(cx));
    rows->began = when_now();
    rows->op = stmt_op(stmt);
    if (!cx->db->driver->query(cx, stmt, values, rows)) {
        db_doom(cx->db, cx->db->depth);
        rows->failed = true;
        db_took(cx, rows->op, rows->began, false, stmt->text);
        return false;
    }
    rows->text = stmt->text;
    return rows->open = true;
}

bool db_query(struct cx *cx, struct sql sql, struct binds binds, struct rows *rows)
{
    struct param values[STMT_PARAMS];
    struct stmt *stmt;
    *rows = (struct rows){ .cx = cx, .failed = true };
    TRY(usable(cx));
    TRY(stmt_literal(cx, sql, binds, values, &stmt));
    return db_start(cx, stmt, values, rows);
}

static bool apply(struct cx *cx, struct stmt *stmt, const struct param *values,
                  struct refusal *refusal, int64_t *changed)
{
    unsigned depth = cx->db->depth;
    TRY(usable(cx));
    int64_t began = when_now();
    bool well = cx->db->driver->change(cx, stmt, values, refusal, changed);
    db_took(cx, stmt_op(stmt), began, well, stmt->text);
    if (!well) {
        db_doom(cx->db, depth);
        return false;
    }
    meter_add(cx, METER_ROWS_WRITTEN, changed != NULL && *changed > 0 ? (uint64_t)*changed : 1);
    if (refusal != NULL && refusal->kind != V_NONE)
        db_doom(cx->db, depth);
    return true;
}

bool db_apply(struct cx *cx, struct stmt *stmt, const struct param *values,
              struct refusal *refusal, int64_t *changed)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    if (refusal != NULL)
        *refusal = (struct refusal){ .kind = V_NONE };
    if (cx->db->depth > 0)
        return apply(cx, stmt, values, refusal, changed);
    TRY(tx_begin(cx, &tx));
    TRY(apply(cx, stmt, values, refusal, changed));
    if (refusal != NULL && refusal->kind != V_NONE)
        return true;
    return tx_commit(&tx);
}

bool db_change(struct cx *cx, struct sql sql, struct binds binds, struct refusal *refusal,
               int64_t *changed)
{
    struct param values[STMT_PARAMS];
    struct stmt *stmt;
    TRY(usable(cx));
    TRY(stmt_literal(cx, sql, binds, values, &stmt));
    return db_apply(cx, stmt, values, refusal, changed);
}

bool db_exec(struct cx *cx, struct sql sql, struct binds binds, int64_t *changed)
{
    return db_change(cx, sql, binds, NULL, changed);
}

bool db_script(struct cx *cx, struct str text)
{
    unsigned depth = cx->db->depth;
    TRY(usable(cx));
    if (cx->db->driver->script(cx, text))
        return true;
    db_doom(cx->db, depth);
    return false;
}

void db_doom(struct db *db, unsigned depth)
{
    if (db->depth == 0)
        return;
    if (depth == 0)
        depth = 1;
    if (db->doomed == 0 || depth < db->doomed)
        db->doomed = depth;
}

struct str db_scope(struct cx *cx, struct str account)
{
    struct str before = str_copy(cx->mem, (struct str){ cx->db->scope, cx->db->scope_n });
    set_scope(cx->db, account);
    return before;
}

static bool read_generation(struct cx *cx)
{
    static const struct sql GENERATION = SQL(
        "SELECT definitions, identities FROM generation WHERE id = 1");
    static const struct col COLS[] = { COL(C_INT, generation, definitions),
                                       COL(C_INT, generation, identities), { 0 } };
    struct db *db = cx->db;
    int64_t before = db->generation.definitions;
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, GENERATION, NO_BINDS, &rows));
    if (rows_next(&rows, COLS, &db->generation)) {
        if (db->generation.definitions != before && before != 0)
            db->driver->renew(db);
        return true;
    }
    TRY(rows_done(&rows));
    return broken(cx, "the table generation has no row");
}

/* What was read stands while the data version does; without versions, for the turn. */
static bool stands(struct db *db, uint64_t *version)
{
    bool versioned = db->driver->version(db, version);
    if (!versioned)
        *version = db->turn;
    if (db->known && db->version == *version)
        return true;
    if (versioned || !db->presumes || !db->ever_known)
        return false;
    db->driver->presume(db);
    return true;
}

bool db_generation(struct cx *cx, struct generation *out)
{
    struct db *db = cx->db;
    uint64_t version = 0;
    if (db->depth == 0)
        TRY(db_snapshot(cx));
    if (!stands(db, &version))
        TRY(read_generation(cx));
    db->known = db->ever_known = true;
    db->version = version;
    *out = db->generation;
    if (db->bump_definitions)
        out->definitions = db->own;
    if (db->bump_identities)
        out->identities = db->own;
    return true;
}

void db_presume(struct cx *cx)
{
    cx->db->presumes = true;
}

bool db_confirm(struct cx *cx)
{
    if (cx->db->moved)
        return db_busy(cx, "the definitions or identities have moved");
    return cx->db->driver->confirm(cx);
}

bool db_moved(const struct cx *cx)
{
    return cx->db->moved;
}

void db_repeat(struct cx *cx, bool is_last)
{
    cx->db->presumes = cx->db->moved = cx->db->known = false;
    cx->db->repeats = is_last;
}

void db_repeated(struct cx *cx)
{
    cx->db->presumes = cx->db->moved = cx->db->repeats = false;
}

/*
 * The row is changed at the commit, so that it is locked but for a moment. Until then a number that
 * was never given out and never will be stands in: what is cached of uncommitted definitions must
 * not outlive a rollback.
 */
static bool bump(struct cx *cx, bool *which)
{
    if (cx->db->depth == 0)
        return broken(cx, "a generation is bumped outside a transaction");
    *which = true;
    cx->db->own--;
    return true;
}

bool db_bump_definitions(struct cx *cx)
{
    return bump(cx, &cx->db->bump_definitions);
}

bool db_bump_identities(struct cx *cx)
{
    return bump(cx, &cx->db->bump_identities);
}

/* Nothing changes by it; where transactions run side by side, the row is ours until we commit. */
static const struct sql GENERATION_HELD = SQL("UPDATE generation SET id = id WHERE id = 1");

bool db_hold_definitions(struct cx *cx)
{
    TRY(bump(cx, &cx->db->bump_definitions));
    return db_exec(cx, GENERATION_HELD, NO_BINDS, NULL);
}

uint64_t db_data_version(struct cx *cx)
{
    uint64_t version;
    if (cx->db->depth == 0 && !db_snapshot(cx))
        return 0;
    return cx->db->driver->version(cx->db, &version) ? version : 0;
}

bool db_snapshot(struct cx *cx)
{
    struct db *db = cx->db;
    if (db->depth > 0 || db->reading)
        return true;
    return db->reading = db->driver->begin(cx, false);
}

bool db_harden(struct cx *cx)
{
    return cx->db->driver->harden == NULL || cx->db->driver->harden(cx);
}

void db_end_reading(struct db *db)
{
    db_leave_rows(db);
    if (db->reading)
        db->driver->rollback(db);
    db->reading = false;
}

void db_leave_rows(struct db *db)
{
    db->driver->leave_all(db);
    db->turn++;
}

void db_rest(struct db *db)
{
    if (db == NULL)
        return;
    if (db->depth > 0) {
        struct cx cx = { .db = db };
        struct tx left = { .cx = &cx, .depth = 1, .open = true };
        tx_end(&left);
    }
    db_end_reading(db);
    db->presumes = db->moved = db->repeats = false;
    set_scope(db, NO_STR);
    db->driver->rest(db);
}

bool db_ping(struct cx *cx)
{
    return cx->db->driver->ping(cx);
}

static int64_t file_size(struct cx *cx, const char *ending)
{
    struct stat at;
    struct str path = str_fmt(cx->mem, "%.*s%s", STR_ARG(cx->db->where), ending);
    return stat(path.p, &at) == 0 ? (int64_t)at.st_size : 0;
}

bool db_size(struct cx *cx, struct db_size *out)
{
    static const struct sql SIZE = SQL(
        "SELECT pg_database_size(current_database()) AS bytes, 0 AS wal_bytes");
    static const struct col COLS[] = { COL(C_INT, db_size, bytes), COL(C_INT, db_size, wal_bytes),
                                       { 0 } };
    struct rows rows SCOPED(rows_close) = { 0 };
    *out = (struct db_size){ file_size(cx, ""), file_size(cx, "-wal") };
    if (!cx->db->driver->is_postgres)
        return true;
    TRY(db_query(cx, SIZE, NO_BINDS, &rows));
    return rows_next(&rows, COLS, out) || rows_done(&rows);
}
