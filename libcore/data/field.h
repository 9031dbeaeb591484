/*
 * field.h — one field of a collection (data.md §2.2): read from requests, kept and written as JSON.
 *
 * Ownership  field_load copies its texts to mem; field_read leaves them in the request's JSON tree
 * Errors     a request of the wrong shape adds items for fail_fields (422, data.md §1.3 E5); what a
 *            well-formed definition may not say is fieldcheck.h's (400)
 */
#ifndef DATA_FIELD_H
#define DATA_FIELD_H

#include "base/js.h"
#include "base/jv.h"
#include "data/fieldtype.h"
#include "db/ddl.h"

struct field {
    struct str name;
    const struct fieldtype *type;   /* NULL only in a request that names an unknown one           */
    struct str type_name;           /* lower case                                                 */
    bool required, unique, pii, encrypted;
    bool searchable;                /* its words are found by ?search=                            */
    bool indexed;                   /* in a declared index; filled by collection.c                */
    struct str otherwise;           /* "default" as JSON text; absent: null                       */
    struct param default_value;     /* the same for its column; P_NULL: none                      */
    struct str options;             /* JSON text or absent                                        */
    const struct str *choices; size_t choice_count;     /* of a select; from options              */
    int64_t max;                    /* most values of a list; from options                        */
    struct str collection;          /* target of a reference, or of references                    */
    struct str target_table;
    struct str on_delete_name;      /* lower case                                                 */
    enum ddl_on_delete on_delete;   /* of those; DDL_NO_REFERENCE: absent or unknown              */
    bool target_comes;              /* an import makes its table later, and then the key          */
    struct str mask_type, expression, return_type;
};

/* The stored array of a collection; one that cannot be read is broken. */
bool field_load(struct cx *cx, struct arena *mem, struct str json, struct field **out, size_t *n)
    MUST_CHECK;
/*
 * The array a request sends under `key` ("schema" or "fields"). Adds 422 items for what has the
 * wrong shape; the caller returns fail_fields(). default_value is filled by fieldcheck.
 */
void field_read(struct cx *cx, struct jv list, const char *key, struct field **out, size_t *n);
/* The array as it is stored and shown: all keys of every field, always (§2.2). */
struct str field_store(struct arena *mem, const struct field *fields, size_t n);
struct str field_table(struct arena *mem, struct str collection);       /* col_<lower name>       */
bool field_is_computed(const struct field *field);              /* it has no column               */
enum rule_type field_values(const struct field *field);         /* R_TEXT …: of a computed one too*/
bool field_returns(struct str name, enum rule_type *out);       /* a return_type; false: unknown  */
/* The table of the pairs of references: link_<collection>_<field>_<hash>, at most 63 bytes; its
 * columns are account_id, record_id and target_id. */
bool field_has_link(const struct field *field);                 /* it is a references field       */
struct str field_link(struct arena *mem, struct str collection, struct str field);
struct ddl_column field_column(const struct field *field);
/* Those of all fields that have one, in a list of their own. */
size_t field_columns(struct arena *mem, const struct field *fields, size_t n,
                     struct ddl_column **out);

#endif
