/* userfull.h — a person as administrators see them: UserFull of identity.md §12. */
#ifndef AUTH_USERFULL_H
#define AUTH_USERFULL_H

#include "http/output.h"
#include "identity/member.h"

struct userfull { struct member is; struct out_list groups; };
extern const struct output userfull_out[];

struct userfull userfull_of(const struct member *member);
struct out_list userfull_list(struct arena *mem, const struct members *members);

#endif
