/*
 * 16-ruleprop.c — the same expression, row and caller: SQL on both engines, SQL over submitted values,
 * folding and memory give the same answer, for expressions, rows and callers nobody thought of.
 *
 *     LARDER_SEED=n LARDER_CASES=n build/t/16-ruleprop.t      a disagreement says which to replay
 */
#include "dbtest.h"

#include "base/js.h"
#include "rules/rulefold.h"
#include "rules/ruleval.h"
#include "rulerows.h"
#include "ruletable.h"

#define TABLE S("col_probe")
#define ACCOUNT RULEROWS_ACCOUNT
#define CASES 5000u
#define TOLD 5u                     /* disagreements that are told in full                        */

/* An expression is asked for three times: itself, whether it is false, whether it is unknown. */
enum { BATCH = 16, ROWS = 8, FIELDS = RULEROWS_FIELDS, DATA = 10, WAYS = 3 };
static const struct { const char *before, *after; } WAY[WAYS] = {
    { "", "" }, { "!(", ")" }, { "(", ") IS NULL" },
};

struct who {
    struct actor actor;
    struct str groups[4];
    struct rule_data data[DATA];
    struct rule_caller caller;
};
struct probe {
    struct str text;
    int64_t now;
    struct who *who;
    const struct rule_caller *caller;               /* NULL: nobody                                */
    struct rule *rule[WAYS];
    bool wanted[WAYS][ROWS];                        /* what memory says                            */
};
struct run {
    struct cx *cx;
    struct dice dice;
    uint64_t seed;                                  /* of this batch                               */
    struct rulerows_row rows[ROWS];
    struct probe probes[BATCH];
    size_t wrong, refused;
    size_t kinds[AST_MAY + 1], answers[WAYS], uses[RULE_DELETE + 1];
};

/* --- rows and callers ------------------------------------------------------------------------ */

/* As JSON gives them: rarely of the type of the field. */
static struct param some_submitted(struct dice *d)
{
    switch (dice_roll(d, 9)) {
    case 0:  return p_null(NULL);
    case 1:  return p_bool(NULL, dice_roll(d, 2) == 0);
    case 2:  return p_real(NULL, rulerows_number(d));
    case 3:  return p_int(NULL, (int64_t)dice_roll(d, 21) - 10);
    case 4:  return p_text(NULL, str_of(dice_pick(d, RULEGEN_TIMES, COUNT(RULEGEN_TIMES))));
    default: return p_text(NULL, rulegen_text(d, tap_mem()));
    }
}

static struct str some_name(struct dice *d)
{
    unsigned kind = dice_roll(d, 12);
    return kind == 0 ? NO_STR : kind == 1 ? S("") : kind == 2 ? rulegen_text(d, tap_mem())
         : str_of(DICE_PICK(d, "u1", "u2", "user", "admin", "active", "a"));
}

static void some_caller(struct dice *d, struct probe *probe)
{
    static const char *const FIELD[DATA] = {
        "title", "status", "price", "quantity", "is_done", "public", "due", "day", "meta", "other" };
    struct who *who = arena_make(tap_mem(), struct who);
    struct actor *actor = &who->actor;
    actor->kind = dice_roll(d, 8) == 0 ? ACTOR_ANONYMOUS : ACTOR_USER;
    actor->id = some_name(d);
    actor->email = some_name(d);
    actor->role = some_name(d);
    actor->account_id = dice_roll(d, 2) == 0 ? ACCOUNT : some_name(d);
    actor->groups = who->groups;
    actor->group_count = dice_roll(d, COUNT(who->groups) + 1);
    for (size_t i = 0; i < COUNT(who->groups); i++) {
        struct str name = some_name(d);
        who->groups[i] = str_absent(name) ? S("a") : name;
    }
    who->caller = (struct rule_caller){ .who = &who->actor, .data = who->data,
                                        .may = dice_roll(d, 3) == 0 ? NULL : rulenames_may };
    for (size_t i = 0; i < DATA; i++)
        if (dice_roll(d, 6) > 0)
            who->data[who->caller.data_count++] = (struct rule_data){ str_of(FIELD[i]), some_submitted(d) };
    probe->who = who;
    probe->caller = dice_roll(d, 12) == 0 ? NULL : &who->caller;
    probe->now = rulerows_time(d) + (int64_t)dice_roll(d, 48) * 1800000000;
}

/* --- what memory says ------------------------------------------------------------------------- */

static void meet(struct run *run, const struct ast *node)
{
    run->kinds[node->kind]++;
    for (size_t i = 0; i < node->kid_count; i++)
        meet(run, node->kids[i]);
}

