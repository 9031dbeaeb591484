/* relations.c — finds other collections for expressions, and narrows what callers see of them. */
#include "data/relations.h"

#include <string.h>

#include "base/settings.h"
#include "data/access.h"
#include "rules/lex.h"
#include "rules/related.h"

/* ---- finding one ---------------------------------------------------------------------------- */

struct found { struct found *next; struct rule_source source; };
struct finder {
    struct cx *cx;
    const struct rule_names *own;
    struct found *found;
};

static const struct rule_source *known(const struct finder *finder, struct str name)
{
    for (const struct found *f = finder->found; f != NULL; f = f->next)
        if (str_eq(f->source.name, name))
            return &f->source;
    return NULL;
}

static struct rule_source *add(struct finder *finder, struct str name, struct str table,
                               const struct rule_names *names)
{
    struct found *made = arena_make(finder->cx->mem, struct found);
    made->source = (struct rule_source){ .name = name, .table = table, .names = names };
    made->next = finder->found;
    finder->found = made;
    return &made->source;
}

static bool find_kept(void *state, struct str name, const struct rule_source **out)
{
    struct finder *finder = state;
    const struct collection *c = NULL;

    *out = known(finder, name);
    if (*out != NULL)
        return true;
    TRY(collection_definition(finder->cx, name, &c));
    if (c != NULL && c->view == NULL)
        *out = add(finder, c->name, c->table, &c->names);
    return true;
}

static bool find_now(void *state, struct str name, const struct rule_source **out)
{
    struct finder *finder = state;
    struct cx *cx = finder->cx;
    struct collection *c;
    bool found;

    *out = known(finder, name);
    if (*out != NULL)
        return true;
    if (finder->own != NULL && str_eq(finder->own->collection, name)) {
        *out = add(finder, name, field_table(cx->mem, name), finder->own);
        return true;
    }
    c = arena_make(cx->mem, struct collection);
    TRY(collection_load(cx, BY_NAME, name, c, &found));
    if (found && c->view == NULL)
        *out = add(finder, c->name, c->table, &c->names);
    return true;
}

/* ---- as callers see it ---------------------------------------------------------------------- */

/* Nothing tells what is hidden, masked and encrypted from what is not there. */
static const struct rule_names *seen_names(struct cx *cx, const struct access *access)
{
    struct rule_names *names = arena_make(cx->mem, struct rule_names);
    struct rule_name *at;

    *names = access_names(cx, access);
    at = arena_list(cx->mem, struct rule_name, names->n);
    memcpy(at, names->at, names->n * sizeof(*at));
    for (size_t i = 0; i < names->n; i++)
        at[i].hidden = at[i].hidden || at[i].masked || at[i].refused != NULL;
    names->at = at;
    return names;
}

static void measure(const struct access *access, struct rule_source *source)
{
    for (size_t i = 0; i < access->n; i++) {
        const struct rule *rule = access->grants[i].rule;
        if (rule == NULL)
            continue;
        source->size += rule_size(rule);
        if (rule_need(rule) > source->need)
            source->need = rule_need(rule);
    }
}

static bool find_seen(void *state, struct str name, const struct rule_source **out)
{
    const struct jv no_body = { .kind = JV_ABSENT };
    struct finder *finder = state;
    struct cx *cx = finder->cx;
    const struct collection *c = NULL;
    struct rule_source *source;
    struct access *access;

    *out = known(finder, name);
    if (*out != NULL)
        return true;
    TRY(collection_find(cx, name, &c));
    if (c == NULL || c->view != NULL)
        return true;
    access = arena_make(cx->mem, struct access);
    TRY(access_open(cx, c, OP_VIEW, no_body, access));
    if (access->answer != ACCESS_GRANTED || access->n == 0)
        return true;
    source = add(finder, c->name, c->table, seen_names(cx, access));
    source->narrowed = access;
    measure(access, source);
    *out = source;
    return true;
}

static bool narrow(struct qb *q, const struct rule_source *source)
{
    return access_and_grants(q, source->narrowed);
}

/* ---- what callers of this file get ---------------------------------------------------------- */

