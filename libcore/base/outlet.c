/* outlet.c — gathers text for a sink. */
#include "base/outlet.h"

enum { MUCH = 1 << 15, KEEP_ROOM = 1 << 18 };

static void free_arena(void *what)
{
    arena_free(what);
}

void outlet_open(struct cx *cx, struct sink to, struct outlet *out)
{
    *out = (struct outlet){ .to = to, .mem = arena_new(0, NULL, NULL) };
    arena_defer(cx->mem, free_arena, out->mem);
    buf_init(&out->text, out->mem, SIZE_MAX / 4);
}

bool outlet_end(struct cx *cx, struct outlet *out)
{
    if (out->text.n > 0)
        TRY(flow_write(cx, out->to, buf_text(&out->text)));
    buf_cut(&out->text, 0);
    if (out->text.room > KEEP_ROOM) {
        arena_reset(out->mem);
        buf_init(&out->text, out->mem, SIZE_MAX / 4);
    }
    return true;
}

bool outlet_step(struct cx *cx, struct outlet *out)
{
    return out->text.n < MUCH || outlet_end(cx, out);
}
