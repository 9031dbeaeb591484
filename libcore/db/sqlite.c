/* sqlite.c — the SQLite driver: DESIGN §3. */
#include "db/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/num.h"
#include "base/settings.h"
#include "db/flusher.h"
#include "db/sqliteformula.h"
#include "db/sqliteguest.h"
#include "db/sqlitepoints.h"
#include "db/sqliterefusal.h"
#include "db/writelock.h"

#define BUSY_MS 5000
#define CHECKPOINT_FRAMES 1000              /* about 4 MB                                         */
#define TRUNCATE_FRAMES 16384              /* about 64 MB: a long reader has kept it from restart */
#define CLOSING_FRAMES 64

enum step { BEGIN_READ, TOUCH, BEGIN_WRITE, COMMIT, ROLLBACK, SAVE, RELEASE, BACK, STEPS };
static const char *const STEP_TEXTS[STEPS] = {
    [BEGIN_READ] = "BEGIN", [TOUCH] = "SELECT 1 FROM sqlite_schema LIMIT 0",
    [BEGIN_WRITE] = "BEGIN IMMEDIATE", [COMMIT] = "COMMIT", [ROLLBACK] = "ROLLBACK",
    [SAVE] = "SAVEPOINT s", [RELEASE] = "RELEASE s", [BACK] = "ROLLBACK TO s",
};

struct sqlite {
    sqlite3 *handle;
    sqlite3_stmt *steps[STEPS];
    struct flusher *flusher;                /* from the first early commit on, if there can be one*/
    bool flusher_tried;
    struct writelock *lock;                 /* from the first write on                            */
    bool is_local, writing;
    bool settled, groups;                   /* whether commits are flushed together, once known   */
    int frames, checkpoint_at;              /* of the log: now, and when it is due                */
    int busy_ms;                            /* how long to wait for other writers                 */
    struct sqliteguest guest;
};

static struct sqlite *of(const struct db *db)
{
    return db->engine;
}

static sqlite3_stmt *handle_of(const struct rows *rows)
{
    return ((const struct stmt *)rows->stmt)->handle;
}

/* A disk that has become read-only, or a file that has another owner. */
static bool no_writing(struct cx *cx, const char *cause)
{
    fail(cx, E_FULL, "Insufficient storage",
         "The database cannot be written to; nothing was saved");
    cx->err.cause = str_c(cx->mem, str_of(cause));
    return false;
}

/* The engine's failure as ours. Some undo the whole transaction, savepoints or not. */
static bool trouble(struct cx *cx, const char *what)
{
    struct db *db = cx->db;
    sqlite3 *h = of(db)->handle;
    int system_errno = sqlite3_system_errno(h), rc = sqlite3_errcode(h);
    const char *words = sqlite3_errmsg(h);
    if (db->depth > 0 && sqlite3_get_autocommit(h))
        db_doom(db, 0);
    if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
        return db_busy(cx, words);
    if (rc == SQLITE_FULL
        || ((rc == SQLITE_IOERR || rc == SQLITE_CANTOPEN)
            && (system_errno == ENOSPC || system_errno == EDQUOT)))
        return db_full(cx, words);
    if (rc == SQLITE_READONLY)
        return no_writing(cx, words);
    return broken(cx, "SQLite: %s (%d): %s", words, sqlite3_extended_errcode(h), what);
}

/* Of a statement, which may have SQL of somebody else's in it. */
static bool stmt_trouble(struct cx *cx, const struct stmt *stmt)
{
    struct db *db = cx->db;
    sqlite3 *h = of(db)->handle;
    if (!stmt->has_guest || !sqliteguest_is_to_blame(h))
        return trouble(cx, stmt->text.p);
    if (db->depth > 0 && sqlite3_get_autocommit(h))     /* a write that is interrupted undoes all */
        db_doom(db, 0);
    return guest_refuse(cx, sqlite3_errmsg(h));
}

static bool network_file_system(const char *path)
{
    static const unsigned long NETWORK[] = {
        0x6969 /* NFS */, 0x517b /* SMB */, 0xfe534d42 /* SMB2 */, 0xff534d42 /* CIFS */,
        0x01021997 /* 9P */, 0x65735546 /* FUSE */, 0x5346414f /* AFS */, 0x73757245 /* Coda */,
        0x00c36400 /* Ceph */, 0x0bd00bd0 /* Lustre */, 0x47504653 /* GPFS */,
        0x01161970 /* GFS2 */, 0x7461636f /* OCFS2 */,
    };
    struct statfs fs;
    if (statfs(path, &fs) != 0)
        return false;
    for (size_t i = 0; i < COUNT(NETWORK); i++)
        if (((unsigned long)fs.f_type & 0xffffffff) == NETWORK[i])
            return true;
    return false;
}