static struct rule_relations make(struct cx *cx, const struct rule_names *own,
                                  bool (*find)(void *state, struct str name,
                                               const struct rule_source **out))
{
    struct finder *finder = arena_make(cx->mem, struct finder);
    int64_t most = cx->set == NULL ? RELATED_MOST : cx->set->max_expand_depth;

    *finder = (struct finder){ .cx = cx, .own = own };
    return (struct rule_relations){
        .find = find, .narrow = narrow, .state = finder,
        .most = most < RELATED_MOST ? (unsigned)most : RELATED_MOST,
    };
}

/* What was stored under another setting stays what it was. */
struct rule_relations relations_kept(struct cx *cx)
{
    struct rule_relations relations = make(cx, NULL, find_kept);

    relations.most = RELATED_MOST;
    return relations;
}

struct rule_relations relations_now(struct cx *cx, const struct rule_names *own)
{
    return make(cx, own, find_now);
}

struct rule_relations relations_seen(struct cx *cx)
{
    return make(cx, NULL, find_seen);
}

/* ---- who uses it ---------------------------------------------------------------------------- */

/* A way through the collection: one of the parts of a name is a back-relation from it. */
static bool goes_back(struct cx *cx, struct str name, struct str collection)
{
    struct str start = str_fmt(cx->mem, "%.*s_via_", STR_ARG(collection)), part;

    while (str_cut(&name, '.', &part))
        if (str_starts(part, start))
            return true;
    return false;
}

/* exists(collection, or collection_via_field; a word of that name elsewhere does not count. */
static bool names_it(struct cx *cx, struct str rule, struct str collection)
{
    struct rule_fault fault;
    struct token token = { .kind = TOK_EOF };
    struct lex lex;
    unsigned seen = 0;                          /* of exists, (                                   */

    if (str_absent(rule) || !str_has(rule, collection))
        return false;
    lex_init(&lex, cx->mem, rule, &fault);
    while (lex_next(&lex, &token) && token.kind != TOK_EOF) {
        bool is_name = token.kind == TOK_IDENTIFIER;
        if (seen == 2 && (is_name || token.kind == TOK_STRING) && str_eq(token.text, collection))
            return true;
        if (is_name && goes_back(cx, token.text, collection))
            return true;
        seen = is_name && str_eq_nocase(token.text, S("exists")) ? 1
             : seen == 1 && token.kind == TOK_LPAREN ? 2 : 0;
    }
    return false;
}

struct uses { struct relations_use *at; size_t n; };

/* Rows of a collection's name and rules. */
static bool find_uses(struct cx *cx, struct sql sql, int rules, struct str collection,
                      bool is_role, struct uses *uses)
{
    struct rows rows SCOPED(rows_close) = { 0 };

    TRY(db_query(cx, sql, BIND(p_text("name", collection)), &rows));
    while (rows_step(&rows)) {
        bool found = false;
        for (int i = 1; i <= rules && !found; i++)
            found = names_it(cx, rows_text(&rows, i), collection);
        if (!found)
            continue;
        uses->at = arena_more(cx->mem, uses->at, uses->n, sizeof *uses->at);
        uses->at[uses->n++] = (struct relations_use){ str_copy(cx->mem, rows_text(&rows, 0)),
                                                      is_role };
    }
    return rows_done(&rows);
}

bool relations_uses(struct cx *cx, struct str collection, struct relations_use **out, size_t *n)
{
    static const struct sql COLLECTION_RULES = SQL(
        "SELECT c.name, r.list_rule, r.view_rule, r.create_rule, r.update_rule, r.delete_rule"
        " FROM collection_rules r JOIN collections c ON c.id = r.collection_id"
        " WHERE c.name <> :name ORDER BY c.name");
    static const struct sql PERMISSION_RULES = SQL(
        "SELECT collection, rule FROM permissions WHERE collection <> :name ORDER BY id");
    struct uses uses = { NULL, 0 };

    TRY(find_uses(cx, COLLECTION_RULES, OP_COUNT, collection, false, &uses));
    TRY(find_uses(cx, PERMISSION_RULES, 1, collection, true, &uses));
    *out = uses.at;
    *n = uses.n;
    return true;
}
