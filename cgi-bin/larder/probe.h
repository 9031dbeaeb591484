/* probe.h — asks a web server of this machine for /ready. */
#ifndef LARDER_PROBE_H
#define LARDER_PROBE_H

#include "base/str.h"

/* host: an IPv4 address or "localhost". True when the answer is 200. */
bool probe_ready(struct str host, int64_t port, struct str base_path);

#endif
