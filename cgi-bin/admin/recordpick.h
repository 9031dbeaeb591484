/*
 * recordpick.h — records to choose from where a reference is wanted: those the caller may list.
 *
 * The page keeps the form it was asked from: all that was sent comes back with the choice, as
 * "pick" for the input "picking".
 */
#ifndef ADMIN_RECORDPICK_H
#define ADMIN_RECORDPICK_H

#include "recorddesk.h"

struct recordpick { struct str id, label; };
/* *n 0 and may false: this caller may not list them. */
bool recordpick_find(struct cx *cx, const struct collection *target, struct str asked,
                     struct recordpick **out, size_t *n, bool *may) MUST_CHECK;
/* field: the reference; input: its name in the form. */
bool recordpick_show(struct reply *reply, struct str collection, const struct field *field,
                     struct str input, const struct formdata *posted) MUST_CHECK;

#endif
