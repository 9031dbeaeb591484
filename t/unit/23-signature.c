/* 23-signature.c — signatures are spent with what they sign; rows are what their history has of them. */
#include "dbtest.h"

#include "audit/change.h"
#include "audit/rowhistory.h"
#include "audit/signature.h"
#include "base/settings.h"
#include "crypto/seal.h"
#include "db/rows.h"

#define ONE "00000000-0000-7000-8000-000000000001"
#define NOW INT64_C(1767323045678901)

static struct settings set = { .audit_logging_enabled = true };
static void *keep[2][KEEP_COUNT];
static const struct signature signature = { S_INIT("sig-1"), S_INIT("a@example.com"),
                                            S_INIT("because"), NOW - 5 * WHEN_SECOND,
                                            NOW + 300 * WHEN_SECOND };
static const struct signature other = { S_INIT("sig-2"), S_INIT("a@example.com"), S_INIT("again"),
                                        NOW, NOW + 1 };
static struct actor person = { .kind = ACTOR_USER,
                               .id = S_INIT("33333333-3333-3333-3333-333333333333"),
                               .email = S_INIT("a@example.com"),
                               .auth_method = "jwt" };

static bool open_all(struct dbtest *t, size_t engine, struct cx *cx)
{
    bool well = dbtest_open(t, engine, cx, DB_SERVE);
    cx->set = &set;
    cx->keep = keep[engine];
    cx->who = &person;
    cx->now = NOW;
    cx->request_id = S("hk_000000000001");
    if (well)
        db_scope(cx, S("*"));
    return well;
}

struct seen {
    int64_t n;
};
static const struct col SEEN_COLS[] = { COL(C_INT, seen, n), { 0 } };

static int64_t count(struct cx *cx, struct sql sql)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct seen seen = { -1 };
    return db_query(cx, sql, NO_BINDS, &rows) && rows_next(&rows, SEEN_COLS, &seen) ? seen.n : -1;
}

static int64_t spent(struct cx *cx)
{
    return count(
        cx, SQL_OF("SELECT count(*) AS n FROM token_blacklist WHERE token_type = 'signature'"));
}

/* ---- changing ---- */

static bool add(struct cx *cx, const char *id, const char *name)
{
    return change_insert(
        cx, &(struct change){
                .table = S("groups"),
                .account_id = S(ONE),
                .new_values = BIND(p_text("id", str_of(id)), p_text("account_id", S(ONE)),
                                   p_text("name", str_of(name)), p_null("description"),
                                   p_time("created_at", cx->now), p_time("updated_at", cx->now)) });
}

static bool set_text(struct cx *cx, const char *id, const char *column, const char *text)
{
    return change_update(
        cx, &(struct change){
                .table = S("groups"),
                .account_id = S(ONE),
                .record_id = str_of(id),
                .key = BIND(p_text("account_id", S(ONE)), p_text("id", str_of(id))),
                .new_values = BIND(text != NULL ? p_text(column, str_of(text)) : p_null(column)) });
}

static bool drop(struct cx *cx, const char *id)
{
    return change_delete(cx, &(struct change){ .table = S("groups"),
                                               .account_id = S(ONE),
                                               .record_id = str_of(id),
                                               .key = BIND(p_text("account_id", S(ONE)),
                                                           p_text("id", str_of(id))) });
}

static bool add_account(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    return tx_begin(cx, &tx) &&
           change_insert(cx,
                         &(struct change){
                             .table = S("accounts"),
                             .account_id = S(ONE),
                             .new_values = BIND(
                                 p_text("id", S(ONE)), p_text("account_code", S("AA0001")),
                                 p_text("slug", S("aa0001")), p_text("name", S("Acme")),
                                 p_time("created_at", cx->now), p_time("updated_at", cx->now)) }) &&
           tx_commit(&tx);
}

/* In a transaction of its own and, as a request has it, at a time and under an id of its own. */
static bool step(struct cx *cx,
                 bool (*change)(struct cx *, const char *, const char *, const char *),
                 const char *id, const char *column, const char *text)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    cx->now += WHEN_SECOND;
    cx->request_id = str_fmt(tap_mem(), "hk_%012llx", (unsigned long long)(cx->now / WHEN_SECOND));
    return tx_begin(cx, &tx) && change(cx, id, column, text) && tx_commit(&tx);
}
static bool making(struct cx *cx, const char *id, const char *column UNUSED, const char *text)
{
    return add(cx, id, text);
}
static bool dropping(struct cx *cx, const char *id, const char *column UNUSED,
                     const char *text UNUSED)
{
    return drop(cx, id);
}

