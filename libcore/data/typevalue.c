/* typevalue.c — field types that are not text: number, boolean, json. */
#include "data/typevalue.h"

#include <math.h>

bool typevalue_read_number(struct cx *cx, const struct field *field UNUSED, struct jv value,
                           struct param *out, struct type_fault *fault)
{
    if ((value.kind != JV_INT && value.kind != JV_REAL) || !isfinite(jv_real(value)))
        return fieldtype_mismatch(cx, "number value", value, fault);
    *out = p_real(NULL, jv_real(value) + 0.0);      /* no -0: engines differ in keeping it        */
    return true;
}

bool typevalue_read_boolean(struct cx *cx, const struct field *field UNUSED, struct jv value,
                            struct param *out, struct type_fault *fault)
{
    if (value.kind != JV_BOOL)
        return fieldtype_mismatch(cx, "boolean value", value, fault);
    *out = p_bool(NULL, jv_bool(value));
    return true;
}

bool typevalue_read_json(struct cx *cx, const struct field *field UNUSED, struct jv value,
                         struct param *out, struct type_fault *fault UNUSED)
{
    *out = p_text(NULL, jv_print(cx->mem, value));
    return true;
}

void typevalue_write_number(struct js *js, const char *key, const struct param *value)
{
    if (value->type == P_NULL)
        js_null(js, key);
    else
        js_number(js, key, value->real);
}

void typevalue_write_boolean(struct js *js, const char *key, const struct param *value)
{
    /* compat: NULL reads as false. */
    js_bool(js, key, value->type != P_NULL && value->number != 0);
}

void typevalue_write_json(struct js *js, const char *key, const struct param *value)
{
    js_raw(js, key, value->text);
}
