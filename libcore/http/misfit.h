/*
 * misfit.h — what does not fit an input table, in the words of the contracts (identity.md §1.7).
 *
 * Each call adds one item to cx->err; fail_fields then turns them into the 422. The value of a
 * T_SECRET is never shown, neither as the offending value nor in the object that lacks a member.
 */
#ifndef HTTP_MISFIT_H
#define HTTP_MISFIT_H

#include "http/input.h"

struct sent { enum jv_kind kind; struct str text; struct jv v; };   /* as text, or as JSON */

void misfit_add(struct cx *cx, const struct input *in, struct sent sent, const char *type,
                const char *msg);
void misfit_range(struct cx *cx, const struct input *in, struct sent sent, bool below);
void misfit_length(struct cx *cx, const struct input *in, struct sent sent, size_t n, bool below);
void misfit_choice(struct cx *cx, const struct input *in, struct sent sent);
void misfit_pattern(struct cx *cx, const struct input *in, struct sent sent);
/* msg + reason, with the reason under `key` in ctx. */
void misfit_reason(struct cx *cx, const struct input *in, struct sent sent, const char *type,
                   const char *key, const char *msg, struct str reason);
void misfit_missing(struct cx *cx, const struct input *in, struct jv parent,
                    const struct input *table);
/* It is no object, or not the list that the table takes. */
void misfit_body(struct cx *cx, struct sent sent, const struct input *table);
void misfit_no_body(struct cx *cx);
void misfit_json(struct cx *cx, size_t offset, const char *reason);

#endif
