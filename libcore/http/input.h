/*
 * input.h — request values into a struct, by a table; what does not fit becomes the 422 of the
 * contracts (identity.md §1.7, data.md §1.3), all faults in one list.
 *
 *     struct create_in { struct str email, role_id; int64_t limit; };
 *     static const struct input CREATE_IN[] = {
 *         IN(BODY,  T_EMAIL, create_in, email, .required = true, .max = 320),
 *         IN(QUERY, T_INT,   create_in, limit, .least = 1, .most = 100, .otherwise = 30),
 *         { 0 },
 *     };
 */
#ifndef HTTP_INPUT_H
#define HTTP_INPUT_H

#include "base/cx.h"
#include "base/jv.h"

enum input_from { FROM_END, PATH, QUERY, BODY, HEADER, FORM };  /* FORM: of a posted form   */
enum input_type {
    T_TEXT,         /* struct str; absent: NO_STR, JSON null: NO_STR too */
    T_EMAIL,        /* struct str, normalised as identity.md §1.4 */
    T_SECRET,       /* struct str; as T_TEXT, its value is never echoed, nor logged with the path */
    T_INT,       /* int64_t, between .least and .most where they differ; .most below .least: none */
    T_TIME,         /* int64_t microseconds, from ISO 8601 or a Unix number; 0 if absent */
    T_BOOL,         /* bool */
    T_FLAG,         /* int64_t: 1 or 0 as T_BOOL reads it; absent or null: .otherwise, say -1 */
    T_JSON,         /* struct jv: any value; JV_ABSENT if missing */
    T_OBJECT,       /* struct jv: an object, or JV_ABSENT / JV_NULL if not required */
    T_LIST,         /* struct jv: an array */
    T_WHOLE_BODY,   /* struct jv: the body itself, an object */
    T_WHOLE_LIST,   /* struct jv: the body itself, an array; alone */
    T_RAW_BODY,     /* struct str: the body's bytes, whatever its type */
    T_FILE,         /* a part of a multipart form, for the reference: its handler streams it */
    T_WHOLE_FORM,   /* struct formdata: all that a posted form has (formdata.h) */
    T_WHOLE_QUERY   /* struct str: the raw query string, for routes that look at unknown keys */
};
struct input {
    enum input_from from;
    enum input_type type;
    const char *name;               /* wire name */
    size_t offset;
    bool required;
    size_t min, max;                /* texts: characters; T_LIST: items; max 0: none */
    int64_t least, most;            /* T_INT */
    int64_t otherwise;              /* T_INT, T_BOOL, T_FLAG when absent */
    const char *one_of;             /* T_TEXT: "a|b|c": enum */
    bool literal;                   /* its refusal is called literal_error */
    bool wrapped;                   /* T_SECRET: its length is told in words of its own */
    const char *pattern;            /* T_TEXT: an extended regular expression */
    const char *about;              /* reference */
};
#define IN(from_, type_, of, ...) IN_MEMBER(from_, type_, of, __VA_ARGS__, )
#define IN_MEMBER(from_, type_, of, member, ...) \
    { .from = (from_), .type = (type_), .name = #member, .offset = offsetof(struct of, member), \
      __VA_ARGS__ }
/* When the wire name is no C name or differs: IN_AS(BODY, T_JSON, in, fields, "schema"). */
#define IN_AS(from_, type_, of, member, ...) IN_WIRE(from_, type_, of, member, __VA_ARGS__, )
#define IN_WIRE(from_, type_, of, member, wire, ...) \
    { .from = (from_), .type = (type_), .name = (wire), .offset = offsetof(struct of, member), \
      __VA_ARGS__ }

struct request;
struct route_found;

bool input_wants_json(const struct input *table);
/* Malformed JSON is refused before anybody asks who is calling (identity.md §1.5). An empty body is
 * JV_ABSENT. */
bool input_json(struct cx *cx, const struct request *request, struct jv *body) MUST_CHECK;
/* Fills the struct; false with every fault in one list. */
bool input_read(struct cx *cx, const struct input *table, const struct request *request,
                const struct route_found *found, struct jv body, void *out) MUST_CHECK;

#endif
