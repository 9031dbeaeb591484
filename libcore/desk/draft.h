/*
 * draft.h — the definition of a collection while somebody writes it: JSON as the API has it, the
 * values of a form, and back, with nothing lost on the way (data.md §2).
 *
 *     draft_load     from what GET /collections/{id} answers, or one of an export
 *     draft_read     from a posted form: fields.0.name, fields.0.type …, indexes.0
 *     draft_send     as such a form, for the hidden values of the page in between
 *     draft_write    as what POST and PUT /collections take
 *
 * Defaults  text as it is typed where the type holds texts, else JSON; where that would be read as
 *           something else (a text that begins with a quote) it is shown as JSON, and is that
 * Options   kept as they are unless their values were changed; members nobody knows stay
 * Limits    DRAFT_FIELDS fields, DRAFT_INDEXES indexes; the API has narrower ones
 */
#ifndef DESK_DRAFT_H
#define DESK_DRAFT_H

#include "base/jv.h"
#include "http/formdata.h"

enum { DRAFT_FIELDS = 1000, DRAFT_INDEXES = 32 };

struct draft_field {
    struct str was;                 /* its name in the database; "": it is new                   */
    struct str name, type;
    struct str otherwise;           /* the default, as typed                                     */
    struct str options;             /* JSON as it was loaded, or typed                            */
    struct str values, most;        /* of a select a line each; of a list                         */
    struct str collection, on_delete, mask_type, expression, return_type;
    bool required, unique, pii, encrypted, searchable;
};
struct draft {
    struct str name, type, query;   /* type: base, view                                          */
    bool realtime, event_previous, requires_signature;
    struct draft_field *fields; size_t n;
    struct str *indexes; size_t index_count;        /* "status, -created_at"                      */
};

/* 400 when it is no object with a list of fields. is_stored: its fields are in the database. */
bool draft_load(struct cx *cx, struct jv from, bool is_stored, struct draft *out) MUST_CHECK;
void draft_read(struct cx *cx, const struct formdata *form, struct draft *out);
void draft_send(struct cx *cx, const struct draft *draft, struct formdata *out);
struct str draft_write(struct cx *cx, const struct draft *draft);

/* What a button says: "add text", "remove 3", "up 3", "down 3", "index", "unindex 0". *at: the card
 * to look at next, or -1. False: it is none of these. */
bool draft_do(struct cx *cx, struct draft *draft, struct str what, int *at);

/* What a form calls a value of a field: "fields.3.name". */
struct str draft_name(struct cx *cx, size_t i, const char *member);

#endif
