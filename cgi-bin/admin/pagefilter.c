/* pagefilter.c — a filter out of conditions, for who does not write the language of filters. */
#include "pagerecords.h"

#include "base/num.h"
#include "recordlist.h"

enum { MOST_CONDITIONS = 20 };

struct filter_in { struct str collection, query; };
static const struct input FILTER_IN[] = {
    IN(PATH, T_TEXT, filter_in, collection), IN(QUERY, T_WHOLE_QUERY, filter_in, query), { 0 },
};

/* Which types an operator suits, as the filter language has it (data.md §7). */
enum { ON_TEXT = 1, ON_NUMBER = 2, ON_TIME = 4, ON_CHOICE = 8, ON_BOOLEAN = 16, ON_JSON = 32,
       ON_ALL = 63 };
enum how { PLAIN, CONTAINS, STARTS, NO_VALUE };
static const struct operator {
    const char *code, *label, *sign; enum how how; unsigned suits;
} OPERATORS[] = {
    { "eq", W("is"), "=", PLAIN, ON_TEXT | ON_NUMBER | ON_TIME | ON_CHOICE | ON_BOOLEAN },
    { "ne", W("is not"), "!=", PLAIN, ON_TEXT | ON_NUMBER | ON_TIME | ON_CHOICE | ON_BOOLEAN },
    { "has", W("contains"), "~", CONTAINS, ON_TEXT },
    { "starts", W("begins with"), "~", STARTS, ON_TEXT },
    { "gt", W("is greater than"), ">", PLAIN, ON_TEXT | ON_NUMBER | ON_TIME },
    { "ge", W("is at least"), ">=", PLAIN, ON_TEXT | ON_NUMBER | ON_TIME },
    { "lt", W("is less than"), "<", PLAIN, ON_TEXT | ON_NUMBER | ON_TIME },
    { "le", W("is at most"), "<=", PLAIN, ON_TEXT | ON_NUMBER | ON_TIME },
    { "null", W("has no value"), "IS NULL", NO_VALUE, ON_ALL },
    { "some", W("has a value"), "IS NOT NULL", NO_VALUE, ON_ALL },
};

struct condition { struct str field, value; const struct operator *operator; };
struct builder {
    struct recordlist list;
    struct condition at[MOST_CONDITIONS + 1]; size_t n;
    struct str so_far;
    bool any;                           /* one of them is enough                                  */
};

static unsigned kind_of(const struct recordlist *list, struct str name)
{
    const struct field *field = collection_field(list->collection, name);
    enum rule_type type = field == NULL ? R_TEXT : field_values(field);
    if (field == NULL)
        return str_ends(name, S("_at")) ? ON_TIME : ON_TEXT;
    if (field->encrypted)
        return 0;
    switch (type) {
    case R_NUMBER: return ON_NUMBER;
    case R_BOOLEAN: return ON_BOOLEAN;
    case R_DATETIME:
    case R_DATE: return ON_TIME;
    case R_REFERENCE:
    case R_SELECT: return ON_CHOICE;
    case R_JSON: return ON_JSON;
    default: return ON_TEXT;
    }
}

static bool is_named(const struct recordlist *list, struct str name)
{
    const struct field *field = collection_field(list->collection, name);
    return field != NULL ? !field->encrypted && access_gives(&list->access, field)
                         : collection_system_column(name);
}

static const struct operator *operator_of(struct str code)
{
    for (size_t i = 0; i < COUNT(OPERATORS); i++)
        if (str_eq(str_of(OPERATORS[i].code), code))
            return &OPERATORS[i];
    return &OPERATORS[0];
}

/* --- the text --------------------------------------------------------------------------------- */

static void put_quoted(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"' || text.p[i] == '\\')
            buf_c(out, '\\');
        buf_c(out, text.p[i]);
    }
}

static bool is_bare(unsigned kind, struct str value)
{
    double number;
    size_t at;
    if (kind == ON_NUMBER)                      /* the language has no exponents                  */
        return num_real(value, &number) && !str_find(value, 'e', &at) && !str_find(value, 'E', &at);
    return kind == ON_BOOLEAN && (str_eq(value, S("true")) || str_eq(value, S("false")));
}

