/* typecomputed.c — the values of computed fields as JSON. */
#include "data/typecomputed.h"

#include "data/typedate.h"
#include "data/typetext.h"
#include "data/typevalue.h"

/* NULL is null, of a boolean too: nobody has said false. */
void typecomputed_write(struct js *js, const char *key, const struct param *value)
{
    switch (value->type) {
    case P_REAL:
        typevalue_write_number(js, key, value);
        return;
    case P_BOOL:
        typevalue_write_boolean(js, key, value);
        return;
    case P_TIME:
        typedate_write_time(js, key, value);
        return;
    default:
        typetext_write(js, key, value);
    }
}