/* ---- signatures ---- */

static void test_spending(struct cx *cx)
{
    struct tx outer = { 0 }, inner = { 0 };
    person.signature = &signature;
    bool well = tx_begin(cx, &outer) && tx_begin(cx, &inner) && add(cx, "g1", "dropped");
    ok(well && spent(cx) == 1, "the first change spends it");
    tx_end(&inner);
    is_int(spent(cx), 0, "a savepoint that is rolled back has not");
    inner = (struct tx){ 0 };
    well = tx_begin(cx, &inner) && add(cx, "g1", "kept") && set_text(cx, "g1", "name", "renamed") &&
           tx_commit(&inner);
    ok(well && spent(cx) == 1, "the next one spends it again, once");
    ok(add(cx, "g2", "more") && tx_commit(&outer), "for all of the request");
    is_int(
        count(
            cx,
            SQL_OF(
                "SELECT count(*) AS n FROM audit_log WHERE es_reason = 'because' AND es_timestamp < occurred_at"
                " AND es_username = 'a@example.com'")),
        13, "whose rows all bear it");
    outer = (struct tx){ 0 };
    ok(tx_begin(cx, &outer) && add(cx, "g3", "later") && tx_commit(&outer),
       "a second transaction of the request may");
    cx->request_id = S("hk_000000000002");
    outer = (struct tx){ 0 };
    ok(tx_begin(cx, &outer) && !add(cx, "g4", "stolen") && cx->err.kind == E_INVALID,
       "another request may not");
    tx_end(&outer);
    fail_forget(cx);
    person.signature = &other;
    outer = (struct tx){ 0 };
    well = tx_begin(cx, &outer) && !set_text(cx, "none", "name", "x");
    tx_end(&outer);
    fail_forget(cx);
    ok(well && spent(cx) == 1, "what finds nothing spends nothing");
    person.signature = NULL;
    outer = (struct tx){ 0 };
    ok(tx_begin(cx, &outer) && add(cx, "g5", "plain") && tx_commit(&outer),
       "without one nothing is signed");
    is_int(
        count(cx, SQL_OF("SELECT count(es_username) AS n FROM audit_log WHERE record_id = 'g5'")),
        0, "and says so");
}

/* ---- rows ---- */

static int64_t version_of(struct cx *cx, const struct rowhistory_key *key, size_t from_newest)
{
    struct rowhistory all;
    return rowhistory_read(cx, key, 0, 100, &all) && from_newest < all.n
               ? all.at[from_newest].version
               : -1;
}

static struct str was(struct cx *cx, const struct rowhistory_key *key, int64_t version,
                      const char *column)
{
    struct rowhistory_row row;
    if (!rowhistory_row(cx, key, version, &row))
        return S("failed");
    const struct rowhistory_cell *cell = rowhistory_cell(&row, str_of(column));
    return !row.found                ? S("no version")
           : !row.is_whole           ? S("gap")
           : cell == NULL            ? S("untold")
           : str_absent(cell->value) ? S("null")
                                     : cell->value;
}

