/* role.c — finds roles. */
#include "identity/role.h"

#include "db/rows.h"

static const struct sql ROLE_BY_NAME = SQL("SELECT id, name FROM roles WHERE name = :name");
static const struct col ROLE_COLS[] = { COL(C_INT, role, id), COL(C_TEXT, role, name), { 0 } };

bool role_by_name(struct cx *cx, struct str name, bool *found, struct role *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, ROLE_BY_NAME, BIND(p_text("name", name)), &rows));
    *found = rows_next(&rows, ROLE_COLS, out);
    return *found || rows_done(&rows);
}
