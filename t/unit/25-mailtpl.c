/* 25-mailtpl.c — which template a mail gets, what it is filled with, and how templates are kept. */
#include "dbtest.h"

#include <sys/wait.h>

#include "audit/change.h"
#include "base/ident.h"
#include "base/settings.h"
#include "base/when.h"
#include "mail/mailtpl.h"

#define ACME "11111111-1111-4111-8111-111111111111"
#define OTHER "22222222-2222-4222-8222-222222222222"

static struct settings set = {
    .templates_dir = S_INIT("templates"), .app_name = S_INIT("Larder"),
    .external_url = S_INIT("https://larder.example/"), .encryption_key = S_INIT("test-key"),
};

static bool insert_account(struct cx *cx, struct str id, const char *code)
{
    return change_insert(cx, &(struct change){
        .table = S("accounts"), .account_id = id,
        .new_values = BIND(p_text("id", id), p_text("account_code", str_of(code)),
                           p_text("slug", str_of(code)), p_text("name", str_of(code)),
                           p_time("created_at", 1), p_time("updated_at", 1)) });
}

static bool insert(struct cx *cx, struct str account, const char *type, const char *locale,
                   const char *subject, bool enabled)
{
    return change_insert(cx, &(struct change){
        .table = S("email_templates"), .account_id = account,
        .new_values = BIND(
            p_text("id", ident_uuid(cx->mem, cx->now)), p_text("account_id", account),
            p_text("template_type", str_of(type)), p_text("locale", str_of(locale)),
            p_text("subject", str_of(subject)), p_text("html_body", S("<p>{{ x }}</p>")),
            p_text("text_body", S("{{ x }}")), p_bool("enabled", enabled),
            p_bool("is_builtin", false), p_time("created_at", 1), p_time("updated_at", 1)) });
}

static bool prepare(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str acme = S(ACME), system = S(SYSTEM_ACCOUNT);
    return tx_begin(cx, &tx) && insert_account(cx, acme, "AA0001")
        && insert_account(cx, S(OTHER), "AA0002")
        && insert(cx, acme, "own", "en", "acme en", true)
        && insert(cx, acme, "own", "de", "acme de", true)
        && insert(cx, system, "own", "en", "system en", true)
        && insert(cx, system, "own", "fr", "system fr", true)
        && insert(cx, acme, "off", "en", "acme off", false)
        && insert(cx, system, "off", "en", "system off", true)
        && insert(cx, acme, "secret", "en", "acme alone", true)
        && insert(cx, system, "none", "en", "none", false)
        && insert(cx, acme, "broken", "en", "{{ x", true)
        && insert(cx, acme, "line", "en", " {{ x }}\n{{ app_name }} {{ app_url }}{{ support_email }}", true)
        && tx_commit(&tx);
}

static const char *subject_of(struct cx *cx, const char *account, const char *type,
                              const char *locale)
{
    struct mailtpl row;
    bool found;
    if (!mailtpl_effective(cx, str_of(account), str_of(type), str_of(locale), &found, &row))
        return "failed";
    return found ? str_c(cx->mem, row.subject) : "none";
}

static void choice(struct cx *cx)
{
    db_scope(cx, S(ACME));
    is_text(str_of(subject_of(cx, ACME, "own", "en")), "acme en", "an account's own comes first");
    is_text(str_of(subject_of(cx, ACME, "own", "de")), "acme de", "in the language that was asked for");
    is_text(str_of(subject_of(cx, ACME, "own", "fr")), "system fr",
            "that language from the system before another from the account");
    is_text(str_of(subject_of(cx, ACME, "own", "it")), "acme en", "else English");
    is_text(str_of(subject_of(cx, OTHER, "own", "de")), "system en", "another account has its own");
    is_text(str_of(subject_of(cx, OTHER, "secret", "en")), "none", "and never somebody else's");
    is_text(str_of(subject_of(cx, SYSTEM_ACCOUNT, "secret", "en")), "none", "nor has the system");
    is_text(str_of(subject_of(cx, ACME, "off", "en")), "system off", "a disabled one is passed over");
    is_text(str_of(subject_of(cx, ACME, "none", "en")), "none", "and so is the system's");
    is_text(db_scope(cx, S("*")), ACME, "the scope is what it was");
}

