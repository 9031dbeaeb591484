/* pagecodevalues.c — values: their order, their labels, and how an account has them otherwise. */
#include "pagecodevalues.h"

#include "base/num.h"
#include "codelists/codelistoverride.h"
#include "codelists/codelistorder.h"
#include "codelists/codelistread.h"
#include "desk/form.h"
#include "pagecodelists.h"

/* ---- one list ---- */

struct list_in { struct str code, query; int64_t offset; };
static const struct input LIST_IN[] = {
    IN(PATH, T_TEXT, list_in, code), IN(QUERY, T_WHOLE_QUERY, list_in, query),
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = INT32_MAX), { 0 },
};
static const struct form_field FILTERS[] = {
    { "search", FORM_SEARCH, .label = W("Code or label") }, { 0 },
};

/* What a value is called in the reader's language, in English, in any. */
static struct str label_of(const struct cx *cx, const struct codelistvalue *value)
{
    struct str best = NO_STR, english = NO_STR;
    for (size_t i = 0; i < value->labels.n; i++) {
        const struct codelistlabel *label = &value->labels.at[i];
        if (str_eq(label->language, cx->language))
            best = label->label;
        if (str_eq(label->language, S("en")))
            english = label->label;
    }
    return !str_absent(best) ? best : !str_absent(english) ? english
         : value->labels.n > 0 ? value->labels.at[0].label : S("");
}

static bool fits(struct cx *cx, const struct codelistvalue *value, struct str search)
{
    struct str lower = str_lower(cx->mem, search);
    bool yes = str_has(str_lower(cx->mem, value->code), lower);
    for (size_t i = 0; i < value->labels.n && !yes; i++)
        yes = str_has(str_lower(cx->mem, value->labels.at[i].label), lower);
    return yes;
}

static struct str languages_of(struct cx *cx, const struct codelistvalue *value)
{
    struct buf out;
    buf_init(&out, cx->mem, SIZE_MAX / 2);
    for (size_t i = 0; i < value->labels.n; i++)
        buf_fmt(&out, "%s%.*s", i > 0 ? ", " : "", STR_ARG(value->labels.at[i].language));
    return buf_text(&out);
}

static const struct codelistoverride *override_of(const struct codelistoverrides *all,
                                                  struct str value_id)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].value_id, value_id))
            return &all->at[i];
    return NULL;
}

static struct str otherwise_of(struct cx *cx, const struct codelistoverride *is)
{
    if (is == NULL)
        return S("");
    if (str_eq(is->visibility, S("hidden")))
        return phrase_of(cx, W("hidden here"));
    return phrase_of(cx, is->is_default ? W("the default here") : W("otherwise here"));
}

static void put_value(struct cx *cx, struct fills_list *rows, const struct codelist *list,
                      const struct codelistvalue *value, const struct codelistoverride *is)
{
    struct fills row = { .mem = cx->mem };
    bool ours = cx->who->is_superadmin || !value->is_system;
    struct str path = DESK_PATH(cx, S("codelists"), list->code, S("values"), value->code);
    fills_add(&row, fill_text("code", value->code));
    fills_add(&row, fill_text("href", path));
    fills_add(&row, fill_text("label", label_of(cx, value)));
    fills_add(&row, fill_text("languages", languages_of(cx, value)));
    fills_add(&row, fill_int("order", value->sort_order));
    fills_add(&row, fill_flag("active", value->is_active));
    fills_add(&row, fill_flag("is_extension", list->is_system && !value->is_system));
    fills_add(&row, fill_flag("is_moved", ours && pagecodelists_keeps(cx, list)));
    fills_add(&row, fill_flag("is_ours", ours));
    fills_add(&row, fill_text("otherwise", otherwise_of(cx, is)));
    fills_row(rows, &row);
}

static bool overrides_of(struct cx *cx, const struct codelist *list, struct codelistoverrides *out)
{
    *out = (struct codelistoverrides){ NULL, 0 };
    return cx->who->is_superadmin
        || codelistoverride_list(cx, list, cx->who->account_id, out);
}

