/* 27-invitation.c — invitations below the wire: what the mail says, when it went out, seals, lost roles. */
#include "dbtest.h"

#include "audit/change.h"
#include "base/settings.h"
#include "db/rows.h"
#include "identity/acceptance.h"
#include "identity/actor.h"
#include "identity/invitation.h"
#include "mail/message.h"

#define PASSWORD "Correct-Horse-1"

static struct settings set = {
    .audit_logging_enabled = true, .argon2_memory_kib = 8192, .argon2_passes = 1,
    .secret_key = S_INIT("test-secret"), .encryption_key = S_INIT("test-key"),
    .access_token_expire_minutes = 60, .refresh_token_expire_days = 7,
    .app_name = S_INIT("Larder"), .external_url = S_INIT("https://larder.example.com/"),
};
static void *keep[2][KEEP_COUNT];
static struct actor owner, nobody;
static struct account acme;

static struct cx at(const struct cx *cx, int64_t seconds, const struct actor *who)
{
    struct cx later = *cx;
    later.now += seconds * WHEN_SECOND;
    later.who = who;
    later.err = (struct err){ .kind = E_NONE };
    db_rest(cx->db);
    db_scope(&later, who == &owner ? acme.id : S("*"));
    return later;
}

static bool make_people(const struct cx *base)
{
    struct cx cx = at(base, 0, &nobody);
    struct user user = { .email = S("owner@acme.co"), .role = S("admin"), .password_hash = S("x") };
    struct tx tx SCOPED(tx_end) = { 0 };
    bool taken;
    acme = (struct account){ .slug = S("acme"), .name = S("Acme") };
    TRY(tx_begin(&cx, &tx) && account_create(&cx, &acme, &taken));
    user.account_id = acme.id;
    TRY(user_create(&cx, &user));
    owner = (struct actor){ .kind = ACTOR_USER, .id = user.id, .email = user.email, .role = S("admin"),
                            .account_id = acme.id, .account_name = acme.name };
    return tx_commit(&tx);
}

static bool invite(const struct cx *base, const char *email, struct invitation *out)
{
    struct cx cx = at(base, 0, &owner);
    struct invitation_wish wish = { .email = str_of(email) };
    return invitation_create(&cx, &wish, out);
}

static struct str value_of(const struct message *message, const char *name, bool secret)
{
    for (size_t i = 0; i < message->values.n; i++)
        if (str_eq(message->values.at[i].name, str_of(name))
            && message->values.at[i].is_secret == secret)
            return message->values.at[i].value;
    return NO_STR;
}

struct payload { struct str text; };
static const struct sql PAYLOAD = SQL(
    "SELECT payload AS text FROM jobs WHERE handler = 'send_email' ORDER BY id DESC LIMIT 1");
static const struct col PAYLOAD_COLS[] = { COL(C_TEXT, payload, text), { 0 } };

static bool last_mail(const struct cx *base, struct message *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct cx cx = at(base, 0, &nobody);
    struct payload row = { NO_STR };
    return db_query(&cx, PAYLOAD, NO_BINDS, &rows) && rows_next(&rows, PAYLOAD_COLS, &row)
        && message_read(&cx, row.text, out);
}

static void test_mail(const struct cx *base)
{
    struct invitation it;
    struct message mail;
    struct str token;
    ok(invite(base, "new@b.co", &it), "somebody is invited");
    ok(last_mail(base, &mail), "a mail is queued");
    is_text(mail.template_type, "invitation", "of that kind");
    is_text(mail.recipient, "new@b.co", "to them");
    ok(str_eq(mail.account_id, acme.id), "from the inviter's account");
    ok(str_eq(mail.about, str_fmt(tap_mem(), "invitation %.*s %.*s", STR_ARG(acme.id), STR_ARG(it.id))),
       "about this invitation");
    token = value_of(&mail, "token", true);
    ok(str_eq(token, it.token) && token.n == 64, "with the token, sealed");
    is_text(value_of(&mail, "invitation_url", true), str_fmt(tap_mem(),
            "https://larder.example.com/accept-invitation?token=%.*s", STR_ARG(token)).p, "the link, too");
    is_text(value_of(&mail, "account_name", false), "Acme", "where to");
    is_text(value_of(&mail, "invited_by", false), "owner@acme.co", "by whom");
    is_text(value_of(&mail, "expires_at", false), "2026-01-03 00:00:00 UTC", "and until when");
}