static int note_frames(void *state, sqlite3 *handle UNUSED, const char *name UNUSED, int frames)
{
    struct sqlite *e = state;
    if (frames < e->frames)                 /* it began anew                                      */
        e->checkpoint_at = CHECKPOINT_FRAMES;
    e->frames = frames;
    return SQLITE_OK;
}

/* Values from the settings: numbers, so there is nothing in them to quote. */
static bool size_memory(struct cx *cx, struct sqlite *e)
{
    const struct settings *set = cx->set;
    bool none = set == NULL || set->db_sqlite_cache_size == 0;
    e->busy_ms = none ? BUSY_MS : (int)set->db_sqlite_busy_timeout;
    sqlite3_busy_timeout(e->handle, e->busy_ms);
    struct str text = str_fmt(cx->mem, "PRAGMA mmap_size = %lld; PRAGMA cache_size = %lld",
                              none ? 1073741824LL : (long long)set->db_sqlite_mmap_size,
                              none ? -4096LL : (long long)set->db_sqlite_cache_size);
    return sqlite3_exec(e->handle, text.p, NULL, NULL, NULL) == SQLITE_OK || trouble(cx, "memory");
}

static bool configure(struct cx *cx, struct sqlite *e)
{
    static const int ON[] = { SQLITE_DBCONFIG_ENABLE_FKEY, SQLITE_DBCONFIG_ENABLE_TRIGGER,
                              SQLITE_DBCONFIG_DEFENSIVE, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
                              SQLITE_DBCONFIG_TRUSTED_SCHEMA /* triggers write to FTS5 */ };
    static const int OFF[] = { SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL,
                               SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION };
    int keep = 1;
    TRY(size_memory(cx, e));
    for (size_t i = 0; i < COUNT(ON); i++)
        sqlite3_db_config(e->handle, ON[i], 1, NULL);
    for (size_t i = 0; i < COUNT(OFF); i++)
        sqlite3_db_config(e->handle, OFF[i], 0, NULL);
    sqlite3_wal_hook(e->handle, note_frames, e);    /* in the place of automatic checkpoints      */
    if (sqlite3_exec(e->handle, "PRAGMA temp_store = MEMORY; PRAGMA recursive_triggers = ON;"
                     "PRAGMA synchronous = NORMAL", NULL, NULL, NULL) != SQLITE_OK)
        return trouble(cx, "settings");
    if (!sqliteformula_add(e->handle))
        return trouble(cx, "functions");
    sqlite3_file_control(e->handle, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
    return sqlitepoints_register(e->handle) || trouble(cx, "full-text search");
}

static void sqlite_close(struct db *db);

/* A new database is for our eyes only; afterwards its other files follow its mode. */
static void create_file(struct db *db)
{
    int fd = open(db->where.p, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
}

static bool sqlite_open(struct cx *cx, struct db *db)
{
    struct sqlite *e = db->engine = arena_make(db->mem, struct sqlite);
    struct db *before = cx->db;
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);     /* refused, harmlessly, once the library runs */
    if (db->mode == DB_OWNER)
        create_file(db);
    e->checkpoint_at = CHECKPOINT_FRAMES;
    e->is_local = !network_file_system(db->where.p);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX
              | (db->mode == DB_OWNER ? SQLITE_OPEN_CREATE : 0);
    int rc = sqlite3_open_v2(db->where.p, &e->handle, flags, NULL);
    if (rc != SQLITE_OK) {
        broken(cx, "cannot open the database %s: %s", db->where.p, sqlite3_errstr(rc));
        sqlite_close(db);
        return false;
    }
    cx->db = db;
    bool well = configure(cx, e);
    cx->db = before;
    if (!well)
        sqlite_close(db);
    return well;
}

/* Nobody waits for the answer where only the driver stands: ending what is over. */
static bool step_quietly(struct db *db, enum step step)
{
    struct sqlite *e = of(db);
    sqlite3_stmt **s = &e->steps[step];
    if (*s == NULL && sqlite3_prepare_v3(e->handle, STEP_TEXTS[step], -1, SQLITE_PREPARE_PERSISTENT,
                                         s, NULL) != SQLITE_OK)
        return false;
    int rc = sqlite3_step(*s);
    return sqlite3_reset(*s) == SQLITE_OK && (rc == SQLITE_DONE || rc == SQLITE_ROW);
}

static bool step_once(struct cx *cx, enum step step)
{
    return step_quietly(cx->db, step) || trouble(cx, STEP_TEXTS[step]);
}

/* Copies the log into the database, if nobody else writes, without waiting for readers. */
static void checkpoint(struct db *db, int64_t wait_ms, bool closing)
{
    struct sqlite *e = of(db);
    int frames = 0, copied = 0;
    if (e->lock == NULL || writelock_take(e->lock, wait_ms) != WRITELOCK_GOT)
        return;
    int rc = sqlite3_wal_checkpoint_v2(e->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames,
                                       &copied);
    bool all = rc == SQLITE_OK && frames == copied;
    if (all && (closing || frames > TRUNCATE_FRAMES)) {
        sqlite3_busy_timeout(e->handle, 0);
        sqlite3_wal_checkpoint_v2(e->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
        sqlite3_busy_timeout(e->handle, e->busy_ms);
    }
    writelock_give(e->lock);
    e->checkpoint_at = all ? CHECKPOINT_FRAMES : frames + CHECKPOINT_FRAMES;
    e->frames = 0;
}

static void sqlite_close(struct db *db)
{
    struct sqlite *e = of(db);
    if (e->frames >= CLOSING_FRAMES)
        checkpoint(db, 0, true);
    for (size_t i = 0; i < STEPS; i++)
        sqlite3_finalize(e->steps[i]);
    sqlite3_close_v2(e->handle);
    flusher_close(e->flusher);
    writelock_close(e->lock);
}

static bool prepare(struct cx *cx, struct stmt *stmt)
{
    struct sqlite *e = of(cx->db);
    sqlite3_stmt *s = NULL;
    const char *rest;
    unsigned flags = stmt->db == NULL ? SQLITE_PREPARE_PERSISTENT : 0;
    if (sqlite3_prepare_v3(e->handle, stmt->text.p, num_clip(stmt->text.n) + 1, flags, &s, &rest)
        != SQLITE_OK)
        return stmt_trouble(cx, stmt);
    if (s == NULL || *rest != '\0' || sqlite3_bind_parameter_count(s) != num_clip(stmt->n)) {
        sqlite3_finalize(s);
        return broken(cx, "not one statement with %zu parameters: %s", stmt->n, stmt->text.p);
    }
    stmt->handle = s;
    return true;
}

static void forget(struct db *db, struct stmt *stmt)
{
    if (stmt->busy && db->open_rows > 0)
        db->open_rows--;
    if (stmt->busy && stmt->has_guest)
        sqliteguest_leave(of(db)->handle, &of(db)->guest);
    sqlite3_finalize(stmt->handle);
    stmt->handle = NULL;
    stmt->busy = false;
}

/* SQLite notices by itself, and prepares anew. */
static void renew(struct db *db UNUSED)
{
}

static int bind_one(sqlite3_stmt *s, int at, const struct param *p)
{
    switch (p->type) {
    case P_TEXT:
        if (p->text.p != NULL)
            return sqlite3_bind_text64(s, at, p->text.p, p->text.n, SQLITE_STATIC, SQLITE_UTF8);
        break;
    case P_BLOB:
        if (p->text.p != NULL)
            return sqlite3_bind_blob64(s, at, p->text.p, p->text.n, SQLITE_STATIC);
        break;
    case P_INT:
    case P_BOOL:
    case P_TIME:
        return sqlite3_bind_int64(s, at, p->number);
    case P_REAL:
        return sqlite3_bind_double(s, at, p->real);
    case P_NULL:
        break;
    }
    return sqlite3_bind_null(s, at);
}

static bool bind(struct cx *cx, const struct stmt *stmt, const struct param *values)
{
    for (size_t i = 0; i < stmt->n; i++) {
        const struct param *p = &values[i];
        if (p->type == P_TEXT && p->text.n > 0 && memchr(p->text.p, '\0', p->text.n) != NULL)
            return fail(cx, E_INVALID, "Validation error", "Text may not contain a NUL character");
        if (bind_one(stmt->handle, num_clip(i) + 1, p) != SQLITE_OK)
            return trouble(cx, stmt->text.p);
    }
    return true;
}

static bool query(struct cx *cx, struct stmt *stmt, const struct param *values, struct rows *rows)
{
    struct db *db = cx->db;
    if (db->depth == 0 && !sqlite3_stmt_readonly(stmt->handle))
        return broken(cx, "a change outside a transaction: %s", stmt->text.p);
    TRY(bind(cx, stmt, values));
    if (stmt->has_guest)
        sqliteguest_enter(cx, of(db)->handle, &of(db)->guest);
    stmt->busy = true;
    db->open_rows++;
    rows->stmt = stmt;
    return true;
}

static int step(struct rows *rows)
{
    int rc = sqlite3_step(handle_of(rows));
    if (rc == SQLITE_ROW)
        return 1;
    if (rc == SQLITE_DONE)
        return 0;
    stmt_trouble(rows->cx, rows->stmt);
    return -1;
}

static void leave_stmt(struct db *db, struct stmt *stmt)
{
    if (!stmt->busy)
        return;
    sqlite3_reset(stmt->handle);
    if (stmt->has_guest)
        sqliteguest_leave(of(db)->handle, &of(db)->guest);
    stmt->busy = false;
    db->open_rows--;
}

static void leave(struct rows *rows)
{
    leave_stmt(rows->cx->db, rows->stmt);
}

static void leave_all(struct db *db)
{
    if (db->open_rows > 0)
        stmt_each(db, leave_stmt);
}

static bool change(struct cx *cx, struct stmt *stmt, const struct param *values,
                   struct refusal *refusal, int64_t *changed)
{
    struct sqlite *e = of(cx->db);
    int rc;
    TRY(bind(cx, stmt, values));
    if (stmt->has_guest)
        sqliteguest_enter(cx, e->handle, &e->guest);
    do
        rc = sqlite3_step(stmt->handle);
    while (rc == SQLITE_ROW);
    if (stmt->has_guest)
        sqliteguest_leave(e->handle, &e->guest);
    bool well = rc == SQLITE_DONE;
    if (!well)
        well = (refusal != NULL && sqliterefusal_read(cx->mem, e->handle, refusal))
            || stmt_trouble(cx, stmt);
    else if (changed != NULL)
        *changed = sqlite3_changes64(e->handle);
    sqlite3_reset(stmt->handle);
    return well;
}

static bool script(struct cx *cx, struct str text)
{
    const char *p = str_c(cx->mem, text);
    return sqlite3_exec(of(cx->db)->handle, p, NULL, NULL, NULL) == SQLITE_OK || trouble(cx, p);
}

static bool vet(struct cx *cx, const struct guest *guest, struct str text_of, struct str *fault)
{
    return sqliteguest_vet(cx, of(cx->db)->handle, guest, text_of, fault);
}

/* What was vetted is restricted enough: SQLite has no roles. */
static bool restrict_guest(struct cx *cx UNUSED)
{
    return true;
}

static bool own(struct cx *cx UNUSED, bool as_owner UNUSED)
{
    return true;
}

static int columns(const struct rows *rows)
{
    return sqlite3_column_count(handle_of(rows));
}

static bool fits(const struct rows *rows, int column, enum col_type as)
{
    int type = sqlite3_column_type(handle_of(rows), column);
    if (type == SQLITE_NULL)
        return true;
    switch (as) {
    case C_TEXT:
        return type == SQLITE_TEXT;
    case C_BLOB:
        return type == SQLITE_BLOB;
    case C_REAL:
        return type == SQLITE_FLOAT || type == SQLITE_INTEGER;
    default:
        return type == SQLITE_INTEGER;
    }
}

static bool is_null(const struct rows *rows, int column)
{
    return sqlite3_column_type(handle_of(rows), column) == SQLITE_NULL;
}

static struct str text(const struct rows *rows, int column)
{
    const unsigned char *p = sqlite3_column_text(handle_of(rows), column);
    if (p == NULL)
        return NO_STR;
    return (struct str){ (const char *)p, (size_t)sqlite3_column_bytes(handle_of(rows), column) };
}

static struct str blob(const struct rows *rows, int column)
{
    const void *p = sqlite3_column_blob(handle_of(rows), column);
    if (p == NULL)
        return is_null(rows, column) ? NO_STR : S("");
    return (struct str){ p, (size_t)sqlite3_column_bytes(handle_of(rows), column) };
}

static int64_t integer(const struct rows *rows, int column)
{
    return sqlite3_column_int64(handle_of(rows), column);
}

static double real(const struct rows *rows, int column)
{
    return sqlite3_column_double(handle_of(rows), column);
}

static bool open_lock(struct cx *cx)
{
    struct db *db = cx->db;
    struct sqlite *e = of(db);
    int why = 0;
    if (e->lock == NULL)
        e->lock = writelock_open(db->mem, db->where.p, e->is_local, &why);
    const char *cause = e->lock != NULL ? "" : str_fmt(cx->mem, "cannot open %s-lock: %s",
                                                       db->where.p, strerror(why)).p;
    if (e->lock == NULL && (why == EROFS || why == EACCES || why == EPERM))
        return no_writing(cx, cause);
    return e->lock != NULL || broken(cx, "%s", cause);
}

static bool take_lock(struct cx *cx)
{
    struct sqlite *e = of(cx->db);
    TRY(open_lock(cx));
    enum writelock_got got = writelock_take(e->lock, e->busy_ms);
    if (got == WRITELOCK_BUSY)
        return db_busy(cx, "the writer lock was not free in time");
    return got == WRITELOCK_GOT
        || broken(cx, "the writer lock of %s cannot be taken", cx->db->where.p);
}

static bool journal_is_log(struct cx *cx, bool *is_log)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(of(cx->db)->handle, "PRAGMA journal_mode", -1, &s, NULL) != SQLITE_OK)
        return trouble(cx, "journal_mode");
    *is_log = sqlite3_step(s) == SQLITE_ROW
           && strcmp((const char *)sqlite3_column_text(s, 0), "wal") == 0;
    return sqlite3_finalize(s) == SQLITE_OK || trouble(cx, "journal_mode");
}

