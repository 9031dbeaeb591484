/* validate.c — a submitted record against its collection: column values, or what is wrong. */
#include "data/validate.h"

#include "data/secret.h"

enum { UNIQUE_MAX = 2000 };

enum { MOST_FAULTS = 100 };     /* of one record: more would not help, and only grow the reply    */

void validate_fault(struct cx *cx, struct fault_list *faults, struct str field, const char *code,
                    struct str message)
{
    if (faults->n == MOST_FAULTS)
        return;
    if (faults->n == faults->room) {
        size_t each = sizeof(*faults->at), room = faults->room == 0 ? 8 : faults->room * 2;
        faults->at = arena_grow(cx->mem, faults->at, faults->room * each, room * each);
        faults->room = room;
    }
    faults->at[faults->n++] = (struct err_item){ .field = field, .message = message,
                                                 .code = str_of(code) };
}

static void find_unknown(struct cx *cx, const struct collection *collection, struct jv body,
                         struct fault_list *faults)
{
    struct str key;
    struct jv value;

    for (struct jv_each e = jv_each(body); jv_next(&e, &key, &value);)
        if (!collection_system_column(key) && collection_field(collection, key) == NULL)
            validate_fault(cx, faults, key, "unknown_field",
                           str_fmt(cx->mem, "Unknown field '%.*s' not defined in collection schema",
                                   STR_ARG(key)));
}

static bool is_own_mask(struct cx *cx, const struct field *field, struct jv value,
                        const struct param *old)
{
    return field->pii && !cx->who->is_superadmin && !cx->who->sees_pii && value.kind == JV_TEXT
        && old->type != P_NULL && str_eq(jv_text(value), recordrow_mask(cx, field, old));
}

/* Left out, or sent back as it was shown: the secret stays. */
static bool keeps_secret(const struct field *field, struct jv value, const struct param *old)
{
    return field->encrypted && old->type != P_NULL
        && (value.kind == JV_ABSENT || secret_is_mask(value));
}

/* False: nothing is to be written for the field. */
static bool read_missing(struct cx *cx, const struct field *field, enum validate_mode mode,
                         struct param *out, struct fault_list *faults)
{
    if (mode == VALIDATE_PATCH)
        return false;
    if (field->required) {
        validate_fault(cx, faults, field->name, "required_missing",
                       str_fmt(cx->mem, "Required field '%.*s' is missing", STR_ARG(field->name)));
        return false;
    }
    *out = field->default_value;
    return field->default_value.type != P_NULL || mode == VALIDATE_CREATE;
}

/* PostgreSQL keeps no more than a third of a page per key, SQLite any size: the same for both. */
static bool fits_index(struct cx *cx, const struct field *field, const struct param *value,
                       struct type_fault *fault)
{
    size_t bytes = value->type == P_TEXT ? value->text.n : 0;

    if (field->indexed && bytes > INDEX_BYTES)
        return fieldtype_fault(fault, "value_too_long",
                               str_fmt(cx->mem, "An indexed value must be at most %d bytes",
                                       INDEX_BYTES));
    return !field->unique || bytes <= UNIQUE_MAX
        || fieldtype_fault(fault, "value_too_long",
                           str_fmt(cx->mem, "A unique value must be at most %d bytes", UNIQUE_MAX));
}

static bool read_given(struct cx *cx, const struct field *field, struct jv value,
                       struct param *out, struct fault_list *faults)
{
    struct type_fault fault;

    if (value.kind == JV_NULL) {
        *out = p_null(NULL);
        if (field->required)
            validate_fault(cx, faults, field->name, "required_null",
                           str_fmt(cx->mem, "Required field '%.*s' cannot be null",
                                   STR_ARG(field->name)));
        return true;
    }
    if (field->type->read(cx, field, value, out, &fault)
        && fits_index(cx, field, out, &fault))
        return true;
    validate_fault(cx, faults, field->name, fault.code, fault.message);
    /* Rules still look at what was sent, where it fits the column. */
    *out = value.kind == JV_TEXT && field->type->rule == R_TEXT ? p_text(NULL, jv_text(value))
                                                                : p_null(NULL);
    return true;
}

void validate_body(struct cx *cx, const struct recordrow *stored, struct jv body,
                   enum validate_mode mode, const struct param *old, struct validated *out,
                   struct fault_list *faults)
{
    out->values = arena_list(cx->mem, struct param, stored->n + 1);
    out->given = arena_list(cx->mem, bool, stored->n + 1);
    find_unknown(cx, stored->collection, body, faults);
    for (size_t i = 0; i < stored->n; i++) {
        const struct field *field = stored->fields[i].field;
        struct jv value = jv_get(body, field->name);
        struct param *column = &out->values[i];
        const struct param *was = old != NULL ? &old[RECORDROW_FIELDS + i] : NULL;
        *column = p_null(NULL);
        if (was != NULL
            && (keeps_secret(field, value, was) || is_own_mask(cx, field, value, was)))
            out->given[i] = false;
        else if (value.kind == JV_ABSENT || (field->encrypted && secret_is_mask(value)))
            out->given[i] = read_missing(cx, field, mode, column, faults);
        else
            out->given[i] = read_given(cx, field, value, column, faults);
        column->name = field->name.p;
    }
}
