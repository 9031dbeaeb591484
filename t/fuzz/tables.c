/* tables.c — fuzz: CSV and JSON arrays read the same in whatever pieces, and what is written reads back. */
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/jsonparts.h"
#include "base/jv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

struct dripping { struct str rest; size_t n; };

static bool drip(struct cx *cx UNUSED, void *state, char *into, size_t room, size_t *n)
{
    struct dripping *d = state;
    *n = d->rest.n < d->n ? d->rest.n : d->n;
    *n = *n < room ? *n : room;
    if (*n > 0)
        memcpy(into, d->rest.p, *n);
    d->rest = str_sub(d->rest, *n, SIZE_MAX);
    return true;
}

enum { MOST = 1000 };

/* Every record, written anew. */
static struct str rewritten(struct cx *cx, struct str text, size_t piece, const char **fault)
{
    struct dripping d = { text, piece };
    struct csv csv;
    struct csv_record r;
    struct buf out;
    bool found;
    buf_init(&out, cx->mem, SIZE_MAX / 4);
    csv_init(&csv, cx->mem, (struct source){ drip, &d }, MOST);
    for (;;) {
        must(csv_next(cx, &csv, cx->mem, &r, &found));
        if (!found)
            break;
        must(r.n > 0 && r.line > 0);
        for (size_t i = 0; i < r.n; i++)
            csv_put(&out, r.cells[i].text.n == 0 && !r.cells[i].quoted ? NO_STR : r.cells[i].text,
                    i == 0);
        csv_end(&out);
    }
    *fault = csv.fault;
    return buf_text(&out);
}

static void tables(struct cx *cx, struct str text, size_t piece)
{
    const char *fault, *other;
    struct str once = rewritten(cx, text, piece, &fault);
    struct str whole = rewritten(cx, text, 1 << 20, &other);
    must(str_eq(once, whole) && (fault == NULL) == (other == NULL));
    must(str_eq(rewritten(cx, once, piece, &other), once));
    must(other == NULL);
}

/* A text that is an array comes apart into its elements; one that is none is found out. */
static void arrays(struct cx *cx, struct str text, size_t piece)
{
    struct dripping d = { text, piece };
    struct jsonparts parts;
    struct jv whole, element;
    struct jv_fault fault = { 0, "" }, own;
    struct str part;
    int64_t line;
    size_t n = 0;
    bool found, good = true;
    bool is_array = jv_parse(cx, text, &whole, &fault) && whole.kind == JV_ARRAY;
    jsonparts_init(&parts, cx->mem, (struct source){ drip, &d }, false, 1 << 20);
    for (;; n++) {
        must(jsonparts_next(cx, &parts, cx->mem, &part, &line, &found));
        if (!found)
            break;
        bool well = jv_parse(cx, part, &element, &own);
        good = good && well;
        if (is_array)
            must(well && str_eq(jv_print(cx->mem, element),
                                jv_print(cx->mem, jv_at(whole, n))));
    }
    /* Within the array an element stands a level deeper; and a mark before it is passed over. */
    must(is_array == (good && parts.fault == NULL) || strcmp(fault.reason, "Nested too deeply") == 0
         || str_starts(text, S("\xEF\xBB\xBF")));
    must(!is_array || n == jv_count(whole));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx = { .mem = arena_new(0, NULL, NULL) };
    if (size > 0) {
        struct str text = str_copy(cx.mem, (struct str){ (const char *)data + 1, size - 1 });
        tables(&cx, text, data[0] % 16u + 1);
        arrays(&cx, text, data[0] % 16u + 1);
    }
    arena_free(cx.mem);
    return 0;
}
