/* bucket.c — reads what is asked, lets net/s3 ask the bucket, passes the bytes on as they come. */
#include "bucket.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/js.h"
#include "base/num.h"
#include "base/url.h"
#include "base/when.h"
#include "net/aws.h"
#include "net/s3.h"

enum { LINE_MAX_BYTES = 4000, LIST_MAX = 1 << 20, SHORT_MS = 30000 };

struct deed {
    struct cx *cx;
    struct jv asked;
    struct s3 s3;
    struct s3_ask ask;
    struct s3_reply reply;
    int out;
    bool has_begun;
};

static bool put(struct deed *deed, struct str piece)
{
    while (piece.n > 0) {
        ssize_t n = write(deed->out, piece.p, piece.n);
        if (n < 0 && errno != EINTR)
            return false;
        piece = str_sub(piece, n > 0 ? (size_t)n : 0, piece.n);
    }
    return true;
}

/* --- what is answered ------------------------------------------------------------------------- */

static bool say(struct deed *deed, const struct s3_reply *reply, struct str next)
{
    struct buf line;
    struct js js;
    buf_init(&line, deed->cx->mem, LINE_MAX_BYTES);
    js_init(&js, &line);
    js_object(&js, NULL);
    js_int(&js, "status", reply->status);
    js_text(&js, "code", reply->code);
    js_text(&js, "why", reply->why);
    js_text(&js, "type", reply->type.n > 255 ? NO_STR : reply->type);
    js_int(&js, "length", reply->length);
    js_int(&js, "modified", reply->modified);
    js_text(&js, "next", next);
    js_end(&js);
    buf_c(&line, '\n');
    deed->has_begun = true;
    return js_done(&js) && !line.over && put(deed, buf_text(&line));
}

static bool begin(void *state, const struct s3_reply *head)
{
    return say(state, head, NO_STR);
}

static bool take(void *state, struct str piece)
{
    return put(state, piece);
}

static struct str next_of(struct deed *deed)
{
    struct str token = aws_element(deed->reply.body, "NextContinuationToken");
    return str_absent(token) ? NO_STR : aws_plain(deed->cx->mem, token);
}

/* What was listed. A key with a tab or a line break in it is none of ours. */
static bool say_list(struct deed *deed)
{
    struct str xml = deed->reply.body, each = NO_STR;
    struct buf lines;
    buf_init(&lines, deed->cx->mem, LIST_MAX);
    while (aws_next(&xml, "Contents", &each)) {
        int64_t size = 0, modified = 0;
        struct str key = aws_element(each, "Key"), at = aws_element(each, "LastModified");
        size_t tab;
        key = str_absent(key) ? NO_STR : aws_plain(deed->cx->mem, key);
        if (str_absent(key) || str_find(key, '\t', &tab) || str_find(key, '\n', &tab)
            || str_absent(at) || !when_parse(at, &modified)
            || !num_int(aws_element(each, "Size"), &size))
            continue;
        buf_fmt(&lines, "%lld\t%lld\t%.*s\n", (long long)size, (long long)modified, STR_ARG(key));
    }
    return !lines.over && say(deed, &deed->reply, next_of(deed)) && put(deed, buf_text(&lines));
}

/* --- what is asked ---------------------------------------------------------------------------- */

struct mapping { void *p; size_t n; };

static void unmap(void *state)
{
    struct mapping *m = state;
    munmap(m->p, m->n);
}

