/* requestlog.c — goes back through the log's files, line by line from the end. */
#define _GNU_SOURCE                         /* memmem                                             */
#include "app/requestlog.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/js.h"
#include "base/jsonlean.h"
#include "base/jv.h"
#include "base/num.h"
#include "base/settings.h"
#include "base/when.h"
#include "view/phrase.h"

enum { BLOCK = 65536, FILES = 3, EVERY = 64 };
#define SLACK WHEN_MINUTE                   /* how far lines may be out of order                  */

struct file { int fd; uint64_t inode; int64_t size; };
/* What is wanted, in the form in which the log has it. */
struct wanted { struct str method, path, account, user, status; };
struct scan {
    struct cx *cx;
    const struct requestlog_query *query;
    struct wanted wanted;
    struct requestlog_page *page;
    struct file files[FILES]; size_t n;
    char *block;
    int64_t budget;
    bool is_over;                           /* full, or what follows is too old                   */
    unsigned passed;                        /* lines that were only glanced at                    */
};

const char *requestlog_state_words(enum requestlog_state state)
{
    static const char *const WORDS[] = {
        [REQUESTLOG_READ] = "",
        [REQUESTLOG_NOWHERE] = W("There is no log file: the programs write to standard error. The"
                                 " setting LOG_FILE names one."),
        [REQUESTLOG_WORDS] = W("The log is written in words. With the setting LOG_FORMAT=json it"
                               " can be read here."),
        [REQUESTLOG_QUIET] = W("The setting LOG_LEVEL leaves requests out; INFO writes a line for"
                               " each."),
        [REQUESTLOG_UNREADABLE] = W("The log file cannot be read."),
    };
    return WORDS[state];
}

/* ---- lines ---- */

/* As js.h writes it; absent stays absent. */
static struct str quoted(struct cx *cx, struct str text)
{
    struct buf out;
    if (str_absent(text))
        return text;
    buf_init(&out, cx->mem, SIZE_MAX);
    js_quote(&out, text);
    return buf_text(&out);
}

static void prepare(struct scan *scan)
{
    struct cx *cx = scan->cx;
    const struct requestlog_query *query = scan->query;
    struct str path = quoted(cx, query->path);
    scan->wanted = (struct wanted){
        .method = str_absent(query->method) ? NO_STR : quoted(cx, str_upper(cx->mem,
                                                                            query->method)),
        .path = str_absent(path) ? NO_STR : str_sub(path, 0, path.n - 1),   /* goes on           */
        .account = quoted(cx, query->account), .user = quoted(cx, query->user),
        .status = query->status == 0 ? NO_STR       /* a class is how its statuses begin          */
                : str_fmt(cx->mem, "\"status\":%" PRId64, query->status),
    };
}

struct seen { struct str time, event, method, path, account, user, status, us; };

/* Values as JSON; false when it is no line of ours. */
static bool look(struct str line, struct seen *out)
{
    struct str rest = line, key, value;
    const struct { struct str name; struct str *to; } members[] = {
        { S("time"), &out->time },       { S("event"), &out->event },
        { S("method"), &out->method },   { S("path"), &out->path },
        { S("status"), &out->status },   { S("us"), &out->us },
        { S("account"), &out->account }, { S("user"), &out->user },
    };
    *out = (struct seen){ .time = NO_STR };
    if (!str_starts(line, S("{\"time\":\"")) || !str_ends(line, S("}")))
        return false;
    while (jsonlean_member(&rest, &key, &value))
        for (size_t i = 0; i < COUNT(members); i++)
            if (str_eq(key, members[i].name))
                *members[i].to = value;
    return str_eq(out->event, S("\"request\""));
}

static int64_t time_of(struct str value)
{
    int64_t time;
    return value.n > 2 && when_parse(str_sub(value, 1, value.n - 2), &time) ? time : 0;
}

static int64_t number(struct str value)
{
    int64_t n;
    return num_int(value, &n) ? n : 0;
}

