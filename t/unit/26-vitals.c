/* 26-vitals.c — how the installation is, in rows; and what is known of versions. */
#include "dbtest.h"

#include "app/knownbugs.h"
#include "app/vitals.h"
#include "base/settings.h"

enum { TESTS = 18, BUGS = 15 };

static struct settings set;
static struct cx cx;

/* ---- versions ---- */

static const char *known(enum knownbugs_part part, const char *version, unsigned bits)
{
    static const char *const LEVELS[] = { "ok", "note", "warning" };
    struct knownbug bugs[KNOWNBUGS_MOST];
    struct buf out = tap_buf(1000);
    int64_t now;
    if (!when_parse(S("2026-11-22"), &now))
        return "?";
    size_t n = knownbugs_of(part, version == NULL ? NO_STR : str_of(version), now, bits, bugs);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&out, "%s%s", i > 0 ? " " : "", LEVELS[bugs[i].level]);
    return str_c(tap_mem(), buf_text(&out));
}
#define knows(part, version, bits, wanted, what) \
    is_text(str_of(known(KNOWNBUGS_##part, (version), (bits))), (wanted), (what))

static void versions(void)
{
    knows(SQLITE, "3.40.1", 64, "note note", "SQLite 3.40.1 has two");
    knows(SQLITE, "3.50.2", 64, "note", "3.50.2 has one of them");
    knows(SQLITE, "3.51.2", 64, "note", "3.51.2, too");
    knows(SQLITE, "3.51.3", 64, "", "3.51.3 none");
    knows(SQLITE, "3.100.0", 64, "", "nor a much later one");
    knows(SQLITE, "", 64, "", "of an unknown version nothing is said");
    knows(POSTGRES, "12.1", 64, "warning", "PostgreSQL 12 is long gone");
    knows(POSTGRES, "14.20", 64, "warning", "14 since ten days");
    knows(POSTGRES, "13.22 (Debian 13.22-0+deb11u1)", 64, "note", "what Debian looks after");
    knows(POSTGRES, "15.8 (Debian 15.8-0+deb12u1)", 64, "", "15 is well");
    knows(SODIUM, "1.0.18", 64, "ok", "libsodium's is none of ours");
    knows(FASTCGI, NULL, 64, "ok", "libfcgi on 64 bits");
    knows(FASTCGI, NULL, 32, "warning", "and on 32");
    knows(LIGHTTPD, "lighttpd/1.4.80", 64, "warning", "lighttpd 1.4.80");
    ok(strcmp(known(KNOWNBUGS_LIGHTTPD, "lighttpd/1.4.69", 64), "") == 0
       && strcmp(known(KNOWNBUGS_LIGHTTPD, "nginx/1.4.80", 64), "") == 0
       && strcmp(known(KNOWNBUGS_LIGHTTPD, "9999999999999999999999", 64), "") == 0,
       "not before, nor another server's, nor what is no version");
}

/* ---- rows ---- */

static const struct vital *find(const struct vitals *vitals, const char *name)
{
    static const struct vital NONE = { .section = "", .name = "", .number = -1, .words = "" };
    for (size_t i = 0; i < vitals->n; i++)
        if (strcmp(vitals->at[i].name, name) == 0)
            return &vitals->at[i];
    return &NONE;
}

static const struct sql JOB_ADD = SQL(
    "INSERT INTO jobs (id, queue, handler, payload, status, priority, attempt_number, max_retries,"
    " retry_delay_seconds, created_at) VALUES (:id, 'default', 'h', '{}', :status, 0, 0, 3, 60,"
    " :at)");
static const struct sql MAIL_ADD = SQL(
    "INSERT INTO email_logs (id, account_id, template_type, recipient_email, provider, status,"
    " sent_at) VALUES ('m', :account, 't', 'a@b.co', 'smtp', 'failed', :at)");

static bool job(const char *id, const char *status, int64_t at)
{
    return db_exec(&cx, JOB_ADD, BIND(p_text("id", str_of(id)), p_text("status", str_of(status)),
                                      p_time("at", at)), NULL);
}

static void rows(size_t engine)
{
    static const struct actor ann = { .kind = ACTOR_USER, .account_id = S_INIT("acme") };
    static const struct actor root = { .kind = ACTOR_USER, .is_superadmin = true,
                                       .account_id = S_INIT(SYSTEM_ACCOUNT) };
    struct vitals vitals;
    set = (struct settings){ .schema_dir = S("schema"), .data_dir = S("/"), .durability = S("full"),
        .environment = S("production"), .external_url = S("https://x.test"),
        .app_version = S("1.2"), .audit_logging_enabled = true, .worker_slice = true };
    cx.set = &set;
    cx.who = &ann;
    ok(!vitals_read(&cx, NO_STR, &vitals) && cx.err.kind == E_FORBIDDEN, "superadmins only");
    fail_forget(&cx);
    cx.who = &root;
    db_scope(&cx, S("*"));
    ok(vitals_read(&cx, S("lighttpd/1.4.69"), &vitals), "they see how it is");
    const struct vital *row = find(&vitals, engine == 0 ? "SQLite" : "PostgreSQL");
    ok(row->text.n > 3 && row->text.p[0] >= '0' && row->text.p[0] <= '9', "the engine's version");
    ok(find(&vitals, "Size")->number > 10000, "its size");
    ok(find(&vitals, "Write-ahead log")->number >= 0 || engine == 1, "its log");
    ok(str_ends(find(&vitals, "Schema")->text, S(".sql"))
       && find(&vitals, "Schema")->level == VITALS_OK, "the schema is whole");
    ok(find(&vitals, "Free for the data directory")->number > 0, "free disk");
    is_text(find(&vitals, "Worker")->text, "started by requests", "who works");
    is_int(find(&vitals, "Oldest job that is due")->number, 0, "nothing waits");
    is_int(find(&vitals, "Last mail")->number, -1, "no mail was sent");
    ok(find(&vitals, "Sent by")->level == VITALS_WARNING, "nor can be");
    ok(strcmp(find(&vitals, "Not known")->name, "") == 0, "everything could be asked");
    is_text(find(&vitals, "Web server")->text, "lighttpd/1.4.69", "the web server");
    ok(strcmp(find(&vitals, "EXTERNAL_URL")->name, "") == 0, "good settings are not spoken of");

    ok(job("j1", "pending", cx.now - WHEN_DAY) && job("j2", "dead", 1) && job("j3", "dead", 2)
       && db_exec(&cx, MAIL_ADD, BIND(p_text("account", S(SYSTEM_ACCOUNT)), p_time("at", cx.now)),
                  NULL), "(jobs and a mail)");
    set.environment = S("development");
    set.worker_slice = false;
    ok(vitals_read(&cx, NO_STR, &vitals) && find(&vitals, "Worker")->level == VITALS_WARNING
       && find(&vitals, "Oldest job that is due")->level == VITALS_WARNING,
       "nobody works, and something waits");
    ok(find(&vitals, "Jobs given up")->number == 2 && find(&vitals, "Last mail")->number == cx.now
       && find(&vitals, "Last mail")->level == VITALS_WARNING, "what went wrong is said");
    ok(find(&vitals, "ENVIRONMENT")->level == VITALS_NOTE && vitals.warnings >= 4
       && vitals.notes >= 2, "and counted");
}

int main(void)
{
    plan((int)dbtest_engines() * TESTS + BUGS);
    versions();
    for (size_t engine = 0; engine < dbtest_engines(); engine++) {
        struct dbtest t;
        if (!dbtest_open(&t, engine, &cx, DB_SERVE))
            return 1;
        rows(engine);
        dbtest_close(&t, &cx);
    }
    return done();
}
