/*
 * codelistchoice.h — what an account has to choose from: the effective values of a codelist
 * (data.md §19.2).
 *
 * Effective  the system's values and the account's extensions (its own of two with one code), as
 *            the account's overrides have it, without what they hide
 * Labels     in the language asked for, its primary part (ja of ja-JP), English, else the code
 * Order      the default first, then by sort_order and code
 */
#ifndef CODELISTS_CODELISTCHOICE_H
#define CODELISTS_CODELISTCHOICE_H

#include "codelists/codelist.h"

struct codelistchoice {
    struct str code, label, definition, metadata, scope, value_id;
    int64_t sort_order;
    bool is_default, is_active;
};
struct codelistchoices { struct codelistchoice *at; size_t n; };

bool codelistchoice_list(struct cx *cx, const struct codelist *list, struct str account,
                         struct str language, bool with_inactive, struct codelistchoices *out)
    MUST_CHECK;
/* Also what is inactive or hidden: records that have it are shown with its label. */
bool codelistchoice_find(struct cx *cx, const struct codelist *list, struct str code,
                         struct str language, struct codelistchoice *out) MUST_CHECK;

#endif
