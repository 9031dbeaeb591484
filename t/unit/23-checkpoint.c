/* 23-checkpoint.c — checkpoints of the trail: nobody changes or deletes one, or what was pruned. */
#include <string.h>

#include "dbtest.h"
#include "db/tx.h"

/* As the programs that serve. True: a trigger, or the right that the role lacks, refused it. */
static bool refused(struct cx *cx, struct sql sql)
{
    struct refusal refusal = { .kind = V_NONE };
    bool said = db_change(cx, sql, NO_BINDS, &refusal, NULL);
    cx->err = (struct err){ .kind = E_NONE };
    return said && refusal.kind == V_IMMUTABLE;
}

static bool put(struct cx *cx)
{
    return db_exec(cx, SQL_OF("INSERT INTO audit_checkpoints VALUES (1, 'd', 's', 1)"), NO_BINDS, NULL)
        && db_exec(cx, SQL_OF("INSERT INTO audit_checkpoint_heads VALUES ('a', 2, 0, 'c', 1)"),
                   NO_BINDS, NULL)
        && db_exec(cx, SQL_OF("INSERT INTO audit_prunes VALUES (1, 'd', 's', NULL, 1)"), NO_BINDS, NULL);
}

static void test_immutable(struct cx *cx, size_t engine)
{
    db_scope(cx, S("*"));
    ok(put(cx), "rows can be added");
    ok(refused(cx, SQL_OF("UPDATE audit_checkpoints SET document = 'x'"))
       && refused(cx, SQL_OF("UPDATE audit_checkpoint_heads SET checksum = 'x'"))
       && refused(cx, SQL_OF("UPDATE audit_prunes SET document = 'x'")), "they cannot be changed");
    ok(refused(cx, SQL_OF("DELETE FROM audit_checkpoints"))
       && refused(cx, SQL_OF("DELETE FROM audit_checkpoint_heads"))
       && refused(cx, SQL_OF("DELETE FROM audit_prunes")), "nor deleted");
    ok(engine == 0
       ? refused(cx, SQL_OF("INSERT OR REPLACE INTO audit_checkpoints VALUES (1, 'x', 's', 1)"))
         && refused(cx, SQL_OF("INSERT OR REPLACE INTO audit_checkpoint_heads VALUES ('a', 2, 0, 'x', 1)"))
         && refused(cx, SQL_OF("INSERT OR REPLACE INTO audit_prunes VALUES (1, 'x', 's', NULL, 1)"))
       : refused(cx, SQL_OF("TRUNCATE audit_checkpoints")) && refused(cx, SQL_OF("TRUNCATE audit_prunes"))
         && refused(cx, SQL_OF("TRUNCATE audit_checkpoint_heads")), "nor replaced or emptied");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(4 * engines));
    for (size_t engine = 0; engine < engines; engine++) {
        struct dbtest t;
        struct cx cx;
        if (!dbtest_open(&t, engine, &cx, DB_SERVE))
            return 1;
        test_immutable(&cx, engine);
        dbtest_close(&t, &cx);
    }
    return done();
}
