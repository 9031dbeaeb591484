/* pageruleset.c — five rules and four field lists: what they are, what they would come to. */
#include "pageruleset.h"

#include "data/collectionrules.h"
#include "identity/permission.h"
#include "identity/role.h"
#include "pageruletry.h"

enum { ROLES_TRIED = 12, GROUPS_MOST = ROLES_TRIED + 1, RULE_ROWS = 3 };

/* ---- the form ---- */

#define OPERATION(op, words, rule)                                                                 \
    { op "_who", FORM_CHOICE, .label = words, .required = true },                                  \
    { op "_rule", FORM_CODE, .label = rule, .rows = RULE_ROWS, .max = 8192 }
#define LIST(op, words) { op "_fields", FORM_TEXT, .label = words,                                 \
    .hint = W("Their names with commas between them; * for all."), .max = 8192 }
static const struct form_field FIELDS[] = {
    OPERATION("list", W("Who may list records"), W("Rule to list")),
    LIST("list", W("Fields that lists show")),
    OPERATION("view", W("Who may view a record"), W("Rule to view")),
    LIST("view", W("Fields that a record shows")),
    OPERATION("create", W("Who may create records"), W("Rule to create")),
    LIST("create", W("Fields that may be given")),
    OPERATION("update", W("Who may update a record"), W("Rule to update")),
    LIST("update", W("Fields that may be changed")),
    OPERATION("delete", W("Who may delete a record"), W("Rule to delete")),
    { 0 },
};
enum { OF_A_VIEW = 6 };                     /* the first so many, since nobody writes to a view   */

static int operations_of(const struct collection *c)
{
    return c->view != NULL ? OP_CREATE : OP_COUNT;
}

static const char *name_of(struct cx *cx, enum operation op, const char *what)
{
    return str_fmt(cx->mem, "%s_%s", collection_operations[op], what).p;
}

static const struct form_field *fields_for(struct cx *cx, const struct collection *c)
{
    struct form_field *fields;
    if (c->view == NULL)
        return FIELDS;
    fields = arena_list(cx->mem, struct form_field, OF_A_VIEW + 1);
    for (size_t i = 0; i < OF_A_VIEW; i++)
        fields[i] = FIELDS[i];
    return fields;
}

static void open_form(struct cx *cx, const struct collection *c, struct form *form)
{
    struct form_option *whose = arena_list(cx->mem, struct form_option, 3);
    whose[0] = (struct form_option){ S("locked"), phrase_of(cx, W("locked: nobody but superadmins"
                                                                  " and whom a role lets")) };
    whose[1] = (struct form_option){ S("public"), phrase_of(cx, W("public: anybody, without"
                                                                  " signing in")) };
    whose[2] = (struct form_option){ S("rule"), phrase_of(cx, W("whom the rule lets")) };
    form_init(form, cx, fields_for(cx, c));
    for (int op = 0; op < operations_of(c); op++) {
        struct str rule = c->rules[op];
        form_options(form, name_of(cx, (enum operation)op, "who"), whose, 3);
        form_set(form, name_of(cx, (enum operation)op, "who"),
                 str_absent(rule) ? S("locked") : rule.n == 0 ? S("public") : S("rule"));
        form_set(form, name_of(cx, (enum operation)op, "rule"), rule);
        if (op < OP_DELETE)
            form_set(form, name_of(cx, (enum operation)op, "fields"),
                     pageruletry_list(cx, c->lists[op].text));
    }
    form->changed_at = c->rules_updated_at;
    form_guard(form);
}

/* What the form says that the rules should be. */
struct typed {
    struct str rules[OP_COUNT], lists[OP_COUNT];
    struct rulelook looks[OP_COUNT];
};

static struct str rule_typed(struct form *form, enum operation op)
{
    struct cx *cx = form->cx;
    struct str who = form_text(form, name_of(cx, op, "who"));
    struct str text = form_text(form, name_of(cx, op, "rule"));
    return str_eq(who, S("locked")) ? NO_STR : str_eq(who, S("public")) ? S("") : text;
}

static void check_list(struct form *form, const struct collection *c, const char *name)
{
    struct str rest = form_text(form, name), one;
    if (str_eq(rest, S("*")))
        return;
    while (str_cut(&rest, ',', &one)) {
        one = str_trim(one);
        if (one.n > 0 && collection_field(c, one) == NULL && !collection_system_column(one))
            form_fault(form, name, phrase_with(form->cx, W("There is no field {name}."),
                       (const struct fill[]){ fill_text("name", one), { 0 } }));
    }
}

