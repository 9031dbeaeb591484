/* macrobook.c — looks stored macros up, and looks for them in rules. */
#include "data/macrobook.h"

#include "base/jv.h"
#include "data/collection.h"
#include "rules/lex.h"

/* ---- reading one ---------------------------------------------------------------------------- */

static struct str *names_of(struct cx *cx, struct arena *mem, struct str parameters, size_t *n)
{
    struct jv list;
    struct jv_fault fault;
    struct str *names;

    *n = 0;
    if (!jv_parse(cx, parameters, &list, &fault))
        return NULL;
    names = arena_list(mem, struct str, jv_count(list) + 1);
    for (; *n < jv_count(list); (*n)++)
        names[*n] = str_copy(mem, jv_text(jv_at(list, *n)));
    return names;
}

bool macrobook_read(struct cx *cx, struct arena *mem, struct str name, struct str sql_query,
                    struct str parameters, struct rule_macro *out)
{
    struct guest *guest;
    struct guest_source *tables;
    size_t n, table_count;
    const struct str *names = names_of(cx, mem, parameters, &n);

    *out = (struct rule_macro){ .name = str_copy(mem, name) };
    if (!guest_read(mem, sql_query, names, n, &guest, &out->fault))
        return true;
    out->guest = guest;
    TRY(collection_tables(cx, &tables, &table_count));
    return guest_admit(cx, mem, guest, tables, table_count, &out->fault);
}

/* ---- finding one ---------------------------------------------------------------------------- */

struct row { struct str name, sql_query, parameters; };
static const struct col ROW_COLS[] = {
    COL(C_TEXT, row, name), COL(C_TEXT, row, sql_query), COL(C_TEXT, row, parameters), { 0 },
};
static const struct sql MACRO_BY_NAME = SQL(
    "SELECT name, sql_query, parameters FROM macros WHERE name = :name");

static bool find(struct cx *cx, struct arena *mem, struct str name, struct rule_macro **out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct row row;

    *out = NULL;
    TRY(db_query(cx, MACRO_BY_NAME, BIND(p_text("name", name)), &rows));
    if (!rows_next(&rows, ROW_COLS, &row))
        return rows_done(&rows);
    rows_close(&rows);
    *out = arena_make(mem, struct rule_macro);
    return macrobook_read(cx, mem, row.name, row.sql_query, row.parameters, *out);
}

static bool find_now(void *state, struct str name, const struct rule_macro **out)
{
    struct cx *cx = state;
    struct rule_macro *found;

    TRY(find(cx, cx->mem, name, &found));
    *out = found;
    return true;
}

/* Only what there is is kept: names that somebody makes up are none. */
struct kept { struct kept *next; const struct rule_macro *macro; };

static bool find_kept(void *state, struct str name, const struct rule_macro **out)
{
    struct cx *cx = state;
    struct rule_macro *found;
    struct arena *mem;
    void **place;

    TRY(collection_beside(cx, &mem, &place));
    for (const struct kept *k = *place; k != NULL; k = k->next)
        if (str_eq(k->macro->name, name)) {
            *out = k->macro;
            return true;
        }
    TRY(find(cx, mem, name, &found));
    *out = found;
    if (found == NULL)
        return true;
    struct kept *kept = arena_make(mem, struct kept);
    *kept = (struct kept){ *place, found };
    *place = kept;
    return true;
}

struct rule_macros macrobook_kept(struct cx *cx)
{
    return (struct rule_macros){ find_kept, cx };
}

struct rule_macros macrobook_now(struct cx *cx)
{
    return (struct rule_macros){ find_now, cx };
}

/* ---- who uses it ---------------------------------------------------------------------------- */

static bool names_it(struct cx *cx, struct str rule, struct str called)
{
    struct rule_fault fault;
    struct token token = { .kind = TOK_EOF };
    struct lex lex;

    if (!str_has(rule, called))
        return false;
    lex_init(&lex, cx->mem, rule, &fault);
    while (lex_next(&lex, &token) && token.kind != TOK_EOF)
        if (token.kind == TOK_IDENTIFIER && str_eq(token.text, called))
            return true;
    return false;
}

/* Rows of a name, and columns that are all rules, of which one names it. */
static bool find_uses(struct cx *cx, struct sql sql, int columns, struct str called,
                      struct str some[MACROBOOK_SOME], int64_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };

    *n = 0;
    TRY(db_query(cx, sql, NO_BINDS, &rows));
    while (rows_step(&rows)) {
        bool uses = false;
        for (int i = 1; i <= columns && !uses; i++)
            uses = names_it(cx, rows_text(&rows, i), called);
        if (uses && *n < MACROBOOK_SOME)
            some[*n] = str_copy(cx->mem, rows_text(&rows, 0));
        *n += uses;
    }
    return rows_done(&rows);
}

bool macrobook_uses(struct cx *cx, struct str name, struct macrobook_uses *out)
{
    static const struct sql COLLECTION_RULES = SQL(
        "SELECT c.name, r.list_rule, r.view_rule, r.create_rule, r.update_rule, r.delete_rule"
        " FROM collection_rules r JOIN collections c ON c.id = r.collection_id ORDER BY c.name");
    static const struct sql PERMISSION_RULES = SQL(
        "SELECT o.name || ': ' || p.collection || '/' || p.operation, p.rule"
        " FROM permissions p JOIN roles o ON o.id = p.role_id ORDER BY p.id");
    struct str called = str_fmt(cx->mem, "@%.*s", STR_ARG(name));

    return find_uses(cx, COLLECTION_RULES, OP_COUNT, called, out->some_collections,
                     &out->collections)
        && find_uses(cx, PERMISSION_RULES, 1, called, out->some_permissions, &out->permissions);
}
