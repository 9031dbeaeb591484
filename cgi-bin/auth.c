/* auth.c — the door of who you are: sessions, accounts, their people, and what these may do. */
#include <sys/resource.h>

#include "auth/accounts.h"
#include "auth/apikeys.h"
#include "auth/groups.h"
#include "auth/invitations.h"
#include "auth/links.h"
#include "auth/pagepassword.h"
#include "auth/pagesignin.h"
#include "auth/pageusernew.h"
#include "auth/passwords.h"
#include "auth/permissions.h"
#include "auth/register.h"
#include "auth/roles.h"
#include "auth/ruletest.h"
#include "auth/sessions.h"
#include "auth/users.h"
#include "auth/verification.h"
#include "http/serve.h"

#define NICENESS 10                 /* sign-ins hash for long: reads of records go first */

int main(int argc, char **argv)
{
    static const struct route *const TABLES[] = {
        register_routes,
        sessions_routes,
        verification_routes,
        passwords_routes,
        links_routes,
        pagesignin_routes,
        pagepassword_routes,
        accounts_routes,
        users_routes,
        roles_routes,
        ruletest_routes,
        permissions_routes,
        groups_routes,
        invitations_routes,
        apikeys_routes,
        pageusernew_routes,
        NULL,
    };
    (void)setpriority(PRIO_PROCESS, 0, NICENESS);
    return serve(argc, argv, "auth", TABLES);
}
