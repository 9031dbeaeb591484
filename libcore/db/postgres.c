/* postgres.c — the PostgreSQL driver: DESIGN §4. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/num.h"
#include "db/postgresguest.h"

static struct postgres *of(const struct db *db)
{
    return db->engine;
}

static struct cursor *cursor_of(const struct rows *rows)
{
    return rows->stmt;
}

static bool is_state(const char *state, const char *const *list)
{
    for (; *list != NULL; list++)
        if (strncmp(state, *list, strlen(*list)) == 0)
            return true;
    return false;
}

/* A statement's failure as ours: SQLSTATE decides. */
static bool trouble(struct cx *cx, const PGresult *r, const char *what)
{
    static const char *const BUSY[] = { "40", "55P03", "57", "53300", "08", "25P0", NULL };
    static const char *const FULL[] = { "53100", NULL };
    static const char *const NOT_TEXT[] = { "22021", "22P05", NULL };
    static const char *const GONE[] = { "42P01", "42703", NULL };   /* a table or a column */
    static const char *const TOO_LONG[] = { "54000", NULL };        /* for a key of an index */
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *words = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    if (state == NULL || words == NULL)
        return broken(cx, "PostgreSQL: %s: %s", PQresultErrorMessage(r), what);
    if (is_state(state, BUSY))
        return db_busy(cx, words);
    if (is_state(state, FULL))
        return db_full(cx, words);
    if (is_state(state, NOT_TEXT))
        return fail(cx, E_INVALID, "Validation error", "Text is not valid UTF-8");
    bool can_repeat = !cx->db->repeats && !str_absent(cx->request_id);  /* only a request can */
    if (is_state(state, GONE) && can_repeat) {
        cx->db->moved = true;
        return db_busy(cx, words);
    }
    if (is_state(state, TOO_LONG))
        return fail(cx, E_INVALID, "Validation error", "A value is too long for an index");
    return broken(cx, "PostgreSQL: %s (%s): %s", words, state, what);
}

/* "Key (account_id, email)=(…) already exists." names the columns. */
static struct str key_columns(struct arena *mem, struct str detail)
{
    size_t end;
    if (!str_starts(detail, S("Key (")))
        return NO_STR;
    detail = str_sub(detail, 5, detail.n);
    return str_find(detail, ')', &end) ? str_copy(mem, str_sub(detail, 0, end)) : NO_STR;
}

/*
 * Under row-level security PostgreSQL does not say which columns met. The transaction (or
 * savepoint) can only be rolled back now, so that is done at once, and then the catalogue is asked.
 */
static struct str index_columns(struct cx *cx, const char *index)
{
    static const char ASK[] = "SELECT string_agg(a.attname, ', ' ORDER BY k.n)"
        " FROM pg_catalog.pg_index i"
        " CROSS JOIN unnest(i.indkey) WITH ORDINALITY k (number, n)"
        " JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
        " WHERE i.indexrelid = to_regclass(quote_ident($1))";
    struct postgres *w = of(cx->db);
    struct cx quiet = { .mem = cx->mem, .db = cx->db };
    struct outcome out = { .result = NULL };
    struct str columns = NO_STR;
    bool well;
    if (cx->db->depth > 1)
        well = postgreswire_text(&quiet, str_fmt(cx->mem, "ROLLBACK TO SAVEPOINT s%u",
                                                 cx->db->depth).p);
    else
        well = postgreswire_basic(&quiet, WIRE_ROLLBACK);
    if (cx->db->depth <= 1)
        w->tx = WIRE_NO_TX;
    well = well && postgreswire_ask(&quiet, ASK, index)
        && postgreswire_settle(&quiet, &out);
    if (well && PQntuples(out.result) == 1)
        columns = str_copy(cx->mem, str_of(PQgetvalue(out.result, 0, 0)));
    postgreswire_clear(&out);
    return columns;
}

