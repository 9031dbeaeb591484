/* 26-filelist.c — the files of an account in pages, by whom they are held, and whose they are. */
#include "dbtest.h"

#include "base/settings.h"
#include "data/define.h"
#include "data/filelist.h"

enum { TESTS = 27 };
#define ACME "00000000-0000-7000-8000-0000000000a1"
#define OTHER "00000000-0000-7000-8000-0000000000b2"

static struct settings set = { .audit_logging_enabled = true, .storage_path = S_INIT("/nowhere") };
static void *keep[2][KEEP_COUNT];
static struct actor root = { .kind = ACTOR_USER, .is_superadmin = true, .id = S_INIT("root"),
    .email = S_INIT("root@x.co"), .role = S_INIT("admin"), .account_id = S_INIT(SYSTEM_ACCOUNT) };
static struct actor ann = { .kind = ACTOR_USER, .id = S_INIT("ann"), .role = S_INIT("admin"),
    .email = S_INIT("ann@a.co"), .account_id = S_INIT(ACME) };
static struct db *connection;
static size_t engine;
static struct cx cx;
static struct str notes;

static void ask(const struct actor *who)
{
    if (cx.mem != NULL && cx.mem != tap_mem())
        arena_free(cx.mem);
    db_rest(connection);
    cx = (struct cx){ .mem = arena_new(0, NULL, NULL), .db = connection, .set = &set, .who = who,
                      .now = when_now(), .keep = keep[engine] };
    db_scope(&cx, who->is_superadmin ? S("*") : who->account_id);
}

static bool define(void)
{
    static const char TEXT[] = "{\"name\":\"notes\",\"fields\":[{\"name\":\"a\",\"type\":\"file\"}]}";
    struct define_in in = { .name = S("notes") };
    struct collection made;
    struct jv_fault fault;
    ask(&root);
    bool well = jv_parse(&cx, str_of(TEXT), &in.body, &fault);
    in.fields = jv_get(in.body, S("fields"));
    well = well && define_create(&cx, &in, &made);
    notes = well ? str_copy(tap_mem(), made.id) : NO_STR;
    return well;
}

static const struct sql ACCOUNT_ADD = SQL(
    "INSERT INTO accounts (id, account_code, slug, name, created_at, updated_at)"
    " VALUES (:id, :code, :code, :code, 1, 1)");
static const struct sql USER_ADD = SQL(
    "INSERT INTO users (id, account_id, email, password_hash, role_id, is_active, email_verified,"
    " auth_provider, created_at, updated_at)"
    " VALUES ('ann', :account, 'ann@a.co', '', 1, :yes, :yes, 'password', 1, 1)");
static const struct sql FILE_ADD = SQL(
    "INSERT INTO files (id, account_id, path, provider, filename, size, mime_type, sha256,"
    " uploaded_by, created_at) VALUES (:id, :account, :path, 'local', :name, 5, :type, '', 'ann',"
    " 1)");
static const struct sql USE_ADD = SQL(
    "INSERT INTO file_uses (account_id, path, collection_id, record_id, field)"
    " VALUES (:account, :path, :collection, :record, 'a')");

static struct str path_of(const char *account, const char *id)
{
    return str_fmt(tap_mem(), "%s/%s.x", account, id);
}

static bool file(const char *account, const char *id, const char *name, const char *type)
{
    return db_exec(&cx, FILE_ADD, BIND(p_text("id", str_of(id)), p_text("account", str_of(account)),
                   p_text("path", path_of(account, id)), p_text("name", str_of(name)),
                   p_text("type", str_of(type))), NULL);
}

static bool use(const char *account, const char *id, const char *record)
{
    return db_exec(&cx, USE_ADD, BIND(p_text("account", str_of(account)), p_text("collection", notes),
                   p_text("path", path_of(account, id)), p_text("record", str_of(record))), NULL);
}

static bool fill(void)
{
    ask(&root);
    TRY(db_exec(&cx, ACCOUNT_ADD, BIND(p_text("id", S(ACME)), p_text("code", S("acme"))), NULL));
    TRY(db_exec(&cx, ACCOUNT_ADD, BIND(p_text("id", S(OTHER)), p_text("code", S("other"))), NULL));
    TRY(db_exec(&cx, USER_ADD, BIND(p_text("account", S(ACME)), p_bool("yes", true)), NULL));
    TRY(file(ACME, "f1", "Sommer.PNG", "image/png") && file(ACME, "f2", "50%_off.pdf", "application/pdf"));
    TRY(file(ACME, "f3", "winter.jpg", "image/jpeg") && file(OTHER, "f4", "secret.png", "image/png"));
    TRY(use(ACME, "f1", "r2") && use(ACME, "f1", "r1") && use(OTHER, "f4", "r9"));
    for (int i = 0; i < 120; i++)
        TRY(use(ACME, "f3", str_fmt(cx.mem, "m%03d", i).p));
    return true;
}

