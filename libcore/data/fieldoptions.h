/*
 * fieldoptions.h — the options of fields that mean something: what a select offers, how many values
 * a list may have.
 *
 * select      ["a","b"]: one of them; {"values":["a","b"],"max":2}: up to two of them
 * references  {"max":5} or none at all
 * Others      are kept and shown, and mean nothing (data.md §2.2)
 */
#ifndef DATA_FIELDOPTIONS_H
#define DATA_FIELDOPTIONS_H

#include "data/field.h"

enum { FIELDOPTIONS_MOST = 1000 };      /* choices of a select; values of a list                  */

/* Fills choices, choice_count and max as far as they can be understood, texts copied to mem, and
 * makes a select of several one. */
void fieldoptions_read(struct arena *mem, struct jv options, struct field *field);
/* Adds items for fieldcheck_refuse: what cannot be understood. */
bool fieldoptions_check(struct cx *cx, const struct field *field, size_t i) MUST_CHECK;
/* From `old` to `now`, of one type: adds items for what records still hold. */
bool fieldoptions_change(struct cx *cx, struct str table, const struct field *old,
                         const struct field *now, size_t i) MUST_CHECK;

#endif
