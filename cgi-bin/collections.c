/* collections.c — the door to definitions: collections, their rules, macros, their history. */
#include "collections/routes.h"
#include "http/serve.h"

static const struct route *const TABLES[] = {
    definitions_routes, ruleset_routes, macros_routes, history_routes, NULL,
};

int main(int argc, char **argv)
{
    return serve(argc, argv, "collections", TABLES);
}
