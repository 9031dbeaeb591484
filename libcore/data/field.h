/*
 * field.h — one field of a collection (data.md §2.2): parsed from and written to its JSON form.
 */
#ifndef DATA_FIELD_H
#define DATA_FIELD_H

#include "base/js.h"
#include "base/jv.h"
#include "data/fieldtype.h"
#include "db/ddl.h"

struct field {
    struct str name;
    const struct fieldtype *type;
    bool required, unique, pii, encrypted;
    struct str otherwise;           /* "default" as JSON text; absent: null                        */
    struct str options;             /* JSON text or absent                                         */
    struct str collection;          /* target of a reference                                       */
    struct str target_table;
    enum ddl_on_delete on_delete;
    struct str mask_type, expression, return_type;
};
void field_write(struct js *js, const struct field *field);     /* all keys, always (§2.2)         */

#endif
