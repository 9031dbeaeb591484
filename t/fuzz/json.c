/* json.c — fuzz: what is read prints and reads back the same; text survives the writer. */
#include <stdlib.h>
#include <string.h>

#include "base/js.h"
#include "base/jv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

/* Every value can be reached, and a member found by walking is found by name. */
static void visit(struct jv v)
{
    struct str key;
    struct jv member;
    for (struct jv_each e = jv_each(v); jv_next(&e, &key, &member);) {
        must(jv_get(v, key).node == member.node);
        visit(member);
    }
    for (size_t i = 0; v.kind == JV_ARRAY && i < jv_count(v); i++)
        visit(jv_at(v, i));
    must((v.kind == JV_TEXT) == !str_absent(jv_text(v)));
}

static void reading(struct cx *cx, struct str text)
{
    struct jv v, again;
    struct jv_fault fault = { 0, NULL };
    if (!jv_parse(cx, text, &v, &fault)) {
        must(fault.reason != NULL && fault.offset <= text.n);
        must(strcmp(fault.reason, "Not understood") != 0);      /* json-c refused what we did not */
        return;
    }
    visit(v);
    struct str printed = jv_print(cx->mem, v), sorted = jv_print_sorted(cx->mem, v);
    must(jv_parse(cx, printed, &again, &fault));
    must(again.kind == v.kind || (v.kind == JV_REAL && again.kind == JV_INT));     /* 1.0 is 1 */
    must(str_eq(jv_print(cx->mem, again), printed)
         && str_eq(jv_print_sorted(cx->mem, again), sorted));
}

static void writing(struct cx *cx, struct str text)
{
    struct buf out;
    struct jv v = { JV_ABSENT, NULL };
    struct jv_fault fault;
    if (text.n > 0 && memchr(text.p, '\0', text.n) != NULL)
        return;                                                 /* written, but refused in input */
    buf_init(&out, cx->mem, text.n * 6 + 64);
    js_quote(&out, text);
    must(!out.over && jv_parse(cx, buf_text(&out), &v, &fault) && v.kind == JV_TEXT);
    struct str first = jv_print(cx->mem, v);
    must(str_eq(first, buf_text(&out)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx = { .mem = arena_new(0, NULL, NULL) };
    struct str text = str_copy(cx.mem, (struct str){ (const char *)data, size });
    reading(&cx, text);
    writing(&cx, text);
    arena_free(cx.mem);
    return 0;
}
