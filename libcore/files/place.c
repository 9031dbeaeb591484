/* place.c — the table of places, and which of them a path or an upload means. */
#include "files/place.h"

#include "config/configuration.h"
#include "db/db.h"
#include "files/placelocal.h"
#include "files/places3.h"

/* The one without a prefix last: it takes what is left. */
static const struct place *const PLACES[] = { &places3, &placelocal };

const struct place *place_at(size_t i)
{
    return i < COUNT(PLACES) ? PLACES[i] : NULL;
}

const struct place *place_of(struct str path, struct str *name)
{
    size_t i = 0;
    while (i + 1 < COUNT(PLACES) && !str_starts(path, str_of(PLACES[i]->prefix)))
        i++;
    *name = str_sub(path, str_of(PLACES[i]->prefix).n, SIZE_MAX);
    return PLACES[i];
}

static const struct place *of_provider(struct str provider)
{
    for (size_t i = 0; i < COUNT(PLACES); i++)
        if (str_eq(str_of(PLACES[i]->provider), provider))
            return PLACES[i];
    return NULL;
}

bool place_for_uploads(struct cx *cx, const struct place **out)
{
    struct configurations all;
    struct str before = db_scope(cx, S("*"));
    bool listed = configuration_list(cx, S(SYSTEM_ACCOUNT), S("storage_providers"), &all);
    db_scope(cx, before);
    TRY(listed);
    *out = all.n == 0 ? &placelocal : NULL;
    for (size_t i = 0; i < all.n; i++) {
        const struct place *place = of_provider(all.at[i].provider_name);
        if (all.at[i].enabled && place != NULL && (*out == NULL || all.at[i].is_default))
            *out = place;
    }
    return *out != NULL
        || fail_detail(cx, E_INVALID, "No enabled system storage provider configured. Enable a"
                       " storage provider in system configuration.");
}
