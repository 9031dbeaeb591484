/*
 * shortform.h — which collections answer under /api/v1/{collection} as well as in their long form.
 */
#ifndef DATA_SHORTFORM_H
#define DATA_SHORTFORM_H

#include "base/str.h"

/* A word that another resource has or will have: such a collection has its long form only. */
bool shortform_is_reserved(struct str name);

#endif
