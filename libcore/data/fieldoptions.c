/* fieldoptions.c — what a select offers, how many values a list may have. */
#include "data/fieldoptions.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "data/fieldcheck.h"
#include "db/qb.h"

enum { CHOICE_MAX = 255, NAMED = 5 };   /* characters of a choice; choices that a refusal names   */

/* --- reading ---------------------------------------------------------------------------------- */

static struct jv values_of(struct jv options)
{
    return options.kind == JV_ARRAY ? options : jv_get(options, S("values"));
}

static int64_t max_of(struct jv options, int64_t otherwise)
{
    struct jv max = jv_get(options, S("max"));

    return max.kind == JV_INT && jv_int(max) >= 1 && jv_int(max) <= FIELDOPTIONS_MOST
        ? jv_int(max) : otherwise;
}

static void read_choices(struct arena *mem, struct jv values, struct field *field)
{
    struct str *choices = arena_list(mem, struct str, jv_count(values) + 1);

    for (size_t i = 0; i < jv_count(values); i++) {
        struct str choice = jv_text(jv_at(values, i));
        if (!str_absent(choice))
            choices[field->choice_count++] = str_copy(mem, choice);
    }
    field->choices = choices;
}

void fieldoptions_read(struct arena *mem, struct jv options, struct field *field)
{
    field->choice_count = 0;
    field->max = max_of(options, fieldtype_is_many(field->type) ? FIELDOPTIONS_MOST : 1);
    if (field->type->rule != R_SELECT)
        return;
    if (values_of(options).kind == JV_ARRAY)
        read_choices(mem, values_of(options), field);
    if (field->max > 1)
        field->type = fieldtype_several(field->type);
}

/* --- what cannot be understood ---------------------------------------------------------------- */

static void check_members(struct cx *cx, struct jv options, struct str values, size_t i)
{
    struct jv max = jv_get(options, S("max")), value;
    struct str key;

    for (struct jv_each e = jv_each(options); jv_next(&e, &key, &value);)
        if (!str_eq(key, S("max")) && !str_eq(key, values))
            fieldcheck_add(cx, i, "options", "options_invalid", "Unknown option '%.*s'",
                           STR_ARG(str_sub(key, 0, 64)));
    if (max.kind != JV_ABSENT
        && (max.kind != JV_INT || jv_int(max) < 1 || jv_int(max) > FIELDOPTIONS_MOST))
        fieldcheck_add(cx, i, "options", "options_max_invalid",
                       "'max' must be a whole number between 1 and %d", FIELDOPTIONS_MOST);
}

