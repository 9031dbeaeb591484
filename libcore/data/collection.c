/* collection.c — loads definitions, and keeps them while their generation stands. */
#include "data/collection.h"

#include "base/when.h"
#include "data/macrobook.h"
#include "data/relations.h"

#define SET_MOST_US (5 * WHEN_MINUTE)   /* and then read again, though nobody told of a change    */

const char *const collection_operations[OP_COUNT] = {
    "list", "view", "create", "update", "delete",
};

/* ---- reading one ---------------------------------------------------------------------------- */

struct row {
    struct str id, name, schema, indexes, view_query, migration_revision, rules_id;
    struct str list_rule, view_rule, create_rule, update_rule, delete_rule;
    struct str list_fields, view_fields, create_fields, update_fields;
    int64_t created_at, updated_at, rules_created_at, rules_updated_at;
    bool realtime, event_previous, requires_signature;
};
static const struct col ROW_COLS[] = {
    COL(C_TEXT, row, id),               COL(C_TEXT, row, name),
    COL(C_TEXT, row, schema),           COL(C_TEXT, row, indexes),
    COL(C_TEXT, row, view_query),       COL(C_TEXT, row, migration_revision),
    COL(C_TIME, row, created_at),       COL(C_TIME, row, updated_at),
    COL(C_TEXT, row, rules_id),         COL(C_TEXT, row, list_rule),
    COL(C_TEXT, row, view_rule),        COL(C_TEXT, row, create_rule),
    COL(C_TEXT, row, update_rule),      COL(C_TEXT, row, delete_rule),
    COL(C_TEXT, row, list_fields),      COL(C_TEXT, row, view_fields),
    COL(C_TEXT, row, create_fields),    COL(C_TEXT, row, update_fields),
    COL(C_TIME, row, rules_created_at), COL(C_TIME, row, rules_updated_at),
    COL(C_BOOL, row, realtime),         COL(C_BOOL, row, event_previous),
    COL(C_BOOL, row, requires_signature),
    { 0 },
};
#define SELECT_COLLECTION                                                                          \
    "SELECT c.id, c.name, c.schema, c.indexes, c.view_query, c.migration_revision,"                \
    " c.created_at, c.updated_at, r.id AS rules_id,"                                               \
    " r.list_rule, r.view_rule, r.create_rule, r.update_rule, r.delete_rule,"                      \
    " r.list_fields, r.view_fields, r.create_fields, r.update_fields,"                             \
    " r.created_at AS rules_created_at, r.updated_at AS rules_updated_at,"                         \
    " c.realtime, c.event_previous, c.requires_signature"                                          \
    " FROM collections c LEFT JOIN collection_rules r ON r.collection_id = c.id"
static const struct sql COLLECTION_BY_NAME = SQL(
    SELECT_COLLECTION " WHERE c.name_key = :key AND c.name = :name");
static const struct sql COLLECTION_BY_ID = SQL(SELECT_COLLECTION " WHERE c.id = :id");

static const struct { struct str name; enum rule_type type; } SYSTEM_COLUMNS[] = {
    { S_INIT("id"), R_TEXT },
    { S_INIT("account_id"), R_TEXT },
    { S_INIT("created_at"), R_DATETIME },
    { S_INIT("created_by"), R_TEXT },
    { S_INIT("updated_at"), R_DATETIME },
    { S_INIT("updated_by"), R_TEXT },
};

bool collection_system_column(struct str name)
{
    for (size_t i = 0; i < COUNT(SYSTEM_COLUMNS); i++)
        if (str_eq(SYSTEM_COLUMNS[i].name, name))
            return true;
    return false;
}

static struct rule_name name_of(struct arena *mem, struct str collection, const struct field *field)
{
    bool has_link = !str_absent(collection) && field->type != NULL && field_has_link(field);

    return (struct rule_name){ .name = field->name, .column = field->name,
                               .type = field->type == NULL ? R_ANY : field->type->rule,
                               .refused = field->encrypted ? "is encrypted" : NULL,
                               .many = field->type != NULL && fieldtype_is_many(field->type),
                               .target = field->type != NULL && field->type->rule == R_REFERENCE
                                             ? field->collection : NO_STR,
                               .link = has_link ? field_link(mem, collection, field->name)
                                                : NO_STR };
}