/* Where the log is flushed for several at once, a commit itself need not flush. */
static bool settle_flushing(struct cx *cx)
{
    struct sqlite *e = of(cx->db);
    bool is_log = false;
    TRY(journal_is_log(cx, &is_log));
    e->groups = is_log && writelock_groups(e->lock);
    bool normal = is_log && (e->groups || cx->db->relaxed);
    const char *wanted = normal ? "PRAGMA synchronous = NORMAL" : "PRAGMA synchronous = FULL";
    e->settled = sqlite3_exec(e->handle, wanted, NULL, NULL, NULL) == SQLITE_OK;
    return e->settled || trouble(cx, wanted);
}

static bool begin(struct cx *cx, bool writes)
{
    struct sqlite *e = of(cx->db);
    if (!writes)
        return step_once(cx, BEGIN_READ)
            && (step_once(cx, TOUCH) || (step_quietly(cx->db, ROLLBACK), false));
    TRY(take_lock(cx));
    if ((!e->settled && !settle_flushing(cx)) || !step_once(cx, BEGIN_WRITE)) {
        writelock_give(e->lock);
        return false;
    }
    return e->writing = true;
}

static bool flush_log(void *state)
{
    struct sqlite *e = state;
    sqlite3_file *log = NULL;
    if (sqlite3_file_control(e->handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) != SQLITE_OK
        || log == NULL || log->pMethods == NULL)
        return false;
    return log->pMethods->xSync(log, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY) == SQLITE_OK;
}

