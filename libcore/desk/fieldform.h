/*
 * fieldform.h — a record's value in a form of the desk and back, for every field type; and in the
 * cell of a list.
 *
 * Texts    what a form shows of a value: "" is no value (null). A text field with an empty text
 *          shows "", too: what is left as it was is not written, so it stays one
 * Reading  a text becomes JSON, which the field's own type then checks: only what cannot be said
 *          in JSON at all, or would become another value unseen, is refused here
 * Masks    a value that its reader sees masked is a text, whatever the type: fieldform_kind is
 *          asked with is_masked, and left as it is it is not written
 */
#ifndef DESK_FIELDFORM_H
#define DESK_FIELDFORM_H

#include "data/field.h"
#include "desk/form.h"

enum form_kind fieldform_kind(const struct field *field, bool is_masked);
struct str fieldform_text(struct cx *cx, const struct field *field, struct jv value);
/* The values of a list: a select of several. */
size_t fieldform_texts(struct cx *cx, struct jv value, struct str **out);
/* Whether two texts of a form say the same: ends of lines differ from browser to browser, and JSON
 * may be laid out anew. */
bool fieldform_same(struct cx *cx, const struct field *field, struct str a, struct str b);

/* False: *why says so, in the reader's language. */
bool fieldform_read(struct cx *cx, const struct field *field, struct str text, struct str *json,
                    struct str *why) MUST_CHECK;
struct str fieldform_list(struct cx *cx, const struct str *values, size_t n);

/* One line for the eye, in the reader's language. */
struct str fieldform_cell(struct cx *cx, const struct field *field, struct jv value);
/* The file that a value of a file field describes; NO_STR: none. */
struct str fieldform_file(struct cx *cx, struct jv value, const char *member);

#endif
