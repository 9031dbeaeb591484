/* pagecollections.c — pages: the collections, and what each of them is made of. */
#include "pagecollections.h"

#include "app/consequencesdata.h"
#include "data/catalogue.h"
#include "data/define.h"
#include "data/encryption.h"
#include "desk/form.h"
#include "desk/grid.h"
#include "pagegoes.h"
#include "transfer/jsonschema.h"
#include "transfer/portable.h"
#include "transfer/typescript.h"

static const char HERE[] = "collections";

/* ---- the list ------------------------------------------------------------------------------- */

struct list_in { struct str search, sort; int64_t offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, search), IN(QUERY, T_TEXT, list_in, sort),
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = 1000000000), { 0 },
};
static const struct form_field FILTER[] = {
    { "search", FORM_SEARCH, .label = W("Part of a name or id") }, { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Name"), .sort = "name" }, { .label = W("Kind") },
    { .label = W("Fields"), .kind = GRID_NUMBER }, { .label = W("Records"), .kind = GRID_NUMBER },
    { .label = W("Access") }, { .label = W("Changed"), .kind = GRID_TIME, .sort = "updated_at" },
    { .label = W("Created"), .kind = GRID_TIME, .sort = "created_at" }, { 0 },
};

static struct str kind_words(struct cx *cx, bool is_view)
{
    return is_view ? phrase_of(cx, W("Query view")) : phrase_of(cx, W("Table"));
}

static void put_items(struct desk *desk, const struct catalogue_page *found, int64_t offset,
                      bool searched)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, COLUMNS, W("Collections"));
    for (size_t i = 0; i < found->n; i++) {
        const struct catalogue_item *item = &found->items[i];
        bool is_view = str_eq(item->type, S("view"));
        grid_row(&grid);
        grid_link(&grid, item->name, DESK_PATH(cx, S("collections"), item->id));
        grid_badge(&grid, GRID_PLAIN, kind_words(cx, is_view));
        grid_int(&grid, item->field_count);
        if (is_view)
            grid_text(&grid, S(""));
        else
            grid_int(&grid, item->record_count);
        grid_badge(&grid, item->has_public_access ? GRID_WARNING : GRID_PLAIN,
                   item->has_public_access ? phrase_of(cx, W("Public"))
                                           : phrase_of(cx, W("By rules")));
        grid_time(&grid, item->updated_at);
        grid_time(&grid, item->created_at);
    }
    if (searched)
        grid_empty(&grid, W("No collection is called like that."), W("Show all collections"),
                   S("/admin/collections"));
    else
        grid_empty(&grid, W("There are no collections yet: a collection is what records are kept"
                            " in."), W("New collection"), S("/admin/collections/new"));
    grid_pages(&grid, offset, desk->rows, found->total);
    grid_put(&grid, "table");
}

static void put_filter(struct desk *desk, struct str search)
{
    struct form filter;
    form_init(&filter, desk->cx, FILTER);
    form_set(&filter, "search", search);
    filter.is_get = true;
    filter.submit = W("Search");
    form_put(&filter, desk, "filter");
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    bool down = str_starts(in->sort, S("-"));
    struct catalogue_page found;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Collections")));
    struct catalogue_query query = {
        .page = in->offset / desk.rows + 1, .page_size = desk.rows, .search = in->search,
        .sort_by = in->sort.n == 0 ? S("name") : down ? str_sub(in->sort, 1, SIZE_MAX) : in->sort,
        .sort_order = down ? S("desc") : S("asc"),
    };
    TRY(catalogue_list(cx, &query, &found));
    put_filter(&desk, in->search);
    put_items(&desk, &found, (query.page - 1) * desk.rows, in->search.n > 0);
    desk_action(&desk, phrase_of(cx, W("New collection")), S("/admin/collections/new"));
    desk_action(&desk, phrase_of(cx, W("New view")), S("/admin/collections/new?type=view"));
    desk_action(&desk, phrase_of(cx, W("Import")), S("/admin/collections/import"));
    desk_action(&desk, phrase_of(cx, W("Export")), S("/admin/collections/export"));
    desk_api(&desk, "GET", S("/api/v1/collections?sort_by=name&sort_order=asc"), NO_STR,
             S("client.collections.list()"));
    desk_api(&desk, "GET", S("/api/v1/collections/types.ts"), NO_STR, NO_STR);
    return desk_show(&desk, "admin/collections.html");
}

