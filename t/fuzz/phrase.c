/* phrase.c — fuzz: a browser's languages choose one of ours; a failure stays text, whatever it quotes. */
#include <stdlib.h>

#include "base/settings.h"
#include "base/utf8.h"
#include "view/phrase.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define GROWTH 8

static void must(bool held)
{
    if (!held)
        abort();
}

static void choose(struct cx *cx, struct str header)
{
    const struct phrase_language *list;
    struct str code = phrase_choose(cx, header);
    bool found = false;
    for (size_t i = 0, n = phrase_languages(cx, &list); i < n; i++)
        found = found || str_eq(list[i].code, code);
    must(found);
}

static void say(struct cx *cx, struct str text)
{
    struct str rest = text, part, name, told;
    size_t n = 0;
    cx->language = S("en");
    must(str_eq(phrase_message(cx, text), text));
    cx->language = S("de");
    told = phrase_message(cx, text);
    must(told.n <= GROWTH * text.n + 1024);
    if (utf8_valid(text, NULL))
        must(utf8_valid(told, NULL));
    while (phrase_cut(&rest, &part, &name))
        n += part.n + (str_absent(name) ? 0 : name.n + 2);
    must(n == text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct settings set = { .templates_dir = S_INIT("templates") };
    static void *keep[KEEP_COUNT];
    struct arena *mem = arena_new(0, NULL, NULL);
    struct cx cx = { .mem = mem, .set = &set, .keep = keep };
    struct str text = str_copy(mem, (struct str){ (const char *)data, size });
    if (size == 0)
        text = S("");
    choose(&cx, text);
    say(&cx, text);
    arena_free(mem);
    return 0;
}