static void add_system_names(struct rule_names *names, struct rule_name *at)
{
    for (size_t i = 0; i < COUNT(SYSTEM_COLUMNS); i++)
        at[names->n++] = (struct rule_name){ .name = SYSTEM_COLUMNS[i].name,
                                             .column = SYSTEM_COLUMNS[i].name,
                                             .type = SYSTEM_COLUMNS[i].type };
}

struct rule_names collection_columns(struct arena *mem, const struct field *fields, size_t n)
{
    struct rule_name *at = arena_list(mem, struct rule_name, n + COUNT(SYSTEM_COLUMNS));
    struct rule_names names = { .at = at };

    for (size_t i = 0; i < n; i++)
        if (fields[i].type == NULL || !field_is_computed(&fields[i]))
            at[names.n++] = name_of(mem, NO_STR, &fields[i]);
    add_system_names(&names, at);
    return names;
}

static const struct rule_computed *computed_of(struct arena *mem, const struct field *field,
                                               const struct rule_names *columns)
{
    const struct rule_computed *computed;
    struct rule_fault fault;

    /* compat: one that no longer compiles is null, and nobody is told. */
    (void)!rule_compute(mem, field->expression, field_values(field), columns, &computed, &fault);
    return computed;
}

struct rule_names collection_names(struct arena *mem, struct str collection,
                                   const struct field *fields, size_t n)
{
    struct rule_name *at = arena_list(mem, struct rule_name, n + COUNT(SYSTEM_COLUMNS));
    struct rule_names names = { .collection = collection, .at = at }, columns = { .at = NULL };

    for (size_t i = 0; i < n; i++) {
        at[names.n] = name_of(mem, collection, &fields[i]);
        if (field_is_computed(&fields[i]) && columns.at == NULL)
            columns = collection_columns(mem, fields, n);
        if (field_is_computed(&fields[i]))
            at[names.n].computed = computed_of(mem, &fields[i], &columns);
        names.n++;
    }
    add_system_names(&names, at);
    return names;
}

/* Fields come first among the names, in schema order. */
const struct rule_name *collection_name_of(const struct collection *c, const struct field *field)
{
    return &c->names.at[field - c->fields];
}

/* A stored list that cannot be read lets nothing but the system columns through. */
static void read_list(struct cx *cx, struct arena *mem, struct str text, struct field_list *out)
{
    struct jv list;
    struct jv_fault fault;
    struct str *names;

    *out = (struct field_list){ .all = str_eq(text, S("*")), .text = str_copy(mem, text) };
    if (out->all || str_absent(text) || !jv_parse(cx, text, &list, &fault)
        || list.kind != JV_ARRAY)
        return;
    names = arena_list(mem, struct str, jv_count(list));
    for (size_t i = 0; i < jv_count(list); i++)
        names[i] = str_copy(mem, jv_text(jv_at(list, i)));
    out->names = names;
    out->n = jv_count(list);
}

static bool build(struct cx *cx, struct arena *mem, const struct row *row, struct collection *out)
{
    const struct str rules[OP_COUNT] = { row->list_rule, row->view_rule, row->create_rule,
                                         row->update_rule, row->delete_rule };
    const struct str lists[OP_DELETE] = { row->list_fields, row->view_fields, row->create_fields,
                                          row->update_fields };
    struct field *fields;

    TRY(field_load(cx, mem, row->schema, &fields, &out->field_count));
    TRY(index_load(cx, mem, row->indexes, &out->indexes));
    for (size_t i = 0; i < out->field_count; i++)
        fields[i].indexed = index_has(&out->indexes, fields[i].name);
    out->fields = fields;
    out->id = str_copy(mem, row->id);
    out->name = str_copy(mem, row->name);
    out->table = field_table(mem, row->name);
    out->migration_revision = str_copy(mem, row->migration_revision);
    out->created_at = row->created_at;
    out->updated_at = row->updated_at;
    out->realtime = row->realtime;
    out->event_previous = row->event_previous;
    out->requires_signature = row->requires_signature;
    out->has_rules = !str_absent(row->rules_id);
    out->rules_id = str_copy(mem, row->rules_id);
    out->rules_created_at = row->rules_created_at;
    out->rules_updated_at = row->rules_updated_at;
    for (int op = 0; op < OP_COUNT; op++)
        out->rules[op] = str_copy(mem, rules[op]);
    for (int op = 0; op < OP_DELETE; op++)
        read_list(cx, mem, out->has_rules ? lists[op] : S("*"), &out->lists[op]);
    out->names = collection_names(mem, out->name, out->fields, out->field_count);
    return true;
}

