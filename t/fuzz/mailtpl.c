/* mailtpl.c — fuzz: whatever is written as a mail template, it is refused with a line or rendered. */
#include <stdlib.h>

#include "base/cx.h"
#include "base/utf8.h"
#include "mail/jinja.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

static struct jv json(struct cx *cx, struct str text)
{
    struct jv v;
    struct jv_fault fault;
    must(jv_parse(cx, text, &v, &fault));
    return v;
}

/* With all values text, nothing that came from them can open a tag or end an attribute. */
static void holds_no_markup(struct str out, struct str source)
{
    if (str_has(source, S("<")) || str_has(source, S("\"")) || str_has(source, S("safe")))
        return;
    must(!str_has(out, S("<")) && !str_has(out, S("\"")));
}

static void try(struct cx *cx, struct str source, bool escapes)
{
    const struct jinja_var vars[] = {
        { S("a"), S("<b>\"Äpfel\" & 'x'</b>"), { JV_ABSENT, NULL } },
        { S("b"), S(""), { JV_ABSENT, NULL } }, { S("c"), NO_STR, { JV_ABSENT, NULL } },
        { S("l"), NO_STR, json(cx, S("[\"<\",2,{\"k\":[null,true,1.5]},[]]")) },
        { S("o"), NO_STR, json(cx, S("{\"k\":\"<v>\",\"o\":{\"n\":-1},\"e\":{}}")) },
    };
    struct jinja_fault fault;
    struct str out;
    size_t lines = 1;
    for (size_t i = 0; i < source.n; i++)
        lines += source.p[i] == '\n' || source.p[i] == '\r';
    if (!jinja_render(cx->mem, source, vars, COUNT(vars), escapes, &out, &fault)) {
        must(fault.message.n > 0 && utf8_valid(fault.message, NULL));
        must(fault.line >= 1 && fault.line <= lines);
        return;
    }
    must(str_absent(fault.message) && out.n <= JINJA_MAX && utf8_valid(out, NULL));
    if (escapes)
        holds_no_markup(out, source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cx cx = { .mem = arena_new(20u << 20, NULL, NULL) };     /* past it: abort */
    struct str source = str_copy(cx.mem, (struct str){ (const char *)data, size });
    if (utf8_valid(source, NULL)) {
        try(&cx, source, false);
        try(&cx, source, true);
    }
    arena_free(cx.mem);
    return 0;
}