static bool read_typed(struct form *form, const struct collection *c, struct typed *out)
{
    struct cx *cx = form->cx;
    *out = (struct typed){ 0 };
    for (int i = 0; i < operations_of(c); i++) {
        enum operation op = (enum operation)i;
        const char *rule = name_of(cx, op, "rule");
        out->rules[op] = rule_typed(form, op);
        TRY(rulelook_read(cx, c, op, out->rules[op], &out->looks[op]));
        if (str_eq(form_text(form, name_of(cx, op, "who")), S("rule"))
            && str_trim(out->rules[op]).n == 0)
            form_fault(form, rule, phrase_of(cx, W("Write a rule, or choose locked or public.")));
        else if (out->looks[op].state == RULELOOK_FAULTY)
            form_fault(form, rule, phrase_message(cx, out->looks[op].error));
        if (op == OP_DELETE)
            continue;
        out->lists[op] = form_text(form, name_of(cx, op, "fields"));
        check_list(form, c, name_of(cx, op, "fields"));
    }
    return true;
}

/* ---- checked ---- */

struct outcome { enum rule_verdict verdict; struct str sql, values, names; };

static bool outcome_for(struct cx *cx, const struct rulelook *look, const struct actor *who,
                        struct outcome *out)
{
    out->verdict = rulelook_verdict(cx, look, who);
    out->sql = out->values = NO_STR;
    return out->verdict != RULE_DEPENDS || rulelook_sql(cx, look, who, &out->sql, &out->values);
}

static bool is_same(const struct outcome *a, const struct outcome *b)
{
    return a->verdict == b->verdict && str_eq(a->sql, b->sql) && str_eq(a->values, b->values);
}

static struct str words_of(struct cx *cx, enum operation op, enum rule_verdict verdict)
{
    if (op == OP_CREATE)
        return phrase_of(cx, verdict == RULE_NEVER ? W("may create none")
                           : verdict == RULE_ALWAYS ? W("may create any")
                           : W("may create what satisfies this:"));
    return phrase_of(cx, verdict == RULE_NEVER ? W("no record")
                       : verdict == RULE_ALWAYS ? W("every record of the account")
                       : W("the records that satisfy this:"));
}

static struct actor somebody(struct cx *cx, struct str role)
{
    return (struct actor){
        .kind = ACTOR_USER, .role = role, .id = phrase_of(cx, W("(their id)")),
        .email = phrase_of(cx, W("(their e-mail address)")),
        .account_id = phrase_of(cx, W("(their account)")) };
}

/* Nobody first; then the roles, those together for whom it comes to the same. */
static bool outcomes_of(struct cx *cx, const struct rulelook *look, const struct role_list *roles,
                        struct outcome out[GROUPS_MOST], size_t *n)
{
    const struct actor nobody = { .kind = ACTOR_ANONYMOUS };
    out[0].names = phrase_of(cx, W("not signed in"));
    TRY(outcome_for(cx, look, &nobody, &out[0]));
    *n = 1;
    for (size_t i = 0; i < roles->n && i < ROLES_TRIED; i++) {
        struct str role = roles->at[i].name;
        struct actor who = somebody(cx, role);
        struct outcome is;
        size_t at = 1;
        TRY(outcome_for(cx, look, &who, &is));
        while (at < *n && !is_same(&out[at], &is))
            at++;
        if (at < *n) {
            out[at].names = str_fmt(cx->mem, "%.*s, %.*s", STR_ARG(out[at].names), STR_ARG(role));
            continue;
        }
        is.names = phrase_with(cx, W("role {role}"),
                               (const struct fill[]){ fill_text("role", role), { 0 } });
        out[(*n)++] = is;
    }
    return true;
}

static bool put_outcomes(struct fills *row, struct cx *cx, enum operation op,
                         const struct rulelook *look, const struct role_list *roles)
{
    struct outcome outcomes[GROUPS_MOST];
    struct fills_list list = { .mem = cx->mem };
    size_t n = 0;
    if (look->state == RULELOOK_READS)
        TRY(outcomes_of(cx, look, roles, outcomes, &n));
    for (size_t i = 0; i < n; i++) {
        struct fills one = { .mem = cx->mem };
        fills_add(&one, fill_text("names", outcomes[i].names));
        fills_add(&one, fill_text("words", words_of(cx, op, outcomes[i].verdict)));
        fills_add(&one, fill_text("sql", outcomes[i].sql));
        fills_add(&one, fill_text("values", outcomes[i].values));
        fills_row(&list, &one);
    }
    fills_add(row, fills_rows("outcomes", &list));
    return true;
}

