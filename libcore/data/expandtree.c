/* expandtree.c — reads the paths of `expand=`, and opens what they lead to. */
#include "data/expandtree.h"

#include "base/settings.h"

enum { MOST_NODES = 64, MOST_LOOKUPS = 64, LONGEST_NAME = 64 };
static const struct jv NO_BODY = { .kind = JV_ABSENT };

struct reading { struct expandtree_node *root; size_t nodes, lookups; };
/* What a name means where it stands; field NULL: nothing. */
struct meaning {
    enum expandtree_way way;
    const struct field *field;
    const struct collection *target;    /* on the way back                                        */
};

static bool too_many(struct cx *cx)
{
    return fail(cx, E_INVALID, "Invalid expand field",
                "At most %d references can be expanded at once", MOST_NODES);
}

/* --- names ------------------------------------------------------------------------------------ */

static bool is_shown(const struct access *access, const struct field *field)
{
    return access_gives(access, field) && !(field->pii && access->is_masked);
}

/* A masked id must not be told by what it points to. */
static bool means_own(const struct access *access, struct str name, struct meaning *out)
{
    const struct field *field = collection_field(access->collection, name);

    if (field == NULL)
        return false;
    if (field->type->rule == R_REFERENCE && is_shown(access, field))
        *out = (struct meaning){ fieldtype_is_many(field->type) ? EXPAND_MANY : EXPAND_ONE, field,
                                 NULL };
    return true;
}

static bool try_back(struct cx *cx, const struct collection *here, struct str collection,
                     struct str name, struct meaning *out)
{
    const struct collection *target;
    const struct field *field;

    if (collection.n > LONGEST_NAME || name.n > LONGEST_NAME)
        return true;
    TRY(collection_find(cx, collection, &target));
    field = target != NULL ? collection_field(target, name) : NULL;
    if (field != NULL && field->type->rule == R_REFERENCE
        && str_eq(field->target_table, here->table))
        *out = (struct meaning){ EXPAND_BACK, field, target };
    return true;
}

/* Both names may have _via_ in them as well. */
static bool means_back(struct cx *cx, struct reading *reading, const struct collection *here,
                       struct str name, struct meaning *out)
{
    const struct str via = S("_via_");

    for (size_t at = 1; at + via.n < name.n && out->field == NULL; at++) {
        if (!str_starts(str_sub(name, at, name.n), via))
            continue;
        if (reading->lookups++ == MOST_LOOKUPS)
            return too_many(cx);
        TRY(try_back(cx, here, str_sub(name, 0, at), str_sub(name, at + via.n, name.n), out));
    }
    return true;
}

static bool find_meaning(struct cx *cx, struct reading *reading,
                         const struct expandtree_node *node, struct str name, struct meaning *out)
{
    *out = (struct meaning){ .field = NULL };
    if (node != reading->root && node->target == NULL)
        return true;
    return means_own(&node->access, name, out)
        || means_back(cx, reading, node->access.collection, name, out);
}

/* --- nodes ------------------------------------------------------------------------------------ */

static bool open_target(struct cx *cx, const struct meaning *meaning, struct expandtree_node *node)
{
    bool is_back = meaning->way == EXPAND_BACK;

    node->target = meaning->target;
    if (!is_back)
        TRY(collection_find(cx, meaning->field->collection, &node->target));
    if (node->target == NULL)
        return true;
    TRY(access_open(cx, node->target, is_back ? OP_LIST : OP_VIEW, NO_BODY, &node->access));
    if (node->access.answer != ACCESS_GRANTED || node->access.n == 0
        || (is_back && !is_shown(&node->access, meaning->field)))
        node->target = NULL;
    return true;
}

/* The child for it; made when it is not there yet. */
static bool add_child(struct cx *cx, struct reading *reading, struct expandtree_node *parent,
                      const struct meaning *meaning, struct str key,
                      struct expandtree_node **out)
{
    struct expandtree_node **at = &parent->first;

    while (*at != NULL && ((*at)->field != meaning->field || (*at)->way != meaning->way))
        at = &(*at)->next;
    *out = *at;
    if (*at != NULL)
        return true;
    if (reading->nodes++ == MOST_NODES)
        return too_many(cx);
    *out = *at = arena_make(cx->mem, struct expandtree_node);
    **at = (struct expandtree_node){ .way = meaning->way, .field = meaning->field, .key = key };
    return open_target(cx, meaning, *at);
}

static bool add_path(struct cx *cx, struct reading *reading, struct str path)
{
    struct expandtree_node *node = reading->root;
    struct meaning meaning;
    struct str name;

    for (int64_t level = 0; str_cut(&path, '.', &name); level++) {
        TRY(find_meaning(cx, reading, node, str_trim(name), &meaning));
        if (meaning.field == NULL && level == 0)
            return fail(cx, E_INVALID, "Invalid expand field",
                        "Field '%.*s' is not a reference field and cannot be expanded",
                        STR_ARG(name));
        if (meaning.field == NULL || level >= cx->set->max_expand_depth)
            return true;
        TRY(add_child(cx, reading, node, &meaning, str_trim(name), &node));
    }
    return true;
}

bool expandtree_read(struct cx *cx, const struct access *access, struct str paths,
                     struct expandtree_node **out)
{
    struct reading reading = { NULL, 0, 0 };
    struct str path;

    *out = NULL;
    while (str_cut(&paths, ',', &path)) {
        path = str_trim(path);
        if (path.n == 0)
            continue;
        if (reading.root == NULL) {
            reading.root = arena_make(cx->mem, struct expandtree_node);
            reading.root->access = *access;
        }
        TRY(add_path(cx, &reading, path));
    }
    *out = reading.root;
    return true;
}

struct expandtree_node *expandtree_child(const struct expandtree_node *parent,
                                         const struct field *field)
{
    struct expandtree_node *child = parent->first;

    while (child != NULL && (child->field != field || child->way == EXPAND_BACK))
        child = child->next;
    return child;
}
