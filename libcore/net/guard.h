/*
 * guard.h — which addresses an outbound call may reach (automation.md §11.6, DESIGN §11).
 *
 * The question is asked of the very address a socket is about to be connected to, so that no name,
 * spelling or second look-up leads elsewhere. Refused: this machine, private and link-local
 * networks, multicast and reserved ranges, also as IPv4 inside IPv6; the setting
 * webhook_allow_private names exceptions.
 */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include "base/settings.h"

struct sockaddr;

bool guard_allows(const struct settings *set, const struct sockaddr *address);

#endif
