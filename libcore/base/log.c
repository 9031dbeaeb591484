/* log.c — lines of JSON, or of words, buffered until somebody has the time to write them. */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/js.h"
#include "base/when.h"

#define LINES_BYTES 32768u
#define LINE_BYTES 8192u
#define PIPE_BYTES 4096u                /* one write of up to so much stays whole in a pipe      */

static struct {
    const char *program;
    enum log_level least;
    bool as_words;
    int fd;
    char correlation[72];
    char lines[LINES_BYTES];
    size_t used;
    int64_t flushed_at;
    pid_t owner;                        /* a child must not write its parent's lines again       */
    struct arena *mem;
} out = { .program = "larder", .least = LOG_INFO, .fd = STDERR_FILENO };

static const char *const level_names[] = { "debug", "info", "warning", "error", "critical" };

void log_open(const char *program, enum log_level least, bool as_words, const char *path_or_null)
{
    log_flush();
    if (out.fd != STDERR_FILENO)
        close(out.fd);
    out.program = program;
    out.least = least;
    out.as_words = as_words;
    out.fd = STDERR_FILENO;
    if (path_or_null != NULL && path_or_null[0] != '\0') {
        int fd = open(path_or_null, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (fd >= 0)
            out.fd = fd;
        else
            LOG(LOG_ERROR, "log file cannot be opened", log_text("path", str_of(path_or_null)));
    }
}

void log_request(struct str correlation_id)
{
    size_t n =
        correlation_id.n < sizeof out.correlation ? correlation_id.n : sizeof out.correlation - 1;
    if (n > 0)
        memcpy(out.correlation, correlation_id.p, n);
    out.correlation[n] = '\0';
}

bool log_wants(enum log_level level)
{
    return level >= out.least;
}

/* A child inherits lines that its parent is going to write. */
static void own(void)
{
    pid_t me = getpid();
    if (out.owner != me) {
        out.owner = me;
        out.used = 0;
    }
}

/* Whole lines of at most PIPE_BYTES, so that programs that share a pipe do not cut each other's. */
static size_t helping(const char *p, size_t n)
{
    size_t some = n < PIPE_BYTES ? n : PIPE_BYTES;
    while (some > 0 && p[some - 1] != '\n')
        some--;
    return some > 0 ? some : n;
}

void log_flush(void)
{
    size_t done = 0;
    own();
    while (done < out.used) {
        ssize_t n = write(out.fd, out.lines + done, helping(out.lines + done, out.used - done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;                      /* nowhere to say it                                     */
        done += (size_t)n;
    }
    out.used = 0;
    out.flushed_at = when_now();
}

static void as_json(struct buf *line, int64_t now, enum log_level level, const char *event,
                    const struct log_item *items, size_t n)
{
    struct js js;
    js_init(&js, line);
    js_object(&js, NULL);
    js_time(&js, "time", now);
    js_text(&js, "level", str_of(level_names[level]));
    js_text(&js, "program", str_of(out.program));
    js_int(&js, "pid", out.owner);
    js_text(&js, "event", str_of(event));
    if (out.correlation[0] != '\0')
        js_text(&js, "correlation_id", str_of(out.correlation));
    for (size_t i = 0; i < n; i++) {
        if (items[i].kind == LOG_NUMBER)
            js_int(&js, items[i].name, items[i].number);
        else if (items[i].kind == LOG_REAL)
            js_number(&js, items[i].name, items[i].real);
        else
            js_text(&js, items[i].name, items[i].text);
    }
    js_end(&js);
}

static void as_words(struct buf *line, int64_t now, enum log_level level, const char *event,
                     const struct log_item *items, size_t n)
{
    when_iso(line, now);
    buf_fmt(line, " %-8s %s: %s", level_names[level], out.program, event);
    for (size_t i = 0; i < n; i++) {
        buf_fmt(line, " %s=", items[i].name);
        if (items[i].kind == LOG_NUMBER)
            buf_int(line, items[i].number);
        else if (items[i].kind == LOG_REAL)
            buf_fmt(line, "%g", items[i].real);
        else
            js_quote(line, items[i].text);
    }
}

void log_event(enum log_level level, const char *event, const struct log_item *items, size_t n)
{
    struct buf line;
    if (!log_wants(level))
        return;
    own();
    int64_t now = when_now();
    if (out.mem == NULL)
        out.mem = arena_new(0, NULL, NULL);
    buf_init(&line, out.mem, LINE_BYTES - 1);
    (out.as_words ? as_words : as_json)(&line, now, level, event, items, n);
    if (line.over) {                    /* too long: say at least what it was                    */
        buf_init(&line, out.mem, LINE_BYTES - 1);
        (out.as_words ? as_words : as_json)(&line, now, level, event, NULL, 0);
    }
    line.max = LINE_BYTES;
    buf_c(&line, '\n');
    if (line.n > LINES_BYTES - out.used)
        log_flush();
    memcpy(out.lines + out.used, line.p, line.n);
    out.used += line.n;
    arena_reset(out.mem);
    if (level >= LOG_WARNING || now - out.flushed_at > WHEN_SECOND)
        log_flush();
}

void log_failure(const struct cx *cx)
{
    enum err_kind kind = cx->err.kind;
    enum log_level level = kind == E_BROKEN || kind == E_FULL ? LOG_ERROR
                         : kind == E_BUSY ? LOG_WARNING : LOG_INFO;     /* a caller's own fault  */
    LOG(level, "request failed", log_text("message", str_of(cx->err.message)),
        log_text("cause", str_of(cx->err.cause)));
}
