/* bearer.c — keeps tokens with their actors, and asks about them again. */
#include "bearer.h"

static struct str text_of(const struct credentials *given, bool *is_key)
{
    *is_key = str_absent(given->bearer);
    return *is_key ? given->api_key : given->bearer;
}

static struct str *copy_list(struct arena *mem, const struct str *list, size_t n)
{
    struct str *out = arena_list(mem, struct str, n);
    for (size_t i = 0; i < n; i++)
        out[i] = str_copy(mem, list[i]);
    return out;
}

/* In memory of its own, since it may be told anew as often as somebody changes. */
static void set_who(struct bearer *bearer, const struct actor *who, int64_t identities)
{
    struct arena *mem = arena_small(512);
    struct actor *own = &bearer->who;
    *own = *who;
    own->id = str_copy(mem, who->id);
    own->email = str_copy(mem, who->email);
    own->role = str_copy(mem, who->role);
    own->account_id = str_copy(mem, who->account_id);
    own->account_name = str_copy(mem, who->account_name);
    own->groups = copy_list(mem, who->groups, who->group_count);
    own->scopes = copy_list(mem, who->scopes, who->scope_count);
    own->session_id = own->token_id = own->ip = own->user_agent = NO_STR;
    arena_free(bearer->who_mem);
    bearer->who_mem = mem;
    bearer->identities = identities;
}

static struct bearer *find(const struct bearers *bearers, struct str text, bool is_key)
{
    uint64_t hash = str_hash(text);
    struct bearer *b = bearers->first;
    while (b != NULL && (b->fallen || b->hash != hash || b->is_key != is_key
                         || !str_eq(b->text, text)))
        b = b->next;
    return b;
}

struct bearer *bearer_join(struct bearers *bearers, const struct credentials *given,
                           const struct actor *who, int64_t identities)
{
    bool is_key;
    struct str text = text_of(given, &is_key);
    struct bearer *bearer = find(bearers, text, is_key);
    if (bearer == NULL) {
        struct arena *mem = arena_small(sizeof *bearer + text.n + 64);
        bearer = arena_make(mem, struct bearer);
        *bearer = (struct bearer){ .mem = mem, .hash = str_hash(text), .is_key = is_key,
                                   .text = str_copy(mem, text), .next = bearers->first };
        bearers->first = bearer;
        set_who(bearer, who, identities);
    } else if (bearer->identities != identities) {
        set_who(bearer, who, identities);
    }
    bearer->uses++;
    return bearer;
}

void bearer_leave(struct bearers *bearers, struct bearer *bearer)
{
    struct bearer **at = &bearers->first;
    if (bearer == NULL || --bearer->uses > 0)
        return;
    while (*at != bearer)
        at = &(*at)->next;
    *at = bearer->next;
    arena_free(bearer->who_mem);
    arena_free(bearer->mem);
}

size_t bearer_count_user(const struct bearers *bearers, struct str user_id)
{
    size_t n = 0;
    for (const struct bearer *b = bearers->first; b != NULL; b = b->next)
        n += str_eq(b->who.id, user_id) ? b->uses : 0;
    return n;
}

size_t bearer_count_account(const struct bearers *bearers, struct str account_id)
{
    size_t n = 0;
    for (const struct bearer *b = bearers->first; b != NULL; b = b->next)
        n += str_eq(b->who.account_id, account_id) ? b->uses : 0;
    return n;
}

bool bearer_has_expired(const struct bearer *bearer, int64_t now)
{
    return bearer->who.token_expires_at != 0 && now >= bearer->who.token_expires_at;
}

static bool ask(struct cx *cx, struct bearer *bearer, int64_t identities)
{
    struct credentials given = { .bearer = bearer->is_key ? NO_STR : bearer->text,
                                 .api_key = bearer->is_key ? bearer->text : NO_STR };
    struct actor who = { .kind = ACTOR_ANONYMOUS };
    if (actor_identify(cx, &given, &who)) {
        /* Whose events are heard is fixed with the connection: superadmins may be elsewhere. */
        bearer->fallen = !str_eq(who.account_id, bearer->who.account_id)
                      || who.is_superadmin != bearer->who.is_superadmin;
        set_who(bearer, &who, identities);
        return true;
    }
    bearer->fallen = cx->err.kind == E_UNAUTHENTICATED || cx->err.kind == E_FORBIDDEN;
    if (bearer->fallen)
        fail_forget(cx);
    return bearer->fallen;
}

bool bearer_stands(struct cx *cx, struct bearer *bearer, int64_t identities, bool *stands)
{
    bearer->fallen = bearer->fallen || bearer_has_expired(bearer, cx->now);
    if (!bearer->fallen && bearer->identities != identities)
        TRY(ask(cx, bearer, identities));
    *stands = !bearer->fallen;
    return true;
}