static bool not_flushed(struct cx *cx)
{
    return broken(cx, "what was committed to %s could not be flushed", cx->db->where.p);
}

static bool flush_now(struct cx *cx, uint64_t ticket)
{
    return writelock_flush(of(cx->db)->lock, ticket, flush_log, of(cx->db)) || not_flushed(cx);
}

static bool flush_meanwhile(struct db *db)
{
    struct sqlite *e = of(db);
    if (!e->flusher_tried)
        e->flusher = flusher_open(db->mem, str_fmt(db->mem, "%s-wal", db->where.p).p);
    e->flusher_tried = true;
    return e->flusher != NULL && flusher_start(e->flusher, writelock_latest(e->lock));
}

static bool commit(struct cx *cx, uint64_t *ticket)
{
    struct db *db = cx->db;
    struct sqlite *e = of(db);
    writelock_committing(e->lock);
    if (!step_once(cx, COMMIT)) {
        db_doom(db, 0);
        return false;
    }
    (void)FAULT("db.committed");
    uint64_t own = writelock_committed(e->lock);
    e->writing = false;
    writelock_give(e->lock);
    if (db->relaxed || !e->groups)
        return true;
    if (ticket == NULL || !flush_meanwhile(db))
        return flush_now(cx, own);
    *ticket = own;
    return true;
}

