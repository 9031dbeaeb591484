/*
 * password.h — Argon2id hashes in PHC form (RFC 9106; OWASP: 19 MiB, t=2, p=1 by default).
 *
 * Cost    one call takes tens of milliseconds and argon2_memory_kib: only the auth program calls it
 * Errors  a stored hash that makes no sense is a mismatch; input past 1024 bytes is refused
 */
#ifndef CRYPTO_PASSWORD_H
#define CRYPTO_PASSWORD_H

#include "base/cx.h"

bool password_hash(struct cx *cx, struct str password, struct str *phc) MUST_CHECK;
bool password_matches(struct str phc, struct str password);
void password_waste(struct cx *cx, struct str password);        /* the same time, for nobody     */
bool password_outdated(const struct settings *set, struct str phc);  /* m, t or p differ         */
int64_t password_memory_kib(struct str phc);                    /* that checking it takes        */

#endif
