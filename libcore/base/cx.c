/* cx.c — questions about the context that every room asks. */
#include "base/cx.h"

bool cx_in_group(const struct cx *cx, struct str group)
{
    for (size_t i = 0; cx->who != NULL && i < cx->who->group_count; i++)
        if (str_eq(cx->who->groups[i], group))
            return true;
    return false;
}

bool cx_has_scope(const struct cx *cx, struct str scope)
{
    for (size_t i = 0; cx->who != NULL && i < cx->who->scope_count; i++)
        if (str_eq(cx->who->scopes[i], scope))
            return true;
    return false;
}

struct str cx_home(const struct cx *cx)
{
    return cx->who->is_acting ? S(SYSTEM_ACCOUNT) : cx->who->account_id;
}
