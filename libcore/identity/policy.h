/* policy.h — what a password must have (identity.md §5). */
#ifndef IDENTITY_POLICY_H
#define IDENTITY_POLICY_H

#include "base/cx.h"

/* Adds every rule that fails as an item on `password`, in the order of the contract. */
void policy_check(struct cx *cx, struct str password);

#endif
