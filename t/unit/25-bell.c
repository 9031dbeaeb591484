/* 25-bell.c — the bell rings for what is committed and durable, and for nothing else. */
#include "dbtest.h"

#include <dirent.h>
#include <poll.h>
#include <sys/stat.h>

#include "base/settings.h"
#include "db/tx.h"
#include "events/bell.h"
#include "events/event.h"

static struct settings set;

static bool rings(int fd)
{
    struct pollfd one = { .fd = fd, .events = POLLIN };
    bool rung = poll(&one, 1, 0) == 1;
    bell_drain(fd);
    return rung && poll(&one, 1, 0) == 0;
}

/* Entries of the folder; -1: there is none. */
static int hung(const char *folder)
{
    int n = 0;
    DIR *entries = opendir(folder);
    if (entries == NULL)
        return -1;
    for (struct dirent *e; (e = readdir(entries)) != NULL;)
        n += e->d_name[0] != '.';
    closedir(entries);
    return n;
}

static bool is_private(const char *folder)
{
    struct stat at;
    bool well = stat(folder, &at) == 0 && (at.st_mode & 0777) == 0700;
    DIR *entries = opendir(folder);
    for (struct dirent *e; entries != NULL && (e = readdir(entries)) != NULL;)
        well = well && (e->d_name[0] == '.' || (fstatat(dirfd(entries), e->d_name, &at, 0) == 0
                                                && (at.st_mode & 0777) == 0600));
    if (entries != NULL)
        closedir(entries);
    return well && entries != NULL;
}

static void by_hand(struct str data_dir, const char *what)
{
    const char *folder = str_fmt(tap_mem(), "%.*s/bells", STR_ARG(data_dir)).p;
    struct arena *one = arena_new(0, NULL, NULL), *two = arena_new(0, NULL, NULL);
    set = (struct settings){ .data_dir = data_dir };
    bell_ring(&set);
    is_int(hung(folder), -1, "ringing makes nothing");
    int first = bell_hang(one, &set);
    ok(first >= 0 && !rings(first), what);
    ok(is_private(folder), "nobody else gets at it");
    bell_ring(&set);
    ok(rings(first), "it rings");
    int second = bell_hang(two, &set);
    for (int i = 0; i < 1000; i++)
        bell_ring(&set);
    ok(rings(first) && rings(second), "all of them ring, and nobody waits for who does not listen");
    arena_free(one);
    is_int(hung(folder), 1, "one is taken down");
    bell_ring(&set);
    ok(rings(second), "the other stays");
    arena_free(two);
    is_int(hung(folder), -1, "the last one takes the folder along");
}

/* What a killed process leaves is a name without a socket behind it. */
static void stale(struct str data_dir)
{
    const char *folder = str_fmt(tap_mem(), "%.*s/bells", STR_ARG(data_dir)).p;
    struct arena *mem = arena_new(0, NULL, NULL);
    int fd = bell_hang(mem, &set);
    close(fd);
    bell_ring(&set);
    is_int(hung(folder), 0, "a dead one goes with the next ring");
    bell_ring(&set);
    is_int(hung(folder), -1, "and the folder with the one after");
    int other = bell_hang(mem, &set);
    const char *file = str_fmt(tap_mem(), "%s/other-host", folder).p;
    fclose(fopen(file, "w"));
    bell_ring(&set);
    ok(rings(other) && hung(folder) == 2, "what another machine has there is left alone");
    unlink(file);
    arena_free(mem);
    set.data_dir = NO_STR;
    bell_ring(&set);
    is_int(bell_hang(tap_mem(), &set), -1, "without a data directory there is none");
    set.data_dir = S("/nonexistent/place");
    bell_ring(&set);
    is_int(bell_hang(tap_mem(), &set), -1, "nor in one that does not exist");
}

static bool emit(struct cx *cx)
{
    return event_emit(cx, &(struct event){ .kind = RECORD_CREATED, .account_id = S(SYSTEM_ACCOUNT),
                                           .collection = S("posts"), .record_id = S("r"),
                                           .record = S("{}") });
}

static bool commits(struct cx *cx, bool says, uint64_t *ticket)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(!says || emit(cx));
    return ticket == NULL ? tx_commit(&tx) : tx_commit_early(&tx, ticket);
}

static bool goes_back(struct cx *cx, bool all)
{
    struct tx outer SCOPED(tx_end) = { 0 }, inner = { 0 };
    TRY(tx_begin(cx, &outer));
    TRY(tx_begin(cx, &inner));
    TRY(emit(cx));
    TRY(!all || tx_commit(&inner));
    tx_end(&inner);
    return all || tx_commit(&outer);
}

static void try_engine(size_t engine, struct str data_dir)
{
    struct dbtest t;
    struct cx cx;
    uint64_t first = 0, second = 0;
    bool settled;
    struct arena *mem = arena_new(0, NULL, NULL);
    set.data_dir = data_dir;
    ok(dbtest_open(&t, engine, &cx, DB_SERVE), engine == 0 ? "SQLite" : "PostgreSQL");
    cx.set = &set;
    int fd = bell_hang(mem, &set);
    ok(commits(&cx, true, NULL) && rings(fd), "a commit rings");
    ok(commits(&cx, false, NULL) && !rings(fd), "not one without an event");
    ok(goes_back(&cx, true) && !rings(fd), "not what is rolled back");
    ok(goes_back(&cx, false) && !rings(fd), "nor when only its savepoint is");
    ok(commits(&cx, true, &first) && commits(&cx, true, &second) && rings(fd) == (engine != 0),
       "one that has to settle does not ring yet");
    ok(tx_settle(&cx, first, true, &settled) && rings(fd) == (first != 0), "but when it has");
    ok(tx_settle(&cx, second, true, &settled) && rings(fd) == (second != 0), "and the next one");
    ok(tx_settle(&cx, second, true, &settled) && !rings(fd), "once");
    ok(commits(&cx, false, &first) && tx_settle(&cx, first, true, &settled) && !rings(fd),
       "nor does one without an event ring when it settles");
    dbtest_close(&t, &cx);
    arena_free(mem);
}

int main(void)
{
    const char *tmp = getenv("TMPDIR");
    char *top = (char *)(uintptr_t)str_fmt(tap_mem(), "%s/larder-bell.XXXXXX",
                                           tmp == NULL ? "/tmp" : tmp).p;
    plan(22 + 10 * (int)dbtest_engines());
    if (mkdtemp(top) == NULL)
        abort();
    char longest[121];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    struct str deep = str_fmt(tap_mem(), "%s/%s", top, longest);
    mkdir(deep.p, 0700);
    by_hand(str_of(top), "a bell hangs");
    by_hand(deep, "a bell hangs in a directory with a long name");
    set.data_dir = str_of(top);
    stale(str_of(top));
    for (size_t engine = 0; engine < dbtest_engines(); engine++)
        try_engine(engine, str_of(top));
    rmdir(deep.p);
    ok(rmdir(top) == 0, "nothing is left");
    return done();
}
