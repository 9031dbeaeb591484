/* invitations.c — inviting people to an account, and what who was invited does with the token. */
#include "invitations.h"

#include "brief.h"
#include "identity/acceptance.h"
#include "identity/invitation.h"

struct shown { struct invitation it; struct str status, role_id; };
#define SHOWN(type, member) OUT_AS(type, shown, it.member, #member)
static const struct output INVITATION_OUT[] = {
    SHOWN(O_TEXT, id),         SHOWN(O_TEXT, account_id),  SHOWN(O_TEXT, account_code),
    SHOWN(O_TEXT, email),      SHOWN(O_TEXT, invited_by),  SHOWN(O_TIME, expires_at),
    SHOWN(O_TIME, accepted_at), SHOWN(O_TIME, created_at), SHOWN(O_BOOL, email_sent),
    SHOWN(O_TIME, email_sent_at), OUT(O_TEXT, shown, status), SHOWN(O_TEXT, token),
    OUT(O_JSON, shown, role_id, .about = "null: the role user"),
    OUT_AS(O_JSON, shown, it.groups, "groups", .about = "Ids"),
    SHOWN(O_TIME, updated_at), { 0 },
};

static struct shown shown_of(struct cx *cx, const struct invitation *it)
{
    return (struct shown){
        .it = *it, .status = str_of(it->status),
        .role_id = it->role_id == 0 ? NO_STR
                                    : str_fmt(cx->mem, "%lld", (long long)it->role_id) };
}

/* ---- by the account's admins ---- */

static const struct input CREATE_IN[] = {
    IN(BODY, T_EMAIL, invitation_wish, email, .required = true),
    IN(BODY, T_JSON, invitation_wish, role_id, .about = "A role's number; the role user if absent"),
    IN(BODY, T_LIST, invitation_wish, groups, .max = 100, .about = "Ids of groups of the account"),
    IN(BODY, T_TEXT, invitation_wish, account_id, .about = "Another account, for superadmins"),
    { 0 },
};

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    struct invitation made;
    TRY(invitation_create(cx, input, &made));
    struct shown out = shown_of(cx, &made);
    return reply_with(reply, INVITATION_OUT, &out);
}

static const struct input LIST_IN[] = {
    IN_AS(QUERY, T_TEXT, invitation_query, status, "status_filter",
          .one_of = "pending|accepted|expired|cancelled"),
    IN(QUERY, T_TEXT, invitation_query, account_id, .about = "One account, for superadmins"),
    IN(QUERY, T_TEXT, invitation_query, search, .about = "Part of an address"),
    IN(QUERY, T_INT, invitation_query, page, .least = 1, .most = INT64_MAX,
       .about = "Without page and page_size: all"),
    IN(QUERY, T_INT, invitation_query, page_size, .least = 1, .most = 100),
    { 0 },
};
struct list { struct out_list invitations; int64_t total; };
static const struct output LIST_OUT[] = {
    OUT(O_LIST, list, invitations, .of = INVITATION_OUT), OUT(O_INT, list, total), { 0 },
};

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    struct invitation_page page;
    TRY(invitation_list(cx, input, &page));
    struct shown *shown = arena_list(cx->mem, struct shown, page.n);
    for (size_t i = 0; i < page.n; i++)
        shown[i] = shown_of(cx, &page.at[i]);
    return reply_with(reply, LIST_OUT, &(struct list){
        .invitations = { .at = shown, .n = page.n, .each = sizeof *shown }, .total = page.total });
}

struct one_in { struct str id; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };
struct resent { struct str message, token; };
static const struct output RESENT_OUT[] = {
    OUT(O_TEXT, resent, message), OUT(O_TEXT, resent, token), { 0 },
};

static bool resend(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct invitation it;
    TRY(invitation_resend(cx, in->id, &it));
    return reply_with(reply, RESENT_OUT, &(struct resent){
        S("Invitation email resent successfully"), it.token });
}

static bool cancel(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(invitation_cancel(cx, in->id));
    return reply_empty(reply);
}

/* ---- by who was invited ---- */

struct token_in { struct str token, password; };
static const struct input LOOK_IN[] = {
    IN_AS(PATH, T_SECRET, token_in, token, "id", .about = "The token, not the id"), { 0 },
};
struct offer {
    struct str email, account_name, invited_by_name; int64_t expires_at; bool is_valid;
};
static const struct output OFFER_OUT[] = {
    OUT(O_TEXT, offer, email),      OUT(O_TEXT, offer, account_name),
    OUT(O_TEXT, offer, invited_by_name), OUT(O_TIME, offer, expires_at),
    OUT(O_BOOL, offer, is_valid), { 0 },
};

static bool look(struct cx *cx, const void *input, struct reply *reply)
{
    const struct token_in *in = input;
    struct invitation it;
    TRY(invitation_look(cx, in->token, &it));
    return reply_with(reply, OFFER_OUT, &(struct offer){
        .email = it.email, .account_name = it.account_name, .expires_at = it.expires_at,
        .invited_by_name = str_absent(it.invited_by) ? S("Team Member") : it.invited_by_email,
        .is_valid = true });
}

static const struct input ACCEPT_IN[] = {
    IN(PATH, T_SECRET, token_in, token),
    IN(BODY, T_SECRET, token_in, password, .required = true, .min = 8), { 0 },
};

static bool accept(struct cx *cx, const void *input, struct reply *reply)
{
    const struct token_in *in = input;
    struct login made;
    TRY(acceptance_run(cx, in->token, in->password, &made));
    struct session_brief out = brief_session_of(&made);
    return reply_with(reply, brief_session, &out);
}

/* Accepting hashes a password: it runs alone. */
const struct route invitations_routes[] = {
    { POST, "/api/v1/invitations", .need = NEED_ADMIN, .errors = SHAPE_ERROR,
      INPUT(CREATE_IN, invitation_wish), .output = INVITATION_OUT, .status = 201, .run = create,
      .title = "Invite somebody to the account",
      .about = "The mail is queued: email_sent turns true when it has gone out." },
    { GET, "/api/v1/invitations", .need = NEED_ADMIN, .errors = SHAPE_ERROR,
      INPUT(LIST_IN, invitation_query), .output = LIST_OUT, .run = list,
      .title = "List invitations", .about = "The newest first." },
    { POST, "/api/v1/invitations/{id}/resend", .need = NEED_ADMIN, .errors = SHAPE_ERROR,
      INPUT(ONE_IN, one_in), .output = RESENT_OUT, .run = resend,
      .title = "Send the mail of an invitation again" },
    { DELETE, "/api/v1/invitations/{id}", .need = NEED_ADMIN, .errors = SHAPE_ERROR,
      INPUT(ONE_IN, one_in), .status = 204, .run = cancel, .title = "Cancel an invitation" },
    { GET, "/api/v1/invitations/{id}", .need = NEED_NOBODY, .errors = SHAPE_ERROR,
      INPUT(LOOK_IN, token_in), .output = OFFER_OUT, .run = look,
      .title = "Show what an invitation offers, by its token" },
    { POST, "/api/v1/invitations/{token}/accept", .need = NEED_NOBODY, .errors = SHAPE_ERROR,
      INPUT(ACCEPT_IN, token_in), .output = brief_session, .run = accept, .alone = true,
      .title = "Accept an invitation",
      .about = "Makes the user, whose address counts as verified, and signs them in." },
    { 0 },
};
