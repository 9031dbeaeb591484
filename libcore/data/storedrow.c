/* storedrow.c — takes a JSON object apart that recordrow wrote: its members become values. */
#include "data/storedrow.h"

#include "base/jsonlean.h"
#include "base/jv.h"
#include "base/num.h"
#include "base/when.h"

/* --- their values ----------------------------------------------------------------------------- */

static bool read_text(struct cx *cx, struct str json, struct str *out)
{
    struct jv_fault fault;
    struct jv text;
    size_t at;

    if (json.n < 2 || json.p[0] != '"')
        return false;
    *out = str_sub(json, 1, json.n - 2);
    if (!str_find(*out, '\\', &at))
        return true;
    if (!jv_parse(cx, json, &text, &fault)) {
        fail_forget(cx);
        return false;
    }
    *out = jv_text(text);
    return true;
}

static bool read_time(struct cx *cx, struct str json, struct param *out)
{
    struct str text;
    int64_t us;

    if (!read_text(cx, json, &text) || !when_parse(text, &us))
        return false;
    *out = p_time(NULL, us);
    return true;
}

static bool read_plain(struct cx *cx, struct str json, struct param *out)
{
    struct str text;

    if (!read_text(cx, json, &text))
        return false;
    *out = p_text(NULL, text);
    return true;
}

static bool read_number(struct str json, struct param *out)
{
    *out = p_real(NULL, 0);
    return num_real(json, &out->real);
}

static bool read_boolean(struct str json, struct param *out)
{
    *out = p_bool(NULL, str_eq(json, S("true")));
    return out->number != 0 || str_eq(json, S("false"));
}

static bool read_field(struct cx *cx, const struct field *field, struct str json,
                       struct param *out)
{
    if (field->encrypted)
        return read_plain(cx, json, out);
    if (fieldtype_is_many(field->type) || field->type->rule == R_JSON) {
        *out = p_text(NULL, json);
        return field->type->rule == R_JSON || json.p[0] == '[';
    }
    switch (field_values(field)) {
    case R_NUMBER:
        return read_number(json, out);
    case R_BOOLEAN:
        return read_boolean(json, out);
    case R_DATETIME:
        return read_time(cx, json, out);
    default:
        return read_plain(cx, json, out);
    }
}

static bool read_value(struct cx *cx, const struct recordrow *stored, size_t i, struct str json,
                       struct param *out)
{
    const char *name = out->name;
    bool well = true;

    if (str_eq(json, S("null")))
        return true;
    if (json.n == 0)
        return false;
    if (i == RECORDROW_CREATED_AT || i == RECORDROW_UPDATED_AT)
        well = read_time(cx, json, out);
    else if (i < RECORDROW_FIELDS)
        well = read_plain(cx, json, out);
    else
        well = read_field(cx, stored->fields[i - RECORDROW_FIELDS].field, json, out);
    out->name = name;
    return well;
}

/* --- the row ---------------------------------------------------------------------------------- */

static struct str name_of(const struct recordrow *stored, size_t i)
{
    return i < RECORDROW_FIELDS ? recordrow_system((int)i)
                                : stored->fields[i - RECORDROW_FIELDS].field->name;
}

bool storedrow_read(struct cx *cx, const struct recordrow *stored, struct str json,
                    struct param **values)
{
    size_t n = RECORDROW_FIELDS + stored->n, at = 0;
    struct str key, value;

    *values = arena_list(cx->mem, struct param, n);
    for (size_t i = 0; i < n; i++)
        (*values)[i] = p_null(name_of(stored, i).p);
    while (jsonlean_member(&json, &key, &value)) {
        size_t tried = 0;                           /* mostly it is the next one                  */
        for (; tried < n && !str_eq(name_of(stored, at), key); tried++)
            at = at + 1 < n ? at + 1 : 0;
        if (tried < n && !read_value(cx, stored, at, value, &(*values)[at]))
            return false;
        at = at + 1 < n ? at + 1 : 0;
    }
    return str_eq(json, S("}")) && (*values)[RECORDROW_ID].type == P_TEXT;
}

struct rule_data *storedrow_named(struct cx *cx, const struct recordrow *stored,
                                  const struct param *values, size_t *n)
{
    struct rule_data *named = arena_list(cx->mem, struct rule_data, RECORDROW_FIELDS + stored->n);

    *n = RECORDROW_FIELDS + stored->n;
    for (size_t i = 0; i < *n; i++) {
        bool is_secret = i >= RECORDROW_FIELDS
                      && stored->fields[i - RECORDROW_FIELDS].field->encrypted;
        named[i] = (struct rule_data){ name_of(stored, i),
                                       is_secret ? p_null(NULL) : values[i] };
    }
    return named;
}
