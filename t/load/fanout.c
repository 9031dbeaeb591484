/*
 * fanout.c — many subscribers to one collection, records created beside them, and how late each hears.
 *
 *     fanout -a ADDRESS -p PORT -c COLLECTION -n SUBSCRIBERS -s SECONDS -r RATE -k TOKEN -t TOKEN
 *            [-u TOKEN] [-z N] [-f]
 *
 * -a  where they listen: a port on this machine, or the path of a Unix socket (past the web server)
 * -p  the web server's port, where records are created;  -k with this token, RATE of them a second
 * -t  the token of subscribers;  -u of every other one, who may not see the records
 * -z  so many more that never read;  -f  each with a filter of its own
 *
 * Says READY when all are let in, and goes on with a line from standard input. Then
 * RESULT heard expected strays p50 p99 worst (ms). Records have the fields sent, n and pad.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"

enum { AT_ONCE = 64, LINE_ROOM = 4096, PATIENCE_S = 20, REPLY_ROOM = 8192 };

struct subscriber {
    int fd;
    bool may, let_in, in_body, chunked, has_size;
    uint32_t size, left;                        /* of a chunk                                      */
    size_t n;
    char line[LINE_ROOM];                       /* of the reply's text, or of its head             */
};
struct run {
    const char *address, *collection, *maker, *token, *other;
    int port, subscribers, seconds, rate, silent;
    bool filters;
    int epoll, let_in, begun;
    struct subscriber *list;
    uint32_t *late;                             /* in µs, of everything that was heard             */
    size_t heard, room, strays;
};

static NO_RETURN void die(const char *what)
{
    fprintf(stderr, "fanout: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static int connect_to(const char *address)
{
    struct sockaddr_un path = { .sun_family = AF_UNIX };
    struct sockaddr_in port = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    bool is_path = address[0] == '/';
    int fd = socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM, 0), yes = 1;
    if (is_path)
        snprintf(path.sun_path, sizeof path.sun_path, "%s", address);
    else
        port.sin_port = htons((uint16_t)strtol(address, NULL, 10));
    if (fd < 0 || connect(fd, is_path ? (struct sockaddr *)&path : (struct sockaddr *)&port,
                          is_path ? sizeof path : sizeof port) != 0)
        die("connect");
    if (!is_path)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return fd;
}

/* --- creating, in a process of its own -------------------------------------------------------- */

/* The status of the reply; it comes whole, being short. */
static long create(int fd, const struct run *run, int n)
{
    static char text[REPLY_ROOM];
    char body[256], pad[101];
    size_t have = 0;
    ssize_t got;
    memset(pad, 'x', sizeof pad - 1);
    pad[sizeof pad - 1] = '\0';
    int length = snprintf(body, sizeof body, "{\"sent\":%lld,\"n\":%d,\"pad\":\"%s\"}",
                          (long long)now_us(), n, pad);
    int whole = snprintf(text, sizeof text, "POST /api/v1/records/%s HTTP/1.1\r\nHost: localhost\r\n"
        "Authorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
        run->collection, run->maker, length, body);
    if (write(fd, text, (size_t)whole) != whole)
        die("write");
    do {
        got = read(fd, text + have, sizeof text - 1 - have);
        have += got > 0 ? (size_t)got : 0;
        text[have] = '\0';
    } while (got > 0 && strstr(text, "\r\n\r\n") == NULL);
    return got <= 0 ? 0 : strtol(text + strlen("HTTP/1.1 "), NULL, 10);
}

static NO_RETURN void make_records(const struct run *run)
{
    char port[16];
    int64_t began = now_us();
    snprintf(port, sizeof port, "%d", run->port);
    int fd = connect_to(port);
    for (int i = 0; i < run->seconds * run->rate; i++) {
        long status = create(fd, run, i);
        if (status != 201) {
            fprintf(stderr, "fanout: a create answered %ld\n", status);
            exit(1);
        }
        int64_t ahead = began + (int64_t)(i + 1) * 1000000 / run->rate - now_us();
        const struct timespec rest = { ahead / 1000000, ahead % 1000000 * 1000 };
        if (ahead > 0)
            nanosleep(&rest, NULL);
    }
    exit(0);
}

/* --- listening -------------------------------------------------------------------------------- */

static void ask(const struct run *run, int i, int fd, bool may)
{
    char text[REPLY_ROOM], filter[96] = "";
    if (run->filters)                           /* n != i && sent > 0 */
        snprintf(filter, sizeof filter, "&filter=n%%20%%21%%3D%%20%d%%20%%26%%26%%20sent%%20%%3E%%200",
                 1000000 + i);
    int n = snprintf(text, sizeof text, "GET /api/v1/realtime/subscribe?collections=%s&token=%s%s"
                     " HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n",
                     run->collection, may ? run->token : run->other, filter);
    if (write(fd, text, (size_t)n) != n)
        die("write");
}

static void start_one(struct run *run, int i)
{
    struct subscriber *s = &run->list[i];
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = s };
    bool reads = i < run->subscribers;
    s->may = run->other == NULL || i % 2 == 0;
    s->fd = connect_to(run->address);
    ask(run, i, s->fd, s->may);
    if (!reads)
        return;
    if (fcntl(s->fd, F_SETFL, O_NONBLOCK) != 0 || epoll_ctl(run->epoll, EPOLL_CTL_ADD, s->fd, &event) != 0)
        die("epoll");
    run->begun++;
}

