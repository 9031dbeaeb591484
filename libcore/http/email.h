/*
 * email.h — an e-mail address as people type it, checked and put into one form (identity.md §1.4).
 *
 * Trimmed, `Name <a@b.c>` reduced, the domain in lower case, the local part as typed. Nothing is
 * asked of the network. Reasons are those of identity.md §1.7.
 */
#ifndef HTTP_EMAIL_H
#define HTTP_EMAIL_H

#include "base/arena.h"
#include "base/str.h"

bool email_read(struct arena *mem, struct str typed, struct str *address, struct str *reason)
    MUST_CHECK;

#endif
