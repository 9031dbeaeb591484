/* invitation.c — invites people, keeps track of who was invited. */
#include "identity/invitation.h"

#include "audit/change.h"
#include "base/ident.h"
#include "base/js.h"
#include "base/num.h"
#include "base/random.h"
#include "base/when.h"
#include "config/configuration.h"
#include "crypto/mac.h"
#include "crypto/seal.h"
#include "db/qb.h"
#include "identity/account.h"
#include "identity/attempts.h"
#include "identity/group.h"
#include "identity/role.h"
#include "identity/user.h"
#include "mail/message.h"

enum { TOKEN_BYTES = 32, MOST_GROUPS_JSON = 8192 };
#define LIFE (2 * WHEN_DAY)
static const char PURPOSE[] = "invitation";

#define FROM_INVITATIONS " FROM invitations i JOIN accounts a ON a.id = i.account_id"
#define INVITATION_COLUMNS \
    "SELECT i.id, i.account_id, a.account_code, a.name AS account_name, i.email, i.token_enc," \
    " i.role_id, i.groups, i.inviter_account_id, i.invited_by, i.invited_by_email, i.email_sent," \
    " i.expires_at, i.accepted_at, i.email_sent_at, i.created_at, i.updated_at" FROM_INVITATIONS
static const struct sql BY_TOKEN = SQL(INVITATION_COLUMNS " WHERE i.token_hash = :hash");
static const struct sql OPEN_ONE = SQL(
    INVITATION_COLUMNS " WHERE i.account_id = :account AND i.email = :email"
    " AND i.accepted_at IS NULL AND i.expires_at > :now LIMIT 1");
static const struct col INVITATION_COLS[] = {
    COL(C_TEXT, invitation, id),           COL(C_TEXT, invitation, account_id),
    COL(C_TEXT, invitation, account_code), COL(C_TEXT, invitation, account_name),
    COL(C_TEXT, invitation, email),        COL(C_TEXT, invitation, token_enc),
    COL(C_INT, invitation, role_id),       COL(C_TEXT, invitation, groups),
    COL(C_TEXT, invitation, inviter_account_id),
    COL(C_TEXT, invitation, invited_by),   COL(C_TEXT, invitation, invited_by_email),
    COL(C_BOOL, invitation, email_sent),   COL(C_TIME, invitation, expires_at),
    COL(C_TIME, invitation, accepted_at),  COL(C_TIME, invitation, email_sent_at),
    COL(C_TIME, invitation, created_at),   COL(C_TIME, invitation, updated_at), { 0 },
};

/* ---- reading ---- */

/* What a row does not say itself. */
static void complete(struct cx *cx, struct invitation *it)
{
    it->status = it->accepted_at != 0 ? "accepted" : it->expires_at <= cx->now ? "expired"
                                                                               : "pending";
    if (!seal_open(cx, PURPOSE, it->token_enc, &it->token))     /* another encryption_key by now */
        it->token = NO_STR;
}

static bool one(struct cx *cx, struct rows *rows, bool *found, struct invitation *out)
{
    *found = rows_next(rows, INVITATION_COLS, out);
    if (*found)
        complete(cx, out);
    return *found || rows_done(rows);
}

static void put_seen(struct qb *q)
{
    if (q->cx->who->is_superadmin) {
        qb_lit(q, SQL_OF(" WHERE 1 = 1"));
        return;
    }
    qb_lit(q, SQL_OF(" WHERE i.account_id = "));
    qb_value(q, p_text(NULL, q->cx->who->account_id));
}

static bool find(struct cx *cx, struct str id, struct invitation *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    bool found = false;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF(INVITATION_COLUMNS));
    put_seen(&q);
    qb_lit(&q, SQL_OF(" AND i.id = "));
    qb_value(&q, p_text(NULL, id));
    if (ident_is_uuid(id)) {
        TRY(qb_query(&q, &rows));
        TRY(one(cx, &rows, &found, out));
    }
    return found || fail(cx, E_NOT_FOUND, "Not found", "Invitation not found");
}

bool invitation_get(struct cx *cx, struct str id, struct invitation *out)
{
    return find(cx, id, out);
}

static bool by_token(struct cx *cx, struct str token, bool *found, struct invitation *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, BY_TOKEN, BIND(p_text("hash", mac_sha256_hex(cx->mem, token))), &rows));
    return one(cx, &rows, found, out);
}

