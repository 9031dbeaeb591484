/* pagegoes.h — what else goes, on the page that asks before something is deleted. */
#ifndef ADMIN_PAGEGOES_H
#define ADMIN_PAGEGOES_H

#include "app/consequences.h"
#include "desk/confirm.h"

/* Each finding with its count and examples; .refused when one of them stops it. */
void pagegoes_put(struct cx *cx, struct confirm *confirm, const struct consequences *found);

#endif
