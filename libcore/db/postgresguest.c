/* postgresguest.c — a role that reads little, and a limit on time, for what others wrote. */
#include "db/postgresguest.h"

#include <string.h>

/* Memory of the connection, which lasts: only what is new takes some. */
static void keep(struct cx *cx, struct str *where, const char *text)
{
    if (!str_eq(*where, str_of(text)))
        *where = str_copy(cx->db->mem, str_of(text));
}

/* Who guests are read as, quoted, and the schema that they may not name; asked once. */
static bool know_role(struct cx *cx)
{
    static const char ASK[] = "SELECT quote_ident(rolname), current_schema()"
        " FROM pg_catalog.pg_roles WHERE rolname = left(current_database(), 57) || '_guest'"
        " AND pg_has_role(session_user, oid, 'MEMBER')";
    struct postgres *w = cx->db->engine;
    struct outcome out;
    if (w->guest_connection == w->connection)
        return true;
    bool well = postgreswire_text(cx, ASK) && postgreswire_settle(cx, &out);
    if (well) {
        bool is_there = PQntuples(out.result) == 1;
        keep(cx, &w->guest_role, is_there ? PQgetvalue(out.result, 0, 0) : NULL);
        keep(cx, &w->guest_schema, is_there ? PQgetvalue(out.result, 0, 1) : NULL);
        w->guest_connection = w->connection;
        postgreswire_clear(&out);
    }
    return well;
}

/* What was sent before is settled first, so that a failure here is the guest's. */
static bool ready(struct cx *cx)
{
    struct outcome out;
    TRY(cx->db->depth > 0 || db_snapshot(cx));
    TRY(postgreswire_ready(cx));
    bool well = postgreswire_settle(cx, &out);
    if (!well && out.error != NULL)
        broken(cx, "PostgreSQL: %s: %s", PQresultErrorMessage(out.error), out.text);
    postgreswire_clear(&out);
    return well && know_role(cx);
}

static bool names_schema(const struct postgres *w, const struct guest *guest)
{
    for (size_t i = 0; i < guest->qualifier_count; i++)
        if (str_eq_nocase(guest->qualifiers[i], w->guest_schema))
            return true;
    return false;
}

static bool explain(struct cx *cx, struct str role, struct str text, struct outcome *out)
{
    *out = (struct outcome){ .lost = false };
    return postgreswire_text(cx, "SAVEPOINT guest")
        && postgreswire_text(cx, str_fmt(cx->mem, "SET LOCAL ROLE %s", role.p).p)
        && postgreswire_text(cx, str_fmt(cx->mem, "EXPLAIN %s", text.p).p)
        && postgreswire_settle(cx, out);
}

/* What failed in the savepoint dooms nothing outside of it. */
static bool back(struct cx *cx, unsigned doomed)
{
    struct postgres *w = cx->db->engine;
    struct outcome out;
    cx->db->doomed = doomed;
    w->scope_known = false;
    bool well = postgreswire_text(cx, "ROLLBACK TO SAVEPOINT guest")
             && postgreswire_text(cx, "RELEASE SAVEPOINT guest")
             && postgreswire_settle(cx, &out);
    postgreswire_clear(&out);
    return well;
}

bool postgresguest_vet(struct cx *cx, const struct guest *guest, struct str text,
                       struct str *fault)
{
    struct postgres *w = cx->db->engine;
    struct outcome out;
    unsigned doomed = cx->db->doomed;
    TRY(ready(cx));
    if (str_absent(w->guest_role)) {
        *fault = S("this database has no role for them: larder migrate could not make one");
        return true;
    }
    if (names_schema(w, guest)) {
        *fault = S("names of tables are written without a schema");
        return true;
    }
    bool well = explain(cx, w->guest_role, text, &out);
    if (!well && out.error == NULL)
        return false;
    if (!well)
        *fault = str_copy(cx->mem, str_of(PQresultErrorField(out.error,
                                                             PG_DIAG_MESSAGE_PRIMARY)));
    postgreswire_clear(&out);
    return back(cx, doomed);
}

bool postgresguest_restrict(struct cx *cx)
{
    struct postgres *w = cx->db->engine;
    TRY(ready(cx));
    if (str_absent(w->guest_role))
        return broken(cx, "no role for guests");
    return postgreswire_text(cx, str_fmt(cx->mem, "SET LOCAL ROLE %s", w->guest_role.p).p);
}

bool postgresguest_limit(struct cx *cx)
{
    TRY(cx->db->depth > 0 || db_snapshot(cx));
    TRY(postgreswire_ready(cx));
    return postgreswire_text(cx, str_fmt(cx->mem, "SET LOCAL statement_timeout = %lld",
                                         (long long)guest_timeout_ms(cx)).p);
}

bool postgresguest_free(struct cx *cx)
{
    return postgreswire_text(cx, "SET LOCAL statement_timeout = '60s'");
}

/* Data that does not fit, rows where one is wanted, what does not compile, too long, too much. */
bool postgresguest_is_to_blame(const PGresult *error)
{
    static const char *const STATES[] = { "22", "21", "42", "54", "57014", NULL };
    const char *state = PQresultErrorField(error, PG_DIAG_SQLSTATE);
    for (const char *const *one = STATES; state != NULL && *one != NULL; one++)
        if (strncmp(state, *one, strlen(*one)) == 0)
            return true;
    return false;
}