/* ---- one: what it is made of ---------------------------------------------------------------- */

static const struct grid_column FIELD_COLUMNS[] = {
    { .label = W("Name"), .kind = GRID_CODE }, { .label = W("Type") },
    { .label = W("What holds of it") }, { .label = W("Default"), .kind = GRID_CODE }, { 0 },
};

static void add_word(struct buf *out, struct str word)
{
    buf_str(out, out->n > 0 ? S(" · ") : S(""));
    buf_str(out, word);
}

static struct str choices_of(struct cx *cx, const struct field *field)
{
    struct buf out;
    buf_init(&out, cx->mem, 4096);
    for (size_t i = 0; i < field->choice_count; i++) {
        buf_str(&out, i > 0 ? S(", ") : S(""));
        buf_str(&out, field->choices[i]);
    }
    return buf_text(&out);
}

static struct str words_of(struct cx *cx, const struct field *field)
{
    const struct { bool holds; const char *word; } flags[] = {
        { field->required, W("required") }, { field->unique, W("unique") },
        { field->indexed, W("indexed") }, { field->searchable, W("searchable") },
        { field->encrypted, W("encrypted") }, { field->pii, W("personal data") },
    };
    struct buf out;
    buf_init(&out, cx->mem, 1 << 16);
    for (size_t i = 0; i < COUNT(flags); i++)
        if (flags[i].holds)
            add_word(&out, phrase_of(cx, flags[i].word));
    if (!str_absent(field->mask_type))
        add_word(&out, field->mask_type);
    if (!str_absent(field->collection))
        add_word(&out, str_fmt(cx->mem, "→ %.*s (%.*s)", STR_ARG(field->collection),
                               STR_ARG(field->on_delete_name)));
    if (field->choice_count > 0)
        add_word(&out, choices_of(cx, field));
    if (!str_absent(field->expression))
        add_word(&out, str_fmt(cx->mem, "= %.*s", STR_ARG(field->expression)));
    return out.n > 0 ? buf_text(&out) : S("");
}

static void put_fields(struct desk *desk, const struct collection *c)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, FIELD_COLUMNS, W("Fields"));
    for (size_t i = 0; i < c->field_count; i++) {
        const struct field *field = &c->fields[i];
        bool many = fieldtype_is_many(field->type) && str_eq(field->type_name, S("select"));
        grid_row(&grid);
        grid_text(&grid, field->name);
        grid_text(&grid, many ? str_fmt(cx->mem, "select (%lld)", (long long)field->max)
                              : field->type_name);
        grid_text(&grid, words_of(cx, field));
        grid_text(&grid, str_absent(field->otherwise) ? S("") : field->otherwise);
    }
    grid_put(&grid, "fields");
}

static void put_indexes(struct desk *desk, const struct collection *c)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; i < c->indexes.n; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("text", index_text(cx->mem, &c->indexes.at[i])));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("indexes", &rows));
    desk_put(desk, fill_flag("has_indexes", rows.n > 0));
}

/* ---- its rules, in short -------------------------------------------------------------------- */

static const char *const OPERATIONS[OP_COUNT] = {
    W("List"), W("View"), W("Create"), W("Update"), W("Delete"),
};

static void put_rules(struct desk *desk, const struct collection *c)
{
    struct cx *cx = desk->cx;
    struct fills_list rows = { .mem = cx->mem };
    for (int op = 0; op < OP_COUNT && (c->view == NULL || op <= OP_VIEW); op++) {
        struct fills row = { .mem = cx->mem };
        bool locked = str_absent(c->rules[op]), open = !locked && c->rules[op].n == 0;
        fills_add(&row, fill_text("operation", phrase_of(cx, OPERATIONS[op])));
        fills_add(&row, fill_flag("is_locked", locked));
        fills_add(&row, fill_flag("is_public", open));
        fills_add(&row, fill_text("rule", locked ? S("") : c->rules[op]));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("rules", &rows));
}

