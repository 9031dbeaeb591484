/* migrate.c — reads schema/, translates it for the engine, runs what has not run. */
#include "db/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "db/driver.h"
#include "db/named.h"
#include "db/sqlite.h"
#include "db/words.h"

#define LARGEST_FILE (1u << 20)
#define MOST_FILES 1000u

static bool is_schema_file(struct str name)
{
    for (size_t i = 0; i < 4; i++)
        if (i >= name.n || name.p[i] < '0' || name.p[i] > '9')
            return false;
    return name.n > 5 && name.p[4] == '_' && str_ends(name, S(".sql"));
}

static bool read_file(struct cx *cx, struct str dir, struct str name, struct str *out)
{
    struct str path = str_fmt(cx->mem, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
    struct stat st;
    size_t n = 0, size;
    int fd = open(path.p, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(cx, E_CONFLICT, "Schema", "Cannot read %s: %s", path.p, strerror(errno));
    char *p = NULL;
    if (fstat(fd, &st) == 0 && num_size(st.st_size, &size) && size <= LARGEST_FILE) {
        p = arena_alloc(cx->mem, size + 1);
        for (ssize_t got; n < size && (got = read(fd, p + n, size - n)) > 0;)
            n += (size_t)got;
    }
    close(fd);
    if (p == NULL || n != size || memchr(p, '\0', n) != NULL)
        return fail(cx, E_CONFLICT, "Schema", "Cannot read %s: not a text of at most 1 MB", path.p);
    *out = (struct str){ p, n };
    return true;
}

bool migrate_text(struct cx *cx, struct str schema_dir, struct str name, struct str *out)
{
    if (!is_schema_file(name) || str_has(name, S("/")))
        return fail(cx, E_CONFLICT, "Schema", "%.*s is no file of the schema", STR_ARG(name));
    return read_file(cx, schema_dir, name, out);
}

static struct str checksum(struct arena *mem, struct str text)
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    char hex[2 * crypto_hash_sha256_BYTES + 1];
    crypto_hash_sha256(sum, (const unsigned char *)text.p, text.n);
    sodium_bin2hex(hex, sizeof hex, sum, sizeof sum);
    return str_copy(mem, str_of(hex));
}

/* The files of the folder, by name. */
static bool files_of(struct cx *cx, struct str dir, struct migration **list, size_t *n)
{
    DIR *folder = opendir(str_c(cx->mem, dir));
    if (folder == NULL)
        return fail(cx, E_CONFLICT, "Schema", "Cannot read the folder %.*s: %s", STR_ARG(dir),
                    strerror(errno));
    *list = arena_list(cx->mem, struct migration, MOST_FILES);
    *n = 0;
    for (struct dirent *e; *n < MOST_FILES && (e = readdir(folder)) != NULL;) {
        struct str name = str_of(e->d_name);
        size_t at = *n;
        if (!is_schema_file(name))
            continue;
        for (; at > 0 && str_cmp((*list)[at - 1].name, name) > 0; at--)
            (*list)[at] = (*list)[at - 1];
        (*list)[at] = (struct migration){ .name = str_copy(cx->mem, name) };
        ++*n;
    }
    closedir(folder);
    if (*n == 0)
        return fail(cx, E_CONFLICT, "Schema", "The folder %.*s holds no schema", STR_ARG(dir));
    for (size_t i = 0; i < *n; i++) {
        struct str text;
        TRY(read_file(cx, dir, (*list)[i].name, &text));
        (*list)[i].checksum = checksum(cx->mem, text);
    }
    return true;
}

static bool has_files_table(struct cx *cx, bool *has)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, words_has_files(cx->db->driver), NO_BINDS, &rows));
    *has = rows_step(&rows) && rows_int(&rows, 0) > 0;
    return rows_done(&rows);
}

