/* confirm.c — the page between a wish to delete and the deed. */
#include "desk/confirm.h"

static void grow(struct fills_list *list, struct cx *cx, struct fills *row)
{
    list->mem = cx->mem;
    fills_row(list, row);
}

void confirm_goes(struct confirm *confirm, struct cx *cx, struct str what, int64_t count,
                  struct str effect, const struct str *examples, size_t n)
{
    struct fills row = { .mem = cx->mem };
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; i < n; i++) {
        struct fills example = { .mem = cx->mem };
        fills_add(&example, fill_text("text", examples[i]));
        fills_row(&rows, &example);
    }
    fills_add(&row, fill_text("what", what));
    fills_add(&row, fill_text("count", count < 0 ? S("") : str_fmt(cx->mem, "%lld",
                                                                   (long long)count)));
    fills_add(&row, fill_text("effect", effect));
    fills_add(&row, fills_rows("examples", &rows));
    grow(&confirm->goes, cx, &row);
}

void confirm_keep(struct confirm *confirm, struct cx *cx, const char *name, struct str value)
{
    struct fills row = { .mem = cx->mem };
    fills_add(&row, fill_text("name", str_of(name)));
    fills_add(&row, fill_text("value", value));
    grow(&confirm->hidden, cx, &row);
}

bool confirm_show(struct confirm *confirm, struct reply *reply, const char *section)
{
    struct desk desk;
    desk_open(&desk, reply, section, confirm->question);
    desk_crumb(&desk, phrase_of(desk.cx, W("Back")), confirm->back);
    desk_put(&desk, fill_text("about", confirm->about));
    desk_put(&desk, fill_text("button", phrase_of(desk.cx, confirm->button)));
    desk_put(&desk, fill_text("back", confirm->back));
    desk_put(&desk, fill_text("word", confirm->word));
    desk_put(&desk, fill_flag("refused", confirm->refused));
    desk_put(&desk, fill_flag("mistyped", confirm->mistyped));
    desk_put(&desk, fills_rows("goes", &confirm->goes));
    desk_put(&desk, fills_rows("hidden", &confirm->hidden));
    if (confirm->mistyped)
        reply_status(reply, 422);
    return desk_show(&desk, "admin/confirm.html");
}
