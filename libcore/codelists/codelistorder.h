/*
 * codelistorder.h — moves a value of a codelist by one place in its order, sort_order then code.
 *
 * Changes  as few values as it takes (codelistvalue_update), of a list that was taken
 * Errors   as codelistvalue_update; at its end a value stays where it is
 */
#ifndef CODELISTS_CODELISTORDER_H
#define CODELISTS_CODELISTORDER_H

#include "codelists/codelistvalue.h"

bool codelistorder_move(struct cx *cx, const struct codelist *list, struct str code, bool up)
    MUST_CHECK;

#endif