static bool put_check(struct cx *cx, const struct collection *c, enum operation op,
                      const struct rulelook *look, const struct role_list *roles,
                      struct fills_list *rows)
{
    static const char *const OPERATIONS[OP_COUNT] = {
        W("List"), W("View"), W("Create"), W("Update"), W("Delete") };
    struct fills row = { .mem = cx->mem };
    struct str index = NO_STR;
    bool faulty = look->state == RULELOOK_FAULTY;
    for (size_t i = 0; op == OP_LIST && i < roles->n && str_absent(index); i++) {
        struct actor who = somebody(cx, roles->at[i].name);
        if (rulelook_verdict(cx, look, &who) == RULE_DEPENDS)
            TRY(rulelook_index(cx, c, look, &who, &index));
    }
    fills_add(&row, fill_text("operation", phrase_of(cx, OPERATIONS[op])));
    fills_add(&row, fill_flag("locked", look->state == RULELOOK_LOCKED));
    fills_add(&row, fill_flag("public", look->state == RULELOOK_PUBLIC));
    fills_add(&row, fill_text("error", faulty ? phrase_message(cx, look->error) : S("")));
    fills_add(&row, fill_int("line", look->place.line));
    fills_add(&row, fill_int("column", look->place.column));
    fills_add(&row, fill_text("caret", faulty ? rulelook_caret(cx, look) : S("")));
    fills_add(&row, fill_text("index", index));
    TRY(put_outcomes(&row, cx, op, look, roles));
    fills_row(rows, &row);
    return true;
}

static bool put_checks(struct desk *desk, const struct collection *c, const struct typed *typed)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    struct fills one = { .mem = cx->mem };
    struct role_list roles;
    TRY(role_all(cx, &roles));
    for (int op = 0; op < operations_of(c); op++)
        TRY(put_check(cx, c, (enum operation)op, &typed->looks[op], &roles, &rows));
    fills_add(&one, fills_rows("checks", &rows));
    desk_put(desk, fills_one("checked", &one));
    return true;
}

/* ---- saved ---- */

static bool save(struct form *form, const struct collection *c, const struct typed *typed)
{
    struct cx *cx = form->cx;
    struct collection changed;
    struct jv_fault fault;
    struct jv body;
    struct buf text;
    struct js js;
    buf_init(&text, cx->mem, SIZE_MAX / 2);
    js_init(&js, &text);
    js_object(&js, NULL);
    for (int op = 0; op < operations_of(c); op++) {
        js_text(&js, collectionrules_keys[op], typed->rules[op]);
        if (op < OP_DELETE)
            js_text(&js, collectionrules_list_keys[op], pageruletry_store(cx, typed->lists[op]));
    }
    js_end(&js);
    if (!jv_parse(cx, buf_text(&text), &body, &fault))
        return broken(cx, "rules that were written cannot be read");
    return collectionrules_put(cx, c->name, body, &changed);
}

/* ---- the page ---- */

static bool load(struct cx *cx, struct str name, struct collection *out)
{
    bool found;
    TRY(collection_load(cx, BY_NAME, name, out, &found));
    return found || fail_detail(cx, E_NOT_FOUND, "Collection '%.*s' not found", STR_ARG(name));
}

static struct str role_name(const struct role_list *roles, int64_t id)
{
    for (size_t i = 0; i < roles->n; i++)
        if (roles->at[i].id == id)
            return roles->at[i].name;
    return S("?");
}

/* What roles add to the rules of this collection. */
static bool put_grants(struct desk *desk, const struct collection *c)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    struct permission_list list;
    struct role_list roles;
    TRY(permission_all(cx, 0, &list));
    TRY(role_all(cx, &roles));
    for (size_t i = 0; i < list.n; i++) {
        const struct permission *p = &list.at[i];
        bool every = str_eq(p->collection, S("*"));
        for (int op = 0; op < PERMISSION_OPERATIONS; op++) {
            struct fills row = { .mem = cx->mem };
            if (str_absent(p->grants[op].rule) || (!every && !str_eq(p->collection, c->name)))
                continue;
            fills_add(&row, fill_text("role", role_name(&roles, p->role_id)));
            fills_add(&row, fill_text("operation", str_of(permission_operations[op])));
            fills_add(&row, fill_text("rule", p->grants[op].rule));
            fills_add(&row, fill_text("given", pageruletry_list(cx, p->grants[op].fields)));
            fills_add(&row, fill_flag("every", every));
            fills_row(&rows, &row);
        }
    }
    desk_put(desk, fills_rows("grants", &rows));
    desk_put(desk, fill_flag("has_grants", rows.n > 0));
    return true;
}