static bool put_values(struct desk *desk, const struct codelist *list, struct str search,
                       int64_t offset)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    struct codelistoverrides overrides;
    struct codelistvalues all;
    struct fills pager = { .mem = cx->mem };
    int64_t found = 0;
    TRY(codelistvalue_list(cx, list, cx->who->account_id, true, &all));
    TRY(overrides_of(cx, list, &overrides));
    for (size_t i = 0; i < all.n; i++) {
        if (!fits(cx, &all.at[i], search))
            continue;
        if (found >= offset && (int64_t)rows.n < desk->rows)
            put_value(cx, &rows, list, &all.at[i], override_of(&overrides, all.at[i].id));
        found++;
    }
    int64_t last = offset + (int64_t)rows.n, before = offset - desk->rows;
    fills_add(&pager, fill_text("words", phrase_with(cx, W("{first}–{last} of {total}"),
        (const struct fill[]){ fill_int("first", rows.n > 0 ? offset + 1 : 0),
                               fill_int("last", last), fill_int("total", found), { 0 } })));
    fills_add(&pager, fill_text("previous", offset == 0 ? NO_STR
        : desk_with(desk->reply, "offset", before <= 0 ? NO_STR
                    : str_fmt(cx->mem, "%lld", (long long)before))));
    fills_add(&pager, fill_text("next", last >= found ? NO_STR
        : desk_with(desk->reply, "offset", str_fmt(cx->mem, "%lld", (long long)last))));
    desk_put(desk, fills_one("pager", &pager));
    desk_put(desk, fills_rows("values", &rows));
    desk_put(desk, fill_flag("is_empty", rows.n == 0));
    return true;
}

static void put_actions(struct desk *desk, const struct codelist *list)
{
    struct cx *cx = desk->cx;
    if (cx->who->is_superadmin || !list->is_system || list->is_extensible)
        desk_action(desk, phrase_of(cx, W("Add a value")),
                    DESK_PATH(cx, S("codelists"), list->code, S("add")));
    if (!pagecodelists_keeps(cx, list))
        return;
    desk_action(desk, phrase_of(cx, W("Change the list")),
                DESK_PATH(cx, S("codelists"), list->code, S("edit")));
    desk_action(desk, phrase_of(cx, W("Export")),
                DESK_PATH(cx, S("codelists"), list->code, S("export")));
    desk_action(desk, phrase_of(cx, W("Delete")),
                DESK_PATH(cx, S("codelists"), list->code, S("delete")));
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct formdata sent;
    struct codelist list;
    struct desk desk;
    struct form form;
    TRY(codelist_find(cx, in->code, cx->who->account_id, &list));
    TRY(formdata_read(cx, in->query, "query", &sent));
    desk_open(&desk, reply, "codelists", list.name);
    desk_crumb(&desk, phrase_of(cx, W("Code lists")), S("/admin/codelists"));
    put_actions(&desk, &list);
    form_init(&form, cx, FILTERS);
    form.is_get = true;
    form.submit = W("Search");
    form_read(&form, &sent);
    if (!list.is_active)
        desk_notice(&desk, DESK_WARNING, phrase_of(cx, W("The list is inactive: nobody is offered"
                                                         " its values.")));
    TRY(put_values(&desk, &list, form_text(&form, "search"), in->offset));
    form_put(&form, &desk, "form");
    desk_put(&desk, fill_text("at", in->query));
    desk_put(&desk, fill_text("move_href", DESK_PATH(cx, S("codelists"), list.code, S("move"))));
    desk_put(&desk, fill_text("description", list.description));
    desk_api(&desk, "GET", str_fmt(cx->mem, "/api/v1/codelists/%.*s/manage/values",
                                   STR_ARG(list.code)), NO_STR, NO_STR);
    return desk_show(&desk, "admin/codelists/values.html");
}

/* ---- the form of a value ---- */

#define VALUE_FIELDS                                                                               \
    { "labels", FORM_AREA, .label = W("Labels"), .rows = 5, .max = 50000,                          \
      .hint = W("A line for each language, as in: en: Germany") },                                 \
    { "definition", FORM_AREA, .label = W("Definition"), .rows = 3, .max = 10000 },                \
    { "external_code", FORM_TEXT, .label = W("Code elsewhere") },                                  \
    { "sort_order", FORM_NUMBER, .label = W("Place in the order"), .step = "1" },                  \
    { "is_active", FORM_CHECK, .label = W("Active") }
