/*
 * pageruletry.h — rules tried as somebody, on a record that there is or on one that is given.
 *
 * Who     a person of an account by their e-mail address; nobody: not signed in
 * Grants  what the rules as they stand in the form give, and what the person's role adds
 */
#ifndef ADMIN_PAGERULETRY_H
#define ADMIN_PAGERULETRY_H

#include "data/rulelook.h"
#include "desk/form.h"

/* A field list as people type it, "title, body" or "*", from what is stored; and back. */
struct str pageruletry_list(struct cx *cx, struct str stored);
struct str pageruletry_store(struct cx *cx, struct str typed);

void pageruletry_open(struct cx *cx, struct form *form, const struct formdata *posted_or_null);
/* Puts `trial`: one row with its operations; faults go to the form. lists: as typed. */
bool pageruletry_put(struct desk *desk, struct form *form, const struct collection *c,
                     const struct rulelook looks[OP_COUNT], const struct str lists[OP_COUNT])
    MUST_CHECK;

#endif
