/*
 * form.h — a form as data: shown, read back, its faults beside its fields, a stale edit noticed.
 *
 *     static const struct form_field FIELDS[] = {
 *         { "email",   FORM_EMAIL, .label = W("E-mail address"), .required = true, .max = 320 },
 *         { "role_id", FORM_CHOICE, .label = W("Role"), .required = true },
 *         { 0 },
 *     };
 *     struct form form;
 *     form_init(&form, cx, FIELDS);
 *     form_options(&form, "role_id", options, n);
 *     form_set(&form, "email", user.email);            what the database says now
 *     if (posted != NULL) {
 *         form_read(&form, posted);                    what came: checked against the table
 *         if (form_good(&form) && user_change(cx, …, form_text(&form, "email"), …))
 *             return desk_go(reply, …);
 *         TRY(form_take(&form));                       cx->err becomes faults of the form, or false
 *         reply_status(reply, form_status(&form));
 *     }
 *     form_put(&form, &desk, "form", …);               {{#form}}{{>admin/parts/form.html}}{{/form}}
 *
 * Stale    form_guard after form_set and before form_read: a hidden "version" of the values as they
 *          were shown comes back; when the database has others by now, the form is not good, says
 *          so, and shows beside each field what it has become; sent again, it wins
 * Twice    a form that creates has .once: the second press of its button gets the first one's reply
 * Names    unique in a page; the id of a field is its name after the form's prefix
 */
#ifndef DESK_FORM_H
#define DESK_FORM_H

#include "desk/desk.h"
#include "http/formdata.h"

enum form_kind {
    FORM_TEXT, FORM_EMAIL, FORM_URL, FORM_SEARCH, FORM_PASSWORD, FORM_NUMBER, FORM_DATE, FORM_TIME,
    FORM_AREA,                  /* lines of text                                               */
    FORM_CODE,                  /* the same in a fixed width, not wrapped nor corrected          */
    FORM_CHECK,                 /* "on" or absent                                              */
    FORM_CHOICE,                /* one of options: a select                                    */
    FORM_RADIO,                 /* the same, all to be seen                                    */
    FORM_CHOICES,               /* any of options: a group of checkboxes                       */
    FORM_FILE,                  /* wants a multipart form, which its handler reads             */
    FORM_HIDDEN,
    FORM_SHOWN                  /* a value to be seen, which is not sent                       */
};

struct form_field {
    const char *name;
    enum form_kind kind;
    const char *label;          /* English, marked by W()                                      */
    const char *hint;           /* the same, below the label; NULL: none                       */
    bool required;
    size_t max;                 /* characters; 0: 1,000 of a line, the request's limit of an area */
    unsigned rows;              /* of an area                                                  */
    const char *autocomplete;   /* as HTML has it; NULL: off                                   */
    const char *step, *least, *most;    /* of a number                                         */
    const char *suggest;        /* words, blanks between, that a script completes              */
    bool is_json;               /* of a code: checked while it is typed, with scripts          */
    const char *find;           /* a button below it sends the form with find=…; NULL: none    */
    const char *picker;         /* path that answers ?q= with [{"value","label"}]; or NULL     */
    bool verbatim;              /* label and hint are data (a field's name), not to be translated */
};
struct form_option { struct str value, label; };

struct form_state;
struct form {
    struct cx *cx;
    const struct form_field *fields;
    struct form_state *states;          /* one each                                            */
    size_t n;
    const char *prefix;                 /* of ids; "" unless a page has several forms           */
    const char *submit;                 /* English, W(); NULL: "Save"                           */
    struct str action;                  /* path; absent: the page itself                       */
    struct str cancel;                  /* where "Cancel" leads; absent: no such link          */
    bool once, multipart, guarded, stale, danger, is_get;
    struct str changed_by; int64_t changed_at;      /* for the words of a stale edit; or none */
    struct str version;                 /* of the values in the database                       */
    int status;
    struct fills_list general;          /* faults that belong to no field                      */
};

void form_init(struct form *form, struct cx *cx, const struct form_field *fields);
void form_set(struct form *form, const char *name, struct str value);
void form_set_flag(struct form *form, const char *name, bool yes);
void form_set_many(struct form *form, const char *name, const struct str *values, size_t n);
void form_options(struct form *form, const char *name, const struct form_option *options, size_t n);
void form_guard(struct form *form);
void form_read(struct form *form, const struct formdata *posted);

/* Trimmed at both ends, "" if it was not sent; codes, areas and passwords as they came. */
struct str form_text(const struct form *form, const char *name);
bool form_flag(const struct form *form, const char *name);
size_t form_many(const struct form *form, const char *name, const struct str **values);

bool form_good(const struct form *form);
void form_fault(struct form *form, const char *name_or_null, struct str translated);
/* After a domain function said no: what a caller can mend becomes faults (by err.field, items and
 * fields; else general) and true; what nobody here can (broken, busy, not found) stays: false. */
bool form_take(struct form *form) MUST_CHECK;
int form_status(const struct form *form);       /* 200, 409 when stale or in conflict, 422     */
/* n of its fields, those from `from` on, for pages that lay them out themselves. */
void form_put_fields(struct form *form, size_t from, size_t n, struct fills_list *out);
/* The fault summary goes to the head of the page, the form under that name. */
void form_put(struct form *form, struct desk *desk, const char *name);

#endif
