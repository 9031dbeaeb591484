/*
 * probe.h — tries a provider's settings out (identity.md §16.4): whether its server can be reached
 * and takes the credentials.
 *
 * A child process (`worker --probe`) does it and has 10 seconds, so that a program that serves
 * requests neither knows libcurl nor waits for a name server. Not inside a transaction.
 */
#ifndef APP_PROBE_H
#define APP_PROBE_H

#include "base/jv.h"

/* config: as configured, secrets open. *message: the contract's text for people, either way. */
bool probe_connection(struct cx *cx, struct str category, struct str provider_name,
                      struct jv config, bool *success, struct str *message) MUST_CHECK;

#endif
