/* slug.h — the short name of an account: made from its name, or checked (identity.md §4). */
#ifndef IDENTITY_SLUG_H
#define IDENTITY_SLUG_H

#include "base/cx.h"

enum { SLUG_LEAST = 3, SLUG_MOST = 32 };

/* "123 Numbers First" gives numbers-first. */
struct str slug_from(struct arena *mem, struct str name);
/* As a superadmin's new account has it: digits may lead, "É & Co" gives co, "X" gives account-x. */
struct str slug_plain(struct arena *mem, struct str name);
/* With -1, -2 … behind it, the slug cut so that all of it fits. */
struct str slug_numbered(struct arena *mem, struct str slug, int n);
/* What a slug may be at all; for one that people choose, slug_check asks more. */
bool slug_is(struct str slug);
/* Adds what is wrong as items on account_slug; the slug is lower case already. */
void slug_check(struct cx *cx, struct str slug);

#endif
