/* checkpointlog.c — appends checkpoints to their file and reads its last line. */
#define _GNU_SOURCE                         /* F_OFD_*: locks that belong to the descriptor */
#include "audit/checkpointlog.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/auditline.h"
#include "base/num.h"
#include "base/settings.h"
#include "base/when.h"

#define FILE_NAME "audit-checkpoints.ndjson"
enum { TAIL_FIRST = 1 << 14 };

static const char *path_of(const struct cx *cx)
{
    if (cx->set == NULL || cx->set->data_dir.n == 0)
        return NULL;
    return str_fmt(cx->mem, "%.*s/" FILE_NAME, STR_ARG(cx->set->data_dir)).p;
}

static void close_file(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool file_failed(struct cx *cx, const char *what)
{
    return broken(cx, "%s cannot be %s: %s", path_of(cx), what, strerror(errno));
}

static bool read_at(int fd, char *into, size_t n, off_t at)
{
    for (ssize_t got; n > 0; into += got, at += got, n -= (size_t)got)
        if ((got = pread(fd, into, n, at)) <= 0)
            return false;
    return true;
}

/* The last whole line, and where it ends: what follows was torn off in a crash. */
static bool last_line(struct cx *cx, int fd, struct str *line, off_t *end)
{
    struct stat about;
    size_t size, n = TAIL_FIRST;
    *line = NO_STR;
    *end = 0;
    if (fstat(fd, &about) != 0 || !num_size(about.st_size, &size))
        return file_failed(cx, "read");
    for (;; n *= 2) {
        n = n < size ? n : size;
        char *text = arena_alloc(cx->mem, n + 1);
        if (!read_at(fd, text, n, (off_t)(size - n)))
            return file_failed(cx, "read");
        size_t stop = n, start;
        while (stop > 0 && text[stop - 1] != '\n')
            stop--;
        for (start = stop > 0 ? stop - 1 : 0; start > 0 && text[start - 1] != '\n'; start--)
            ;
        if ((start == 0 || stop == 0) && n < size)
            continue;
        *end = (off_t)(size - n + stop);
        *line = stop > 0 ? (struct str){ text + start, stop - 1 - start } : NO_STR;
        return true;
    }
}

/* number 0: there is no line. A line that does not read is told as *fault. */
static bool read_last(struct cx *cx, int fd, struct checkpoint_signed *out, off_t *end,
                      struct str *fault)
{
    struct str text;
    struct auditline line;
    *out = (struct checkpoint_signed){ .number = 0 };
    *fault = NO_STR;
    TRY(last_line(cx, fd, &text, end));
    if (str_absent(text))
        return true;
    if (auditline_read(cx, text, &line) && line.kind == AUDITLINE_CHECKPOINT) {
        *out = line.checkpoint;
        return true;
    }
    fail_forget(cx);
    *fault = S("The last line of " FILE_NAME " is no checkpoint");
    return true;
}

/* Signed after this request began: its snapshot cannot know of it. */
static bool is_newer(struct cx *cx, const struct checkpoint_signed *last)
{
    struct checkpoint is;
    int64_t at;
    bool well;
    return checkpoint_read(cx, last->document, &is, &well) && well && when_parse(is.time, &at)
        && at >= cx->now;
}

bool checkpointlog_compare(struct cx *cx, struct str *fault)
{
    struct checkpoint_signed last, stored;
    const char *path = path_of(cx);
    off_t end;
    bool found;
    *fault = NO_STR;
    int fd SCOPED(close_file) = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return path == NULL || errno == ENOENT || file_failed(cx, "read");
    TRY(read_last(cx, fd, &last, &end, fault));
    if (!str_absent(*fault) || last.number == 0)
        return true;
    TRY(checkpoint_after(cx, last.number - 1, &stored, &found));
    if (found && stored.number == last.number) {
        if (!str_eq(stored.document, last.document))
            *fault = str_fmt(cx->mem, "Checkpoint %lld: Not the one of " FILE_NAME,
                             (long long)last.number);
    } else if (!is_newer(cx, &last)) {
        *fault = str_fmt(cx->mem, "Checkpoint %lld: In " FILE_NAME ", but not in the database",
                         (long long)last.number);
    }
    return true;
}

static bool write_all(struct cx *cx, int fd, struct str text)
{
    for (ssize_t n; text.n > 0; text = str_sub(text, (size_t)n, text.n))
        if ((n = write(fd, text.p, text.n)) < 0)
            return file_failed(cx, "written");
    return true;
}

static bool append_after(struct cx *cx, int fd, int64_t number)
{
    for (bool found = true; found;) {
        struct arena_mark mark = arena_mark(cx->mem);
        struct checkpoint_signed next;
        struct buf line;
        TRY(checkpoint_after(cx, number, &next, &found));
        if (found) {
            buf_init(&line, cx->mem, SIZE_MAX / 2);
            auditline_put_checkpoint(&line, &next);
            TRY(write_all(cx, fd, buf_text(&line)));
            number = next.number;
        }
        arena_rewind(cx->mem, mark);
    }
    return fsync(fd) == 0 || file_failed(cx, "written");
}

bool checkpointlog_append(struct cx *cx)
{
    struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    struct checkpoint_signed last;
    const char *path = path_of(cx);
    struct str fault;
    off_t end;
    if (path == NULL)
        return true;
    int fd SCOPED(close_file) = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || fcntl(fd, F_OFD_SETLKW, &all) != 0)
        return file_failed(cx, "opened");
    TRY(read_last(cx, fd, &last, &end, &fault));
    if (!str_absent(fault))
        return fail(cx, E_CONFLICT, "Conflict", "%.*s", STR_ARG(fault));
    if (ftruncate(fd, end) != 0)
        return file_failed(cx, "written");
    return append_after(cx, fd, last.number);
}