static const struct form_field CHANGED[] = { VALUE_FIELDS, { 0 } };
static const struct form_field MADE[] = {
    { "code", FORM_TEXT, .label = W("Code"), .required = true, .max = CODELISTVALUE_CODE_MOST,
      .hint = W("Letters, digits, ., _ and -; it stays as it is.") },
    VALUE_FIELDS, { 0 },
};

static struct str lines_of(struct cx *cx, const struct codelistlabels *labels)
{
    struct buf out;
    buf_init(&out, cx->mem, SIZE_MAX / 2);
    for (size_t i = 0; i < labels->n; i++)
        buf_fmt(&out, "%s%.*s: %.*s", i > 0 ? "\n" : "", STR_ARG(labels->at[i].language),
                STR_ARG(labels->at[i].label));
    return buf_text(&out);
}

static const struct codelistlabel *label_in(const struct codelistlabels *had, struct str language)
{
    for (size_t i = 0; had != NULL && i < had->n; i++)
        if (str_eq_nocase(had->at[i].language, language))
            return &had->at[i];
    return NULL;
}

/* What the lines do not say of a label stays. */
static bool write_labels(struct form *form, const struct codelistlabels *had, struct js *js)
{
    struct str rest = form_text(form, "labels"), line;
    bool well = true;
    js_array(js, NULL);
    while (str_cut(&rest, '\n', &line)) {
        size_t colon;
        line = str_trim(line);
        if (line.n == 0)
            continue;
        if (!str_find(line, ':', &colon)) {
            form_fault(form, "labels", phrase_of(form->cx, W("A line is a language, a colon and"
                                                             " the label.")));
            well = false;
            continue;
        }
        struct str language = str_trim(str_sub(line, 0, colon));
        const struct codelistlabel *old = label_in(had, language);
        js_object(js, NULL);
        js_text(js, "language", language);
        js_text(js, "label", str_trim(str_sub(line, colon + 1, SIZE_MAX)));
        if (old != NULL && !str_absent(old->description))
            js_text(js, "description", old->description);
        js_bool(js, "is_preferred", old != NULL && old->is_preferred);
        js_end(js);
    }
    js_end(js);
    return well;
}

static bool read_labels(struct form *form, const struct codelistlabels *had,
                        struct codelistlabels *out)
{
    struct cx *cx = form->cx;
    struct jv list;
    struct jv_fault fault;
    struct buf text;
    struct js js;
    *out = (struct codelistlabels){ NULL, 0 };
    buf_init(&text, cx->mem, SIZE_MAX / 2);
    js_init(&js, &text);
    if (!write_labels(form, had, &js))
        return true;
    if (!jv_parse(cx, buf_text(&text), &list, &fault))
        return broken(cx, "labels that were written cannot be read");
    return codelistlabel_read(cx, list, S("[\"body\",\"labels\""), out) && fail_fields(cx);
}

static int64_t order_typed(struct form *form)
{
    struct str text = form_text(form, "sort_order");
    int64_t order = 0;
    if (text.n > 0 && !num_int(text, &order))
        form_fault(form, "sort_order", phrase_of(form->cx, W("This must be a whole number.")));
    return order;
}

static struct str filled(struct form *form, const char *name)
{
    struct str text = form_text(form, name);
    return text.n > 0 ? text : NO_STR;
}

struct value_in { struct str code, value; struct formdata form; };
static const struct input ADD_IN[] = {
    IN(PATH, T_TEXT, value_in, code), IN(FORM, T_WHOLE_FORM, value_in, form), { 0 },
};
static const struct input ADD_PAGE_IN[] = { IN(PATH, T_TEXT, value_in, code), { 0 } };
static const struct input ONE_IN[] = {
    IN(PATH, T_TEXT, value_in, code), IN(PATH, T_TEXT, value_in, value), { 0 },
};
static const struct input POST_IN[] = {
    IN(PATH, T_TEXT, value_in, code), IN(PATH, T_TEXT, value_in, value),
    IN(FORM, T_WHOLE_FORM, value_in, form), { 0 },
};

static struct str list_path(struct cx *cx, const struct codelist *list)
{
    return DESK_PATH(cx, S("codelists"), list->code);
}

