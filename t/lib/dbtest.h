/* dbtest.h — a fresh database for C units: SQLite always, PostgreSQL when LARDER_TEST_PG names a cluster. */
#ifndef DBTEST_H
#define DBTEST_H

#include <string.h>
#include <unistd.h>

#ifndef NO_POSTGRES
#include <libpq-fe.h>
#endif

#include "base/random.h"
#include "base/when.h"
#include "db/migrate.h"
#include "tap.h"

struct dbtest { struct str where, folder, name; const char *cluster; };

/* Cluster URLs end in /postgres?…: the same with another database. */
static inline struct str dbtest_url(const char *cluster, struct str name)
{
    struct str url = str_of(cluster), rest = NO_STR;
    size_t question;
    if (str_find(url, '?', &question)) {
        rest = str_sub(url, question, url.n);
        url.n = question;
    }
    size_t end = url.n;
    for (size_t i = str_has(url, S("://")) ? 13 : 0; i < url.n; i++)
        if (url.p[i] == '/')
            end = i;
    return str_fmt(tap_mem(), "%.*s/%.*s%.*s", (int)end, url.p, STR_ARG(name), STR_ARG(rest));
}

#ifndef NO_POSTGRES
static inline void dbtest_cluster(const struct dbtest *t, const char *verb)
{
    PGconn *conn = PQconnectdb(t->cluster);
    struct str sql = str_fmt(tap_mem(), "%s DATABASE %s", verb, t->name.p);
    PGresult *result = PQexec(conn, sql.p);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        printf("# %s: %s\n", sql.p, PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
}
#else
static inline void dbtest_cluster(const struct dbtest *t UNUSED, const char *verb UNUSED) { }
#endif

/* How many engines can be tested; engine 0 is SQLite. */
static inline size_t dbtest_engines(void)
{
    return getenv("LARDER_TEST_PG") != NULL ? 2 : 1;
}

static inline void dbtest_make(struct dbtest *t, size_t engine)
{
    *t = (struct dbtest){ .cluster = engine == 0 ? NULL : getenv("LARDER_TEST_PG") };
    if (engine == 0) {
        const char *tmp = getenv("TMPDIR");
        t->folder = str_fmt(tap_mem(), "%s/larder-unit.XXXXXX", tmp == NULL ? "/tmp" : tmp);
        if (mkdtemp((char *)(uintptr_t)t->folder.p) == NULL)
            abort();
        t->where = str_fmt(tap_mem(), "%s/larder.db", t->folder.p);
    } else {
        t->name = str_fmt(tap_mem(), "larder_unit_%s", random_hex(tap_mem(), 6).p);
        t->where = dbtest_url(t->cluster, t->name);
        dbtest_cluster(t, "CREATE");
    }
}

static inline void dbtest_remove(struct dbtest *t)
{
    static const char *const ENDINGS[] = { "", "-wal", "-shm", "-lock", "-journal" };
    for (size_t i = 0; i < COUNT(ENDINGS) && t->cluster == NULL; i++)
        unlink(str_fmt(tap_mem(), "%s%s", t->where.p, ENDINGS[i]).p);
    if (t->cluster == NULL)
        rmdir(t->folder.p);
    else
        dbtest_cluster(t, "DROP");
}

static inline struct cx dbtest_cx(struct db *db)
{
    static void *keep[KEEP_COUNT];
    return (struct cx){ .mem = tap_mem(), .db = db, .now = when_now(), .keep = keep };
}

/* A database with the schema of schema/, and a connection to it in cx->db. */
static inline bool dbtest_open(struct dbtest *t, size_t engine, struct cx *cx, enum db_mode mode)
{
    size_t applied;
    dbtest_make(t, engine);
    *cx = dbtest_cx(NULL);
    cx->db = db_open(cx, t->where, DB_OWNER);
    bool well = cx->db != NULL && migrate_run(cx, S("schema"), &applied);
    if (well && mode != DB_OWNER) {
        db_close(cx->db);
        cx->db = db_open(cx, t->where, mode);
        well = cx->db != NULL;
    }
    if (!well)
        printf("# %s\n", cx->err.cause != NULL ? cx->err.cause : cx->err.message);
    return well;
}

static inline void dbtest_close(struct dbtest *t, struct cx *cx)
{
    db_close(cx->db);
    cx->db = NULL;
    dbtest_remove(t);
}

#endif