static bool show_page(struct desk *desk, struct form *form, struct form *attempt,
                      const struct collection *c)
{
    struct cx *cx = desk->cx;
    struct str path = str_fmt(cx->mem, "/api/v1/collections/%.*s/rules", STR_ARG(c->name));
    struct fills_list none = { .mem = cx->mem };
    desk_crumb(desk, phrase_of(cx, W("Rules")), S("/admin/rules"));
    form_put(attempt, desk, "attempt");
    form_put(form, desk, "form");
    TRY(put_grants(desk, c));
    desk_put(desk, fills_rows("checked", &none));       /* of two, the first counts              */
    desk_put(desk, fills_rows("trial", &none));
    desk_put(desk, fill_flag("is_view", c->view != NULL));
    desk_api(desk, "GET", path, NO_STR, NO_STR);
    desk_api(desk, "PUT", path, S("{\"list_rule\":\"\",\"list_fields\":\"*\"}"), NO_STR);
    return desk_show(desk, "admin/rules/collection.html");
}

struct page_in { struct str collection; struct formdata form; };
static const struct input GET_IN[] = { IN(PATH, T_TEXT, page_in, collection), { 0 } };
static const struct input POST_IN[] = {
    IN(PATH, T_TEXT, page_in, collection), IN(FORM, T_WHOLE_FORM, page_in, form), { 0 },
};

static struct str title_of(struct cx *cx, const struct collection *c)
{
    return phrase_with(cx, W("Rules of {collection}"), (const struct fill[]){
        fill_text("collection", c->name), { 0 } });
}

static bool get(struct cx *cx, const void *input, struct reply *reply)
{
    const struct page_in *in = input;
    struct collection c;
    struct form form, attempt;
    struct desk desk;
    TRY(load(cx, in->collection, &c));
    desk_open(&desk, reply, "rules", title_of(cx, &c));
    open_form(cx, &c, &form);
    pageruletry_open(cx, &attempt, NULL);
    return show_page(&desk, &form, &attempt, &c);
}

/* *saved: there is nothing more to show. */
static bool act(struct desk *desk, const struct page_in *in, const struct collection *c,
                struct form *form, struct form *attempt, bool *saved)
{
    struct str what = formdata_text(&in->form, "do");
    struct typed typed;
    TRY(read_typed(form, c, &typed));
    if (str_eq(what, S("try")))
        return pageruletry_put(desk, attempt, c, typed.looks, typed.lists);
    if (str_eq(what, S("check")) || !form_good(form))
        return put_checks(desk, c, &typed);
    *saved = save(form, c, &typed);
    return *saved || form_take(form);
}

static bool post(struct cx *cx, const void *input, struct reply *reply)
{
    const struct page_in *in = input;
    struct collection c;
    struct form form, attempt;
    struct desk desk;
    bool saved = false;
    TRY(load(cx, in->collection, &c));
    desk_open(&desk, reply, "rules", title_of(cx, &c));
    open_form(cx, &c, &form);
    form_read(&form, &in->form);
    pageruletry_open(cx, &attempt, &in->form);
    TRY(act(&desk, in, &c, &form, &attempt, &saved));
    if (saved)
        return desk_go(reply, DESK_PATH(cx, S("rules"), c.name),
                       phrase_of(cx, W("The rules are saved and count from now on.")));
    reply_status(reply, form_good(&form) ? form_status(&attempt) : form_status(&form));
    return show_page(&desk, &form, &attempt, &c);
}

const struct route pageruleset_routes[] = {
    { GET, "/admin/rules/{collection}", .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE,
      INPUT(GET_IN, page_in), .run = get, .hidden = true, .title = "The rules of a collection" },
    { POST, "/admin/rules/{collection}", .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE,
      INPUT(POST_IN, page_in), .run = post, .alone = true, .hidden = true,
      .title = "Check, try or save the rules of a collection" },
    { 0 },
};