static bool open_view(struct cx *cx, struct arena *mem, struct str query, struct collection *c)
{
    struct viewquery *view = arena_make(mem, struct viewquery);
    struct guest_source *tables;
    size_t n;

    c->view = view;
    return collection_tables(cx, &tables, &n)
        && viewquery_open(cx, mem, query, c->fields, c->field_count, tables, n, view);
}

static bool load(struct cx *cx, struct arena *mem, enum collection_key by, struct str key,
                 struct collection *out, bool *found)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct row row;

    if (by == BY_ID)
        TRY(db_query(cx, COLLECTION_BY_ID, BIND(p_text("id", key)), &rows));
    else
        TRY(db_query(cx, COLLECTION_BY_NAME,
                     BIND(p_text("key", str_lower(cx->mem, key)), p_text("name", key)), &rows));
    *out = (struct collection){ 0 };
    *found = rows_next(&rows, ROW_COLS, &row);
    if (!*found)
        return rows_done(&rows);
    rows_close(&rows);
    return build(cx, mem, &row, out)
        && (str_absent(row.view_query) || open_view(cx, mem, row.view_query, out));
}

bool collection_from(struct qb *q, const struct collection *c, struct str account_id)
{
    if (c->view == NULL)
        qb_ident(q, c->table);
    else
        TRY(viewquery_put(q, c->view, account_id));
    qb_lit(q, SQL_OF(" r"));
    return true;
}

bool collection_writable(struct cx *cx, const struct collection *c)
{
    return c->view == NULL
        || fail(cx, E_INVALID, "Validation error",
                "Collection '%.*s' is a view: its records cannot be written", STR_ARG(c->name));
}

bool collection_load(struct cx *cx, enum collection_key by, struct str key, struct collection *out,
                     bool *found)
{
    return load(cx, cx->mem, by, key, out, found);
}

const struct field *collection_field(const struct collection *c, struct str name)
{
    for (size_t i = 0; i < c->field_count; i++)
        if (str_eq(c->fields[i].name, name))
            return &c->fields[i];
    return NULL;
}

bool collection_is_public(const struct str rules[OP_COUNT])
{
    for (int op = 0; op < OP_COUNT; op++)
        if (!str_absent(rules[op]) && rules[op].n == 0)
            return true;
    return false;
}

bool collection_list_has(const struct field_list *list, struct str name)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->names[i], name))
            return true;
    return list->all;
}

/* ---- keeping them --------------------------------------------------------------------------- */

/* The definitions of one generation, as far as they were asked for; a hash table by name. */
struct slot { uint64_t hash; const struct collection *collection; };
struct set {
    struct arena *mem;
    int64_t definitions, made_at;
    unsigned pins;                  /* requests that still use it                                 */
    struct slot *slots;
    size_t room, count;             /* room is a power of two                                     */
    const struct collection **all;  /* every one, by name; NULL: nobody has asked                 */
    size_t all_count;
    struct bare *bare;              /* those whose rules nobody has asked for                     */
    void *beside;                   /* of others: collection_beside                               */
};
struct bare { struct bare *next; struct collection collection; };

/* One per process: the newest set, and which request has already asked for the generation. */
struct cache {
    struct arena *mem;              /* its own                                                    */
    struct set *newest;
    struct arena *asked_by;         /* that request's arena; NULL: nobody since it ended          */
    struct set *asked;
};
struct pin { struct cache *cache; struct set *set; struct arena *by; };

static struct set *set_new(int64_t definitions, int64_t now)
{
    enum { FIRST_ROOM = 16 };
    struct arena *mem = arena_new(0, NULL, NULL);
    struct set *set = arena_make(mem, struct set);

    *set = (struct set){ .mem = mem, .definitions = definitions, .made_at = now,
                         .room = FIRST_ROOM, .slots = arena_list(mem, struct slot, FIRST_ROOM) };
    return set;
}

static struct slot *set_slot(const struct set *set, uint64_t hash, struct str name)
{
    size_t i = hash & (set->room - 1);

    while (set->slots[i].collection != NULL
           && (set->slots[i].hash != hash || !str_eq(set->slots[i].collection->name, name)))
        i = (i + 1) & (set->room - 1);
    return &set->slots[i];
}

