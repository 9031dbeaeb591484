/* rolerules.c — compiles what a role is to be granted, and writes it down. */
#include "data/rolerules.h"

#include "data/collection.h"
#include "data/macrobook.h"
#include "data/relations.h"
#include "db/tx.h"

static const enum rule_use USES[PERMISSION_OPERATIONS] = {
    [PERMISSION_CREATE] = RULE_CREATE, [PERMISSION_READ] = RULE_VIEW,
    [PERMISSION_UPDATE] = RULE_UPDATE, [PERMISSION_DELETE] = RULE_DELETE,
};

/* ---- one grant ---- */

/* A rule for every collection may name any field: of each it is compiled anew. */
static bool names_of(struct cx *cx, const struct rolerules_update *update, struct rule_names *out)
{
    struct collection collection;
    bool found;
    if (str_eq(update->collection, S("*"))) {
        *out = collection_names(cx->mem, NO_STR, NULL, 0);
        out->is_open = true;
        return true;
    }
    TRY(collection_load(cx, BY_NAME, update->collection, &collection, &found));
    *out = collection.names;
    return found || fail(cx, E_NOT_FOUND, "Not found", "Collection '%.*s' not found",
                         STR_ARG(update->collection));
}

static bool check(struct cx *cx, const struct rolerules_update *update)
{
    const struct rule_macros macros = macrobook_now(cx);
    const struct rule_relations relations = relations_now(cx, NULL);
    struct rule_fault fault = { 0 };
    struct rule_names names;
    struct rule *rule;
    TRY(names_of(cx, update, &names));
    names.macros = &macros;
    names.relations = &relations;
    return str_absent(update->grant.rule)
        || rule_read(cx->mem, update->grant.rule, USES[update->operation], &names, &rule, &fault)
        || fail(cx, E_INVALID, "Validation error", "Invalid rule for %.*s/%s: %.*s",
                STR_ARG(update->collection), permission_operations[update->operation],
                STR_ARG(fault.message));
}

static bool apply(struct cx *cx, int64_t role_id, const struct rolerules_update *update)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(check(cx, update));
    TRY(permission_set(cx, role_id, update->collection, update->operation, &update->grant));
    return tx_commit(&tx);
}

static const struct permission *permission_for(const struct permission_list *list,
                                               struct str collection)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i].collection, collection))
            return &list->at[i];
    return NULL;
}

bool rolerules_grant(struct cx *cx, int64_t role_id, struct str collection,
                     const struct grant grants[PERMISSION_OPERATIONS], struct permission *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct permission_list list;
    struct role role;
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(role_get(cx, role_id, &role));
    for (int op = 0; op < PERMISSION_OPERATIONS; op++) {
        struct rolerules_update one = { collection, (enum permission_operation)op, grants[op] };
        if (!str_absent(one.grant.rule))
            TRY(apply(cx, role_id, &one));
    }
    TRY(permission_all(cx, role_id, &list));
    const struct permission *now = permission_for(&list, collection);
    if (now == NULL)
        return broken(cx, "nothing was granted on %.*s", STR_ARG(collection));
    *out = *now;
    return tx_commit(&tx);
}

/* ---- many ---- */

bool rolerules_bulk(struct cx *cx, int64_t role_id, const struct rolerules_update *updates,
                    size_t n, struct rolerules_outcome *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct role role;
    *out = (struct rolerules_outcome){ .errors = arena_list(cx->mem, struct str, n) };
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(role_get(cx, role_id, &role));
    for (size_t i = 0; i < n; i++) {
        if (apply(cx, role_id, &updates[i])) {
            out->success_count++;
            continue;
        }
        if (cx->err.kind != E_NOT_FOUND && cx->err.kind != E_INVALID)
            return false;
        out->errors[out->failure_count++] = str_of(cx->err.message);
        fail_forget(cx);
    }
    return tx_commit(&tx);
}

bool rolerules_list(struct cx *cx, int64_t role_id, bool is_matrix, struct role *role,
                    struct permission_list *out)
{
    struct permission_list held;
    struct str *names;
    size_t n;
    TRY(role_get(cx, role_id, role));
    TRY(permission_all(cx, role_id, &held));
    *out = held;
    if (!is_matrix)
        return true;
    TRY(collection_list_names(cx, &names, &n));
    out->at = arena_list(cx->mem, struct permission, n + 1);
    out->n = n + 1;
    for (size_t i = 0; i <= n; i++) {
        struct str name = i == 0 ? S("*") : names[i - 1];
        const struct permission *has = permission_for(&held, name);
        out->at[i] = has != NULL ? *has
                                 : (struct permission){ .role_id = role_id, .collection = name };
    }
    return true;
}
