/* 17-migrate.c — schema files run once, in order, whole or not at all, whoever runs them. */
#include "dbtest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "db/rows.h"

#define TESTS 28

struct folder { struct str path; struct str names[8]; size_t n; };

static void write_file(struct folder *f, const char *name, const char *text)
{
    struct str path = str_fmt(tap_mem(), "%s/%s", f->path.p, name);
    int fd = open(path.p, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        abort();
    close(fd);
    for (size_t i = 0; i < f->n; i++)
        if (str_eq(f->names[i], path))
            return;
    f->names[f->n++] = path;
}

static void make_folder(struct folder *f)
{
    const char *tmp = getenv("TMPDIR");
    *f = (struct folder){ .path = str_fmt(tap_mem(), "%s/larder-schema.XXXXXX",
                                          tmp == NULL ? "/tmp" : tmp) };
    if (mkdtemp((char *)(uintptr_t)f->path.p) == NULL)
        abort();
}

static void remove_folder(struct folder *f)
{
    for (size_t i = 0; i < f->n; i++)
        unlink(f->names[i].p);
    rmdir(f->path.p);
}

/* Runs and says what went wrong, "" for nothing. */
static struct str run(struct cx *cx, const struct folder *f, size_t *applied)
{
    struct str said = S("");
    if (!migrate_run(cx, f->path, applied))
        said = str_copy(tap_mem(), str_of(cx->err.cause != NULL ? cx->err.cause : cx->err.message));
    fail_forget(cx);
    db_rest(cx->db);
    return said;
}

static bool says(struct cx *cx, const struct folder *f, const char *part)
{
    size_t applied;
    struct str said = run(cx, f, &applied);
    bool found = str_has(said, str_of(part));
    if (!found)
        printf("# %s\n", said.p);
    return found;
}

static bool checks(struct cx *cx, const struct folder *f, const char *part)
{
    bool well = migrate_check(cx, f->path);
    bool right = part == NULL ? well : !well && str_has(str_of(cx->err.message), str_of(part));
    fail_forget(cx);
    db_rest(cx->db);
    return right;
}

static int64_t number_of(struct cx *cx, struct sql sql)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    int64_t n = db_query(cx, sql, NO_BINDS, &rows) && rows_step(&rows) ? rows_int(&rows, 0) : -1;
    fail_forget(cx);
    rows_close(&rows);
    db_rest(cx->db);
    return n;
}

static void test_order(struct cx *cx, struct folder *f)
{
    static const struct sql KINDS = SQL("SELECT count(*) FROM kinds WHERE note = '@text; :x'");
    static const struct sql MORE = SQL("SELECT count(*) FROM more");
    struct migration *list;
    size_t applied, n;
    ok(checks(cx, f, "init-db"), "an empty database is told apart");
    write_file(f, "0001_one.sql", "-- @nothing in a comment, @tenant x;\n"
        "CREATE TABLE kinds (id @serial, a @id, b @text, c @int, d @time, e @json, f @bool, g @real,"
        " h @blob, note @text);\n--@sqlite\nINSERT INTO kinds (note) VALUES ('@text; :x');\n--@end\n"
        "--@postgres\nINSERT INTO kinds (note, c) VALUES ('@text; :x', 1::bigint);\n--@end\n"
        "CREATE TABLE crowds (account_id @id, k @id, PRIMARY KEY (account_id, k)) @clustered;\n"
        "@tenant crowds;\n");
    write_file(f, "0002_two.sql", "CREATE TABLE more (id @serial);");
    write_file(f, "readme.txt", "no schema");
    is_text(run(cx, f, &applied), "", "files run");
    is_int(applied, 2, "all of them");
    is_int(number_of(cx, KINDS), 1, "each engine its own block, quoted words untouched");
    is_text(run(cx, f, &applied), "", "again");
    is_int(applied, 0, "there is nothing to do");
    ok(checks(cx, f, NULL), "the schema is the one of the programs");
    write_file(f, "0003_three.sql", "INSERT INTO more (id) VALUES (1);");
    ok(checks(cx, f, "larder migrate"), "or older");
    ok(migrate_list(cx, f->path, &list, &n) && n == 3 && list[1].applied_at > 0
       && list[2].applied_at == 0 && list[2].checksum.n == 64, "the list says what waits");
    is_text(run(cx, f, &applied), "", "it runs");
    ok(applied == 1 && number_of(cx, MORE) == 1, "alone");
}