static void set_add(struct set *set, const struct collection *collection)
{
    const struct slot *old = set->slots;
    size_t old_room = set->room;
    uint64_t hash = str_hash(collection->name);

    if (++set->count > set->room / 2) {
        set->room *= 2;
        set->slots = arena_list(set->mem, struct slot, set->room);
        for (size_t i = 0; i < old_room; i++)
            if (old[i].collection != NULL)
                *set_slot(set, old[i].hash, old[i].collection->name) = old[i];
    }
    *set_slot(set, hash, collection->name) = (struct slot){ hash, collection };
}

/* The end of a request: the set goes when it is out of date and nobody else holds it. */
static void unpin(void *what)
{
    struct pin *pin = what;
    struct cache *cache = pin->cache;

    if (cache->asked_by == pin->by)
        cache->asked_by = NULL;
    if (--pin->set->pins == 0 && pin->set != cache->newest)
        arena_free(pin->set->mem);
}

static struct cache *cache_of(struct cx *cx)
{
    struct cache *cache = cx->keep[KEEP_COLLECTIONS];

    if (cache == NULL) {
        struct arena *mem = arena_new(0, NULL, NULL);
        cache = arena_make(mem, struct cache);
        cache->mem = mem;
        cx->keep[KEEP_COLLECTIONS] = cache;
    }
    return cache;
}

static bool is_current(const struct cx *cx, const struct set *set, int64_t definitions)
{
    return set != NULL && set->definitions == definitions && cx->now - set->made_at < SET_MOST_US;
}

/* The set this request sees: asked for once, held until its arena is reset. */
static bool set_of_request(struct cx *cx, struct set **out)
{
    struct cache *cache = cache_of(cx);
    struct generation now;
    struct pin *pin;

    *out = cache->asked;
    if (cache->asked_by == cx->mem)
        return true;
    TRY(db_generation(cx, &now));
    if (!is_current(cx, cache->newest, now.definitions)) {
        if (cache->newest != NULL && cache->newest->pins == 0)
            arena_free(cache->newest->mem);
        cache->newest = set_new(now.definitions, cx->now);
    }
    cache->newest->pins++;
    pin = arena_make(cx->mem, struct pin);
    *pin = (struct pin){ cache, cache->newest, cx->mem };
    arena_defer(cx->mem, unpin, pin);
    cache->asked_by = cx->mem;
    *out = cache->asked = cache->newest;
    return true;
}

/* Rules that no longer compile stay NULL: records deny what they cannot check. */
static bool parse_rules(struct cx *cx, struct set *set, struct collection *collection)
{
    const struct rule_macros macros = macrobook_kept(cx);
    const struct rule_relations relations = relations_kept(cx);
    struct rule_names names = collection->names;
    struct rule_fault fault;

    names.macros = &macros;
    names.relations = &relations;
    for (int op = 0; op < OP_COUNT; op++)
        if (collection->rules[op].n > 0
            && !rule_read(set->mem, collection->rules[op], RULE_LIST + (enum rule_use)op,
                          &names, &collection->parsed[op], &fault))
            collection->parsed[op] = NULL;
    return cx->err.kind == E_NONE;
}

static bool set_load(struct cx *cx, struct set *set, enum collection_key by, struct str key,
                     const struct collection **out)
{
    struct arena_mark before = arena_mark(set->mem);
    struct collection fresh, *kept;
    bool found;

    *out = NULL;
    if (!load(cx, set->mem, by, key, &fresh, &found)) {
        arena_rewind(set->mem, before);
        return false;
    }
    if (!found)                     /* nothing is kept for names that callers make up             */
        return true;
    kept = arena_make(set->mem, struct collection);
    *kept = fresh;
    TRY(parse_rules(cx, set, kept));
    set_add(set, kept);
    *out = kept;
    return true;
}

bool collection_find(struct cx *cx, struct str name, const struct collection **out)
{
    struct set *set;

    TRY(set_of_request(cx, &set));
    *out = set_slot(set, str_hash(name), name)->collection;
    meter_add(cx, *out != NULL ? METER_COLLECTION_HIT : METER_COLLECTION_MISS, 1);
    return *out != NULL || set_load(cx, set, BY_NAME, name, out);
}

