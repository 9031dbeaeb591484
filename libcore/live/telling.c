/* telling.c — writes what is told of an event, and finds what was written before. */
#include "live/telling.h"

#include "base/js.h"
#include "base/when.h"

static const struct { const char *word, *event; } KINDS[] = {
    [LIVE_CREATE] = { "create", "INSERT" },
    [LIVE_UPDATE] = { "update", "UPDATE" },
    [LIVE_DELETE] = { "delete", "DELETE" },
};

static bool shows_data(const struct telling *telling)
{
    return telling->kind != LIVE_DELETE;
}

/* Of a record that is only hidden from now on nothing but its id is told. */
static bool shows_previous(const struct telling_book *book, const struct telling *telling)
{
    return book->collection->event_previous && telling->kind != LIVE_CREATE
        && telling->held[TELLING_BEFORE] != NULL
        && (telling->kind == LIVE_UPDATE || book->event->kind == RECORD_DELETED);
}

/* --- what it will look like --------------------------------------------------------------------*/

static bool has_masks(const struct telling_book *book, const struct telling *telling)
{
    for (size_t i = 0; i < book->collection->field_count && telling->access->is_masked; i++)
        if (book->collection->fields[i].pii)
            return true;
    return false;
}

static void sign_row(const struct recordrow *row, struct buf *out)
{
    for (size_t i = 0; i < row->n; i++)
        buf_fmt(out, "%c%zu", row->fields[i].is_hidden ? '-' : '+',
                (size_t)(row->fields[i].field - row->collection->fields));
    buf_c(out, ';');
}

static struct recordrow *row_of(const struct telling_book *book, const struct telling *telling,
                                size_t which)
{
    struct recordrow *row = arena_make(book->cx->mem, struct recordrow);
    recordrow_granted(book->cx, book->stored, telling->access, telling->held[which], row);
    return row;
}

/* --- the document ------------------------------------------------------------------------------*/

static void put_time(struct js *js, int64_t us)
{
    char room[48];
    struct buf text = { .p = room, .room = sizeof room, .max = sizeof room };
    when_field(&text, us - us % 1000);
    js_text(js, "timestamp", buf_text(&text));
}

static void put_data(const struct telling_book *book, struct js *js, const struct recordrow *row)
{
    if (row != NULL) {
        js_key(js, S("data"));
        recordrow_put(book->cx, js, row, book->values[TELLING_NOW]);
        return;
    }
    js_object(js, "data");
    js_text(js, "id", book->event->record_id);
    js_end(js);
}

static struct str document(const struct telling_book *book, const struct telling *telling,
                           const struct recordrow *now, const struct recordrow *before)
{
    const struct str name = book->collection->name;
    struct buf out;
    struct js js;
    buf_init(&out, book->cx->mem, SIZE_MAX);
    js_init(&js, &out);
    js_object(&js, NULL);
    js_text(&js, "type", str_fmt(book->cx->mem, "%.*s.%s", STR_ARG(name),
                                 KINDS[telling->kind].word));
    put_time(&js, book->event->at);
    put_data(book, &js, now);
    js_text(&js, "table", name);
    js_text(&js, "event", str_of(KINDS[telling->kind].event));
    js_int(&js, "id", book->event->id);
    if (before != NULL) {
        js_key(&js, S("previous"));
        recordrow_put(book->cx, &js, before, book->values[TELLING_BEFORE]);
    }
    js_end(&js);
    return buf_text(&out);
}

static struct telling_told *find(const struct telling_book *book, struct str signature)
{
    for (size_t i = 0; i < book->n; i++)
        if (str_eq(book->told[i]->signature, signature))
            return book->told[i];
    return NULL;
}

void telling_write(struct telling_book *book, struct telling *telling)
{
    struct arena *mem = book->cx->mem;
    struct recordrow *now = NULL, *before = NULL;
    bool has_now = shows_data(telling), has_before = shows_previous(book, telling);
    struct buf signature;
    buf_init(&signature, mem, SIZE_MAX);
    buf_fmt(&signature, "%d%c", (int)telling->kind,
            (has_now || has_before) && has_masks(book, telling) ? '*' : '=');
    if (has_now)
        sign_row(now = row_of(book, telling, TELLING_NOW), &signature);
    if (has_before)
        sign_row(before = row_of(book, telling, TELLING_BEFORE), &signature);
    struct telling_told *told = find(book, buf_text(&signature));
    if (told == NULL) {
        told = arena_make(mem, struct telling_told);
        told->signature = buf_text(&signature);
        told->message = document(book, telling, now, before);
        book->told = arena_more(mem, book->told, book->n, sizeof *book->told);
        book->told[book->n++] = told;
    }
    telling->message = &told->message;
}
