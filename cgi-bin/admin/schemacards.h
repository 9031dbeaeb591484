/*
 * schemacards.h — a draft as a page: what holds of the whole, a card for each field, indexes;
 * what the API says against it beside the card that it is about.
 *
 *     struct schemacards cards;
 *     schemacards_open(&cards, cx, &draft, was_there, names, n);
 *     if (!define_…) TRY(schemacards_take(&cards));
 *     schemacards_put(&cards, &desk);
 */
#ifndef ADMIN_SCHEMACARDS_H
#define ADMIN_SCHEMACARDS_H

#include "desk/draft.h"
#include "desk/form.h"

struct schemacards_part;
struct schemacards {
    struct cx *cx;
    const struct draft *draft;
    bool is_new;                        /* the collection: else it has a name and a kind          */
    struct form form;
    struct form_field *fields; size_t n;
    struct schemacards_part *parts;     /* one a field of the draft                               */
    size_t top, index_at;               /* where the indexes begin among the fields               */
    struct fills_list summary;
    int look_at;                        /* the card a button left us at; -1                       */
    int status;
};

/* names: those of the collections, for references. */
void schemacards_open(struct schemacards *cards, struct cx *cx, const struct draft *draft,
                      bool is_new, const struct str *names, size_t n);
/* i: a field of the draft; member: "name" … */
void schemacards_fault(struct schemacards *cards, size_t i, const char *member, struct str text);
/* cx->err, which somebody can mend, beside what it is about; else false. */
bool schemacards_take(struct schemacards *cards) MUST_CHECK;
/* The values hiddens, top, cards, kinds, indexes and the summary. */
void schemacards_put(struct schemacards *cards, struct desk *desk);

/* The type as people are told of it: "E-mail address". */
const char *schemacards_type(struct str name);

#endif
