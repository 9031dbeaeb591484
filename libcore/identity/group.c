/* group.c — makes groups, adds members, tells whose groups are whose. */
#include "identity/group.h"

#include "audit/change.h"
#include "base/ident.h"
#include "db/rows.h"

static const struct sql GROUPS_OF_USER = SQL(
    "SELECT g.name FROM users_groups m"
    " JOIN groups g ON g.account_id = m.account_id AND g.id = m.group_id"
    " WHERE m.account_id = :account AND m.user_id = :user ORDER BY g.name");
static const struct col NAME_COLS[] = { COL(C_TEXT, group, name), { 0 } };

bool group_create(struct cx *cx, struct group *group)
{
    group->id = ident_uuid(cx->mem, cx->now);
    group->created_at = group->updated_at = cx->now;
    return change_insert(cx, &(struct change){
        .table = S("groups"), .account_id = group->account_id,
        .new_values = BIND(p_text("id", group->id), p_text("account_id", group->account_id),
                           p_text("name", group->name), p_text("description", group->description),
                           p_time("created_at", group->created_at),
                           p_time("updated_at", group->updated_at)) });
}

bool group_create_pii(struct cx *cx, struct str account_id, struct group *out)
{
    *out = (struct group){
        .account_id = account_id, .name = S(GROUP_PII),
        .description = S("Users in this group can view unmasked PII data") };
    return group_create(cx, out);
}

bool group_add(struct cx *cx, const struct group *group, struct str user_id)
{
    TRY(change_insert(cx, &(struct change){
        .table = S("users_groups"), .account_id = group->account_id, .record_id = user_id,
        .new_values = BIND(p_text("account_id", group->account_id), p_text("user_id", user_id),
                           p_text("group_id", group->id)) }));
    return db_bump_identities(cx);
}

bool group_names_of(struct cx *cx, struct str account_id, struct str user_id,
                    struct group_names *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct group row = { .name = NO_STR };
    struct str *names = NULL;
    size_t n = 0, room = 0;
    TRY(db_query(cx, GROUPS_OF_USER, BIND(p_text("account", account_id), p_text("user", user_id)),
                 &rows));
    while (rows_next(&rows, NAME_COLS, &row)) {
        if (n == room) {
            room = room == 0 ? 4 : 2 * room;
            names = arena_grow(cx->mem, names, n * sizeof *names, room * sizeof *names);
        }
        names[n++] = row.name;
    }
    *out = (struct group_names){ names, n };
    return rows_done(&rows);
}
