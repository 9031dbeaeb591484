/* pagekeys.c — pages: a superadmin's API keys, and those that act for an account. */
#include "pagekeys.h"

#include "base/when.h"
#include "desk/confirm.h"
#include "desk/grid.h"
#include "desk/peopleform.h"
#include "identity/apikey.h"

static const char HERE[] = "keys";

/* Never the hash: its ends, so that a key in hand can be told from another. */
static struct str ends_of(struct cx *cx, const struct apikey *key)
{
    return str_fmt(cx->mem, "%.*s…%.*s", STR_ARG(str_sub(key->key_hash, 0, 6)),
                   STR_ARG(str_sub(key->key_hash, key->key_hash.n - 4, 4)));
}

/* ---- the list ---- */

struct list_in { int64_t offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = 1000000000), { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Name") }, { .label = W("Key"), .kind = GRID_CODE }, { .label = W("Status") },
    { .label = W("Acts for account"), .kind = GRID_CODE },
    { .label = W("Scopes"), .kind = GRID_CODE }, { .label = W("Last used"), .kind = GRID_TIME },
    { .label = W("Good until"), .kind = GRID_TIME }, { .label = W("Created"), .kind = GRID_TIME },
    { 0 },
};

static void put_status(struct grid *grid, const struct apikey *key)
{
    struct cx *cx = grid->desk->cx;
    if (!key->is_active)
        grid_badge(grid, GRID_BAD, phrase_of(cx, W("Revoked")));
    else if (key->expires_at != 0 && key->expires_at <= cx->now)
        grid_badge(grid, GRID_WARNING, phrase_of(cx, W("Expired")));
    else
        grid_badge(grid, GRID_GOOD, phrase_of(cx, W("Active")));
}

static void put_keys(struct desk *desk, const struct apikey_page *found, int64_t offset)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, COLUMNS, W("API keys"));
    for (size_t i = 0; i < found->n; i++) {
        const struct apikey *key = &found->at[i];
        grid_row(&grid);
        grid_link(&grid, key->name, DESK_PATH(cx, S("keys"), key->id));
        grid_text(&grid, ends_of(cx, key));
        put_status(&grid, key);
        grid_text(&grid, key->acts_for);
        grid_text(&grid, key->scopes);
        grid_time(&grid, key->last_used_at);
        grid_time(&grid, key->expires_at);
        grid_time(&grid, key->created_at);
    }
    grid_empty(&grid, W("You have no keys yet. Programs call the API with one."), W("New key"),
               S("/admin/keys/new"));
    grid_pages(&grid, offset, desk->rows, found->total);
    grid_put(&grid, "table");
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct apikey_page found;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("API keys")));
    TRY(apikey_list(cx, desk.rows, in->offset, &found));
    desk_action(&desk, phrase_of(cx, W("New key")), S("/admin/keys/new"));
    desk_api(&desk, "GET", S("/api/v1/admin/api-keys?limit=30"), NO_STR,
             S("client.apiKeys.list()"));
    desk_put(&desk, fills_rows("filter", &(struct fills_list){ .mem = cx->mem }));
    put_keys(&desk, &found, in->offset);
    return desk_show(&desk, "admin/list.html");
}

/* ---- a new one ---- */

static const struct form_field FIELDS[] = {
    { "name", FORM_TEXT, .label = W("Name"), .required = true, .max = 100,
      .hint = W("What it is for: 3 characters at least.") },
    { "expires", FORM_DATE, .label = W("Good until"), .hint = W("Empty: until it is revoked.") },
    { "service", FORM_TEXT, .label = W("Acts for account"), .max = 64,
      .hint = W("Its code, short name or id. Empty: the key speaks for you.") },
    { "scopes", FORM_CHOICES, .label = W("Scopes of a key that acts for an account") },
    { 0 },
};
static const struct form_option SCOPES[] = {
    { S_INIT("admin"), S_INIT("admin") },
    { S_INIT("records:secrets:read"), S_INIT("records:secrets:read") },
};

struct new_in { struct str account; struct formdata form; };
static const struct input NEW_IN[] = { IN(QUERY, T_TEXT, new_in, account), { 0 } };
static const struct input CREATE_IN[] = { IN(FORM, T_WHOLE_FORM, new_in, form), { 0 } };

static bool show_new(struct form *form, struct reply *reply)
{
    struct cx *cx = form->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("New key")));
    desk_crumb(&desk, phrase_of(cx, W("API keys")), S("/admin/keys"));
    desk_api(&desk, "POST", S("/api/v1/admin/api-keys"),
             S("{\"name\":\"…\",\"account_id\":null,\"scopes\":[]}"),
             S("client.apiKeys.create({ name, expires_at })"));
    form->submit = W("Create the key");
    form->cancel = S("/admin/keys");
    form->once = true;
    form_put(form, &desk, "form");
    return desk_show(&desk, "admin/edit.html");
}

static void open_new(struct form *form, struct cx *cx)
{
    form_init(form, cx, FIELDS);
    form_options(form, "scopes", SCOPES, COUNT(SCOPES));
}

static bool new_key(struct cx *cx, const void *input, struct reply *reply)
{
    const struct new_in *in = input;
    struct form form;
    open_new(&form, cx);
    form_set(&form, "service", in->account);
    return show_new(&form, reply);
}

