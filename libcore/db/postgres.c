/* postgres.c — the PostgreSQL driver: DESIGN §4. */
#include "db/driver.h"

static bool postgres_open(struct cx *cx, struct db *db)
{
    return broken(cx, "cannot connect to %s", db->shown.p);
}

const struct db_driver postgres_driver = {
    .name = "postgres", .is_postgres = true, .mark = '$', .open = postgres_open,
};
