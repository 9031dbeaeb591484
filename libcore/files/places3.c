/* places3.c — asks `worker --store` for objects, and hears what it says of them. */
#include "files/places3.h"

#include "base/ident.h"
#include "base/js.h"
#include "base/jv.h"
#include "base/num.h"
#include "base/settings.h"
#include "base/when.h"
#include "config/configuration.h"
#include "db/db.h"
#include "net/errand.h"

enum { QUESTION_MAX = 16000, PAGE_MAX = 1 << 20 };
#define PATIENCE (60 * WHEN_SECOND)             /* the child itself gives up after 30 */
#define SLOWEST INT64_C(16384)                  /* bytes in a second, or it takes too long */

struct answer { int64_t status, length, modified; struct str code, why, next; };

/* --- what is asked ---------------------------------------------------------------------------- */

struct question { struct buf text; struct js js; };

static bool configured(struct cx *cx, bool *found, struct jv *config)
{
    struct configuration row;
    TRY(configuration_effective(cx, S("storage_providers"), S("s3"), S(SYSTEM_ACCOUNT), found,
                                &row));
    *config = row.config;
    return true;
}

static bool begin(struct cx *cx, const char *what, struct question *q)
{
    struct jv config;
    bool found = false;
    TRY(configured(cx, &found, &config));
    if (!found)
        return fail_detail(cx, E_FORBIDDEN,
                           "S3 storage provider is not configured or enabled");
    buf_init(&q->text, cx->mem, QUESTION_MAX);
    js_init(&q->js, &q->text);
    js_object(&q->js, NULL);
    js_text(&q->js, "do", str_of(what));
    js_raw(&q->js, "config", jv_print(cx->mem, config));
    return true;
}

static bool end(struct cx *cx, struct question *q, struct str *text)
{
    js_end(&q->js);
    *text = buf_text(&q->text);
    return (js_done(&q->js) && !q->text.over) || broken(cx, "s3: the configuration is too large");
}

/* --- what is answered ------------------------------------------------------------------------- */

static bool is_well(const struct answer *answer)
{
    return answer->status >= 200 && answer->status < 300;
}

static bool understand(struct cx *cx, struct str line, struct answer *answer)
{
    struct jv said;
    struct jv_fault fault;
    if (!jv_parse(cx, line, &said, &fault))
        return broken(cx, "s3: the worker gave no answer");
    *answer = (struct answer){ jv_int(jv_get(said, S("status"))),
                               jv_int(jv_get(said, S("length"))),
                               jv_int(jv_get(said, S("modified"))),
                               jv_text(jv_get(said, S("code"))), jv_text(jv_get(said, S("why"))),
                               jv_text(jv_get(said, S("next"))) };
    return true;
}

static bool refused(struct cx *cx, const struct answer *answer)
{
    return broken(cx, "s3: %.*s (%.*s)", STR_ARG(answer->why), STR_ARG(answer->code));
}

/* A question whose answer is short. */
static bool ask(struct cx *cx, struct question *q, int64_t patience_us, struct answer *answer)
{
    struct str text, said;
    bool in_time;
    TRY(end(cx, q, &text));
    TRY(errand_run(cx, "--store", text, patience_us, &said, &in_time));
    if (!in_time)
        return broken(cx, "s3: it takes too long");
    return understand(cx, said, answer);
}

static bool must(struct cx *cx, struct question *q, int64_t patience_us)
{
    struct answer answer;
    TRY(ask(cx, q, patience_us, &answer));
    return is_well(&answer) || refused(cx, &answer);
}

/* --- in, gone --------------------------------------------------------------------------------- */

static bool store(struct cx *cx, struct str name, struct str mime_type, struct inbound *from)
{
    struct question q;
    TRY(begin(cx, "put", &q));
    js_text(&q.js, "key", name);
    js_text(&q.js, "type", mime_type);
    js_text(&q.js, "file", inbound_path(cx, from));
    js_text(&q.js, "sum", from->sum);
    return must(cx, &q, PATIENCE + from->size / SLOWEST * WHEN_SECOND);
}

static bool drop(struct cx *cx, struct str name)
{
    struct question q;
    struct answer answer;
    TRY(begin(cx, "delete", &q));
    js_text(&q.js, "key", name);
    TRY(ask(cx, &q, PATIENCE, &answer));
    return is_well(&answer) || answer.status == 404 || refused(cx, &answer);
}

static bool clear(struct cx *cx, struct str folder)
{
    struct question q;
    struct jv config;
    bool found = false;
    TRY(configured(cx, &found, &config));
    if (!found)
        return true;
    TRY(begin(cx, "clear", &q));
    js_text(&q.js, "prefix", str_fmt(cx->mem, "%.*s/", STR_ARG(folder)));
    return must(cx, &q, 60 * PATIENCE);
}

/* --- out -------------------------------------------------------------------------------------- */

/* Found is begun: who reads from the first byte on need not ask again. */
struct object {
    struct str name;
    struct errand_talk talk;
    bool is_fresh;
    int64_t left;
};

static void let_go(void *state)
{
    struct object *object = state;
    errand_close(&object->talk);
}