/* Notes one applied file in the list; it must be there and unchanged. */
static bool note_applied(struct cx *cx, const struct migration *ran, struct migration *list,
                         size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(list[i].name, ran->name))
            continue;
        if (!str_eq(list[i].checksum, ran->checksum))
            return fail(cx, E_CONFLICT, "Schema", "%s was changed after it had been applied",
                        ran->name.p);
        list[i].applied_at = ran->applied_at;
        return true;
    }
    return fail(cx, E_CONFLICT, "Schema", "%s was applied to this database but is not in the schema"
                " folder: these programs are older than the database", ran->name.p);
}

static bool read_applied(struct cx *cx, struct migration *list, size_t n)
{
    static const struct sql FILES_APPLIED = SQL(
        "SELECT name, checksum, applied_at FROM schema_files ORDER BY name");
    static const struct col COLS[] = { COL(C_TEXT, migration, name),
        COL(C_TEXT, migration, checksum), COL(C_TIME, migration, applied_at), { 0 } };
    struct rows rows SCOPED(rows_close) = { 0 };
    struct migration ran;
    bool has;
    TRY(has_files_table(cx, &has));
    if (!has)
        return true;
    TRY(db_query(cx, FILES_APPLIED, NO_BINDS, &rows));
    while (rows_next(&rows, COLS, &ran))
        TRY(note_applied(cx, &ran, list, n));
    TRY(rows_done(&rows));
    for (size_t i = 1; i < n; i++)
        if (list[i].applied_at != 0 && list[i - 1].applied_at == 0)
            return fail(cx, E_CONFLICT, "Schema", "%s came after %s had been applied",
                        list[i - 1].name.p, list[i].name.p);
    return true;
}

bool migrate_list(struct cx *cx, struct str schema_dir, struct migration **list, size_t *n)
{
    return files_of(cx, schema_dir, list, n) && read_applied(cx, *list, *n);
}

bool migrate_check(struct cx *cx, struct str schema_dir)
{
    struct migration *list;
    size_t n;
    TRY(migrate_list(cx, schema_dir, &list, &n));
    if (list[n - 1].applied_at != 0)
        return true;
    return fail(cx, E_BUSY, "Service unavailable",
                list[0].applied_at == 0 ? "The database is empty: run larder init-db"
                                        : "The database has an older schema: run larder migrate");
}

