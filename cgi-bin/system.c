/* system.c — the door of what is said about the installation: root, health, reference. */
#include <string.h>

#include "http/serve.h"
#include "system/docs.h"
#include "system/health.h"
#include "system/join.h"
#include "system/metrics.h"

int main(int argc, char **argv)
{
    static const struct route *const TABLES[] = {
        health_routes, metrics_routes, docs_routes, NULL };
    if (argc > 2 && strcmp(argv[1], "--join-openapi") == 0)
        return join_fragments(argv + 2, (size_t)argc - 2);
    return serve(argc, argv, "system", TABLES);
}
