/*
 * codelistoverride.h — how an account sees the values of a codelist otherwise: hidden, as its
 * default, elsewhere in the order, with other metadata (data.md §19.2).
 *
 * Seen      by its account and, when they name it, by superadmins
 * Default   one per account and list: a second one takes the first one's place
 * Changes   codelist_account_overrides (audited), inside the caller's transaction, of a list that
 *           was taken
 */
#ifndef CODELISTS_CODELISTOVERRIDE_H
#define CODELISTS_CODELISTOVERRIDE_H

#include "codelists/codelistvalue.h"

#define CODELISTOVERRIDE_NO_ORDER INT64_MIN     /* the value's own sort_order holds */

struct codelistoverride {
    struct str id, account_id, codelist_id, value_id, visibility, metadata_override;
    int64_t sort_order;
    bool is_default;
};
struct codelistoverrides { struct codelistoverride *at; size_t n; };

/* Whose: as codelist_account, but superadmins must say it (400; doing: "setting"). */
bool codelistoverride_account(struct cx *cx, struct str named, const char *doing,
                              struct str *account) MUST_CHECK;
/* From account_id, visibility, is_default, sort_order, metadata_override: all of it anew. */
bool codelistoverride_set(struct cx *cx, const struct codelistvalue *value,
                          struct codelistoverride *override) MUST_CHECK;
/* Also when there is none. */
bool codelistoverride_clear(struct cx *cx, const struct codelistvalue *value, struct str account)
    MUST_CHECK;
bool codelistoverride_list(struct cx *cx, const struct codelist *list, struct str account,
                           struct codelistoverrides *out) MUST_CHECK;

#endif
