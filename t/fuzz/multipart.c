/* multipart.c — fuzz: a form is read alike however it arrives; so are JSON and UTF-8 in pieces. */
#include <stdlib.h>
#include <string.h>

#include "base/jsonscan.h"
#include "base/jv.h"
#include "base/multipart.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

struct drip { struct str rest; size_t most; };

static bool drip(struct cx *cx, void *state, char *into, size_t room, size_t *n)
{
    struct drip *from = state;
    must(cx != NULL && room > 0);
    *n = room < from->most ? room : from->most;
    *n = *n < from->rest.n ? *n : from->rest.n;
    if (*n > 0)
        memcpy(into, from->rest.p, *n);
    from->rest = str_sub(from->rest, *n, SIZE_MAX);
    return true;
}

/* All that can be told of it, as text. */
static struct str told(struct arena *mem, struct str body, size_t most, size_t room)
{
    struct cx cx = { .mem = mem };
    struct drip from = { body, most };
    struct multipart *form;
    struct multipart_part part;
    struct buf out;
    bool found = true;
    char piece[512];
    size_t n;
    buf_init(&out, mem, SIZE_MAX);
    must(multipart_open(&cx, S("multipart/form-data; boundary=x"), (struct source){ drip, &from },
                        &form));
    while (found && multipart_next(&cx, form, &part, &found)) {
        if (!found)
            break;
        must(utf8_valid(part.filename, NULL));
        buf_fmt(&out, "\n%.*s|%.*s|%.*s|", STR_ARG(part.name), STR_ARG(part.filename),
                STR_ARG(part.type));
        do {
            if (!flow_read(&cx, part.content, piece, room, &n))
                found = false;
            buf_put(&out, piece, n);
        } while (found && n > 0);
    }
    buf_fmt(&out, "\n%s", cx.err.kind == E_NONE ? "" : cx.err.message);
    return buf_text(&out);
}

static void scanning(struct arena *mem, struct str text)
{
    struct cx cx = { .mem = mem };
    struct jsonscan whole, pieces;
    struct utf8_scan utf8;
    struct jv v;
    struct jv_fault fault;
    jsonscan_begin(&whole);
    jsonscan_begin(&pieces);
    utf8_scan_begin(&utf8);
    jsonscan_add(&whole, text);
    for (size_t i = 0; i < text.n; i += 3) {
        jsonscan_add(&pieces, str_sub(text, i, 3));
        utf8_scan_add(&utf8, str_sub(text, i, 3));
    }
    bool is_json = jsonscan_end(&whole);
    must(is_json == jsonscan_end(&pieces));
    must(utf8_scan_end(&utf8) == utf8_valid(text, NULL));
    must(!jv_parse(&cx, text, &v, &fault) || is_json);      /* that one refuses more, never less */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0, NULL, NULL);
    struct str body = str_copy(mem, (struct str){ (const char *)data, size });
    struct str whole = told(mem, body, SIZE_MAX, 512);
    must(str_eq(told(mem, body, 1, 512), whole));
    must(str_eq(told(mem, body, 7, 3), whole));
    scanning(mem, body);
    arena_free(mem);
    return 0;
}