/* ---- what it has to do with others ---------------------------------------------------------- */

static void add_tie(struct cx *cx, struct fills_list *rows, const struct collection *other,
                    struct str name, const struct field *field)
{
    struct fills row = { .mem = cx->mem };
    fills_add(&row, fill_text("field", field->name));
    fills_add(&row, fill_text("name", name));
    fills_add(&row, fill_text("on_delete", field->on_delete_name));
    fills_add(&row, fill_text("href", other == NULL ? S("")
                              : DESK_PATH(cx, S("collections"), other->id)));
    fills_row(rows, &row);
}

static bool put_ties(struct desk *desk, const struct collection *c)
{
    struct cx *cx = desk->cx;
    struct fills_list from = { .mem = cx->mem }, to = { .mem = cx->mem };
    const struct collection *const *all;
    size_t n;
    TRY(collection_all(cx, &all, &n));
    for (size_t i = 0; i < c->field_count; i++)
        for (size_t k = 0; k < n && !str_absent(c->fields[i].collection); k++)
            if (str_eq(all[k]->name, c->fields[i].collection))
                add_tie(cx, &to, all[k], all[k]->name, &c->fields[i]);
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < all[k]->field_count; i++)
            if (str_eq(all[k]->fields[i].collection, c->name))
                add_tie(cx, &from, all[k], all[k]->name, &all[k]->fields[i]);
    desk_put(desk, fills_rows("to", &to));
    desk_put(desk, fills_rows("from", &from));
    desk_put(desk, fill_flag("has_ties", to.n + from.n > 0));
    return true;
}

/* ---- its page ------------------------------------------------------------------------------- */

static void put_facts(struct desk *desk, const struct collection *c, int64_t records)
{
    desk_put(desk, fill_text("id", c->id));
    desk_put(desk, fill_text("name", c->name));
    desk_put(desk, fill_text("table_name", c->view == NULL ? c->table : NO_STR));
    desk_put(desk, fill_flag("is_view", c->view != NULL));
    desk_put(desk, fill_text("query", c->view == NULL ? NO_STR : c->view->text));
    desk_put(desk, fill_text("fault", c->view == NULL ? NO_STR : c->view->fault));
    desk_put(desk, fill_int("records", records));
    desk_put(desk, fill_int("field_count", (int64_t)c->field_count));
    desk_put(desk, fill_flag("realtime", c->realtime));
    desk_put(desk, fill_flag("event_previous", c->event_previous));
    desk_put(desk, fill_flag("requires_signature", c->requires_signature));
    desk_put(desk, fill_text("revision", c->migration_revision));
    desk_time(&desk->values, "created_iso", "created_text", c->created_at);
    desk_time(&desk->values, "updated_iso", "updated_text", c->updated_at);
}

static void put_ways(struct desk *desk, const struct collection *c)
{
    struct cx *cx = desk->cx;
    struct str api = str_fmt(cx->mem, "/api/v1/collections/%.*s", STR_ARG(c->id));
    desk_action(desk, phrase_of(cx, W("Edit")), DESK_PATH(cx, S("collections"), c->id, S("edit")));
    desk_action(desk, phrase_of(cx, W("Records")), DESK_PATH(cx, S("records"), c->name));
    desk_action(desk, phrase_of(cx, W("Copy")),
                str_fmt(cx->mem, "/admin/collections/new?from=%.*s", STR_ARG(c->id)));
    desk_action(desk, phrase_of(cx, W("Export")),
                str_fmt(cx->mem, "/admin/collections/export?collection_ids=%.*s", STR_ARG(c->id)));
    desk_action(desk, phrase_of(cx, W("Delete")),
                DESK_PATH(cx, S("collections"), c->id, S("delete")));
    desk_put(desk, fill_text("rules_href", DESK_PATH(cx, S("rules"), c->name)));
    desk_put(desk, fill_text("history_href",
                             str_fmt(cx->mem, "/admin/migrations?collection=%.*s",
                                     STR_ARG(c->name))));
    desk_api(desk, "GET", api, NO_STR,
             str_fmt(cx->mem, "client.collections.get('%.*s')", STR_ARG(c->id)));
    desk_api(desk, "GET", str_fmt(cx->mem, "/api/v1/collections/%.*s/rules", STR_ARG(c->name)),
             NO_STR, NO_STR);
}

