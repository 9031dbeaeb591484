/* roles.c — the roles that people have (identity.md §13). */
#include "roles.h"

#include "identity/role.h"

static const struct output ROLE_OUT[] = {
    OUT(O_INT, role, id),          OUT(O_TEXT, role, name),       OUT(O_TEXT, role, description),
    OUT(O_TIME, role, created_at), OUT(O_TIME, role, updated_at), { 0 },
};

/* ---- reading ---- */

struct roles_out { struct out_list items; int64_t total; };
static const struct output ROLES_OUT[] = {
    OUT(O_LIST, roles_out, items, .of = ROLE_OUT), OUT(O_INT, roles_out, total), { 0 },
};

static bool list(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct role_list roles;
    TRY(role_all(cx, &roles));
    struct roles_out out = { { roles.at, roles.n, sizeof *roles.at }, (int64_t)roles.n };
    return reply_with(reply, ROLES_OUT, &out);
}

struct one_in { int64_t role_id; };
static const struct input ONE_IN[] = { IN(PATH, T_INT, one_in, role_id), { 0 } };

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct role role;
    TRY(role_get(cx, in->role_id, &role));
    return reply_with(reply, ROLE_OUT, &role);
}

/* ---- changing ---- */

struct role_in { int64_t role_id; struct str name, description; };
static const struct input CREATE_IN[] = {
    IN(BODY, T_TEXT, role_in, name, .required = true, .max = ROLE_NAME_MOST,
       .about = "Unique; space around it is cut off"),
    IN(BODY, T_TEXT, role_in, description, .max = ROLE_DESCRIPTION_MOST),
    { 0 },
};
static const struct input UPDATE_IN[] = {
    IN(PATH, T_INT, role_in, role_id),
    IN(BODY, T_TEXT, role_in, name, .max = ROLE_NAME_MOST),
    IN(BODY, T_TEXT, role_in, description, .max = ROLE_DESCRIPTION_MOST),
    { 0 },
};

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct role_in *in = input;
    struct role role = { .name = in->name, .description = in->description };
    TRY(role_create(cx, &role));
    return reply_with(reply, ROLE_OUT, &role);
}

static bool change(struct cx *cx, const struct role_in *in, bool keeps, struct reply *reply)
{
    struct role_change to = { in->name, in->description, keeps };
    struct role role;
    TRY(role_update(cx, in->role_id, &to, &role));
    return reply_with(reply, ROLE_OUT, &role);
}

static bool replace(struct cx *cx, const void *input, struct reply *reply)
{
    return change(cx, input, false, reply);
}

static bool update(struct cx *cx, const void *input, struct reply *reply)
{
    return change(cx, input, true, reply);
}

static bool remove_one(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(role_delete(cx, in->role_id));
    return reply_empty(reply);
}

const struct route roles_routes[] = {
    { GET, "/api/v1/roles", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL, .output = ROLES_OUT,
      .run = list, .title = "List the roles" },
    { POST, "/api/v1/roles", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(CREATE_IN, role_in), .output = ROLE_OUT, .status = 201, .run = create,
      .title = "Create a role",
      .about = "Roles are the same in every account. What people of a role may do is said by the"
               " rules of collections (@has_role(\"editor\")) and by the role's permissions." },
    { GET, "/api/v1/roles/{role_id}", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(ONE_IN, one_in), .output = ROLE_OUT, .run = show, .title = "Show a role" },
    { PUT, "/api/v1/roles/{role_id}", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(UPDATE_IN, role_in), .output = ROLE_OUT, .run = replace, .title = "Replace a role",
      .about = "A name left out stays; a description left out is removed. The roles admin and user"
               " keep their names. Everybody who has the role goes by its new name at once." },
    { PATCH, "/api/v1/roles/{role_id}", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(UPDATE_IN, role_in), .output = ROLE_OUT, .run = update, .title = "Change a role",
      .about = "What is left out, or null, stays." },
    { DELETE, "/api/v1/roles/{role_id}", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(ONE_IN, one_in), .status = 204, .run = remove_one, .title = "Delete a role",
      .about = "Its permissions go with it. A role that somebody has is refused (409), and admin"
               " and user stay." },
    { 0 },
};
