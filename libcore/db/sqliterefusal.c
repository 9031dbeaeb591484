/* sqliterefusal.c — reads which constraint refused, and whose, out of SQLite's words. */
#include "db/sqliterefusal.h"

#include "base/buf.h"

/* "t.a, t.b" to "a, b". */
static struct str column_names(struct arena *mem, struct str list)
{
    struct buf b;
    struct str one, table;
    buf_init(&b, mem, list.n + 1);
    while (str_cut(&list, ',', &one)) {
        one = str_trim(one);
        if (str_has(one, S(".")))
            str_cut(&one, '.', &table);
        if (b.n > 0)
            buf_str(&b, S(", "));
        buf_str(&b, one);
    }
    return buf_text(&b);
}

bool sqliterefusal_read(struct arena *mem, sqlite3 *handle, struct refusal *refusal)
{
    static const struct { int rc; enum violation kind; } KINDS[] = {
        { SQLITE_CONSTRAINT_UNIQUE, V_UNIQUE }, { SQLITE_CONSTRAINT_PRIMARYKEY, V_UNIQUE },
        { SQLITE_CONSTRAINT_ROWID, V_UNIQUE }, { SQLITE_CONSTRAINT_FOREIGNKEY, V_REFERENCE },
        { SQLITE_CONSTRAINT_NOTNULL, V_NOT_NULL }, { SQLITE_CONSTRAINT_CHECK, V_CHECK },
        { SQLITE_CONSTRAINT_TRIGGER, V_IMMUTABLE },
    };
    struct str words = str_of(sqlite3_errmsg(handle)), before = words;
    int rc = sqlite3_extended_errcode(handle);
    for (size_t i = 0; i < COUNT(KINDS); i++)
        if (KINDS[i].rc == rc)
            refusal->kind = KINDS[i].kind;
    if (refusal->kind == V_NONE)
        return false;
    struct str names = words;
    if (refusal->kind != V_IMMUTABLE && str_has(words, S("failed: "))) {
        while (!str_starts(names, S("failed: ")))
            names = str_sub(names, 1, names.n);
        names = str_sub(names, 8, names.n);
        before = names;
    }
    if (refusal->kind == V_UNIQUE || refusal->kind == V_NOT_NULL)
        refusal->columns = column_names(mem, names);
    refusal->constraint = str_copy(mem, before);
    return true;
}
