/* verification.h — proving an e-mail address by a mailed link (identity.md §6). */
#ifndef AUTH_VERIFICATION_H
#define AUTH_VERIFICATION_H

#include "http/route.h"

extern const struct route verification_routes[];

#endif