static bool show_add(struct desk *desk, struct form *form, const struct codelist *list)
{
    struct cx *cx = desk->cx;
    desk_crumb(desk, phrase_of(cx, W("Code lists")), S("/admin/codelists"));
    desk_crumb(desk, list->name, list_path(cx, list));
    desk_api(desk, "POST", str_fmt(cx->mem, "/api/v1/codelists/%.*s/manage/values",
                                   STR_ARG(list->code)),
             S("{\"code\":\"red\",\"labels\":[{\"language\":\"en\",\"label\":\"Red\"}]}"), NO_STR);
    form->once = true;
    form->cancel = list_path(cx, list);
    reply_status(desk->reply, form_status(form));
    form_put(form, desk, "form");
    return desk_show(desk, "admin/codelists/form.html");
}

static bool add_page(struct cx *cx, const void *input, struct reply *reply)
{
    const struct value_in *in = input;
    struct codelist list;
    struct desk desk;
    struct form form;
    TRY(codelist_find(cx, in->code, cx->who->account_id, &list));
    desk_open(&desk, reply, "codelists", phrase_of(cx, W("Add a value")));
    form_init(&form, cx, MADE);
    form_set_flag(&form, "is_active", true);
    return show_add(&desk, &form, &list);
}

static bool add(struct cx *cx, const void *input, struct reply *reply)
{
    const struct value_in *in = input;
    struct codelist list;
    struct desk desk;
    struct form form;
    TRY(codelist_take(cx, in->code, cx->who->account_id, &list));
    desk_open(&desk, reply, "codelists", phrase_of(cx, W("Add a value")));
    form_init(&form, cx, MADE);
    form_read(&form, &in->form);
    struct codelistvalue value = {
        .code = form_text(&form, "code"), .definition = filled(&form, "definition"),
        .external_code = filled(&form, "external_code"), .sort_order = order_typed(&form),
        .is_active = form_flag(&form, "is_active") };
    if (read_labels(&form, NULL, &value.labels) && form_good(&form)
        && codelistvalue_add(cx, &list, &value))
        return desk_go(reply, list_path(cx, &list), phrase_of(cx, W("The value is added.")));
    TRY(form_take(&form));
    return show_add(&desk, &form, &list);
}

/* ---- one value ---- */

static void open_value(struct cx *cx, const struct codelistvalue *value, struct form *form)
{
    form_init(form, cx, CHANGED);
    form_set(form, "labels", lines_of(cx, &value->labels));
    form_set(form, "definition", value->definition);
    form_set(form, "external_code", value->external_code);
    form_set(form, "sort_order", str_fmt(cx->mem, "%lld", (long long)value->sort_order));
    form_set_flag(form, "is_active", value->is_active);
    form->changed_at = value->updated_at;
    form_guard(form);
}

static const struct form_field OVERRIDE[] = {
    { "visibility", FORM_CHOICE, .label = W("Here it is"), .required = true },
    { "is_default", FORM_CHECK, .label = W("The default of the list") },
    { "sort_order", FORM_NUMBER, .label = W("Place in the order"), .step = "1",
      .hint = W("Empty: the value's own.") },
    { 0 },
};

static bool open_override(struct cx *cx, const struct codelist *list,
                          const struct codelistvalue *value, struct form *form, bool *is_there)
{
    static const char *const WORDS[] = { W("offered"), W("hidden") };
    struct form_option *options = arena_list(cx->mem, struct form_option, 2);
    struct codelistoverrides all;
    TRY(overrides_of(cx, list, &all));
    const struct codelistoverride *is = override_of(&all, value->id);
    options[0] = (struct form_option){ S("visible"), phrase_of(cx, WORDS[0]) };
    options[1] = (struct form_option){ S("hidden"), phrase_of(cx, WORDS[1]) };
    form_init(form, cx, OVERRIDE);
    form->prefix = "here";
    form_options(form, "visibility", options, 2);
    form_set(form, "visibility", is == NULL ? S("visible") : is->visibility);
    form_set_flag(form, "is_default", is != NULL && is->is_default);
    if (is != NULL && is->sort_order != CODELISTOVERRIDE_NO_ORDER)
        form_set(form, "sort_order", str_fmt(cx->mem, "%lld", (long long)is->sort_order));
    *is_there = is != NULL;
    return true;
}

