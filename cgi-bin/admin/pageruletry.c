/* pageruletry.c — who asks, about what; and what comes of it, operation by operation. */
#include "pageruletry.h"

#include "data/record.h"
#include "identity/account.h"
#include "identity/group.h"
#include "identity/permission.h"
#include "identity/user.h"

enum { RECORD_MAX = 1 << 20, LIST_MAX = 16384 };

/* ---- field lists ---- */

static struct jv parsed(struct cx *cx, struct str json)
{
    struct jv value = { .kind = JV_ABSENT };
    struct jv_fault fault;
    if (!jv_parse(cx, json, &value, &fault))
        value.kind = JV_ABSENT;
    fail_forget(cx);
    return value;
}

struct str pageruletry_list(struct cx *cx, struct str stored)
{
    struct buf out;
    if (stored.n == 0 || str_eq(stored, S("*")))
        return S("*");
    struct jv list = parsed(cx, stored);
    buf_init(&out, cx->mem, stored.n + 16);
    for (size_t i = 0; i < jv_count(list); i++)
        buf_fmt(&out, "%s%.*s", i > 0 ? ", " : "", STR_ARG(jv_text(jv_at(list, i))));
    return buf_text(&out);
}

struct str pageruletry_store(struct cx *cx, struct str typed)
{
    struct buf out;
    struct js js;
    struct str name;
    if (str_eq(str_trim(typed), S("*")))
        return S("*");
    buf_init(&out, cx->mem, 6 * typed.n + 16);
    js_init(&js, &out);
    js_array(&js, NULL);
    while (str_cut(&typed, ',', &name))
        if (str_trim(name).n > 0)
            js_text(&js, NULL, str_trim(name));
    js_end(&js);
    return buf_text(&out);
}

/* ---- the form ---- */

static const struct form_field FIELDS[] = {
    { "account", FORM_TEXT, .label = W("Account"), .hint = W("Its code, slug or id.") },
    { "email", FORM_TEXT, .label = W("E-mail address"),
      .hint = W("Leave it empty to ask as somebody who is not signed in.") },
    { "record", FORM_TEXT, .label = W("Record"), .hint = W("The id of a record that there is.") },
    { "sample", FORM_CODE, .label = W("Or a record as JSON"), .rows = 5,
      .hint = W("An object. It counts as what is submitted, too.") },
    { 0 },
};

void pageruletry_open(struct cx *cx, struct form *form, const struct formdata *posted)
{
    form_init(form, cx, FIELDS);
    form->prefix = "try";
    if (posted != NULL)
        form_read(form, posted);
}

static bool find_who(struct form *form, struct actor *who)
{
    struct cx *cx = form->cx;
    struct str email = form_text(form, "email"), said = form_text(form, "account");
    struct account account = { .id = NO_STR };
    struct group_names groups;
    struct user user;
    bool found = true;
    *who = (struct actor){ .kind = ACTOR_ANONYMOUS };
    if (said.n > 0)
        TRY(account_resolve(cx, said, &found, &account));
    if (!found)
        form_fault(form, "account", phrase_of(cx, W("There is no such account.")));
    who->account_id = account.id;
    if (email.n == 0 || !found)
        return true;
    if (said.n == 0) {
        form_fault(form, "account", phrase_of(cx, W("Say in which account they are.")));
        return true;
    }
    TRY(user_by_email(cx, account.id, str_lower(cx->mem, email), &found, &user));
    if (!found) {
        form_fault(form, "email", phrase_of(cx, W("Nobody of this account has that address.")));
        return true;
    }
    TRY(group_names_of(cx, account.id, user.id, &groups));
    *who = (struct actor){ .kind = ACTOR_USER, .id = user.id, .email = user.email,
                           .role = user.role, .account_id = account.id, .groups = groups.at,
                           .group_count = groups.n,
                           .is_superadmin = str_eq(account.id, S(SYSTEM_ACCOUNT)) };
    return true;
}

