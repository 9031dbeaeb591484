/* sqliteformula.c — what computed fields call on SQLite; NULL where anything given is NULL. */
#include "db/sqliteformula.h"

#include "base/formula.h"
#include "base/num.h"
#include "base/when.h"

static struct str text_of(sqlite3_value *value)
{
    const char *p = (const char *)sqlite3_value_text(value);
    return (struct str){ p == NULL ? "" : p, (size_t)sqlite3_value_bytes(value) };
}

static void answer_text(sqlite3_context *to, struct str text)
{
    sqlite3_result_text(to, text.p, num_clip(text.n), SQLITE_TRANSIENT);
}

static void number_text(sqlite3_context *to, sqlite3_value **at)
{
    char room[48];
    struct buf out = { .p = room, .room = sizeof room, .max = sizeof room };
    if (formula_put_number(&out, sqlite3_value_double(at[0])))
        answer_text(to, buf_text(&out));
}

static void time_text(sqlite3_context *to, sqlite3_value **at)
{
    char room[48];
    struct buf out = { .p = room, .room = sizeof room, .max = sizeof room };
    when_field(&out, sqlite3_value_int64(at[0]));
    answer_text(to, buf_text(&out));
}

static void number(sqlite3_context *to, sqlite3_value **at)
{
    double x;
    if (formula_number(text_of(at[0]), &x))
        sqlite3_result_double(to, x);
}

static void time_of(sqlite3_context *to, sqlite3_value **at)
{
    int64_t us;
    if (when_parse(text_of(at[0]), &us))
        sqlite3_result_int64(to, us);
}

static void rounded(sqlite3_context *to, sqlite3_value **at)
{
    sqlite3_result_double(to, formula_round(sqlite3_value_double(at[0]),
                                            sqlite3_value_double(at[1])));
}

static void part(sqlite3_context *to, sqlite3_value **at)
{
    answer_text(to, formula_part(text_of(at[0]), sqlite3_value_double(at[1]),
                                 sqlite3_value_double(at[2])));
}

static void after(sqlite3_context *to, sqlite3_value **at)
{
    int64_t us;
    if (formula_after(sqlite3_value_int64(at[0]), sqlite3_value_double(at[1]),
                      sqlite3_value_double(at[2]), &us))
        sqlite3_result_int64(to, us);
}

static void months_after(sqlite3_context *to, sqlite3_value **at)
{
    int64_t us;
    if (formula_months_after(sqlite3_value_int64(at[0]), sqlite3_value_double(at[1]),
                             sqlite3_value_double(at[2]), &us))
        sqlite3_result_int64(to, us);
}

static const struct row {
    const char *name;
    int arguments;
    void (*answer)(sqlite3_context *to, sqlite3_value **at);
} ROWS[] = {
    { "rule_number_text", 1, number_text }, { "rule_time_text", 1, time_text },
    { "rule_number", 1, number },           { "rule_time", 1, time_of },
    { "rule_round", 2, rounded },           { "rule_part", 3, part },
    { "rule_after", 3, after },             { "rule_months_after", 3, months_after },
};

/* Without a result it is NULL. */
static void call(sqlite3_context *to, int n, sqlite3_value **at)
{
    const struct row *row = sqlite3_user_data(to);
    for (int i = 0; i < n; i++)
        if (sqlite3_value_type(at[i]) == SQLITE_NULL)
            return;
    row->answer(to, at);
}

bool sqliteformula_add(sqlite3 *handle)
{
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
    for (size_t i = 0; i < COUNT(ROWS); i++)
        if (sqlite3_create_function_v2(handle, ROWS[i].name, ROWS[i].arguments, flags,
                                       (void *)(uintptr_t)&ROWS[i], call, NULL, NULL, NULL)
            != SQLITE_OK)
            return false;
    return true;
}