struct value_page {
    struct codelist list;
    struct codelistvalue value;
    struct form form, here;
    bool is_there;                          /* an override of this account                        */
};

static bool open_page(struct cx *cx, const struct value_in *in, bool take, struct value_page *out)
{
    TRY(take ? codelist_take(cx, in->code, cx->who->account_id, &out->list)
             : codelist_find(cx, in->code, cx->who->account_id, &out->list));
    TRY(codelistvalue_find(cx, &out->list, cx->who->account_id, in->value, &out->value));
    open_value(cx, &out->value, &out->form);
    return open_override(cx, &out->list, &out->value, &out->here, &out->is_there);
}

static struct str value_path(struct cx *cx, const struct value_page *page, const char *what)
{
    return DESK_PATH(cx, S("codelists"), page->list.code, S("values"), page->value.code,
                     str_of(what));
}

static bool show_page(struct cx *cx, struct reply *reply, struct value_page *page)
{
    struct desk desk;
    struct str path = list_path(cx, &page->list);
    bool ours = cx->who->is_superadmin || !page->value.is_system;
    desk_open(&desk, reply, "codelists", page->value.code);
    desk_crumb(&desk, phrase_of(cx, W("Code lists")), S("/admin/codelists"));
    desk_crumb(&desk, page->list.name, path);
    page->form.cancel = page->here.cancel = path;
    page->here.action = str_fmt(cx->mem, "%.*s%.*s", STR_ARG(cx->set->base_path),
                                STR_ARG(value_path(cx, page, "here")));
    reply_status(reply, !form_good(&page->form) ? form_status(&page->form)
                                                : form_status(&page->here));
    form_put(&page->form, &desk, "form");
    form_put(&page->here, &desk, "here");
    desk_put(&desk, fill_flag("is_ours", ours));
    desk_put(&desk, fill_flag("has_here", !cx->who->is_superadmin));
    desk_put(&desk, fill_flag("is_there", page->is_there));
    desk_put(&desk, fill_text("clear_href", value_path(cx, page, "as-everybody")));
    desk_put(&desk, fill_text("labels", lines_of(cx, &page->value.labels)));
    desk_api(&desk, "PATCH", str_fmt(cx->mem, "/api/v1/codelists/%.*s/manage/values/%.*s",
             STR_ARG(page->list.code), STR_ARG(page->value.code)), S("{\"is_active\":false}"),
             NO_STR);
    return desk_show(&desk, "admin/codelists/value.html");
}

static bool value(struct cx *cx, const void *input, struct reply *reply)
{
    struct value_page page;
    TRY(open_page(cx, input, false, &page));
    return show_page(cx, reply, &page);
}

static bool save(struct form *form, struct codelistvalue *value)
{
    struct cx *cx = form->cx;
    struct codelistlabels labels;
    struct codelistvalue_change to = {
        .definition = form_text(form, "definition"),
        .external_code = form_text(form, "external_code"),
        .sort_order = order_typed(form), .is_active = form_flag(form, "is_active") };
    TRY(read_labels(form, &value->labels, &labels));
    return form_good(form) && codelistvalue_update(cx, value, &to)
        && codelistlabel_put(cx, value, labels);
}

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct value_in *in = input;
    struct value_page page;
    TRY(open_page(cx, in, true, &page));
    TRY(codelist_allowed(cx, page.value.is_system, "update system values"));
    form_read(&page.form, &in->form);
    if (save(&page.form, &page.value))
        return desk_go(reply, list_path(cx, &page.list),
                       phrase_of(cx, W("The value is changed.")));
    TRY(form_take(&page.form));
    return show_page(cx, reply, &page);
}

/* ---- as the account has it ---- */

static bool set_here(struct cx *cx, const void *input, struct reply *reply)
{
    const struct value_in *in = input;
    struct value_page page;
    TRY(open_page(cx, in, true, &page));
    form_read(&page.here, &in->form);
    struct codelistoverride override = {
        .visibility = form_text(&page.here, "visibility"),
        .is_default = form_flag(&page.here, "is_default"),
        .sort_order = form_text(&page.here, "sort_order").n == 0 ? CODELISTOVERRIDE_NO_ORDER
                                                                 : order_typed(&page.here) };
    TRY(codelistoverride_account(cx, NO_STR, "setting", &override.account_id));
    if (form_good(&page.here) && codelistoverride_set(cx, &page.value, &override))
        return desk_go(reply, list_path(cx, &page.list),
                       phrase_of(cx, W("The account has the value so from now on.")));
    TRY(form_take(&page.here));
    return show_page(cx, reply, &page);
}

