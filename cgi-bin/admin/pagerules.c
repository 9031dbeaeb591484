/* pagerules.c — an overview: every collection, every operation, whom it is open to. */
#include "pagerules.h"

#include "base/num.h"
#include "data/rulelook.h"
#include "desk/form.h"
#include "identity/permission.h"
#include "identity/role.h"

enum { SEEN_OF_RULE = 60, ROLES_SHOWN = 4 };

/* ---- how it is said ---- */

struct reach_words { const char *word, *label, *tone; };
static const struct reach_words REACHES[] = {
    [RULELOOK_NOBODY] = { "locked", W("locked"), "" },
    [RULELOOK_BROKEN] = { "broken", W("broken: denies"), "warning" },
    [RULELOOK_ANYBODY] = { "public", W("public"), "bad" },
    [RULELOOK_SOME_ROWS] = { "partly", W("public in part"), "bad" },
    [RULELOOK_SIGNED_IN] = { "signed", W("signed in"), "good" },
    [RULELOOK_BY_RULE] = { "rule", W("by rule"), "note" },
};
static const char *const OPERATIONS[OP_COUNT] = {
    W("List"), W("View"), W("Create"), W("Update"), W("Delete"),
};

/* ---- what roles add ---- */

struct granted { struct permission_list list; struct role_list roles; };

static struct str role_name(const struct granted *granted, int64_t id)
{
    for (size_t i = 0; i < granted->roles.n; i++)
        if (granted->roles.at[i].id == id)
            return granted->roles.at[i].name;
    return S("?");
}

static enum permission_operation granted_as(enum operation op)
{
    return op == OP_CREATE ? PERMISSION_CREATE : op == OP_UPDATE ? PERMISSION_UPDATE
         : op == OP_DELETE ? PERMISSION_DELETE : PERMISSION_READ;
}

/* Their names, with commas; absent: none. */
static struct str roles_for(struct cx *cx, const struct granted *granted, struct str collection,
                            enum operation op)
{
    struct buf out;
    size_t n = 0;
    buf_init(&out, cx->mem, 4096);
    for (size_t i = 0; i < granted->list.n; i++) {
        const struct permission *p = &granted->list.at[i];
        if (!str_eq(p->collection, collection) || str_absent(p->grants[granted_as(op)].rule))
            continue;
        if (n < ROLES_SHOWN)
            buf_fmt(&out, "%s%.*s", n > 0 ? ", " : "",
                    STR_ARG(role_name(granted, p->role_id)));
        n++;
    }
    if (n > ROLES_SHOWN)
        buf_fmt(&out, " +%zu", n - ROLES_SHOWN);
    return n > 0 ? buf_text(&out) : NO_STR;
}

static void put_roles(struct cx *cx, struct fills *cell, struct str roles)
{
    fills_add(cell, fill_text("roles", str_absent(roles) ? S("")
                    : phrase_with(cx, W("and roles: {roles}"),
                                  (const struct fill[]){ fill_text("roles", roles), { 0 } })));
}

/* ---- the table ---- */

struct overview {
    struct cx *cx;
    struct granted granted;
    struct str search, reach;               /* absent: all                                        */
    int64_t counts[COUNT(REACHES)];
    int64_t skip, limit, found;             /* collections that fit                               */
    struct fills_list body;
};

static void put_operation(struct overview *o, struct fills_list *cells, const struct collection *c,
                          enum operation op, enum rulelook_reach reach)
{
    struct cx *cx = o->cx;
    struct fills cell = { .mem = cx->mem };
    struct str rule = c->rules[op];
    bool says = rule.n > 0 && (reach == RULELOOK_BY_RULE || reach == RULELOOK_SOME_ROWS
                               || reach == RULELOOK_BROKEN);
    if (says && rule.n > SEEN_OF_RULE)
        rule = str_fmt(cx->mem, "%.*s…", SEEN_OF_RULE, rule.p);
    fills_add(&cell, fill_text("operation", phrase_of(cx, OPERATIONS[op])));
    fills_add(&cell, fill_text("tone", str_of(REACHES[reach].tone)));
    fills_add(&cell, fill_text("label", phrase_of(cx, REACHES[reach].label)));
    fills_add(&cell, fill_text("rule", says ? rule : S("")));
    put_roles(cx, &cell, roles_for(cx, &o->granted, c->name, op));
    fills_row(cells, &cell);
}

