/* menu.c — what the desk has, one row a page. */
#include "desk/menu.h"

#include <string.h>

#include "view/phrase.h"

struct entry { const char *section, *label, *path; bool is_super; };
struct group { const char *label; struct entry entries[9]; };

static const struct group MENU[] = {
    { W("Overview"), {
        { "dashboard",   W("Dashboard"),      "/admin",             false },
        { "health",      W("Health"),         "/admin/health",      true },
    } },
    { W("Data"), {
        { "records",     W("Records"),        "/admin/records",     false },
        { "collections", W("Collections"),    "/admin/collections", true },
        { "rules",       W("Rules"),          "/admin/rules",       true },
        { "diagram",     W("Diagram"),        "/admin/diagram",     true },
        { "macros",      W("Macros"),         "/admin/macros",      true },
        { "codelists",   W("Code lists"),     "/admin/codelists",   false },
        { "files",       W("Files"),          "/admin/files",       false },
        { "migrations",  W("Migrations"),     "/admin/migrations",  true },
    } },
    { W("People"), {
        { "accounts",    W("Accounts"),       "/admin/accounts",    true },
        { "users",       W("Users"),          "/admin/users",       false },
        { "roles",       W("Roles"),          "/admin/roles",       true },
        { "groups",      W("Groups"),         "/admin/groups",      false },
        { "invitations", W("Invitations"),    "/admin/invitations", false },
        { "keys",        W("API keys"),       "/admin/keys",        true },
    } },
    { W("Trail and mail"), {
        { "trail",       W("Audit trail"),    "/admin/trail",       false },
        { "templates",   W("Mail templates"), "/admin/mail/templates", true },
        { "mails",       W("Mail log"),       "/admin/mail/log",    true },
    } },
    { W("Operation"), {
        { "providers",   W("Providers"),      "/admin/providers",   true },
        { "jobs",        W("Jobs"),           "/admin/jobs",        true },
        { "requests",    W("Request log"),    "/admin/requests",    false },
        { "settings",    W("Settings"),       "/admin/settings",    true },
    } },
};

static void put_entries(struct cx *cx, struct fills_list *items, const struct group *group,
                        const char *section)
{
    for (const struct entry *e = group->entries; e->section != NULL; e++) {
        struct fills row = { .mem = cx->mem };
        if (e->is_super && !cx->who->is_superadmin)
            continue;
        fills_add(&row, fill_text("label", phrase_of(cx, e->label)));
        fills_add(&row, fill_text("href", str_of(e->path)));
        fills_add(&row, fill_flag("is_here", strcmp(e->section, section) == 0));
        fills_row(items, &row);
    }
}

struct fill menu_fill(struct cx *cx, const char *section)
{
    struct fills_list groups = { .mem = cx->mem };
    for (size_t i = 0; i < COUNT(MENU); i++) {
        struct fills_list items = { .mem = cx->mem };
        struct fills row = { .mem = cx->mem };
        put_entries(cx, &items, &MENU[i], section);
        if (items.n == 0)
            continue;
        fills_add(&row, fill_text("group", phrase_of(cx, MENU[i].label)));
        fills_add(&row, fills_rows("items", &items));
        fills_row(&groups, &row);
    }
    return fills_rows("nav", &groups);
}