static bool some_rule(struct run *run, struct probe *probe)
{
    enum rule_use use = (enum rule_use)dice_roll(&run->dice, RULE_DELETE + 1);
    struct buf b = tap_buf(1u << 20);
    struct rulegen gen = { .dice = &run->dice, .use = use, .out = &b };
    struct rule_fault fault = { NO_STR, 0 };
    rulegen_condition(&gen, 3);
    probe->text = buf_text(&b);
    for (size_t i = 0; i < WAYS; i++) {
        struct str text = str_fmt(tap_mem(), "%s%.*s%s", WAY[i].before, STR_ARG(probe->text), WAY[i].after);
        if (rule_read(tap_mem(), text, use, &RULENAMES, &probe->rule[i], &fault))
            continue;
        if (!str_eq(fault.message, S("Expression is too complex"))
            && !str_starts(fault.message, S("Expression is nested more than 64 levels deep"))
            && !str_eq(fault.message, S("Expression is longer than 8192 bytes")) && run->refused++ < TOLD)
            printf("# refused: %.*s\n# because: %.*s\n", STR_ARG(probe->text), STR_ARG(fault.message));
        return false;
    }
    run->uses[use]++;
    meet(run, probe->rule[0]->root);
    return true;
}

static void tell_values(struct js *js, const char *key, const struct rule_data *at, size_t n)
{
    js_object(js, key);
    for (size_t i = 0; i < n; i++) {
        js_key(js, at[i].field);
        switch (at[i].value.type) {
        case P_TEXT: js_text(js, NULL, str_sub(at[i].value.text, 0, 100)); break;
        case P_REAL: js_raw(js, NULL, str_fmt(tap_mem(), "%.17g", at[i].value.real)); break;
        case P_BOOL: js_bool(js, NULL, at[i].value.number != 0); break;
        case P_TIME: js_time(js, NULL, at[i].value.number); break;
        case P_INT:  js_int(js, NULL, at[i].value.number); break;
        default:     js_null(js, NULL); break;
        }
    }
    js_end(js);
}

/* Everything that is needed to see it again. */
static void tell(struct run *run, const struct probe *probe, size_t way, size_t row, const char *who_says,
                 bool says)
{
    struct buf b = tap_buf(1u << 20);
    const struct actor *who = &probe->who->actor;
    struct js js;
    if (run->wrong++ >= TOLD)
        return;
    js_init(&js, &b);
    js_object(&js, NULL);
    js_time(&js, "now", probe->now);
    js_object(&js, probe->caller == NULL ? "nobody" : who->kind == ACTOR_ANONYMOUS ? "anonymous" : "user");
    js_text(&js, "id", who->id);
    js_text(&js, "email", who->email);
    js_text(&js, "role", who->role);
    js_text(&js, "account_id", who->account_id);
    js_array(&js, "groups");
    for (size_t i = 0; i < who->group_count; i++)
        js_text(&js, NULL, who->groups[i]);
    js_end(&js);
    js_end(&js);
    tell_values(&js, "data", probe->who->caller.data, probe->who->caller.data_count);
    tell_values(&js, "row", run->rows[row].at, FIELDS);
    js_end(&js);
    printf("# LARDER_SEED=%" PRIu64 " LARDER_CASES=%d\n# %s%.*s%s\n", run->seed, BATCH, WAY[way].before,
           STR_ARG(probe->text), WAY[way].after);
    printf("# %s: %s; in memory: %s\n# %.*s\n", who_says, says ? "holds" : "does not hold",
           probe->wanted[way][row] ? "holds" : "does not hold", STR_ARG(buf_text(&b)));
}

static void agree(struct run *run, const struct probe *probe, size_t way, size_t row, const char *who_says,
                  bool says)
{
    if (says != probe->wanted[way][row])
        tell(run, probe, way, row, who_says, says);
}

static bool is_true(struct rulevalue v)
{
    return v.kind == RV_BOOL && v.yes;
}

/* The tree as checked is the measure; of true, false and unknown exactly one must be the case. */
static void remember(struct run *run, struct probe *probe)
{
    struct cx *cx = run->cx;
    cx->now = probe->now;
    for (size_t row = 0; row < ROWS; row++) {
        struct ruleval given = { .cx = cx, .caller = probe->caller, .row = run->rows[row].at,
                                 .row_count = FIELDS };
        size_t held = 0;
        for (size_t way = 0; way < WAYS; way++) {
            probe->wanted[way][row] = ruleval_holds(cx, probe->rule[way], probe->caller, given.row, FIELDS);
            held += probe->wanted[way][row];
            run->answers[way] += probe->wanted[way][row];
        }
        if (held != 1)
            tell(run, probe, 0, row, "more or less than one of true, false, unknown", held > 1);
    }
    for (size_t way = 0; way < WAYS; way++) {
        struct ast *folded = rulefold_condition(cx, probe->rule[way], probe->caller);
        enum rule_verdict verdict = rule_fold(cx, probe->rule[way], probe->caller);
        for (size_t row = 0; row < ROWS; row++) {
            struct ruleval given = { .cx = cx, .row = run->rows[row].at, .row_count = FIELDS };
            agree(run, probe, way, row, "folded", is_true(ruleval_of(&given, folded)));
            if (verdict != RULE_DEPENDS)
                agree(run, probe, way, row, "the verdict", verdict == RULE_ALWAYS);
        }
    }
}

