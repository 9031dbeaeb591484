/* peopleform.c — accounts, roles and groups as forms offer them. */
#include "desk/peopleform.h"

#include "base/jv.h"
#include "http/email.h"
#include "identity/account.h"
#include "identity/group.h"
#include "identity/role.h"

bool peopleform_any(const struct cx *cx)
{
    return cx->who->is_superadmin;
}

bool peopleform_find_account(struct form *form, const char *field, struct str *id)
{
    struct account account;
    bool found;
    TRY(account_resolve(form->cx, form_text(form, field), &found, &account));
    *id = found ? account.id : NO_STR;
    if (!found)
        form_fault(form, field, phrase_of(form->cx, W("There is no such account.")));
    return true;
}

bool peopleform_account(struct form *form, struct str *id)
{
    const struct cx *cx = form->cx;
    *id = cx->who->account_id;
    if (!peopleform_any(cx) || form_text(form, "account").n == 0)
        return true;
    return peopleform_find_account(form, "account", id);
}

/* As manage.h has it: account admins give the roles admin and user alone. */
static bool may_give(const struct cx *cx, const struct role *role)
{
    return cx->who->is_superadmin || str_eq(role->name, S("admin"))
        || str_eq(role->name, S("user"));
}

static bool offer(struct form *form, bool any, int64_t has)
{
    struct cx *cx = form->cx;
    struct role_list roles;
    TRY(role_all(cx, &roles));
    struct form_option *options = arena_list(cx->mem, struct form_option, roles.n + 1);
    size_t n = 0;
    if (any)
        options[n++] = (struct form_option){ S(""), phrase_of(cx, W("Any")) };
    for (size_t i = 0; i < roles.n; i++)
        if (any || roles.at[i].id == has || may_give(cx, &roles.at[i]))
            options[n++] = (struct form_option){
                str_fmt(cx->mem, "%lld", (long long)roles.at[i].id), roles.at[i].name };
    form_options(form, "role_id", options, n);
    return true;
}

bool peopleform_roles(struct form *form, int64_t has)
{
    return offer(form, false, has);
}

bool peopleform_any_role(struct form *form)
{
    return offer(form, true, 0);
}

bool peopleform_groups(struct form *form, struct str account_id)
{
    struct cx *cx = form->cx;
    struct group_page found;
    TRY(group_list(cx, &(struct group_query){ .account_id = account_id, .sort = S("name"),
                                              .limit = PEOPLEFORM_GROUPS }, &found));
    struct form_option *options = arena_list(cx->mem, struct form_option, found.n);
    for (size_t i = 0; i < found.n; i++)
        options[i] = (struct form_option){ found.at[i].id, found.at[i].name };
    form_options(form, "groups", options, found.n);
    return true;
}

struct str peopleform_email(struct form *form)
{
    struct str typed = form_text(form, "email"), address, reason;
    if (typed.n == 0)
        return NO_STR;
    if (email_read(form->cx->mem, typed, &address, &reason))
        return address;
    form_fault(form, "email", phrase_message(form->cx, reason));
    return NO_STR;
}

struct str peopleform_profile(struct form *form)
{
    struct cx *cx = form->cx;
    struct str typed = str_trim(form_text(form, "profile"));
    struct jv_fault fault;
    struct jv object;
    if (typed.n == 0)
        return S("{}");
    if (!jv_parse(cx, typed, &object, &fault)) {
        fail_forget(cx);
        form_fault(form, "profile", phrase_with(cx, W("This is not valid JSON: {reason}."),
                   (const struct fill[]){ fill_text("reason", str_of(fault.reason)), { 0 } }));
        return NO_STR;
    }
    if (object.kind == JV_OBJECT)
        return jv_print_sorted(cx->mem, object);
    form_fault(form, "profile", phrase_of(cx, W("This must be an object: { … }.")));
    return NO_STR;
}
