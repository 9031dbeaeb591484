/* typevalue.h — field types that are not text: number, boolean, json (data.md §2.4, §18.3). */
#ifndef DATA_TYPEVALUE_H
#define DATA_TYPEVALUE_H

#include "data/fieldtype.h"

bool typevalue_read_number(struct cx *cx, const struct field *field, struct jv value,
                           struct param *out, struct type_fault *fault);
bool typevalue_read_boolean(struct cx *cx, const struct field *field, struct jv value,
                            struct param *out, struct type_fault *fault);
bool typevalue_read_json(struct cx *cx, const struct field *field, struct jv value,
                         struct param *out, struct type_fault *fault);
void typevalue_write_number(struct js *js, const char *key, const struct param *value);
void typevalue_write_boolean(struct js *js, const char *key, const struct param *value);
void typevalue_write_json(struct js *js, const char *key, const struct param *value);

#endif