static void test_faults(struct cx *cx, struct folder *f)
{
    static const struct sql HALF = SQL("SELECT count(*) FROM half");
    struct folder other;
    make_folder(&other);
    ok(says(cx, &other, "holds no schema") || checks(cx, &other, "holds no schema"), "an empty folder");
    remove_folder(&other);
    ok(says(cx, &(struct folder){ .path = S("/nowhere/at/all") }, "") && checks(cx,
       &(struct folder){ .path = S("/nowhere/at/all") }, "Cannot read the folder"), "no folder");
    write_file(f, "0004_bad.sql", "CREATE TABLE half (id @serial);\nINSERT INTO nowhere VALUES (1);");
    ok(says(cx, f, "0004_bad.sql: "), "a file that fails is named");
    is_int(number_of(cx, HALF), -1, "and leaves nothing behind");
    static const struct { const char *text, *says, *what; } BAD[] = {
        { "CREATE TABLE half (id @integer);", "@integer", "an unknown word" },
        { "@tenant half", "@tenant", "a tenant without an end" },
        { "@tenant a b;", "@tenant", "a tenant that is no name" },
        { "--@mysql\nx\n--@end\n", "mysql", "another engine" },
        { "--@sqlite\nSELECT 1;\n", "no --@end", "a block without an end" },
        { "--@end\n", "Misplaced", "an end without a block" },
        { "--@sqlite\n--@postgres\n--@end\n", "Misplaced", "a block in a block" },
    };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        write_file(f, "0004_bad.sql", BAD[i].text);
        bool well = migrate_run(cx, f->path, &(size_t){ 0 });
        ok(!well && cx->err.kind == E_CONFLICT && str_has(str_of(cx->err.message), str_of(BAD[i].says)),
           BAD[i].what);
        fail_forget(cx);
        db_rest(cx->db);
    }
    write_file(f, "0004_bad.sql", "CREATE TABLE half (id @serial);");
    ok(says(cx, f, "") && number_of(cx, HALF) == 0, "once it is right it runs");
    write_file(f, "0002_two.sql", "CREATE TABLE more (id @serial); ");
    ok(checks(cx, f, "0002_two.sql was changed"), "a file that was changed afterwards");
    write_file(f, "0002_two.sql", "CREATE TABLE more (id @serial);");
    write_file(f, "0000_zero.sql", "CREATE TABLE zero (id @serial);");
    ok(checks(cx, f, "0000_zero.sql came after"), "one that comes too late");
    unlink(f->names[--f->n].p);
    unlink(f->names[f->n - 1].p);
    ok(checks(cx, f, "older than the database"), "one that is gone");
}

/* Four run at once: one works, the others wait and find nothing to do. */
static void test_runners(size_t engine)
{
    struct dbtest t;
    struct cx cx = dbtest_cx(NULL);
    dbtest_make(&t, engine);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            size_t applied;
            cx.db = db_open(&cx, t.where, DB_OWNER);
            bool well = cx.db != NULL && migrate_run(&cx, S("schema"), &applied);
            if (!well)
                printf("# %s\n", cx.err.cause != NULL ? cx.err.cause : cx.err.message);
            fflush(stdout);
            _exit(well ? (int)applied : 100);
        }
    int sum = 0, status;
    while (wait(&status) > 0)
        sum += WIFEXITED(status) ? WEXITSTATUS(status) : 100;
    ok(sum > 0 && sum < 100, "runners at once do the work once");
    dbtest_remove(&t);
}

static void test_engine(size_t engine)
{
    struct dbtest t;
    struct folder f;
    struct cx cx = dbtest_cx(NULL);
    printf("# %s\n", engine == 0 ? "SQLite" : "PostgreSQL");
    dbtest_make(&t, engine);
    make_folder(&f);
    write_file(&f, "0001_one.sql", "x");
    cx.db = db_open(&cx, t.where, DB_OWNER);
    ok(cx.db != NULL, "a database without a schema");
    test_order(&cx, &f);
    test_faults(&cx, &f);
    remove_folder(&f);
    dbtest_close(&t, &cx);
    test_runners(engine);
}

int main(void)
{
    plan((int)dbtest_engines() * TESTS);
    for (size_t engine = 0; engine < dbtest_engines(); engine++)
        test_engine(engine);
    return done();
}