static bool read_scopes(const struct form *form, struct apikey_wish *wish)
{
    const struct str *chosen;
    size_t n = form_many(form, "scopes", &chosen);
    struct jv_fault fault;
    struct buf text;
    if (n == 0)
        return true;
    buf_init(&text, form->cx->mem, 1024);
    for (size_t i = 0; i < n; i++)
        buf_fmt(&text, "%s\"%.*s\"", i > 0 ? "," : "[", STR_ARG(chosen[i]));
    buf_c(&text, ']');
    return jv_parse(form->cx, buf_text(&text), &wish->scopes, &fault);
}

/* The last moment of the day that was chosen. */
static void read_end(struct form *form, struct apikey_wish *wish)
{
    struct cx *cx = form->cx;
    struct str day = form_text(form, "expires");
    if (day.n == 0)
        return;
    if (!when_parse_date(day) || !when_parse(day, &wish->expires_at))
        form_fault(form, "expires", phrase_of(cx, W("This must be a date.")));
    else if (wish->expires_at + WHEN_DAY <= cx->now)
        form_fault(form, "expires", phrase_of(cx, W("This day is over.")));
    wish->expires_at += WHEN_DAY - WHEN_SECOND;
}

static bool read_wish(struct form *form, struct apikey_wish *wish)
{
    struct str service = form_text(form, "service");
    wish->name = form_text(form, "name");
    if (wish->name.n > 0 && wish->name.n < 3)
        form_fault(form, "name", phrase_of(form->cx, W("At least 3 characters.")));
    read_end(form, wish);
    if (service.n > 0)
        TRY(peopleform_find_account(form, "service", &wish->account_id));
    return read_scopes(form, wish);
}

/* The only page that ever shows it. */
static bool show_made(struct cx *cx, const struct apikey *key, struct str text,
                      struct reply *reply)
{
    struct desk desk;
    desk_open(&desk, reply, HERE, key->name);
    desk_crumb(&desk, phrase_of(cx, W("API keys")), S("/admin/keys"));
    desk_api(&desk, "GET", S("/api/v1/auth/me"), NO_STR, NO_STR);
    desk_put(&desk, fill_text("key", text));
    return desk_show(&desk, "admin/keymade.html");
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct new_in *in = input;
    struct apikey_wish wish = { 0 };
    struct apikey key;
    struct str text;
    struct form form;
    open_new(&form, cx);
    form_read(&form, &in->form);
    TRY(read_wish(&form, &wish));
    if (form_good(&form) && apikey_create(cx, &wish, &key, &text))
        return show_made(cx, &key, text, reply);
    TRY(form_take(&form));
    reply_status(reply, form_status(&form));
    return show_new(&form, reply);
}

/* ---- one, and its end ---- */

struct one_in { struct str id; struct formdata form; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };
static const struct input POSTED_IN[] = {
    IN(PATH, T_TEXT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct apikey key;
    struct desk desk;
    TRY(apikey_get(cx, in->id, &key));
    desk_open(&desk, reply, HERE, key.name);
    desk_crumb(&desk, phrase_of(cx, W("API keys")), S("/admin/keys"));
    if (key.is_active)
        desk_action(&desk, phrase_of(cx, W("Revoke")),
                    DESK_PATH(cx, S("keys"), key.id, S("delete")));
    desk_api(&desk, "GET", str_fmt(cx->mem, "/api/v1/admin/api-keys/%.*s", STR_ARG(key.id)),
             NO_STR, S("client.apiKeys.get(id)"));
    desk_put(&desk, fills_rows("filter", &(struct fills_list){ .mem = cx->mem }));
    put_keys(&desk, &(struct apikey_page){ &key, 1, 1 }, 0);
    return desk_show(&desk, "admin/list.html");
}

static bool ask(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct apikey key;
    TRY(apikey_get(cx, in->id, &key));
    struct confirm confirm = {
        .question = phrase_with(cx, W("Revoke the key {name}?"),
                                (const struct fill[]){ fill_text("name", key.name), { 0 } }),
        .about = phrase_of(cx, W("Whoever calls with it is refused from now on. It cannot be taken"
                                 " back.")),
        .button = W("Revoke"), .back = DESK_PATH(cx, S("keys"), key.id) };
    return confirm_show(&confirm, reply, HERE);
}

static bool revoke(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(apikey_revoke(cx, in->id));
    return desk_go(reply, S("/admin/keys"), phrase_of(cx, W("The key is revoked.")));
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagekeys_routes[] = {
    { GET, "/admin/keys", PAGE, INPUT(LIST_IN, list_in), .run = list, .title = "API keys" },
    { GET, "/admin/keys/new", PAGE, INPUT(NEW_IN, new_in), .run = new_key, .title = "New key" },
    { POST, "/admin/keys/new", PAGE, INPUT(CREATE_IN, new_in), .run = create,
      .title = "New key" },
    { GET, "/admin/keys/{id}", PAGE, INPUT(ONE_IN, one_in), .run = show, .title = "An API key" },
    { GET, "/admin/keys/{id}/delete", PAGE, INPUT(ONE_IN, one_in), .run = ask,
      .title = "Revoke an API key?" },
    { POST, "/admin/keys/{id}/delete", PAGE, INPUT(POSTED_IN, one_in), .run = revoke,
      .title = "Revoke an API key" },
    { 0 },
};
