/* 26-preference.c — what people like and keep: their choices and saved views, theirs alone. */
#include "dbtest.h"

#include "audit/change.h"
#include "base/settings.h"
#include "db/rows.h"
#include "identity/account.h"
#include "identity/actor.h"
#include "identity/preference.h"
#include "identity/savedview.h"
#include "identity/user.h"

static struct settings set = { .audit_logging_enabled = true };
static void *keep[2][KEEP_COUNT];
static struct actor nobody;
static struct user ann, bob, eve;       /* the first two of acme, eve of another account */

static struct cx at(const struct cx *base, int64_t seconds, struct str scope)
{
    struct cx cx = *base;
    cx.now += seconds * WHEN_SECOND;
    cx.who = &nobody;
    cx.err = (struct err){ .kind = E_NONE };
    db_rest(cx.db);
    db_scope(&cx, scope);
    return cx;
}

static bool make_people(const struct cx *base)
{
    struct cx cx = at(base, 0, S("*"));
    struct account acme = { .slug = S("acme"), .name = S("Acme") };
    struct account other = { .slug = S("other"), .name = S("Other") };
    struct tx tx SCOPED(tx_end) = { 0 };
    bool taken;
    TRY(tx_begin(&cx, &tx) && account_create(&cx, &acme, &taken) && account_create(&cx, &other, &taken));
    ann = bob = eve = (struct user){ .role = S("admin"), .password_hash = S("x"), .email_verified = true };
    ann.account_id = bob.account_id = acme.id;
    eve.account_id = other.id;
    ann.email = eve.email = S("ann@b.co");
    bob.email = S("bob@b.co");
    TRY(user_create(&cx, &ann) && user_create(&cx, &bob) && user_create(&cx, &eve));
    return tx_commit(&tx);
}

struct told { struct str text; };
static const struct col TOLD_COLS[] = { COL(C_TEXT, told, text), { 0 } };
static const struct sql TOLD = SQL(
    "SELECT operation || ' ' || column_name || '=' || COALESCE(new_value, old_value, '') AS text"
    " FROM audit_log WHERE account_id = :account AND table_name = :table AND record_id = :record"
    " AND column_name IN ('query', 'name', 'theme', 'language', 'page_rows') ORDER BY id");

static struct str history(const struct cx *base, const char *table, struct str record)
{
    struct cx cx = at(base, 0, S("*"));
    struct rows rows SCOPED(rows_close) = { 0 };
    struct told told;
    struct buf all = tap_buf(4000);
    if (!db_query(&cx, TOLD, BIND(p_text("account", ann.account_id), p_text("table", str_of(table)),
                                  p_text("record", record)), &rows))
        return str_of(cx.err.cause);
    while (rows_next(&rows, TOLD_COLS, &told))
        buf_fmt(&all, "%.*s;", STR_ARG(told.text));
    return buf_text(&all);
}

/* ---- preferences ---- */

static struct str liked(const struct cx *base, struct str scope, const struct user *user)
{
    struct cx cx = at(base, 0, scope);
    struct preference p;
    if (!preference_get(&cx, user->account_id, user->id, &p))
        return str_of(cx.err.cause);
    return str_fmt(tap_mem(), "%.*s %.*s %lld", STR_ARG(p.language), STR_ARG(p.theme), (long long)p.page_rows);
}

static const char *likes(const struct cx *base, const struct user *user, const char *language,
                         const char *theme, int64_t rows)
{
    struct cx cx = at(base, 1, user->account_id);
    const struct preference wanted = { str_of(language), str_of(theme), rows };
    if (preference_set(&cx, user->account_id, user->id, &wanted))
        return "";
    return cx.err.field != NULL ? cx.err.field : cx.err.message;
}

