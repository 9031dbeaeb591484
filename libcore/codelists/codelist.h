/*
 * codelist.h — shared dictionaries of codes: the lists themselves (data.md §19.2).
 *
 * Scopes    `system`: everybody sees it, superadmins keep it; `account`: one account's own, kept by
 *           its administrators. An account whose own list has the code of a later system list
 *           sees its own under that code
 * Seen      by the account that is named; any other account's list is 404 "Codelist '…' not found"
 * Errors    SHAPE_DETAIL: 400 for a code that may be none, 403, 404, 409
 * Changes   codelists and what hangs on them (audited), inside the caller's transaction
 */
#ifndef CODELISTS_CODELIST_H
#define CODELISTS_CODELIST_H

#include "db/tx.h"

enum { CODELIST_CODE_MOST = 100, CODELIST_NAME_MOST = 255 };            /* characters */

struct codelist {
    struct str id, account_id, code, name, description, definition, scope;
    struct str external_code, version, metadata;        /* metadata: a JSON object, or absent */
    bool is_system, is_extensible, is_active, is_builtin;
    int64_t created_at, updated_at;
};
struct codelists { struct codelist *at; size_t n; };

/* Texts that are absent and truths that are -1 stay. */
struct codelist_change {
    struct str name, description, definition, external_code, version, metadata;
    int64_t is_extensible, is_active;
};

/* Whose eyes: the caller's own account, or for superadmins the one named. */
bool codelist_account(struct cx *cx, struct str named, struct str *account) MUST_CHECK;
bool codelist_find(struct cx *cx, struct str code, struct str account, struct codelist *out)
    MUST_CHECK;
bool codelist_look(struct cx *cx, struct str code, struct str account, bool *found,
                   struct codelist *out) MUST_CHECK;            /* the same, without a 404 */
/* As find, to change it or its values: others who would wait until the caller's commit. */
bool codelist_take(struct cx *cx, struct str code, struct str account, struct codelist *out)
    MUST_CHECK;
/* scope absent: both. The system's come first, then by code. */
bool codelist_list(struct cx *cx, struct str scope, bool only_active, struct codelists *out)
    MUST_CHECK;

/* From all but id, account_id, is_system and the times. */
bool codelist_create(struct cx *cx, struct codelist *list) MUST_CHECK;
/* Of a list that was taken. */
bool codelist_update(struct cx *cx, struct codelist *list, const struct codelist_change *to)
    MUST_CHECK;
/* Deactivates it; `hard` removes it with its values, unless others depend on it (403). */
bool codelist_delete(struct cx *cx, struct codelist *list, bool hard) MUST_CHECK;

/* "Superadmin required to <what>" where the thing is the system's and the caller is none. */
bool codelist_allowed(struct cx *cx, bool is_system, const char *what) MUST_CHECK;
/* A statement that also reads the system's rows, which no tenant's scope shows: it says itself
 * whose it wants. */
bool codelist_query(struct cx *cx, struct sql sql, struct binds binds, struct rows *rows)
    MUST_CHECK;

#endif
