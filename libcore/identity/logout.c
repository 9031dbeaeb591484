/* logout.c — ends sessions and says so. */
#include "identity/logout.h"

#include "db/tx.h"
#include "events/event.h"
#include "identity/login.h"
#include "identity/session.h"

bool logout_run(struct cx *cx, struct str refresh_token, bool all)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct session_owner owner;
    struct user user;
    bool found;
    TRY(tx_begin(cx, &tx));
    TRY(session_end(cx, refresh_token, all, &owner));
    if (str_absent(owner.user_id))
        return true;
    TRY(user_by_id(cx, owner.account_id, owner.user_id, &found, &user));
    if (found)
        TRY(event_emit(cx, &(struct event){
            .kind = AUTH_LOGOUT, .account_id = owner.account_id, .record_id = owner.user_id,
            .record = login_event(cx, &user, "password", false) }));
    return tx_commit(&tx);
}
