/* firstpage.h — the page that installs, and what it asks itself through the web server. */
#ifndef INSTALL_FIRSTPAGE_H
#define INSTALL_FIRSTPAGE_H

#include "http/route.h"

extern const struct route firstpage_routes[];

#endif
