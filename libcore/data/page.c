/* page.c — the order of a list and a place in it: sort keys and cursors. */
#include "data/page.h"

#include "base/base64.h"
#include "base/jv.h"
#include "base/when.h"

/* --- order ------------------------------------------------------------------------------------ */

static enum param_type key_type(enum rule_type type)
{
    switch (type) {
    case R_NUMBER:
        return P_REAL;
    case R_BOOLEAN:
        return P_BOOL;
    case R_DATETIME:
        return P_TIME;
    default:
        return P_TEXT;
    }
}

static const struct rule_name ID = { .name = S_INIT("id"), .column = S_INIT("id"), .type = R_TEXT };
static const struct rule_name CREATED_AT = { .name = S_INIT("created_at"),
                                             .column = S_INIT("created_at"), .type = R_DATETIME };

static bool is_never_null(const struct rule_name *of)
{
    static const struct str NEVER[] = {
        S_INIT("id"), S_INIT("account_id"), S_INIT("created_at"), S_INIT("created_by"),
        S_INIT("updated_at"), S_INIT("updated_by"),
    };

    for (size_t i = 0; i < COUNT(NEVER); i++)
        if (str_eq(NEVER[i], of->column))
            return true;
    return false;
}

/* A `+` that was not percent-encoded arrives as a space, which means the same as no sign. */
static struct str cut_direction(struct str part, bool *descending)
{
    part = str_trim(part);
    *descending = part.n > 0 && part.p[0] == '-';
    if (part.n > 0 && (part.p[0] == '-' || part.p[0] == '+'))
        part = str_sub(part, 1, part.n);
    return str_trim(part);
}

static void add_key(struct page_order *order, const struct rule_name *of, bool descending)
{
    order->keys[order->n++] = (struct page_key){
        .name = of->name, .of = of, .type = key_type(rule_type_of(of)), .descending = descending,
        .nullable = !is_never_null(of),
    };
}

static bool has_key(const struct page_order *order, const struct rule_name *of)
{
    for (size_t i = 0; i < order->n; i++)
        if (str_eq(order->keys[i].of->column, of->column))
            return true;
    return false;
}

static bool add_sort(struct cx *cx, struct str name, bool descending,
                     const struct rule_names *names, struct page_order *out)
{
    const struct rule_name *found = rule_find(names, name);

    if (found == NULL || has_key(out, found) || has_key(out, &ID))
        return true;
    if (found->refused != NULL)
        return fail(cx, E_INVALID, "Invalid sort", "Field '%.*s' %s and cannot be sorted",
                    STR_ARG(name), found->refused);
    if (found->many)
        return fail(cx, E_INVALID, "Invalid sort",
                    "Field '%.*s' holds several values and cannot be sorted", STR_ARG(name));
    if (out->n == PAGE_KEYS)
        return fail(cx, E_INVALID, "Invalid sort", "At most %d sort keys are allowed", PAGE_KEYS);
    add_key(out, found, descending);
    return true;
}

bool page_sort(struct cx *cx, struct str sort, const struct rule_names *names,
               struct page_order *out)
{
    bool descending, fallback = true, first = true;
    struct str part;

    out->n = 0;
    while (str_cut(&sort, ',', &part)) {
        struct str name = cut_direction(part, &descending);
        if (name.n == 0)
            continue;
        if (first)
            fallback = descending;
        first = false;
        TRY(add_sort(cx, name, descending, names, out));
    }
    if (out->n == 0)
        add_key(out, &CREATED_AT, fallback);
    if (!has_key(out, &ID))
        add_key(out, &ID, out->keys[out->n - 1].descending);
    return true;
}

void page_reverse(struct page_order *order)
{
    for (size_t i = 0; i < order->n; i++)
        order->keys[i].descending = !order->keys[i].descending;
}