static void count(struct run *run, const struct subscriber *s, const char *sent)
{
    int64_t late = now_us() - strtoll(sent, NULL, 10);
    if (!s->may)
        run->strays++;
    else if (run->heard < run->room)
        run->late[run->heard++] = (uint32_t)(late < 0 ? 0 : late);
}

static void head_line(struct run *run, struct subscriber *s)
{
    if (s->n == 0)
        s->in_body = true;
    if (strncasecmp(s->line, "Transfer-Encoding: chunked", 26) == 0)
        s->chunked = true;
    if (strncmp(s->line, "HTTP/1.1 ", 9) == 0 && strncmp(s->line + 9, "200", 3) != 0) {
        fprintf(stderr, "fanout: subscriber %d is answered %s\n", run->let_in, s->line);
        exit(1);
    }
}

static void stream_line(struct run *run, struct subscriber *s)
{
    if (!s->let_in && strncmp(s->line, "id:", 3) == 0) {
        s->let_in = true;
        run->let_in++;
    }
    const char *sent = strncmp(s->line, "data:", 5) == 0 ? strstr(s->line, "\"sent\":") : NULL;
    if (sent != NULL)
        count(run, s, sent + strlen("\"sent\":"));
}

static void take_text(struct run *run, struct subscriber *s, char c)
{
    if (c != '\n') {
        if (c != '\r' && s->n < LINE_ROOM - 1)
            s->line[s->n++] = c;
        return;
    }
    s->line[s->n] = '\0';
    if (s->in_body)
        stream_line(run, s);
    else
        head_line(run, s);
    s->n = 0;
}

static void take_size(struct subscriber *s, char c)
{
    static const char DIGITS[] = "0123456789abcdef";
    const char *digit = c == '\0' ? NULL : strchr(DIGITS, c | 0x20);
    if (digit != NULL && c != '\n') {
        s->size = s->size * 16 + (uint32_t)(digit - DIGITS);
        s->has_size = true;
    } else if (c == '\n' && s->has_size) {
        s->left = s->size;
        s->size = 0;
        s->has_size = false;
    }
}

static void take(struct run *run, struct subscriber *s, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s->in_body && s->chunked && s->left == 0) {
            take_size(s, bytes[i]);
            continue;
        }
        if (s->in_body && s->chunked)
            s->left--;
        take_text(run, s, bytes[i]);
    }
}

static bool read_one(struct run *run, struct subscriber *s)
{
    static char bytes[65536];
    ssize_t n = read(s->fd, bytes, sizeof bytes);
    if (n > 0)
        take(run, s, bytes, (size_t)n);
    return n > 0 || (n < 0 && errno == EAGAIN);
}

