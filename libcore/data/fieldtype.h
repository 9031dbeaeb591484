/*
 * fieldtype.h — the types of fields: one row each, and nothing elsewhere needs to know them
 * (data.md §2.4, §2.8).
 */
#ifndef DATA_FIELDTYPE_H
#define DATA_FIELDTYPE_H

#include "base/js.h"
#include "base/jv.h"
#include "db/rows.h"
#include "rules/rule.h"

struct field;
struct type_fault { const char *code; struct str message; };

struct fieldtype {
    const char *name;               /* "text"                                                      */
    const char *word;               /* column word of schema/; NULL: no column (computed)          */
    enum rule_type rule;            /* operators in filters                                        */
    const char *openapi;            /* "string", "string:email", "number" …                        */
    /* JSON value (never null) to column value; false with fault filled. */
    bool (*read)(struct cx *cx, const struct field *field, struct jv value, struct param *out,
                 struct type_fault *fault);
    /* Column value to the wire: the key is given, the value streams. */
    void (*write)(struct js *js, const char *key, const struct rows *rows, int column);
};
const struct fieldtype *fieldtype_find(struct str name);        /* lower case; NULL: unknown       */
struct str fieldtype_names(struct arena *mem);                  /* "text, number, …" for messages  */

#endif
