/* users.c — the people of accounts: list, make, change, deactivate; their passwords, addresses. */
#include "users.h"

#include "identity/manage.h"
#include "identity/member.h"
#include "userfull.h"

struct one_in { struct str user_id; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, user_id), { 0 } };
struct said { struct str message; };
static const struct output SAID_OUT[] = { OUT(O_TEXT, said, message), { 0 } };

static bool say(struct reply *reply, const char *message)
{
    return reply_with(reply, SAID_OUT, &(struct said){ str_of(message) });
}

static bool say_where(struct cx *cx, struct reply *reply, const char *what, struct str email)
{
    return reply_with(reply, SAID_OUT, &(struct said){
        str_fmt(cx->mem, "%s sent to %.*s", what, STR_ARG(email)) });
}

static bool reply_user(struct cx *cx, struct str id, struct reply *reply)
{
    struct member member;
    bool found;
    TRY(member_find(cx, id, &found, &member));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "User not found");
    struct userfull out = userfull_of(&member);
    return reply_with(reply, userfull_out, &out);
}

/* ---- GET /users ---- */

struct list_in {
    struct str account_id, search, sort, sort_by, sort_order;
    int64_t role_id, is_active, skip, limit, page, page_size;
};
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, account_id),
    IN(QUERY, T_INT, list_in, role_id, .otherwise = MEMBER_ANY),
    IN(QUERY, T_FLAG, list_in, is_active, .otherwise = MEMBER_ANY),
    IN(QUERY, T_TEXT, list_in, search, .about = "part of an e-mail address"),
    IN(QUERY, T_INT, list_in, skip, .most = 1000000000),
    IN(QUERY, T_INT, list_in, limit, .least = 1, .most = 100, .otherwise = 30),
    IN(QUERY, T_TEXT, list_in, sort, .about = "a column, after - descending; else -created_at"),
    IN(QUERY, T_INT, list_in, page, .least = 1, .most = 1000000000,
       .about = "instead of skip and limit, with page_size"),
    IN(QUERY, T_INT, list_in, page_size, .least = 1, .most = 100),
    IN(QUERY, T_TEXT, list_in, sort_by, .about = "instead of sort, with sort_order"),
    IN(QUERY, T_TEXT, list_in, sort_order, .pattern = "^(asc|desc)$"),
    { 0 },
};
struct list_out { int64_t total; struct out_list items; };
static const struct output LIST_OUT[] = {
    OUT(O_INT, list_out, total), OUT(O_LIST, list_out, items, .of = userfull_out), { 0 },
};

static struct str sort_of(struct cx *cx, const struct list_in *in)
{
    if (!str_absent(in->sort))
        return in->sort;
    return str_fmt(cx->mem, "%s%.*s", str_eq(in->sort_order, S("asc")) ? "" : "-",
                   STR_ARG(in->sort_by));
}

static bool list_users(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct members found;
    bool by_page = in->page > 0 || in->page_size > 0;
    int64_t limit = in->page_size > 0 ? in->page_size : in->limit;
    TRY(member_list(cx, &(struct member_query){
        .account_id = in->account_id, .role_id = in->role_id, .is_active = in->is_active,
        .search = in->search, .sort = sort_of(cx, in), .limit = limit,
        .skip = !by_page ? in->skip : in->page > 0 ? (in->page - 1) * limit : 0 }, &found));
    return reply_with(reply, LIST_OUT, &(struct list_out){
        found.total, userfull_list(cx->mem, &found) });
}

static bool get_user(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    return reply_user(cx, in->user_id, reply);
}

/* ---- POST /users ---- */

#define OUTSIDE_IN(of) \
    IN(BODY, T_TEXT, of, auth_provider_name, .max = 100), \
    IN(BODY, T_TEXT, of, external_id, .max = 500), \
    IN(BODY, T_TEXT, of, external_email, .max = 255), \
    IN(BODY, T_OBJECT, of, profile_data)
struct create_in {
    struct str email, account_id, password;
    int64_t role_id;
    bool is_active;
    struct str auth_provider, auth_provider_name, external_id, external_email;
    struct jv profile_data;
};
static const struct input CREATE_IN[] = {
    IN(BODY, T_EMAIL, create_in, email, .required = true),
    IN(BODY, T_TEXT, create_in, account_id, .required = true, .min = 36, .max = 36,
       .about = "account admins: their own"),
    IN(BODY, T_INT, create_in, role_id, .required = true, .least = 1,
       .about = "account admins: admin or user"),
    IN(BODY, T_SECRET, create_in, password, .min = 1, .wrapped = true,
       .about = "needed unless auth_provider is another"),
    IN(BODY, T_BOOL, create_in, is_active, .otherwise = true),
    IN(BODY, T_TEXT, create_in, auth_provider, .min = 1, .max = 50,
       .about = "password when left out"),
    OUTSIDE_IN(create_in),
    { 0 },
};

/* As it is stored: absent unless an object was sent. */
static struct str profile_of(struct cx *cx, struct jv sent)
{
    return sent.kind == JV_OBJECT ? jv_print_sorted(cx->mem, sent) : NO_STR;
}

static bool create_user(struct cx *cx, const void *input, struct reply *reply)
{
    const struct create_in *in = input;
    struct user user = {
        .email = in->email, .account_id = in->account_id, .role_id = in->role_id,
        .is_active = in->is_active,
        .auth_provider = str_absent(in->auth_provider) ? S("password") : in->auth_provider,
        .auth_provider_name = in->auth_provider_name, .external_id = in->external_id,
        .external_email = in->external_email,
        .profile_data = profile_of(cx, in->profile_data) };
    TRY(manage_create(cx, &user, in->password));
    return reply_user(cx, user.id, reply);
}

/* ---- PATCH /users/{user_id} ---- */