static void composing(struct cx *cx)
{
    struct message message = {
        .template_type = S("line"), .account_id = S(ACME), .recipient = S("a@b.co"),
        .values = MESSAGE_VALUES({ S("x"), S("<a>\r\nBcc: \xE2\x80\xA8 b"), false }) };
    struct mailtpl_texts texts;
    bool found;
    ok(mailtpl_compose(cx, &message, &found, &texts) && found, "a mail is composed");
    is_text(texts.subject, "<a>  Bcc:   b Larder https://larder.example",
            "its subject is one line, as it is, with the system's variables");
    is_text(texts.html_body, "<p>&lt;a&gt;\r\nBcc: \xE2\x80\xA8 b</p>", "HTML is escaped");
    is_text(texts.text_body, "<a>\r\nBcc: \xE2\x80\xA8 b", "text is not");
    message.values = MESSAGE_VALUES({ S("x"), S(""), false }, { S("app_name"), S("Mine"), false });
    ok(mailtpl_compose(cx, &message, &found, &texts) && found
       && str_starts(texts.subject, S("Mine ")), "values win over the system's");
    message.template_type = S("broken");
    ok(!mailtpl_compose(cx, &message, &found, &texts) && cx->err.kind == E_INVALID,
       "a template that is none fails");
    is_text(str_of(cx->err.message), "subject, line 1: the tag is never closed by }}", "and says why");
    fail_forget(cx);
    const struct mailtpl_texts sources = { S("{{ x }}"), S("{{ x }}{{ app_name }}"), S("") };
    message.values = MESSAGE_VALUES({ S("x"), S("<"), false });
    ok(mailtpl_render(cx, &sources, &message.values, &texts) && str_eq(texts.html_body, S("&lt;"))
       && texts.text_body.n == 0, "other texts are filled in without the system's variables");
    message.template_type = S("nowhere");
    ok(mailtpl_compose(cx, &message, &found, &texts) && !found, "where there is none, none is found");
}

static void seeds(struct cx *cx)
{
    static const char *const LINKS[] = { "verification_url", "reset_url", "invitation_url" };
    struct mailtpl *list, row;
    struct mailtpl_texts texts;
    size_t n;
    bool found;
    const struct mailtpl_filter all = { .account_id = S(SYSTEM_ACCOUNT), .locale = S("en"),
                                        .enabled = MAILTPL_ANY };
    ok(mailtpl_seed(cx) && mailtpl_list(cx, &all, &list, &n) && n == 6, "three templates are seeded");
    ok(mailtpl_seed(cx) && mailtpl_list(cx, &all, &list, &n) && n == 6, "and not twice");
    for (size_t i = 0; i < COUNT(LINKS); i++) {
        static const char *const TYPES[] = { "email_verification", "password_reset", "invitation" };
        struct message message = {
            .template_type = str_of(TYPES[i]), .account_id = S(ACME),
            .values = MESSAGE_VALUES({ str_of(LINKS[i]), S("https://a.co/x?token=T0&b"), true },
                                     { S("token"), S("T0KEN"), true },
                                     { S("ip_address"), S("192.0.2.7"), false },
                                     { S("invited_by"), S("<bo@b.co>"), false },
                                     { S("account_name"), S("R&D"), false },
                                     { S("email"), S("ann@a.co"), false }) };
        ok(mailtpl_compose(cx, &message, &found, &texts) && found, TYPES[i]);
        ok(str_has(texts.html_body, S("href=\"https://a.co/x?token=T0&amp;b\""))
           && str_has(texts.text_body, S("https://a.co/x?token=T0&b\n")), "the link is there");
        ok(str_has(texts.html_body, S("T0KEN")) && str_has(texts.text_body, S("T0KEN")),
           "and the token");
        ok(i != 1 || (str_has(texts.html_body, S("192.0.2.7")) && str_has(texts.text_body, S("192.0.2.7"))),
           "and for a reset the address it was asked from");
        ok(!str_has(texts.html_body, S("<bo@")) && !str_has(texts.text_body, S("&lt;")),
           "escaped where it must be");
        message.values = (struct message_values){ NULL, 0 };
        ok(mailtpl_compose(cx, &message, &found, &texts) && found && texts.subject.n > 0,
           "with no values it still is a mail");
    }
    row = list[0];
    ok(row.is_builtin && row.enabled && str_eq(row.template_type, S("email_verification")),
       "they are built in and enabled, in the order of their names");
    is_text(row.subject, "Verify your email address for {{ app_name }}", "with the known subject");
    struct mailtpl_change change = { .texts = { .subject = S("Mine") }, .enabled = 0 };
    ok(mailtpl_update(cx, row.id, &change, &found, &row) && found, "one can be changed");
    ok(mailtpl_seed(cx) && mailtpl_get(cx, row.id, &found, &row) && found
       && str_eq(row.subject, S("Mine")) && !row.enabled && row.is_builtin,
       "and stays so when the system comes up again");
}

