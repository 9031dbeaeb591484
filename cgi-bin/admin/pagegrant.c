/* pagegrant.c — page: what a role may do with one collection, with rules and fields. */
#include "pagegrant.h"

#include <inttypes.h>

#include "base/js.h"
#include "base/jv.h"
#include "data/rolerules.h"
#include "desk/form.h"

#define RULE_HINT \
    W("An expression that a row must fulfil; true: every row.")
#define FIELDS_HINT \
    W("Names with commas between them; *: every field.")
#define OPERATION(word, granted, rule, fields) \
    { word, FORM_CHECK, .label = granted }, \
    { word "_rule", FORM_CODE, .label = rule, .hint = RULE_HINT, .max = 10000, .rows = 2 }, \
    { word "_fields", FORM_TEXT, .label = fields, .hint = FIELDS_HINT, .max = 5000 }
static const struct form_field FIELDS[] = {
    OPERATION("create", W("May create"), W("Rule for creating"), W("Fields for creating")),
    OPERATION("read", W("May read"), W("Rule for reading"), W("Fields for reading")),
    OPERATION("update", W("May update"), W("Rule for updating"), W("Fields for updating")),
    OPERATION("delete", W("May delete"), W("Rule for deleting"), W("Fields for deleting")),
    { 0 },
};

struct in { int64_t id; struct str collection; struct formdata form; };
static const struct input ONE_IN[] = {
    IN(PATH, T_INT, in, id), IN(PATH, T_TEXT, in, collection), { 0 },
};
static const struct input POSTED_IN[] = {
    IN(PATH, T_INT, in, id), IN(PATH, T_TEXT, in, collection),
    IN(FORM, T_WHOLE_FORM, in, form), { 0 },
};

static const char *name_of(struct cx *cx, int operation, const char *rest)
{
    return str_c(cx->mem, str_fmt(cx->mem, "%s%s", permission_operations[operation], rest));
}

static bool find(struct cx *cx, const struct in *in, struct role *role, struct permission *out)
{
    struct permission_list held;
    TRY(rolerules_list(cx, in->id, true, role, &held));
    for (size_t i = 0; i < held.n; i++)
        if (str_eq(held.at[i].collection, in->collection)) {
            *out = held.at[i];
            return true;
        }
    return fail_detail(cx, E_NOT_FOUND, "Collection '%.*s' not found", STR_ARG(in->collection));
}

/* ["a","b"] as people write it: a, b. */
static struct str fields_shown(struct cx *cx, struct str stored)
{
    struct jv_fault fault;
    struct jv list;
    struct buf out;
    if (str_absent(stored) || str_eq(stored, S("*")))
        return S("*");
    if (!jv_parse(cx, stored, &list, &fault)) {
        fail_forget(cx);
        return stored;
    }
    buf_init(&out, cx->mem, 65536);
    for (size_t i = 0; i < jv_count(list); i++)
        buf_fmt(&out, "%s%.*s", i > 0 ? ", " : "", STR_ARG(jv_text(jv_at(list, i))));
    return buf_text(&out);
}

static struct str fields_read(struct cx *cx, struct str typed)
{
    struct str rest = typed, name;
    struct buf out;
    struct js js;
    size_t n = 0;
    if (typed.n == 0 || str_eq(typed, S("*")))
        return S("*");
    buf_init(&out, cx->mem, 65536);
    js_init(&js, &out);
    js_array(&js, NULL);
    while (str_cut(&rest, ',', &name))
        if (str_trim(name).n > 0) {
            js_text(&js, NULL, str_trim(name));
            n++;
        }
    js_end(&js);
    return n > 0 ? buf_text(&out) : S("*");
}

static void open_form(struct form *form, struct cx *cx, const struct role *role,
                      const struct permission *held)
{
    form_init(form, cx, FIELDS);
    for (int op = 0; op < PERMISSION_OPERATIONS; op++) {
        const struct grant *grant = &held->grants[op];
        bool on = !str_absent(grant->rule);
        form_set_flag(form, permission_operations[op], on);
        form_set(form, name_of(cx, op, "_rule"), on ? grant->rule : S("true"));
        form_set(form, name_of(cx, op, "_fields"), fields_shown(cx, grant->fields));
    }
    form_guard(form);
    form->changed_at = held->updated_at;
    form->cancel = str_fmt(cx->mem, "/admin/roles/%" PRId64, role->id);
}

