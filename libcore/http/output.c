/* output.c — writes a struct as a JSON object, member by member of its table. */
#include "http/output.h"

#include "base/when.h"

static void put_list(struct js *js, const struct output *o, const struct out_list *list)
{
    js_array(js, o->name);
    for (size_t i = 0; i < list->n; i++) {
        const char *item = (const char *)list->at + i * list->each;
        if (o->type == O_TEXTS)
            js_text(js, NULL, *(const struct str *)(const void *)item);
        else
            output_object(js, NULL, o->of, item);
    }
    js_end(js);
}

static void put_time(struct js *js, const char *name, int64_t us)
{
    if (us == 0)
        js_null(js, name);
    else
        js_time(js, name, us);
}

static void put_stamp(struct js *js, const char *name, int64_t us)
{
    char room[48];
    struct buf text = { .p = room, .room = sizeof room, .max = sizeof room };
    when_record(&text, us);
    js_text(js, name, us == 0 ? NO_STR : buf_text(&text));
}

static void put_maybe(struct js *js, const struct output *o, const void *what)
{
    if (what == NULL)
        js_null(js, o->name);
    else
        output_object(js, o->name, o->of, what);
}

static void put_member(struct js *js, const struct output *o, const void *at)
{
    switch (o->type) {
    case O_TEXT:   js_text(js, o->name, *(const struct str *)at); break;
    case O_INT:    js_int(js, o->name, *(const int64_t *)at); break;
    case O_REAL:   js_number(js, o->name, *(const double *)at); break;
    case O_BOOL:   js_bool(js, o->name, *(const bool *)at); break;
    case O_TIME:   put_time(js, o->name, *(const int64_t *)at); break;
    case O_STAMP:  put_stamp(js, o->name, *(const int64_t *)at); break;
    case O_JSON:   js_raw(js, o->name, *(const struct str *)at); break;
    case O_OBJECT: output_object(js, o->name, o->of, at); break;
    case O_MAYBE:  put_maybe(js, o, *(const void *const *)at); break;
    case O_LIST:
    case O_TEXTS:  put_list(js, o, at); break;
    default:       js->wrong = true; break;
    }
}

static void put_members(struct js *js, const struct output *table, const void *from)
{
    for (const struct output *o = table; o->type != O_END; o++)
        put_member(js, o, (const char *)from + o->offset);
}

void output_object(struct js *js, const char *key, const struct output *table, const void *from)
{
    js_object(js, key);
    put_members(js, table, from);
    js_end(js);
}