/* --- what SQL says ---------------------------------------------------------------------------- */

static void fault_of(struct run *run, const struct probe *probe, size_t way, const char *what)
{
    printf("# %s: %s: %s\n", what, run->cx->err.message, run->cx->err.cause == NULL ? "" : run->cx->err.cause);
    tell(run, probe, way, 0, what, !probe->wanted[way][0]);
    fail_forget(run->cx);
}

/* Every case and way is a column, every row a row: one round trip for all of them. */
static bool ask(struct run *run, size_t from, size_t to)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, run->cx);
    qb_lit(&q, SQL_OF("SELECT r.id"));
    for (size_t i = from; i < to; i++)
        for (size_t way = 0; way < WAYS; way++) {
            run->cx->now = run->probes[i].now;
            qb_lit(&q, SQL_OF(", CASE WHEN "));
            TRY(rule_sql(&q, run->probes[i].rule[way], run->probes[i].caller));
            qb_lit(&q, SQL_OF(" THEN 1 ELSE 0 END"));
        }
    qb_lit(&q, SQL_OF(" FROM col_probe AS r ORDER BY r.id"));
    TRY(qb_query(&q, &rows));
    for (size_t row = 0; rows_step(&rows); row++)
        for (size_t i = from; i < to; i++)
            for (size_t way = 0; way < WAYS; way++)
                agree(run, &run->probes[i], way, row, "by SQL",
                      rows_int(&rows, (int)((i - from) * WAYS + way + 1)) == 1);
    return rows_done(&rows);
}

/* A failed transaction answers no more, so each case has one of its own then. */
static bool in_table(struct run *run, size_t from, size_t to)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    db_scope(run->cx, S("*"));
    return tx_begin(run->cx, &tx) && ruletable_refill(run->cx, TABLE, run->rows, ROWS)
        && ask(run, from, to);
}

static void by_sql(struct run *run)
{
    if (!in_table(run, 0, BATCH)) {
        fail_forget(run->cx);
        for (size_t i = 0; i < BATCH; i++)
            if (!in_table(run, i, i + 1))
                fault_of(run, &run->probes[i], 0, "the statement fails");
    }
    db_rest(run->cx->db);
}

/* As a create rule sees it: values that were submitted, typed in the statement. */
static void as_submitted(struct run *run)
{
    for (size_t i = 0; i < BATCH; i++) {
        struct probe *probe = &run->probes[i];
        size_t row = dice_roll(&run->dice, ROWS), way = dice_roll(&run->dice, WAYS);
        bool holds;
        run->cx->now = probe->now;
        if (rule_holds(run->cx, probe->rule[way], probe->caller, run->rows[row].at, FIELDS, &holds))
            agree(run, probe, way, row, "over submitted values", holds);
        else
            fault_of(run, probe, way, "over submitted values it fails");
    }
    db_rest(run->cx->db);
}

/* A batch hangs on its seed alone, so that any of them can be had again as the first. */
static uint64_t batch(struct run *run, uint64_t seed)
{
    struct arena_mark mark = arena_mark(tap_mem());
    struct dice next = { seed };
    run->seed = seed;
    run->dice = (struct dice){ seed ^ UINT64_C(0x5DEECE66D) };
    for (size_t i = 0; i < ROWS; i++)
        rulerows_make(&run->dice, i, &run->rows[i]);
    for (size_t i = 0; i < BATCH;) {
        run->probes[i] = (struct probe){ 0 };
        if (!some_rule(run, &run->probes[i]))
            continue;
        some_caller(&run->dice, &run->probes[i]);
        remember(run, &run->probes[i++]);
    }
    by_sql(run);
    as_submitted(run);
    arena_rewind(tap_mem(), mark);
    return dice_bits(&next);
}

/* Expressions must be of every kind, and the answers not all the same. */
static bool is_varied(const struct run *run)
{
    size_t all = run->answers[0] + run->answers[1] + run->answers[2];
    for (size_t i = 0; i < COUNT(run->kinds); i++)
        if (run->kinds[i] == 0 && i != AST_NAME && i != AST_CALL) {
            printf("# no node of kind %zu\n", i);
            return false;
        }
    for (size_t i = 0; i < COUNT(run->uses); i++)
        if (run->uses[i] == 0)
            return false;
    printf("# %zu %% true, %zu %% false, %zu %% unknown\n", run->answers[0] * 100 / all,
           run->answers[1] * 100 / all, run->answers[2] * 100 / all);
    return run->answers[0] > all / 10 && run->answers[1] > all / 10 && run->answers[2] > all / 20;
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
        is_int((int64_t)run->wrong, 0, "SQL, folding and memory agree");
        is_int((int64_t)run->refused, 0, "on rules that are valid, all of them");
        ok(cases < 1000 || is_varied(run), "of every kind and outcome");
        dbtest_close(&t, &cx);
    }
    return done();
}
