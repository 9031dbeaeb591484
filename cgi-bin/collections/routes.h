/* routes.h — the route tables of the program collections. */
#ifndef COLLECTIONS_ROUTES_H
#define COLLECTIONS_ROUTES_H

#include "http/route.h"

extern const struct route definitions_routes[];     /* /collections, /collections/{id}            */
extern const struct route generated_routes[];       /* /collections/types.ts, schema.json        */
extern const struct route ruleset_routes[];         /* /collections/{name}/rules, /rules/validate */
extern const struct route macros_routes[];          /* /macros                                    */
extern const struct route history_routes[];         /* /migrations                                */
extern const struct route codelists_routes[];       /* /codelists, /codelists/{code}              */
extern const struct route codevalues_routes[];      /* … their values and labels                  */
extern const struct route codeoverrides_routes[];   /* … as an account has them otherwise         */

#endif
