/*
 * peopleform.h — what forms about people have in common: which account, which role, which groups.
 *
 *     form_init(&form, cx, peopleform_any(cx) ? FIELDS_OF_ANY : FIELDS);   the first ends with
 *     …                                                                    PEOPLEFORM_ACCOUNT
 *     TRY(peopleform_account(&form, &account_id));
 *
 * Account  superadmins name one by code, slug or id (form field "account"), everybody else has one
 */
#ifndef DESK_PEOPLEFORM_H
#define DESK_PEOPLEFORM_H

#include "desk/form.h"

enum { PEOPLEFORM_GROUPS = 500 };
#define PEOPLEFORM_ACCOUNT \
    { "account", FORM_TEXT, .label = W("Account"), \
      .hint = W("Its code, short name or id. Empty: the system's own."), .max = 64 }

bool peopleform_any(const struct cx *cx);           /* may choose the account                  */
/* Once the form is read: the account's id. One that is not there is a fault, *id is absent then. */
bool peopleform_account(struct form *form, struct str *id) MUST_CHECK;
/* The same of any field that is filled in, whoever asks. */
bool peopleform_find_account(struct form *form, const char *field, struct str *id) MUST_CHECK;
/* The roles that the caller may give, and the one that somebody has (0: none), as options of
 * "role_id". */
bool peopleform_roles(struct form *form, int64_t has) MUST_CHECK;
/* The same for a filter: every role, after one that means any. */
bool peopleform_any_role(struct form *form) MUST_CHECK;
/* The groups of an account by name, at most PEOPLEFORM_GROUPS, as options of "groups". */
bool peopleform_groups(struct form *form, struct str account_id) MUST_CHECK;
/* The field "email" in the one form that addresses have; absent: a fault. */
struct str peopleform_email(struct form *form);
/* The field "profile" as it is stored: a JSON object, {} if nothing is written; absent: a fault. */
struct str peopleform_profile(struct form *form);

#endif