bool invitation_look(struct cx *cx, struct str token, struct invitation *out)
{
    bool found;
    TRY(by_token(cx, token, &found, out));
    if (!found)
        return fail(cx, E_NOT_FOUND, "Not found", "Invalid invitation token");
    if (out->accepted_at != 0)
        return fail(cx, E_INVALID, "Already accepted", "Invitation has already been accepted");
    return out->expires_at > cx->now
        || fail(cx, E_INVALID, "Expired", "Invitation has expired");
}

static void put_status(struct qb *q, struct str status)
{
    if (str_absent(status))
        return;
    if (str_eq(status, S("cancelled"))) {       /* those are gone */
        qb_lit(q, SQL_OF(" AND 1 = 0"));
    } else if (str_eq(status, S("accepted"))) {
        qb_lit(q, SQL_OF(" AND i.accepted_at IS NOT NULL"));
    } else {
        qb_lit(q, SQL_OF(" AND i.accepted_at IS NULL AND i.expires_at"));
        qb_lit(q, str_eq(status, S("expired")) ? SQL_OF(" <= ") : SQL_OF(" > "));
        qb_value(q, p_time(NULL, q->cx->now));
    }
}

static void put_where(struct qb *q, const struct invitation_query *query)
{
    struct param part = p_text(NULL, str_lower(q->cx->mem, query->search));
    put_seen(q);
    put_status(q, query->status);
    if (q->cx->who->is_superadmin && !str_absent(query->account_id)) {
        qb_lit(q, SQL_OF(" AND i.account_id = "));
        qb_value(q, p_text(NULL, query->account_id));
    }
    if (query->search.n > 0) {
        qb_lit(q, SQL_OF(" AND REPLACE(LOWER(i.email), "));
        qb_value(q, part);
        qb_lit(q, SQL_OF(", '') <> LOWER(i.email)"));
    }
}

static bool count(struct cx *cx, const struct invitation_query *query, int64_t *total)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT COUNT(*) FROM invitations i"));   /* none is without its account */
    put_where(&q, query);
    TRY(qb_query(&q, &rows));
    if (!rows_step(&rows))
        return rows_done(&rows) && broken(cx, "invitations cannot be counted");
    *total = rows_int(&rows, 0);
    return true;
}

static void put_page(struct qb *q, const struct invitation_query *query)
{
    int64_t size = query->page_size != 0 ? query->page_size : 25;
    int64_t page = query->page != 0 ? query->page : 1;
    qb_lit(q, SQL_OF(" ORDER BY i.created_at DESC, i.id DESC"));
    if (query->page == 0 && query->page_size == 0)
        return;
    qb_lit(q, SQL_OF(" LIMIT "));
    qb_value(q, p_int(NULL, size));
    qb_lit(q, SQL_OF(" OFFSET "));
    qb_value(q, p_int(NULL, page > INT64_MAX / size ? INT64_MAX : (page - 1) * size));
}

bool invitation_list(struct cx *cx, const struct invitation_query *query,
                     struct invitation_page *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    struct invitation *list = NULL;
    size_t n = 0;
    TRY(count(cx, query, &out->total));
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF(INVITATION_COLUMNS));
    put_where(&q, query);
    put_page(&q, query);
    TRY(qb_query(&q, &rows));
    for (struct invitation row = { .id = NO_STR }; rows_next(&rows, INVITATION_COLS, &row);) {
        complete(cx, &row);
        list = arena_more(cx->mem, list, n, sizeof *list);
        list[n++] = row;
    }
    out->at = list;
    out->n = n;
    return rows_done(&rows);
}

/* ---- the mail ---- */

static bool send(struct cx *cx, const struct invitation *it)
{
    struct configuration_product product;
    struct buf until;
    struct str job, account = it->account_id;
    if (!str_absent(it->inviter_account_id))
        account = it->inviter_account_id;
    TRY(configuration_product(cx, account, &product));
    buf_init(&until, cx->mem, 64);
    when_iso(&until, it->expires_at);
    const char *when = str_c(cx->mem, buf_text(&until));
    return message_enqueue(cx, &(struct message){
        .template_type = S("invitation"), .account_id = account, .recipient = it->email,
        .about = str_fmt(cx->mem, "invitation %.*s %.*s", STR_ARG(it->account_id),
                         STR_ARG(it->id)),
        .values = MESSAGE_VALUES(
            { S("invitation_url"), str_fmt(cx->mem, "%.*s/accept-invitation?token=%.*s",
                                           STR_ARG(product.app_url), STR_ARG(it->token)), true },
            { S("token"), it->token, true },
            { S("email"), it->email, false },
            { S("account_name"), it->account_name, false },
            { S("invited_by"), it->invited_by_email, false },
            { S("expires_at"), str_fmt(cx->mem, "%.10s %.8s UTC", when, when + 11), false }) },
        &job);
}