static bool fits(const struct overview *o, const struct collection *c,
                 const enum rulelook_reach reaches[OP_COUNT])
{
    bool any = str_absent(o->reach);
    for (int op = 0; op < OP_COUNT && !any; op++)
        any = str_eq(o->reach, str_of(REACHES[reaches[op]].word));
    return any && (str_absent(o->search)
                   || str_has(str_lower(o->cx->mem, c->name), str_lower(o->cx->mem, o->search)));
}

static void put_collection(struct overview *o, const struct collection *c)
{
    struct cx *cx = o->cx;
    enum rulelook_reach reaches[OP_COUNT];
    struct fills row = { .mem = cx->mem };
    struct fills_list cells = { .mem = cx->mem };
    int most = c->view != NULL ? OP_CREATE : OP_COUNT;      /* nobody writes to a view */
    for (int op = 0; op < OP_COUNT; op++)
        reaches[op] = op < most ? rulelook_reach(cx, c, (enum operation)op) : RULELOOK_NOBODY;
    for (int op = 0; op < most; op++)
        o->counts[reaches[op]]++;
    if (!fits(o, c, reaches) || o->found++ < o->skip || (int64_t)o->body.n >= o->limit)
        return;
    for (int op = 0; op < OP_COUNT; op++)
        put_operation(o, &cells, c, (enum operation)op, reaches[op]);
    fills_add(&row, fill_text("name", c->name));
    fills_add(&row, fill_text("href", DESK_PATH(cx, S("rules"), c->name)));
    fills_add(&row, fills_rows("cells", &cells));
    fills_row(&o->body, &row);
}

/* What roles may with every collection. */
static void put_everything(struct desk *desk, struct overview *o)
{
    struct cx *cx = o->cx;
    struct fills row = { .mem = cx->mem };
    struct fills_list cells = { .mem = cx->mem }, none = { .mem = cx->mem };
    bool any = false;
    for (int op = 0; op < OP_COUNT; op++) {
        struct fills cell = { .mem = cx->mem };
        struct str roles = roles_for(cx, &o->granted, S("*"), (enum operation)op);
        any = any || !str_absent(roles);
        fills_add(&cell, fill_text("operation", phrase_of(cx, OPERATIONS[op])));
        put_roles(cx, &cell, roles);
        fills_row(&cells, &cell);
    }
    fills_add(&row, fills_rows("cells", &cells));
    desk_put(desk, any ? fills_one("everything", &row) : fills_rows("everything", &none));
}

static void put_counts(struct desk *desk, const struct overview *o)
{
    static const enum rulelook_reach ORDER[] = {
        RULELOOK_ANYBODY, RULELOOK_SOME_ROWS, RULELOOK_SIGNED_IN, RULELOOK_BY_RULE,
        RULELOOK_NOBODY, RULELOOK_BROKEN };
    struct cx *cx = desk->cx;
    struct fills_list tiles = { .mem = cx->mem };
    for (size_t i = 0; i < COUNT(ORDER); i++) {
        struct fills tile = { .mem = cx->mem };
        if (o->counts[ORDER[i]] == 0 && ORDER[i] == RULELOOK_BROKEN)
            continue;
        fills_add(&tile, fill_int("count", o->counts[ORDER[i]]));
        fills_add(&tile, fill_text("label", phrase_of(cx, REACHES[ORDER[i]].label)));
        fills_add(&tile, fill_text("href", str_fmt(cx->mem, "/admin/rules?reach=%s",
                                                   REACHES[ORDER[i]].word)));
        fills_row(&tiles, &tile);
    }
    desk_put(desk, fills_rows("tiles", &tiles));
}

