/*
 * fieldtype.h — the types of fields: one row each, and nothing elsewhere needs to know them
 * (data.md §2.4, §2.8).
 *
 * Reading  turns one JSON value, never null, into the value of its column; nothing is coerced.
 *          Texts of the value point into the JSON tree or cx->mem
 * Writing  turns the value of a column back into JSON; NULL becomes null (a boolean's: false)
 */
#ifndef DATA_FIELDTYPE_H
#define DATA_FIELDTYPE_H

#include "base/js.h"
#include "base/jv.h"
#include "db/p.h"
#include "rules/rule.h"

struct field;
struct type_fault { const char *code; struct str message; };    /* "invalid_type", for people     */

struct fieldtype {
    const char *name;               /* "text"                                                     */
    const char *word;               /* column word of schema/; NULL: no column (computed)         */
    enum rule_type rule;            /* operators in filters                                       */
    const char *openapi;            /* "string", "string:email", "number", "array:string"; "" is
                                       any value                                                  */
    /* False with the fault filled. NULL: never written (computed); like write: not offered. */
    bool (*read)(struct cx *cx, const struct field *field, struct jv value, struct param *out,
                 struct type_fault *fault);
    void (*write)(struct js *js, const char *key, const struct param *value);
};
const struct fieldtype *fieldtype_find(struct str name);        /* lower case; NULL: unknown      */
/* A value is a list: JSON array of texts on the wire and in its column; rule is that of one. */
bool fieldtype_is_many(const struct fieldtype *type);
/* The type of lists of the values; NULL: there is none. */
const struct fieldtype *fieldtype_several(const struct fieldtype *type);
bool fieldtype_is_offered(const struct fieldtype *type);        /* false: definitions are refused */
struct str fieldtype_names(struct arena *mem);                  /* "text, number, …" for messages */

/* For the rows of the table: "Expected <what>, got <type of value>" under invalid_type; false. */
bool fieldtype_mismatch(struct cx *cx, const char *what, struct jv value, struct type_fault *fault);
bool fieldtype_fault(struct type_fault *fault, const char *code, struct str message);   /* false  */

#endif
