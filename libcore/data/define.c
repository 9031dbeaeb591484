/* define.c — creates, changes and deletes collections: the definition, the table, the history. */
#include "data/define.h"

#include <inttypes.h>

#include "audit/change.h"
#include "base/fault.h"
#include "base/ident.h"
#include "data/catalogue.h"
#include "data/evolve.h"
#include "data/fieldcheck.h"
#include "data/relations.h"
#include "data/revision.h"
#include "data/searchindex.h"
#include "db/tx.h"

enum { NAME_LEAST = 3, NAME_MOST = 64 };

/* All is written; what dies here leaves what was. */
static bool commit(struct tx *tx)
{
    if (FAULT("definition.changed"))
        return broken(tx->cx, "fault definition.changed");
    return tx_commit(tx);
}

/* ---- what is asked for ---------------------------------------------------------------------- */

static const char *fields_key(const struct define_in *in)
{
    return in->schema.kind == JV_ABSENT && in->fields.kind != JV_ABSENT ? "fields" : "schema";
}

static struct jv fields_given(const struct define_in *in)
{
    return in->schema.kind == JV_ABSENT ? in->fields : in->schema;
}

static void wrong(struct cx *cx, const char *key, const char *type, struct str msg,
                  struct jv input, struct str ctx)
{
    fail_add_field(cx, &(struct err_field){
        .type = type, .loc = str_fmt(cx->mem, "[\"body\",\"%s\"]", key), .msg = msg, .ctx = ctx,
        .input = input.kind == JV_ABSENT ? NO_STR : jv_print(cx->mem, input),
    });
}

/* The fields, which must be there; what does not fit becomes 422 items. */
static void read_fields(struct cx *cx, const struct define_in *in, struct field **fields, size_t *n)
{
    struct jv list = fields_given(in);
    const char *key = fields_key(in);

    *fields = NULL;
    *n = 0;
    if (list.kind == JV_ABSENT)
        wrong(cx, key, "missing", S("Field required"), in->body, NO_STR);
    else if (list.kind != JV_ARRAY)
        wrong(cx, key, "list_type", S("Input should be a valid list"), list, NO_STR);
    else if (jv_count(list) == 0)
        wrong(cx, key, "too_short",
              S("List should have at least 1 item after validation, not 0"), list,
              S("{\"field_type\":\"List\",\"min_length\":1,\"actual_length\":0}"));
    else
        field_read(cx, list, key, fields, n);
}

/* What is given, or what there is. */
static void read_indexes(struct cx *cx, const struct define_in *in, struct index_list *indexes)
{
    if (in->indexes.kind > JV_NULL)
        index_read(cx, in->indexes, indexes);
}

/* ---- views ---------------------------------------------------------------------------------- */

static bool is_view(const struct define_in *in)
{
    return str_eq(in->type, S("view"));
}

/* Nothing hangs on what becomes of the records that a view refers to. */
static void loosen_references(struct field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fields[i].type != NULL && fields[i].type->rule == R_REFERENCE
            && str_absent(fields[i].on_delete_name)) {
            fields[i].on_delete_name = S("restrict");
            fields[i].on_delete = DDL_RESTRICT;
        }
}

static void check_view_rules(struct cx *cx, const struct define_in *in)
{
    for (int op = OP_CREATE; op < OP_COUNT; op++)
        if (in->rules.rules[op].kind > JV_NULL)
            fail_add_item(cx, str_of(collectionrules_keys[op]), S("view_rule_invalid"),
                          "A view is only read");
    if (jv_count(in->indexes) > 0)
        fail_add_item(cx, S("indexes"), S("view_index_invalid"),
                      "A view has no indexes: those of its tables serve it");
}

/* The view that the query and the fields make. */
static bool open_view(struct cx *cx, struct str query, struct collection *c)
{
    struct viewquery *view = arena_make(cx->mem, struct viewquery);
    struct guest_source *tables;
    size_t n;

    viewquery_check_fields(cx, c->fields, c->field_count);
    TRY(fieldcheck_refuse(cx, "Validation failed"));
    TRY(collection_tables(cx, &tables, &n));
    TRY(viewquery_open(cx, cx->mem, query, c->fields, c->field_count, tables, n, view));
    if (!str_absent(view->fault))
        fail_add_item(cx, S("query"), S("view_query_invalid"), "%.*s", STR_ARG(view->fault));
    c->view = view;
    return fieldcheck_refuse(cx, "Validation failed");
}

