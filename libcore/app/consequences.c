/* consequences.c — asks what hangs on accounts, people, roles, groups, codelists and macros. */
#include "app/consequences.h"

#include "data/collection.h"
#include "data/holdings.h"
#include "data/macrobook.h"
#include "data/storedmacro.h"
#include "db/qb.h"
#include "identity/group.h"
#include "identity/role.h"
#include "identity/user.h"
#include "view/phrase.h"

#define BOUND "10001"                       /* CONSEQUENCES_MOST and one more                     */
enum { OF_ID = 1, AT_NOW = 2, MOST_BINDS = 5 };

/* How many there are, and the first few by their ids, unless its text is NULL. */
struct question {
    const char *what;
    enum consequences_effect effect;
    unsigned binds;                         /* besides :account                                   */
    struct sql count, some;
};
#define ASK(what, effect, binds, id, text, from) \
    { what, CONSEQUENCES_##effect, binds, \
      SQL("SELECT count(*) FROM (SELECT 1 FROM " from " LIMIT " BOUND ") x"), \
      SQL("SELECT " id ", " text " FROM " from " ORDER BY 1 LIMIT 5") }

/* ---- the list ---- */

const char *consequences_effect_words(enum consequences_effect effect)
{
    static const char *const WORDS[] = {
        [CONSEQUENCES_GOES] = W("goes with it"), [CONSEQUENCES_EMPTIED] = W("no longer names it"),
        [CONSEQUENCES_STAYS] = W("stays"), [CONSEQUENCES_STOPS] = W("stops it"),
    };
    return WORDS[effect];
}

struct consequence *consequences_add(struct cx *cx, struct consequences *out, const char *what,
                                     struct str name, enum consequences_effect effect,
                                     int64_t count)
{
    size_t at = out->n;
    out->at = arena_more(cx->mem, out->at, out->n, sizeof *out->at);
    if (effect == CONSEQUENCES_STOPS)       /* after those that do so, too                        */
        for (at = 0; at < out->n && out->at[at].effect == CONSEQUENCES_STOPS;)
            at++;
    for (size_t i = out->n; i > at; i--)
        out->at[i] = out->at[i - 1];
    out->n++;
    out->stops |= effect == CONSEQUENCES_STOPS;
    out->at[at] = (struct consequence){
        .what = what, .name = name, .effect = effect, .is_more = count > CONSEQUENCES_MOST,
        .count = count > CONSEQUENCES_MOST ? CONSEQUENCES_MOST : count };
    return &out->at[at];
}

void consequences_example(struct cx *cx, struct consequence *of, struct str id, struct str text)
{
    if (of->some_n < CONSEQUENCES_SOME)
        of->some[of->some_n++] = (struct consequences_example){ str_copy(cx->mem, id),
                                                                str_copy(cx->mem, text) };
}

static struct binds bound(struct param *at, unsigned which, struct str account, struct param id,
                          int64_t now)
{
    size_t n = 0;
    at[n++] = p_text("account", account);
    if ((which & OF_ID) != 0)
        at[n++] = id;
    if ((which & AT_NOW) != 0) {
        at[n++] = p_time("now", now);
        at[n++] = p_bool("no", false);
    }
    return (struct binds){ at, n };
}

static bool ask(struct cx *cx, const struct question *question, struct str account,
                struct param id, struct consequences *out)
{
    struct rows rows SCOPED(rows_close) = { 0 }, some SCOPED(rows_close) = { 0 };
    struct param at[MOST_BINDS];
    struct binds binds = bound(at, question->binds, account, id, cx->now);
    int64_t count = 0;
    TRY(db_query(cx, question->count, binds, &rows));
    if (rows_step(&rows))
        count = rows_int(&rows, 0);
    TRY(rows_done(&rows));
    rows_close(&rows);
    if (count == 0)
        return true;
    struct consequence *found = consequences_add(cx, out, question->what, NO_STR,
                                                 question->effect, count);
    if (question->some.text == NULL)
        return true;
    TRY(db_query(cx, question->some, binds, &some));
    while (rows_step(&some))
        consequences_example(cx, found, rows_text(&some, 0), rows_text(&some, 1));
    return rows_done(&some);
}

