/* rulescope.c — looks names up in the rows around, and keeps what a rule needs of its own row. */
#include "rules/rulescope.h"

#include <stdlib.h>

#include "rules/related.h"

#define MOST_RELATIONS 24u          /* sub-queries of one expression                              */
#define MOST_LEVELS 3u              /* exists() in exists()                                       */

void rulescope_init(struct rulescope *scope, struct arena *mem, enum rule_use use,
                    const struct rule_names *names, struct rule *rule,
                    struct rulescope_level *record)
{
    *record = (struct rulescope_level){ .names = names, .collection = names->collection };
    *scope = (struct rulescope){ .mem = mem, .use = use, .names = names, .level = record,
                                 .rule = rule };
}

/* ---- faults --------------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str available(const struct rulescope *scope, const struct rule_names *from)
{
    struct str *names = arena_list(scope->mem, struct str, from->n + 1);
    struct buf all;
    size_t n = 0;
    for (size_t i = 0; i < from->n; i++)
        if (!from->at[i].hidden && from->at[i].refused == NULL)
            names[n++] = from->at[i].name;
    qsort(names, n, sizeof *names, by_text);
    buf_init(&all, scope->mem, 1u << 16);
    for (size_t i = 0; i < n; i++) {
        buf_str(&all, i == 0 ? S("") : S(", "));
        buf_str(&all, names[i]);
    }
    return buf_text(&all);
}

static struct str unknown(const struct rulescope *scope, struct str name,
                          const struct rulescope_level *level)
{
    if (scope->use == RULE_COMPUTED)
        return str_fmt(scope->mem, "Unknown field '%.*s' in computed expression. Computed fields"
                       " cannot reference other computed fields or non-existent fields.",
                       STR_ARG(name));
    struct str of = level->out == NULL ? S("")
                  : str_fmt(scope->mem, " '%.*s'", STR_ARG(level->collection));
    return str_fmt(scope->mem, "Field '%.*s' does not exist in collection%.*s."
                   " Available fields: %.*s", STR_ARG(name), STR_ARG(of),
                   STR_ARG(available(scope, level->names)));
}

static struct str refusal(const struct rulescope *scope, struct str name, const char *why)
{
    return str_fmt(scope->mem, "Field '%.*s' %s and cannot be used in %s", STR_ARG(name), why,
                   scope->use == RULE_FILTER ? "filters"
                   : scope->use == RULE_COMPUTED ? "computed fields" : "rules");
}

static struct str why_not(const struct rulescope *scope, enum related_answer answer,
                          struct str name, const struct related *way,
                          const struct rulescope_level *level)
{
    switch (answer) {
    case RELATED_NOTHING:
        return unknown(scope, name, level);
    case RELATED_DEEP:
        return str_fmt(scope->mem, "Field '%.*s' goes through more than %u relations",
                       STR_ARG(name), scope->names->relations->most);
    case RELATED_SEALED:
        return refusal(scope, name, way->refused);
    case RELATED_FOUND:
        return refusal(scope, name, "holds many values");
    default:
        return str_fmt(scope->mem, "Field '%.*s' cannot be looked up", STR_ARG(name));
    }
}

static bool counted(struct rulescope *scope, size_t n, struct str *message)
{
    scope->relations += n;
    scope->rule->asks_others = scope->rule->asks_others || n > 0;
    *message = str_fmt(scope->mem, "An expression can look into other collections at most %u times",
                       MOST_RELATIONS);
    return scope->relations <= MOST_RELATIONS;
}

/* ---- the record's own row ------------------------------------------------------------------- */

static const struct rule_name *keep(struct rulescope *scope, const struct rule_name *name);

static const struct rule_name *mention(struct rulescope *scope, const struct rule_name *name)
{
    for (size_t i = 0; i < scope->rule->column_count; i++)
        if (str_eq(scope->rule->columns[i]->name, name->name))
            return scope->rule->columns[i];
    return keep(scope, name);
}

/* A rule that mentions a computed field reads what that reads. */
static const struct rule_name *keep(struct rulescope *scope, const struct rule_name *name)
{
    struct rule_name *copy = arena_make(scope->mem, struct rule_name);
    struct rule *rule = scope->rule;
    for (size_t i = 0; name->computed != NULL && i < name->computed->read_count; i++)
        mention(scope, name->computed->reads[i]);
    *copy = *name;
    copy->name = str_copy(scope->mem, name->name);
    copy->column = str_copy(scope->mem, name->column);
    copy->target = copy->link = NO_STR;
    if (rule->column_count == scope->room) {
        size_t room = scope->room == 0 ? 4 : scope->room * 2;
        rule->columns = arena_grow(scope->mem, rule->columns, scope->room * sizeof *rule->columns,
                                   room * sizeof *rule->columns);
        scope->room = room;
    }
    return rule->columns[rule->column_count++] = copy;
}