/* Rules lead from one to the next, and back: what they look into is read without its own. */
bool collection_definition(struct cx *cx, struct str name, const struct collection **out)
{
    struct arena_mark before;
    struct bare *bare;
    struct set *set;
    bool found;

    TRY(set_of_request(cx, &set));
    *out = set_slot(set, str_hash(name), name)->collection;
    for (bare = set->bare; bare != NULL && *out == NULL; bare = bare->next)
        if (str_eq(bare->collection.name, name))
            *out = &bare->collection;
    if (*out != NULL)
        return true;
    before = arena_mark(set->mem);
    bare = arena_make(set->mem, struct bare);
    if (!load(cx, set->mem, BY_NAME, name, &bare->collection, &found) || !found) {
        arena_rewind(set->mem, before);
        return cx->err.kind == E_NONE;
    }
    bare->next = set->bare;
    set->bare = bare;
    *out = &bare->collection;
    return true;
}

bool collection_find_id(struct cx *cx, struct str id, const struct collection **out)
{
    struct set *set;

    TRY(set_of_request(cx, &set));
    for (size_t i = 0; i < set->room; i++)
        if (set->slots[i].collection != NULL && str_eq(set->slots[i].collection->id, id)) {
            *out = set->slots[i].collection;
            return true;
        }
    return set_load(cx, set, BY_ID, id, out);
}

bool collection_beside(struct cx *cx, struct arena **mem, void ***place)
{
    struct set *set;

    TRY(set_of_request(cx, &set));
    *mem = set->mem;
    *place = &set->beside;
    return true;
}

static const struct sql COLLECTION_NAMES = SQL("SELECT name FROM collections ORDER BY name");
struct name_row { struct str name; };
static const struct col NAME_COLS[] = { COL(C_TEXT, name_row, name), { 0 } };

bool collection_list_names(struct cx *cx, struct str **out, size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct name_row row;

    *out = NULL;
    *n = 0;
    TRY(db_query(cx, COLLECTION_NAMES, NO_BINDS, &rows));
    while (rows_next(&rows, NAME_COLS, &row)) {
        *out = arena_more(cx->mem, *out, *n, sizeof(**out));
        (*out)[(*n)++] = row.name;
    }
    return rows_done(&rows);
}

static const struct sql TABLES = SQL(
    "SELECT name, schema FROM collections WHERE view_query IS NULL ORDER BY name");
struct table_row { struct str name, schema; };
static const struct col TABLE_COLS[] = {
    COL(C_TEXT, table_row, name), COL(C_TEXT, table_row, schema), { 0 },
};

static bool read_cells(struct cx *cx, struct str schema, struct guest_source *out)
{
    struct guest_cell *cells;
    struct field *fields;
    size_t n;

    TRY(field_load(cx, cx->mem, schema, &fields, &n));
    cells = arena_list(cx->mem, struct guest_cell, COUNT(SYSTEM_COLUMNS) + n);
    out->cells = cells;
    for (size_t i = 0; i < COUNT(SYSTEM_COLUMNS); i++)
        cells[out->n++] = (struct guest_cell){ SYSTEM_COLUMNS[i].name, false };
    for (size_t i = 0; i < n; i++)
        if (fields[i].type->word != NULL)
            cells[out->n++] = (struct guest_cell){ fields[i].name, fields[i].encrypted };
    return true;
}

bool collection_tables(struct cx *cx, struct guest_source **out, size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct table_row row;

    *out = NULL;
    *n = 0;
    TRY(db_query(cx, TABLES, NO_BINDS, &rows));
    while (rows_next(&rows, TABLE_COLS, &row)) {
        struct guest_source table = { .name = field_table(cx->mem, row.name) };
        if (str_has(row.schema, S("\"encrypted\":true")))
            TRY(read_cells(cx, row.schema, &table));
        *out = arena_more(cx->mem, *out, *n, sizeof(**out));
        (*out)[(*n)++] = table;
    }
    return rows_done(&rows);
}

bool collection_all(struct cx *cx, const struct collection *const **out, size_t *n)
{
    const struct collection **all;
    struct set *set;
    struct str *names;
    size_t count;

    TRY(set_of_request(cx, &set));
    if (set->all == NULL) {
        TRY(collection_list_names(cx, &names, &count));
        all = arena_list(set->mem, const struct collection *, count + 1);
        for (size_t i = 0; i < count; i++) {
            TRY(collection_find(cx, names[i], &all[i]));
            if (all[i] == NULL)
                return broken(cx, "collection %.*s is listed and gone", STR_ARG(names[i]));
        }
        set->all = all;
        set->all_count = count;
    }
    *out = set->all;
    *n = set->all_count;
    return true;
}