static bool show_form(struct form *form, const struct role *role, struct str collection,
                      struct reply *reply)
{
    struct cx *cx = form->cx;
    const struct fill names[] = { fill_text("role", role->name),
                                  fill_text("collection", collection), { 0 } };
    struct desk desk;
    desk_open(&desk, reply, "roles", phrase_with(cx, W("{role} and {collection}"), names));
    desk_crumb(&desk, phrase_of(cx, W("Roles")), S("/admin/roles"));
    desk_crumb(&desk, role->name, str_fmt(cx->mem, "/admin/roles/%" PRId64, role->id));
    desk_api(&desk, "PUT", str_fmt(cx->mem, "/api/v1/roles/%" PRId64 "/permissions/bulk",
                                   role->id),
             S("{\"updates\":[{\"collection\":\"…\",\"operation\":\"read\",\"rule\":\"…\","
               "\"fields\":[\"…\"]}]}"), S("client.roles.updatePermissionsBulk(id, { updates })"));
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static struct grant typed(struct form *form, int op)
{
    struct cx *cx = form->cx;
    struct str rule = str_trim(form_text(form, name_of(cx, op, "_rule")));
    if (!form_flag(form, permission_operations[op]))
        return (struct grant){ NO_STR, NO_STR };
    if (rule.n == 0)
        form_fault(form, name_of(cx, op, "_rule"), phrase_of(cx, W("This must be filled in.")));
    return (struct grant){ rule, fields_read(cx, form_text(form, name_of(cx, op, "_fields"))) };
}

/* "Invalid rule for posts/read: …" belongs to the rule of reading. */
static bool take_fault(struct form *form)
{
    struct cx *cx = form->cx;
    struct str said = str_of(cx->err.message);
    for (int op = 0; op < PERMISSION_OPERATIONS && cx->err.kind == E_INVALID; op++)
        if (str_has(said, str_fmt(cx->mem, "/%s: ", permission_operations[op]))) {
            fail_forget(cx);
            form_fault(form, name_of(cx, op, "_rule"), phrase_message(cx, said));
        }
    return form_take(form);
}

/* What is granted goes together, or not at all; taking away cannot go wrong. */
static bool save(struct form *form, const struct role *role, const struct permission *held)
{
    struct rolerules_update gone[PERMISSION_OPERATIONS];
    struct grant grants[PERMISSION_OPERATIONS];
    struct rolerules_outcome done;
    struct permission now;
    bool any = false;
    size_t n = 0;
    for (int op = 0; op < PERMISSION_OPERATIONS; op++) {
        grants[op] = typed(form, op);
        any = any || !str_absent(grants[op].rule);
        if (str_absent(grants[op].rule) && !str_absent(held->grants[op].rule))
            gone[n++] = (struct rolerules_update){ held->collection,
                                                   (enum permission_operation)op, grants[op] };
    }
    if (!form_good(form))
        return true;
    if (any && !rolerules_grant(form->cx, role->id, held->collection, grants, &now))
        return take_fault(form);
    return n == 0 || rolerules_bulk(form->cx, role->id, gone, n, &done);
}

static bool edit(struct cx *cx, const void *input, struct reply *reply)
{
    const struct in *in = input;
    struct permission held;
    struct role role;
    struct form form;
    TRY(find(cx, in, &role, &held));
    open_form(&form, cx, &role, &held);
    return show_form(&form, &role, in->collection, reply);
}

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct in *in = input;
    struct permission held;
    struct role role;
    struct form form;
    TRY(find(cx, in, &role, &held));
    open_form(&form, cx, &role, &held);
    form_read(&form, &in->form);
    if (form_good(&form))
        TRY(save(&form, &role, &held));
    if (form_good(&form))
        return desk_go(reply, str_fmt(cx->mem, "/admin/roles/%" PRId64, role.id),
                       phrase_of(cx, W("Saved.")));
    reply_status(reply, form_status(&form));
    return show_form(&form, &role, in->collection, reply);
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagegrant_routes[] = {
    { GET, "/admin/roles/{id}/permissions/{collection}", PAGE, INPUT(ONE_IN, in), .run = edit,
      .title = "A role's permissions on a collection" },
    { POST, "/admin/roles/{id}/permissions/{collection}", PAGE, INPUT(POSTED_IN, in),
      .run = change, .title = "Change a role's permissions on a collection" },
    { 0 },
};