bool invitation_mailed(struct cx *cx, struct str account_id, struct str id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    bool well = change_update(cx, &(struct change){
        .table = S("invitations"), .account_id = account_id, .record_id = id,
        .key = BIND(p_text("account_id", account_id), p_text("id", id)),
        .new_values = BIND(p_bool("email_sent", true), p_time("email_sent_at", cx->now)) });
    if (well)
        return tx_commit(&tx);
    if (cx->err.kind != E_NOT_FOUND)
        return false;
    fail_forget(cx);                    /* it was cancelled while its mail was on the way */
    return true;
}

/* ---- inviting ---- */

/* Whose invitation it is: another account's only for superadmins. */
static bool choose_account(struct cx *cx, struct str wanted, struct account *out)
{
    bool found;
    if (str_absent(wanted))
        wanted = cx->who->account_id;
    if (!cx->who->is_superadmin && !str_eq(wanted, cx->who->account_id))
        return fail(cx, E_FORBIDDEN, "Forbidden",
                    "Only superadmins can invite users to other accounts");
    TRY(account_by_id(cx, wanted, &found, out));
    return found || fail(cx, E_NOT_FOUND, "Not found", "Account not found");
}

static void misfit(struct cx *cx, const char *loc, struct jv value)
{
    fail_add_field(cx, &(struct err_field){
        .type = "string_type", .msg = S("Input should be a valid string"), .loc = str_of(loc),
        .input = jv_print(cx->mem, value) });
}

static bool check_types(struct cx *cx, const struct invitation_wish *wish)
{
    enum jv_kind role = wish->role_id.kind;
    if (role != JV_ABSENT && role != JV_NULL && role != JV_INT && role != JV_TEXT)
        misfit(cx, "[\"body\",\"role_id\"]", wish->role_id);
    for (size_t i = 0; i < jv_count(wish->groups); i++)
        if (jv_at(wish->groups, i).kind != JV_TEXT)
            misfit(cx, str_fmt(cx->mem, "[\"body\",\"groups\",%zu]", i).p,
                   jv_at(wish->groups, i));
    return fail_fields(cx);
}

static bool choose_role(struct cx *cx, struct jv wanted, int64_t *role_id)
{
    struct role role;
    bool found = false;
    *role_id = 0;
    if (wanted.kind == JV_ABSENT || wanted.kind == JV_NULL)
        return true;
    if (wanted.kind == JV_INT)
        *role_id = jv_int(wanted);
    else if (!num_int(jv_text(wanted), role_id))
        *role_id = 0;
    TRY(role_by_id(cx, *role_id, &found, &role));
    if (!found)
        return fail(cx, E_NOT_FOUND, "Not found", "Role not found");
    if (!cx->who->is_superadmin && !str_eq(role.name, S("admin"))
        && !str_eq(role.name, S("user")))
        return fail(cx, E_FORBIDDEN, "Forbidden",
                    "Account admins can grant the roles admin and user only");
    return true;
}

static bool choose_group(struct cx *cx, struct str id, struct str account_id)
{
    struct group group = { .id = NO_STR };
    bool found = group_get(cx, id, &group);
    if (!found && cx->err.kind != E_NOT_FOUND)
        return false;
    fail_forget(cx);
    return (found && str_eq(group.account_id, account_id))
        || fail(cx, E_NOT_FOUND, "Not found", "Group not found");
}

/* Each once, as JSON. */
static bool choose_groups(struct cx *cx, struct jv wanted, struct str account_id, struct str *json)
{
    struct buf out;
    struct js js;
    buf_init(&out, cx->mem, MOST_GROUPS_JSON);
    js_init(&js, &out);
    js_array(&js, NULL);
    for (size_t i = 0; i < jv_count(wanted); i++) {
        struct str id = jv_text(jv_at(wanted, i));
        TRY(choose_group(cx, id, account_id));
        if (!str_has(buf_text(&out), id))
            js_text(&js, NULL, id);
    }
    js_end(&js);
    *json = buf_text(&out);
    return !out.over || broken(cx, "the groups of an invitation do not fit");
}

