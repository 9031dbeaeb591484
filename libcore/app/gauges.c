/* gauges.c — asks the database for what /metrics shows of it. */
#include "app/gauges.h"

#include "db/db.h"
#include "events/outbox.h"

bool gauges_read(struct cx *cx, struct gauges *out)
{
    struct db_size size;
    db_scope(cx, S("*"));                       /* the gauges are those of the installation */
    TRY(db_size(cx, &size));
    out->db_bytes = size.bytes;
    out->wal_bytes = size.wal_bytes;
    TRY(outbox_waiting(cx, &out->outbox_pending, &out->outbox_oldest));
    return queue_counts(cx, &out->jobs);
}