/* ---- its filters and its pages ---- */

static const struct form_field FILTERS[] = {
    { "search", FORM_SEARCH, .label = W("Collection") },
    { "reach", FORM_CHOICE, .label = W("Open to") },
    { 0 },
};

static bool read_filters(struct cx *cx, struct str query, struct form *form, struct overview *o)
{
    struct form_option *options = arena_list(cx->mem, struct form_option, COUNT(REACHES) + 1);
    struct formdata sent;
    TRY(formdata_read(cx, query, "query", &sent));
    options[0] = (struct form_option){ S(""), phrase_of(cx, W("Any")) };
    for (size_t i = 0; i < COUNT(REACHES); i++)
        options[i + 1] = (struct form_option){ str_of(REACHES[i].word),
                                               phrase_of(cx, REACHES[i].label) };
    form_init(form, cx, FILTERS);
    form_options(form, "reach", options, COUNT(REACHES) + 1);
    form->is_get = true;
    form->submit = W("Filter");
    form_read(form, &sent);
    o->search = form_text(form, "search").n > 0 ? form_text(form, "search") : NO_STR;
    o->reach = form_text(form, "reach").n > 0 ? form_text(form, "reach") : NO_STR;
    if (!num_int(formdata_text(&sent, "offset"), &o->skip) || o->skip < 0)
        o->skip = 0;
    return true;
}

static struct str at_offset(struct reply *reply, int64_t offset)
{
    return desk_with(reply, "offset", offset <= 0 ? NO_STR
                     : str_fmt(reply->cx->mem, "%lld", (long long)offset));
}

static void put_pager(struct desk *desk, const struct overview *o)
{
    struct cx *cx = desk->cx;
    struct fills pager = { .mem = cx->mem };
    int64_t last = o->skip + (int64_t)o->body.n;
    struct fill words[] = { fill_int("first", o->body.n > 0 ? o->skip + 1 : 0),
                            fill_int("last", last), fill_int("total", o->found), { 0 } };
    fills_add(&pager, fill_text("words", phrase_with(cx, W("{first}–{last} of {total}"), words)));
    fills_add(&pager, fill_text("previous", o->skip == 0 ? NO_STR
                                : at_offset(desk->reply, o->skip - o->limit)));
    fills_add(&pager, fill_text("next", last >= o->found ? NO_STR : at_offset(desk->reply, last)));
    desk_put(desk, fills_one("pager", &pager));
}

struct list_in { struct str query; };
static const struct input LIST_IN[] = { IN(QUERY, T_WHOLE_QUERY, list_in, query), { 0 } };

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct overview o = { .cx = cx, .body = { .mem = cx->mem } };
    const struct collection *const *all;
    struct desk desk;
    struct form form;
    size_t n;
    desk_open(&desk, reply, "rules", phrase_of(cx, W("Rules")));
    TRY(read_filters(cx, in->query, &form, &o));
    o.limit = desk.rows;
    TRY(permission_all(cx, 0, &o.granted.list));
    TRY(role_all(cx, &o.granted.roles));
    TRY(collection_all(cx, &all, &n));
    for (size_t i = 0; i < n; i++)
        put_collection(&o, all[i]);
    put_counts(&desk, &o);
    put_everything(&desk, &o);
    put_pager(&desk, &o);
    desk_put(&desk, fills_rows("body", &o.body));
    desk_put(&desk, fill_flag("is_empty", o.body.n == 0));
    desk_put(&desk, fill_flag("has_none", n == 0));
    reply_status(reply, form_status(&form));
    form_put(&form, &desk, "form");
    desk_api(&desk, "GET", S("/api/v1/collections"), NO_STR, S("client.collections.list()"));
    return desk_show(&desk, "admin/rules/overview.html");
}

const struct route pagerules_routes[] = {
    { GET, "/admin/rules", .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, INPUT(LIST_IN, list_in),
      .run = list, .hidden = true, .title = "The rules of all collections" },
    { 0 },
};