static bool is_wanted(const struct scan *scan, const struct seen *line, int64_t time)
{
    const struct requestlog_query *query = scan->query;
    const struct wanted *wanted = &scan->wanted;
    int64_t status = number(line->status);
    return (str_absent(wanted->method) || str_eq(wanted->method, line->method))
        && (str_absent(wanted->path) || str_starts(line->path, wanted->path))
        && (str_absent(wanted->account) || str_eq(wanted->account, line->account))
        && (str_absent(wanted->user) || str_eq(wanted->user, line->user))
        && (query->status == 0 || query->status == status
            || (query->status < 10 && query->status == status / 100))
        && number(line->us) >= query->slower_us
        && time >= query->since && (query->until == 0 || time < query->until);
}

/* Read once more, strictly: what is shown, and to whom, does not hang on the quick look. */
static void keep(struct scan *scan, struct str line, int64_t time)
{
    struct cx *cx = scan->cx;
    struct requestlog_page *page = scan->page;
    struct arena_mark mark = arena_mark(cx->mem);
    struct jv_fault fault;
    struct jv v;
    if (!jv_parse(cx, str_copy(cx->mem, line), &v, &fault) || v.kind != JV_OBJECT
        || (!cx->who->is_superadmin
            && !str_eq(jv_text(jv_get(v, S("account"))), cx->who->account_id))) {
        arena_rewind(cx->mem, mark);
        return;
    }
    page->at[page->n++] = (struct requestlog_line){
        .time = time, .us = jv_int(jv_get(v, S("us"))), .bytes = jv_int(jv_get(v, S("bytes"))),
        .status = jv_int(jv_get(v, S("status"))), .method = jv_text(jv_get(v, S("method"))),
        .path = jv_text(jv_get(v, S("path"))), .program = jv_text(jv_get(v, S("program"))),
        .account = jv_text(jv_get(v, S("account"))), .user = jv_text(jv_get(v, S("user"))),
        .correlation_id = jv_text(jv_get(v, S("correlation_id"))),
        .request_id = jv_text(jv_get(v, S("request_id"))) };
}

/* Before anything is read: what has not even the bytes is passed over, but for one in EVERY, which
 * tells the time. */
static bool glance(struct scan *scan, struct str line)
{
    const struct wanted *wanted = &scan->wanted;
    const struct str parts[] = { wanted->account, wanted->user, wanted->path, wanted->status,
                                 wanted->method };
    if (scan->passed % EVERY == 0)
        return true;
    for (size_t i = 0; i < COUNT(parts); i++)
        if (!str_absent(parts[i]) && memmem(line.p, line.n, parts[i].p, parts[i].n) == NULL)
            return false;
    return true;
}

static void take(struct scan *scan, struct str line)
{
    struct requestlog_page *page = scan->page;
    struct seen seen;
    scan->passed++;
    if (!glance(scan, line) || !look(line, &seen))
        return;
    int64_t time = time_of(seen.time);
    if (page->oldest == 0 || time < page->oldest)
        page->oldest = time;
    if (scan->query->since > 0 && time < scan->query->since - SLACK)
        scan->is_over = true;
    else if (is_wanted(scan, &seen, time))
        keep(scan, line, time);
}

/* ---- files ---- */

static bool fill(const struct file *file, char *block, size_t n, int64_t at)
{
    size_t done = 0;
    while (done < n) {
        ssize_t got = pread(file->fd, block + done, n - done, (off_t)(at + (int64_t)done));
        if (got <= 0)
            return false;                   /* it was cut short meanwhile                         */
        done += (size_t)got;
    }
    return true;
}

/* The place after the last line end before n; 0: there is none. */
static size_t after_line(const char *block, size_t n)
{
    while (n > 0 && block[n - 1] != '\n')
        n--;
    return n;
}

static void leave(struct scan *scan, const struct file *file, int64_t at, bool is_cut)
{
    scan->page->next = str_fmt(scan->cx->mem, "%" PRIu64 "-%" PRId64, file->inode, at);
    scan->page->is_cut = is_cut;
    scan->is_over = true;
}

/* The lines of one block that ends at *end, last first; *end: where the next block ends. Half a
 * line at the end is nobody's: not yet whole, or not ours at all. */