static bool check_query_given(struct cx *cx, const struct define_in *in)
{
    if (is_view(in) && str_trim(in->query).n == 0)
        fail_add_item(cx, S("query"), S("view_query_required"), "A view needs a query");
    if (!is_view(in) && !str_absent(in->query))
        fail_add_item(cx, S("query"), S("view_query_invalid"), "Only a view has a query");
    return fieldcheck_refuse(cx, "Validation failed");
}

/* ---- create --------------------------------------------------------------------------------- */

static void check_name(struct cx *cx, struct str name)
{
    if (name.n < NAME_LEAST)
        fail_add_item(cx, S("name"), S("name_too_short"),
                      "Collection name must be at least %d characters", NAME_LEAST);
    else if (name.n > NAME_MOST)
        fail_add_item(cx, S("name"), S("name_too_long"),
                      "Collection name must be at most %d characters", NAME_MOST);
    else if (!ident_is_name(name))
        fail_add_item(cx, S("name"), S("name_invalid_format"),
                      "Collection name must start with a letter and contain only alphanumeric"
                      " characters and underscores");
}

static bool check_create(struct cx *cx, const struct define_in *in,
                         const struct index_list *indexes, struct field *fields, size_t n)
{
    struct rule_names names;

    check_name(cx, in->name);
    TRY(fieldcheck_list(cx, &(struct fieldcheck_names){ in->name, in->coming, in->coming_count },
                        fields, n));
    TRY(fieldcheck_refuse(cx, "Validation failed"));
    index_check(cx, indexes, fields, n);
    names = collection_names(cx->mem, in->name, fields, n);
    if (in->coming == NULL)
        collectionrules_check(cx, &in->rules, &names, !is_view(in));
    if (is_view(in))
        check_view_rules(cx, in);
    return fieldcheck_refuse(cx, "Validation failed");
}

bool define_check_rules(struct cx *cx, const struct define_in *in, const struct collection *made)
{
    struct rule_names names = collection_names(cx->mem, made->name, made->fields,
                                               made->field_count);

    collectionrules_check(cx, &in->rules, &names, made->view == NULL);
    return fieldcheck_refuse(cx, "Validation failed");
}

/* The pairs of references; only: of those whose target comes, or came, later. */
static bool make_links(struct cx *cx, const struct collection *c, bool later)
{
    for (size_t i = 0; i < c->field_count; i++) {
        const struct field *field = &c->fields[i];
        if (field_has_link(field) && field->target_comes == later)
            TRY(ddl_create_link(cx, &(struct ddl_link){ field_link(cx->mem, c->name, field->name),
                                                        c->table, field->target_table }));
    }
    return true;
}

static bool make_table(struct cx *cx, const struct collection *c)
{
    const struct index_list none = { NULL, 0 };
    const struct collection nothing = { .table = c->table };
    struct ddl_column *columns;
    size_t n = field_columns(cx->mem, c->fields, c->field_count, &columns);
    bool touched, searches;

    for (size_t i = 0; i < n; i++)
        if (collection_field(c, columns[i].name)->target_comes)
            columns[i].on_delete = DDL_NO_REFERENCE;
    TRY(ddl_create_table(cx, c->table, columns, n));
    TRY(make_links(cx, c, false));
    TRY(searchindex_change(cx, &nothing, c, &searches));
    TRY(index_apply(cx, c->table, &none, &c->indexes, c->fields, c->field_count, &touched));
    return !touched || ddl_assume(cx, c->table);
}

bool define_waits(const struct collection *made)
{
    for (size_t i = 0; i < made->field_count && made->view == NULL; i++)
        if (made->fields[i].target_comes)
            return true;
    return false;
}

bool define_refer(struct cx *cx, const struct collection *made)
{
    for (size_t i = 0; i < made->field_count; i++) {
        struct ddl_column column = field_column(&made->fields[i]);
        if (made->fields[i].target_comes && !field_has_link(&made->fields[i]))
            TRY(ddl_add_reference(cx, made->table, &column));
    }
    TRY(make_links(cx, made, true));
    return made->indexes.n == 0 || ddl_assume(cx, made->table);
}

static bool name_taken(struct cx *cx, struct str name)
{
    return fail_field(cx, E_CONFLICT, "Conflict", "name", "Collection '%.*s' already exists",
                      STR_ARG(name));
}

static const struct sql ID_BY_KEY = SQL("SELECT id FROM collections WHERE name_key = :key");

static bool check_free(struct cx *cx, struct str name)
{
    struct rows rows SCOPED(rows_close) = { 0 };

    TRY(db_query(cx, ID_BY_KEY, BIND(p_text("key", str_lower(cx->mem, name))), &rows));
    return rows_step(&rows) ? name_taken(cx, name) : rows_done(&rows);
}

