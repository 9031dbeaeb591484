/*
 * wiretypes.h — what the values of a collection look like to clients, and names for it: for the
 * generators of TypeScript and JSON Schema.
 *
 * Read      required fields have a value, booleans always; what is masked is a text; what a field
 *           list keeps from callers may be missing
 * Written   as field types read them; computed fields are not written, nor is anything of a view,
 *           whose values all may be missing
 * Names     PascalCase of the collection's, none twice: with Create and Update they are types
 */
#ifndef TRANSFER_WIRETYPES_H
#define TRANSFER_WIRETYPES_H

#include "data/collection.h"

enum wiretypes_kind { WIRE_ANY, WIRE_TEXT, WIRE_NUMBER, WIRE_BOOLEAN, WIRE_FILE };
struct wiretypes_value {
    enum wiretypes_kind kind;
    const char *format;                 /* "email", "date-time" … of JSON Schema; NULL: none      */
    bool is_list;                       /* of such values                                         */
    bool or_text;                       /* or a text: its mask                                    */
    bool nullable;
    bool optional;                      /* may be left out                                        */
    const struct str *choices; size_t choice_count;     /* nothing else; none: anything           */
};
struct wiretypes_field {
    const struct field *field;
    bool is_written;                    /* by Create and Update                                   */
    struct wiretypes_value read, create, update;
    struct str about;                   /* one line for people                                    */
};
struct wiretypes_collection {
    const struct collection *collection;
    struct str name;                    /* BlogPosts                                              */
    bool is_written;                    /* it is no view                                          */
    struct wiretypes_field *fields; size_t n;
};
struct wiretypes {
    struct wiretypes_collection *at; size_t n;
    bool has_json, has_files, has_views;
};

/* Of all collections, by name. */
bool wiretypes_collect(struct cx *cx, struct wiretypes *out) MUST_CHECK;

#endif
