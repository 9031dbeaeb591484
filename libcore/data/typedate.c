/* typedate.c — field types of time: datetime as microseconds, date as YYYY-MM-DD. */
#include "data/typedate.h"

#include "base/when.h"

bool typedate_read_time(struct cx *cx, const struct field *field UNUSED, struct jv value,
                        struct param *out, struct type_fault *fault)
{
    int64_t us;

    if (value.kind != JV_TEXT)
        return fieldtype_mismatch(cx, "datetime string", value, fault);
    if (!when_parse(jv_text(value), &us))
        return fieldtype_fault(fault, "invalid_datetime_format",
                               S("Invalid datetime format. Use ISO 8601 format"
                                 " (e.g., 2024-01-01T12:00:00Z)"));
    *out = p_time(NULL, us);
    return true;
}

bool typedate_read_day(struct cx *cx, const struct field *field UNUSED, struct jv value,
                       struct param *out, struct type_fault *fault)
{
    if (value.kind != JV_TEXT)
        return fieldtype_mismatch(cx, "date string", value, fault);
    if (!when_parse_date(jv_text(value)))
        return fieldtype_fault(fault, "invalid_date_format",
                               S("Invalid date format. Use YYYY-MM-DD format"));
    *out = p_text(NULL, jv_text(value));
    return true;
}

void typedate_write_time(struct js *js, const char *key, const struct param *value)
{
    char room[48];
    struct buf text = { .p = room, .room = sizeof(room), .max = sizeof(room) };

    if (value->type == P_NULL) {
        js_null(js, key);
        return;
    }
    when_field(&text, value->number);
    js_text(js, key, buf_text(&text));
}