void page_order_by(struct qb *q, const struct page_order *order)
{
    for (size_t i = 0; i < order->n; i++) {
        const struct page_key *key = &order->keys[i];
        qb_lit(q, i == 0 ? SQL_OF(" ORDER BY ") : SQL_OF(", "));
        rule_put(q, key->of);
        if (key->descending)
            qb_lit(q, SQL_OF(" DESC"));
        /* SQLite does so by itself; left out for columns without NULLs, so that indexes fit. */
        if (key->nullable && qb_is_postgres(q))
            qb_lit(q, key->descending ? SQL_OF(" NULLS LAST") : SQL_OF(" NULLS FIRST"));
    }
}

/* --- cursors ---------------------------------------------------------------------------------- */

static struct str order_text(struct cx *cx, const struct page_order *order)
{
    struct buf out;

    buf_init(&out, cx->mem, 1024);
    for (size_t i = 0; i < order->n; i++) {
        buf_str(&out, i > 0 ? S(",") : S(""));
        buf_c(&out, order->keys[i].descending ? '-' : '+');
        buf_str(&out, order->keys[i].name);
    }
    return buf_text(&out);
}

static void write_value(struct js *js, const char *key, const struct param *value)
{
    switch (value->type) {
    case P_REAL:
        js_number(js, key, value->real);
        break;
    case P_BOOL:
        js_bool(js, key, value->number != 0);
        break;
    case P_TIME:
        js_int(js, key, value->number);
        break;
    case P_TEXT:
        js_text(js, key, value->text);
        break;
    default:
        js_null(js, key);
    }
}