/* "f3*100(notes/m000) f1*2(…) f2*0 of 3" */
static const char *got(const struct actor *who, struct filelist_query query)
{
    struct filelist_page page;
    struct buf out = tap_buf(10000);
    ask(who);
    if (query.limit == 0)
        query.limit = 10;
    if (!filelist_read(&cx, &query, &page))
        return cx.err.cause != NULL ? cx.err.cause : cx.err.message;
    for (size_t i = 0; i < page.n; i++) {
        const struct filelist_item *item = &page.at[i];
        buf_fmt(&out, "%.*s*%d", STR_ARG(item->file.id), (int)item->use_count);
        if (item->use_count > 0)
            buf_fmt(&out, "(%.*s/%.*s)", STR_ARG(item->first.collection),
                    STR_ARG(item->first.record_id));
        buf_c(&out, ' ');
    }
    buf_fmt(&out, "of %d%s", (int)page.total, page.is_more ? "+" : "");
    return str_c(tap_mem(), buf_text(&out));
}
#define lists(who, wanted, what, ...) \
    is_text(str_of(got((who), (struct filelist_query){ __VA_ARGS__ })), (wanted), (what))

static void lists_of(void)
{
    lists(&ann, "f3*100(notes/m000) f2*0 f1*2(notes/r1) of 3", "newest first, with who holds them", .skip = 0);
    lists(&ann, "f2*0 of 3", "a page of them", .skip = 1, .limit = 1);
    lists(&ann, "of 3", "past the end", .skip = 3);
    lists(&ann, "f1*2(notes/r1) of 1", "by name, in any case", .search = S("sOMMer"));
    lists(&ann, "f2*0 of 1", "whatever is in it", .search = S("50%_"));
    lists(&ann, "of 0", "nothing is a pattern", .search = S("5_%"));
    lists(&ann, "of 0", "nor a quote", .search = S("' OR '1'='1"));
    lists(&ann, "f3*100(notes/m000) f1*2(notes/r1) of 2", "by kind", .type = S("image"));
    lists(&ann, "f1*2(notes/r1) of 1", "by type", .type = S("image/png"));
    lists(&ann, "of 0", "half a kind is none", .type = S("imag"));
    lists(&ann, "f2*0 of 1", "those that nobody holds", .is_unused = true);
    lists(&ann, "f3*100(notes/m000) f1*2(notes/r1) of 2", "by collection", .collection = S("notes"));
    lists(&ann, "of 0", "one that is none", .collection = S("nix"));
    lists(&ann, "of 0", "another account's are not there", .account_id = S(OTHER));
    lists(&ann, "of 0", "nor found by name", .search = S("secret"));
    lists(&root, "f4*1(notes/r9) f3*100(notes/m000) f2*0 f1*2(notes/r1) of 4",
          "superadmins see all", .skip = 0);
    lists(&root, "f4*1(notes/r9) of 1", "or one account's", .account_id = S(OTHER));
}

static void one(void)
{
    struct filelist_item item;
    struct filelist_uses uses;
    ask(&ann);
    ok(filelist_find(&cx, path_of(ACME, "f1"), &item), "a file by its path");
    is_text(item.uploader, "ann@a.co", "and who brought it");
    ok(filelist_uses(&cx, &item.file, &uses) && uses.n == 2 && str_eq(uses.at[1].record_id, S("r2"))
       && str_eq(uses.at[0].collection, S("notes")), "who holds it");
    ok(filelist_find(&cx, path_of(ACME, "f3"), &item) && filelist_uses(&cx, &item.file, &uses)
       && uses.n == FILELIST_USES, "as far as they are told");
    ok(!filelist_find(&cx, path_of(OTHER, "f4"), &item) && cx.err.kind == E_NOT_FOUND,
       "another account's is not there");
    ask(&ann);
    ok(!filelist_delete(&cx, path_of(ACME, "f1")) && cx.err.kind == E_CONFLICT,
       "what is held is not deleted");
    ask(&ann);
    ok(!filelist_delete(&cx, path_of(OTHER, "f4")) && cx.err.kind == E_NOT_FOUND,
       "nor what is another's");
    ask(&ann);
    ok(!filelist_delete(&cx, S("../../etc/passwd")) && cx.err.kind == E_NOT_FOUND, "nor anything else");
}

int main(void)
{
    plan((int)dbtest_engines() * TESTS);
    for (engine = 0; engine < dbtest_engines(); engine++) {
        struct dbtest t;
        if (!dbtest_open(&t, engine, &cx, DB_SERVE))
            return 1;
        connection = cx.db;
        ok(define(), engine == 0 ? "SQLite" : "PostgreSQL");
        if (!ok(fill(), "accounts, files, holders"))
            printf("# %s\n", cx.err.cause);
        lists_of();
        one();
        ask(&root);
        dbtest_close(&t, &cx);
    }
    return done();
}