static int compare_texts(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void check_distinct(struct cx *cx, const struct field *field, size_t i)
{
    struct str *sorted = arena_list(cx->mem, struct str, field->choice_count + 1);

    for (size_t c = 0; c < field->choice_count; c++)
        sorted[c] = field->choices[c];
    if (field->choice_count > 1)
        qsort(sorted, field->choice_count, sizeof(*sorted), compare_texts);
    for (size_t c = 1; c < field->choice_count; c++)
        if (str_eq(sorted[c - 1], sorted[c])) {
            fieldcheck_add(cx, i, "options", "select_options_duplicate",
                           "Value '%.*s' is offered twice", STR_ARG(str_sub(sorted[c], 0, 64)));
            return;
        }
}

static void check_choices(struct cx *cx, const struct field *field, struct jv values, size_t i)
{
    size_t n = jv_count(values);

    if (n > FIELDOPTIONS_MOST) {
        fieldcheck_add(cx, i, "options", "select_options_invalid",
                       "A select field offers at most %d values", FIELDOPTIONS_MOST);
        return;
    }
    for (size_t c = 0; c < n; c++) {
        struct str choice = jv_text(jv_at(values, c));
        if (str_trim(choice).n > 0 && utf8_count(choice) <= CHOICE_MAX)
            continue;
        fieldcheck_add(cx, i, "options", "select_options_invalid",
                       "Value %zu must be a text of 1 to %d characters", c + 1, CHOICE_MAX);
        return;
    }
    check_distinct(cx, field, i);
}

bool fieldoptions_check(struct cx *cx, const struct field *field, size_t i)
{
    bool is_select = field->type->rule == R_SELECT;
    struct jv options = { .kind = JV_ABSENT }, values;
    struct jv_fault parse;

    if (!is_select && !fieldtype_is_many(field->type))
        return true;
    if (!str_absent(field->options) && !jv_parse(cx, field->options, &options, &parse))
        return broken(cx, "options written as JSON cannot be read: %s", parse.reason);
    if (options.kind == JV_OBJECT)
        check_members(cx, options, is_select ? S("values") : NO_STR, i);
    values = values_of(options);
    if (!is_select && options.kind == JV_ARRAY)
        fieldcheck_add(cx, i, "options", "options_invalid",
                       "A references field takes no options but {\"max\": n}");
    else if (is_select && values.kind != JV_ARRAY && values.kind != JV_ABSENT)
        fieldcheck_add(cx, i, "options", "select_options_invalid",
                       "'values' must be a list of texts");
    else if (is_select && jv_count(values) == 0)
        fieldcheck_add(cx, i, "options", "select_options_required",
                       "Select field requires 'options' (the values to choose from)");
    else if (is_select)
        check_choices(cx, field, values, i);
    return true;
}

/* --- what records hold ------------------------------------------------------------------------ */

static bool offers(const struct field *field, struct str choice)
{
    for (size_t i = 0; i < field->choice_count; i++)
        if (str_eq(field->choices[i], choice))
            return true;
    return false;
}

/* JSON array of what `old` offers and `now` does not; absent: nothing. */
static struct str removed(struct cx *cx, const struct field *old, const struct field *now)
{
    struct buf out;
    struct js js;
    size_t n = 0;

    buf_init(&out, cx->mem, SIZE_MAX);
    js_init(&js, &out);
    js_array(&js, NULL);
    for (size_t i = 0; i < old->choice_count; i++)
        if (!offers(now, old->choices[i])) {
            js_text(&js, NULL, old->choices[i]);
            n++;
        }
    js_end(&js);
    return n == 0 ? NO_STR : buf_text(&out);
}

/* Rows of all accounts: who defines collections is a superadmin. */
static void put_rows(struct qb *q, struct str table, const struct field *field)
{
    qb_lit(q, SQL_OF(" FROM "));
    qb_ident(q, table);
    qb_lit(q, SQL_OF(" r"));
    if (fieldtype_is_many(field->type)) {
        qb_lit(q, SQL_OF(", "));
        qb_each_of(q, 'k', 'r', field->name);
    }
    qb_lit(q, SQL_OF(" WHERE "));
}

static void put_value(struct qb *q, const struct field *field)
{
    if (fieldtype_is_many(field->type))
        qb_lit(q, SQL_OF("k.value"));
    else
        qb_column(q, 'r', field->name);
}

static bool check_removed(struct cx *cx, struct str table, const struct field *old,
                          const struct field *now, size_t i)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct str choices = removed(cx, old, now);
    struct qb q;

    if (str_absent(choices))
        return true;
    TRY(ddl_hold_table(cx, table));
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT DISTINCT "));
    put_value(&q, now);
    put_rows(&q, table, now);
    put_value(&q, now);
    qb_among(&q, choices);
    qb_lit(&q, SQL_OF(" ORDER BY 1 LIMIT "));
    qb_number(&q, NAMED);
    TRY(qb_query(&q, &rows));
    while (rows_step(&rows))
        fieldcheck_add(cx, i, "options", "select_options_held",
                       "Value '%.*s' cannot be removed because records hold it",
                       STR_ARG(str_sub(rows_text(&rows, 0), 0, 64)));
    return rows_done(&rows);
}

static bool check_fewer(struct cx *cx, struct str table, const struct field *now, size_t i)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    TRY(ddl_hold_table(cx, table));
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT 1"));
    put_rows(&q, table, now);
    qb_lit(&q, qb_is_postgres(&q) ? SQL_OF("k.key > ") : SQL_OF("k.key >= "));
    qb_number(&q, now->max);
    qb_lit(&q, SQL_OF(" LIMIT 1"));
    TRY(qb_query(&q, &rows));
    if (rows_step(&rows))
        fieldcheck_add(cx, i, "options", "options_max_held",
                       "'max' cannot be %d because records hold more values", (int)now->max);
    return rows_done(&rows);
}

bool fieldoptions_change(struct cx *cx, struct str table, const struct field *old,
                         const struct field *now, size_t i)
{
    if (now->type->rule == R_SELECT)
        TRY(check_removed(cx, table, old, now, i));
    return now->max >= old->max || !fieldtype_is_many(now->type)
        || check_fewer(cx, table, now, i);
}
