/* rate.c — windows and buckets in shared memory, changed without locks. */
#include "crypto/rate.h"

#include <arpa/inet.h>
#include <stdatomic.h>
#include <string.h>

#include "base/base64.h"
#include "base/settings.h"
#include "base/shared.h"
#include "crypto/mac.h"

enum { ROWS = 16384, REACH = 8, COUNT_MAX = 0xffff };         /* 512 KiB of rows */
static const uint64_t LAYOUT = 0x6c61726465720001;

/* window: number of the window (32 bits), count before it, count in it (16 each). free_at: when the
 * bucket would be full again, microseconds. */
struct row { atomic_ullong key, window; atomic_llong free_at, seen_at; };
struct rows { struct row rows[ROWS]; };
struct window { uint64_t number, before, now; };

static struct rows *rows_of(struct cx *cx)
{
    if (cx->keep == NULL || cx->set == NULL)
        return NULL;
    if (cx->keep[KEEP_LIMITS] == NULL)
        cx->keep[KEEP_LIMITS] = shared_open(cx->mem, cx->set->data_dir, "limits",
                                            sizeof(struct rows), LAYOUT);
    return cx->keep[KEEP_LIMITS];
}

static uint64_t hash(const struct cx *cx, const char *bucket, struct str key)
{
    unsigned char mac[MAC_BYTES];
    uint64_t out;
    mac_hmac(cx->set->secret_key, str_fmt(cx->mem, "%s %.*s", bucket, STR_ARG(key)), mac);
    memcpy(&out, mac, sizeof out);
    return out == 0 ? 1 : out;
}

/* The key's row; else, if it may be made, a free one or that of whoever was seen longest ago. */
static struct row *find(struct rows *rows, uint64_t key, bool make)
{
    struct row *oldest = NULL;
    for (size_t i = 0; i < REACH; i++) {
        struct row *row = &rows->rows[(key + i) % ROWS];
        if (atomic_load(&row->key) == key)
            return row;
        if (oldest == NULL || (atomic_load(&oldest->key) != 0 && (atomic_load(&row->key) == 0
                || atomic_load(&row->seen_at) < atomic_load(&oldest->seen_at))))
            oldest = row;
    }
    if (!make)
        return NULL;
    unsigned long long was = atomic_load(&oldest->key);
    if (!atomic_compare_exchange_strong(&oldest->key, &was, key))
        return was == key ? oldest : find(rows, key, make);
    atomic_store(&oldest->window, 0);
    atomic_store(&oldest->free_at, 0);
    return oldest;
}

/* ---- the window ---- */

/* As it stands at the window `number`: older counts move back one, or out. A clock that was set
 * back stays where it was. */
static struct window unpack(uint64_t packed, uint64_t number)
{
    struct window w = { packed >> 32, packed >> 16 & COUNT_MAX, packed & COUNT_MAX };
    if (number > w.number)
        w = (struct window){ number, number == w.number + 1 ? w.now : 0, 0 };
    return w;
}

static uint64_t pack(const struct window *w)
{
    return w->number << 32 | w->before << 16 | w->now;
}

static int64_t used(const struct window *w, int64_t into_us, const struct rate *rate)
{
    int64_t left_us = rate->window_us - into_us;
    return (int64_t)w->now + (int64_t)w->before * left_us / rate->window_us;
}

/* Until one more fits: within this window as the one before fades, or into the next. */
static int64_t until_fits(const struct window *w, int64_t into_us, const struct rate *rate)
{
    int64_t room = rate->most - (int64_t)w->now, rest = rate->window_us - into_us;
    if (used(w, into_us, rate) < rate->most)
        return 0;
    if (room > 0 && w->before > 0)
        return rest - room * rate->window_us / (int64_t)w->before + 1;
    return rest + rate->window_us - rate->most * rate->window_us / (int64_t)w->now + 1;
}

/* ---- the bucket: when it would be full again says how empty it is ---- */

static int64_t each_us(const struct rate *rate)
{
    return rate->window_us / rate->most;
}

static int64_t debt(int64_t free_at, int64_t now, const struct rate *rate)
{
    int64_t most = rate->burst * each_us(rate), owed = free_at - now;
    return owed < 0 ? 0 : owed > most ? most : owed;    /* more only after a clock was set back */
}

static int64_t in_bucket(int64_t owed, const struct rate *rate)
{
    return rate->burst - (owed + each_us(rate) - 1) / each_us(rate);
}

/* ---- both together ---- */

