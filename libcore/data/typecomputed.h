/* typecomputed.h — the field type computed: never written, shown as what its expression came to. */
#ifndef DATA_TYPECOMPUTED_H
#define DATA_TYPECOMPUTED_H

#include "data/fieldtype.h"

void typecomputed_write(struct js *js, const char *key, const struct param *value);

#endif
