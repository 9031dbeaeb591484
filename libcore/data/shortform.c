/* shortform.c — the words that no collection's short form may take. */
#include "data/shortform.h"

static const struct str RESERVED[] = {
    S_INIT("accounts"),    S_INIT("acls"),        S_INIT("admin"),         S_INIT("auth"),
    S_INIT("batch"),
    S_INIT("codelists"),   S_INIT("collections"), S_INIT("configuration"), S_INIT("dashboard"),
    S_INIT("docs"),        S_INIT("emails"),      S_INIT("endpoints"),     S_INIT("enterprise"),
    S_INIT("files"),       S_INIT("functions"),   S_INIT("groups"),        S_INIT("health"),
    S_INIT("hooks"),       S_INIT("inbox"),       S_INIT("invitations"),   S_INIT("jobs"),
    S_INIT("live"),        S_INIT("macros"),      S_INIT("marketplace"),   S_INIT("messages"),
    S_INIT("metrics"),     S_INIT("migrations"),  S_INIT("modules"),       S_INIT("notifications"),
    S_INIT("openapi"),     S_INIT("permissions"), S_INIT("push"),          S_INIT("ready"),
    S_INIT("realtime"),    S_INIT("records"),     S_INIT("reports"),       S_INIT("roles"),
    S_INIT("rules"),       S_INIT("security"),    S_INIT("system"),        S_INIT("users"),
    S_INIT("webhooks"),    S_INIT("workflows"),
};

bool shortform_is_reserved(struct str name)
{
    for (size_t i = 0; i < COUNT(RESERVED); i++)
        if (str_eq_nocase(RESERVED[i], name))
            return true;
    return false;
}