static void test_rows(struct cx *cx)
{
    const struct rowhistory_key key = { S(ONE), S("groups"), S("r"), 0 },
                                late = { S(ONE), S("groups"), S("r"), NOW + 60 * WHEN_SECOND };
    struct rowhistory page;
    struct str whose;
    bool well = step(cx, making, "r", NULL, "a") && step(cx, set_text, "r", "description", "d") &&
                step(cx, set_text, "r", "name", "b") &&
                step(cx, set_text, "r", "description", NULL) &&
                step(cx, dropping, "r", NULL, NULL) && step(cx, making, "r", NULL, "second") &&
                step(cx, set_text, "r", "name", "c");
    ok(well && rowhistory_read(cx, &key, 0, 100, &page), "a row of two lives");
    ok(page.n == 7 && !page.more && page.at[0].operation == ROWHISTORY_UPDATE &&
           page.at[2].operation == ROWHISTORY_DELETE,
       "has all its changes, newest first");
    ok(rowhistory_read(cx, &key, 2, 3, &page) && page.n == 3 && page.more &&
           page.at[0].version == version_of(cx, &key, 2),
       "in pages");
    ok(rowhistory_read(cx, &key, 6, 3, &page) && page.n == 1 && !page.more &&
           page.at[0].operation == ROWHISTORY_CREATE,
       "to the last");
    is_text(was(cx, &key, version_of(cx, &key, 6), "name"), "a", "as it was made");
    is_text(was(cx, &key, version_of(cx, &key, 5), "description"), "d", "after a change");
    is_text(was(cx, &key, version_of(cx, &key, 4), "description"), "d",
            "after one of another column");
    is_text(was(cx, &key, version_of(cx, &key, 3), "description"), "null", "when it was emptied");
    is_text(was(cx, &key, version_of(cx, &key, 2), "name"), "b", "what was removed");
    is_text(was(cx, &key, version_of(cx, &key, 1), "description"), "null",
            "the second life knows nothing of the first");
    is_text(was(cx, &key, 0, "name"), "c", "as it is last");
    is_text(was(cx, &key, version_of(cx, &key, 1) - 1, "name"), "no version",
            "in the middle of a change is none");
    is_text(was(cx, &(struct rowhistory_key){ S("other"), S("groups"), S("r"), 0 },
                version_of(cx, &key, 0), "name"),
            "no version", "nor for another account");
    is_text(was(cx, &late, version_of(cx, &key, 6), "name"), "no version",
            "nor before the table was this one");
    ok(rowhistory_account(cx, S("groups"), S("r"), &whose) && str_eq(whose, S(ONE)),
       "whose it was");
    ok(rowhistory_account(cx, S("groups"), S("x"), &whose) && str_absent(whose), "or nobody's");
}

/* More than one reading brings. */
static void test_long(struct cx *cx)
{
    const struct rowhistory_key key = { S(ONE), S("groups"), S("l"), 0 };
    bool well = step(cx, making, "l", NULL, "0");
    for (int i = 1; well && i < 450; i++)
        well = step(cx, set_text, "l", "name", str_fmt(tap_mem(), "%d", i).p);
    struct rowhistory page;
    ok(well && rowhistory_read(cx, &key, 440, 100, &page) && page.n == 10 && !page.more, "a long history");
    is_text(was(cx, &key, page.at[9].version, "name"), "0", "is known from its beginning on");
    is_text(was(cx, &key, page.at[8].version, "description"), "null", "whole");
    is_text(was(cx, &key, 0, "name"), "449", "to its end");
}

static void test_gaps(struct cx *cx)
{
    const struct rowhistory_key key = { S(ONE), S("groups"), S("q"), 0 };
    bool well =
        step(cx, making, "q", NULL, "a") && step(cx, set_text, "q", "description", SEAL_MASK);
    set.audit_logging_enabled = false;
    well = well && step(cx, set_text, "q", "name", "silent") &&
           step(cx, set_text, "q", "description", "plain");
    set.audit_logging_enabled = true;
    well =
        well && step(cx, set_text, "q", "name", "b") && step(cx, set_text, "q", "description", "e");
    ok(well && version_of(cx, &key, 3) > 0 && version_of(cx, &key, 4) < 0,
       "a trail that was off for a while");
    is_text(was(cx, &key, version_of(cx, &key, 2), "description"), "gap",
            "does not tell what it was then");
    is_text(was(cx, &key, version_of(cx, &key, 1), "name"), "b", "but from the next change on");
    is_text(was(cx, &key, version_of(cx, &key, 0), "description"), "e",
            "and a placeholder is no gap");
    cx->request_id = S("hk_twice");
    struct tx tx = { 0 };
    well = tx_begin(cx, &tx) && set_text(cx, "q", "name", "x") && set_text(cx, "q", "name", "y") &&
           tx_commit(&tx);
    struct rowhistory page;
    ok(well && rowhistory_read(cx, &key, 0, 1, &page) && page.at[0].n == 1,
       "twice in a request is one change");
    is_text(page.at[0].cells[0].old_value, "b", "from what it was");
    is_text(page.at[0].cells[0].new_value, "y", "to what it is");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(39 * engines));
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(open_all(&t, engine, &cx), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        ok(add_account(&cx), "an account");
        test_spending(&cx);
        test_rows(&cx);
        test_long(&cx);
        test_gaps(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
