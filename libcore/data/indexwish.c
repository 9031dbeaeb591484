/* indexwish.c — puts together the index of a list, and looks whether there is one like it. */
#include "data/indexwish.h"

#include "rules/rulekeys.h"

/* In this order: pinned columns, the order of the list with id at its end, what is only read. */
struct wish {
    struct index_key keys[2 * INDEX_KEYS];
    size_t pinned, ordered, n;              /* ends of the parts                                  */
};

static bool is_in(const struct index_key *keys, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(keys[i].name, name))
            return true;
    return false;
}

/* Every index has account_id anyway. What does not fit is left out. */
static void add(struct wish *wish, struct str name, bool descending)
{
    if (wish->n < COUNT(wish->keys) && !str_eq(name, S("account_id"))
        && !is_in(wish->keys, wish->n, name))
        wish->keys[wish->n++] = (struct index_key){ name, descending };
}

static bool takes(const struct collection *c, struct str name)
{
    const struct field *field = collection_field(c, name);

    return field == NULL || index_takes(field);
}

/* False: some cannot stand in an index, so that the rows have to be read whatever it holds. */
static bool add_columns(struct wish *wish, const struct collection *c, const struct rulekeys *keys,
                        bool pinned)
{
    bool all = true;

    for (size_t i = 0; i < keys->n; i++) {
        if (!takes(c, keys->columns[i]))
            all = false;
        else if (keys->pinned[i] == pinned)
            add(wish, keys->columns[i], false);
    }
    return all;
}

static void make(struct cx *cx, const struct access *access, const struct rule *filter,
                 const struct page_order *order, struct wish *out)
{
    struct rulekeys keys = { 0 };
    bool all;

    if (filter != NULL)
        rulekeys_add(cx, filter, NULL, true, &keys);
    for (size_t i = 0; i < access->n; i++)
        if (access->grants[i].rule != NULL)
            rulekeys_add(cx, access->grants[i].rule, &access->caller, access->n == 1, &keys);
    all = add_columns(out, access->collection, &keys, true);
    out->pinned = out->n;
    for (size_t i = 0; i < order->n && takes(access->collection, order->keys[i].of->column); i++)
        add(out, order->keys[i].of->column, order->keys[i].descending);
    out->ordered = out->n;
    all = all && add_columns(out, access->collection, &keys, false);
    if (out->n > INDEX_KEYS || !all)
        out->n = out->ordered;              /* the rows have to be read                           */
}

/* --- is there one? ---------------------------------------------------------------------------- */

/* An index with the id that it ends with, if it has none. */
struct whole { struct index_key keys[INDEX_KEYS + 1]; size_t n; };

static struct whole whole(const struct index *index)
{
    struct whole out = { .n = index->n };

    for (size_t i = 0; i < index->n; i++)
        out.keys[i] = index->keys[i];
    if (!is_in(out.keys, out.n, S("id")))
        out.keys[out.n++] = (struct index_key){ S("id"), index->keys[index->n - 1].descending };
    return out;
}

/* Read from either end, an index gives its order or the opposite. */
static bool serves_order(const struct whole *index, const struct wish *wish)
{
    bool flipped = false;

    for (size_t i = wish->pinned; i < wish->ordered; i++) {
        bool differs = index->keys[i].descending != wish->keys[i].descending;
        if (i == wish->pinned)
            flipped = differs;
        if (!str_eq(index->keys[i].name, wish->keys[i].name) || differs != flipped)
            return false;
    }
    return true;
}

static bool serves(const struct index *declared, const struct wish *wish)
{
    struct whole index = whole(declared);

    if (index.n < wish->n || !serves_order(&index, wish))
        return false;
    for (size_t i = 0; i < wish->n; i++)
        if (!is_in(index.keys, i < wish->pinned ? wish->pinned : index.n, wish->keys[i].name))
            return false;
    return true;
}

bool indexwish_find(struct cx *cx, const struct access *access, const struct rule *filter,
                    const struct page_order *order, struct index *out)
{
    const struct index_list *declared = &access->collection->indexes;
    const struct index_key newest[] = { { S("created_at"), true } };
    struct wish *wish = arena_make(cx->mem, struct wish);

    make(cx, access, filter, order, wish);
    if (wish->n == 0)
        return false;
    *out = (struct index){ wish->keys, wish->n };
    if (str_eq(wish->keys[wish->n - 1].name, S("id")))
        out->n--;                           /* it ends so by itself                               */
    if (str_eq(wish->keys[0].name, S("id")) || out->n > INDEX_KEYS
        || serves(&(struct index){ newest, 1 }, wish))
        return false;
    for (size_t i = 0; i < declared->n; i++)
        if (serves(&declared->at[i], wish))
            return false;
    return true;
}
