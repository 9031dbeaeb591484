/* typedate.h — field types of time: datetime (microseconds), date (YYYY-MM-DD); data.md §18.4. */
#ifndef DATA_TYPEDATE_H
#define DATA_TYPEDATE_H

#include "data/fieldtype.h"

bool typedate_read_time(struct cx *cx, const struct field *field, struct jv value,
                        struct param *out, struct type_fault *fault);
bool typedate_read_day(struct cx *cx, const struct field *field, struct jv value,
                       struct param *out, struct type_fault *fault);
void typedate_write_time(struct js *js, const char *key, const struct param *value);

#endif
