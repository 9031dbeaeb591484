/* rows.c — typed rows out of a statement. */
#include "db/rows.h"

#include "db/driver.h"

static const struct db_driver *of(const struct rows *rows)
{
    return rows->cx->db->driver;
}

void rows_close(struct rows *rows)
{
    if (!rows->open)
        return;
    rows->open = false;
    db_took(rows->cx, rows->op, rows->began, !rows->failed, rows->text);
    meter_add(rows->cx, METER_ROWS_READ, rows->read);
    if (rows->turn == rows->cx->db->turn)
        of(rows)->leave(rows);
}

bool rows_step(struct rows *rows)
{
    if (!rows->open)
        return false;
    if (rows->turn != rows->cx->db->turn) {
        rows->failed = true;
        rows->open = false;
        return broken(rows->cx, "rows were read past their transaction or request");
    }
    int got = of(rows)->step(rows);
    if (got == 1) {
        rows->read++;
        return rows->stepped = true;
    }
    rows->failed = got < 0;
    if (rows->failed)
        db_doom(rows->cx->db, rows->cx->db->depth);
    rows_close(rows);
    return false;
}

bool rows_done(struct rows *rows)
{
    bool well = !rows->failed;
    rows_close(rows);
    return well;
}

static bool check(struct rows *rows, const struct col *cols)
{
    int n = 0;
    for (; cols[n].type != C_END; n++)
        if (n < of(rows)->columns(rows) && !of(rows)->fits(rows, n, cols[n].type))
            return broken(rows->cx, "the column for %s has another type", cols[n].name);
    if (n != of(rows)->columns(rows))
        return broken(rows->cx, "%d columns where %d are wanted", of(rows)->columns(rows), n);
    return true;
}

static void take(const struct rows *rows, int i, const struct col *col, void *out)
{
    void *into = (char *)out + col->offset;
    switch (col->type) {
    case C_TEXT:
        *(struct str *)into = str_copy(rows->cx->mem, rows_text(rows, i));
        break;
    case C_BLOB:
        *(struct str *)into = str_copy(rows->cx->mem, of(rows)->blob(rows, i));
        break;
    case C_INT:
    case C_TIME:
        *(int64_t *)into = rows_int(rows, i);
        break;
    case C_REAL:
        *(double *)into = rows_real(rows, i);
        break;
    case C_BOOL:
        *(bool *)into = rows_bool(rows, i);
        break;
    case C_END:
        break;
    }
}

bool rows_next(struct rows *rows, const struct col *cols, void *out)
{
    if (!rows_step(rows))
        return false;
    if (!check(rows, cols)) {
        rows->failed = true;
        rows_close(rows);
        return false;
    }
    for (int i = 0; cols[i].type != C_END; i++)
        take(rows, i, &cols[i], out);
    return true;
}

bool rows_null(const struct rows *rows, int column)
{
    return of(rows)->null(rows, column);
}

struct str rows_text(const struct rows *rows, int column)
{
    return of(rows)->text(rows, column);
}

int64_t rows_int(const struct rows *rows, int column)
{
    return of(rows)->integer(rows, column);
}

double rows_real(const struct rows *rows, int column)
{
    return of(rows)->real(rows, column);
}

bool rows_bool(const struct rows *rows, int column)
{
    return of(rows)->integer(rows, column) != 0;
}