static void mention_system(struct rulescope *scope, struct str name)
{
    const struct rule_name *found = rule_find(scope->names, name);
    if (found != NULL)
        mention(scope, found);
}

/* What sub-queries start from has to be there, in a row that is only submitted too. */
static void mention_start(struct rulescope *scope, struct related *way)
{
    if (way->relations > 0)
        mention_system(scope, S("account_id"));
    if (way->first != NULL)
        way->first = mention(scope, way->first);
    else if (way->relations > 0)
        mention_system(scope, S("id"));
    if (way->n == 0 && !way->is_open)
        way->end = way->first;
}

/* ---- names ---------------------------------------------------------------------------------- */

static bool is_plain(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return name.n > 0;
}

static bool name_of(struct rulescope *scope, struct ast *node, struct str name,
                    const struct rulescope_level *level, struct str *message)
{
    const struct rule_name any = { .name = name, .column = name, .type = R_ANY };
    struct related way;
    enum related_answer answer = related_find(scope->mem, level->names, scope->names->relations,
                                              name, &way);
    if (answer == RELATED_NOTHING && level->names->is_open && is_plain(name)) {
        way = (struct related){ .first = &any };
        answer = RELATED_FOUND;
    }
    if (answer != RELATED_FOUND || (scope->use == RULE_COMPUTED && way.n > 0)) {
        *message = why_not(scope, answer, name, &way, level);
        return false;
    }
    if (level->out == NULL)
        mention_start(scope, &way);
    else
        way.first = NULL;
    if (way.relations + way.is_open > 0)
        TRY(counted(scope, way.relations + way.is_open, message));
    if (way.end->computed != NULL && way.end->computed->uses_now)
        scope->rule->uses_now = true;
    related_place(scope->mem, &way, scope->level->number - level->number, node);
    return true;
}

/* Fields of the nearest row come first. */
bool rulescope_name(struct rulescope *scope, struct ast *node, struct str name,
                    struct str *message)
{
    const struct rulescope_level *level = scope->level;
    struct str rest = name, head;
    bool may_be_further = level->out != NULL && str_cut(&rest, '.', &head) && rest.n > 0
        && rule_find(level->names, head) == NULL;
    while (may_be_further && level != NULL && !str_eq(level->collection, head))
        level = level->out;
    if (may_be_further && level != NULL)
        return name_of(scope, node, rest, level, message);
    return name_of(scope, node, name, scope->level, message);
}

bool rulescope_record(struct rulescope *scope, struct ast *node, struct str name,
                      struct str *message)
{
    const struct rulescope_level *level = scope->level;
    while (level->out != NULL)
        level = level->out;
    return name_of(scope, node, name, level, message);
}

/* ---- exists() ------------------------------------------------------------------------------- */

bool rulescope_enter(struct rulescope *scope, struct ast *node, struct str collection,
                     struct rulescope_level *inside, struct str *message)
{
    const struct rule_relations *relations = scope->names->relations;
    const struct rule_source *source = NULL;
    struct ast_relation *relation = arena_make(scope->mem, struct ast_relation);
    struct ast *made = ast_new(scope->mem, AST_SOME, node->position);
    *message = str_fmt(scope->mem, "Collection '%.*s' cannot be looked up", STR_ARG(collection));
    TRY(relations->find(relations->state, collection, &source));
    *message = str_fmt(scope->mem, "Collection '%.*s' does not exist", STR_ARG(collection));
    TRY(source != NULL);
    *message = str_fmt(scope->mem, "exists() can be nested at most %u deep", MOST_LEVELS);
    TRY(scope->level->number < MOST_LEVELS);
    TRY(counted(scope, 1, message));
    if (scope->level->out == NULL)
        mention_system(scope, S("account_id"));
    *inside = (struct rulescope_level){ scope->level, source->names,
                                        str_copy(scope->mem, source->name),
                                        scope->level->number + 1 };
    relation->table = str_copy(scope->mem, source->table);
    relation->source = source->narrowed != NULL ? source : NULL;
    relation->narrow = relations->narrow;
    made->relation = relation;
    made->text = node->text;
    ast_add(scope->mem, made, node->kids[1]);
    *node = *made;
    scope->level = inside;
    return true;
}

void rulescope_leave(struct rulescope *scope)
{
    scope->level = scope->level->out;
}
