/* related.c — finds the way that a name goes over other rows, and writes it as sub-queries. */
#include "rules/related.h"

#include <string.h>

#define NAME_MOST 64u                   /* of collections                                         */

/* ---- the way -------------------------------------------------------------------------------- */

struct walk {
    struct arena *mem;
    const struct rule_relations *relations;
    const struct rule_names *names;             /* of the row that was come to                    */
    struct str whole;
    struct related *way;
};

static struct ast_relation *step(struct walk *w, enum ast_join join,
                                 const struct rule_source *source, const struct rule_name *column)
{
    struct ast_relation *made = arena_make(w->mem, struct ast_relation);
    made->join = join;
    made->column = str_copy(w->mem, column->column);
    if (source != NULL) {
        made->table = str_copy(w->mem, source->table);
        made->source = source->narrowed != NULL ? source : NULL;
        made->narrow = w->relations->narrow;
        w->way->relations++;
    }
    w->way->steps[w->way->n++] = made;
    if (join != AST_REFERRED)
        w->way->any = w->way->n;
    return made;
}

static void end(struct walk *w, const struct rule_name *name, struct str column,
                enum rule_type type)
{
    struct rule_name *made = arena_make(w->mem, struct rule_name);
    if (name != NULL)
        *made = *name;
    made->many = false;
    made->refused = NULL;
    made->type = type;
    made->name = str_copy(w->mem, w->whole);
    made->column = str_copy(w->mem, column);
    made->target = NO_STR;
    w->way->end = made;
}