static bool get(struct cx *cx, struct object *object, struct str range, struct answer *answer)
{
    struct question q;
    struct str text, line;
    TRY(begin(cx, "get", &q));
    js_text(&q.js, "key", object->name);
    js_text(&q.js, "range", range);
    TRY(end(cx, &q, &text));
    TRY(errand_open(cx, "worker", "--store", text, PATIENCE, &object->talk));
    TRY(errand_line(&object->talk, &line));
    return understand(cx, line, answer);
}

static bool find(struct cx *cx, struct str name, bool *found, struct place_file *out)
{
    struct object *object = arena_make(cx->mem, struct object);
    struct answer answer;
    *found = false;
    object->name = name;
    arena_defer(cx->mem, let_go, object);
    TRY(get(cx, object, NO_STR, &answer));
    if (answer.status == 404 && !str_eq(answer.code, S("NoSuchBucket")))
        return true;
    if (!is_well(&answer))
        return refused(cx, &answer);
    object->is_fresh = *found = true;
    *out = (struct place_file){ .size = answer.length, .modified_at = answer.modified,
                                .state = object };
    return true;
}

/* What ends before it should is no end. */
static bool read_piece(struct cx *cx, void *state, char *into, size_t room, size_t *n)
{
    struct object *object = state;
    if ((int64_t)room > object->left)
        room = (size_t)object->left;
    if (room == 0)
        return true;
    TRY(errand_read(cx, &object->talk, into, room, n));
    object->left -= (int64_t)*n;
    return *n > 0 || broken(cx, "s3: the object is shorter than it was");
}

static bool read_from(struct cx *cx, const struct place_file *file, int64_t from, int64_t n,
                      struct source *out)
{
    struct object *object = file->state;
    struct answer answer;
    bool is_fresh = object->is_fresh;
    object->is_fresh = false;
    object->left = n;
    *out = (struct source){ .read = read_piece, .state = object };
    if (n == 0 || (is_fresh && from == 0))
        return true;
    errand_close(&object->talk);
    TRY(get(cx, object, str_fmt(cx->mem, "bytes=%lld-%lld", (long long)from,
                                (long long)(from + n - 1)), &answer));
    if (!is_well(&answer))
        return refused(cx, &answer);
    return (answer.status == 206 && answer.length == n)
        || broken(cx, "s3: it gives other bytes than those that were asked for");
}

/* --- all of it -------------------------------------------------------------------------------- */

struct page { struct str lines, next; };

/* What comes after the token (absent: from the start); the page lives in mem. */
static bool next_page(struct cx *cx, struct str after, struct page *page)
{
    struct errand_talk talk SCOPED(errand_close) = { .cx = NULL };
    struct question q;
    struct answer answer;
    struct buf lines;
    struct str text, line;
    char piece[4096];
    TRY(begin(cx, "list", &q));
    js_text(&q.js, "prefix", S(""));
    js_text(&q.js, "after", after);
    TRY(end(cx, &q, &text));
    TRY(errand_open(cx, "worker", "--store", text, PATIENCE, &talk));
    TRY(errand_line(&talk, &line));
    TRY(understand(cx, line, &answer));
    if (!is_well(&answer))
        return refused(cx, &answer);
    page->next = answer.next;
    buf_init(&lines, cx->mem, PAGE_MAX);
    for (size_t n = 1; n > 0; buf_put(&lines, piece, n))
        TRY(errand_read(cx, &talk, piece, sizeof piece, &n));
    page->lines = buf_text(&lines);
    return !lines.over || broken(cx, "s3: a page of the list is too long");
}

static bool take_line(struct cx *cx, struct str line, bool (*take)(struct cx *cx, void *state,
                      const struct place_entry *entry), void *state)
{
    struct place_entry entry = { .name = NO_STR };
    struct str size, modified, name = line, account;
    struct arena_mark mark = arena_mark(cx->mem);
    if (!str_cut(&name, '\t', &size) || !str_cut(&name, '\t', &modified)
        || !num_int(size, &entry.size) || !num_int(modified, &entry.modified_at))
        return broken(cx, "s3: a line of the list cannot be read");
    entry.name = name;
    bool is_own = str_cut(&name, '/', &account) && ident_is_uuid(account) && name.n > 0;
    bool well = !is_own || take(cx, state, &entry);
    arena_rewind(cx->mem, mark);
    return well;
}

static bool each(struct cx *cx,
                 bool (*take)(struct cx *cx, void *state, const struct place_entry *entry),
                 void *state)
{
    struct page page = { NO_STR, NO_STR };
    struct str line;
    struct jv config;
    bool found = false;
    TRY(configured(cx, &found, &config));
    if (!found)
        return true;
    do {
        TRY(next_page(cx, page.next, &page));
        while (str_cut(&page.lines, '\n', &line))
            if (line.n > 0)
                TRY(take_line(cx, line, take, state));
    } while (!str_absent(page.next));
    return true;
}

const struct place places3 = { .provider = "s3", .prefix = "s3/", .store = store, .find = find,
                               .read = read_from, .remove = drop, .clear = clear,
                               .each = each };
