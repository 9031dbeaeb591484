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

#define PEOPLEFORM_ACCOUNT \
    { "account", FORM_TEXT, .label = W("Account"), \
      .hint = W("Its code, short name or id. Empty: the system's own."), .max = 64 }

bool peopleform_any(const struct cx *cx);           /* may choose the account                  */
/* Once the form is read: the account's id. One that is not there is a fault, *id is absent then. */
bool peopleform_account(struct form *form, struct str *id) MUST_CHECK;
/* The roles that the caller may give, as options of "role_id". */
bool peopleform_roles(struct form *form) MUST_CHECK;
/* The groups of an account, by name, as options of "groups": at most 500. */
bool peopleform_groups(struct form *form, struct str account_id) MUST_CHECK;

#endif