static void test_preferences(const struct cx *base)
{
    is_text(liked(base, ann.account_id, &ann), " auto 30", "who has chosen nothing has what is usual");
    is_text(str_of(likes(base, &ann, "de", "dark", 20)), "", "somebody chooses");
    is_text(liked(base, ann.account_id, &ann), "de dark 20", "and has it");
    is_text(liked(base, ann.account_id, &bob), " auto 30", "nobody else of the account has");
    is_text(liked(base, eve.account_id, &ann), db_is_postgres(base->db) ? " auto 30" : "de dark 20",
            "row-level security hides it from others");
    is_text(str_of(likes(base, &ann, "", "dark", 100)), "", "they choose again");
    is_text(liked(base, ann.account_id, &ann), " dark 100", "and have that");
    is_text(str_of(likes(base, &ann, "", "dark", 100)), "", "the same once more");
    is_text(history(base, "user_preferences", ann.id),
            "CREATE language=de;CREATE theme=dark;CREATE page_rows=20;UPDATE language=;UPDATE page_rows=100;",
            "changes nothing: the history knows the rest");
    static const struct { const char *language, *theme; int64_t rows; const char *why; } BAD[] = {
        { "d", "dark", 20, "language" }, { "DE", "dark", 20, "language" }, { NULL, "dark", 20, "language" },
        { "../../etc/passwd", "dark", 20, "language" }, { "de-aaaaaaaaaaaaaa", "dark", 20, "language" },
        { "-de", "dark", 20, "language" }, { "de", "pink", 20, "theme" }, { "de", NULL, 20, "theme" },
        { "de", "dark", 9, "page_rows" }, { "de", "dark", 101, "page_rows" }, { "de", "dark", -1, "page_rows" },
    };
    for (size_t i = 0; i < COUNT(BAD); i++)
        is_text(str_of(likes(base, &ann, BAD[i].language, BAD[i].theme, BAD[i].rows)), BAD[i].why, "refused");
    struct user stranger = ann;
    stranger.account_id = eve.account_id;
    is_text(str_of(likes(base, &stranger, "de", "dark", 20)), "User not found",
        "a user is one of their account");
    is_text(liked(base, ann.account_id, &ann), " dark 100", "all that changed nothing");
}

/* ---- saved views ---- */

static const char *why_not(const struct cx *cx)
{
    return cx->err.message != NULL ? cx->err.message : cx->err.cause;
}

static const char *save(const struct cx *base, const struct user *user, const char *page,
                        const char *name, const char *query, struct str *id)
{
    struct cx cx = at(base, 2, user->account_id);
    struct savedview view = { .account_id = user->account_id, .user_id = user->id, .page = str_of(page),
                              .name = str_of(name), .query = str_of(query) };
    if (!savedview_create(&cx, &view))
        return why_not(&cx);
    *id = view.id;
    return "";
}

static struct str saved(const struct cx *base, const struct user *user, const char *page)
{
    struct cx cx = at(base, 0, user->account_id);
    struct savedview_list list;
    struct buf all = tap_buf(8000);
    if (!savedview_list(&cx, user->account_id, user->id, str_of(page), &list))
        return str_of(cx.err.cause);
    for (size_t i = 0; i < list.n; i++)
        buf_fmt(&all, "%.*s?%.*s ", STR_ARG(list.at[i].name), STR_ARG(list.at[i].query));
    return buf_text(&all);
}

static const char *rename_to(const struct cx *base, const struct user *user, struct str id, const char *name)
{
    struct cx cx = at(base, 3, user->account_id);
    return savedview_rename(&cx, user->account_id, user->id, id, str_of(name)) ? "" : why_not(&cx);
}

static const char *forget(const struct cx *base, const struct user *user, struct str id)
{
    struct cx cx = at(base, 4, user->account_id);
    return savedview_delete(&cx, user->account_id, user->id, id) ? "" : why_not(&cx);
}

static void test_views(const struct cx *base)
{
    const char *page = "records/notes", *taken = "You have a view of that name here already";
    struct str first, second, other;
    is_text(str_of(save(base, &ann, page, " Late ones ", "filter=due%3C%27x%27&sort=-due", &first)), "",
        "a view is saved");
    is_text(str_of(save(base, &ann, page, "All", "", &second)), "", "one without a query, too");
    is_text(saved(base, &ann, page), "All? Late ones?filter=due%3C%27x%27&sort=-due ",
        "they are listed by name");
    is_text(saved(base, &ann, "records/other"), "", "on their page");
    is_text(saved(base, &bob, page), "", "for whose they are");
    is_text(str_of(save(base, &ann, page, "All", "sort=a", &other)), taken, "a name counts once a page");
    is_text(str_of(save(base, &ann, "records/other", "All", "", &other)), "", "on another it is free");
    is_text(str_of(save(base, &bob, page, "All", "", &other)), "", "and for another");
    is_text(str_of(rename_to(base, &ann, second, "Late ones")), taken,
        "neither may it become one that is there");
    is_text(str_of(rename_to(base, &ann, second, "Every <one>")), "", "another is fine");
    is_text(str_of(rename_to(base, &ann, second, "Every <one>")), "", "and itself");
    const struct user *const others[] = { &bob, &eve };
    for (size_t i = 0; i < COUNT(others); i++) {
        is_text(str_of(rename_to(base, others[i], second, "x")), "Saved view not found",
            "for others it is not there");
        is_text(str_of(forget(base, others[i], second)), "Saved view not found", "nor to be deleted");
    }
    is_text(str_of(forget(base, &ann, second)), "", "its owner may");
    is_text(str_of(forget(base, &ann, second)), "Saved view not found", "once");
    is_text(saved(base, &ann, page), "Late ones?filter=due%3C%27x%27&sort=-due ", "the rest stays");
    is_text(history(base, "saved_views", second), "CREATE name=All;CREATE query=***;UPDATE name=Every <one>;"
            "DELETE name=Every <one>;DELETE query=***;", "the history tells names, not what was looked for");
}

