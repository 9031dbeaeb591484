/*
 * 16-computedprop.c — computed fields at random: in memory, selected, and named in rules, on both engines, they
 * come to the same.
 *
 *     LARDER_SEED=n LARDER_CASES=n build/t/16-computedprop.t
 */
#include "dbtest.h"

#include <math.h>

#include "computedgen.h"
#include "rulerows.h"
#include "rules/ruleval.h"
#include "ruletable.h"

#define TABLE S("col_probe")
#define CASES 3000u
#define TOLD 5u

enum { BATCH = 16, ROWS = 8, FIELDS = RULEROWS_FIELDS, TYPES = 4, QUESTIONS = 3 };
static const enum rule_type TYPE[TYPES] = { R_TEXT, R_NUMBER, R_BOOLEAN, R_DATETIME };
static const enum rulegen_class OF[TYPES] = { RULEGEN_TEXT, RULEGEN_NUMBER, RULEGEN_BOOL, RULEGEN_TIME };
/* Asked of a name, as filters and rules ask. */
static const char *const ASKED[TYPES][QUESTIONS] = {
    { "c = title", "!(c ~ 'a%') && c != status", "c > 'M'" },
    { "c > price", "c + quantity >= 2 || c ~ '%5'", "c IN (0, 1, 7.25)" },
    { "c", "!c || c = is_done", "c >= true" },
    { "c < due", "!(c = created_at)", "c > '2024-01-01' && c ~ '2024%'" },
};

struct probe {
    struct str text;
    size_t type;
    struct rule_name name;
    struct rule *asked;
};
struct run {
    struct cx *cx;
    struct dice dice;
    uint64_t seed;
    struct rulerows_row rows[ROWS];
    struct probe probes[BATCH];
    size_t wrong, refused, complex, nulls, values;
};

static void complain(struct run *run, const struct probe *probe, const char *what, size_t row)
{
    if (run->wrong++ < TOLD)
        printf("# LARDER_SEED=%" PRIu64 " LARDER_CASES=%d row %zu, type %zu: %s\n# %.*s\n", run->seed, BATCH,
               row, probe->type, what, STR_ARG(probe->text));
}

/* Any class may be returned as texts; numbers and booleans as each other. */
static bool some_expression(struct run *run, struct probe *probe)
{
    struct buf b = tap_buf(1u << 16);
    struct rulegen gen = { .dice = &run->dice, .use = RULE_FILTER, .out = &b };
    struct rule_fault fault = { NO_STR, 0 };
    struct rule_name *names = arena_list(tap_mem(), struct rule_name, RULENAMES.n + 1);
    struct rule_names all = { .at = names, .n = RULENAMES.n + 1 };
    probe->type = dice_roll(&run->dice, TYPES);
    enum rulegen_class class = OF[probe->type];
    if (probe->type == 0 && dice_roll(&run->dice, 3) == 0)
        class = (enum rulegen_class)dice_roll(&run->dice, RULEGEN_CLASSES);
    else if (dice_roll(&run->dice, 6) == 0)
        class = probe->type == 3 ? RULEGEN_DATE : RULEGEN_TEXT;
    computedgen_of(&gen, class, dice_roll(&run->dice, 8) == 0 ? 6 : 3);
    probe->text = buf_text(&b);
    probe->name = (struct rule_name){ .name = S("c"), .column = S("c"), .type = R_COMPUTED };
    if (!rule_compute(tap_mem(), probe->text, TYPE[probe->type], &RULENAMES, &probe->name.computed,
                      &fault)) {
        run->complex += str_eq(fault.message, S("Expression is too complex"));
        if (!str_eq(fault.message, S("Expression is too complex")) && run->refused++ < TOLD)
            printf("# refused: %.*s\n# because: %.*s\n", STR_ARG(probe->text), STR_ARG(fault.message));
        return false;
    }
    names[0] = probe->name;
    memcpy(names + 1, RULENAMES.at, RULENAMES.n * sizeof *names);
    struct str question = str_of(ASKED[probe->type][dice_roll(&run->dice, QUESTIONS)]);
    if (!rule_read(tap_mem(), question, RULE_CREATE, &all, &probe->asked, &fault)) {
        run->complex += str_eq(fault.message, S("Expression is too complex"));
        if (!str_eq(fault.message, S("Expression is too complex")) && run->refused++ < TOLD)
            printf("# refused: %.*s, where c is %.*s\n# because: %.*s\n", STR_ARG(question),
                   STR_ARG(probe->text), STR_ARG(fault.message));
        return false;
    }
    return true;
}

static bool is_same(const struct rows *rows, int column, enum rule_type type, struct param wanted)
{
    if (rows_null(rows, column) || wanted.type == P_NULL)
        return rows_null(rows, column) && wanted.type == P_NULL;
    switch (type) {
    case R_NUMBER:   return wanted.type == P_REAL && rows_real(rows, column) == wanted.real;
    case R_BOOLEAN:  return wanted.type == P_BOOL && rows_bool(rows, column) == (wanted.number != 0);
    case R_DATETIME: return wanted.type == P_TIME && rows_int(rows, column) == wanted.number;
    default:         return wanted.type == P_TEXT && str_eq(rows_text(rows, column), wanted.text);
    }
}

