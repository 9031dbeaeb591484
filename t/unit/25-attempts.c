/* 25-attempts.c — failed sign-ins and mails asked for: a limit for the person and one for the address. */
#include <stdlib.h>
#include <unistd.h>

#include "base/settings.h"
#include "base/when.h"
#include "identity/attempts.h"
#include "tap.h"

static struct settings set = {
    .secret_key = S_INIT("test-secret"), .sign_in_attempts = 3, .sign_in_attempts_per_address = 5,
    .mail_requests = 2, .mail_requests_per_address = 4,
};
static void *keep[KEEP_COUNT];

static bool may(const char *ip, const char *email, int64_t minutes, bool mail, bool fails)
{
    struct actor who = { .ip = str_of(ip) };
    struct cx cx = { .mem = tap_mem(), .set = &set, .keep = keep, .who = &who,
                     .now = (INT64_C(1700000000) + 60 * minutes) * WHEN_SECOND };
    if (mail)
        return attempts_mail(&cx, S("acme"), str_of(email));
    bool well = attempts_sign_in(&cx, S("acme"), str_of(email));
    if (well && fails)
        attempts_sign_in_failed(&cx, S("acme"), str_of(email));
    return well;
}

static void signing_in(void)
{
    for (int i = 0; i < 9; i++)
        if (!may("192.0.2.1", "right@acme.co", 0, false, false))
            ok(false, "who is right is never counted");
    ok(may("192.0.2.1", "ann@acme.co", 0, false, true) && may("192.0.2.2", "ann@acme.co", 0, false, true)
       && may("192.0.2.3", "ann@acme.co", 0, false, true), "three failures of a person");
    ok(!may("192.0.2.4", "ann@acme.co", 0, false, true), "not four, wherever they come from");
    ok(may("192.0.2.1", "bob@acme.co", 0, false, true), "another person may");
    ok(may("192.0.2.1", "ann@acme.co", 11, false, true), "and later the same");
}

static void one_address(void)
{
    int n = 0;
    char email[] = "x0@acme.co";
    for (int i = 0; i < 9; i++) {
        email[1] = (char)('0' + i);
        n += may("198.51.100.1", email, 20, false, true);
    }
    is_int(n, 5, "one address fails five times, whoever it says it is");
}

static void mails(void)
{
    ok(may("192.0.2.7", "ann@acme.co", 30, true, false) && may("192.0.2.7", "ann@acme.co", 30, true, false),
       "two mails to a person");
    ok(!may("192.0.2.8", "ann@acme.co", 30, true, false), "and no third");
    ok(may("192.0.2.7", "bob@acme.co", 30, true, false), "another person's is another's");
    ok(may("192.0.2.7", "cid@acme.co", 30, true, false), "up to the limit of the address");
    ok(!may("192.0.2.7", "dan@acme.co", 30, true, false), "which ends it");
}

int main(void)
{
    char dir[] = "/tmp/larder-attempts.XXXXXX";
    plan(10);
    if (mkdtemp(dir) == NULL)
        return 1;
    set.data_dir = str_of(dir);
    signing_in();
    one_address();
    mails();
    unlink(str_fmt(tap_mem(), "%s/limits", dir).p);
    rmdir(dir);
    return done();
}
