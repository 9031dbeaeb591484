/* lease.c — rows that belong to one holder until they expire. */
#include "jobs/lease.h"

#include "db/rows.h"

static const struct sql LEASE_TAKE = SQL(
    "INSERT INTO leases (name, holder, expires_at) VALUES (:name, :holder, :until)"
    " ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at"
    " WHERE leases.holder = excluded.holder OR leases.expires_at <= :now");
static const struct sql LEASE_GIVE = SQL(
    "DELETE FROM leases WHERE name = :name AND holder = :holder");
static const struct sql LEASE_OF = SQL(
    "SELECT expires_at FROM leases WHERE name = :name AND expires_at > :now");

bool lease_take(struct cx *cx, struct str name, struct str holder, int64_t ttl_us, bool *held)
{
    int64_t changed = 0;
    TRY(db_exec(cx, LEASE_TAKE, BIND(p_text("name", name), p_text("holder", holder),
                                     p_time("until", cx->now + ttl_us), p_time("now", cx->now)),
                &changed));
    *held = changed == 1;
    return true;
}

bool lease_give(struct cx *cx, struct str name, struct str holder)
{
    return db_exec(cx, LEASE_GIVE, BIND(p_text("name", name), p_text("holder", holder)), NULL);
}

bool lease_is_held(struct cx *cx, struct str name, bool *held)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, LEASE_OF, BIND(p_text("name", name), p_time("now", cx->now)), &rows));
    *held = rows_step(&rows);
    return rows_done(&rows);
}