static void put_condition(struct buf *out, const struct recordlist *list,
                          const struct condition *c)
{
    unsigned kind = kind_of(list, c->field);
    buf_fmt(out, "%.*s %s", STR_ARG(c->field), c->operator->sign);
    if (c->operator->how == NO_VALUE)
        return;
    buf_c(out, ' ');
    if (c->operator->how == PLAIN && is_bare(kind, c->value)) {
        buf_str(out, c->value);
        return;
    }
    buf_str(out, c->operator->how == CONTAINS ? S("\"%") : S("\""));
    put_quoted(out, c->value);
    buf_str(out, c->operator->how == PLAIN ? S("\"") : S("%\""));
}

static struct str built(struct cx *cx, const struct builder *b)
{
    struct buf out;
    bool first = true, groups = b->so_far.n > 0;
    buf_init(&out, cx->mem, 65536);
    if (groups)
        buf_fmt(&out, "(%.*s)", STR_ARG(b->so_far));
    for (size_t i = 0; i < b->n; i++) {
        if (b->at[i].field.n == 0)
            continue;
        buf_str(&out, first ? groups ? S(" && (") : S("") : b->any ? S(" || ") : S(" && "));
        put_condition(&out, &b->list, &b->at[i]);
        first = false;
    }
    if (groups && !first)
        buf_c(&out, ')');
    return first ? b->so_far : buf_text(&out);
}

/* --- what was asked --------------------------------------------------------------------------- */

static void read_conditions(struct builder *b, const struct formdata *query)
{
    size_t f = 0, o = 0, v = 0;
    struct str field, operator, value;
    while (b->n < MOST_CONDITIONS && formdata_next(query, "f", &f, &field)) {
        operator = value = S("");
        (void)!formdata_next(query, "o", &o, &operator);
        (void)!formdata_next(query, "v", &v, &value);
        if (field.n > 0 && !is_named(&b->list, field))
            continue;
        b->at[b->n++] = (struct condition){ field, str_trim(value), operator_of(operator) };
    }
}

static void drop(struct builder *b, struct str what)
{
    int64_t at;
    if (!str_starts(what, S("drop-")) || !num_int(str_sub(what, 5, SIZE_MAX), &at) || at < 0)
        return;
    for (size_t i = (size_t)at; i + 1 < b->n; i++)
        b->at[i] = b->at[i + 1];
    if ((size_t)at < b->n)
        b->n--;
}

/* --- the page --------------------------------------------------------------------------------- */

static void add_option(struct fills_list *rows, struct str value, struct str label, bool chosen)
{
    struct fills row = { .mem = rows->mem };
    fills_add(&row, fill_text("value", value));
    fills_add(&row, fill_text("label", label));
    fills_add(&row, fill_flag("is_chosen", chosen));
    fills_row(rows, &row);
}

static struct fill fields_of(struct cx *cx, const struct builder *b, struct str chosen)
{
    static const struct str SYSTEM[] = {
        S_INIT("id"), S_INIT("created_at"), S_INIT("created_by"), S_INIT("updated_at"),
        S_INIT("updated_by"),
    };
    const struct collection *c = b->list.collection;
    struct fills_list rows = { .mem = cx->mem };
    add_option(&rows, S(""), phrase_of(cx, W("(none)")), chosen.n == 0);
    for (size_t i = 0; i < c->field_count; i++)
        if (is_named(&b->list, c->fields[i].name))
            add_option(&rows, c->fields[i].name, c->fields[i].name,
                       str_eq(chosen, c->fields[i].name));
    for (size_t i = 0; i < COUNT(SYSTEM); i++)
        add_option(&rows, SYSTEM[i], SYSTEM[i], str_eq(chosen, SYSTEM[i]));
    return fills_rows("fields", &rows);
}

static struct fill operators_of(struct cx *cx, const struct builder *b, const struct condition *c)
{
    struct fills_list rows = { .mem = cx->mem };
    unsigned kind = c->field.n == 0 ? ON_ALL : kind_of(&b->list, c->field);
    for (size_t i = 0; i < COUNT(OPERATORS); i++)
        if ((OPERATORS[i].suits & kind) != 0)
            add_option(&rows, str_of(OPERATORS[i].code), phrase_of(cx, OPERATORS[i].label),
                       c->operator == &OPERATORS[i]);
    return fills_rows("operators", &rows);
}