static const char *map_file(struct deed *deed)
{
    struct stat st;
    struct str path = jv_text(jv_get(deed->asked, S("file")));
    int fd = open(str_c(deed->cx->mem, path), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    const char *trouble = NULL;
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        trouble = "The file cannot be read";
    deed->ask.body = S("");
    if (trouble == NULL && st.st_size > 0) {
        struct mapping *m = arena_make(deed->cx->mem, struct mapping);
        m->n = (size_t)st.st_size;
        m->p = mmap(NULL, m->n, PROT_READ, MAP_PRIVATE, fd, 0);
        if (m->p == MAP_FAILED) {
            trouble = "The file cannot be read";
        } else {
            arena_defer(deed->cx->mem, unmap, m);
            deed->ask.body = (struct str){ m->p, m->n };
        }
    }
    if (fd >= 0)
        close(fd);
    return trouble;
}

static struct str list_query(struct deed *deed, struct str after)
{
    struct buf q;
    buf_init(&q, deed->cx->mem, 8192);
    if (!str_absent(after)) {
        buf_str(&q, S("continuation-token="));
        url_part(&q, after);
        buf_c(&q, '&');
    }
    buf_str(&q, S("list-type=2&prefix="));
    url_part(&q, jv_text(jv_get(deed->asked, S("prefix"))));
    return buf_text(&q);
}

static bool send(struct deed *deed, struct trouble *trouble)
{
    return s3_send(deed->cx, &deed->s3, &deed->ask, &deed->reply, trouble);
}

static bool list(struct deed *deed, struct trouble *trouble)
{
    deed->ask.query = list_query(deed, jv_text(jv_get(deed->asked, S("after"))));
    return send(deed, trouble);
}

/* Page after page, each key of it. The first that does not go ends it. */
static bool clear(struct deed *deed, struct trouble *trouble)
{
    struct str next = NO_STR, key;
    do {
        deed->ask.method = "GET";
        deed->ask.key = NO_STR;
        deed->ask.query = list_query(deed, next);
        TRY(send(deed, trouble));
        struct str xml = deed->reply.body;
        next = next_of(deed);
        deed->ask.method = "DELETE";
        deed->ask.query = NO_STR;
        while (s3_is_well(&deed->reply) && aws_next(&xml, "Key", &key)) {
            deed->ask.key = aws_plain(deed->cx->mem, key);
            TRY(send(deed, trouble));
        }
    } while (s3_is_well(&deed->reply) && !str_absent(next));
    return true;
}

static const struct kind {
    const char *what, *method;
    bool needs_key, is_taken;
    bool (*run)(struct deed *deed, struct trouble *trouble);
} KINDS[] = {
    { "get", "GET", true, true, send },         { "head", "HEAD", false, false, send },
    { "put", "PUT", true, false, send },        { "delete", "DELETE", true, false, send },
    { "list", "GET", false, false, list },      { "clear", "GET", false, false, clear },
};

/* NULL: ready. */
static const char *prepare(struct deed *deed, const struct kind **kind)
{
    struct str what = jv_text(jv_get(deed->asked, S("do")));
    struct str key = jv_text(jv_get(deed->asked, S("key")));
    const char *wrong = s3_from(deed->cx, jv_get(deed->asked, S("config")), &deed->s3);
    *kind = NULL;
    for (size_t i = 0; i < COUNT(KINDS); i++)
        if (str_eq(str_of(KINDS[i].what), what))
            *kind = &KINDS[i];
    if (*kind == NULL || ((*kind)->needs_key && (str_absent(key) || key.n == 0)))
        return "The question cannot be understood";
    deed->ask = (struct s3_ask){ .method = (*kind)->method, .key = key, .state = deed };
    if (!(*kind)->is_taken && !str_eq(what, S("put")))
        deed->ask.timeout_ms = SHORT_MS;
    if ((*kind)->is_taken) {
        deed->ask.range = jv_text(jv_get(deed->asked, S("range")));
        deed->ask.begin = begin;
        deed->ask.take = take;
    }
    if (wrong != NULL || !str_eq(what, S("put")))
        return wrong;
    deed->ask.type = jv_text(jv_get(deed->asked, S("type")));
    deed->ask.sum = jv_text(jv_get(deed->asked, S("sum")));
    return map_file(deed);
}

bool bucket_run(struct cx *cx, struct str question, int out)
{
    struct deed deed = { .cx = cx, .out = out };
    struct jv_fault fault;
    struct trouble trouble = { NULL, false };
    const struct kind *kind;
    if (!jv_parse(cx, question, &deed.asked, &fault))
        return broken(cx, "the question is no JSON");
    trouble.why = prepare(&deed, &kind);
    if (trouble.why != NULL || !kind->run(&deed, &trouble)) {
        struct s3_reply none = { .why = str_of(trouble.why), .code = S("NetworkError") };
        return deed.has_begun ? broken(cx, "the transfer was cut: %s", trouble.why)
                              : say(&deed, &none, NO_STR);
    }
    if (deed.has_begun)
        return true;
    return str_eq(str_of(kind->what), S("list")) && s3_is_well(&deed.reply)
               ? say_list(&deed) : say(&deed, &deed.reply, NO_STR);
}
