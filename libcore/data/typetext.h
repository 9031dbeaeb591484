/* typetext.h — field types kept as they are written: text, email, url, reference (data.md §2.4). */
#ifndef DATA_TYPETEXT_H
#define DATA_TYPETEXT_H

#include "data/fieldtype.h"

bool typetext_read(struct cx *cx, const struct field *field, struct jv value, struct param *out,
                   struct type_fault *fault);
bool typetext_read_email(struct cx *cx, const struct field *field, struct jv value,
                         struct param *out, struct type_fault *fault);
bool typetext_read_url(struct cx *cx, const struct field *field, struct jv value,
                       struct param *out, struct type_fault *fault);
/* Whether the record exists is asked where the account is known, not here. */
bool typetext_read_reference(struct cx *cx, const struct field *field, struct jv value,
                             struct param *out, struct type_fault *fault);
void typetext_write(struct js *js, const char *key, const struct param *value);

#endif
