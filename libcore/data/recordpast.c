/* recordpast.c — from the trail's texts to values, and what a removed record shows to whom. */
#include "data/recordpast.h"

#include "base/num.h"
#include "base/when.h"
#include "crypto/seal.h"
#include "base/jv.h"

struct rowhistory_key recordpast_key(const struct collection *collection, struct str account_id,
                                  struct str id)
{
    return (struct rowhistory_key){ account_id, collection->table, id, collection->created_at };
}

/* --- values ----------------------------------------------------------------------------------- */

bool recordpast_is_untold(const struct field *field, struct str text)
{
    return field->encrypted || trail_hides(field->name)
        || (!str_absent(text) && str_eq(text, S(SEAL_MASK)));
}

bool recordpast_value(struct cx *cx, const struct field *field, struct str text, struct param *out)
{
    int64_t time;

    *out = p_null(NULL);
    if (recordpast_is_untold(field, text))
        return false;
    if (str_absent(text))
        return true;
    switch (field_values(field)) {
    case R_NUMBER:
        *out = p_real(NULL, 0);
        return num_real(text, &out->real);
    case R_BOOLEAN:
        *out = p_bool(NULL, str_eq(text, S("true")));
        return out->number != 0 || str_eq(text, S("false"));
    case R_DATETIME:
        if (!when_parse(text, &time))
            return false;
        *out = p_time(NULL, time);
        return true;
    default:
        *out = p_text(NULL, str_copy(cx->mem, text));
        return true;
    }
}

/* What a field writes as it stands need not be JSON: it may have been another type's. */
bool recordpast_json(struct cx *cx, const struct field *field, struct str text, struct str *json)
{
    struct param value;
    struct jv_fault fault;
    struct buf out;
    struct js js;
    struct jv read;

    *json = S("null");
    if (!recordpast_value(cx, field, text, &value))
        return false;
    if (value.type == P_NULL)
        return true;
    buf_init(&out, cx->mem, SIZE_MAX);
    js_init(&js, &out);
    field->type->write(&js, NULL, &value);
    *json = buf_text(&out);
    return jv_parse(cx, *json, &read, &fault);
}

/* --- removed records -------------------------------------------------------------------------- */

struct past { const struct collection *collection; struct rule_data *at; size_t n; };

static bool read_system(struct str name, struct str text, struct param *out)
{
    int64_t time;

    *out = p_text(NULL, text);
    if (!str_ends(name, S("_at")))
        return !str_absent(text);
    if (str_absent(text) || !when_parse(text, &time))
        return false;
    *out = p_time(NULL, time);
    return true;
}

static struct past past_of(struct cx *cx, const struct collection *c,
                           const struct rowhistory_row *row)
{
    struct past past = { c, arena_list(cx->mem, struct rule_data, row->n), 0 };

    for (size_t i = 0; i < row->n; i++) {
        struct str name = row->cells[i].column, text = row->cells[i].value;
        const struct field *field = collection_field(c, name);
        struct param value;
        bool told = field != NULL ? recordpast_value(cx, field, text, &value)
                  : collection_system_column(name) && read_system(name, text, &value);
        if (told && row->cells[i].is_known)
            past.at[past.n++] = (struct rule_data){ name, value };
    }
    return past;
}

static bool has_value(const struct past *past, struct str name)
{
    for (size_t i = 0; i < past->n; i++)
        if (str_eq(past->at[i].field, name))
            return true;
    return false;
}

/* Whether all that the name reads of the row is known. */
static bool is_known(const struct past *past, const struct rule_name *name)
{
    if (name->computed == NULL)
        return has_value(past, name->name);
    for (size_t i = 0; i < name->computed->read_count; i++)
        if (!has_value(past, name->computed->reads[i]->name))
            return false;
    return true;
}

static bool can_tell(const struct past *past, const struct rule *rule)
{
    const struct rule_names *names = &past->collection->names;

    if (rule_asks_others(rule))
        return false;
    for (size_t i = 0; i < names->n; i++)
        if (rule_reads(rule, names->at[i].name) && !is_known(past, &names->at[i]))
            return false;
    return true;
}

/* What is left is about this record alone, and needs no condition. */
static bool hold(struct cx *cx, const struct access *view, const struct past *past,
                 struct access *held)
{
    *held = *view;
    held->n = 0;
    for (size_t i = 0; i < view->n; i++) {
        const struct rule *rule = view->grants[i].rule;
        bool holds = rule == NULL;
        if (!holds && can_tell(past, rule))
            TRY(rule_holds(cx, rule, &view->caller, past->at, past->n, &holds));
        if (holds)
            held->grants[held->n++] = (struct access_grant){ NULL, view->grants[i].list };
    }
    return true;
}

bool recordpast_removed(struct cx *cx, const struct access *view, struct str id,
                        struct access *held, struct rowhistory_key *key)
{
    struct str account_id = view->account_id;
    struct rowhistory_row last = { .found = false };
    struct past past;

    if (str_absent(account_id))
        TRY(rowhistory_account(cx, view->collection->table, id, &account_id));
    *key = recordpast_key(view->collection, account_id, id);
    if (!str_absent(account_id))
        TRY(rowhistory_row(cx, key, 0, &last));
    past = past_of(cx, view->collection, &last);
    TRY(hold(cx, view, &past, held));
    return (last.found && held->n > 0) || fail(cx, E_NOT_FOUND, "Not found", "Record not found");
}