enum { AT_ONCE = 6, ROUNDS = 4 };
static const struct sql FORGET = SQL(
    "DELETE FROM email_templates WHERE account_id = :account AND is_builtin = :yes");

static int seed_alone(const struct dbtest *t)
{
    void *own[KEEP_COUNT] = { NULL };
    struct cx cx = { .mem = arena_new(0, NULL, NULL), .set = &set, .keep = own, .now = when_now() };
    cx.db = db_open(&cx, t->where, DB_SERVE);
    if (cx.db != NULL)
        db_scope(&cx, S("*"));
    if (cx.db == NULL || !mailtpl_seed(&cx)) {
        printf("# %s\n", cx.err.cause != NULL ? cx.err.cause : cx.err.message);
        return 1;
    }
    db_close(cx.db);
    return 0;
}

static int forget(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    return tx_begin(cx, &tx)
        && db_exec(cx, FORGET, BIND(p_text("account", S(SYSTEM_ACCOUNT)), p_bool("yes", true)), NULL)
        && tx_commit(&tx) ? 0 : 1;
}

/* Several starts at once: of two that find one missing only one can put it in. */
static void races(struct cx *cx, const struct dbtest *t)
{
    const struct mailtpl_filter all = { .account_id = S(SYSTEM_ACCOUNT), .enabled = MAILTPL_ANY };
    struct mailtpl *list;
    size_t before, n;
    int failed = 0, status;
    if (!mailtpl_list(cx, &all, &list, &before))
        before = 0;
    for (int round = 0; round < ROUNDS; round++) {
        pid_t pids[AT_ONCE];
        failed += forget(cx);
        db_rest(cx->db);
        fflush(stdout);
        for (int i = 0; i < AT_ONCE; i++)
            if ((pids[i] = fork()) == 0)
                _exit(seed_alone(t));
        for (int i = 0; i < AT_ONCE; i++)
            failed += waitpid(pids[i], &status, 0) < 0 || status != 0;
    }
    db_scope(cx, S("*"));
    is_int(failed, 0, "processes that start at once all succeed");
    ok(mailtpl_list(cx, &all, &list, &n) && n == before, "and put in each template once");
}

static void rows(struct cx *cx)
{
    struct mailtpl *list, row, again;
    size_t n;
    bool found;
    ok(mailtpl_list(cx, &(struct mailtpl_filter){ .account_id = S(ACME), .enabled = MAILTPL_ANY },
                    &list, &n) && n == 6, "the templates of an account");
    ok(mailtpl_list(cx, &(struct mailtpl_filter){ .account_id = S(ACME), .enabled = 0 }, &list, &n)
       && n == 1 && str_eq(list[0].subject, S("acme off")), "the disabled ones");
    ok(mailtpl_list(cx, &(struct mailtpl_filter){ .template_type = S("own"), .locale = S("en"),
                                                  .enabled = 1 }, &list, &n)
       && n == 2 && str_eq(list[0].subject, S("system en")), "of one type, by account");
    row = list[1];
    cx->now = row.updated_at + 5;
    ok(mailtpl_update(cx, row.id, &(struct mailtpl_change){ .enabled = MAILTPL_KEEP }, &found, &again)
       && found && again.updated_at == row.updated_at, "a change of nothing changes nothing");
    ok(mailtpl_update(cx, row.id, &(struct mailtpl_change){ .texts = { .text_body = S("new") },
                                                            .enabled = MAILTPL_KEEP }, &found, &again)
       && str_eq(again.text_body, S("new")) && str_eq(again.html_body, row.html_body)
       && again.enabled && again.updated_at == cx->now, "a change of one part keeps the others");
    ok(mailtpl_get(cx, row.id, &found, &row) && found && str_eq(row.text_body, S("new")),
       "and is kept");
    ok(mailtpl_get(cx, S(ACME), &found, &row) && !found, "an id that nobody has");
    ok(mailtpl_update(cx, S("x"), &(struct mailtpl_change){ .enabled = 1 }, &found, &row) && !found,
       "and one that is none");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan(55 * (int)engines);
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL"))
            return done();
        cx.set = &set;
        db_scope(&cx, S("*"));
        ok(prepare(&cx), "accounts with templates");
        choice(&cx);
        composing(&cx);
        seeds(&cx);
        rows(&cx);
        races(&cx, &t);
        dbtest_close(&t, &cx);
    }
    return done();
}
