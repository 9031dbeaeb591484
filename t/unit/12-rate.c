/* 12-rate.c — how often something may happen: windows slide, bursts end, processes share the count. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/settings.h"
#include "base/when.h"
#include "crypto/rate.h"
#include "tap.h"

#define START (INT64_C(1700000040) * WHEN_SECOND)       /* a full minute */

static struct settings set = { .secret_key = S_INIT("test-secret") };
static void *keep[KEEP_COUNT];

static struct cx at(int64_t us)
{
    return (struct cx){ .mem = tap_mem(), .set = &set, .now = START + us, .keep = keep };
}

static int taken(const char *key, const struct rate *rate, int64_t us, int times)
{
    int n = 0;
    struct cx cx = at(us);
    for (int i = 0; i < times; i++) {
        struct rate_answer answer;
        rate_take(&cx, "t", str_of(key), rate, &answer);
        n += answer.allowed;
    }
    return n;
}

static struct rate_answer look(const char *key, const struct rate *rate, int64_t us)
{
    struct rate_answer answer;
    struct cx cx = at(us);
    rate_look(&cx, "t", str_of(key), rate, &answer);
    return answer;
}

static void windows(void)
{
    const struct rate rate = { .most = 5, .window_us = WHEN_MINUTE };
    is_int(taken("a", &rate, 0, 9), 5, "five in a minute, no more");
    is_int(taken("b", &rate, 0, 3), 3, "another key counts for itself");
    is_int(look("b", &rate, 0).remaining, 2, "and knows what is left");
    is_int(taken("a", &rate, 59 * WHEN_SECOND, 9), 0, "none at the end of the minute");
    is_int(taken("a", &rate, 61 * WHEN_SECOND, 9), 1, "nor all again at the start of the next");
    is_int(taken("a", &rate, 90 * WHEN_SECOND, 9), 2, "but half of them in its middle");
    struct rate_answer answer = look("a", &rate, 90 * WHEN_SECOND);
    ok(!answer.allowed && answer.retry_us > 0, "who is refused is told when to come again");
    is_int(taken("a", &rate, 90 * WHEN_SECOND + answer.retry_us - WHEN_SECOND, 1), 0, "not before");
    is_int(taken("a", &rate, 90 * WHEN_SECOND + answer.retry_us, 1), 1, "then it is right");
    is_int(taken("a", &rate, 600 * WHEN_SECOND, 9), 5, "after a pause all of it is there");
    is_int(taken("a", &rate, 0, 9), 0, "a clock set back gives nothing");
}

static void at_any_time(void)
{
    const struct rate rate = { .most = 7, .window_us = WHEN_MINUTE };
    int64_t when[4000];
    int n = 0, worst = 0;
    for (int64_t us = 0; us < 20 * WHEN_MINUTE && n < 4000; us += 377 * 1000)
        if (taken("c", &rate, us, 1) == 1)
            when[n++] = us;
    for (int i = 0; i < n; i++) {
        int within = 0;
        for (int k = i; k < n && when[k] < when[i] + WHEN_MINUTE; k++)
            within++;
        worst = within > worst ? within : worst;
    }
    ok(n > 100, "who asks all the time gets on");
    ok(worst <= 8, "but never noticeably more than allowed in any minute");
}

static void bursts(void)
{
    const struct rate rate = { .most = 60, .window_us = WHEN_MINUTE, .burst = 10 };
    is_int(taken("d", &rate, 0, 30), 10, "ten at once of sixty a minute");
    struct rate_answer answer = look("d", &rate, 0);
    ok(!answer.allowed && answer.retry_us > 0 && answer.retry_us <= WHEN_SECOND, "one a second later");
    is_int(answer.reset_us, 10 * WHEN_SECOND, "all ten after ten seconds");
    is_int(taken("d", &rate, 3 * WHEN_SECOND, 30), 3, "three after three");
    is_int(taken("d", &rate, 30 * WHEN_SECOND, 30), 10, "ten again after a while");
}

static void unlimited(void)
{
    const struct rate none = { .most = 0, .window_us = WHEN_MINUTE };
    struct cx cx = at(0);
    struct rate_answer answer;
    is_int(taken("e", &none, 0, 100), 100, "no limit is no limit");
    cx.keep = NULL;
    rate_take(&cx, "t", S("e"), &(struct rate){ .most = 1, .window_us = 1000000 }, &answer);
    ok(answer.allowed, "where nothing can be shared nobody is stopped");
    rate_count(&cx, "t", S("e"), &none);
}

static void counted_by_all(void)
{
    const struct rate rate = { .most = 100, .window_us = WHEN_MINUTE };
    pid_t children[4];
    int sum = 0;
    for (int i = 0; i < 4; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            keep[KEEP_LIMITS] = NULL;               /* maps the file for itself */
            _exit(taken("f", &rate, 0, 60));
        }
    }
    for (int i = 0; i < 4; i++) {
        int status = 0;
        waitpid(children[i], &status, 0);
        sum += WEXITSTATUS(status);
    }
    is_int(sum, 100, "four processes together get exactly what one would");
}

int main(void)
{
    char dir[] = "/tmp/larder-rate.XXXXXX";
    plan(21);
    if (mkdtemp(dir) == NULL)
        return 1;
    set.data_dir = str_of(dir);
    windows();
    at_any_time();
    bursts();
    unlimited();
    counted_by_all();
    unlink(str_fmt(tap_mem(), "%s/limits", dir).p);
    rmdir(dir);
    return done();
}