struct one_in { struct str id; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    struct collection c;
    struct desk desk;
    int64_t records;
    TRY(catalogue_get(cx, in->id, &c, &records));
    desk_open(&desk, reply, HERE, c.name);
    desk_crumb(&desk, phrase_of(cx, W("Collections")), S("/admin/collections"));
    put_facts(&desk, &c, records);
    put_ways(&desk, &c);
    put_fields(&desk, &c);
    put_indexes(&desk, &c);
    put_rules(&desk, &c);
    TRY(put_ties(&desk, &c));
    return desk_show(&desk, "admin/collection.html");
}

/* ---- deleted -------------------------------------------------------------------------------- */

struct posted_in { struct str id; struct formdata form; };
static const struct input POSTED_IN[] = {
    IN(PATH, T_TEXT, posted_in, id), IN(FORM, T_WHOLE_FORM, posted_in, form), { 0 },
};

static bool ask(struct cx *cx, struct str id, bool mistyped, struct reply *reply)
{
    struct consequences found;
    struct collection c;
    int64_t records;
    TRY(catalogue_get(cx, id, &c, &records));
    TRY(consequencesdata_collection(cx, id, &found));
    const struct fill name[] = { fill_text("name", c.name), { 0 } };
    struct confirm confirm = {
        .question = phrase_with(cx, W("Delete the collection {name}?"), name),
        .about = c.view != NULL ? phrase_of(cx, W("The records that it shows stay where they are."))
                                : phrase_of(cx, W("Its records are lost, of all accounts. Export"
                                                  " them first if anybody may need them.")),
        .button = W("Delete the collection"), .word = c.name, .mistyped = mistyped,
        .back = DESK_PATH(cx, S("collections"), c.id) };
    pagegoes_put(cx, &confirm, &found);
    return confirm_show(&confirm, reply, HERE);
}

static bool ask_first(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    return ask(cx, in->id, false, reply);
}

static bool delete(struct cx *cx, const void *input, struct reply *reply)
{
    const struct posted_in *in = input;
    struct define_deleted gone;
    struct collection c;
    int64_t records;
    TRY(catalogue_get(cx, in->id, &c, &records));
    if (!str_eq(str_trim(formdata_text(&in->form, "word")), c.name))
        return ask(cx, in->id, true, reply);
    TRY(define_delete(cx, in->id, &gone));
    const struct fill name[] = { fill_text("name", c.name), fill_int("n", gone.records_deleted),
                                 { 0 } };
    return desk_go(reply, S("/admin/collections"),
                   phrase_with(cx, W("The collection {name} is deleted. Records in it: {n}"),
                               name));
}

/* ---- a field is encrypted, or opened again -------------------------------------------------- */

struct field_in { struct str id, field; };
static const struct input FIELD_IN[] = {
    IN(PATH, T_TEXT, field_in, id), IN(PATH, T_TEXT, field_in, field), { 0 },
};

static bool find_field(struct cx *cx, const struct field_in *in, struct collection *c,
                       const struct field **out)
{
    int64_t records;
    TRY(catalogue_get(cx, in->id, c, &records));
    *out = collection_field(c, in->field);
    return *out != NULL
        || fail(cx, E_NOT_FOUND, "Not Found", "Field '%.*s' not found", STR_ARG(in->field));
}

/* refusal: what the change said; absent: it was not tried. */
static bool ask_encryption(struct cx *cx, const struct field_in *in, struct str refusal,
                           struct reply *reply)
{
    const struct field *field;
    struct collection c;
    TRY(find_field(cx, in, &c, &field));
    const struct fill name[] = { fill_text("name", field->name), { 0 } };
    bool opens = field->encrypted;
    struct confirm confirm = {
        .question = phrase_with(cx, opens ? W("Open the encrypted field {name}?")
                                          : W("Encrypt the field {name}?"), name),
        .about = opens ? phrase_of(cx, W("Its values are stored readable again, and shown to whom"
                                         " the rules let."))
                       : phrase_of(cx, W("Its values are sealed: pages, lists and filters see none"
                                         " of them any more, only keys made for it do. What the"
                                         " audit trail has of them stays there.")),
        .button = opens ? W("Open the field") : W("Encrypt the field"),
        .refused = !str_absent(refusal),
        .back = DESK_PATH(cx, S("collections"), c.id, S("edit")) };
    if (confirm.refused)
        confirm_goes(&confirm, cx, refusal, -1, S(""), NULL, 0);
    return confirm_show(&confirm, reply, HERE);
}

