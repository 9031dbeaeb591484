/* fault.c — failures on demand, armed once from the environment: name:action[:n],… */
#include "base/fault.h"

#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "base/str.h"

static struct str armed;                /* the whole setting; the environment outlives us         */
static unsigned hits;

void fault_arm(const char *setting_or_null)
{
    armed = str_of(setting_or_null);
}

static bool act(struct str action)
{
    if (str_eq(action, S("kill"))) {
        kill(getpid(), SIGKILL);
    } else if (str_eq(action, S("sleep"))) {
        nanosleep(&(struct timespec){ .tv_sec = 1 }, NULL);
        return false;
    }
    return true;
}

bool fault_hit(const char *name)
{
    struct str rest = armed, one, part, action = NO_STR, nth = NO_STR;
    while (str_cut(&rest, ',', &one)) {
        if (!str_cut(&one, ':', &part) || !str_eq(part, str_of(name)))
            continue;
        int64_t n = 1;
        bool counted = str_cut(&one, ':', &action) && str_cut(&one, ':', &nth) && num_int(nth, &n);
        if (!counted || ++hits == (uint64_t)n)
            return act(action);
    }
    return false;
}
