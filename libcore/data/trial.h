/*
 * trial.h — rules tried out on values that are given: nothing stored is read but what roles may do
 * (permissions.md §3; data.md §5).
 *
 * Names    any plain name is a field of the record: of the type that its JSON value has there, of
 *          any type if it has none; the system's own have theirs
 * Context  {"user" or "auth": {id, email, role, account_id, groups}, "record": {…}, "account":
 *          {id}, "data": {…}}; without user nobody is signed in, without data the record is what
 *          is submitted
 * Macros   stored ones are checked, not run: what hangs on one is denied, and that is said; so is
 *          what hangs on other records: of which collection the record is, nobody has said
 * Errors   a context of another shape adds faults for fail_fields (422); a rule that does not
 *          compile is no failure: it is what was asked
 */
#ifndef DATA_TRIAL_H
#define DATA_TRIAL_H

#include "base/jv.h"
#include "rules/reason.h"

struct trial {
    bool holds;
    struct str error;                   /* absent: the rule compiles                              */
    struct reason_place place;          /* of the first error                                     */
    struct str details;                 /* why it came to that                                    */
};
bool trial_check(struct cx *cx, struct str rule, struct trial *out) MUST_CHECK;
bool trial_run(struct cx *cx, struct str rule, struct jv context, struct trial *out) MUST_CHECK;

#endif