static void go_through(struct scan *scan, const struct file *file, int64_t *end)
{
    size_t n = *end < BLOCK ? (size_t)*end : BLOCK;
    int64_t begin = *end - (int64_t)n;
    if (!fill(file, scan->block, n, begin)) {
        *end = 0;
        return;
    }
    scan->budget -= (int64_t)n;
    size_t stop = after_line(scan->block, n);
    while (stop > 0 && !scan->is_over) {
        size_t start = after_line(scan->block, stop - 1);
        if (start == 0 && begin > 0)
            break;                          /* it begins in the block before                      */
        take(scan, (struct str){ scan->block + start, stop - 1 - start });
        stop = start;
        if (scan->page->n == (size_t)scan->query->limit)
            leave(scan, file, begin + (int64_t)stop, false);
    }
    *end = stop == n ? begin : begin + (int64_t)stop;
}

static void read_files(struct scan *scan, size_t first, int64_t end)
{
    for (size_t i = first; i < scan->n; i++) {
        const struct file *file = &scan->files[i];
        if (i > first)
            end = file->size;
        while (end > 0 && !scan->is_over) {
            if (scan->budget <= 0)
                leave(scan, file, end, true);
            else
                go_through(scan, file, &end);
        }
    }
}

static void close_files(struct scan *scan)
{
    for (size_t i = 0; i < scan->n; i++)
        close(scan->files[i].fd);
    scan->n = 0;
}

/* Those there are, newest first. */
static void open_files(struct scan *scan)
{
    static const char *const ENDINGS[FILES] = { "", ".1", ".2" };
    struct cx *cx = scan->cx;
    for (size_t i = 0; i < FILES; i++) {
        struct str path = str_fmt(cx->mem, "%.*s%s", STR_ARG(cx->set->log_file), ENDINGS[i]);
        int fd = open(path.p, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        struct stat about;
        if (fd < 0)
            continue;
        if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode))
            scan->files[scan->n++] = (struct file){ fd, about.st_ino, about.st_size };
        else
            close(fd);
    }
}

/* Where query.next points to: *first and *end; false: into a file that is gone. */
static bool find_place(const struct scan *scan, struct str inode, int64_t at, size_t *first,
                       int64_t *end)
{
    struct cx *cx = scan->cx;
    for (size_t i = 0; i < scan->n; i++)
        if (str_eq(inode, str_fmt(cx->mem, "%" PRIu64, scan->files[i].inode))
            && at <= scan->files[i].size) {
            *first = i;
            *end = at;
            return true;
        }
    return false;
}

static bool begin(struct scan *scan)
{
    struct str rest = scan->query->next, inode;
    size_t first = 0;
    int64_t end = scan->n > 0 ? scan->files[0].size : 0;
    if (!str_absent(rest)) {
        if (!str_cut(&rest, '-', &inode) || !num_int(rest, &end) || end < 0)
            return fail(scan->cx, E_INVALID, "Invalid request", "This is no place in the log");
        scan->page->is_gone = !find_place(scan, inode, end, &first, &end);
    }
    if (!scan->page->is_gone)
        read_files(scan, first, end);
    return true;
}

static enum requestlog_state state_of(const struct settings *set)
{
    if (set->log_file.n == 0)
        return REQUESTLOG_NOWHERE;
    if (!str_eq_nocase(set->log_format, S("json")))
        return REQUESTLOG_WORDS;
    return str_eq_nocase(set->log_level, S("INFO")) || str_eq_nocase(set->log_level, S("DEBUG"))
         ? REQUESTLOG_READ : REQUESTLOG_QUIET;
}

bool requestlog_read(struct cx *cx, const struct requestlog_query *given,
                     struct requestlog_page *out)
{
    struct requestlog_query query = *given;
    struct scan scan SCOPED(close_files) = { .cx = cx, .query = &query, .page = out,
                                             .budget = REQUESTLOG_BYTES };
    *out = (struct requestlog_page){ .state = state_of(cx->set) };
    if (query.limit < 1 || query.limit > REQUESTLOG_MOST)
        return broken(cx, "a page of %" PRId64 " lines of the log", query.limit);
    if (out->state != REQUESTLOG_READ)
        return true;
    open_files(&scan);
    if (scan.n == 0)
        out->state = REQUESTLOG_UNREADABLE;
    if (!cx->who->is_superadmin) {
        if (!str_absent(query.account) && !str_eq(query.account, cx->who->account_id))
            return true;
        query.account = cx->who->account_id;
    }
    prepare(&scan);
    out->at = arena_list(cx->mem, struct requestlog_line, (size_t)query.limit);
    scan.block = arena_list(cx->mem, char, BLOCK);
    return begin(&scan);
}
