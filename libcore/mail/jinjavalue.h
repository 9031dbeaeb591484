/*
 * jinjavalue.h — inside the room: what an expression of a template can be, and what can be asked of
 * it.
 *
 * Errors  false with run->fault told; the first one counts
 */
#ifndef MAIL_JINJAVALUE_H
#define MAIL_JINJAVALUE_H

#include "mail/jinja.h"

enum jinja_kind {
    JINJA_UNDEFINED,        /* text: its name */
    JINJA_NONE,
    JINJA_BOOL,             /* number */
    JINJA_INT,              /* number */
    JINJA_REAL,
    JINJA_TEXT,
    JINJA_LIST,             /* items, or json */
    JINJA_OBJECT,           /* json */
    JINJA_LOOP              /* number: from 0; n: how many */
};
struct jinja_value {
    enum jinja_kind kind;
    bool is_safe;           /* a text that is markup already */
    struct str text;
    int64_t number;
    double real;
    const struct jinja_value *items;
    size_t n;
    struct jv json;
};
struct jinja_run {
    struct arena *mem;
    bool escapes;
    size_t work;            /* that is left */
    size_t line;
    struct jinja_fault *fault;
};

bool jinjavalue_wrong(struct jinja_run *run, const char *format, ...) FORMAT(2, 3);
#define jinjavalue_wrong(...) fail_false(jinjavalue_wrong(__VA_ARGS__))     /* as in base/fail.h */
bool jinjavalue_work(struct jinja_run *run, size_t amount) MUST_CHECK;

struct jinja_value jinjavalue_of_text(struct str text);
struct jinja_value jinjavalue_of_int(int64_t n);
struct jinja_value jinjavalue_of_json(struct jv json);
const char *jinjavalue_name(const struct jinja_value *v);       /* "a list" */

bool jinjavalue_truth(const struct jinja_value *v);
/* As it is printed, before escaping. */
bool jinjavalue_text(struct jinja_run *run, const struct jinja_value *v, struct str *out)
    MUST_CHECK;
bool jinjavalue_equal(struct jinja_run *run, const struct jinja_value *a,
                      const struct jinja_value *b, bool *equal) MUST_CHECK;
bool jinjavalue_in(struct jinja_run *run, const struct jinja_value *part,
                   const struct jinja_value *whole, bool *is_in) MUST_CHECK;
bool jinjavalue_attribute(struct jinja_run *run, const struct jinja_value *v, struct str name,
                          struct jinja_value *out) MUST_CHECK;
bool jinjavalue_item(struct jinja_run *run, const struct jinja_value *v,
                     const struct jinja_value *key, struct jinja_value *out) MUST_CHECK;
/* The items of a list, the keys of an object, the characters of a text; others have none. */
bool jinjavalue_length(struct jinja_run *run, const struct jinja_value *v, size_t *n) MUST_CHECK;

/* for (struct jinja_each e = jinjavalue_each(v); jinjavalue_next(&e, &item);) */
struct jinja_each {
    const struct jinja_value *of; size_t i; struct str rest; struct jv_each members;
};
struct jinja_each jinjavalue_each(const struct jinja_value *v);
bool jinjavalue_next(struct jinja_each *each, struct jinja_value *out);

#endif