static bool is_free(struct cx *cx, struct str account_id, struct str email)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct invitation other;
    struct user user;
    bool found;
    TRY(user_by_email(cx, account_id, email, &found, &user));
    if (found)
        return fail(cx, E_INVALID, "Validation error",
                    "User with this email already exists in this account");
    TRY(db_query(cx, OPEN_ONE, BIND(p_text("account", account_id), p_text("email", email),
                                    p_time("now", cx->now)), &rows));
    TRY(one(cx, &rows, &found, &other));
    return !found
        || fail(cx, E_CONFLICT, "Conflict", "A pending invitation already exists for this email");
}

static bool insert(struct cx *cx, const struct invitation *it)
{
    return change_insert(cx, &(struct change){
        .table = S("invitations"), .account_id = it->account_id,
        .new_values = BIND(
            p_text("id", it->id), p_text("account_id", it->account_id), p_text("email", it->email),
            p_text("token_hash", mac_sha256_hex(cx->mem, it->token)),
            p_text("token_enc", seal_shut(cx, PURPOSE, it->token)),
            it->role_id != 0 ? p_int("role_id", it->role_id) : p_null("role_id"),
            p_text("groups", it->groups), p_text("inviter_account_id", it->inviter_account_id),
            p_text("invited_by", it->invited_by), p_text("invited_by_email", it->invited_by_email),
            p_time("expires_at", it->expires_at), p_null("accepted_at"),
            p_bool("email_sent", false), p_null("email_sent_at"),
            p_time("created_at", it->created_at), p_time("updated_at", it->updated_at)) });
}

bool invitation_lock(struct cx *cx, struct str account_id, struct str email)
{
    return tx_lock(cx, str_fmt(cx->mem, "invitation %.*s %.*s", STR_ARG(account_id),
                               STR_ARG(email)));
}

bool invitation_create(struct cx *cx, const struct invitation_wish *wish, struct invitation *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    const struct actor *who = cx->who;
    struct account account;
    *out = (struct invitation){
        .id = ident_uuid(cx->mem, cx->now), .email = wish->email, .status = "pending",
        .token = random_hex(cx->mem, TOKEN_BYTES), .inviter_account_id = cx_home(cx),
        .expires_at = cx->now + LIFE, .created_at = cx->now, .updated_at = cx->now };
    if (!who->is_service) {             /* a key is nobody's user */
        out->invited_by = who->id;
        out->invited_by_email = who->email;
    }
    TRY(check_types(cx, wish));
    TRY(tx_begin(cx, &tx));
    TRY(choose_account(cx, wish->account_id, &account));
    out->account_id = account.id;
    out->account_code = account.account_code;
    out->account_name = account.name;
    TRY(invitation_lock(cx, account.id, wish->email));
    TRY(is_free(cx, account.id, wish->email));
    TRY(choose_role(cx, wish->role_id, &out->role_id));
    TRY(choose_groups(cx, wish->groups, account.id, &out->groups));
    TRY(insert(cx, out));
    TRY(send(cx, out));
    return tx_commit(&tx);
}

bool invitation_spend(struct cx *cx, struct invitation *it)
{
    it->accepted_at = it->updated_at = cx->now;
    return change_update(cx, &(struct change){
        .table = S("invitations"), .account_id = it->account_id, .record_id = it->id,
        .key = BIND(p_text("account_id", it->account_id), p_text("id", it->id)),
        .new_values = BIND(p_time("accepted_at", cx->now), p_time("updated_at", cx->now)) });
}

bool invitation_resend(struct cx *cx, struct str id, struct invitation *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(find(cx, id, out));
    TRY(invitation_lock(cx, out->account_id, out->email));
    TRY(find(cx, id, out));             /* as it is now that nobody can accept it */
    if (!str_eq(str_of(out->status), S("pending")))
        return fail(cx, E_INVALID, "Validation error",
                    "Cannot resend invitation with status: %s", out->status);
    if (str_absent(out->token))
        return broken(cx, "the sealed token of an invitation does not open");
    TRY(attempts_mail(cx, out->account_id, out->email));
    TRY(send(cx, out));
    return tx_commit(&tx);
}

bool invitation_cancel(struct cx *cx, struct str id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct invitation it;
    TRY(tx_begin(cx, &tx));
    TRY(find(cx, id, &it));
    TRY(invitation_lock(cx, it.account_id, it.email));
    TRY(find(cx, id, &it));
    TRY(change_delete(cx, &(struct change){
        .table = S("invitations"), .account_id = it.account_id, .record_id = it.id,
        .key = BIND(p_text("account_id", it.account_id), p_text("id", it.id)) }));
    return tx_commit(&tx);
}
