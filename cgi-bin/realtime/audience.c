/* audience.c — lists of listeners. */
#include "audience.h"

static struct listener **place_of(struct audience *audience, struct str account_id)
{
    return str_absent(account_id) ? &audience->everywhere
                                  : &audience->places[str_hash(account_id) % AUDIENCE_PLACES];
}

void audience_add(struct audience *audience, struct listener *listener)
{
    listener->next = audience->all;
    if (audience->all != NULL)
        audience->all->before = listener;
    audience->all = listener;
    audience->n++;
}

static void count(struct listener *listener, int more)
{
    if (listener->of->meters != NULL)
        atomic_fetch_add_explicit(&listener->of->meters->listeners[listener->kind], more,
                                  memory_order_relaxed);
}

void audience_enter(struct listener *listener)
{
    struct listener **place = place_of(listener->of, listener->account_id);
    listener->next_here = *place;
    listener->before_here = NULL;
    if (*place != NULL)
        (*place)->before_here = listener;
    *place = listener;
    listener->is_member = true;
    listener->of->members++;
    count(listener, 1);
}

static void leave_place(struct listener *listener)
{
    struct listener **place = place_of(listener->of, listener->account_id);
    if (listener->before_here != NULL)
        listener->before_here->next_here = listener->next_here;
    else
        *place = listener->next_here;
    if (listener->next_here != NULL)
        listener->next_here->before_here = listener->before_here;
    listener->of->members--;
    count(listener, -1);
}

static void leave_lists(struct listener *listener)
{
    struct audience *audience = listener->of;
    struct listener **at = &audience->dirty, *last = NULL;
    while (listener->is_dirty && *at != listener)
        at = &(*at)->next_dirty;
    if (listener->is_dirty)
        *at = listener->next_dirty;
    at = &audience->resuming;
    while (listener->is_resuming && *at != listener) {
        last = *at;
        at = &(*at)->next_resuming;
    }
    if (!listener->is_resuming)
        return;
    *at = listener->next_resuming;
    if (audience->resuming_last == listener)
        audience->resuming_last = last;
}

void audience_remove(struct listener *listener)
{
    struct audience *audience = listener->of;
    if (listener->is_member)
        leave_place(listener);
    leave_lists(listener);
    if (listener->before != NULL)
        listener->before->next = listener->next;
    else
        audience->all = listener->next;
    if (listener->next != NULL)
        listener->next->before = listener->before;
    audience->n--;
    bearer_leave(&audience->bearers, listener->bearer);
    listener_free(listener);
}

void audience_dirty(struct listener *listener)
{
    if (listener->is_dirty)
        return;
    listener->is_dirty = true;
    listener->next_dirty = listener->of->dirty;
    listener->of->dirty = listener;
}

struct listener *audience_take_dirty(struct audience *audience)
{
    struct listener *first = audience->dirty;
    if (first != NULL) {
        audience->dirty = first->next_dirty;
        first->is_dirty = false;
    }
    return first;
}

void audience_resume(struct listener *listener)
{
    struct audience *audience = listener->of;
    listener->is_live = false;
    if (listener->is_resuming)
        return;
    listener->is_resuming = true;
    listener->next_resuming = NULL;
    if (audience->resuming == NULL)
        audience->resuming = listener;
    else
        audience->resuming_last->next_resuming = listener;
    audience->resuming_last = listener;
}

struct listener *audience_take_resuming(struct audience *audience)
{
    struct listener *first = audience->resuming;
    if (first == NULL)
        return NULL;
    audience->resuming = first->next_resuming;
    if (audience->resuming == NULL)
        audience->resuming_last = NULL;
    first->is_resuming = false;
    return first;
}

struct listener *audience_at(const struct audience *audience, struct str account_id)
{
    return audience->places[str_hash(account_id) % AUDIENCE_PLACES];
}