static enum violation violation_of(const PGresult *r)
{
    static const struct { const char *state; enum violation kind; } KINDS[] = {
        { "23505", V_UNIQUE }, { "23503", V_REFERENCE }, { "23001", V_REFERENCE },
        { "23502", V_NOT_NULL }, { "23514", V_CHECK }, { "P0001", V_IMMUTABLE },
    };
    const char *state = PQresultErrorField(r, PG_DIAG_SQLSTATE);
    const char *said_by = PQresultErrorField(r, PG_DIAG_SOURCE_FUNCTION);
    for (size_t i = 0; state != NULL && i < COUNT(KINDS); i++)
        if (strcmp(KINDS[i].state, state) == 0)
            return KINDS[i].kind;
    /* What the role that serves may not change is immutable; a row-level refusal is our mistake. */
    bool denied = state != NULL && strcmp(state, "42501") == 0 && said_by != NULL
               && strcmp(said_by, "aclcheck_error") == 0;
    return denied ? V_IMMUTABLE : V_NONE;
}

static bool refused(struct cx *cx, const PGresult *r, struct refusal *refusal)
{
    refusal->kind = violation_of(r);
    if (refusal->kind == V_NONE)
        return false;
    const char *name = PQresultErrorField(r, refusal->kind == V_IMMUTABLE ? PG_DIAG_MESSAGE_PRIMARY
                                                                        : PG_DIAG_CONSTRAINT_NAME);
    const char *column = PQresultErrorField(r, PG_DIAG_COLUMN_NAME);
    refusal->constraint = str_copy(cx->mem, str_of(name));
    refusal->columns = column != NULL ? str_copy(cx->mem, str_of(column))
        : key_columns(cx->mem, str_of(PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL)));
    if (refusal->kind == V_UNIQUE && str_absent(refusal->columns) && name != NULL)
        refusal->columns = index_columns(cx, refusal->constraint.p);
    return true;
}

/* After a round trip: a failure becomes an error, or what a constraint said. */
static bool judge(struct cx *cx, bool well, const struct outcome *out, struct refusal *refusal)
{
    if (well || out->error == NULL)         /* lost or moved: said already                        */
        return well;
    if (out->own && refusal != NULL && refused(cx, out->error, refusal))
        return true;
    return trouble(cx, out->error, out->text);
}

static void leave(struct rows *rows)
{
    struct cursor *c = cursor_of(rows);
    PQclear(c->result);
    if (c->before != NULL)
        c->before->next = c->next;
    else
        of(rows->cx->db)->cursors = c->next;
    if (c->next != NULL)
        c->next->before = c->before;
}

static void leave_all(struct db *db)
{
    for (struct cursor *c = of(db)->cursors; c != NULL; c = c->next)
        PQclear(c->result);
    of(db)->cursors = NULL;
}

/* What is not memory goes to the arena at once; the connection may have cleared it by then. */
static void open_cursor(struct cx *cx, PGresult *result, struct rows *rows)
{
    struct postgres *w = of(cx->db);
    struct cursor *c = arena_make(cx->mem, struct cursor);
    *c = (struct cursor){ .next = w->cursors, .result = result, .row = -1 };
    if (w->cursors != NULL)
        w->cursors->before = c;
    w->cursors = c;
    rows->stmt = c;
}

static bool prepare(struct cx *cx, struct stmt *stmt)
{
    struct postgres *w = of(cx->db);
    struct prepared *p = w->spare;
    if (p != NULL)
        w->spare = p->next;
    else
        p = arena_make(cx->db->mem, struct prepared);
    *p = (struct prepared){ .connection = 0 };
    stmt->handle = p;
    return true;
}

static void forget(struct db *db, struct stmt *stmt)
{
    struct postgres *w = of(db);
    struct prepared *p = stmt->handle;
    if (p == NULL)
        return;
    if (p->connection == w->connection && w->drop_n < WIRE_DROPS)
        memcpy(w->drops[w->drop_n++], p->name, sizeof p->name);
    for (size_t i = 0; i < w->n; i++)
        if (w->items[i].prepared == p)
            w->items[i].prepared = &w->nobody;
    p->next = w->spare;
    w->spare = p;
    stmt->handle = NULL;
}

/* A table that was dropped and made again has other columns: "cached plan must not change …". */
static void renew(struct db *db)
{
    of(db)->renews = true;
}

/* Of a statement; what somebody else's SQL in it did is refused. */
static bool judge_stmt(struct cx *cx, const struct stmt *stmt, bool well,
                       const struct outcome *out, struct refusal *refusal)
{
    bool can_blame = !well && stmt->has_guest && out->own && out->error != NULL;
    if (!can_blame || !postgresguest_is_to_blame(out->error))
        return judge(cx, well, out, refusal);
    return guest_refuse(cx, PQresultErrorField(out->error, PG_DIAG_MESSAGE_PRIMARY));
}

