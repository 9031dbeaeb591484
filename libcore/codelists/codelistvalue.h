/*
 * codelistvalue.h — the values of a codelist: its owner's, and what accounts add to it
 * (data.md §19.2).
 *
 * Seen      by an account: the list's own and, while a list of the system is extensible, the
 *           extensions of that account. A code is looked up among the account's own first
 * Errors    SHAPE_DETAIL: 400 for a code that may be none; 403 for a list or value that is the
 *           system's, or not extensible; 404 "Value '…' not found on codelist '…'"; 409
 * Changes   codelist_values (audited), inside the caller's transaction, of a list that was taken
 */
#ifndef CODELISTS_CODELISTVALUE_H
#define CODELISTS_CODELISTVALUE_H

#include "codelists/codelist.h"
#include "codelists/codelistlabel.h"

enum { CODELISTVALUE_CODE_MOST = 100 };                                 /* characters */
#define CODELISTVALUE_KEPT INT64_MIN            /* a sort_order that stays */

struct codelistvalue {
    struct str id, codelist_id, account_id, code, external_code, scope, definition, metadata;
    int64_t sort_order, created_at, updated_at;
    bool is_active, is_system;
    struct codelistlabels labels;               /* in the order of their languages */
};
struct codelistvalues { struct codelistvalue *at; size_t n; };

/* Texts that are absent, an order that is KEPT and a truth that is -1 stay. */
struct codelistvalue_change {
    struct str definition, external_code, metadata;
    int64_t sort_order, is_active;
};

/* Whose extensions belong to the list as the account sees it: its own, or nobody's. */
struct str codelistvalue_extender(const struct codelist *list, struct str account);
bool codelistvalue_list(struct cx *cx, const struct codelist *list, struct str account,
                        bool with_inactive, struct codelistvalues *out) MUST_CHECK;
bool codelistvalue_find(struct cx *cx, const struct codelist *list, struct str account,
                        struct str code, struct codelistvalue *out) MUST_CHECK;
bool codelistvalue_look(struct cx *cx, const struct codelist *list, struct str account,
                        struct str code, bool *found, struct codelistvalue *out) MUST_CHECK;
/* The caller's, from code, external_code, sort_order, is_active, definition, metadata, labels. */
bool codelistvalue_add(struct cx *cx, const struct codelist *list, struct codelistvalue *value)
    MUST_CHECK;
bool codelistvalue_update(struct cx *cx, struct codelistvalue *value,
                          const struct codelistvalue_change *to) MUST_CHECK;

#endif
