/* pagehealth.c — page: how the installation is, part by part. */
#include "pagehealth.h"

#include "app/vitals.h"
#include "desk/desk.h"

static struct str server_software(const struct request *request)
{
    const struct str name = S("SERVER_SOFTWARE=");
    for (char *const *p = request->params; p != NULL && *p != NULL; p++)
        if (str_starts(str_of(*p), name))
            return str_sub(str_of(*p), name.n, SIZE_MAX);
    return NO_STR;
}

static struct str value_of(struct cx *cx, const struct vital *vital)
{
    switch (vital->kind) {
    case VITALS_TEXT:   return vital->text;
    case VITALS_PHRASE: return phrase_in(cx, vital->text);
    case VITALS_COUNT:  return str_fmt(cx->mem, "%lld", (long long)vital->number);
    case VITALS_BYTES:  return desk_size(cx, vital->number);
    case VITALS_TIME:   break;
    }
    if (vital->number == 0)
        return phrase_of(cx, W("never"));
    if (str_absent(vital->text))
        return S("");
    return phrase_with(cx, W("Processes: {n}, since"),
                       (const struct fill[]){ fill_text("n", vital->text), { 0 } });
}

static void add_fact(struct cx *cx, struct fills_list *facts, const struct vital *vital)
{
    static const char *const TONES[] = { "good", "note", "warning" };
    static const char *const LEVELS[] = { "", W("Note"), W("Warning") };
    struct fills row = { .mem = cx->mem };
    fills_add(&row, fill_text("name", phrase_of(cx, vital->name)));
    fills_add(&row, fill_text("value", value_of(cx, vital)));
    desk_time(&row, "iso", "text", vital->kind == VITALS_TIME ? vital->number : 0);
    fills_add(&row, fill_text("tone", str_of(TONES[vital->level])));
    fills_add(&row, fill_text("badge", vital->level == VITALS_OK ? S("")
                              : phrase_of(cx, LEVELS[vital->level])));
    fills_add(&row, fill_text("words", vital->words == NULL ? S("")
                                                            : phrase_of(cx, vital->words)));
    fills_row(facts, &row);
}

/* Those of a section stand together. */
static struct fill sections(struct cx *cx, const struct vitals *vitals)
{
    struct fills_list list = { .mem = cx->mem };
    for (size_t i = 0; i < vitals->n;) {
        struct fills_list facts = { .mem = cx->mem };
        struct fills row = { .mem = cx->mem };
        const char *section = vitals->at[i].section;
        for (; i < vitals->n && str_eq(str_of(vitals->at[i].section), str_of(section)); i++)
            add_fact(cx, &facts, &vitals->at[i]);
        fills_add(&row, fill_text("section", phrase_of(cx, section)));
        fills_add(&row, fills_rows("facts", &facts));
        fills_row(&list, &row);
    }
    return fills_rows("sections", &list);
}

static bool show(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct vitals vitals;
    struct desk desk;
    TRY(vitals_read(cx, server_software(reply->request), &vitals));
    desk_open(&desk, reply, "health", phrase_of(cx, W("Health")));
    if (vitals.warnings == 0)
        desk_notice(&desk, DESK_GOOD, phrase_of(cx, W("Nothing needs attention.")));
    else
        desk_notice(&desk, DESK_WARNING, phrase_with(cx, W("Warnings: {n}"), (const struct fill[]){
            fill_int("n", vitals.warnings), { 0 } }));
    desk_api(&desk, "GET", S("/ready"), NO_STR, NO_STR);
    desk_api(&desk, "GET", S("/metrics"), NO_STR, NO_STR);
    desk_put(&desk, sections(cx, &vitals));
    return desk_show(&desk, "admin/health.html");
}

const struct route pagehealth_routes[] = {
    { GET, "/admin/health", .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .run = show,
      .hidden = true, .title = "How the installation is" },
    { 0 },
};