static bool send(struct cx *cx, struct stmt *stmt, const struct param *values)
{
    return (!stmt->has_guest || postgresguest_limit(cx)) && postgreswire_run(cx, stmt, values);
}

static bool query(struct cx *cx, struct stmt *stmt, const struct param *values, struct rows *rows)
{
    struct outcome out;
    TRY(send(cx, stmt, values));
    bool well = judge_stmt(cx, stmt, postgreswire_settle(cx, &out), &out, NULL);
    if (well) {
        open_cursor(cx, out.result, rows);
        out.result = NULL;
    }
    postgreswire_clear(&out);
    return well && (!stmt->has_guest || postgresguest_free(cx));
}

static bool change(struct cx *cx, struct stmt *stmt, const struct param *values,
                   struct refusal *refusal, int64_t *changed)
{
    struct outcome out;
    TRY(send(cx, stmt, values));
    if (changed == NULL && refusal == NULL && !stmt->has_guest)
        return true;
    bool well = judge_stmt(cx, stmt, postgreswire_settle(cx, &out), &out, refusal);
    if (changed != NULL && (out.result == NULL
                            || !num_int(str_of(PQcmdTuples(out.result)), changed)))
        *changed = 0;
    bool is_free = stmt->has_guest && well && (refusal == NULL || refusal->kind == V_NONE);
    postgreswire_clear(&out);
    return well && (!is_free || postgresguest_free(cx));
}

/* Several statements at once go only outside of the pipeline. */
static bool script(struct cx *cx, struct str text)
{
    struct postgres *w = of(cx->db);
    struct outcome out;
    TRY(postgreswire_ready(cx));
    bool well = judge(cx, postgreswire_settle(cx, &out), &out, NULL);
    postgreswire_clear(&out);
    if (!well || PQexitPipelineMode(w->conn) != 1)
        return broken(cx, "the pipeline cannot be left");
    const char *p = str_c(cx->mem, text);
    PGresult *r = PQexec(w->conn, p);
    ExecStatusType status = PQresultStatus(r);
    well = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || trouble(cx, r, p);
    PQclear(r);
    return (PQenterPipelineMode(w->conn) == 1 || broken(cx, "the pipeline is closed")) && well;
}

static bool own(struct cx *cx, bool as_owner)
{
    struct postgres *w = of(cx->db);
    TRY(postgreswire_ready(cx));
    if (str_absent(w->role))
        return true;
    if (as_owner)
        return postgreswire_text(cx, "SET LOCAL ROLE NONE");
    return postgreswire_text(cx, str_fmt(cx->mem, "SET LOCAL ROLE %s", w->role.p).p);
}

static int step(struct rows *rows)
{
    struct cursor *c = cursor_of(rows);
    return ++c->row < PQntuples(c->result);
}

static int columns(const struct rows *rows)
{
    return PQnfields(cursor_of(rows)->result);
}

static bool fits(const struct rows *rows, int column, enum col_type as)
{
    Oid type = PQftype(cursor_of(rows)->result, column);
    bool is_whole = type == 20 || type == 21 || type == 23 || type == 1700;
    bool is_real = is_whole || type == 700 || type == 701;
    switch (as) {
    case C_TEXT:
        return !is_real && type != 16 && type != 17;
    case C_BLOB:
        return type == 17;
    case C_REAL:
        return is_real;
    case C_BOOL:
        return type == 16;
    default:
        return is_whole;
    }
}

static bool is_null(const struct rows *rows, int column)
{
    const struct cursor *c = cursor_of(rows);
    return PQgetisnull(c->result, c->row, column) == 1;
}

static struct str text(const struct rows *rows, int column)
{
    const struct cursor *c = cursor_of(rows);
    if (is_null(rows, column))
        return NO_STR;
    return (struct str){ PQgetvalue(c->result, c->row, column),
                         (size_t)PQgetlength(c->result, c->row, column) };
}

static int hex_digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* A bytea comes as \x and lower-case digits. */
static struct str blob(const struct rows *rows, int column)
{
    struct str hex = text(rows, column);
    if (hex.n < 2 || !str_starts(hex, S("\\x")))
        return hex;
    size_t n = hex.n / 2 - 1;
    char *p = arena_alloc(rows->cx->mem, n + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)(hex_digit(hex.p[2 * i + 2]) * 16 + hex_digit(hex.p[2 * i + 3]));
    return (struct str){ p, n };
}

