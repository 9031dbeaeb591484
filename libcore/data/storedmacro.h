/*
 * storedmacro.h — stored SQL macros: kept, changed, tried (data.md §15).
 *
 * Global    for all tenants; superadmins write them, whoever is signed in may read them
 * In use    a macro that rules name is not deleted, renamed or changed into one that they could not
 *           use any more: 409
 * Errors    404 "Macro not found"; 409; 422 as value_error, and of a trial in a sentence
 * Changes   macros (audited, under the system account); bumps definitions
 */
#ifndef DATA_STOREDMACRO_H
#define DATA_STOREDMACRO_H

#include "base/jv.h"

struct storedmacro {
    int64_t id;
    struct str name, description, sql_query, parameters;        /* a JSON array of names          */
    int64_t created_at, updated_at;
    struct str created_by;
};
struct storedmacro_list { struct storedmacro *at; size_t n; };

bool storedmacro_list(struct cx *cx, int64_t skip, int64_t limit, struct storedmacro_list *out)
    MUST_CHECK;                                                 /* by name                        */
bool storedmacro_get(struct cx *cx, int64_t id, struct storedmacro *out) MUST_CHECK;

/* What somebody wants it to be; absent (or null): as it is. */
struct storedmacro_wish { struct str name, description, sql_query; struct jv parameters; };
bool storedmacro_create(struct cx *cx, const struct storedmacro_wish *wish,
                        struct storedmacro *out) MUST_CHECK;
bool storedmacro_update(struct cx *cx, int64_t id, const struct storedmacro_wish *wish,
                        struct storedmacro *out) MUST_CHECK;
bool storedmacro_delete(struct cx *cx, int64_t id) MUST_CHECK;

/* Runs it with texts as its arguments, on the rows of one account, or (absent) of all. */
struct storedmacro_trial { struct str result; double execution_time; int64_t rows_affected; };
bool storedmacro_test(struct cx *cx, int64_t id, struct jv arguments, struct str account_id,
                      struct storedmacro_trial *out) MUST_CHECK;

#endif