static bool clear_here(struct cx *cx, const void *input, struct reply *reply)
{
    struct value_page page;
    struct str account;
    TRY(open_page(cx, input, true, &page));
    TRY(codelistoverride_account(cx, NO_STR, "clearing", &account));
    TRY(codelistoverride_clear(cx, &page.value, account));
    return desk_go(reply, list_path(cx, &page.list),
                   phrase_of(cx, W("The account has the value as everybody has it.")));
}

/* ---- buttons in the list ---- */

static bool switch_to(struct cx *cx, struct codelistvalue *value, bool on)
{
    struct codelistvalue_change to = { .sort_order = CODELISTVALUE_KEPT, .is_active = on };
    return codelistvalue_update(cx, value, &to);
}

/* Back to where the button was. */
static bool go_back(struct reply *reply, const struct codelist *list, struct str query,
                    const char *notice)
{
    struct cx *cx = reply->cx;
    struct str path = list_path(cx, list);
    if (query.n > 0 && !str_has(query, S("#")))
        path = str_fmt(cx->mem, "%.*s?%.*s", STR_ARG(path), STR_ARG(query));
    return desk_go(reply, path, phrase_of(cx, notice));
}

static bool move(struct cx *cx, const void *input, struct reply *reply)
{
    static const char *const WAYS[] = { "up", "down", "on", "off" };
    const struct value_in *in = input;
    struct codelist list;
    struct codelistvalue value;
    struct str code = NO_STR, at = formdata_text(&in->form, "at");
    size_t way = 0;
    for (; way < COUNT(WAYS) && str_absent(code); way++)
        code = formdata_text(&in->form, WAYS[way]);
    if (str_absent(code))
        return fail_detail(cx, E_INVALID, "Nothing was chosen.");
    TRY(codelist_take(cx, in->code, cx->who->account_id, &list));
    TRY(codelistvalue_find(cx, &list, cx->who->account_id, code, &value));
    TRY(codelist_allowed(cx, value.is_system, "update system values"));
    if (way > 2) {
        TRY(switch_to(cx, &value, way == 3));
        return go_back(reply, &list, at, way == 3 ? W("The value is active.")
                                                  : W("The value is inactive."));
    }
    TRY(codelist_allowed(cx, list.is_system, "update system codelists"));
    TRY(codelistorder_move(cx, &list, code, way == 1));
    return go_back(reply, &list, at, W("The value was moved."));
}

#define PAGE(verb, path, ...) { verb, path, .need = NEED_ADMIN, .errors = SHAPE_PAGE,              \
    .hidden = true, __VA_ARGS__ }
#define VALUE "/admin/codelists/{code}/values/{value}"
const struct route pagecodevalues_routes[] = {
    PAGE(GET, "/admin/codelists/{code}", INPUT(LIST_IN, list_in), .run = list,
         .title = "The values of a code list"),
    PAGE(GET, "/admin/codelists/{code}/add", INPUT(ADD_PAGE_IN, value_in), .run = add_page,
         .title = "Add a value"),
    PAGE(POST, "/admin/codelists/{code}/add", INPUT(ADD_IN, value_in), .run = add,
         .title = "Add a value"),
    PAGE(GET, VALUE, INPUT(ONE_IN, value_in), .run = value, .title = "A value of a code list"),
    PAGE(POST, VALUE, INPUT(POST_IN, value_in), .run = change, .title = "Change a value"),
    PAGE(POST, VALUE "/here", INPUT(POST_IN, value_in), .run = set_here,
         .title = "Have a value otherwise in the account"),
    PAGE(POST, VALUE "/as-everybody", INPUT(POST_IN, value_in), .run = clear_here,
         .title = "Have a value as everybody has it"),
    PAGE(POST, "/admin/codelists/{code}/move", INPUT(ADD_IN, value_in), .run = move,
         .title = "Move a value, or switch it"),
    { 0 },
};
