/* 26-onetime.c — links that prove an address or stand for a password: whom they serve, until when, once. */
#include "dbtest.h"

#include "audit/change.h"
#include "base/settings.h"
#include "db/rows.h"
#include "identity/actor.h"
#include "identity/login.h"
#include "identity/reset.h"
#include "identity/signup.h"
#include "identity/verify.h"
#include "mail/message.h"

#define PASSWORD "Correct-Horse-1"
#define NEW "New-Horse-Battery-2"
#define HOUR (60 * WHEN_MINUTE)

static struct settings set = {
    .audit_logging_enabled = true, .argon2_memory_kib = 8192, .argon2_passes = 1,
    .secret_key = S_INIT("test-secret"), .encryption_key = S_INIT("test-key"),
    .access_token_expire_minutes = 60, .refresh_token_expire_days = 7,
    .app_name = S_INIT("Larder"), .external_url = S_INIT("https://larder.example.com"),
};
static void *keep[2][KEEP_COUNT];       /* of each engine */
static struct actor nobody;
static struct signup home;              /* acme and its owner */

static struct cx at(const struct cx *base, int64_t us)
{
    struct cx cx = *base;
    cx.now += us;
    cx.who = &nobody;
    cx.err = (struct err){ .kind = E_NONE };
    db_rest(cx.db);
    db_scope(&cx, S("*"));
    return cx;
}

/* ---- what waits in the queue ---- */

struct job { struct str payload; };
static const struct col JOB_COLS[] = { COL(C_TEXT, job, payload), { 0 } };
static const struct sql LAST_JOB = SQL(
    "SELECT payload FROM jobs WHERE handler = :handler ORDER BY id DESC LIMIT 1");
struct counted { int64_t n; };
static const struct col COUNT_COLS[] = { COL(C_INT, counted, n), { 0 } };
static const struct sql MAILS = SQL("SELECT count(*) AS n FROM jobs WHERE handler = 'send_email'");

static struct str last_job(struct cx *cx, const char *handler)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct job job = { NO_STR };
    db_scope(cx, S("*"));
    return db_query(cx, LAST_JOB, BIND(p_text("handler", str_of(handler))), &rows)
        && rows_next(&rows, JOB_COLS, &job) ? job.payload : NO_STR;
}

static int64_t mails(const struct cx *base)
{
    struct cx cx = at(base, 0);
    struct rows rows SCOPED(rows_close) = { 0 };
    struct counted counted = { -1 };
    return db_query(&cx, MAILS, NO_BINDS, &rows) && rows_next(&rows, COUNT_COLS, &counted) ? counted.n : -1;
}

static struct str mailed(const struct cx *base, const char *name)
{
    struct cx cx = at(base, 0);
    struct message mail;
    if (!message_read(&cx, last_job(&cx, "send_email"), &mail))
        return NO_STR;
    for (size_t i = 0; i < mail.values.n; i++)
        if (str_eq(mail.values.at[i].name, str_of(name)))
            return mail.values.at[i].value;
    return NO_STR;
}

/* ---- verification ---- */

static const char *verifies(const struct cx *base, int64_t us, struct str token)
{
    struct cx cx = at(base, us);
    struct user user;
    return verify_redeem(&cx, token, &user) ? "" : cx.err.message;
}

static bool send_again(const struct cx *base, int64_t us, const char *email)
{
    struct cx cx = at(base, us);
    return verify_queue(&cx, &home.user, str_of(email));
}

static void test_verification(const struct cx *base)
{
    const char *invalid = "Invalid or expired verification token";
    struct cx cx = at(base, 0);
    struct onetime link;
    bool found;
    ok(signup_run(&cx, S("owner@acme.co"), S(PASSWORD), S("Acme"), NO_STR, &home), "somebody registers");
    struct str first = mailed(base, "token");
    ok(first.n == 43, "and is mailed a token");
    is_text(mailed(base, "verification_url"), str_fmt(tap_mem(), "https://larder.example.com/verify-email"
            "?token=%.*s", STR_ARG(first)).p, "in a link");
    is_text(mailed(base, "user_email"), "owner@acme.co", "that says to whom");
    ok(str_ends(mailed(base, "expires_at"), S(" UTC")) && mailed(base, "expires_at").n == 23, "and until when");
    is_text(str_of(verifies(base, HOUR, first)), invalid, "an hour later it is too late");
    cx = at(base, HOUR - 1);
    ok(verify_look(&cx, first, &found, &link) && found && str_eq(link.email, S("owner@acme.co")),
       "a moment before it is not");
    ok(send_again(base, 1, "owner@acme.co"), "another is sent");
    struct str second = mailed(base, "token");
    is_text(str_of(verifies(base, 2, first)), invalid, "and replaces the first");
    ok(send_again(base, 3, "else@acme.co"), "one to another address");
    struct str other = mailed(base, "token");
    is_text(str_of(verifies(base, 4, other)), invalid, "proves nothing of the own");
    is_text(str_of(verifies(base, 4, second)), "", "which the own does, beside it");
    is_text(str_of(verifies(base, 4, second)), invalid, "once");
    is_text(str_of(verifies(base, 4, other)), "", "then the other is no harm");
    is_text(str_of(verifies(base, 4, NO_STR)), invalid, "no token at all");
}

/* ---- reset ---- */

static bool asks(const struct cx *base, const char *email, const char *account)
{
    struct cx cx = at(base, 0);
    if (!reset_ask(&cx, str_of(email), str_of(account), S("192.0.2.7")))
        return false;
    struct str payload = last_job(&cx, "forgot_password");
    cx = at(base, 0);
    return reset_run(&cx, payload);
}