static bool ask_all(struct cx *cx, const struct question *questions, size_t n, struct str account,
                    struct param id, struct consequences *out)
{
    for (size_t i = 0; i < n; i++)
        TRY(ask(cx, &questions[i], account, id, out));
    return true;
}

static bool superadmins_only(struct cx *cx)
{
    return cx->who->is_superadmin || fail_detail(cx, E_FORBIDDEN, "Superadmin access required");
}

/* ---- an account ---- */

static const struct question OF_ACCOUNT[] = {
    ASK(W("Users"), GOES, 0, "id", "email", "users WHERE account_id = :account"),
    ASK(W("Sessions"), GOES, AT_NOW, "id", "user_agent",
        "refresh_tokens WHERE account_id = :account AND is_revoked = :no AND expires_at > :now"),
    ASK(W("Groups"), GOES, 0, "id", "name", "groups WHERE account_id = :account"),
    ASK(W("API keys and personal tokens"), GOES, 0, "id", "name",
        "api_keys WHERE account_id = :account"),
    ASK(W("API keys of others that act for the account"), GOES, 0, "id", "name",
        "api_keys WHERE acts_for = :account AND account_id <> :account"),
    ASK(W("Invitations"), GOES, 0, "id", "email", "invitations WHERE account_id = :account"),
    ASK(W("Invitations into other accounts by its users"), EMPTIED, 0, "id", "email",
        "invitations WHERE inviter_account_id = :account AND account_id <> :account"),
    ASK(W("Files"), GOES, 0, "id", "filename", "files WHERE account_id = :account"),
    ASK(W("Codelists"), GOES, 0, "id", "code", "codelists WHERE account_id = :account"),
    ASK(W("Codelist values"), GOES, 0, "id", "code", "codelist_values WHERE account_id = :account"),
    ASK(W("Settings of providers"), GOES, 0, "id", "display_name",
        "configurations WHERE account_id = :account"),
    ASK(W("Mail templates"), GOES, 0, "id", "template_type",
        "email_templates WHERE account_id = :account"),
    ASK(W("Entries of the mail log"), GOES, 0, "id", "recipient_email",
        "email_logs WHERE account_id = :account"),
};

static const struct question TRAIL_OF_ACCOUNT = {
    W("Entries of the audit trail"), CONSEQUENCES_STAYS, 0,
    SQL("SELECT count(*) FROM (SELECT 1 FROM audit_log WHERE account_id = :account LIMIT " BOUND
        ") x"), { NULL } };

static bool count_records(struct cx *cx, struct str account, struct str name,
                          struct consequences *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    const struct collection *c = NULL;
    struct qb q;
    TRY(collection_definition(cx, name, &c));
    if (c == NULL)
        return true;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT id FROM "));
    qb_ident(&q, c->table);
    qb_lit(&q, SQL_OF(" WHERE account_id = "));
    qb_value(&q, p_text(NULL, account));
    qb_lit(&q, SQL_OF(" ORDER BY id LIMIT " BOUND));
    TRY(qb_query(&q, &rows));
    struct consequence *found = consequences_add(cx, out, W("Records in {name}"), c->name,
                                                 CONSEQUENCES_GOES, 0);
    for (; rows_step(&rows); found->count++)
        consequences_example(cx, found, rows_text(&rows, 0), rows_text(&rows, 0));
    found->is_more = found->count > CONSEQUENCES_MOST;
    found->count -= found->is_more;
    return rows_done(&rows);
}

bool consequences_account(struct cx *cx, struct str id, struct consequences *out)
{
    struct account account;
    struct str *names;
    size_t n;
    bool found;
    *out = (struct consequences){ .n = 0 };
    TRY(superadmins_only(cx));
    TRY(account_by_id(cx, id, &found, &account));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "Account not found");
    if (str_eq(id, S(SYSTEM_ACCOUNT)))
        consequences_add(cx, out, W("The system's own account is never deleted"), NO_STR,
                         CONSEQUENCES_STOPS, 1);
    TRY(holdings_names(cx, id, &names, &n));
    for (size_t i = 0; i < n; i++)
        TRY(count_records(cx, id, names[i], out));
    TRY(ask_all(cx, OF_ACCOUNT, COUNT(OF_ACCOUNT), id, p_null("id"), out));
    return ask(cx, &TRAIL_OF_ACCOUNT, id, p_null("id"), out);
}