static bool is_word(struct str part)
{
    char c = part.n > 0 ? part.p[0] : '0';
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Of a field whose target nobody knows all that follows is as good as another. */
static enum related_answer open(struct walk *w, struct str rest)
{
    struct str part;
    while (str_cut(&rest, '.', &part))
        if (!is_word(part))
            return RELATED_NOTHING;
    w->way->is_open = true;
    end(w, NULL, S(""), R_ANY);
    return RELATED_FOUND;
}

static enum related_answer arrive(struct walk *w, const struct rule_name *name)
{
    w->way->refused = name->refused;
    if (name->refused != NULL)
        return RELATED_SEALED;
    if (name->many) {
        step(w, AST_ITEMS, NULL, name);
        w->way->is_bare = true;
    }
    end(w, name, name->column, name->type);
    return RELATED_FOUND;
}

/* Over a field of this row to those it refers to. */
static enum related_answer follow(struct walk *w, const struct rule_name *name, struct str rest)
{
    const struct rule_source *source = NULL;
    bool refers = !str_absent(name->target);
    if (name->masked || name->refused != NULL || w->relations == NULL)
        return RELATED_NOTHING;
    if (!refers && (name->type == R_ANY || name->type == R_REFERENCE || w->names->is_open))
        return open(w, rest);
    if (!refers)
        return RELATED_NOTHING;
    if (!w->relations->find(w->relations->state, name->target, &source))
        return RELATED_FAILED;
    if (source == NULL)
        return RELATED_NOTHING;
    step(w, name->many ? AST_REFERRED_MANY : AST_REFERRED, source, name);
    w->names = source->names;
    return RELATED_FOUND;
}

static bool points_back(const struct rule_name *name, const struct rule_names *to)
{
    return name != NULL && !str_absent(name->target) && !name->masked && name->refused == NULL
        && (str_absent(to->collection) || str_eq_nocase(name->target, to->collection));
}

/* comments_via_post: a collection, and its field that refers to this one; both may have _via_ in
 * their names. */
static enum related_answer back(struct walk *w, struct str part)
{
    static const struct str VIA = S_INIT("_via_");
    for (size_t at = 1; w->relations != NULL && at + VIA.n < part.n && at <= NAME_MOST; at++) {
        const struct rule_source *source = NULL;
        const struct rule_name *field;
        if (memcmp(part.p + at, VIA.p, VIA.n) != 0)
            continue;
        if (!w->relations->find(w->relations->state, str_sub(part, 0, at), &source))
            return RELATED_FAILED;
        if (source == NULL)
            continue;
        field = rule_find(source->names, str_sub(part, at + VIA.n, part.n));
        if (!points_back(field, w->names))
            continue;
        step(w, field->many ? AST_REFERRING_MANY : AST_REFERRING, source, field)->link
            = str_copy(w->mem, field->link);
        w->names = source->names;
        return RELATED_FOUND;
    }
    return RELATED_NOTHING;
}

/* Names that no field has are open where any name is; plain ones are for who asks to judge. */
static enum related_answer go(struct walk *w, struct str part, struct str rest, bool is_first)
{
    const struct rule_name *name = rule_find(w->names, part);
    enum related_answer answer;
    if (is_first)
        w->way->first = name;
    if (name != NULL)
        return str_absent(rest) ? arrive(w, name) : follow(w, name, rest);
    answer = back(w, part);
    if (answer == RELATED_FOUND && str_absent(rest)) {
        end(w, NULL, S("id"), R_REFERENCE);
        w->way->is_bare = true;
    }
    if (answer == RELATED_NOTHING && w->names->is_open && w->relations != NULL
        && !str_absent(rest))
        return is_word(part) ? open(w, rest) : answer;
    return answer;
}

enum related_answer related_find(struct arena *mem, const struct rule_names *names,
                                 const struct rule_relations *relations, struct str name,
                                 struct related *out)
{
    struct walk w = { mem, relations, names, name, out };
    struct str rest = name, part;
    enum related_answer answer = RELATED_NOTHING;
    size_t most = relations != NULL && relations->most < RELATED_MOST ? relations->most
                                                                      : RELATED_MOST;
    *out = (struct related){ 0 };
    if (str_ends(name, S(".")))
        return RELATED_NOTHING;
    for (bool is_first = true; str_cut(&rest, '.', &part); is_first = false) {
        answer = go(&w, part, rest.n > 0 ? rest : NO_STR, is_first);
        if (answer == RELATED_FOUND && out->relations > most)
            return RELATED_DEEP;
        if (answer != RELATED_FOUND || out->end != NULL)
            return answer;
    }
    return RELATED_NOTHING;
}

/* ---- as a tree ------------------------------------------------------------------------------ */

static struct ast *value_at_end(struct arena *mem, const struct related *way, unsigned up,
                                size_t position)
{
    size_t n = way->n;
    bool is_item = n > 0 && way->steps[n - 1]->join == AST_ITEMS;
    struct ast *node = ast_new(mem, is_item ? AST_ITEM : AST_COLUMN, position);
    node->column = way->end;
    for (size_t i = n; i > way->any; i--) {
        struct ast *made = ast_new(mem, AST_TARGET, position);
        made->relation = way->steps[i - 1];
        made->column = way->end;
        ast_add(mem, made, node);
        node = made;
    }
    node->up = way->any > 0 ? 0 : up;
    return node;
}

void related_place(struct arena *mem, const struct related *way, unsigned up, struct ast *node)
{
    static const struct ast_relation NOWHERE = { 0 };
    struct str text = node->text;
    struct ast *made;
    if (way->is_open) {
        made = ast_new(mem, AST_TARGET, node->position);
        made->relation = &NOWHERE;
        made->column = way->end;
    } else {
        made = value_at_end(mem, way, up, node->position);
    }
    *node = *made;
    node->text = text;
    if (way->any == 0)
        return;
    node->around = arena_make(mem, struct ast_around);
    node->around->nodes = arena_list(mem, struct ast *, way->any);
    node->around->is_bare = way->is_bare;
    for (; node->around->n < way->any; node->around->n++) {
        struct ast *some = ast_new(mem, AST_SOME, node->position);
        some->relation = way->steps[node->around->n];
        some->column = node->around->n == 0 ? way->first : NULL;
        some->up = node->around->n == 0 ? up : 0;
        some->class = CLASS_BOOL;
        node->around->nodes[node->around->n] = some;
    }
}

void related_place_submitted(struct arena *mem, const struct rule_name *name, struct ast *node)
{
    struct ast_relation *items = arena_make(mem, struct ast_relation);
    struct rule_name *of_one = arena_make(mem, struct rule_name);
    struct related way = { .steps = { items }, .n = 1, .any = 1, .end = of_one, .is_bare = true };
    struct str field = node->field;
    items->join = AST_ITEMS;
    *of_one = (struct rule_name){ .type = name->type, .name = str_copy(mem, node->text) };
    related_place(mem, &way, 0, node);
    node->around->nodes[0]->field = field;
}

/* ---- around comparisons --------------------------------------------------------------------- */

/* What was `levels` sub-queries further out than it is to stand; floor: inside of so many of its
 * own. */
static void sink(struct ast *node, unsigned levels, unsigned floor)
{
    bool starts = node->kind == AST_TARGET || node->kind == AST_SOME;
    if ((starts || node->kind == AST_COLUMN || node->kind == AST_ITEM) && node->up >= floor)
        node->up += levels;
    for (size_t i = 0; i < node->kid_count; i++)
        sink(node->kids[i], levels, floor + starts);
}

bool related_lift(struct arena *mem, struct ast *node)
{
    struct ast *from = NULL;
    for (size_t i = 0; i < node->kid_count; i++) {
        if (node->kids[i]->around != NULL && from != NULL)
            return false;
        if (node->kids[i]->around != NULL)
            from = node->kids[i];
    }
    if (from == NULL)
        return true;
    for (size_t i = 0; i < node->kid_count; i++)
        if (node->kids[i] != from)
            sink(node->kids[i], (unsigned)from->around->n, 0);
    node->around = arena_make(mem, struct ast_around);
    *node->around = *from->around;
    node->around->is_bare = node->around->is_bare && node->kind == AST_IS_NULL;
    from->around = NULL;
    return true;
}

static struct ast *negation(struct arena *mem, struct ast *kid)
{
    struct ast *made = ast_new(mem, AST_NOT, kid->position);
    made->class = CLASS_BOOL;
    ast_add(mem, made, kid);
    return made;
}

/* Where what may be empty begins: after the last relation that leads to many before it. */
static size_t start_of_last(const struct ast_around *around)
{
    size_t i = around->n - 1;
    while (i > 0 && around->nodes[i - 1]->relation->join == AST_REFERRED)
        i--;
    return i;
}

void related_wrap(struct arena *mem, struct ast *node)
{
    struct ast_around *around = node->around;
    size_t position = node->position;
    struct ast *inner;
    bool is_empty;
    if (around == NULL)
        return;
    inner = ast_new(mem, node->kind, position);
    *inner = *node;
    inner->around = NULL;
    is_empty = around->is_bare && node->kind == AST_IS_NULL && !node->negated;
    for (size_t i = around->n; i > 0; i--) {
        struct ast *some = around->nodes[i - 1];
        if (i < around->n || !around->is_bare || node->kind != AST_IS_NULL)
            ast_add(mem, some, inner);
        inner = is_empty && i - 1 == start_of_last(around) ? negation(mem, some) : some;
    }
    *node = *inner;
    node->position = position;
}
