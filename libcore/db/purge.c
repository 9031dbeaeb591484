/* purge.c — lifts a trigger inside a transaction and puts it back. */
#include "db/purge.h"

#include "base/buf.h"
#include "db/driver.h"
#include "db/words.h"

/* SQLite cannot switch a trigger off: it goes, and comes back as it was written. */
static const struct sql TRIGGER_TEXT = SQL(
    "SELECT sql AS text FROM sqlite_schema WHERE type = 'trigger' AND name = :trigger"
    " AND tbl_name = :table");
static const struct col TEXT_COLS[] = { COL(C_TEXT, purge, text), { 0 } };

static bool read_text(struct cx *cx, struct purge *purge)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct purge row = { .text = NO_STR };
    TRY(db_query(cx, TRIGGER_TEXT, BIND(p_text("trigger", purge->trigger),
                                        p_text("table", purge->table)), &rows));
    if (!rows_next(&rows, TEXT_COLS, &row))
        return rows_done(&rows) && broken(cx, "there is no trigger %.*s", STR_ARG(purge->trigger));
    purge->text = row.text;
    return true;
}

static bool run(struct cx *cx, struct sql before, struct str name, struct sql between,
                struct str other)
{
    struct buf text;
    buf_init(&text, cx->mem, 4096);
    buf_str(&text, str_of(before.text));
    words_name(&text, cx->db->driver, name);
    buf_str(&text, str_of(between.text));
    if (!str_absent(other))
        words_name(&text, cx->db->driver, other);
    return db_script(cx, buf_text(&text));
}

bool purge_begin(struct cx *cx, struct str table, struct str trigger, struct purge *out)
{
    *out = (struct purge){ table, trigger, NO_STR };
    if (!tx_is_open(cx))
        return broken(cx, "a purge of %.*s outside a transaction", STR_ARG(table));
    TRY(cx->db->driver->own(cx, true));
    if (db_is_postgres(cx->db))
        return run(cx, SQL_OF("ALTER TABLE "), table, SQL_OF(" DISABLE TRIGGER "), trigger);
    return read_text(cx, out)
        && run(cx, SQL_OF("DROP TRIGGER "), trigger, SQL_OF(""), NO_STR);
}

bool purge_end(struct cx *cx, const struct purge *purge)
{
    bool well = db_is_postgres(cx->db)
        ? run(cx, SQL_OF("ALTER TABLE "), purge->table, SQL_OF(" ENABLE TRIGGER "), purge->trigger)
        : db_script(cx, purge->text);
    return well && cx->db->driver->own(cx, false);
}
