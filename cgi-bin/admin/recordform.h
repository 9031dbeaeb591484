/*
 * recordform.h — a record as a form: what its writer may change as inputs, the rest to be seen.
 *
 * Names    of inputs are the field's after "v-", so that none is the form's own
 * Writing  what was not touched is not sent: masks and secrets stay what they are, and so does what
 *          a form cannot say (an empty text beside no value)
 * Files    come and go on a page of their own (pagerecord.c); the form carries what describes them
 */
#ifndef ADMIN_RECORDFORM_H
#define ADMIN_RECORDFORM_H

#include "recorddesk.h"

struct recordform {
    struct cx *cx;
    const struct collection *collection;
    struct access access;               /* of creating or updating                                */
    bool is_new, may_write;
    struct jv record;                   /* as it is viewed; of a new one: what it begins as      */
    struct str id, tag;
    struct form form;
    struct form_field *inputs; size_t n;
    const struct field **of;            /* NULL: no field's own                                   */
    bool *touched;                      /* what of it goes along                                  */
};

/* From .collection, .is_new, .record and .id; relaxed: it is not sent yet: nothing is missing. */
bool recordform_open(struct cx *cx, struct recordform *f, bool relaxed) MUST_CHECK;
/* What was sent, as the body of the API's call; faults go to the form. An empty object: nothing was
 * changed. */
bool recordform_body(struct recordform *f, const struct formdata *posted, struct str *json)
    MUST_CHECK;
/* After a write said no: its faults beside the fields. False: nobody here can mend it. */
bool recordform_take(struct recordform *f) MUST_CHECK;
const struct field *recordform_field(const struct recordform *f, struct str input);

#endif