static bool word_char(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

/* `@tenant t;`, p behind the word: returns what follows the semicolon, NULL when it is no such. */
static const char *tenant(struct cx *cx, struct buf *out, const char *p, const char *end)
{
    const char *stop = memchr(p, ';', (size_t)(end - p));
    if (stop == NULL)
        return NULL;
    struct str table = str_trim((struct str){ p, (size_t)(stop - p) });
    if (!words_is_name(table))
        return NULL;
    buf_str(out, words_row_security(cx->mem, cx->db->driver, table));
    return stop + 1;
}

/* One line for either engine: words become types; text in quotes and comments stays. */
static bool translate_part(struct cx *cx, struct buf *out, struct str part)
{
    const char *p = part.p, *end = part.p + part.n;
    while (p < end) {
        const char *next = named_token(p, end);
        if (*p == '@') {
            while (next < end && word_char(*next))
                next++;
            struct str word = { p, (size_t)(next - p) };
            const char *type = words_find(cx->db->driver, word);
            if (str_eq(word, S("@tenant")))
                next = tenant(cx, out, next, end);
            else if (type != NULL)
                buf_str(out, str_of(type));
            if (next == NULL || (type == NULL && !str_eq(word, S("@tenant"))))
                return fail(cx, E_CONFLICT, "Schema", "Unknown word %.*s", STR_ARG(word));
        } else {
            buf_put(out, p, (size_t)(next - p));
        }
        p = next;
    }
    return true;
}

/* Cuts the text at its engine blocks; each part is translated or left out as a whole. */
static bool translate(struct cx *cx, struct str text, struct str *out)
{
    const struct db_driver *driver = cx->db->driver;
    struct buf b, part;
    struct str line, block = NO_STR;
    buf_init(&b, cx->mem, 4 * LARGEST_FILE);
    buf_init(&part, cx->mem, LARGEST_FILE + 1);
    while (str_cut(&text, '\n', &line)) {
        bool opens = str_starts(line, S("--@")), closes = opens && str_starts(line, S("--@end"));
        if (opens && closes == str_absent(block))
            return fail(cx, E_CONFLICT, "Schema", "Misplaced %.*s", STR_ARG(line));
        if (!opens) {
            buf_str(&part, line);
            buf_c(&part, '\n');
            continue;
        }
        if (closes && str_eq(block, str_of(driver->name)))
            buf_str(&b, buf_text(&part));
        else if (!closes)
            TRY(translate_part(cx, &b, buf_text(&part)));
        buf_cut(&part, 0);
        block = closes ? NO_STR : str_trim(str_sub(line, 3, line.n));
        if (!closes && !str_eq(block, S("sqlite")) && !str_eq(block, S("postgres")))
            return fail(cx, E_CONFLICT, "Schema", "Unknown engine: %.*s", STR_ARG(line));
    }
    if (!str_absent(block))
        return fail(cx, E_CONFLICT, "Schema", "A block has no --@end");
    TRY(translate_part(cx, &b, buf_text(&part)));
    *out = buf_text(&b);
    return !b.over || fail(cx, E_CONFLICT, "Schema", "A schema file is too large");
}

/* Says which file a failure is about. */
static bool named_failure(struct cx *cx, struct str name)
{
    if (cx->err.cause != NULL)
        cx->err.cause = str_fmt(cx->mem, "%.*s: %s", STR_ARG(name), cx->err.cause).p;
    return false;
}

static bool record(struct cx *cx, const struct migration *file)
{
    static const struct sql FILE_RECORD = SQL(
        "INSERT INTO schema_files (name, checksum, applied_at)"
        " VALUES (:name, :checksum, :applied_at)");
    return db_exec(cx, FILE_RECORD, BIND(p_text("name", file->name),
        p_text("checksum", file->checksum), p_time("applied_at", cx->now > 0 ? cx->now : 1)), NULL);
}

static bool create_files_table(struct cx *cx)
{
    struct str text;
    return translate(cx, S("CREATE TABLE IF NOT EXISTS schema_files (name @text PRIMARY KEY,"
                           " checksum @text NOT NULL, applied_at @time NOT NULL)"), &text)
        && db_script(cx, text);
}

/* The next file that has not run, if there is one, in a transaction of its own. */
static bool run_next(struct cx *cx, struct str dir, bool *ran)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str lock = words_schema_lock(cx->db->driver), text;
    struct migration *list;
    size_t n, i = 0;
    TRY(tx_begin(cx, &tx));
    if (lock.n > 0)
        TRY(db_script(cx, lock));
    TRY(create_files_table(cx));
    TRY(migrate_list(cx, dir, &list, &n));
    while (i < n && list[i].applied_at != 0)
        i++;
    *ran = i < n;
    if (*ran)
        TRY((read_file(cx, dir, list[i].name, &text) && translate(cx, text, &text)
             && db_script(cx, text) && record(cx, &list[i])) || named_failure(cx, list[i].name));
    return tx_commit(&tx);
}

static bool grant(struct cx *cx)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct str text = words_grants(cx->db->driver);
    if (text.n == 0)
        return true;
    TRY(tx_begin(cx, &tx));
    TRY(db_script(cx, words_schema_lock(cx->db->driver)));
    TRY(db_script(cx, text));
    return tx_commit(&tx);
}

bool migrate_run(struct cx *cx, struct str schema_dir, size_t *applied)
{
    bool ran;
    *applied = 0;
    if (!db_is_postgres(cx->db))
        TRY(sqlite_set_journal(cx));
    do {
        TRY(run_next(cx, schema_dir, &ran));
        *applied += ran;
    } while (ran);
    return grant(cx);
}