static void test_limits(const struct cx *base)
{
    const char *bad_name = "A view needs a name of at most 100 characters",
        *bad_query = "This is no query of an address";
    const char *long_name = str_fmt(tap_mem(), "%0101d", 0).p, *long_query = str_fmt(tap_mem(), "%04001d", 0).p;
    static const char *const PAGES[] = { "", "records/no tes", "records/<b>", "x?y", "a#b", NULL };
    struct str id;
    is_text(str_of(save(base, &bob, "p", long_name, "", &id)), bad_name, "a name has an end");
    is_text(str_of(save(base, &bob, "p", long_name + 1, "", &id)), "", "here");
    is_text(str_of(save(base, &bob, "p", "  ", "", &id)), bad_name, "and a beginning");
    is_text(str_of(save(base, &bob, "p", NULL, "", &id)), bad_name, "none is none");
    is_text(str_of(save(base, &bob, "p", "a\nb", "", &id)), bad_name, "it is one line");
    is_text(str_of(save(base, &bob, "p", "n", long_query, &id)),
        "A view has at most 4000 characters in its address", "so has a query");
    is_text(str_of(save(base, &bob, "p", "n", long_query + 1, &id)), "", "there");
    is_text(str_of(save(base, &bob, "p", "m", "a b", &id)), bad_query, "it is encoded");
    is_text(str_of(save(base, &bob, "p", "m", "a\xc3\xa9", &id)), bad_query, "all of it");
    is_text(str_of(save(base, &bob, "p", "m", "a#b", &id)), bad_query, "and ends where it ends");
    for (size_t i = 0; i < COUNT(PAGES); i++)
        is_text(str_of(save(base, &bob, PAGES[i], "n", "", &id)), "This page has no saved views",
            "a page is one of ours");
    for (int i = 0; i < 48; i++)
        if (*save(base, &bob, "p", str_fmt(tap_mem(), "v%d", i).p, "", &id) != '\0')
            abort();
    is_text(str_of(save(base, &bob, "p", "one more", "", &id)), "A page has at most 50 saved views",
        "fifty are enough");
    is_text(str_of(save(base, &bob, "q", "one more", "", &id)), "", "on another page there is room");
    is_text(str_of(forget(base, &bob, id)), "", "which is given back");
}

static const struct sql NO_USER = SQL("DELETE FROM users WHERE account_id = :account AND id = :id");
static const struct sql LEFT = SQL(
    "SELECT CAST((SELECT count(*) FROM user_preferences) + (SELECT count(*) FROM saved_views"
    " WHERE user_id = :id) AS TEXT) AS text");

static void test_end(const struct cx *base)
{
    struct cx cx = at(base, 5, S("*"));
    struct rows rows SCOPED(rows_close) = { 0 };
    struct told left = { NO_STR };
    ok(db_exec(&cx, NO_USER, BIND(p_text("account", ann.account_id), p_text("id", ann.id)), NULL),
        "somebody goes");
    ok(db_query(&cx, LEFT, BIND(p_text("id", ann.id)), &rows) && rows_next(&rows, TOLD_COLS, &left),
        "what was theirs");
    is_text(left.text, "0", "goes with them");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(65 * engines));
    actor_nobody(&nobody);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        cx.keep = keep[engine];
        ok(make_people(&cx), "people of two accounts");
        test_preferences(&cx);
        test_views(&cx);
        test_limits(&cx);
        test_end(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