static const char *resets(const struct cx *base, int64_t us, struct str token, const char *password)
{
    struct cx cx = at(base, us);
    if (reset_redeem(&cx, token, str_of(password)))
        return "";
    return cx.err.item_count > 0 ? "policy" : cx.err.message;
}

static bool enters(const struct cx *base, const char *password)
{
    struct cx cx = at(base, 0);
    struct login in;
    return login_run(&cx, S("owner@acme.co"), str_of(password), S("acme"), &in);
}

static bool alter(const struct cx *base, const char *column, const char *value)
{
    struct cx cx = at(base, 0);
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(&cx, &tx));
    TRY(change_update(&cx, &(struct change){
        .table = S("users"), .account_id = home.account.id, .record_id = home.user.id,
        .key = BIND(p_text("account_id", home.account.id), p_text("id", home.user.id)),
        .new_values = BIND(p_text(column, str_of(value))) }));
    return tx_commit(&tx);
}

static void test_asking(const struct cx *base)
{
    struct cx cx = at(base, 0);
    int64_t before = mails(base);
    ok(!reset_ask(&cx, S("owner@acme.co"), NO_STR, NO_STR) && cx.err.item_count == 1, "the account is needed");
    ok(asks(base, "nobody@acme.co", "acme") && asks(base, "owner@acme.co", "nowhere")
       && asks(base, "OWNER@acme.co", "acme"), "nobody is known to be there or not");
    ok(alter(base, "auth_provider", "oauth") && asks(base, "owner@acme.co", "acme"), "nor how they sign in");
    ok(mails(base) == before, "and nobody has mail");
    ok(alter(base, "auth_provider", "password") && asks(base, "owner@acme.co", "ACME"), "who is there");
    ok(mails(base) == before + 1, "has");
    is_text(mailed(base, "ip_address"), "192.0.2.7", "with the address it was asked from");
    cx = at(base, 0);
    ok(!reset_run(&cx, S("{")), "a payload that is none is a fault");
}

static void test_reset(const struct cx *base)
{
    const char *invalid = "Invalid, expired, or already used reset token";
    struct str token = mailed(base, "token");
    is_text(str_of(resets(base, 0, S("junk"), "weak")), "policy", "a weak password is told first");
    is_text(str_of(resets(base, 0, S("junk"), NEW)), invalid, "then a bad link");
    is_text(str_of(resets(base, HOUR, token, NEW)), invalid, "an hour later it is too late");
    is_text(str_of(verifies(base, 0, token)), "Invalid or expired verification token", "it verifies nothing");
    ok(enters(base, PASSWORD), "so far the password is the old one");
    set.is_demo = true;
    is_text(str_of(resets(base, 1, token, NEW)), "", "a demonstration keeps superadmins, not tenants");
    set.is_demo = false;
    ok(enters(base, NEW) && !enters(base, PASSWORD), "now it is the new one");
    is_text(str_of(resets(base, 1, token, NEW)), invalid, "the link is spent");
}

/* By the hand of an administrator. */
static bool sets(const struct cx *base, const char *hash)
{
    struct cx cx = at(base, 2);
    struct tx tx SCOPED(tx_end) = { 0 };
    return tx_begin(&cx, &tx) && reset_password(&cx, &home.user, str_of(hash)) && tx_commit(&tx);
}

/* Who typed the right password a moment before it became another. */
static enum err_kind signs_in_late(const struct cx *base)
{
    struct cx cx = at(base, 2);
    struct tx tx SCOPED(tx_end) = { 0 };
    struct user before = home.user;
    if (!tx_begin(&cx, &tx) || user_signed_in(&cx, &before, NO_STR))
        return E_NONE;
    return cx.err.kind;
}

static void test_setting(const struct cx *base)
{
    ok(asks(base, "owner@acme.co", "acme"), "a link is asked for");
    struct str token = mailed(base, "token");
    struct cx cx = at(base, 2);
    struct onetime link;
    bool found;
    ok(sets(base, "$argon2id$none"), "and the password set by somebody else");
    ok(reset_look(&cx, token, &found, &link) && !found, "so the link is dead");
    ok(!enters(base, NEW), "as is the password from before");
    home.user.password_hash = S("$argon2id$before");
    ok(signs_in_late(base) == E_NOT_FOUND, "even for who had shown it already");
}

static void test_demo(const struct cx *base)
{
    struct cx cx = at(base, 0);
    struct user root = { .account_id = S(SYSTEM_ACCOUNT) };
    ok(reset_demo(&cx, &root), "superadmins can be changed");
    set.is_demo = true;
    ok(!reset_demo(&cx, &root) && cx.err.kind == E_FORBIDDEN, "but not in a demonstration");
    cx = at(base, 0);
    ok(reset_demo(&cx, &home.user), "where everybody else can");
    set.is_demo = false;
}

/* Nobody has told how mail is sent. */
static void test_silence(const struct cx *base)
{
    int64_t before = mails(base);
    struct cx cx = at(base, 0);
    ok(!verify_send(&cx, &home.user, home.user.email), "without a provider, sending fails");
    is_text(str_of(cx.err.message), "Failed to send verification email", "in the words of the contract");
    cx = at(base, 0);
    ok(!reset_send(&cx, &home.user, NO_STR), "a reset likewise");
    is_text(str_of(cx.err.message), "Failed to send password reset email", "in its own");
    ok(mails(base) == before, "and nothing is queued");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(45 * engines));
    actor_nobody(&nobody);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        cx.keep = keep[engine];
        test_verification(&cx);
        test_asking(&cx);
        test_reset(&cx);
        test_setting(&cx);
        test_demo(&cx);
        test_silence(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
