/* gate.c — takes a request from libfcgi or from the CGI environment and sends the reply back. */
#include "http/gate.h"

#include <errno.h>
#include <fastcgi.h>
#include <fcgiapp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/num.h"

extern char **environ;

struct gate {
    bool plain, taken, read;                        /* read: the input is at its end */
    bool begun;                                     /* a head has been sent */
    char *const *params;                            /* of a request that was read elsewhere */
    struct buf *collected;                          /* and where its reply goes; else NULL */
    FCGX_Request fcgi;
};

bool gate_is_plain(void)
{
    return FCGX_IsCGI() != 0;
}

bool gate_has_plain(void)
{
    return getenv("REQUEST_METHOD") != NULL;
}

struct gate *gate_open(struct arena *mem, int door)
{
    struct gate *gate = arena_make(mem, struct gate);
    FCGX_Init();
    FCGX_InitRequest(&gate->fcgi, door, FCGI_FAIL_ACCEPT_ON_INTR);
    return gate;
}

struct gate *gate_plain(struct arena *mem)
{
    struct gate *gate = arena_make(mem, struct gate);
    gate->plain = true;
    return gate;
}

struct gate *gate_collect(struct arena *mem, char *const *params, struct buf *reply)
{
    struct gate *gate = arena_make(mem, struct gate);
    gate->read = true;
    gate->params = params;
    gate->collected = reply;
    return gate;
}

bool gate_accept(struct gate *gate)
{
    if (gate->plain ? gate->taken : FCGX_Accept_r(&gate->fcgi) != 0)
        return false;
    gate->taken = true;
    gate->read = gate->begun = false;
    return true;
}

struct gate_connection gate_connection(const struct gate *gate)
{
    return (struct gate_connection){ gate->fcgi.ipcFd, gate->fcgi.requestId };
}

void gate_let_go(struct gate *gate)
{
    FCGX_Free(&gate->fcgi, 0);
    FCGX_Detach(&gate->fcgi);
    gate->fcgi.ipcFd = -1;                          /* else the next accept would go on with it */
}

char *const *gate_params(const struct gate *gate)
{
    return gate->collected != NULL ? gate->params : gate->plain ? environ : gate->fcgi.envp;
}

/* Up to n bytes; fewer only at the end of the input. */
static size_t take(struct gate *gate, char *into, size_t n)
{
    size_t got = 0;
    if (!gate->plain) {
        while (got < n) {
            int some = FCGX_GetStr(into + got, num_clip(n - got), gate->fcgi.in);
            if (some <= 0)
                break;
            got += (size_t)some;
        }
    } else {
        while (got < n) {
            ssize_t some = read(STDIN_FILENO, into + got, n - got);
            if (some < 0 && errno == EINTR)
                continue;
            if (some <= 0)
                break;
            got += (size_t)some;
        }
    }
    gate->read = got < n;
    return got;
}

static enum gate_body take_all(struct gate *gate, struct arena *mem, size_t max, struct str *body)
{
    struct buf b;
    buf_init(&b, mem, max);
    char piece[8192];
    while (!gate->read && !b.over)
        buf_put(&b, piece, take(gate, piece, sizeof piece));
    *body = buf_text(&b);
    return b.over ? BODY_TOO_LARGE : BODY_READ;
}

enum gate_body gate_body(struct gate *gate, struct arena *mem, int64_t declared, size_t max,
                         struct str *body)
{
    size_t n;
    *body = S("");
    if (declared < 0)
        return take_all(gate, mem, max, body);
    if (!num_size(declared, &n) || n > max)
        return BODY_TOO_LARGE;
    if (n == 0)
        return BODY_READ;
    char *p = arena_alloc(mem, n + 1);
    if (take(gate, p, n) != n)
        return BODY_BROKEN;
    *body = (struct str){ p, n };
    return BODY_READ;
}

static void drain(struct gate *gate)
{
    char piece[8192];
    while (!gate->read)
        take(gate, piece, sizeof piece);
}

static void finish(struct gate *gate)
{
    if (gate->collected != NULL)
        return;
    FCGX_Detach(&gate->fcgi);
    FCGX_Finish_r(&gate->fcgi);
}