static bool settle(struct cx *cx, uint64_t ticket, bool wait, bool *settled)
{
    struct sqlite *e = of(cx->db);
    uint64_t upto;
    bool well;
    while (!(*settled = writelock_is_flushed(e->lock, ticket))
           && flusher_ended(e->flusher, wait, &upto, &well)) {
        if (!well)
            return not_flushed(cx);
        writelock_flushed(e->lock, upto);
    }
    if (*settled || !wait)
        return true;
    return *settled = flush_now(cx, ticket);        /* nothing is under way that would end it     */
}

static int settling(const struct db *db)
{
    const struct sqlite *e = of(db);
    return e->flusher == NULL ? -1 : flusher_descriptor(e->flusher);
}

static bool harden(struct cx *cx)
{
    bool is_log = false;
    TRY(open_lock(cx) && journal_is_log(cx, &is_log));
    return cx->db->relaxed || !is_log
        || writelock_harden(of(cx->db)->lock, flush_log, of(cx->db)) || not_flushed(cx);
}

static void rollback(struct db *db)
{
    struct sqlite *e = of(db);
    enum step end = e->writing ? ROLLBACK : COMMIT;
    if (!sqlite3_get_autocommit(e->handle) && !step_quietly(db, end))
        LOG(LOG_ERROR, "database", log_text("rollback", str_of(sqlite3_errmsg(e->handle))));
    if (e->writing)
        writelock_give(e->lock);
    e->writing = false;
}

