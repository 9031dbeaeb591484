/* records.c — the door of the records: one by one, in lists and in batches. */
#include "records/records.h"
#include "http/serve.h"

int main(int argc, char **argv)
{
    static const struct route *const TABLES[] = {
        records_routes, bulkwrites_routes, transfers_routes, NULL,
    };

    return serve(argc, argv, "records", TABLES);
}
