/*
 * codelistpackage.h — brings a codelist from another installation, values and labels included
 * (data.md §19.2).
 *
 * Again      what is there by its code changes, nothing is taken away: importing twice is as once
 * Errors     422 for what is no package (SHAPE_DETAIL), or with the faults of its members; 400 for
 *            codes that may be none; nothing is kept of a package that fails
 */
#ifndef CODELISTS_CODELISTPACKAGE_H
#define CODELISTS_CODELISTPACKAGE_H

#include "base/js.h"
#include "base/jv.h"
#include "codelists/codelist.h"

#define CODELISTPACKAGE_FORMAT "snackbase.codelist"
#define CODELISTPACKAGE_VERSION "1.0"

/* A list of the system, for superadmins; path: where the package stands in the request. */
bool codelistpackage_import(struct cx *cx, struct jv package, struct str path,
                            struct codelist *out) MUST_CHECK;
/* The list as its keeper has it, with its own values; 403: the system's is for superadmins. */
bool codelistpackage_write(struct cx *cx, const struct codelist *list, struct js *js) MUST_CHECK;

#endif