static bool read_stored(struct form *form, const struct collection *c, struct str id,
                        struct jv *record)
{
    struct cx *cx = form->cx;
    struct buf text;
    struct js js;
    struct str tag;
    buf_init(&text, cx->mem, RECORD_MAX);
    js_init(&js, &text);
    if (record_get(cx, c->name, id, NO_STR, NO_STR, &js, &tag)) {
        *record = parsed(cx, buf_text(&text));
        return true;
    }
    if (cx->err.kind != E_NOT_FOUND)
        return false;
    fail_forget(cx);
    form_fault(form, "record", phrase_of(cx, W("There is no such record.")));
    return true;
}

static bool find_record(struct form *form, const struct collection *c, struct jv *record)
{
    struct cx *cx = form->cx;
    struct str id = form_text(form, "record"), sample = str_trim(form_text(form, "sample"));
    struct jv_fault fault;
    *record = (struct jv){ .kind = JV_ABSENT };
    if (id.n > 0)
        return read_stored(form, c, id, record);
    if (sample.n == 0) {
        form_fault(form, "record", phrase_of(cx, W("Name a record, or give one as JSON.")));
        return true;
    }
    if (!jv_parse(cx, sample, record, &fault) || record->kind != JV_OBJECT) {
        fail_forget(cx);
        form_fault(form, "sample", phrase_of(cx, W("This is no JSON object.")));
    }
    return true;
}

/* ---- what comes of it ---- */

struct attempt {
    struct desk *desk;
    const struct collection *c;
    const struct actor *who;
    struct jv record;
    bool is_foreign;                        /* the record is another account's                   */
    struct str lists[8]; size_t n;          /* of the grants that hold: stored                   */
    bool allowed;
    struct fills_list reasons;
};

static void add_reason(struct attempt *a, struct str text)
{
    struct fills row = { .mem = a->desk->cx->mem };
    fills_add(&row, fill_text("text", text));
    fills_row(&a->reasons, &row);
}

static bool try_one(struct attempt *a, const struct rulelook *look, struct str whose,
                    struct str list)
{
    struct cx *cx = a->desk->cx;
    struct str why;
    bool holds;
    TRY(rulelook_try(cx, look, a->who, a->record, &holds, &why));
    struct str said = look->state == RULELOOK_LOCKED ? phrase_of(cx, W("locked"))
        : look->state == RULELOOK_PUBLIC ? phrase_of(cx, W("public"))
        : look->state == RULELOOK_FAULTY ? phrase_of(cx, W("cannot be read, and so denies"))
        : !str_absent(why) ? phrase_message(cx, why)
        : holds ? phrase_of(cx, W("the database says: yes"))
                : phrase_of(cx, W("the database says: no"));
    add_reason(a, str_fmt(cx->mem, "%.*s: %.*s", STR_ARG(whose), STR_ARG(said)));
    a->allowed = a->allowed || holds;
    if (holds && a->n < COUNT(a->lists))
        a->lists[a->n++] = list;
    return true;
}

static bool try_role(struct attempt *a, enum operation op)
{
    static const enum permission_operation AS[OP_COUNT] = {
        PERMISSION_READ, PERMISSION_READ, PERMISSION_CREATE, PERMISSION_UPDATE, PERMISSION_DELETE };
    struct cx *cx = a->desk->cx;
    struct grants grants;
    struct rulelook look;
    if (a->who->kind != ACTOR_USER)
        return true;
    TRY(permission_grants(cx, a->who->role, a->c->name, AS[op], &grants));
    for (size_t i = 0; i < grants.n; i++) {
        TRY(rulelook_read(cx, a->c, op, grants.at[i].rule, &look));
        TRY(try_one(a, &look, phrase_with(cx, W("Role {role}"), (const struct fill[]){
                        fill_text("role", a->who->role), { 0 } }), grants.at[i].fields));
    }
    return true;
}