static void listen_for(struct run *run, int ms)
{
    struct epoll_event events[256];
    int n = epoll_wait(run->epoll, events, COUNT(events), ms);
    for (int i = 0; i < n; i++) {
        struct subscriber *s = events[i].data.ptr;
        if (!read_one(run, s)) {
            fprintf(stderr, "fanout: a subscriber was cut off\n");
            exit(1);
        }
    }
}

/* So many at once that no queue of connections runs over. */
static void let_all_in(struct run *run)
{
    int64_t until = now_us() + PATIENCE_S * 1000000LL;
    for (int i = 0; i < run->subscribers + run->silent; i++) {
        start_one(run, i);
        while (run->begun - run->let_in >= AT_ONCE && now_us() < until)
            listen_for(run, 100);
    }
    while (run->let_in < run->begun && now_us() < until)
        listen_for(run, 100);
    if (run->let_in < run->begun) {
        fprintf(stderr, "fanout: %d of %d were let in\n", run->let_in, run->begun);
        exit(1);
    }
}

/* --- the run ---------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static double at_part(const struct run *run, double part)
{
    size_t i = (size_t)((double)run->heard * part);
    return run->heard == 0 ? 0 : run->late[i < run->heard ? i : run->heard - 1] / 1000.0;
}

static void measure(struct run *run, size_t expected)
{
    int status = 1;
    pid_t maker = fork();
    if (maker == 0)
        make_records(run);
    int64_t until = now_us() + (run->seconds + PATIENCE_S) * 1000000LL;
    while (run->heard < expected && now_us() < until)
        listen_for(run, 100);
    for (int64_t more = now_us() + 500000; now_us() < more;)    /* what should not come */
        listen_for(run, 50);
    if (waitpid(maker, &status, 0) != maker || status != 0)
        exit(1);
    qsort(run->late, run->heard, sizeof *run->late, compare);
    printf("RESULT %zu %zu %zu %.1f %.1f %.1f\n", run->heard, expected, run->strays,
           at_part(run, 0.5), at_part(run, 0.99), at_part(run, 1));
}

static void read_options(int argc, char **argv, struct run *run)
{
    for (int c; (c = getopt(argc, argv, "a:p:c:n:s:r:k:t:u:z:f")) != -1;)
        switch (c) {
        case 'a': run->address = optarg; break;
        case 'p': run->port = (int)strtol(optarg, NULL, 10); break;
        case 'c': run->collection = optarg; break;
        case 'n': run->subscribers = (int)strtol(optarg, NULL, 10); break;
        case 's': run->seconds = (int)strtol(optarg, NULL, 10); break;
        case 'r': run->rate = (int)strtol(optarg, NULL, 10); break;
        case 'k': run->maker = optarg; break;
        case 't': run->token = optarg; break;
        case 'u': run->other = optarg; break;
        case 'z': run->silent = (int)strtol(optarg, NULL, 10); break;
        case 'f': run->filters = true; break;
        default:  exit(2);
        }
}

int main(int argc, char **argv)
{
    struct run run = { .seconds = 5, .rate = 1 };
    struct rlimit files;
    read_options(argc, argv, &run);
    if (run.address == NULL || run.collection == NULL || run.maker == NULL || run.token == NULL)
        return 2;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    size_t may = run.other == NULL ? (size_t)run.subscribers : ((size_t)run.subscribers + 1) / 2;
    size_t expected = may * (size_t)run.seconds * (size_t)run.rate;
    run.room = expected + 1;
    run.list = calloc((size_t)(run.subscribers + run.silent), sizeof *run.list);
    run.late = calloc(run.room, sizeof *run.late);
    run.epoll = epoll_create1(0);
    if (run.list == NULL || run.late == NULL || run.epoll < 0)
        die("memory");
    let_all_in(&run);
    puts("READY");
    fflush(stdout);
    if (getchar() == EOF)
        return 1;
    measure(&run, expected);
    return 0;
}
