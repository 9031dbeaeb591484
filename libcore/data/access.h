/*
 * access.h — what a caller may do with a collection: which rows, which fields (data.md §8, §9;
 * permissions.md §2).
 *
 * Grants    the collection's rule and the role's permissions, OR-ed; each gives rows and fields.
 *           What folds to never is left out, what folds to always needs no condition
 * Tenant    account_id binds every statement outside of rule and filter; absent only for
 *           superadmins
 * Fields    one resolver for select, filter, sort, group and having: what no grant gives does not
 *           exist; what only some grants give is read under their condition, and otherwise does not
 *           exist either, or asking would tell it. Encrypted ones, and with pii_strict masked ones,
 *           are refused in words of their own
 * Computed  a field hangs on what it is computed from: where any of that is hidden, so is it; and
 *           it does not exist for who sees any of that masked, unless it is itself to be masked
 * Refusing  access_open decides and keeps the refusal, since some routes look for the row first;
 *           access_allowed raises it
 */
#ifndef DATA_ACCESS_H
#define DATA_ACCESS_H

#include "data/collection.h"

enum { ACCESS_GRANTS = 8 };     /* the rules of two operations, the role's for the name and for * */

struct access_grant {
    const struct rule *rule;            /* NULL: every row of the tenant                          */
    const struct field_list *list;      /* NULL: every field                                      */
};
struct access {
    const struct collection *collection;
    enum operation operation;
    struct str account_id;
    bool is_masked;                     /* personal data is shown as its mask                     */
    enum { ACCESS_GRANTED, ACCESS_NO_RULES, ACCESS_LOCKED, ACCESS_SIGN_IN, ACCESS_INVALID } answer;
    struct rule_caller caller;
    struct access_grant grants[ACCESS_GRANTS];
    size_t n;                           /* none, though granted: no row can match                 */
};

/* The members of a JSON object as rules see values; objects and arrays are their text. */
struct rule_data *access_values(struct cx *cx, struct jv object, size_t *n);
/* What a rule may know of cx->who: cx must live as long. data: see access_open. */
struct rule_caller access_caller(struct cx *cx, struct jv data);

/* collection NULL: an unknown one, for routes that tell so only to superadmins. data: what a create
 * or update submits, for @request.data; else a struct jv of kind JV_ABSENT. */
bool access_open(struct cx *cx, const struct collection *collection, enum operation operation,
                 struct jv data, struct access *out) MUST_CHECK;
bool access_allowed(struct cx *cx, const struct access *access, struct str name) MUST_CHECK;
/* In two steps, for who looks for many callers: the grants as they are written, the same for all
 * whose role, groups, account and rights are; and what is left of them for cx->who, of whom nothing
 * is submitted. */
bool access_gather(struct cx *cx, const struct collection *collection, enum operation operation,
                   struct jv data, struct access *out) MUST_CHECK;
void access_fold(struct cx *cx, const struct access *gathered, struct access *out);

/* ` WHERE <tenant>` and ` AND (<grants>)`; the second says nothing when every row is granted. */
void access_where_tenant(struct qb *q, const struct access *access);
bool access_and_grants(struct qb *q, const struct access *access) MUST_CHECK;
bool access_is_conditional(const struct access *access);    /* no grant gives every row           */
bool access_verdict(struct qb *q, const struct access *access) MUST_CHECK;  /* `, <1 or 0>`       */

bool access_gives(const struct access *access, const struct field *field);
bool access_gives_always(const struct access *access, const struct field *field); /* in every row */
bool access_gives_all(const struct access *access);         /* every field, in every row          */
/* Appends the field's column, under the condition of its grants if not all of them give it; of an
 * encrypted field only something that is not NULL when there is a value. */
bool access_column(struct qb *q, const struct access *access, const struct field *field) MUST_CHECK;
/* Appends 1 or 0: whether the row shows a field that access_gives. */
bool access_shows(struct qb *q, const struct access *access, const struct field *field) MUST_CHECK;
/* What this caller may name: in filters, sorts, cursors and all that an aggregation consists of. */
struct rule_names access_names(struct cx *cx, const struct access *access);
bool access_names_all(const struct access *access);         /* that is everything                 */

/* Which keys a create or update may write: 422 as §8.5. may_target: account_id is allowed. */
bool access_keys(struct cx *cx, const struct access *access, struct jv body, bool may_target)
    MUST_CHECK;
/* What the reply of a write shows: what `write` gave for sure, and what its caller may view. */
bool access_reply(struct cx *cx, const struct access *write, struct access *out) MUST_CHECK;

#endif