struct change_in {
    struct str user_id, email, role;
    int64_t role_id, is_active;
    struct str auth_provider, auth_provider_name, external_id, external_email;
    struct jv profile_data;
};
static const struct input CHANGE_IN[] = {
    IN(PATH, T_TEXT, change_in, user_id),
    IN(BODY, T_EMAIL, change_in, email),
    IN(BODY, T_INT, change_in, role_id, .least = 1),
    IN(BODY, T_TEXT, change_in, role, .about = "by name, when there is no role_id"),
    IN(BODY, T_FLAG, change_in, is_active, .otherwise = -1),
    IN(BODY, T_TEXT, change_in, auth_provider, .min = 1, .max = 50),
    OUTSIDE_IN(change_in),
    { 0 },
};

static bool change_user(struct cx *cx, const void *input, struct reply *reply)
{
    const struct change_in *in = input;
    TRY(manage_change(cx, in->user_id, in->role, &(struct user_change){
        .email = in->email, .role_id = in->role_id, .is_active = in->is_active,
        .auth_provider = in->auth_provider, .auth_provider_name = in->auth_provider_name,
        .external_id = in->external_id, .external_email = in->external_email,
        .profile_data = profile_of(cx, in->profile_data) }));
    return reply_user(cx, in->user_id, reply);
}

static bool deactivate_user(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(manage_deactivate(cx, in->user_id));
    return reply_empty(reply);
}

/* ---- PUT /users/{user_id}/password ---- */

struct password_in { struct str user_id, new_password; bool send_reset_link; struct jv body; };
static const struct input PASSWORD_IN[] = {
    IN(PATH, T_TEXT, password_in, user_id),
    IN(BODY, T_SECRET, password_in, new_password, .min = 1, .wrapped = true),
    IN(BODY, T_BOOL, password_in, send_reset_link,
       .about = "mail the person a link instead; new_password does not count then"),
    IN(BODY, T_WHOLE_BODY, password_in, body, .required = true),
    { 0 },
};

static bool neither(struct cx *cx, struct jv body)
{
    fail_add_field(cx, &(struct err_field){
        .type = "value_error", .loc = S("[\"body\"]"), .input = jv_print(cx->mem, body),
        .msg = S("Value error, Either new_password must be provided or send_reset_link must be"
                 " True"),
        .ctx = S("{\"error\":{}}") });
    return fail_fields(cx);
}

static bool set_password(struct cx *cx, const void *input, struct reply *reply)
{
    const struct password_in *in = input;
    struct str email;
    if (in->send_reset_link) {
        TRY(manage_send_reset(cx, in->user_id, &email));
        return say_where(cx, reply, "Password reset link", email);
    }
    if (str_absent(in->new_password))
        return neither(cx, in->body);
    TRY(manage_set_password(cx, in->user_id, in->new_password));
    return say(reply, "Password updated successfully");
}

/* ---- POST /users/{user_id}/verify, /resend-verification ---- */

static bool verify_user(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    bool was;
    TRY(manage_verify(cx, in->user_id, &was));
    return say(reply, was ? "User email is already verified"
                          : "User email verified successfully");
}

static bool resend_verification(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct str email;
    TRY(manage_resend(cx, in->user_id, &email));
    return say_where(cx, reply, "Verification email", email);
}

/* Where a password is hashed the handler opens its own transaction: it runs alone. */
const struct route users_routes[] = {
    { GET, "/api/v1/users", .need = NEED_ADMIN, .errors = SHAPE_DETAIL,
      INPUT(LIST_IN, list_in), .output = LIST_OUT, .run = list_users, .title = "List users",
      .about = "Superadmins see those of all accounts, account admins those of their own." },
    { POST, "/api/v1/users", .need = NEED_ADMIN, .errors = SHAPE_DETAIL,
      INPUT(CREATE_IN, create_in), .output = userfull_out, .status = 201, .run = create_user,
      .alone = true, .title = "Create a user",
      .about = "Nothing is mailed, and the address is not verified." },
    { GET, "/api/v1/users/{user_id}", .need = NEED_ADMIN, .errors = SHAPE_DETAIL,
      INPUT(ONE_IN, one_in), .output = userfull_out, .run = get_user, .title = "Show a user" },
    { PATCH, "/api/v1/users/{user_id}", .need = NEED_ADMIN, .errors = SHAPE_DETAIL,
      INPUT(CHANGE_IN, change_in), .output = userfull_out, .run = change_user,
      .title = "Change a user", .about = "What is left out or null stays. Not for oneself." },
    { DELETE, "/api/v1/users/{user_id}", .need = NEED_ADMIN, .errors = SHAPE_DETAIL,
      INPUT(ONE_IN, one_in), .status = 204, .run = deactivate_user, .title = "Deactivate a user",
      .about = "The user stays, inactive, and is signed out everywhere." },
    { PUT, "/api/v1/users/{user_id}/password", .need = NEED_ADMIN, .errors = SHAPE_DETAIL,
      INPUT(PASSWORD_IN, password_in), .output = SAID_OUT, .run = set_password, .alone = true,
      .title = "Set a user's password, or mail a link to do so",
      .about = "Every session of the user ends, and tokens given out before are refused." },
    { POST, "/api/v1/users/{user_id}/verify", .need = NEED_ADMIN, .errors = SHAPE_DETAIL,
      INPUT(ONE_IN, one_in), .output = SAID_OUT, .run = verify_user,
      .title = "Count a user's address as verified" },
    { POST, "/api/v1/users/{user_id}/resend-verification", .need = NEED_ADMIN,
      .errors = SHAPE_DETAIL, INPUT(ONE_IN, one_in), .output = SAID_OUT,
      .run = resend_verification, .title = "Mail a user the link that verifies the address" },
    { 0 },
};
