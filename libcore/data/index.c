/* index.c — declared indexes: read, checked, stored, and made so in the table. */
#include "data/index.h"

#include "data/collection.h"
#include "data/fieldcheck.h"
#include "db/qb.h"

enum { STORE_MAX = 1 << 16 };

/* --- text ------------------------------------------------------------------------------------- */

static struct index_key key_of(struct arena *mem, struct str text)
{
    bool descending = str_starts(text, S("-"));
    size_t sign = descending || str_starts(text, S("+"));

    return (struct index_key){ str_copy(mem, str_sub(text, sign, text.n)), descending };
}

static void write_index(struct js *js, struct arena *mem, const struct index *index)
{
    js_array(js, NULL);
    for (size_t i = 0; i < index->n; i++)
        js_text(js, NULL, str_fmt(mem, "%s%.*s", index->keys[i].descending ? "-" : "",
                                  STR_ARG(index->keys[i].name)));
    js_end(js);
}

struct str index_text(struct arena *mem, const struct index *index)
{
    struct buf out;
    struct js js;

    buf_init(&out, mem, STORE_MAX);
    js_init(&js, &out);
    write_index(&js, mem, index);
    return buf_text(&out);
}

struct str index_store(struct arena *mem, const struct index_list *list)
{
    struct buf out;
    struct js js;

    buf_init(&out, mem, STORE_MAX);
    js_init(&js, &out);
    js_array(&js, NULL);
    for (size_t i = 0; i < list->n; i++)
        write_index(&js, mem, &list->at[i]);
    js_end(&js);
    return buf_text(&out);
}

bool index_load(struct cx *cx, struct arena *mem, struct str json, struct index_list *out)
{
    struct jv list;
    struct jv_fault fault;
    struct index *all;

    if (!jv_parse(cx, json, &list, &fault) || list.kind != JV_ARRAY)
        return broken(cx, "the stored indexes are no JSON array");
    all = arena_list(mem, struct index, jv_count(list));
    for (size_t i = 0; i < jv_count(list); i++) {
        struct jv one = jv_at(list, i);
        struct index_key *keys = arena_list(mem, struct index_key, jv_count(one));
        for (size_t k = 0; k < jv_count(one); k++)
            keys[k] = key_of(mem, jv_text(jv_at(one, k)));
        all[i] = (struct index){ keys, jv_count(one) };
    }
    *out = (struct index_list){ all, jv_count(list) };
    return true;
}

/* --- a request -------------------------------------------------------------------------------- */

static void wrong(struct cx *cx, struct str loc, const char *type, struct str msg, struct jv input)
{
    fail_add_field(cx, &(struct err_field){ .type = type, .loc = loc, .msg = msg,
                                            .input = jv_print(cx->mem, input) });
}

static void read_one(struct cx *cx, struct jv from, size_t i, struct index *out)
{
    struct index_key *keys = arena_list(cx->mem, struct index_key, jv_count(from));

    *out = (struct index){ keys, 0 };
    if (from.kind != JV_ARRAY) {
        wrong(cx, str_fmt(cx->mem, "[\"body\",\"indexes\",%zu]", i), "list_type",
              S("Input should be a valid list"), from);
        return;
    }
    for (; out->n < jv_count(from); out->n++) {
        struct jv name = jv_at(from, out->n);
        if (name.kind == JV_TEXT)
            keys[out->n] = key_of(cx->mem, str_trim(jv_text(name)));
        else
            wrong(cx, str_fmt(cx->mem, "[\"body\",\"indexes\",%zu,%zu]", i, out->n), "string_type",
                  S("Input should be a valid string"), name);
    }
}

void index_read(struct cx *cx, struct jv list, struct index_list *out)
{
    size_t n = list.kind == JV_ARRAY ? jv_count(list) : 0;
    struct index *all = arena_list(cx->mem, struct index, n);

    *out = (struct index_list){ all, n };
    if (list.kind != JV_ARRAY)
        wrong(cx, S("[\"body\",\"indexes\"]"), "list_type", S("Input should be a valid list"),
              list);
    for (size_t i = 0; i < n; i++)
        read_one(cx, jv_at(list, i), i, &all[i]);
}

/* --- what cannot be indexed ------------------------------------------------------------------- */

static const struct field *find(const struct field *fields, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(fields[i].name, name))
            return &fields[i];
    return NULL;
}

bool index_takes(const struct field *field)
{
    return field->type->word != NULL && field->type->rule != R_JSON
        && field->type->rule != R_FILE && !fieldtype_is_many(field->type);
}

static void check_field(struct cx *cx, struct str at, const struct field *field)
{
    if (!index_takes(field))
        fail_add_item(cx, at, S("index_field_type"), "Fields of type '%.*s' cannot be indexed",
                      STR_ARG(field->type_name));
    else if (field->encrypted)
        fail_add_item(cx, at, S("index_field_encrypted"), "Encrypted fields cannot be indexed");
    else if (field->default_value.type == P_TEXT && field->default_value.text.n > INDEX_BYTES)
        fail_add_item(cx, at, S("index_values_too_long"),
                      "The default of '%.*s' is longer than the %d bytes that an index takes",
                      STR_ARG(field->name), INDEX_BYTES);
}