static bool save(struct cx *cx, unsigned depth UNUSED)
{
    return step_once(cx, SAVE);
}

static bool release(struct cx *cx, unsigned depth UNUSED)
{
    return step_once(cx, RELEASE);
}

static bool back(struct db *db, unsigned depth UNUSED)
{
    return step_quietly(db, BACK) && step_quietly(db, RELEASE);
}

static bool version(struct db *db, uint64_t *out)
{
    unsigned n = 0;
    sqlite3_file_control(of(db)->handle, "main", SQLITE_FCNTL_DATA_VERSION, &n);
    *out = (uint64_t)n + 1;                 /* 0 stays: unknown                                   */
    return true;
}

/* Looking is cheap here: nothing is presumed. */
static void presume(struct db *db UNUSED)
{
}

static bool confirm(struct cx *cx UNUSED)
{
    return true;
}

static bool ping(struct cx *cx)
{
    return step_once(cx, TOUCH);
}

static void rest(struct db *db)
{
    struct sqlite *e = of(db);
    if (e->frames >= e->checkpoint_at)
        checkpoint(db, 100, false);
}

const struct db_driver sqlite_driver = {
    .name = "sqlite", .mark = '?', .open = sqlite_open, .close = sqlite_close, .prepare = prepare,
    .forget = forget, .query = query, .change = change, .script = script, .vet = vet,
    .restrict_guest = restrict_guest, .own = own, .step = step,
    .leave = leave, .leave_all = leave_all, .columns = columns, .fits = fits, .null = is_null,
    .text = text, .blob = blob, .integer = integer, .real = real, .begin = begin, .commit = commit,
    .settle = settle, .settling = settling, .harden = harden,
    .rollback = rollback, .save = save, .release = release, .back = back, .version = version,
    .renew = renew, .presume = presume, .confirm = confirm, .ping = ping, .rest = rest,
};

bool sqlite_set_journal(struct cx *cx)
{
    struct sqlite *e = of(cx->db);
    const char *mode = e->is_local ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE";
    if (!e->is_local)
        LOG(LOG_WARNING, "database", log_text("path", cx->db->where),
            log_text("reason", S("a network file system: slow, and never two machines")));
    TRY(take_lock(cx));
    bool well = sqlite3_exec(e->handle, mode, NULL, NULL, NULL) == SQLITE_OK || trouble(cx, mode);
    writelock_give(e->lock);
    e->settled = false;
    return well;
}

bool sqlite_open_schema(struct cx *cx)
{
    struct sqlite *e = of(cx->db);
    sqlite3_db_config(e->handle, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    return script(cx, S("PRAGMA writable_schema = ON"));
}

bool sqlite_close_schema(struct cx *cx)
{
    struct sqlite *e = of(cx->db);
    bool well = script(cx, S("PRAGMA writable_schema = RESET"));
    sqlite3_db_config(e->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    return well;
}
