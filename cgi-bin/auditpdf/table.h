/* table.h — the trail as a table on paper: what was asked for, the rows, their checksums. */
#ifndef AUDITPDF_TABLE_H
#define AUDITPDF_TABLE_H

#include "app/trailpdf.h"
#include "paper.h"

bool table_draw(struct cx *cx, struct paper *paper, const struct trailpdf *asked) MUST_CHECK;

#endif