static int64_t integer(const struct rows *rows, int column)
{
    int64_t n = 0;
    struct str s = text(rows, column);
    if (str_eq(s, S("t")))
        return 1;
    return num_int(s, &n) ? n : 0;
}

static double real(const struct rows *rows, int column)
{
    struct str s = text(rows, column);          /* libpq ends every value with a NUL              */
    return s.n == 0 ? 0 : strtod(s.p, NULL);
}

static bool begin(struct cx *cx, bool writes)
{
    struct postgres *w = of(cx->db);
    w->tx = writes ? WIRE_WANTS_WRITE : WIRE_WANTS_READ;
    return true;
}

/* The server answers when it is durable: there is nothing to settle. */
static bool commit(struct cx *cx, uint64_t *ticket UNUSED)
{
    struct postgres *w = of(cx->db);
    struct outcome out;
    if (w->tx != WIRE_IN_TX) {                  /* nothing was sent                               */
        w->tx = WIRE_NO_TX;
        return true;
    }
    if (!postgreswire_basic(cx, WIRE_COMMIT))
        return false;
    bool well = postgreswire_settle(cx, &out);
    if (out.lost) {
        cx->err = (struct err){ .kind = E_NONE };
        cx->db->doomed = 0;                     /* it is over, however it ended                   */
        broken(cx, "the connection to %s was lost while it committed: whether the change stands is"
               " unknown", cx->db->shown.p);
    } else if (well && strcmp(PQcmdStatus(out.result), "COMMIT") != 0) {
        well = broken(cx, "PostgreSQL rolled back what was to be committed");
        db_doom(cx->db, 0);
    } else {
        well = judge(cx, well, &out, NULL);
    }
    postgreswire_clear(&out);
    if (well)
        w->tx = WIRE_NO_TX;
    return well;
}

static bool save(struct cx *cx, unsigned depth)
{
    return postgreswire_ready(cx)
        && postgreswire_text(cx, str_fmt(cx->mem, "SAVEPOINT s%u", depth).p);
}

static bool release(struct cx *cx, unsigned depth)
{
    struct postgres *w = of(cx->db);
    for (size_t i = 0; i < w->n; i++)           /* what failed in it fails what it stood in       */
        if (w->items[i].depth == depth)
            w->items[i].depth = depth - 1;
    return postgreswire_text(cx, str_fmt(cx->mem, "RELEASE SAVEPOINT s%u", depth).p);
}

static bool version(struct db *db UNUSED, uint64_t *out UNUSED)
{
    return false;
}

static void presume(struct db *db)
{
    of(db)->checks_generation = true;
}

static bool confirm(struct cx *cx)
{
    struct outcome out;
    if (!of(cx->db)->checks_generation)
        return true;
    TRY(postgreswire_ready(cx));
    bool well = judge(cx, postgreswire_settle(cx, &out), &out, NULL);
    postgreswire_clear(&out);
    return well;
}

static bool ping(struct cx *cx)
{
    struct outcome out;
    TRY(postgreswire_ready(cx) && postgreswire_basic(cx, WIRE_PING));
    bool well = judge(cx, postgreswire_settle(cx, &out), &out, NULL);
    postgreswire_clear(&out);
    return well;
}

static void rest(struct db *db)
{
    of(db)->looked = false;
}

const struct db_driver postgres_driver = {
    .name = "postgres", .is_postgres = true, .mark = '$', .open = postgreswire_open,
    .close = postgreswire_close, .prepare = prepare, .forget = forget,
    .renew = renew, .vet = postgresguest_vet, .restrict_guest = postgresguest_restrict,
    .query = query, .change = change, .script = script, .own = own, .step = step, .leave = leave,
    .leave_all = leave_all, .columns = columns, .fits = fits, .null = is_null, .text = text,
    .blob = blob, .integer = integer, .real = real, .begin = begin, .commit = commit,
    .rollback = postgreswire_abandon, .save = save, .release = release, .back = postgreswire_back,
    .version = version, .presume = presume, .confirm = confirm, .ping = ping, .rest = rest,
};
