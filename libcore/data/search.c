/* search.c — what one caller searches for in a list. */
#include "data/search.h"

#include "data/searchindex.h"
#include "data/searchquery.h"

static bool may_look_into(const struct rule_names *names, const struct field *field)
{
    const struct rule_name *name = rule_find(names, field->name);

    return name != NULL && !name->masked && name->refused == NULL;
}

static bool choose_fields(struct cx *cx, const struct access *access,
                          const struct rule_names *names, struct fulltext_search *out)
{
    const struct collection *c = access->collection;
    const struct field *fields[FULLTEXT_FIELDS];
    bool any = false;

    out->n_fields = searchindex_fields(c->fields, c->field_count, fields);
    out->words = searchindex_name(cx->mem, c);
    for (unsigned i = 0; i < out->n_fields; i++) {
        out->looks_into[i] = may_look_into(names, fields[i]);
        any = any || out->looks_into[i];
    }
    return any || fail(cx, E_INVALID, "Invalid search",
                       "Collection '%.*s' has no searchable fields", STR_ARG(c->name));
}

bool search_open(struct cx *cx, const struct access *access, const struct rule_names *names,
                 struct str text, struct search *out)
{
    struct searchquery *query;
    const char *fault;

    *out = (struct search){ .collection = access->collection,
                            .of = { .account_id = access->account_id } };
    if (text.n == 0)
        return true;
    query = arena_make(cx->mem, struct searchquery);
    if (!searchquery_read(cx->mem, text, query, &fault))
        return fail(cx, E_INVALID, "Invalid search", "%s", fault);
    out->is_on = query->n > 0;
    if (!out->is_on)
        return true;
    out->of.terms = query->terms;
    out->of.n = query->n;
    return choose_fields(cx, access, names, &out->of);
}

/*
 * SQLite keeps the order of a CROSS JOIN: what is found first, then its row. PostgreSQL does not
 * mind it, but locks the tables in that order: as writers do, the collection's first.
 */
static void begin_found(struct qb *q, const struct search *search, bool with_points)
{
    qb_lit(q, SQL_OF(" FROM "));
    if (qb_is_postgres(q)) {
        qb_ident(q, search->collection->table);
        qb_lit(q, SQL_OF(" r JOIN "));
    }
    qb_lit(q, SQL_OF("(SELECT w.\"account_id\", w.\"record_id\", w.\"created_at\""));
    if (with_points) {
        qb_lit(q, SQL_OF(", "));
        fulltext_points(q, &search->of);
        qb_lit(q, SQL_OF(" AS points"));
    }
    search_from_found(q, search);
}

static void end_found(struct qb *q, const struct search *search)
{
    qb_lit(q, SQL_OF(") w"));
    if (!qb_is_postgres(q)) {
        qb_lit(q, SQL_OF(" CROSS JOIN "));
        qb_ident(q, search->collection->table);
        qb_lit(q, SQL_OF(" r"));
    }
    qb_lit(q, SQL_OF(" ON r.\"account_id\" = w.\"account_id\" AND r.\"id\" = w.\"record_id\""));
}

/* OFFSET 0 keeps PostgreSQL from reading every record in the order asked for, to look whether it is
 * among those found: it plans without knowing the words. */
bool search_from(struct qb *q, const struct search *search, bool with_points)
{
    if (!search->is_on) {
        qb_lit(q, SQL_OF(" FROM "));
        return collection_from(q, search->collection, search->of.account_id);
    }
    begin_found(q, search, with_points);
    qb_lit(q, qb_is_postgres(q) ? SQL_OF(" OFFSET 0") : SQL_OF(""));
    end_found(q, search);
    return true;
}

void search_from_best(struct qb *q, const struct search *search, int64_t skip, int64_t limit)
{
    begin_found(q, search, true);
    qb_lit(q, SQL_OF(" ORDER BY 4 DESC, 3 DESC, 2 DESC LIMIT "));
    qb_number(q, limit);
    qb_lit(q, SQL_OF(" OFFSET "));
    qb_value(q, p_int(NULL, skip));
    end_found(q, search);
}

void search_order_by(struct qb *q)
{
    qb_lit(q, SQL_OF(" ORDER BY w.points DESC, w.\"created_at\" DESC, w.\"record_id\" DESC"));
}

void search_from_found(struct qb *q, const struct search *search)
{
    fulltext_from(q, &search->of);
    qb_lit(q, SQL_OF(" WHERE "));
    fulltext_where(q, &search->of);
}

void search_key(struct qb *q, const struct search *search)
{
    if (!search->is_on)
        return;
    qb_lit(q, SQL_OF(" AND "));
    fulltext_where(q, &search->of);
}