static bool write_plain(struct str head, struct str body)
{
    struct iovec rest[2] = { { (void *)(uintptr_t)head.p, head.n },
                             { (void *)(uintptr_t)body.p, body.n } };
    size_t at = 0;
    while (at < COUNT(rest)) {
        ssize_t n = writev(STDOUT_FILENO, rest + at, (int)(COUNT(rest) - at));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        size_t gone = (size_t)n;
        for (; at < COUNT(rest) && gone >= rest[at].iov_len; at++)
            gone -= rest[at].iov_len;
        if (at < COUNT(rest)) {
            rest[at].iov_base = (char *)rest[at].iov_base + gone;
            rest[at].iov_len -= gone;
        }
    }
    return true;
}

static bool put(struct gate *gate, struct str s)
{
    if (gate->collected != NULL) {
        buf_str(gate->collected, s);
        return !gate->collected->over;
    }
    while (s.n > 0) {
        int n = num_clip(s.n);
        if (FCGX_PutStr(s.p, n, gate->fcgi.out) < 0)
            return false;
        s = str_sub(s, (size_t)n, SIZE_MAX);
    }
    return true;
}

/* What is said too late, in the middle of a reply, would be taken for its content. */
void gate_reply(struct gate *gate, struct str head, struct str body)
{
    if (gate->begun) {
        gate_cut(gate);
        return;
    }
    if (gate->plain) {
        (void)write_plain(head, body);
        return;
    }
    drain(gate);
    if (put(gate, head))
        (void)put(gate, body);
    finish(gate);
}

size_t gate_read(struct gate *gate, char *into, size_t room)
{
    return gate->read ? 0 : take(gate, into, room);
}

bool gate_begin(struct gate *gate, struct str head)
{
    if (!gate->plain)
        drain(gate);
    gate->begun = true;
    return gate_write(gate, head);
}

bool gate_write(struct gate *gate, struct str piece)
{
    return gate->plain ? write_plain(piece, NO_STR) : put(gate, piece);
}

void gate_end(struct gate *gate)
{
    if (!gate->plain)
        finish(gate);
}

/*
 * Without the record that would end the request: what libfcgi still holds is dropped with it. nginx
 * takes even that for an end, where no length was told, but not a record that is none.
 */
void gate_cut(struct gate *gate)
{
    static const char no_record[8];
    if (gate->plain || gate->collected != NULL)
        return;
    if (write(gate->fcgi.ipcFd, no_record, sizeof no_record) < 0)
        errno = 0;                              /* the other side has gone already               */
    FCGX_Free(&gate->fcgi, 1);
}

/* --- records of FastCGI, for connections that were let go ------------------------------------- */

static void put_head(struct buf *out, int type, int request_id, size_t n)
{
    const char head[FCGI_HEADER_LEN] = { FCGI_VERSION_1, (char)type,
        (char)(request_id >> 8 & 0xff), (char)(request_id & 0xff),
        (char)(n >> 8 & 0xff), (char)(n & 0xff), 0, 0 };
    buf_put(out, head, sizeof head);
}

void gate_put(struct buf *out, int request_id, struct str bytes)
{
    while (bytes.n > 0) {
        struct str some = str_sub(bytes, 0, FCGI_MAX_LENGTH);
        put_head(out, FCGI_STDOUT, request_id, some.n);
        buf_str(out, some);
        bytes = str_sub(bytes, some.n, SIZE_MAX);
    }
}

void gate_put_end(struct buf *out, int request_id)
{
    static const char complete[8];                  /* status 0, FCGI_REQUEST_COMPLETE */
    put_head(out, FCGI_STDOUT, request_id, 0);
    put_head(out, FCGI_END_REQUEST, request_id, sizeof complete);
    buf_put(out, complete, sizeof complete);
}

bool gate_is_abort(struct str record)
{
    return record.n >= FCGI_HEADER_LEN && record.p[0] == FCGI_VERSION_1
        && record.p[1] == FCGI_ABORT_REQUEST;
}