static void answer(const struct cx *cx, uint64_t window, int64_t free_at, const struct rate *rate,
                   struct rate_answer *out)
{
    int64_t into_us = cx->now % rate->window_us;
    struct window w = unpack(window, (uint64_t)(cx->now / rate->window_us) & 0xffffffff);
    int64_t left = rate->most - used(&w, into_us, rate);
    int64_t wait = until_fits(&w, into_us, rate), full = wait;
    if (w.now + w.before > 0)
        full = rate->window_us - into_us + (w.now > 0 ? rate->window_us : 0);
    if (rate->burst > 0) {
        int64_t owed = debt(free_at, cx->now, rate), bucket = in_bucket(owed, rate);
        int64_t bucket_wait = bucket > 0 ? 0 : owed - (rate->burst - 1) * each_us(rate);
        left = bucket < left ? bucket : left;
        wait = bucket_wait > wait ? bucket_wait : wait;
        full = owed;
    }
    *out = (struct rate_answer){ .allowed = left > 0, .remaining = left > 0 ? left : 0,
                                 .retry_us = left > 0 ? 0 : wait, .reset_us = full };
}

static void answer_row(const struct cx *cx, struct row *row, const struct rate *rate,
                       struct rate_answer *out)
{
    answer(cx, row == NULL ? 0 : atomic_load(&row->window),
           row == NULL ? 0 : atomic_load(&row->free_at), rate, out);
}

/* One more in the window and out of the bucket; only_if: unless there are too many already. */
static bool count(const struct cx *cx, struct row *row, const struct rate *rate, bool only_if)
{
    uint64_t number = (uint64_t)(cx->now / rate->window_us) & 0xffffffff;
    unsigned long long was = atomic_load(&row->window);
    long long due = atomic_load(&row->free_at), next;
    struct window w;
    atomic_store(&row->seen_at, cx->now);
    do {
        int64_t owed = rate->burst > 0 ? debt(due, cx->now, rate) : 0;
        if (only_if && rate->burst > 0 && in_bucket(owed, rate) <= 0)
            return false;
        next = rate->burst > 0 ? cx->now + owed + each_us(rate) : 0;
    } while (!atomic_compare_exchange_weak(&row->free_at, &due, next));
    do {
        w = unpack(was, number);
        if (only_if && used(&w, cx->now % rate->window_us, rate) >= rate->most)
            return false;
        w.now += w.now < COUNT_MAX;
    } while (!atomic_compare_exchange_weak(&row->window, &was, pack(&w)));
    return true;
}

static struct row *row_of(struct cx *cx, const char *bucket, struct str key, bool make)
{
    struct rows *rows = rows_of(cx);
    return rows == NULL ? NULL : find(rows, hash(cx, bucket, key), make);
}

void rate_look(struct cx *cx, const char *bucket, struct str key, const struct rate *rate,
               struct rate_answer *out)
{
    *out = (struct rate_answer){ .allowed = true, .remaining = rate->most };
    if (rate->most > 0)
        answer_row(cx, row_of(cx, bucket, key, false), rate, out);
}

void rate_count(struct cx *cx, const char *bucket, struct str key, const struct rate *rate)
{
    struct row *row = rate->most > 0 ? row_of(cx, bucket, key, true) : NULL;
    if (row != NULL)
        (void)count(cx, row, rate, false);
}

void rate_take(struct cx *cx, const char *bucket, struct str key, const struct rate *rate,
               struct rate_answer *out)
{
    struct row *row = rate->most > 0 ? row_of(cx, bucket, key, true) : NULL;
    *out = (struct rate_answer){ .allowed = true, .remaining = rate->most };
    if (row == NULL)
        return;
    bool taken = count(cx, row, rate, true);
    answer_row(cx, row, rate, out);
    out->allowed = taken;
    if (taken)
        out->retry_us = 0;
    else if (out->retry_us == 0)                        /* gone between the two looks */
        out->retry_us = 1;
}

void rate_forget(struct cx *cx, const char *bucket, struct str key)
{
    struct row *row = row_of(cx, bucket, key, false);
    if (row == NULL)
        return;
    atomic_store(&row->window, 0);
    atomic_store(&row->free_at, 0);
}

struct str rate_network(struct arena *mem, struct str address)
{
    struct in6_addr at;
    static const unsigned char MAPPED[12] = { [10] = 0xff, [11] = 0xff };
    if (str_absent(address) || inet_pton(AF_INET6, str_c(mem, address), &at) != 1)
        return address;
    if (memcmp(at.s6_addr, MAPPED, sizeof MAPPED) == 0)
        return str_fmt(mem, "%u.%u.%u.%u", at.s6_addr[12], at.s6_addr[13], at.s6_addr[14],
                       at.s6_addr[15]);
    return base64_hex(mem, (struct str){ (const char *)at.s6_addr, 8 });
}
