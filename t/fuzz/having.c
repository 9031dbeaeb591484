/* having.c — fuzz: a condition on results is refused with a place, or holds on SQLite as in memory. */
#include <stdlib.h>
#include <unistd.h>

#include "base/utf8.h"
#include "db/db.h"
#include "rules/having.h"
#include "rules/ruleval.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

#define RESULT(alias, place, kind) \
    { .name = S_INIT(alias), .column = S_INIT(place), .type = (kind) }
static const struct rule_name RESULTS[] = {
    RESULT("count", "a0", R_NUMBER), RESULT("sum_price", "a1", R_NUMBER),
    RESULT("max_title", "a2", R_TEXT), RESULT("min_at", "a3", R_DATETIME),
    RESULT("max_day", "a4", R_DATE), RESULT("avg_in", "a5", R_NUMBER),
};
static const struct rule_names ALIASES = { .at = RESULTS, .n = COUNT(RESULTS) };
static const struct rule_data GROUP[] = {
    { S_INIT("count"), { .type = P_REAL, .real = 2 } },
    { S_INIT("sum_price"), { .type = P_REAL, .real = -1e308 } },
    { S_INIT("max_title"), { .type = P_TEXT, .text = S_INIT("Äpfel %_\\") } },
    { S_INIT("min_at"), { .type = P_TIME, .number = 1704067200000000 } },
    { S_INIT("max_day"), { .type = P_TEXT, .text = S_INIT("2024-02-29") } },
};

/* Nothing is ever written to it, so its file need not stay. */
static struct db *empty(struct cx *cx)
{
    char where[] = "/tmp/larder-fuzz.XXXXXX";
    int file = mkstemp(where);
    must(file >= 0 && close(file) == 0);
    struct db *db = db_open(cx, str_of(where), DB_OWNER);
    unlink(where);
    unlink(str_c(cx->mem, str_fmt(cx->mem, "%s-lock", where)));
    return db;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct db *db;
    struct cx cx = { .mem = arena_new(0, NULL, NULL), .db = db };
    struct str text;
    struct rule_fault fault = { NO_STR, 0 };
    struct rule *rule;
    bool holds;
    if (db == NULL)
        cx.db = db = empty(&cx);
    must(db != NULL);
    text = str_copy(cx.mem, (struct str){ (const char *)data, size });
    if (having_read(cx.mem, text, &ALIASES, &rule, &fault)) {
        bool here = ruleval_holds(&cx, rule, NULL, GROUP, COUNT(GROUP));
        must(rule_holds(&cx, rule, NULL, GROUP, COUNT(GROUP), &holds) && holds == here);
    } else {
        must(fault.message.n > 0 && utf8_valid(fault.message, NULL) && fault.position <= text.n);
    }
    db_rest(db);
    arena_free(cx.mem);
    return 0;
}
