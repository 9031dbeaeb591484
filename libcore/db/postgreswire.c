/* postgreswire.c — the pipeline: what was sent, what came back, and what was lost on the way. */
#include "db/postgreswire.h"

#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/num.h"

static const char *const BASIC_TEXTS[WIRE_BASICS] = {
    [WIRE_BEGIN_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    [WIRE_BEGIN_WRITE] = "BEGIN", [WIRE_COMMIT] = "COMMIT", [WIRE_ROLLBACK] = "ROLLBACK",
    [WIRE_SCOPE] = "SELECT set_config('larder.account', $1, false)",
    [WIRE_GENERATION] = "SELECT definitions, identities FROM generation WHERE id = 1",
    [WIRE_PING] = "SELECT 1",
};

static struct postgres *of(const struct db *db)
{
    return db->engine;
}

static void notice(void *state UNUSED, const PGresult *result)
{
    const char *words = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    LOG(LOG_WARNING, "postgres", log_text("notice", str_of(words)));
}

/* Serving programs act as the role that migrate made; where there is none, as who they are. */
static bool take_role(struct db *db)
{
    struct postgres *w = of(db);
    PGresult *r = PQexec(w->conn,
        "SELECT quote_ident(rolname) FROM pg_catalog.pg_roles"
        " WHERE rolname = left(current_database(), 59) || '_app'"
        " AND pg_has_role(session_user, oid, 'MEMBER')");
    bool well = PQresultStatus(r) == PGRES_TUPLES_OK;
    if (well && PQntuples(r) == 1)
        w->role = str_copy(db->mem, str_of(PQgetvalue(r, 0, 0)));
    PQclear(r);
    if (!well || str_absent(w->role))
        return well;
    struct buf b;
    buf_init(&b, db->mem, 200);
    buf_fmt(&b, "SET ROLE %s", w->role.p);
    r = PQexec(w->conn, b.p);
    well = PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    return well;
}

static bool configure(struct db *db)
{
    PGresult *r = PQexec(of(db)->conn, db->mode == DB_OWNER
        ? "SET TimeZone = 'UTC'; SET client_min_messages = warning; SET jit = off"
        : "SET TimeZone = 'UTC'; SET client_min_messages = warning; SET jit = off;"
          " SET lock_timeout = '5s'; SET statement_timeout = '60s';"
          " SET idle_in_transaction_session_timeout = '60s';"
          " SET plan_cache_mode = force_generic_plan");   /* planning a list costs as much again  */
    bool well = PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    return well && (db->mode == DB_OWNER || take_role(db));
}

static void disconnect(struct db *db)
{
    struct postgres *w = of(db);
    PQfinish(w->conn);
    w->conn = NULL;
    w->n = w->drop_n = 0;
    w->tx = WIRE_NO_TX;
    w->scope_known = w->renews = false;
}

static bool connect_now(struct cx *cx, struct db *db)
{
    static const char *const KEYS[] = { "dbname", "client_encoding", "fallback_application_name",
                                        "connect_timeout", NULL };
    const char *const values[] = { db->where.p, "UTF8", "larder", "5", NULL };
    struct postgres *w = of(db);
    disconnect(db);
    w->role = NO_STR;
    w->conn = PQconnectdbParams(KEYS, values, 1);
    w->connection++;
    if (PQstatus(w->conn) == CONNECTION_OK) {
        PQsetNoticeReceiver(w->conn, notice, NULL);
        if (configure(db) && PQenterPipelineMode(w->conn) == 1)
            return true;
    }
    struct str words = str_trim(str_of(PQerrorMessage(w->conn)));
    db_busy(cx, str_fmt(cx->mem, "cannot connect to %s: %.*s", db->shown.p, STR_ARG(words)).p);
    disconnect(db);
    return false;
}

bool postgreswire_open(struct cx *cx, struct db *db)
{
    db->engine = arena_make(db->mem, struct postgres);
    return connect_now(cx, db);
}

void postgreswire_close(struct db *db)
{
    disconnect(db);
}

static bool lost(struct cx *cx)
{
    struct postgres *w = of(cx->db);
    struct str words = str_trim(str_of(w->conn == NULL ? "" : PQerrorMessage(w->conn)));
    db_busy(cx, str_fmt(cx->mem, "the connection to %s was lost: %.*s", cx->db->shown.p,
                        STR_ARG(words)).p);
    db_doom(cx->db, 0);
    disconnect(cx->db);
    return false;
}

static void note(struct db *db, struct item item)
{
    struct postgres *w = of(db);
    item.depth = db->depth;
    w->items[w->n++] = item;
}

#define PAUSES 8                            /* NULLs of libpq between two answers, at most        */

/*
 * The answer to one message; NULL: the connection is gone. A server that ended us in the middle may
 * leave libpq idle, the connection looking well: it would go on saying NULL for ever.
 */
static PGresult *answer(PGconn *conn, const struct item *item)
{
    PGresult *r = PQgetResult(conn), *more;
    if (item->kind == ITEM_SYNC) {
        for (int i = 0; r == NULL && i < PAUSES && PQstatus(conn) == CONNECTION_OK; i++)
            r = PQgetResult(conn);
        return r;
    }
    while (r != NULL && (more = PQgetResult(conn)) != NULL)
        PQclear(more);
    return r;
}

static void see_generation(struct db *db, const PGresult *r, struct outcome *out)
{
    struct generation now = { 0 };
    if (PQresultStatus(r) != PGRES_TUPLES_OK || PQntuples(r) != 1
        || !num_int(str_of(PQgetvalue(r, 0, 0)), &now.definitions)
        || !num_int(str_of(PQgetvalue(r, 0, 1)), &now.identities)
        || now.definitions != db->generation.definitions
        || now.identities != db->generation.identities)
        out->moved = true;
}

static void see(struct db *db, const struct item *item, PGresult *r, bool last, struct outcome *out)
{
    ExecStatusType status = PQresultStatus(r);
    bool well = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
             || status == PGRES_PIPELINE_SYNC;
    if (!well && item->kind == ITEM_PREPARE)
        item->prepared->connection = 0;
    if (!well)
        of(db)->scope_known = false;        /* what was told in a failed transaction is forgotten */
    if (well && item->kind == ITEM_GENERATION && !item->ignored)
        see_generation(db, r, out);
    if (!well && !item->ignored && out->error == NULL) {
        out->error = r;
        out->text = item->text;
        out->own = last;
        db_doom(db, item->depth);
    } else if (well && last && item->kind != ITEM_SYNC) {
        out->result = r;
    } else {
        PQclear(r);
    }
}

/* Reads the answers to all that was sent; the last item is a synchronisation point. */
static bool collect(struct cx *cx, struct outcome *out)
{
    struct db *db = cx->db;
    struct postgres *w = of(db);
    *out = (struct outcome){ .lost = false };
    for (size_t i = 0; i < w->n && !out->lost; i++) {
        const struct item *item = &w->items[i];
        PGresult *r = answer(w->conn, item);
        out->lost = r == NULL || PQstatus(w->conn) == CONNECTION_BAD;
        if (r != NULL)
            see(db, item, r, i + 2 == w->n, out);
    }
    w->n = 0;
    if (out->lost)
        return lost(cx);
    if (out->moved) {               /* then a failure tells of what is no longer there           */
        postgreswire_clear(out);
        *out = (struct outcome){ .moved = true };
        db->moved = true;
        db_doom(db, db->depth);
        return db_busy(cx, "the definitions or identities have moved");
    }
    return out->error == NULL;
}

/* Room for a few more messages; when there is none, what was sent is settled first. */
static bool has_room(struct cx *cx)
{
    struct outcome out;
    if (of(cx->db)->n + 8 < WIRE_ITEMS)
        return true;
    bool well = postgreswire_settle(cx, &out);
    if (!well && out.error != NULL)
        broken(cx, "PostgreSQL: %s: %s", PQresultErrorMessage(out.error), out.text);
    postgreswire_clear(&out);
    return well;
}

bool postgreswire_ask(struct cx *cx, const char *text, const char *value)
{
    struct postgres *w = of(cx->db);
    TRY(has_room(cx));
    if (w->conn == NULL
        || PQsendQueryParams(w->conn, text, value != NULL, NULL, &value, NULL, NULL, 0) != 1)
        return lost(cx);
    note(cx->db, (struct item){ .kind = ITEM_CONTROL, .text = text });
    return true;
}

bool postgreswire_text(struct cx *cx, const char *text)
{
    return postgreswire_ask(cx, text, NULL);
}

static bool send_prepare(struct cx *cx, struct prepared *p, const char *text, int n,
                         const Oid *types)
{
    struct postgres *w = of(cx->db);
    if (p->connection == w->connection)
        return true;
    if (p->name[0] == '\0')
        snprintf(p->name, sizeof p->name, "s%u", (unsigned)++w->names);
    if (PQsendPrepare(w->conn, p->name, text, n, types) != 1)
        return lost(cx);
    p->connection = w->connection;
    note(cx->db, (struct item){ .kind = ITEM_PREPARE, .prepared = p, .text = text });
    return true;
}

static bool send_basic(struct cx *cx, enum wire_basic basic, const char *value)
{
    struct postgres *w = of(cx->db);
    struct prepared *p = &w->basics[basic];
    TRY(has_room(cx));
    TRY(send_prepare(cx, p, BASIC_TEXTS[basic], 0, NULL));
    if (PQsendQueryPrepared(w->conn, p->name, value != NULL, &value, NULL, NULL, 0) != 1)
        return lost(cx);
    note(cx->db, (struct item){ .kind = basic == WIRE_GENERATION ? ITEM_GENERATION : ITEM_CONTROL,
                                .text = BASIC_TEXTS[basic] });
    return true;
}

bool postgreswire_basic(struct cx *cx, enum wire_basic basic)
{
    return send_basic(cx, basic, NULL);
}

/* Reads what an ended request left unread; notices a server that went away while nobody asked. */
static bool is_alive(struct cx *cx)
{
    struct postgres *w = of(cx->db);
    struct outcome out;
    if (w->conn == NULL || PQstatus(w->conn) != CONNECTION_OK)
        return false;
    if (w->looked || w->tx == WIRE_IN_TX)
        return true;
    w->looked = true;
    if (w->n > 0 && w->items[w->n - 1].kind == ITEM_SYNC) {
        struct cx quiet = { .mem = cx->mem, .db = cx->db };
        collect(&quiet, &out);
        postgreswire_clear(&out);
        if (w->conn == NULL)
            return false;
    }
    struct pollfd readable = { .fd = PQsocket(w->conn), .events = POLLIN };
    return poll(&readable, 1, 0) != 1
        || (PQconsumeInput(w->conn) == 1 && PQstatus(w->conn) == CONNECTION_OK);
}

static bool send_drops(struct cx *cx)
{
    struct postgres *w = of(cx->db);
    char text[32];
    if (w->renews) {
        TRY(postgreswire_text(cx, "DEALLOCATE ALL"));
        w->renews = false;
        w->connection++;
        w->drop_n = 0;
    }
    while (w->drop_n > 0) {
        snprintf(text, sizeof text, "DEALLOCATE %s", w->drops[--w->drop_n]);
        TRY(postgreswire_text(cx, text));
        w->items[w->n - 1].text = "DEALLOCATE";
    }
    return true;
}

static bool send_scope(struct cx *cx)
{
    struct db *db = cx->db;
    struct postgres *w = of(db);
    char value[DB_SCOPE_ROOM + 1];
    if (w->scope_known && w->scope_n == db->scope_n
        && memcmp(w->scope, db->scope, db->scope_n) == 0)
        return true;
    memcpy(value, db->scope, db->scope_n);
    value[db->scope_n] = '\0';
    TRY(send_basic(cx, WIRE_SCOPE, value));
    memcpy(w->scope, db->scope, db->scope_n);
    w->scope_n = db->scope_n;
    return w->scope_known = true;
}

bool postgreswire_ready(struct cx *cx)
{
    struct db *db = cx->db;
    struct postgres *w = of(db);
    enum wire_tx wanted = w->tx;
    if (!is_alive(cx)) {
        if (wanted == WIRE_IN_TX)
            return lost(cx);
        TRY(connect_now(cx, db));
        w->looked = true;
        w->tx = wanted;
    }
    if (wanted == WIRE_WANTS_READ || wanted == WIRE_WANTS_WRITE) {
        TRY(send_basic(cx, wanted == WIRE_WANTS_READ ? WIRE_BEGIN_READ : WIRE_BEGIN_WRITE, NULL));
        w->tx = WIRE_IN_TX;
        w->reads_only = wanted == WIRE_WANTS_READ;
    }
    TRY(send_drops(cx));
    TRY(send_scope(cx));
    if (!w->checks_generation)
        return true;
    w->checks_generation = false;
    return send_basic(cx, WIRE_GENERATION, NULL);
}

struct values { const char **texts; int *lengths, *formats; Oid *types; };

static const char *as_text(struct arena *mem, const struct param *p, int *length, int *format)
{
    switch (p->type) {
    case P_TEXT:
        return p->text.p == NULL ? NULL : str_c(mem, p->text);
    case P_BLOB:
        *length = num_clip(p->text.n);
        *format = 1;
        return p->text.p;
    case P_BOOL:
        return p->number != 0 ? "t" : "f";
    case P_INT:
    case P_TIME:
        return str_fmt(mem, "%lld", (long long)p->number).p;
    case P_REAL:
        return isnan(p->real) ? NULL : str_fmt(mem, "%.17g", p->real).p;
    case P_NULL:
        break;
    }
    return NULL;
}

/* Text goes untyped, so that the column it meets decides. */
static Oid type_of(enum param_type type)
{
    switch (type) {
    case P_INT:
    case P_TIME:
        return 20;
    case P_REAL:
        return 701;
    case P_BOOL:
        return 16;
    case P_BLOB:
        return 17;
    default:
        return 0;
    }
}

static bool give(struct cx *cx, const struct param *values, size_t n, struct values *out)
{
    *out = (struct values){ arena_list(cx->mem, const char *, n), arena_list(cx->mem, int, n),
                            arena_list(cx->mem, int, n), arena_list(cx->mem, Oid, n) };
    for (size_t i = 0; i < n; i++) {
        const struct param *p = &values[i];
        if (p->type == P_TEXT && p->text.n > 0 && memchr(p->text.p, '\0', p->text.n) != NULL)
            return fail(cx, E_INVALID, "Validation error", "Text may not contain a NUL character");
        out->texts[i] = as_text(cx->mem, p, &out->lengths[i], &out->formats[i]);
        out->types[i] = type_of(p->type);
    }
    return true;
}

static bool run(struct cx *cx, struct stmt *stmt, const struct param *values)
{
    struct postgres *w = of(cx->db);
    struct prepared *p = stmt->handle;
    struct values v;
    int n = num_clip(stmt->n);
    TRY(give(cx, values, stmt->n, &v));
    TRY(postgreswire_ready(cx));
    TRY(has_room(cx));
    TRY(send_prepare(cx, p, stmt->text.p, n, v.types));
    if (PQsendQueryPrepared(w->conn, p->name, n, v.texts, v.lengths, v.formats, 0) != 1)
        return lost(cx);
    note(cx->db, (struct item){ .kind = ITEM_RUN, .prepared = p, .text = stmt->text.p });
    return true;
}

bool postgreswire_run(struct cx *cx, struct stmt *stmt, const struct param *values)
{
    struct arena_mark mark = arena_mark(cx->mem);
    bool well = run(cx, stmt, values);
    if (well)                               /* a failure's words are in there                     */
        arena_rewind(cx->mem, mark);
    return well;
}

static bool sync(struct db *db)
{
    struct postgres *w = of(db);
    if (PQpipelineSync(w->conn) != 1)
        return false;
    note(db, (struct item){ .kind = ITEM_SYNC });
    return true;
}

bool postgreswire_settle(struct cx *cx, struct outcome *out)
{
    *out = (struct outcome){ .lost = false };
    if (of(cx->db)->conn != NULL && sync(cx->db))
        return collect(cx, out);
    out->lost = true;
    return lost(cx);
}

void postgreswire_clear(struct outcome *out)
{
    PQclear(out->result);
    PQclear(out->error);
}

void postgreswire_abandon(struct db *db)
{
    struct postgres *w = of(db);
    struct cx cx = { .mem = db->mem, .db = db };
    bool begun = w->tx == WIRE_IN_TX;
    w->tx = WIRE_NO_TX;
    w->checks_generation = false;
    for (size_t i = 0; i < w->n; i++)
        w->items[i].ignored = true;
    if (!begun || w->conn == NULL)
        return;
    unsigned depth = db->depth;
    db->depth = 0;                          /* what is sent now is not part of what failed        */
    bool kept = w->reads_only && db->doomed == 0;
    bool well = (w->n == 0 || sync(db))
             && send_basic(&cx, kept ? WIRE_COMMIT : WIRE_ROLLBACK, NULL) && sync(db);
    if (!kept)
        w->scope_known = false;
    db->depth = depth;
    if (!well)
        disconnect(db);
}

bool postgreswire_back(struct db *db, unsigned depth)
{
    struct postgres *w = of(db);
    struct cx cx = { .mem = db->mem, .db = db };
    char text[64];
    for (size_t i = 0; i < w->n; i++)
        w->items[i].ignored |= w->items[i].depth >= depth;
    w->scope_known = false;
    if (w->conn == NULL || (w->n > 0 && !sync(db)))
        return false;
    snprintf(text, sizeof text, "ROLLBACK TO SAVEPOINT s%u", depth);
    TRY(postgreswire_text(&cx, text));
    w->items[w->n - 1].text = "ROLLBACK TO";
    snprintf(text, sizeof text, "RELEASE SAVEPOINT s%u", depth);
    TRY(postgreswire_text(&cx, text));
    w->items[w->n - 1].text = "RELEASE";
    return true;
}
