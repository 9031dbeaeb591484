/* codelistorder.c — swaps two neighbours, and lifts what would no longer stand behind them. */
#include "codelists/codelistorder.h"

static bool set_order(struct cx *cx, struct codelistvalue *value, int64_t order)
{
    struct codelistvalue_change to = { .sort_order = order, .is_active = -1 };
    return value->sort_order == order || codelistvalue_update(cx, value, &to);
}

static bool stands_before(const struct codelistvalue *a, const struct codelistvalue *b)
{
    return a->sort_order != b->sort_order ? a->sort_order < b->sort_order
                                          : str_cmp(a->code, b->code) < 0;
}

static bool swap(struct cx *cx, struct codelistvalues *all, size_t at)
{
    struct codelistvalue before = all->at[at], after = all->at[at + 1];
    int64_t low = before.sort_order, high = after.sort_order;
    TRY(set_order(cx, &after, low));
    TRY(set_order(cx, &before, high));
    all->at[at] = after;
    all->at[at + 1] = before;
    for (size_t i = at + 1; i < all->n; i++) {
        if (stands_before(&all->at[i - 1], &all->at[i]))
            continue;
        TRY(set_order(cx, &all->at[i], all->at[i - 1].sort_order + 1));
    }
    return true;
}

bool codelistorder_move(struct cx *cx, const struct codelist *list, struct str code, bool up)
{
    struct codelistvalues all;
    TRY(codelistvalue_list(cx, list, list->account_id, true, &all));
    for (size_t i = 0; i < all.n; i++) {
        if (!str_eq(all.at[i].code, code))
            continue;
        if (up ? i == 0 : i + 1 == all.n)
            return true;
        return swap(cx, &all, up ? i - 1 : i);
    }
    return fail_detail(cx, E_NOT_FOUND, "Value '%.*s' not found on codelist '%.*s'", STR_ARG(code),
                       STR_ARG(list->code));
}
