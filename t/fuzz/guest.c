/* guest.c — fuzz: whatever is written as a macro, it is refused or says nothing that is not the tenant's. */
#include <stdlib.h>
#include <unistd.h>

#include "base/settings.h"
#include "base/utf8.h"
#include "db/guest.h"
#include "db/tx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MINE "tenant-one"
#define WORLDS 2u                       /* the tenant has the same in both; the others have not   */

static void must(bool held)
{
    if (!held)
        abort();
}

static void fill(struct cx *cx, size_t world)
{
    static const struct sql TEXTS[] = {
        SQL("CREATE TABLE col_things (id, account_id, title)"),
        SQL("CREATE TABLE users (id, account_id, email, role_id, is_active, password_hash)"),
        SQL("CREATE TABLE accounts (id, account_code, slug, name)"),
        SQL("CREATE TABLE jobs (id, payload)"),
    };
    static const struct sql OTHERS[] = {
        SQL("INSERT INTO col_things VALUES (:n, 'other', :n)"), SQL("INSERT INTO jobs VALUES (:n, :n)"),
        SQL("INSERT INTO users VALUES (:n, 'other', :n, :n, :n, :n)"),
        SQL("INSERT INTO accounts VALUES ('other' || :n, :n, :n, :n)"),
    };
    static const struct sql OWN[] = {
        SQL("INSERT INTO col_things VALUES (1, '" MINE "', 'a')"),
        SQL("INSERT INTO accounts VALUES ('" MINE "', 'A', 'a', 'a')"),
    };
    struct tx tx SCOPED(tx_end) = { 0 };
    must(tx_begin(cx, &tx));
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        must(db_exec(cx, TEXTS[i], NO_BINDS, NULL));
    for (int64_t n = 0; n < (world == 0 ? 2 : 5); n++)
        for (size_t i = 0; i < COUNT(OTHERS); i++)
            must(db_exec(cx, OTHERS[i], BIND(p_int("n", world == 0 ? 10 + n : 700 - n)), NULL));
    for (size_t i = 0; i < COUNT(OWN); i++)
        must(db_exec(cx, OWN[i], NO_BINDS, NULL));
    must(db_exec(cx, SQL_OF("INSERT INTO users VALUES (1, '" MINE "', 'a', 1, 1, :hash)"),
                 BIND(p_text("hash", world == 0 ? S("x") : S("y"))), NULL));
    must(tx_commit(&tx));
}

/* Once filled it is only read, so its files need not stay. */
static struct db *made(struct cx *cx, size_t world)
{
    static const char *const ENDINGS[] = { "", "-lock", "-journal", "-wal", "-shm" };
    char where[] = "/tmp/larder-fuzz.XXXXXX";
    int file = mkstemp(where);
    must(file >= 0 && close(file) == 0);
    cx->db = db_open(cx, str_of(where), DB_OWNER);
    must(cx->db != NULL);
    fill(cx, world);
    for (size_t i = 0; i < COUNT(ENDINGS); i++)
        unlink(str_fmt(cx->mem, "%s%s", where, ENDINGS[i]).p);
    return cx->db;
}

/* As it was written anew it reads to the same again. */
static void back(struct arena *mem, const struct guest *guest)
{
    struct guest *again;
    struct str fault;
    struct buf text;
    buf_init(&text, mem, SIZE_MAX);
    for (size_t i = 0; i < guest->piece_count; i++) {
        buf_str(&text, guest->pieces[i].text);
        if (guest->pieces[i].has_slot)
            buf_str(&text, S(" $1"));
    }
    if (text.n > 16000)                         /* longer than it may be                          */
        return;
    must(guest_read(mem, buf_text(&text), NULL, 0, &again, &fault));
    must(again->piece_count == guest->piece_count);
    for (size_t i = 0; i < guest->piece_count; i++)
        must(str_eq(again->pieces[i].text, guest->pieces[i].text));
}

/* What the clock says may differ. */
static bool asks_time(const struct guest *guest)
{
    static const struct str NAMES[] = { S_INIT("date"), S_INIT("time"), S_INIT("unixepoch"),
                                        S_INIT("julianday"), S_INIT("strftime"), S_INIT("current_") };
    for (size_t i = 0; i < guest->name_count; i++)
        for (size_t k = 0; k < COUNT(NAMES); k++)
            if (str_starts_nocase(guest->names[i], NAMES[k]))
                return true;
    return false;
}

/* Absent: it was refused, or it took too long. */
static struct str said(struct cx *cx, struct guest *guest)
{
    static const struct guest_source TABLES[] = { { .name = S_INIT("col_things") } };
    struct str fault, result;
    must(guest_admit(cx, cx->mem, guest, TABLES, COUNT(TABLES), &fault) && cx->err.kind == E_NONE);
    if (!str_absent(fault))
        return NO_STR;
    struct guest_value *values = arena_list(cx->mem, struct guest_value, guest->slot_count + 1);
    for (size_t i = 0; i < guest->slot_count; i++)
        values[i].value = p_text(NULL, S("x"));
    must(guest_run(cx, guest, values, S(MINE), &result, &fault) && cx->err.kind == E_NONE);
    return str_absent(fault) && str_absent(result) ? S("null") : result;
}

static void try(struct cx *cx, struct db *const *worlds, struct str text)
{
    struct str fault, one, other;
    struct guest *guest;
    if (!guest_read(cx->mem, text, NULL, 0, &guest, &fault)) {
        must(fault.n > 0 && str_starts(fault, S("Macro query ")) && utf8_valid(fault, NULL));
        return;
    }
    back(cx->mem, guest);
    cx->db = worlds[0];
    one = said(cx, guest);
    cx->db = worlds[1];
    other = said(cx, guest);
    must(asks_time(guest) || str_absent(one) || str_absent(other) || str_eq(one, other));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct settings settings = { .macro_timeout_ms = 100 };
    static struct db *worlds[WORLDS];
    struct cx cx = { .mem = arena_new(0, NULL, NULL), .set = &settings,
                     .now = INT64_C(1704067200000000) };
    struct str text = { (const char *)data, size };
    for (size_t i = 0; i < WORLDS && worlds[WORLDS - 1] == NULL; i++)
        worlds[i] = made(&cx, i);
    if (utf8_valid(text, NULL))             /* as all that comes in                               */
        try(&cx, worlds, str_fmt(cx.mem, "SELECT %.*s", STR_ARG(text)));
    for (size_t i = 0; i < WORLDS; i++)
        db_rest(worlds[i]);
    arena_free(cx.mem);
    return 0;
}