static bool insert_collection(struct cx *cx, const struct collection *c)
{
    struct refusal refusal = { 0 };

    TRY(change_insert(cx, &(struct change){
        .table = S("collections"),
        .account_id = S(SYSTEM_ACCOUNT),
        .record_id = c->id,
        .new_values = BIND(
            p_text("id", c->id), p_text("name", c->name),
            p_text("name_key", str_lower(cx->mem, c->name)),
            p_text("schema", field_store(cx->mem, c->fields, c->field_count)),
            p_text("indexes", index_store(cx->mem, &c->indexes)),
            p_text("view_query", c->view == NULL ? NO_STR : c->view->text),
            p_text("migration_revision", c->migration_revision),
            p_bool("realtime", c->realtime), p_bool("event_previous", c->event_previous),
            p_bool("requires_signature", c->requires_signature),
            p_time("created_at", cx->now), p_time("updated_at", cx->now)),
        .refusal = &refusal,
    }));
    return refusal.kind == V_NONE || name_taken(cx, c->name);
}

static void put_flags(const struct define_in *in, struct collection *out)
{
    if (in->realtime != DEFINE_STAYS)
        out->realtime = in->realtime == DEFINE_YES;
    if (in->event_previous != DEFINE_STAYS)
        out->event_previous = in->event_previous == DEFINE_YES;
    if (in->requires_signature != DEFINE_STAYS)
        out->requires_signature = in->requires_signature == DEFINE_YES;
}

bool define_create(struct cx *cx, const struct define_in *in, struct collection *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct field *fields;

    *out = (struct collection){ .name = in->name, .realtime = true };
    put_flags(in, out);
    read_fields(cx, in, &fields, &out->field_count);
    read_indexes(cx, in, &out->indexes);
    collectionrules_shape(cx, &in->rules);
    TRY(fail_fields(cx));
    if (is_view(in))
        loosen_references(fields, out->field_count);
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(check_query_given(cx, in));
    TRY(check_create(cx, in, &out->indexes, fields, out->field_count));
    TRY(check_free(cx, in->name));
    out->fields = fields;
    out->id = ident_uuid(cx->mem, cx->now);
    out->table = field_table(cx->mem, in->name);
    out->created_at = out->updated_at = cx->now;
    for (int op = 0; op < OP_DELETE; op++)
        out->lists[op].text = S("*");
    collectionrules_apply(cx, &in->rules, out);
    TRY(revision_add(cx, "create", out->name, &out->migration_revision));
    TRY(is_view(in) ? open_view(cx, in->query, out) : make_table(cx, out));
    TRY(insert_collection(cx, out));
    TRY(collectionrules_insert(cx, out));
    return commit(&tx);
}

/* ---- update --------------------------------------------------------------------------------- */

static bool find_for_change(struct cx *cx, struct str id, struct collection *out, int64_t *records)
{
    TRY(catalogue_get(cx, id, out, records));
    return out->has_rules || collectionrules_insert(cx, out);
}

static void check_rules_that_stay(struct cx *cx, const struct define_in *in,
                                  const struct collection *old, const struct rule_names *names)
{
    struct collection stays = *old;

    for (int op = 0; op < OP_COUNT; op++)
        if (in->rules.rules[op].kind != JV_ABSENT)
            stays.rules[op] = NO_STR;
    collectionrules_recheck(cx, &stays, names);
}

static bool check_update(struct cx *cx, const struct define_in *in, const struct collection *old,
                         const struct collection *now, bool has_records)
{
    struct rule_names names;

    if (!str_absent(in->type) && is_view(in) != (old->view != NULL))
        return fail(cx, E_INVALID, "Validation error",
                    "A collection cannot become a view, nor a view a collection");
    if (!str_absent(in->query) && old->view == NULL)
        return fail(cx, E_INVALID, "Validation error", "Only a view has a query");
    if (!str_absent(in->name) && !str_eq(in->name, old->name))
        return fail(cx, E_INVALID, "Validation error", "Collection rename is not supported");
    if (now->fields != old->fields && old->view == NULL) {
        evolve_check(cx, old, now->fields, now->field_count, has_records);
        TRY(fieldcheck_refuse(cx, "Schema validation failed"));
    }
    names = collection_names(cx->mem, old->name, now->fields, now->field_count);
    if (old->view != NULL)
        check_view_rules(cx, in);
    index_check(cx, &now->indexes, now->fields, now->field_count);
    collectionrules_check(cx, &in->rules, &names, old->view == NULL);
    if (now->fields != old->fields && old->view == NULL)
        check_rules_that_stay(cx, in, old, &names);
    return fieldcheck_refuse(cx, "Validation failed");
}

