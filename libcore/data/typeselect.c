/* typeselect.c — field types whose values are chosen: one or several of what a field offers. */
#include "data/typeselect.h"

#include <stdlib.h>

#include "data/field.h"

enum { TOLD_CHOICES = 20, TOLD_BYTES = 64 };

static bool offers(const struct field *field, struct str value)
{
    for (size_t i = 0; i < field->choice_count; i++)
        if (str_eq(field->choices[i], value))
            return true;
    return false;
}

static bool refuse_choice(struct cx *cx, const struct field *field, struct str value,
                          struct type_fault *fault)
{
    struct buf message;

    buf_init(&message, cx->mem, SIZE_MAX);
    buf_fmt(&message, "Value '%.*s' is not one of: ", STR_ARG(str_sub(value, 0, TOLD_BYTES)));
    for (size_t i = 0; i < field->choice_count && i < TOLD_CHOICES; i++)
        buf_fmt(&message, "%s%.*s", i > 0 ? ", " : "", STR_ARG(field->choices[i]));
    if (field->choice_count > TOLD_CHOICES)
        buf_str(&message, S(", …"));
    return fieldtype_fault(fault, "invalid_option", buf_text(&message));
}

static bool fits_choice(struct cx *cx, const struct field *field, struct jv value,
                        struct type_fault *fault)
{
    if (value.kind != JV_TEXT)
        return fieldtype_mismatch(cx, "option (string)", value, fault);
    return offers(field, jv_text(value)) || refuse_choice(cx, field, jv_text(value), fault);
}

bool typeselect_read(struct cx *cx, const struct field *field, struct jv value, struct param *out,
                     struct type_fault *fault)
{
    if (!fits_choice(cx, field, value, fault))
        return false;
    *out = p_text(NULL, jv_text(value));
    return true;
}

/* --- several ---------------------------------------------------------------------------------- */

static int compare_texts(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool is_distinct(struct cx *cx, struct jv list, struct type_fault *fault)
{
    size_t n = jv_count(list);
    struct str *sorted = arena_list(cx->mem, struct str, n + 1);

    for (size_t i = 0; i < n; i++)
        sorted[i] = jv_text(jv_at(list, i));
    if (n > 1)
        qsort(sorted, n, sizeof(*sorted), compare_texts);
    for (size_t i = 1; i < n; i++)
        if (str_eq(sorted[i - 1], sorted[i]))
            return fieldtype_fault(fault, "duplicate_value",
                                   str_fmt(cx->mem, "Value '%.*s' is given twice",
                                           STR_ARG(str_sub(sorted[i], 0, TOLD_BYTES))));
    return true;
}

/* What holds for every list; its items are looked at before. */
static bool read_list(struct cx *cx, const struct field *field, struct jv list, struct param *out,
                      struct type_fault *fault)
{
    if (jv_count(list) == 0 && field->required)
        return fieldtype_fault(fault, "required_empty",
                               str_fmt(cx->mem, "Required field '%.*s' cannot be empty",
                                       STR_ARG(field->name)));
    if (!is_distinct(cx, list, fault))
        return false;
    *out = p_text(NULL, jv_print(cx->mem, list));
    return true;
}

static bool is_short(struct cx *cx, const struct field *field, struct jv list,
                     struct type_fault *fault)
{
    return jv_count(list) <= (uint64_t)field->max
        || fieldtype_fault(fault, "too_many_values",
                           str_fmt(cx->mem, "At most %lld values are allowed, got %zu",
                                   (long long)field->max, jv_count(list)));
}

bool typeselect_read_several(struct cx *cx, const struct field *field, struct jv value,
                             struct param *out, struct type_fault *fault)
{
    if (value.kind != JV_ARRAY)
        return fieldtype_mismatch(cx, "list of options", value, fault);
    if (!is_short(cx, field, value, fault))
        return false;
    for (size_t i = 0; i < jv_count(value); i++)
        if (!fits_choice(cx, field, jv_at(value, i), fault))
            return false;
    return read_list(cx, field, value, out, fault);
}

bool typeselect_read_references(struct cx *cx, const struct field *field, struct jv value,
                                struct param *out, struct type_fault *fault)
{
    if (value.kind != JV_ARRAY)
        return fieldtype_mismatch(cx, "list of reference IDs", value, fault);
    if (!is_short(cx, field, value, fault))
        return false;
    for (size_t i = 0; i < jv_count(value); i++) {
        struct jv id = jv_at(value, i);
        if (id.kind != JV_TEXT)
            return fieldtype_mismatch(cx, "reference ID (string)", id, fault);
        if (str_trim(jv_text(id)).n == 0)
            return fieldtype_fault(fault, "empty_reference", S("Reference ID cannot be empty"));
    }
    return read_list(cx, field, value, out, fault);
}