/* ---- a user ---- */

static const struct question OF_USER[] = {
    ASK(W("Sessions"), GOES, OF_ID | AT_NOW, "id", "user_agent",
        "refresh_tokens WHERE account_id = :account AND user_id = :id AND is_revoked = :no"
        " AND expires_at > :now"),
    ASK(W("API keys and personal tokens, refused while the user is inactive"), STAYS, OF_ID, "id",
        "name", "api_keys WHERE account_id = :account AND user_id = :id"),
    ASK(W("Groups the user is in"), STAYS, OF_ID, "g.id", "g.name",
        "users_groups m JOIN groups g ON g.account_id = m.account_id AND g.id = m.group_id"
        " WHERE m.account_id = :account AND m.user_id = :id"),
    ASK(W("Invitations the user sent"), STAYS, OF_ID, "id", "email",
        "invitations WHERE account_id = :account AND inviter_account_id = :account"
        " AND invited_by = :id"),
    ASK(W("Files the user uploaded"), STAYS, OF_ID, "id", "filename",
        "files WHERE account_id = :account AND uploaded_by = :id"),
};

bool consequences_user(struct cx *cx, struct str account_id, struct str id,
                       struct consequences *out)
{
    struct user user;
    bool found = cx->who->is_superadmin || str_eq(account_id, cx->who->account_id);
    *out = (struct consequences){ .n = 0 };
    if (found)
        TRY(user_by_id(cx, account_id, id, &found, &user));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "User not found");
    if (str_eq(id, cx->who->id))
        consequences_add(cx, out, W("Nobody deactivates themselves"), NO_STR,
                         CONSEQUENCES_STOPS, 1);
    return ask_all(cx, OF_USER, COUNT(OF_USER), account_id, p_text("id", id), out);
}

/* ---- a role ---- */

static const struct question OF_ROLE[] = {
    ASK(W("Users who have the role"), STOPS, OF_ID, "id", "email",
        "users WHERE role_id = :id AND (account_id = :account OR :account = '*')"),
    ASK(W("Invitations that give the role"), EMPTIED, OF_ID, "id", "email",
        "invitations WHERE role_id = :id AND (account_id = :account OR :account = '*')"),
    ASK(W("Permissions"), GOES, OF_ID, "id", "collection || '/' || operation",
        "permissions WHERE role_id = :id AND :account = '*'"),
};

bool consequences_role(struct cx *cx, int64_t id, struct consequences *out)
{
    struct role role;
    *out = (struct consequences){ .n = 0 };
    TRY(superadmins_only(cx));
    TRY(role_get(cx, id, &role));
    if (str_eq(role.name, S("admin")) || str_eq(role.name, S("user")))
        consequences_add(cx, out, W("The roles admin and user are never deleted"), NO_STR,
                         CONSEQUENCES_STOPS, 1);
    return ask_all(cx, OF_ROLE, COUNT(OF_ROLE), S("*"), p_int("id", id), out);
}

/* ---- a group ---- */

static const struct question MEMBERSHIPS =
    ASK(W("Memberships"), GOES, OF_ID, "u.id", "u.email",
        "users_groups m JOIN users u ON u.account_id = m.account_id AND u.id = m.user_id"
        " WHERE m.account_id = :account AND m.group_id = :id");
static const struct sql INVITING = SQL(
    "SELECT id, email, groups FROM invitations WHERE account_id = :account"
    " AND accepted_at IS NULL ORDER BY id LIMIT " BOUND);

