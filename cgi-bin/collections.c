/* collections.c — the door to definitions: collections, rules, macros, their history; codelists. */
#include "collections/routes.h"
#include "http/serve.h"

static const struct route *const TABLES[] = {
    definitions_routes, generated_routes, ruleset_routes, macros_routes, history_routes,
    codelists_routes, codevalues_routes, codeoverrides_routes, NULL,
};

int main(int argc, char **argv)
{
    return serve(argc, argv, "collections", TABLES);
}
