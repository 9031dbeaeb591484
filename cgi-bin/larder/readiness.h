/* readiness.h — asks a web server of this machine for /ready. */
#ifndef LARDER_READINESS_H
#define LARDER_READINESS_H

#include "base/str.h"

/* host: an IPv4 address or "localhost". True when the answer is 200. */
bool readiness_of(struct str host, int64_t port, struct str base_path);

#endif