static bool ask_invitations(struct cx *cx, const struct group *group, struct consequences *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct str quoted = str_fmt(cx->mem, "\"%.*s\"", STR_ARG(group->id));
    struct consequence found = { .what = W("Invitations into the group"),
                                 .effect = CONSEQUENCES_STAYS };
    TRY(db_query(cx, INVITING, BIND(p_text("account", group->account_id)), &rows));
    while (rows_step(&rows))
        if (str_has(rows_text(&rows, 2), quoted)) {
            consequences_example(cx, &found, rows_text(&rows, 0), rows_text(&rows, 1));
            found.count++;
        }
    TRY(rows_done(&rows));
    if (found.count > 0)
        *consequences_add(cx, out, found.what, NO_STR, found.effect, found.count) = found;
    return true;
}

bool consequences_group(struct cx *cx, struct str id, struct consequences *out)
{
    struct group group;
    *out = (struct consequences){ .n = 0 };
    TRY(group_get(cx, id, &group));
    if (group_is_standing(&group))
        consequences_add(cx, out, W("Every account keeps the group {name}"), group.name,
                         CONSEQUENCES_STOPS, 1);
    TRY(ask(cx, &MEMBERSHIPS, group.account_id, p_text("id", group.id), out));
    return ask_invitations(cx, &group, out);
}

/* ---- a codelist ---- */

static const struct question OF_CODELIST[] = {
    ASK(W("Values"), GOES, OF_ID, "id", "code",
        "codelist_values WHERE account_id = :account AND codelist_id = :id"),
    ASK(W("Labels of values"), GOES, OF_ID, "l.id", "l.label",
        "codelist_value_labels l JOIN codelist_values v ON v.account_id = l.account_id"
        " AND v.id = l.value_id WHERE l.account_id = :account AND v.codelist_id = :id"),
    ASK(W("What accounts changed of it"), GOES, OF_ID, "id", "visibility",
        "codelist_account_overrides WHERE account_id = :account AND codelist_id = :id"),
};
/* Those of any account keep a list of the system. */
static const struct question KEPT_BY_VALUES =
    ASK(W("Values"), STOPS, OF_ID, "id", "code",
        "codelist_values WHERE codelist_id = :id AND :account = '*'");
static const struct question NO_LONGER_OFFERED =
    ASK(W("Values, no longer offered"), STAYS, OF_ID, "id", "code",
        "codelist_values WHERE account_id = :account AND codelist_id = :id");

bool consequences_codelist(struct cx *cx, const struct codelist *list, bool hard,
                           struct consequences *out)
{
    struct param id = p_text("id", list->id);
    *out = (struct consequences){ .n = 0 };
    TRY(codelist_allowed(cx, list->is_system, "delete system codelists"));
    if (!hard)
        return ask(cx, &NO_LONGER_OFFERED, list->account_id, id, out);
    if (list->is_builtin)
        consequences_add(cx, out, W("A list that comes with the system is only deactivated"),
                         NO_STR, CONSEQUENCES_STOPS, 1);
    if (list->is_system)
        return ask(cx, &KEPT_BY_VALUES, S("*"), id, out);
    return ask_all(cx, OF_CODELIST, COUNT(OF_CODELIST), list->account_id, id, out);
}

/* ---- a macro ---- */

static void add_named(struct cx *cx, struct consequences *out, const char *what,
                      const struct str *names, int64_t count)
{
    struct consequence *found;
    if (count == 0)
        return;
    found = consequences_add(cx, out, what, NO_STR, CONSEQUENCES_STOPS, count);
    for (int64_t i = 0; i < count && i < MACROBOOK_SOME; i++)
        consequences_example(cx, found, names[i], names[i]);
}

bool consequences_macro(struct cx *cx, int64_t id, struct consequences *out)
{
    struct macrobook_uses uses;
    struct storedmacro macro;
    *out = (struct consequences){ .n = 0 };
    TRY(superadmins_only(cx));
    TRY(storedmacro_get(cx, id, &macro));
    TRY(macrobook_uses(cx, macro.name, &uses));
    add_named(cx, out, W("Collections whose rules call it"), uses.some_collections,
              uses.collections);
    add_named(cx, out, W("Permissions whose rules call it"), uses.some_permissions,
              uses.permissions);
    return true;
}
