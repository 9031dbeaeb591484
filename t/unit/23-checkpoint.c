/* 23-checkpoint.c — checkpoints of the trail: documents byte for byte; nobody changes or deletes one. */
#include <string.h>

#include "dbtest.h"
#include "audit/checkpoint.h"
#include "audit/prunerecord.h"
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

static const char ROOT[] = "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77";
static const char KEY[] = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
static const char DOCUMENT[] =
    "{\"format\":\"larder checkpoint 1\",\"number\":2,\"time\":\"2026-11-22T02:00:00.123456Z\","
    "\"previous\":\"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125\",\"rows\":3,"
    "\"root\":\"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77\",\"heads\":[[\"a\",17,"
    "\"5b1448497b384ec084b4376c636ad3fc6ac64124997b7d24cdd9310ce20e5ce1\"]],"
    "\"key\":\"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\"}";

static bool reads(struct cx *cx, const char *text)
{
    struct checkpoint is;
    bool well;
    return checkpoint_read(cx, str_of(text), &is, &well) && well;
}

static void test_documents(void)
{
    struct cx cx = dbtest_cx(NULL);
    struct checkpoint_head head = {
        S("a"), 17, S("5b1448497b384ec084b4376c636ad3fc6ac64124997b7d24cdd9310ce20e5ce1") };
    struct checkpoint is = {
        .number = 2, .rows = 3, .time = S("2026-11-22T02:00:00.123456Z"), .root = str_of(ROOT),
        .previous = S("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        .key = str_of(KEY), .heads = &head, .n = 1 }, read;
    struct prunerecord prune = { .number = 2, .time = is.time, .checkpoint = str_of(ROOT),
                                 .key = str_of(KEY) }, record;
    struct merkle_hash one, two;
    bool well;
    is_text(checkpoint_document(cx.mem, &is), DOCUMENT, "a document, byte for byte");
    ok(checkpoint_read(&cx, str_of(DOCUMENT), &read, &well) && well && read.number == 2 && read.rows == 3
       && read.n == 1 && read.heads[0].last_id == 17 && str_eq(read.key, is.key)
       && str_eq(read.previous, is.previous), "it reads back");
    ok(!reads(&cx, "") && !reads(&cx, "{}") && !reads(&cx, "[1]") && !reads(&cx, "{\"number\":2}")
       && !reads(&cx, str_fmt(cx.mem, " %s", DOCUMENT).p) && !reads(&cx, str_fmt(cx.mem, "%s ", DOCUMENT).p),
       "what is written otherwise is none");
    prune.archive = S("audit-000001-000002.ndjson");
    is_text(prunerecord_document(cx.mem, &prune), "{\"format\":\"larder prune 1\",\"number\":2,"
            "\"time\":\"2026-11-22T02:00:00.123456Z\",\"checkpoint\":"
            "\"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77\","
            "\"archive\":\"audit-000001-000002.ndjson\",\"key\":"
            "\"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\"}",
            "what says that was pruned");
    ok(prunerecord_read(&cx, prunerecord_document(cx.mem, &prune), &record, &well) && well
       && record.number == 2 && prunerecord_read(&cx, str_of(DOCUMENT), &record, &well) && !well,
       "one is not taken for the other");
    checkpoint_leaf(17, head.checksum, &one);
    merkle_leaf(S("17 5b1448497b384ec084b4376c636ad3fc6ac64124997b7d24cdd9310ce20e5ce1"), &two);
    ok(memcmp(&one, &two, sizeof one) == 0, "a leaf is an entry's id and checksum");
    checkpoint_leaf(18, head.checksum, &one);
    ok(memcmp(&one, &two, sizeof one) != 0, "another id is another leaf");
    checkpoint_leaf(18, NO_STR, &one);
    checkpoint_leaf(18, S(""), &two);
    ok(memcmp(&one, &two, sizeof one) == 0, "no checksum is an empty one");
}

int main(void)
{
    size_t engines = dbtest_engines();
    plan((int)(8 + 4 * engines));
    test_documents();
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
