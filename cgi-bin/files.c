/* files.c — the door of uploaded files: in, out, signed links, gone. */
#include "files/transfers.h"
#include "http/serve.h"

int main(int argc, char **argv)
{
    static const struct route *const TABLES[] = { transfers_routes, NULL };

    return serve(argc, argv, "files", TABLES);
}
