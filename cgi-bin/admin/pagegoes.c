/* pagegoes.c — findings of what hangs on something, as lines of the page that asks. */
#include "pagegoes.h"

static void put_one(struct cx *cx, struct confirm *confirm, const struct consequence *found)
{
    const struct fill name[] = { fill_text("name", found->name), { 0 } };
    const struct fill most[] = { fill_int("n", found->count), { 0 } };
    struct str effect = phrase_of(cx, consequences_effect_words(found->effect));
    struct str examples[CONSEQUENCES_SOME];
    if (found->is_more)
        effect = str_fmt(cx->mem, "%.*s (%.*s)", STR_ARG(effect),
                         STR_ARG(phrase_with(cx, W("more than {n}"), most)));
    for (size_t i = 0; i < found->some_n; i++)
        examples[i] = found->some[i].text.n > 0 ? found->some[i].text : found->some[i].id;
    confirm_goes(confirm, cx, phrase_with(cx, found->what, name),
                 found->is_more ? -1 : found->count, effect, examples, found->some_n);
}

void pagegoes_put(struct cx *cx, struct confirm *confirm, const struct consequences *found)
{
    confirm->refused = found->stops;
    for (size_t i = 0; i < found->n; i++)
        put_one(cx, confirm, &found->at[i]);
}
