/* admin.c — the door of running the place: configuration, mail, the dashboard. */
#include "http/serve.h"

int main(int argc, char **argv)
{
    static const struct route *const TABLES[] = { NULL };
    return serve(argc, argv, "admin", TABLES);
}