static struct fill values_of(struct cx *cx, const struct builder *b, const struct condition *c)
{
    const struct field *field = collection_field(b->list.collection, c->field);
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; field != NULL && i < field->choice_count; i++)
        add_option(&rows, field->choices[i], field->choices[i], false);
    if (field != NULL && kind_of(&b->list, c->field) == ON_BOOLEAN) {
        add_option(&rows, S("true"), phrase_of(cx, W("Yes")), false);
        add_option(&rows, S("false"), phrase_of(cx, W("No")), false);
    }
    return fills_rows("values", &rows);
}

static void put_conditions(struct desk *desk, const struct builder *b)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; i < b->n; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_int("number", (int64_t)i + 1));
        fills_add(&row, fill_int("at", (int64_t)i));
        fills_add(&row, fill_text("value", b->at[i].value));
        fills_add(&row, fields_of(cx, b, b->at[i].field));
        fills_add(&row, operators_of(cx, b, &b->at[i]));
        fills_add(&row, values_of(cx, b, &b->at[i]));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("conditions", &rows));
}

static bool show(struct reply *reply, const struct builder *b, struct str text, struct str href)
{
    struct cx *cx = reply->cx;
    const struct recordlist *list = &b->list;
    struct desk desk;
    desk_open(&desk, reply, "records", phrase_with(cx, W("A filter for {name}"),
              (const struct fill[]){ fill_text("name", list->collection->name), { 0 } }));
    recorddesk_crumbs(&desk, list->collection->name);
    const struct recorddesk_pair pairs[] = { { "filter", text }, { 0 } };
    desk_api(&desk, "GET", recorddesk_link(cx, recorddesk_api(cx, list->collection->name, NO_STR,
                                                              ""), pairs), NO_STR, NO_STR);
    desk_put(&desk, fill_text("search", list->search));
    desk_put(&desk, fill_text("sort", list->sort));
    desk_put(&desk, fill_text("shown", list->fields));
    desk_put(&desk, fill_text("account", list->account));
    desk_put(&desk, fill_text("counted", list->count));
    desk_put(&desk, fill_text("so_far", b->so_far));
    desk_put(&desk, fill_flag("any", b->any));
    desk_put(&desk, fill_text("text", text));
    desk_put(&desk, fill_text("use_href", href));
    desk_put(&desk, fill_text("list_href", DESK_PATH(cx, S("records"), list->collection->name)));
    put_conditions(&desk, b);
    return desk_show(&desk, "admin/records-filter.html");
}

static bool build(struct cx *cx, const void *input, struct reply *reply)
{
    const struct filter_in *in = input;
    struct builder *b = arena_make(cx->mem, struct builder);
    struct formdata query;
    struct str what, text, href;
    TRY(recordlist_open(cx, in->collection, in->query, &b->list));
    TRY(formdata_read(cx, in->query, "query", &query));
    what = formdata_text(&query, "do");
    b->so_far = b->list.filter;
    b->any = str_eq(formdata_text(&query, "join"), S("or"));
    read_conditions(b, &query);
    if (!str_absent(what))
        drop(b, what);
    if (b->n == 0 || (str_eq(what, S("add")) && b->n < MOST_CONDITIONS))
        b->at[b->n++] = (struct condition){ S(""), S(""), &OPERATORS[0] };
    text = built(cx, b);
    b->list.filter = text;
    href = recordlist_link(cx, &b->list, DESK_PATH(cx, S("records"), in->collection), NULL,
                           NO_STR);
    if (str_eq(what, S("use")))
        return desk_go(reply, href, NO_STR);
    return show(reply, b, text, href);
}

const struct route pagefilter_routes[] = {
    { GET, "/admin/records/{collection}/filter", .need = NEED_ADMIN, .errors = SHAPE_PAGE,
      INPUT(FILTER_IN, filter_in), .run = build, .hidden = true,
      .title = "A filter out of conditions" },
    { 0 },
};