static void compare_row(struct run *run, const struct rows *rows, size_t row, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        struct probe *probe = &run->probes[i];
        struct param wanted = rule_value(run->cx, probe->name.computed, run->rows[row].at, FIELDS);
        int column = 1 + 2 * (int)(i - from);
        run->nulls += wanted.type == P_NULL;
        run->values += wanted.type != P_NULL;
        if (wanted.type == P_REAL && !isfinite(wanted.real))
            complain(run, probe, "it is no number", row);
        if (!is_same(rows, column, TYPE[probe->type], wanted)) {
            struct str says = rows_text(rows, column);
            complain(run, probe, "selected it is another value", row);
            printf("# SQL: %.*s; memory: type %d, %.17g, %lld, %.*s\n", STR_ARG(says), (int)wanted.type,
                   wanted.real, (long long)wanted.number, STR_ARG(wanted.text));
        }
        bool holds = ruleval_holds(run->cx, probe->asked, NULL, run->rows[row].at, FIELDS);
        if ((rows_int(rows, column + 1) == 1) != holds)
            complain(run, probe, "a rule that names it differs", row);
    }
}

static bool ask(struct run *run, size_t from, size_t to)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, run->cx);
    qb_lit(&q, SQL_OF("SELECT r.id"));
    for (size_t i = from; i < to; i++) {
        qb_lit(&q, SQL_OF(", "));
        rule_put(&q, &run->probes[i].name);
        qb_lit(&q, SQL_OF(", CASE WHEN "));
        TRY(rule_sql(&q, run->probes[i].asked, NULL));
        qb_lit(&q, SQL_OF(" THEN 1 ELSE 0 END"));
    }
    qb_lit(&q, SQL_OF(" FROM col_probe AS r ORDER BY r.id"));
    TRY(qb_query(&q, &rows));
    for (size_t row = 0; rows_step(&rows); row++)
        compare_row(run, &rows, row, from, to);
    return rows_done(&rows);
}

static bool in_table(struct run *run, size_t from, size_t to)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    db_scope(run->cx, S("*"));
    return tx_begin(run->cx, &tx) && ruletable_refill(run->cx, TABLE, run->rows, ROWS)
        && ask(run, from, to);
}

/* As a create rule sees it, whose names are values. */
static void as_submitted(struct run *run)
{
    for (size_t i = 0; i < BATCH; i++) {
        size_t row = dice_roll(&run->dice, ROWS);
        bool holds, wanted = ruleval_holds(run->cx, run->probes[i].asked, NULL, run->rows[row].at, FIELDS);
        if (!rule_holds(run->cx, run->probes[i].asked, NULL, run->rows[row].at, FIELDS, &holds)
            || holds != wanted)
            complain(run, &run->probes[i], "over submitted values it differs", row);
        fail_forget(run->cx);
    }
}

static uint64_t batch(struct run *run, uint64_t seed)
{
    struct arena_mark mark = arena_mark(tap_mem());
    struct dice next = { seed };
    run->seed = seed;
    run->dice = (struct dice){ seed ^ UINT64_C(0x5DEECE66D) };
    run->cx->now = rulerows_time(&run->dice);
    for (size_t i = 0; i < ROWS; i++)
        rulerows_make(&run->dice, i, &run->rows[i]);
    for (size_t i = 0; i < BATCH;)
        i += some_expression(run, &run->probes[i]);
    if (!in_table(run, 0, BATCH)) {
        fail_forget(run->cx);
        for (size_t i = 0; i < BATCH; i++)
            if (!in_table(run, i, i + 1)) {
                printf("# %s: %s\n", run->cx->err.message,
                       run->cx->err.cause == NULL ? "" : run->cx->err.cause);
                complain(run, &run->probes[i], "the statement fails", 0);
                fail_forget(run->cx);
            }
    }
    as_submitted(run);
    db_rest(run->cx->db);
    arena_rewind(tap_mem(), mark);
    return dice_bits(&next);
}

int main(void)
{
    uint64_t seed = dice_seed(), cases = dice_setting("LARDER_CASES", CASES);
    plan((int)dbtest_engines() * 4);
    for (size_t engine = 0; engine < dbtest_engines(); engine++) {
        struct run *run = arena_make(tap_mem(), struct run);
        struct dbtest t;
        struct cx cx;
        uint64_t next = seed;
        printf("# %s: LARDER_SEED=%" PRIu64 " LARDER_CASES=%" PRIu64 "\n",
               engine == 0 ? "SQLite" : "PostgreSQL", seed, cases);
        if (!ok(dbtest_open(&t, engine, &cx, DB_OWNER) && ruletable_make(&cx, TABLE), "a table of every type"))
            return 1;
        run->cx = &cx;
        for (uint64_t i = 0; i < cases && run->wrong < 100; i += BATCH)
            next = batch(run, next);
        is_int((int64_t)run->wrong, 0, "SQL and memory agree");
        is_int((int64_t)run->refused, 0, "on expressions that are valid, all of them");
        printf("# %zu values, %zu nulls, %zu too complex\n", run->values, run->nulls, run->complex);
        bool is_varied = run->values > run->nulls / 2 && run->complex > 0 && run->complex < cases;
        ok(cases < 1000 || is_varied, "and mostly come to something");
        dbtest_close(&t, &cx);
    }
    return done();
}