static void check_key(struct cx *cx, const struct index *index, size_t i, size_t k,
                      const struct field *fields, size_t n)
{
    struct str at = str_fmt(cx->mem, "indexes[%zu][%zu]", i, k), name = index->keys[k].name;
    const struct field *field = find(fields, n, name);

    for (size_t before = 0; before < k; before++)
        if (str_eq(index->keys[before].name, name)) {
            fail_add_item(cx, at, S("index_field_duplicate"), "Field '%.*s' stands in it twice",
                          STR_ARG(str_sub(name, 0, 64)));
            return;
        }
    if (str_eq(name, S("account_id")))
        fail_add_item(cx, at, S("index_field_implied"),
                      "Every index begins with account_id by itself");
    else if (str_eq(name, S("id")) && k == 0)
        fail_add_item(cx, at, S("index_field_implied"), "Records are found by id without one");
    else if (field != NULL)
        check_field(cx, at, field);
    else if (!collection_system_column(name))
        fail_add_item(cx, at, S("index_field_unknown"), "Unknown field '%.*s'",
                      STR_ARG(str_sub(name, 0, 64)));
}

static bool is_same(const struct index *a, const struct index *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (a->keys[i].descending != b->keys[i].descending
            || !str_eq(a->keys[i].name, b->keys[i].name))
            return false;
    return true;
}

static bool is_among(const struct index_list *list, size_t count, const struct index *index)
{
    for (size_t i = 0; i < count; i++)
        if (is_same(&list->at[i], index))
            return true;
    return false;
}

static void check_one(struct cx *cx, const struct index_list *list, size_t i,
                      const struct field *fields, size_t n)
{
    const struct index *index = &list->at[i];
    struct str at = str_fmt(cx->mem, "indexes[%zu]", i);

    if (index->n == 0 || index->n > INDEX_KEYS) {
        fail_add_item(cx, at, S("index_field_count"), "An index has between 1 and %d fields",
                      INDEX_KEYS);
        return;
    }
    for (size_t k = 0; k < index->n; k++)
        check_key(cx, index, i, k, fields, n);
    if (is_among(list, i, index))
        fail_add_item(cx, at, S("index_duplicate"), "The index is declared twice");
    else if (index->n == 1 && str_eq(index->keys[0].name, S("created_at")))
        fail_add_item(cx, at, S("index_duplicate"), "Every collection has this index by itself");
}

void index_check(struct cx *cx, const struct index_list *list, const struct field *fields,
                 size_t n)
{
    if (list->n > INDEX_MOST) {
        fail_add_item(cx, S("indexes"), S("index_count"),
                      "A collection can declare at most %d indexes", INDEX_MOST);
        return;
    }
    for (size_t i = 0; i < list->n; i++)
        check_one(cx, list, i, fields, n);
}

bool index_has(const struct index_list *list, struct str field)
{
    for (size_t i = 0; i < list->n; i++)
        for (size_t k = 0; k < list->at[i].n; k++)
            if (str_eq(list->at[i].keys[k].name, field))
                return true;
    return false;
}

/* --- in the table ----------------------------------------------------------------------------- */

/* Rows of all accounts: who defines collections is a superadmin. */
static bool check_lengths(struct cx *cx, struct str table, const struct field *field)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;

    if (field->type->rule != R_TEXT && field->type->rule != R_SELECT)
        return true;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT 1 FROM "));
    qb_ident(&q, table);
    qb_lit(&q, qb_is_postgres(&q) ? SQL_OF(" r WHERE octet_length(")
                                  : SQL_OF(" r WHERE length(CAST("));
    qb_column(&q, 'r', field->name);
    qb_lit(&q, qb_is_postgres(&q) ? SQL_OF(") > ") : SQL_OF(" AS BLOB)) > "));
    qb_value(&q, p_int(NULL, INDEX_BYTES));
    qb_lit(&q, SQL_OF(" LIMIT 1"));
    TRY(qb_query(&q, &rows));
    if (rows_step(&rows))
        fail_add_item(cx, S("indexes"), S("index_values_too_long"),
                      "Field '%.*s' cannot be indexed because records hold more than %d bytes"
                      " in it", STR_ARG(field->name), INDEX_BYTES);
    return rows_done(&rows);
}

static size_t columns_of(const struct index *index, struct ddl_key *columns)
{
    for (size_t i = 0; i < index->n; i++)
        columns[i] = (struct ddl_key){
            .column = index->keys[i].name, .descending = index->keys[i].descending,
            .nullable = !collection_system_column(index->keys[i].name),
        };
    return index->n;
}

static bool create(struct cx *cx, struct str table, const struct index *index,
                   const struct field *fields, size_t n)
{
    struct ddl_key columns[INDEX_KEYS];

    for (size_t k = 0; k < index->n; k++) {
        const struct field *field = find(fields, n, index->keys[k].name);
        if (field != NULL)
            TRY(check_lengths(cx, table, field));
    }
    TRY(fieldcheck_refuse(cx, "Schema validation failed"));
    return ddl_create_index(cx, table, columns, columns_of(index, columns));
}

bool index_apply(struct cx *cx, struct str table, const struct index_list *old,
                 const struct index_list *now, const struct field *fields, size_t n, bool *touched)
{
    struct ddl_key columns[INDEX_KEYS];

    *touched = false;
    for (size_t i = 0; i < old->n; i++) {
        if (is_among(now, now->n, &old->at[i]))
            continue;
        *touched = true;
        TRY(ddl_drop_index(cx, table, columns, columns_of(&old->at[i], columns)));
    }
    for (size_t i = 0; i < now->n; i++) {
        if (is_among(old, old->n, &now->at[i]))
            continue;
        *touched = true;
        TRY(create(cx, table, &now->at[i], fields, n));
    }
    return true;
}