/* The new fields and indexes into the table and the definition. *searches: the words changed. */
static bool put_definition(struct cx *cx, const struct collection *old, struct collection *now,
                           bool *searches)
{
    struct str was = field_store(cx->mem, old->fields, old->field_count);
    struct str is = field_store(cx->mem, now->fields, now->field_count);
    struct str indexes_were = index_store(cx->mem, &old->indexes);
    struct str indexes_are = index_store(cx->mem, &now->indexes);
    struct str query_was = old->view == NULL ? NO_STR : old->view->text;
    struct str query_is = now->view == NULL ? NO_STR : now->view->text;
    bool touched = !str_eq(query_was, query_is), indexed = false;

    *searches = false;
    if (now->view == NULL) {
        TRY(searchindex_hold(cx, old, now));
        TRY(evolve_apply(cx, old, now->fields, now->field_count, &touched));
        TRY(searchindex_change(cx, old, now, searches));
        TRY(index_apply(cx, now->table, &old->indexes, &now->indexes, now->fields,
                        now->field_count, &indexed));
    }
    if (indexed || (touched && now->indexes.n > 0))
        TRY(ddl_assume(cx, now->table));
    if (touched || indexed || *searches)
        TRY(revision_add(cx, "update", now->name, &now->migration_revision));
    if (str_eq(was, is) && str_eq(indexes_were, indexes_are) && !touched
        && old->realtime == now->realtime && old->event_previous == now->event_previous
        && old->requires_signature == now->requires_signature)
        return true;
    now->updated_at = cx->now;
    return change_update(cx, &(struct change){
        .table = S("collections"),
        .account_id = S(SYSTEM_ACCOUNT),
        .record_id = now->id,
        .key = BIND(p_text("id", now->id)),
        .old_values = BIND(p_text("schema", was), p_text("indexes", indexes_were),
                           p_text("view_query", query_was),
                           p_text("migration_revision", old->migration_revision),
                           p_bool("realtime", old->realtime),
                           p_bool("event_previous", old->event_previous),
                           p_bool("requires_signature", old->requires_signature),
                           p_time("updated_at", old->updated_at)),
        .new_values = BIND(p_text("schema", is), p_text("indexes", indexes_are),
                           p_text("view_query", query_is),
                           p_text("migration_revision", now->migration_revision),
                           p_bool("realtime", now->realtime),
                           p_bool("event_previous", now->event_previous),
                           p_bool("requires_signature", now->requires_signature),
                           p_time("updated_at", now->updated_at)),
    });
}

bool define_update(struct cx *cx, struct str id, const struct define_in *in,
                   struct collection *out, int64_t *records)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct index_list indexes = { NULL, 0 };
    struct collection old;
    struct field *fields = NULL;
    size_t n = 0;
    bool searches;

    if (fields_given(in).kind > JV_NULL)
        read_fields(cx, in, &fields, &n);
    read_indexes(cx, in, &indexes);
    collectionrules_shape(cx, &in->rules);
    TRY(fail_fields(cx));
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(find_for_change(cx, id, &old, records));
    if (in->known_at != 0 && in->known_at != old.updated_at)
        return fail(cx, E_PRECONDITION, "Precondition Failed",
                    "Collection '%.*s' has changed meanwhile", STR_ARG(old.name));
    *out = old;
    put_flags(in, out);
    if (fields != NULL) {
        if (old.view != NULL)
            loosen_references(fields, n);
        TRY(fieldcheck_list(cx, &(struct fieldcheck_names){ .own = old.name }, fields, n));
        out->fields = fields;
        out->field_count = n;
    }
    if (in->indexes.kind > JV_NULL)
        out->indexes = indexes;
    TRY(check_update(cx, in, &old, out, *records > 0));
    if (old.view != NULL)
        TRY(open_view(cx, str_absent(in->query) ? old.view->text : in->query, out));
    TRY(put_definition(cx, &old, out, &searches));
    collectionrules_apply(cx, &in->rules, out);
    TRY(collectionrules_update(cx, &old, out));
    return commit(&tx) && (!searches || searchindex_settle(cx, out));
}

/* ---- delete --------------------------------------------------------------------------------- */