static bool look_at(const struct cx *base, struct str id, struct invitation *out)
{
    struct cx cx = at(base, 0, &owner);
    struct invitation_page page;
    if (!invitation_list(&cx, &(struct invitation_query){ .status = NO_STR }, &page))
        return false;
    for (size_t i = 0; i < page.n; i++) {
        *out = page.at[i];
        if (str_eq(out->id, id))
            return true;
    }
    return false;
}

static void test_mailed(const struct cx *base)
{
    struct invitation it;
    struct cx cx;
    ok(invite(base, "sent@b.co", &it) && !it.email_sent, "invited, not yet told");
    cx = at(base, 5, &nobody);
    ok(invitation_mailed(&cx, acme.id, it.id), "the worker says that the mail is out");
    ok(look_at(base, it.id, &it) && it.email_sent && it.email_sent_at == base->now + 5 * WHEN_SECOND,
       "and when");
    cx = at(base, 6, &owner);
    ok(invitation_cancel(&cx, it.id), "it is cancelled");
    cx = at(base, 7, &nobody);
    ok(invitation_mailed(&cx, acme.id, it.id) && cx.err.kind == E_NONE,
       "a mail that was on its way then is no failure");
}

static void test_seal(const struct cx *base)
{
    struct invitation it, seen;
    struct cx cx;
    ok(invite(base, "sealed@b.co", &it), "invited");
    set.encryption_key = S("another");
    ok(look_at(base, it.id, &seen) && str_absent(seen.token), "with another key the token is not shown");
    cx = at(base, 0, &owner);
    ok(!invitation_resend(&cx, it.id, &seen) && cx.err.kind == E_BROKEN, "nor sent");
    cx = at(base, 0, &nobody);
    ok(invitation_look(&cx, it.token, &seen), "but good for who has it");
    set.encryption_key = S("test-key");
    ok(look_at(base, it.id, &seen) && str_eq(seen.token, it.token), "until the key is back");
}

/* Its role is deleted: then it is as if none had been chosen. To the last microsecond, no longer. */
static void test_accept(const struct cx *base)
{
    static const struct sql UNROLE = SQL("UPDATE invitations SET role_id = NULL WHERE account_id = :account");
    struct invitation it, other;
    struct login in;
    struct cx cx;
    ok(invite(base, "joins@b.co", &it) && invite(base, "late@b.co", &other), "two are invited");
    cx = at(base, 0, &nobody);
    ok(db_exec(&cx, UNROLE, BIND(p_text("account", acme.id)), NULL), "to a role that is gone");
    cx = at(base, 2 * 86400 - 1, &nobody);
    ok(acceptance_run(&cx, it.token, S(PASSWORD), &in), "one comes at the last second");
    ok(str_eq(in.user.role, S("user")) && in.user.email_verified && str_eq(in.account.slug, S("acme")),
       "and is a user");
    cx = at(base, 2 * 86400, &nobody);
    ok(!acceptance_run(&cx, other.token, S(PASSWORD), &in) && cx.err.kind == E_NOT_FOUND, "one too late");
    is_text(str_of(cx.err.message), "Invitation has expired", "and is told");
    cx = at(base, 0, &nobody);
    ok(!acceptance_run(&cx, it.token, S(PASSWORD), &in), "one twice");
    is_text(str_of(cx.err.message), "Invitation has already been accepted", "and is told");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(31 * engines));
    actor_nobody(&nobody);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        cx.keep = keep[engine];
        cx.now = INT64_C(1767225600000000);     /* 2026-01-01 */
        ok(make_people(&cx), "an account and its owner");
        test_mail(&cx);
        test_mailed(&cx);
        test_seal(&cx);
        test_accept(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
