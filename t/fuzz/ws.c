/* ws.c — fuzz: frames are read alike however they arrive, and nothing beyond their bounds. */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "live/ws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 300 };

static void must(bool held)
{
    if (!held)
        abort();
}

static void note(struct buf *out, enum ws_op op, struct str payload)
{
    must(payload.p != NULL && payload.n <= MOST);
    must(op == WS_TEXT || op == WS_BINARY || (op >= WS_CLOSE && op <= WS_PONG && payload.n <= 125));
    must(op != WS_TEXT || utf8_valid(payload, NULL));
    buf_fmt(out, "%d:", (int)op);
    buf_str(out, payload);
    ws_put(out, op, payload);
}

/* All that can be told of it. Each look gets a block of just its bytes: reading past them shows. */
static struct str told(struct arena *mem, struct str wire, size_t step)
{
    struct ws_reader reader;
    struct buf out;
    enum ws_read found = WS_MORE;
    size_t from = 0, upto = 0;
    buf_init(&out, mem, SIZE_MAX);
    ws_begin(&reader, MOST);
    while (found != WS_FAULT && (found == WS_FRAME || upto < wire.n)) {
        enum ws_op op = 0;
        struct str payload = NO_STR;
        size_t taken;
        int code = 0;
        if (found == WS_MORE)
            upto += wire.n - upto < step ? wire.n - upto : step;
        char *bytes = malloc(upto - from + 1);
        memcpy(bytes, wire.p + from, upto - from);
        found = ws_read(&reader, bytes, upto - from, &taken, &op, &payload, &code);
        must(taken <= upto - from && (found != WS_FRAME || taken >= 6));
        must(found != WS_MORE || upto - from - taken <= MOST + WS_HEADER + step);
        from += taken;
        if (found == WS_FRAME)
            note(&out, op, payload);
        if (found == WS_FAULT) {
            must(code == 1002 || code == 1007 || code == 1009);
            buf_fmt(&out, "!%d", code);
        }
        free(bytes);
    }
    ws_end(&reader);
    return buf_text(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0, NULL, NULL);
    struct str wire = { (const char *)data, size };
    struct str whole = told(mem, wire, SIZE_MAX);
    must(str_eq(told(mem, wire, 1), whole));
    must(str_eq(told(mem, wire, 7), whole));
    struct buf out;
    buf_init(&out, mem, SIZE_MAX);
    ws_put_close(&out, 1000, wire);
    must(out.n <= 2 + 125);
    arena_free(mem);
    return 0;
}