/* The fields that the lists give together. */
static struct str fields_of(struct attempt *a)
{
    struct cx *cx = a->desk->cx;
    struct buf out;
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        if (a->lists[i].n == 0 || str_eq(a->lists[i], S("*")))
            return phrase_of(cx, W("all"));
    buf_init(&out, cx->mem, LIST_MAX);
    for (size_t k = 0; k < a->c->field_count; k++) {
        bool given = false;
        for (size_t i = 0; i < a->n && !given; i++) {
            struct jv list = parsed(cx, a->lists[i]);
            for (size_t m = 0; m < jv_count(list) && !given; m++)
                given = str_eq(jv_text(jv_at(list, m)), a->c->fields[k].name);
        }
        if (given)
            buf_fmt(&out, "%s%.*s", n++ > 0 ? ", " : "", STR_ARG(a->c->fields[k].name));
    }
    return n > 0 ? buf_text(&out) : phrase_of(cx, W("none"));
}

static bool put_attempt(struct attempt *a, enum operation op, const struct rulelook *look,
                        struct str list, struct fills_list *rows)
{
    static const char *const OPERATIONS[OP_COUNT] = {
        W("List"), W("View"), W("Create"), W("Update"), W("Delete") };
    struct cx *cx = a->desk->cx;
    struct fills row = { .mem = cx->mem };
    a->reasons = (struct fills_list){ .mem = cx->mem };
    a->allowed = false;
    a->n = 0;
    if (a->who->is_superadmin) {
        a->allowed = true;
        add_reason(a, phrase_of(cx, W("Superadmins may do everything.")));
    } else if (a->is_foreign && op != OP_CREATE) {
        add_reason(a, phrase_of(cx, W("The record belongs to another account.")));
    } else {
        TRY(try_one(a, look, phrase_of(cx, W("Rule")), list));
        TRY(try_role(a, op));
    }
    fills_add(&row, fill_text("operation", phrase_of(cx, OPERATIONS[op])));
    fills_add(&row, fill_text("tone", a->allowed ? S("good") : S("bad")));
    fills_add(&row, fill_text("answer", a->allowed ? phrase_of(cx, W("allowed"))
                                                   : phrase_of(cx, W("denied"))));
    fills_add(&row, fills_rows("reasons", &a->reasons));
    fills_add(&row, fill_text("given", !a->allowed || op == OP_DELETE ? S("")
                              : a->who->is_superadmin ? phrase_of(cx, W("all")) : fields_of(a)));
    fills_row(rows, &row);
    return true;
}

static bool run(struct attempt *a, const struct rulelook looks[OP_COUNT],
                const struct str lists[OP_COUNT])
{
    struct cx *cx = a->desk->cx;
    struct str owner = jv_text(jv_get(a->record, S("account_id")));
    struct fills_list rows = { .mem = cx->mem };
    struct fills one = { .mem = cx->mem };
    int most = a->c->view != NULL ? OP_CREATE : OP_COUNT;
    a->is_foreign = !str_absent(a->who->account_id) && !str_absent(owner)
                 && !str_eq(owner, a->who->account_id);
    for (int op = 0; op < most; op++)
        TRY(put_attempt(a, (enum operation)op, &looks[op],
                        op == OP_DELETE ? NO_STR : pageruletry_store(cx, lists[op]), &rows));
    fills_add(&one, fill_text("who", a->who->kind == ACTOR_USER
        ? phrase_with(cx, W("{email}, role {role}"), (const struct fill[]){
              fill_text("email", a->who->email), fill_text("role", a->who->role), { 0 } })
        : phrase_of(cx, W("Somebody who is not signed in"))));
    fills_add(&one, fills_rows("attempts", &rows));
    desk_put(a->desk, fills_one("trial", &one));
    return true;
}

bool pageruletry_put(struct desk *desk, struct form *form, const struct collection *c,
                     const struct rulelook looks[OP_COUNT], const struct str lists[OP_COUNT])
{
    struct actor who;
    struct attempt a = { .desk = desk, .c = c, .who = &who };
    TRY(find_who(form, &who));
    TRY(find_record(form, c, &a.record));
    if (form_good(form))
        return run(&a, looks, lists);
    struct fills_list none = { .mem = desk->cx->mem };
    desk_put(desk, fills_rows("trial", &none));
    return true;
}
