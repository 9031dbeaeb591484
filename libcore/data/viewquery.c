/* viewquery.c — reads the query of a view, finds out what it gives, puts it into statements. */
#include "data/viewquery.h"

#include "data/fieldcheck.h"

/* Those of records, in their order; the first two must be there. */
static const struct { struct str name; const char *word; } SYSTEM[] = {
    { S_INIT("id"), "@id" },           { S_INIT("account_id"), "@id" },
    { S_INIT("created_at"), "@time" }, { S_INIT("created_by"), "@text" },
    { S_INIT("updated_at"), "@time" }, { S_INIT("updated_by"), "@text" },
};
enum { NEEDED = 2 };

static struct guest_column *columns_of(struct arena *mem, const struct field *fields, size_t n,
                                       size_t *count)
{
    struct guest_column *columns = arena_list(mem, struct guest_column, COUNT(SYSTEM) + n);

    *count = 0;
    for (size_t i = 0; i < COUNT(SYSTEM); i++)
        columns[(*count)++] = (struct guest_column){ SYSTEM[i].name, SYSTEM[i].word, true };
    for (size_t i = 0; i < n; i++)
        if (fields[i].type->word != NULL)
            columns[(*count)++] = (struct guest_column){ fields[i].name, fields[i].type->word,
                                                         true };
    return columns;
}

/* guest.c speaks of macros, for which it was made. */
static struct str worded(struct arena *mem, struct str fault)
{
    struct str before = S("Macro query");

    if (!str_starts(fault, before))
        return str_fmt(mem, "The query cannot be used: %.*s", STR_ARG(fault));
    return str_fmt(mem, "The query%.*s", STR_ARG(str_sub(fault, before.n, fault.n)));
}

struct admission {
    struct cx *cx;
    struct arena *mem;
    struct guest *guest;
    const struct guest_source *tables; size_t table_count;
};

static bool admit(const struct admission *a, const struct guest_column *columns, size_t n,
                  struct str *fault)
{
    return guest_admit_rows(a->cx, a->mem, a->guest, a->tables, a->table_count, columns, n, fault);
}

/* Which of the columns that need not be there are, one by one, when not all are. */
static bool find_columns(const struct admission *a, struct guest_column *columns, size_t n,
                         struct str *fault)
{
    struct str missing;

    TRY(admit(a, columns, n, fault));
    if (str_absent(*fault))
        return true;
    for (size_t i = NEEDED; i < COUNT(SYSTEM); i++) {
        TRY(admit(a, &columns[i], 1, &missing));
        columns[i].is_given = str_absent(missing);
    }
    return admit(a, columns, n, fault);
}

bool viewquery_open(struct cx *cx, struct arena *mem, struct str text, const struct field *fields,
                    size_t n, const struct guest_source *tables, size_t table_count,
                    struct viewquery *out)
{
    struct admission a = { cx, mem, NULL, tables, table_count };
    struct guest_column *columns = columns_of(mem, fields, n, &out->n);

    out->text = str_copy(mem, text);
    out->columns = columns;
    out->fault = NO_STR;
    if (!guest_read(mem, text, NULL, 0, &a.guest, &out->fault)) {
        out->fault = worded(mem, out->fault);
        return true;
    }
    out->guest = a.guest;
    if (a.guest->argument_count > 0) {
        out->fault = S("The query takes no parameters");
        return true;
    }
    TRY(find_columns(&a, columns, out->n, &out->fault));
    if (!str_absent(out->fault))
        out->fault = worded(mem, out->fault);
    return true;
}

/* Who asks, for each place where the query wants to know. */
static const struct guest_value *values_of(struct cx *cx, const struct guest *guest)
{
    struct guest_value *values = arena_list(cx->mem, struct guest_value, guest->slot_count + 1);
    const struct str of[] = {
        [GUEST_ID] = cx->who->id, [GUEST_EMAIL] = cx->who->email,
        [GUEST_ROLE] = cx->who->role, [GUEST_ACCOUNT] = cx->who->account_id,
    };

    for (size_t i = 0; i < guest->slot_count; i++) {
        struct str value = of[guest->slots[i].kind];
        values[i].value = p_text(NULL, str_absent(value) ? S("") : value);
    }
    return values;
}

bool viewquery_put(struct qb *q, const struct viewquery *view, struct str account_id)
{
    struct cx *cx = q->cx;

    if (str_absent(view->fault)) {
        guest_put_rows(q, view->guest, view->columns, view->n, values_of(cx, view->guest),
                       account_id);
        return true;
    }
    if (cx->who->is_superadmin)
        return fail(cx, E_INVALID, "Invalid view", "%.*s", STR_ARG(view->fault));
    return fail_detail(cx, E_FORBIDDEN, "Access denied: invalid rule for this collection");
}

bool viewquery_names(struct arena *mem, struct str text, struct str table)
{
    struct guest *guest;
    struct str fault;

    if (!guest_read(mem, text, NULL, 0, &guest, &fault))
        return false;
    for (size_t i = 0; i < guest->name_count; i++)
        if (str_eq_nocase(guest->names[i], table))
            return true;
    return false;
}

static bool is_of_a_view(const struct field *field)
{
    return field->type->word != NULL && !field->encrypted && !str_eq(field->type_name, S("file"))
        && !fieldtype_is_many(field->type);
}

void viewquery_check_fields(struct cx *cx, const struct field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_of_a_view(&fields[i]))
            fieldcheck_add(cx, i, "type", "view_field_invalid",
                           "A view has no computed, encrypted or file fields, and no lists:"
                           " its query can compute and join");
        if (fields[i].unique)
            fieldcheck_add(cx, i, "unique", "view_field_invalid", "A view has no unique fields");
        if (fields[i].required)
            fieldcheck_add(cx, i, "required", "view_field_invalid",
                           "A view has no required fields");
        if (!str_absent(fields[i].otherwise))
            fieldcheck_add(cx, i, "default", "view_field_invalid", "A view has no defaults");
        if (fields[i].searchable)
            fieldcheck_add(cx, i, "searchable", "view_field_invalid",
                           "A view has no searchable fields");
    }
}
