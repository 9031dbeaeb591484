/* typefile.h — the field type that holds what an upload answered (data.md §2.4, §16.4). */
#ifndef DATA_TYPEFILE_H
#define DATA_TYPEFILE_H

#include "data/fieldtype.h"

bool typefile_read(struct cx *cx, const struct field *field, struct jv value, struct param *out,
                   struct type_fault *fault);
/* The path in a stored value; absent for NULL. */
struct str typefile_path(struct cx *cx, const struct param *value);

#endif
