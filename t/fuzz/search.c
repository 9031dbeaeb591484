/* search.c — fuzz: words are letters and digits, and stay so; what is asked for is no syntax to FTS5. */
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "data/searchquery.h"
#include "data/searchword.h"
#include "db/ddl.h"
#include "db/migrate.h"
#include "db/tx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TABLE S("col_fuzz")
#define WORDS S("fuzz")
#define RECORD S("01a20036-63c7-71c6-9f48-8744b5cff659")

static void must(bool held)
{
    if (!held)
        abort();
}

static const struct sql ACCOUNT_MAKE = SQL(
    "INSERT INTO accounts (id, account_code, slug, name, created_at, updated_at)"
    " VALUES (:account, 'FU0001', 'fuzz', 'fuzz', 0, 0)");

static bool make_record(struct cx *cx)
{
    struct qb q;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("INSERT INTO "));
    qb_ident(&q, TABLE);
    qb_lit(&q, SQL_OF(" (account_id, id, created_at, created_by, updated_at, updated_by) VALUES ("));
    qb_value(&q, p_text(NULL, RECORD));
    qb_lit(&q, SQL_OF(", "));
    qb_value(&q, p_text(NULL, RECORD));
    qb_lit(&q, SQL_OF(", 0, 'x', 0, 'x')"));
    return qb_exec(&q, NULL);
}

static bool make_tables(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    size_t applied;
    return migrate_run(cx, S("schema"), &applied) && tx_begin(cx, &tx)
        && db_exec(cx, ACCOUNT_MAKE, BIND(p_text("account", RECORD)), NULL)
        && ddl_create_table(cx, TABLE, NULL, 0) && ddl_create_fulltext(cx, WORDS, TABLE, 2)
        && make_record(cx) && tx_commit(&tx);
}

/* Its file goes at once; what is written afterwards is rolled back. */
static struct db *filled(struct cx *cx)
{
    static const char *const ENDINGS[] = { "", "-wal", "-shm", "-lock" };
    char where[] = "/tmp/larder-fuzz.XXXXXX";
    int file = mkstemp(where);
    must(file >= 0 && close(file) == 0);
    cx->db = db_open(cx, str_of(where), DB_OWNER);
    must(cx->db != NULL && make_tables(cx));
    for (size_t i = 0; i < COUNT(ENDINGS); i++)
        unlink(str_fmt(cx->mem, "%s%s", where, ENDINGS[i]).p);
    return cx->db;
}

static size_t cut(struct arena *mem, struct str text, struct fulltext_word *words, size_t room)
{
    struct searchword from = searchword_open(text), again;
    struct str word, same;
    size_t n = 0;
    while (n < room && searchword_next(&from, &word)) {
        must(word.n > 0 && word.n <= SEARCHWORD_BYTES && utf8_valid(word, NULL));
        for (size_t i = 0; i < word.n; i++)
            must((unsigned char)word.p[i] >= 0x80 || (word.p[i] >= 'a' && word.p[i] <= 'z')
                 || (word.p[i] >= '0' && word.p[i] <= '9'));
        words[n] = (struct fulltext_word){ str_copy(mem, word), n < room / 2 ? 0 : 1, 1 };
        again = searchword_open(words[n].text);
        must(searchword_next(&again, &same) && str_eq(same, words[n].text)
             && !searchword_next(&again, &same));
        n++;
    }
    return n;
}

static int64_t count(struct cx *cx, struct str account, const struct fulltext_term *terms, size_t n)
{
    struct fulltext_search search = { .words = WORDS, .account_id = account, .n_fields = 2,
                                      .looks_into = { true, true }, .terms = terms, .n = n };
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    int64_t found = 0;
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT "));
    fulltext_points(&q, &search);
    fulltext_from(&q, &search);
    qb_lit(&q, SQL_OF(" WHERE "));
    fulltext_where(&q, &search);
    must(qb_query(&q, &rows));
    for (; rows_step(&rows); found++)
        must(rows_int(&rows, 0) > 0);
    must(rows_done(&rows));
    return found;
}

static void find(struct cx *cx, struct str text)
{
    struct fulltext_word words[64];
    struct fulltext_record record = { .account_id = RECORD, .id = RECORD, .words = words };
    struct searchquery query;
    const char *fault = NULL;
    struct tx tx SCOPED(tx_end) = { 0 };
    must(tx_begin(cx, &tx));
    record.n = cut(cx->mem, text, words, COUNT(words));
    must(fulltext_put(cx, WORDS, 2, &record, false));
    for (size_t i = 0; i < record.n && i < 3; i++) {
        struct fulltext_term term = { .words = &words[i].text, .n = 1, .is_prefix = i == 1 };
        must(count(cx, RECORD, &term, 1) == 1 && count(cx, NO_STR, &term, 1) == 1);
    }
    if (!searchquery_read(cx->mem, text, &query, &fault))
        must(fault != NULL);
    else if (query.n > 0)
        must(count(cx, RECORD, query.terms, query.n) <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct db *db;
    struct cx cx = { .mem = arena_new(0, NULL, NULL), .db = db };
    if (db == NULL)
        db = filled(&cx);
    find(&cx, str_copy(cx.mem, (struct str){ (const char *)data, size }));
    db_rest(db);
    arena_free(cx.mem);
    return 0;
}