static bool ask_sealed(struct cx *cx, const void *input, struct reply *reply)
{
    return ask_encryption(cx, input, NO_STR, reply);
}

static bool seal(struct cx *cx, const void *input, struct reply *reply)
{
    const struct field_in *in = input;
    const struct field *field;
    struct collection c;
    int64_t records;
    TRY(find_field(cx, in, &c, &field));
    if (encryption_set(cx, in->id, in->field, !field->encrypted, &c, &records))
        return desk_go(reply, DESK_PATH(cx, S("collections"), c.id, S("edit")),
                       phrase_with(cx, W("The field {name} is converted."), (const struct fill[]){
                                   fill_text("name", in->field), { 0 } }));
    if (cx->err.kind != E_INVALID && cx->err.kind != E_CONFLICT)
        return false;
    struct str why = phrase_message(cx, cx->err.item_count > 0 ? cx->err.items[0].message
                                                               : str_of(cx->err.message));
    fail_forget(cx);
    reply_status(reply, 422);
    return ask_encryption(cx, in, why, reply);
}

/* ---- files to take away --------------------------------------------------------------------- */

static bool file(struct reply *reply, const char *type, struct str name, struct str text)
{
    reply_header(reply, "Content-Disposition",
                 str_fmt(reply->cx->mem, "attachment; filename=%.*s", STR_ARG(name)));
    return reply_text(reply, type, text);
}

static bool types(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct str text;
    TRY(typescript_write(cx, &text));
    return file(reply, "text/plain; charset=utf-8", S("types.ts"), text);
}

static bool schema(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct str text;
    TRY(jsonschema_write(cx, &text));
    return file(reply, "application/schema+json", S("schema.json"), text);
}

struct export_in { struct str collection_ids; };
static const struct input EXPORT_IN[] = { IN(QUERY, T_TEXT, export_in, collection_ids), { 0 } };

static bool export(struct cx *cx, const void *input, struct reply *reply)
{
    const struct export_in *in = input;
    struct str json;
    TRY(portable_export(cx, in->collection_ids, &json));
    return file(reply, "application/json", portable_filename(cx), json);
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagecollections_routes[] = {
    { GET, "/admin/collections", PAGE, INPUT(LIST_IN, list_in), .run = list,
      .title = "The collections" },
    { GET, "/admin/collections/types.ts", PAGE, .run = types, .title = "Their TypeScript types" },
    { GET, "/admin/collections/schema.json", PAGE, .run = schema, .title = "Their JSON Schema" },
    { GET, "/admin/collections/export", PAGE, INPUT(EXPORT_IN, export_in), .run = export,
      .title = "Their definitions as a file" },
    { GET, "/admin/collections/{id}", PAGE, INPUT(ONE_IN, one_in), .run = show,
      .title = "A collection" },
    { GET, "/admin/collections/{id}/delete", PAGE, INPUT(ONE_IN, one_in), .run = ask_first,
      .title = "What goes with a collection" },
    { POST, "/admin/collections/{id}/delete", PAGE, INPUT(POSTED_IN, posted_in), .run = delete,
      .alone = true, .title = "Deletes it" },
    { GET, "/admin/collections/{id}/encryption/{field}", PAGE, INPUT(FIELD_IN, field_in),
      .run = ask_sealed, .title = "Asks before a field is encrypted, or opened" },
    { POST, "/admin/collections/{id}/encryption/{field}", PAGE, INPUT(FIELD_IN, field_in),
      .run = seal, .alone = true, .title = "Converts its values" },
    { 0 },
};