struct other { struct str id, name, schema, view_query; };
static const struct col OTHER_COLS[] = {
    COL(C_TEXT, other, id), COL(C_TEXT, other, name), COL(C_TEXT, other, schema),
    COL(C_TEXT, other, view_query), { 0 },
};
static const struct sql OTHERS = SQL(
    "SELECT id, name, schema, view_query FROM collections WHERE id <> :id ORDER BY name");

static bool refers_to(struct cx *cx, const struct other *other, struct str name, bool *refers)
{
    struct str quick = str_fmt(cx->mem, "\"collection\":\"%.*s\"", STR_ARG(name));
    struct field *fields;
    size_t n;

    *refers = false;
    if (!str_has(other->schema, quick))
        return true;
    TRY(field_load(cx, cx->mem, other->schema, &fields, &n));
    for (size_t i = 0; i < n && !*refers; i++)
        *refers = !str_absent(fields[i].target_table) && str_eq(fields[i].collection, name);
    return true;
}

static bool check_unreferenced(struct cx *cx, const struct collection *c)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct other other;
    bool refers;

    TRY(db_query(cx, OTHERS, BIND(p_text("id", c->id)), &rows));
    while (rows_next(&rows, OTHER_COLS, &other)) {
        TRY(refers_to(cx, &other, c->name, &refers));
        if (refers)
            return fail(cx, E_CONFLICT, "Conflict", "Collection '%.*s' is referenced by '%.*s'",
                        STR_ARG(c->name), STR_ARG(other.name));
        if (!str_absent(other.view_query) && viewquery_names(cx->mem, other.view_query, c->table))
            return fail(cx, E_CONFLICT, "Conflict", "Collection '%.*s' is used by the view '%.*s'",
                        STR_ARG(c->name), STR_ARG(other.name));
    }
    return rows_done(&rows);
}

/* A rule that looks into what is not there would let nobody in. */
static bool check_unused(struct cx *cx, const struct collection *c)
{
    struct relations_use *uses;
    size_t n;

    TRY(relations_uses(cx, c->name, &uses, &n));
    return n == 0
        || fail(cx, E_CONFLICT, "Conflict", "Collection '%.*s' is used in a %s '%.*s'",
                STR_ARG(c->name), uses[0].is_role ? "permission on" : "rule of",
                STR_ARG(uses[0].user));
}

static bool forget(struct cx *cx, struct str table, struct str id)
{
    return change_delete(cx, &(struct change){
        .table = table,
        .account_id = S(SYSTEM_ACCOUNT),
        .record_id = id,
        .key = BIND(p_text("id", id)),
    });
}

static const struct sql GRANTS_ON = SQL("SELECT id FROM permissions WHERE collection = :name");

/* What roles were granted goes too, or it would hold for the next collection of this name. */
static bool forget_grants(struct cx *cx, struct str name)
{
    struct rows rows SCOPED(rows_close) = { 0 };

    TRY(db_query(cx, GRANTS_ON, BIND(p_text("name", name)), &rows));
    while (rows_step(&rows)) {
        int64_t id = rows_int(&rows, 0);
        TRY(change_delete(cx, &(struct change){
            .table = S("permissions"),
            .account_id = S(SYSTEM_ACCOUNT),
            .record_id = str_fmt(cx->mem, "%" PRId64, id),
            .key = BIND(p_int("id", id)),
        }));
    }
    return rows_done(&rows);
}

static bool drop_tables(struct cx *cx, const struct collection *c)
{
    for (size_t i = 0; i < c->field_count; i++)
        if (field_has_link(&c->fields[i]))
            TRY(ddl_drop_table(cx, field_link(cx->mem, c->name, c->fields[i].name)));
    return ddl_drop_table(cx, c->table);
}

bool define_delete(struct cx *cx, struct str id, struct define_deleted *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct collection old, nothing = { .field_count = 0 };
    bool searches;

    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(catalogue_get(cx, id, &old, &out->records_deleted));
    TRY(check_unreferenced(cx, &old));
    TRY(check_unused(cx, &old));
    out->collection_id = old.id;
    out->collection_name = old.name;
    out->table_name = nothing.table = old.table;
    TRY(revision_add(cx, "delete", old.name, &out->migration_revision));
    TRY(searchindex_hold(cx, &old, &nothing) && searchindex_change(cx, &old, &nothing, &searches));
    if (old.view == NULL)
        TRY(drop_tables(cx, &old));
    if (old.has_rules)
        TRY(forget(cx, S("collection_rules"), old.rules_id));
    TRY(forget_grants(cx, old.name));
    TRY(forget(cx, S("collections"), old.id));
    return commit(&tx);
}
