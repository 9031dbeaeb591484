/* sqliteguest.c — an authorizer, a clock and a ceiling for what others wrote. */
#include "db/sqliteguest.h"

#include "base/num.h"
#include "base/when.h"

#define STEPS_BETWEEN 4096                  /* of the virtual machine, between two looks          */
#define LONGEST_VALUE (1 << 24)

/* Operators and words that SQLite counts as functions. */
static bool is_operator(struct str name)
{
    static const struct str NAMES[] = {
        S_INIT("like"), S_INIT("->"), S_INIT("->>"), S_INIT("current_date"),
        S_INIT("current_time"), S_INIT("current_timestamp"),
    };
    for (size_t i = 0; i < COUNT(NAMES); i++)
        if (str_eq_nocase(NAMES[i], name))
            return true;
    return false;
}

/*
 * Columns of base tables are read in the CTEs that we wrote and nowhere else: within says in which
 * one it is. A table of which no column is wanted comes as a read of the column "", and so does a
 * CTE; of these only names may pass that stand for no base table, and only without a schema.
 */
static int authorize(void *state, int action, const char *first, const char *second,
                     const char *schema, const char *within)
{
    struct str name = str_of(first), column = str_of(second);
    bool may = false;
    if (action == SQLITE_SELECT || action == SQLITE_RECURSIVE)
        may = true;
    else if (action == SQLITE_FUNCTION)
        may = guest_may_call(column) || is_operator(column);
    else if (action == SQLITE_READ && column.n > 0)
        may = within != NULL && guest_is_ours(str_of(within));
    else if (action == SQLITE_READ)
        may = schema == NULL && guest_knows(state, name);
    return may ? SQLITE_OK : SQLITE_DENY;
}

static bool is_table(sqlite3 *handle, const char *name)
{
    return sqlite3_table_column_metadata(handle, NULL, name, NULL, NULL, NULL, NULL, NULL, NULL)
        == SQLITE_OK;
}

/* Else `count(*)` of it would pass where its own WITH does not reach. */
static bool is_local_a_table(sqlite3 *handle, struct arena *mem, const struct guest *guest,
                             struct str *fault)
{
    for (size_t i = 0; i < guest->local_count; i++)
        if (!guest_confines(guest, guest->locals[i])
            && is_table(handle, str_c(mem, guest->locals[i]))) {
            *fault = str_fmt(mem, "'%.*s' is the name of a table", STR_ARG(guest->locals[i]));
            return true;
        }
    return false;
}

bool sqliteguest_vet(struct cx *cx, sqlite3 *handle, const struct guest *guest, struct str text,
                     struct str *fault)
{
    sqlite3_stmt *s = NULL;
    const char *rest = NULL;
    if (is_local_a_table(handle, cx->mem, guest, fault))
        return true;
    sqlite3_set_authorizer(handle, authorize, (void *)(uintptr_t)guest);
    int rc = sqlite3_prepare_v2(handle, text.p, num_clip(text.n) + 1, &s, &rest);
    if (rc != SQLITE_OK)
        *fault = str_copy(cx->mem, str_of(sqlite3_errmsg(handle)));
    else if (s == NULL || *rest != '\0' || !sqlite3_stmt_readonly(s)
             || sqlite3_bind_parameter_count(s) != 0)
        *fault = S("it is more than one query");
    sqlite3_finalize(s);
    sqlite3_set_authorizer(handle, NULL, NULL);
    return true;
}

static int look(void *state)
{
    const struct sqliteguest *limits = state;
    return when_now() > limits->deadline;
}

void sqliteguest_enter(const struct cx *cx, sqlite3 *handle, struct sqliteguest *limits)
{
    limits->deadline = when_now() + guest_timeout_ms(cx) * 1000;
    if (limits->open++ > 0)
        return;
    limits->longest = sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, LONGEST_VALUE);
    sqlite3_progress_handler(handle, STEPS_BETWEEN, look, limits);
}

void sqliteguest_leave(sqlite3 *handle, struct sqliteguest *limits)
{
    if (limits->open == 0 || --limits->open > 0)
        return;
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, limits->longest);
    sqlite3_progress_handler(handle, 0, NULL, NULL);
}

bool sqliteguest_is_to_blame(sqlite3 *handle)
{
    int rc = sqlite3_errcode(handle);
    return rc == SQLITE_ERROR || rc == SQLITE_INTERRUPT || rc == SQLITE_TOOBIG
        || rc == SQLITE_MISMATCH || rc == SQLITE_AUTH;
}
