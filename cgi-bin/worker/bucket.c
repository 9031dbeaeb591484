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

/* What was listed. A key with a tab or a line break in it is none of ours. */
static bool say_list(struct deed *deed)
{
    struct str xml = deed->reply.body, each = NO_STR;
    struct str next = aws_element(xml, "NextContinuationToken");
    struct buf lines;
    buf_init(&lines, deed->cx->mem, LIST_MAX);
    while (aws_next(&xml, "Contents", &each)) {
        int64_t size = 0, modified = 0;
        struct str key = aws_element(each, "Key"), at = aws_element(each, "LastModified");
        size_t tab;
        if (str_absent(key) || str_find(key, '\t', &tab) || str_find(key, '\n', &tab)
            || str_absent(at) || !when_parse(at, &modified)
            || !num_int(aws_element(each, "Size"), &size))
            continue;
        buf_fmt(&lines, "%lld\t%lld\t%.*s\n", (long long)size, (long long)modified, STR_ARG(key));
    }
    return !lines.over && say(deed, &deed->reply, next) && put(deed, buf_text(&lines));
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

static struct str list_query(struct deed *deed)
{
    struct buf q;
    struct str after = jv_text(jv_get(deed->asked, S("after")));
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

static const struct kind { const char *what, *method; bool is_object, is_taken; } KINDS[] = {
    { "get", "GET", true, true }, { "head", "HEAD", false, false }, { "put", "PUT", true, false },
    { "delete", "DELETE", true, false }, { "list", "GET", false, false },
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
    if (*kind == NULL || ((*kind)->is_object && (str_absent(key) || key.n == 0)))
        return "The question cannot be understood";
    deed->ask = (struct s3_ask){ .method = (*kind)->method, .state = deed };
    if ((*kind)->is_object)
        deed->ask.key = key;
    if (!(*kind)->is_taken && !str_eq(what, S("put")))
        deed->ask.timeout_ms = SHORT_MS;
    if ((*kind)->is_taken) {
        deed->ask.range = jv_text(jv_get(deed->asked, S("range")));
        deed->ask.begin = begin;
        deed->ask.take = take;
    }
    if (str_eq(what, S("list")))
        deed->ask.query = list_query(deed);
    if (wrong != NULL || !str_eq(what, S("put")))
        return wrong;
    deed->ask.type = jv_text(jv_get(deed->asked, S("type")));
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
    if (trouble.why != NULL || !s3_send(cx, &deed.s3, &deed.ask, &deed.reply, &trouble)) {
        struct s3_reply none = { .why = str_of(trouble.why), .code = S("NetworkError") };
        return deed.has_begun ? broken(cx, "the transfer was cut: %s", trouble.why)
                              : say(&deed, &none, NO_STR);
    }
    if (deed.has_begun)
        return true;
    return str_eq(str_of(kind->what), S("list")) && s3_is_well(&deed.reply)
               ? say_list(&deed) : say(&deed, &deed.reply, NO_STR);
}
