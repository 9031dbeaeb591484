/* apikeys.c — a superadmin's API keys, and those that act for an account. */
#include "apikeys.h"

#include "identity/apikey.h"

#define SERVICE_OUT(from)                                                                          \
    OUT_AS(O_TEXT, from, acts_for, "account_id", .about = "The account that the key acts for"),    \
    OUT(O_JSON, from, scopes)

/* ---- making ---- */

static const struct input CREATE_IN[] = {
    IN(BODY, T_TEXT, apikey_wish, name, .required = true, .min = 3, .max = 100),
    IN(BODY, T_TIME, apikey_wish, expires_at, .about = "Never, when left out"),
    IN(BODY, T_TEXT, apikey_wish, account_id,
       .about = "The key acts for this account, with the role user, and never as a superadmin"),
    IN(BODY, T_LIST, apikey_wish, scopes, .max = 20,
       .about = "admin: the role admin in that account; records:secrets:read"),
    { 0 },
};
struct made { struct str name, id, key, acts_for, scopes; int64_t expires_at, created_at; };
static const struct output MADE_OUT[] = {
    OUT(O_TEXT, made, name), OUT(O_TEXT, made, id),
    OUT(O_TEXT, made, key, .about = "The key itself, which is never shown again"),
    OUT(O_TIME, made, expires_at), OUT(O_TIME, made, created_at), SERVICE_OUT(made), { 0 },
};

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    struct apikey key;
    struct str text;
    TRY(apikey_create(cx, input, &key, &text));
    struct made out = { .name = key.name, .id = key.id, .key = text, .acts_for = key.acts_for,
                        .scopes = key.scopes, .expires_at = key.expires_at,
                        .created_at = key.created_at };
    return reply_with(reply, MADE_OUT, &out);
}

/* ---- looking ---- */

struct item {
    struct str name, id, key, acts_for, scopes;
    int64_t last_used_at, expires_at, created_at, updated_at;
    bool is_active;
};
#define ITEM_OUT                                                                                   \
    OUT(O_TEXT, item, name), OUT(O_TEXT, item, id),                                                \
    OUT(O_TEXT, item, key, .about = "The ends of its SHA-256"),                                    \
    OUT(O_TIME, item, last_used_at), OUT(O_TIME, item, expires_at), OUT(O_BOOL, item, is_active),  \
    OUT(O_TIME, item, created_at), SERVICE_OUT(item)
static const struct output ITEM[] = { ITEM_OUT, { 0 } };
static const struct output ITEM_WHOLE[] = { ITEM_OUT, OUT(O_TIME, item, updated_at), { 0 } };
struct list { struct out_list items; int64_t total; };
static const struct output LIST_OUT[] = {
    OUT(O_LIST, list, items, .of = ITEM), OUT(O_INT, list, total), { 0 },
};

static struct item item_of(struct cx *cx, const struct apikey *key)
{
    struct str hash = key->key_hash;
    return (struct item){
        .name = key->name, .id = key->id, .acts_for = key->acts_for,
        .scopes = str_absent(key->scopes) ? S("[]") : key->scopes,
        .key = str_fmt(cx->mem, "%.*s...%.*s", STR_ARG(str_sub(hash, 0, 6)),
                       STR_ARG(str_sub(hash, hash.n - 4, 4))),
        .last_used_at = key->last_used_at, .expires_at = key->expires_at,
        .created_at = key->created_at, .updated_at = key->updated_at,
        .is_active = key->is_active };
}

struct list_in { int64_t limit, offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_INT, list_in, limit, .least = 0, .most = 1000, .about = "0: all"),
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = INT64_MAX),
    { 0 },
};

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct apikey_page page;
    TRY(apikey_list(cx, in->limit, in->offset, &page));
    struct item *items = arena_list(cx->mem, struct item, page.n);
    for (size_t i = 0; i < page.n; i++)
        items[i] = item_of(cx, &page.at[i]);
    return reply_with(reply, LIST_OUT, &(struct list){
        .items = { .at = items, .n = page.n, .each = sizeof *items }, .total = page.total });
}

struct one_in { struct str id; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };

static bool get(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct apikey key;
    TRY(apikey_get(cx, in->id, &key));
    struct item item = item_of(cx, &key);
    return reply_with(reply, ITEM_WHOLE, &item);
}

static bool revoke(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(apikey_revoke(cx, in->id));
    return reply_empty(reply);
}

const struct route apikeys_routes[] = {
    { POST, "/api/v1/admin/api-keys", .need = NEED_SUPERADMIN, INPUT(CREATE_IN, apikey_wish),
      .output = MADE_OUT, .status = 201, .run = create, .title = "Create an API key",
      .about = "The key speaks for the superadmin who makes it, or, with account_id, for that"
               " account: then its caller is a service with the role user and no user behind it." },
    { GET, "/api/v1/admin/api-keys", .need = NEED_SUPERADMIN, INPUT(LIST_IN, list_in),
      .output = LIST_OUT, .run = list, .title = "List your API keys",
      .about = "The newest first, revoked ones included." },
    { GET, "/api/v1/admin/api-keys/{id}", .need = NEED_SUPERADMIN, INPUT(ONE_IN, one_in),
      .output = ITEM_WHOLE, .run = get, .title = "Show an API key" },
    { DELETE, "/api/v1/admin/api-keys/{id}", .need = NEED_SUPERADMIN, INPUT(ONE_IN, one_in),
      .status = 204, .run = revoke, .title = "Revoke an API key",
      .about = "It ends at once, for good." },
    { 0 },
};