/* With one key before id its value stands alone, as in the contract; with more, they are a list. */
struct str page_write_cursor(struct cx *cx, const struct page_order *order,
                             const struct page_place *place)
{
    size_t last = order->n - 1;
    struct buf text;
    struct js js;

    buf_init(&text, cx->mem, SIZE_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    js_text(&js, "sort", order_text(cx, order));
    if (last == 1) {
        write_value(&js, "sort_value", &place->values[0]);
    } else {
        js_array(&js, "sort_value");
        for (size_t i = 0; i < last; i++)
            write_value(&js, NULL, &place->values[i]);
        js_end(&js);
    }
    js_text(&js, "id", place->values[last].text);
    js_end(&js);
    return base64_put_url(cx->mem, buf_text(&text), true);
}

static bool read_value(struct jv value, const struct page_key *key, struct param *out)
{
    if (value.kind == JV_NULL && key->nullable) {
        *out = p_null(NULL);
        return true;
    }
    switch (key->type) {
    case P_REAL:
        *out = p_real(NULL, jv_real(value));
        return value.kind == JV_INT || value.kind == JV_REAL;
    case P_BOOL:
        *out = p_bool(NULL, jv_bool(value));
        return value.kind == JV_BOOL;
    case P_TIME:
        *out = p_time(NULL, jv_int(value));
        return value.kind == JV_INT && when_is_time(jv_int(value));
    default:
        *out = p_text(NULL, jv_text(value));
        return value.kind == JV_TEXT;
    }
}

static const char *read_place(struct cx *cx, struct str cursor, const struct page_order *order,
                              struct page_place *out)
{
    size_t last = order->n - 1;
    struct jv_fault fault;
    struct str json;
    struct jv body, list;

    if (!base64_get_url(cx->mem, cursor, &json))
        return "not base64";
    if (!jv_parse(cx, json, &body, &fault) || body.kind != JV_OBJECT)
        return "not a JSON object";
    if (!str_eq(jv_text(jv_get(body, S("sort"))), order_text(cx, order)))
        return "sort changed";
    list = jv_get(body, S("sort_value"));
    if (last != 1 && (list.kind != JV_ARRAY || jv_count(list) != last))
        return "sort_value does not fit the sort";
    for (size_t i = 0; i < last; i++)
        if (!read_value(last == 1 ? list : jv_at(list, i), &order->keys[i], &out->values[i]))
            return "sort_value does not fit the sort";
    if (!read_value(jv_get(body, S("id")), &order->keys[last], &out->values[last]))
        return "id is missing";
    return NULL;
}

bool page_read_cursor(struct cx *cx, const char *which, struct str cursor,
                      const struct page_order *order, struct page_place *out)
{
    const char *wrong = read_place(cx, cursor, order, out);

    if (wrong != NULL)
        return fail(cx, E_INVALID, str_c(cx->mem, str_fmt(cx->mem, "Invalid %s", which)),
                    "Invalid cursor format: %s", wrong);
    return true;
}

void page_here(struct cx *cx, const struct rows *rows, int column, const struct page_order *order,
               struct page_place *out)
{
    for (size_t i = 0; i < order->n; i++, column++) {
        struct param *value = &out->values[i];
        if (rows_null(rows, column))
            *value = p_null(NULL);
        else if (order->keys[i].type == P_REAL)
            *value = p_real(NULL, rows_real(rows, column));
        else if (order->keys[i].type == P_BOOL)
            *value = p_bool(NULL, rows_bool(rows, column));
        else if (order->keys[i].type == P_TIME)
            *value = p_time(NULL, rows_int(rows, column));
        else
            *value = p_text(NULL, str_copy(cx->mem, rows_text(rows, column)));
    }
}

/* --- the rows after a place ------------------------------------------------------------------- */

/* (a, b, id) > (…) says all of it, and indexes know it, when no NULL can come after a value. */
static bool is_row_value(const struct page_order *order, const struct page_place *place)
{
    for (size_t i = 0; i < order->n; i++) {
        const struct page_key *key = &order->keys[i];
        if (key->descending != order->keys[0].descending || place->values[i].type == P_NULL
            || (key->nullable && key->descending))
            return false;
    }
    return true;
}

static void put_row_value(struct qb *q, const struct page_order *order,
                          const struct page_place *place)
{
    for (size_t i = 0; i < order->n; i++) {
        qb_lit(q, i == 0 ? SQL_OF("((") : SQL_OF(", "));
        rule_put(q, order->keys[i].of);
    }
    qb_lit(q, order->keys[0].descending ? SQL_OF(") < (") : SQL_OF(") > ("));
    for (size_t i = 0; i < order->n; i++) {
        if (i > 0)
            qb_lit(q, SQL_OF(", "));
        qb_value(q, place->values[i]);
    }
    qb_lit(q, SQL_OF("))"));
}

static void put_equal(struct qb *q, const struct page_key *key, const struct param *value)
{
    rule_put(q, key->of);
    if (value->type == P_NULL) {
        qb_lit(q, SQL_OF(" IS NULL"));
        return;
    }
    qb_lit(q, SQL_OF(" = "));
    qb_value(q, *value);
}

static void put_beyond(struct qb *q, const struct page_key *key, const struct param *value)
{
    if (value->type == P_NULL && key->descending) {
        qb_lit(q, SQL_OF("1 = 0"));
        return;
    }
    qb_lit(q, SQL_OF("("));
    rule_put(q, key->of);
    if (value->type == P_NULL) {
        qb_lit(q, SQL_OF(" IS NOT NULL)"));
        return;
    }
    qb_lit(q, key->descending ? SQL_OF(" < ") : SQL_OF(" > "));
    qb_value(q, *value);
    if (key->descending && key->nullable) {
        qb_lit(q, SQL_OF(" OR "));
        rule_put(q, key->of);
        qb_lit(q, SQL_OF(" IS NULL"));
    }
    qb_lit(q, SQL_OF(")"));
}

void page_after(struct qb *q, const struct page_order *order, const struct page_place *place)
{
    if (is_row_value(order, place)) {
        put_row_value(q, order, place);
        return;
    }
    for (size_t i = 0; i < order->n; i++) {
        qb_lit(q, i == 0 ? SQL_OF("((") : SQL_OF(" OR ("));
        for (size_t before = 0; before < i; before++) {
            put_equal(q, &order->keys[before], &place->values[before]);
            qb_lit(q, SQL_OF(" AND "));
        }
        put_beyond(q, &order->keys[i], &place->values[i]);
        qb_lit(q, SQL_OF(")"));
    }
    qb_lit(q, SQL_OF(")"));
}
