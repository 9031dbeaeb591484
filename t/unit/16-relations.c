/*
 * 16-relations.c — what looks into other rows finds what a walk over them in memory finds: over a reference,
 * back over one, among the items of a list, by exists(); of the same account only, on both engines.
 *
 *     LARDER_SEED=n LARDER_CASES=n build/t/16-relations.t
 */
#include "dbtest.h"

#include "rulegen.h"
#include "rules/rulesql.h"
#include "rules/ruleval.h"
#include "ruletable.h"

#define TABLE S("col_probe")
#define PAIRS S("col_pairs")
#define ACCOUNT S("00000000-0000-0000-0000-000000000000")
#define RIVAL S("11111111-1111-1111-1111-111111111111")
#define CASES 2500u
#define TOLD 5u

enum { ROWS = 8, RIVALS = 4, FIELDS = 12, NAMES = 20, WAYS = 3 };
static const struct { const char *before, *after; } WAY[WAYS] = {
    { "", "" }, { "!(", ")" }, { "(", ") IS NULL" },
};

/* Which rows a name leads to, from row i to row j. */
struct row { struct rule_data at[FIELDS]; struct str id, owner, items[3]; size_t item_count; };
struct run {
    struct cx *cx;
    struct dice dice;
    uint64_t seed;
    struct row rows[ROWS + RIVALS];
    struct rule_names names, plain;             /* with relations, and without                     */
    struct str *link;                           /* of the field links                              */
    size_t wrong, refused, asked[9];
};

static bool has(const struct row *row, struct str id)
{
    for (size_t i = 0; i < row->item_count; i++)
        if (str_eq(row->items[i], id))
            return true;
    return false;
}

static bool owns(const struct row *from, const struct row *to) { return str_eq(from->owner, to->id); }
static bool owned(const struct row *from, const struct row *to) { return str_eq(to->owner, from->id); }
static bool links(const struct row *from, const struct row *to) { return has(from, to->id); }
static bool linked(const struct row *from, const struct row *to) { return has(to, from->id); }
static bool all(const struct row *from UNUSED, const struct row *to UNUSED) { return true; }

/* One or two steps; of many any is enough, one alone is looked at as if it were the row. */
static const struct kind {
    const char *prefix;
    bool (*first)(const struct row *from, const struct row *to);
    bool (*second)(const struct row *from, const struct row *to);
    bool is_any;
} KINDS[] = {
    { "owner.", owns, NULL, false },                    { "owner.owner.", owns, owns, false },
    { "probe_via_owner.", owned, NULL, true },          { "links.", links, NULL, true },
    { "probe_via_links.", linked, NULL, true },         { "owner.probe_via_owner.", owns, owned, true },
    { "probe_via_owner.links.", owned, links, true },   { "probe_via_links.owner.", linked, owns, true },
    { "exists", all, NULL, true },
};

/* --- names and rows --------------------------------------------------------------------------- */

static struct rule_source the_source;

static bool find(void *state UNUSED, struct str name, const struct rule_source **out)
{
    *out = str_eq(name, S("probe")) ? &the_source : NULL;
    return true;
}

static bool narrow(struct qb *q UNUSED, const struct rule_source *source UNUSED)
{
    return false;                                       /* nothing is narrowed here                */
}

static const struct rule_relations RELATIONS = { .find = find, .narrow = narrow, .most = 3 };

static void name_all(struct run *run)
{
    struct rule_name *at = arena_list(tap_mem(), struct rule_name, NAMES);
    memcpy(at, RULENAMES.at, RULENAMES.n * sizeof(*at));
    for (size_t i = 0; i < RULENAMES.n; i++)
        if (str_eq(at[i].name, S("owner")))
            at[i].target = S("probe");
    at[RULENAMES.n] = (struct rule_name){ .name = S("tags"), .column = S("meta"), .type = R_TEXT,
                                          .many = true };
    at[RULENAMES.n + 1] = (struct rule_name){ .name = S("links"), .column = S("meta"), .type = R_REFERENCE,
                                              .many = true, .target = S("probe"), .link = PAIRS };
    run->link = &at[RULENAMES.n + 1].link;
    run->plain = (struct rule_names){ .collection = S("probe"), .at = at, .n = NAMES };
    run->names = run->plain;
    run->names.relations = &RELATIONS;
    the_source = (struct rule_source){ .name = S("probe"), .table = TABLE, .names = &run->plain };
}

static struct str some_id(struct dice *d)
{
    return dice_roll(d, 8) == 0 ? NO_STR
         : dice_roll(d, 8) == 0 ? str_fmt(tap_mem(), "x%u", dice_roll(d, RIVALS))
         : str_fmt(tap_mem(), "u%u", dice_roll(d, ROWS));
}

static struct param some_list(struct dice *d, struct row *row)
{
    struct buf b = tap_buf(1024);
    if (dice_roll(d, 5) == 0)
        return p_null(NULL);
    buf_c(&b, '[');
    for (unsigned n = dice_roll(d, COUNT(row->items) + 1); n > 0; n--) {
        struct str id = some_id(d);
        row->items[row->item_count] = str_absent(id) ? S("active") : id;
        buf_fmt(&b, "%s\"%.*s\"", row->item_count > 0 ? "," : "", STR_ARG(row->items[row->item_count]));
        row->item_count++;
    }
    buf_c(&b, ']');
    return p_text(NULL, buf_text(&b));
}

static struct param some_number(struct dice *d)
{
    return dice_roll(d, 5) == 0 ? p_null(NULL) : p_real(NULL, dice_roll(d, 12) - 1.5);
}

static struct param some_text(struct dice *d)
{
    return dice_roll(d, 5) == 0 ? p_null(NULL) : p_text(NULL, rulegen_text(d, tap_mem()));
}

static struct param some_truth(struct dice *d)
{
    return dice_roll(d, 4) == 0 ? p_null(NULL) : p_bool(NULL, dice_roll(d, 2) == 0);
}

static struct param some_time(struct dice *d)
{
    int64_t us = 0;
    if (!when_parse(str_of(dice_pick(d, RULEGEN_TIMES, COUNT(RULEGEN_TIMES))), &us))
        abort();
    return p_time(NULL, us);
}

static void some_row(struct dice *d, size_t i, struct row *row)
{
    *row = (struct row){ .owner = some_id(d) };
    row->id = str_fmt(tap_mem(), "%s%zu", i < ROWS ? "u" : "x", i < ROWS ? i : i - ROWS);
    const struct rule_data at[FIELDS] = {
        { S("id"), p_text(NULL, row->id) }, { S("account_id"), p_text(NULL, i < ROWS ? ACCOUNT : RIVAL) },
        { S("created_at"), some_time(d) }, { S("created_by"), p_text(NULL, S("u1")) },
        { S("title"), some_text(d) }, { S("status"), some_text(d) }, { S("price"), some_number(d) },
        { S("quantity"), some_number(d) }, { S("is_done"), some_truth(d) }, { S("due"), some_time(d) },
        { S("owner"), p_text(NULL, row->owner) }, { S("meta"), some_list(d, row) },
    };
    memcpy(row->at, at, sizeof(at));
}

/* --- expressions ------------------------------------------------------------------------------ */

#define MARK "zz_zz."

/* How often the mark stands in the text; out: with the prefix instead. */
static size_t replaced(struct str text, const char *prefix, struct str *out)
{
    struct buf b = tap_buf(1u << 20);
    size_t n = 0;
    while (text.n > 0) {
        bool is_mark = str_starts(text, S(MARK));
        buf_str(&b, is_mark ? str_of(prefix) : str_sub(text, 0, 1));
        text = str_sub(text, is_mark ? sizeof(MARK) - 1 : 1, text.n);
        n += is_mark;
    }
    *out = buf_text(&b);
    return n;
}

struct probe { const struct kind *kind; struct str text, plain; bool wanted[WAYS][ROWS]; };

static bool some_probe(struct run *run, struct probe *probe)
{
    struct buf b = tap_buf(1u << 20);
    struct rulegen gen = { .dice = &run->dice, .use = RULE_FILTER, .out = &b, .prefix = MARK };
    probe->kind = &KINDS[dice_roll(&run->dice, COUNT(KINDS))];
    bool is_exists = probe->kind->first == all;
    if (probe->kind->is_any && !is_exists)
        rulegen_leaf(&gen);
    else
        rulegen_condition(&gen, 2);
    size_t n = replaced(buf_text(&b), is_exists ? "" : probe->kind->prefix, &probe->text);
    (void)replaced(buf_text(&b), "", &probe->plain);
    if (is_exists)
        probe->text = str_fmt(tap_mem(), "exists(probe, %.*s)", STR_ARG(probe->text));
    return is_exists || (probe->kind->is_any ? n == 1 : n > 0 && n <= 24);
}

static bool read_way(struct run *run, struct str text, size_t way, const struct rule_names *names,
                     struct rule **out)
{
    struct str whole = str_fmt(tap_mem(), "%s%.*s%s", WAY[way].before, STR_ARG(text), WAY[way].after);
    struct rule_fault fault = { NO_STR, 0 };
    if (rule_read(tap_mem(), whole, RULE_LIST, names, out, &fault))
        return true;
    if (!str_eq(fault.message, S("Expression is too complex"))
        && !str_starts(fault.message, S("An expression can look into other collections at most"))
        && !str_eq(fault.message, S("Expression is longer than 8192 bytes")) && run->refused++ < TOLD)
        printf("# refused: %.*s\n# because: %.*s\n", STR_ARG(whole), STR_ARG(fault.message));
    return false;
}

/* The one row, or NULL, from `from` over the steps. */
static const struct row *one_of(const struct run *run, const struct kind *kind, const struct row *from)
{
    const struct row *to = NULL;
    for (size_t j = 0; j < ROWS; j++)
        if (kind->first(from, &run->rows[j]))
            to = &run->rows[j];
    if (kind->second == NULL || to == NULL)
        return to;
    return one_of(run, &(struct kind){ .first = kind->second }, to);
}

static bool any_of(struct run *run, const struct kind *kind, const struct rule *plain, const struct row *from)
{
    for (size_t j = 0; j < ROWS; j++) {
        const struct row *to = &run->rows[j];
        if (!kind->first(from, to))
            continue;
        if (kind->second == NULL ? ruleval_holds(run->cx, plain, NULL, to->at, FIELDS)
                : any_of(run, &(struct kind){ .first = kind->second }, plain, to))
            return true;
    }
    return false;
}

/* A reference that leads nowhere has NULL in every field, which a condition may be true of. */
static bool any_back_to_one(struct run *run, const struct kind *kind, const struct rule *plain,
                            const struct row *from)
{
    const struct kind second = { .first = kind->second };
    for (size_t j = 0; j < ROWS; j++) {
        const struct row *to = &run->rows[j], *one = kind->first(from, to) ? one_of(run, &second, to) : NULL;
        if (kind->first(from, to) && ruleval_holds(run->cx, plain, NULL, one != NULL ? one->at : NULL,
                                                   one != NULL ? FIELDS : 0))
            return true;
    }
    return false;
}

static bool any_way(struct run *run, const struct kind *kind, const struct rule *plain, const struct row *from)
{
    return kind->second == owns ? any_back_to_one(run, kind, plain, from) : any_of(run, kind, plain, from);
}

/* The comparison that a name of many stands in is the nearest one: (owner.price > 1) = is_done has two. */
static bool has_nested(const struct ast *root)
{
    for (size_t i = 0; i < root->kid_count; i++)
        if (root->kids[i]->class == CLASS_BOOL && root->kids[i]->kind != AST_COLUMN
            && root->kids[i]->kind != AST_VALUE)
            return true;
    return false;
}

static bool remember(struct run *run, struct probe *probe)
{
    struct rule *plain[WAYS];
    bool is_field = str_eq(probe->plain, S("is_done")) || str_eq(probe->plain, S("public"));
    for (size_t way = 0; way < WAYS; way++)
        TRY(read_way(run, probe->plain, way, &run->plain, &plain[way]));
    if (probe->kind->is_any && probe->kind->first != all && has_nested(plain[0]->root))
        return false;
    for (size_t i = 0; i < ROWS; i++) {
        const struct row *from = &run->rows[i], *to = one_of(run, probe->kind, from);
        bool any = any_way(run, probe->kind, plain[0], from);
        for (size_t way = 0; way < WAYS; way++)
            probe->wanted[way][i] = probe->kind->is_any ? way == 0 ? any : way == 1 && !any
                : ruleval_holds(run->cx, plain[way], NULL, to != NULL ? to->at : NULL, to != NULL ? FIELDS : 0);
        if (is_field && probe->kind->is_any && probe->kind->first != all)
            probe->wanted[2][i] = any_way(run, probe->kind, plain[2], from);    /* any that is NULL      */
    }
    return true;
}

/* --- asking ----------------------------------------------------------------------------------- */

static void agree(struct run *run, const struct probe *probe, size_t way, size_t row, const char *who,
                  bool says)
{
    if (says == probe->wanted[way][row] || run->wrong++ >= TOLD)
        return;
    printf("# LARDER_SEED=%" PRIu64 " LARDER_CASES=1\n# %s%.*s%s\n# %s: row u%zu %s\n", run->seed,
           WAY[way].before, STR_ARG(probe->text), WAY[way].after, who, row, says ? "holds" : "does not hold");
}

static bool ask(struct run *run, const struct probe *probe, struct rule *const rules[WAYS])
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct qb q;
    qb_init(&q, run->cx);
    qb_lit(&q, SQL_OF("SELECT r.id"));
    for (size_t way = 0; way < WAYS; way++) {
        qb_lit(&q, SQL_OF(", CASE WHEN "));
        TRY(rule_sql(&q, rules[way], NULL));
        qb_lit(&q, SQL_OF(" THEN 1 ELSE 0 END"));
    }
    qb_lit(&q, SQL_OF(" FROM col_probe AS r WHERE r.account_id = "));
    qb_value(&q, p_text(NULL, ACCOUNT));
    qb_lit(&q, SQL_OF(" ORDER BY r.id"));
    TRY(qb_query(&q, &rows));
    for (size_t row = 0; rows_step(&rows); row++)
        for (size_t way = 0; way < WAYS; way++)
            agree(run, probe, way, row, "by SQL", rows_int(&rows, (int)way + 1) == 1);
    return rows_done(&rows);
}

static bool ask_submitted(struct run *run, const struct probe *probe, struct rule *const rules[WAYS])
{
    size_t row = dice_roll(&run->dice, ROWS), way = dice_roll(&run->dice, WAYS);
    const struct row *from = &run->rows[row];
    struct rule_data at[FIELDS + 2];
    bool holds;
    memcpy(at, from->at, sizeof(from->at));             /* the list goes by both of its names      */
    at[FIELDS] = (struct rule_data){ S("tags"), from->at[FIELDS - 1].value };
    at[FIELDS + 1] = (struct rule_data){ S("links"), from->at[FIELDS - 1].value };
    TRY(rule_holds(run->cx, rules[way], NULL, at, COUNT(at), &holds));
    agree(run, probe, way, row, "over submitted values", holds);
    return true;
}

/* Who has which items, as the table of links knows it. */
static bool link_all(struct run *run, size_t from)
{
    const struct row *row = &run->rows[from];
    for (size_t i = 0; i < row->item_count; i++) {
        const struct rule_data pair[] = {
            { S("id"), p_text(NULL, str_fmt(tap_mem(), "%zu-%zu", from, i)) },
            { S("account_id"), row->at[1].value }, { S("created_at"), p_time(NULL, 0) },
            { S("created_by"), p_text(NULL, S("x")) }, { S("record_id"), p_text(NULL, row->id) },
            { S("target_id"), p_text(NULL, row->items[i]) },
        };
        TRY(ruletable_add(run->cx, PAIRS, pair, COUNT(pair)));
    }
    return true;
}

static bool refill(struct run *run)
{
    static const struct sql CLEAR = SQL("DELETE FROM col_probe WHERE account_id <> :account");
    static const struct sql CLEAR_PAIRS = SQL("DELETE FROM col_pairs WHERE account_id <> :account");
    TRY(db_exec(run->cx, CLEAR, BIND(p_text("account", S("-"))), NULL));
    TRY(db_exec(run->cx, CLEAR_PAIRS, BIND(p_text("account", S("-"))), NULL));
    for (size_t i = 0; i < ROWS + RIVALS; i++)
        TRY(ruletable_add(run->cx, TABLE, run->rows[i].at, FIELDS) && link_all(run, i));
    return true;
}

static bool made_pairs(struct cx *cx)
{
    static const struct ddl_column COLUMNS[] = {
        { .name = S_INIT("record_id"), .word = "@id" }, { .name = S_INIT("target_id"), .word = "@id" } };
    struct tx tx SCOPED(tx_end) = { 0 };
    db_scope(cx, S("*"));
    return tx_begin(cx, &tx) && ddl_create_table(cx, PAIRS, COLUMNS, COUNT(COLUMNS)) && tx_commit(&tx);
}

static bool turn(struct run *run)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct rule *rules[WAYS];
    struct probe probe = { 0 };
    db_scope(run->cx, S("*"));
    *run->link = dice_roll(&run->dice, 2) == 0 ? PAIRS : NO_STR;        /* both ways of knowing      */
    for (size_t i = 0; i < ROWS + RIVALS; i++)
        some_row(&run->dice, i, &run->rows[i]);
    while (!some_probe(run, &probe) || !remember(run, &probe))
        ;
    for (size_t way = 0; way < WAYS; way++)
        if (!read_way(run, probe.text, way, &run->names, &rules[way]))
            return true;
    run->asked[probe.kind - KINDS]++;
    TRY(tx_begin(run->cx, &tx) && refill(run));
    if (ask(run, &probe, rules) && ask_submitted(run, &probe, rules))
        return true;
    printf("# %.*s\n# %s %s\n", STR_ARG(probe.text), run->cx->err.message,
           run->cx->err.cause == NULL ? "" : run->cx->err.cause);
    return false;
}

/* --- lists, limits, plans --------------------------------------------------------------------- */

/* What memory knows by itself: fields of many values. */
static void test_lists(struct run *run)
{
    static const char *const TEXTS[] = {
        "tags = 'u1'", "tags != 'u1'", "!(tags = 'u1')", "tags IS NULL", "tags IS NOT NULL", "tags ~ 'u_'",
        "tags NOT LIKE 'u%'", "tags IN ('u1', 'active')", "tags NOT IN ('u1', 'active')", "'u2' < tags",
        "tags >= status", "tags = title || tags IS NULL", "contains(tags, 'ct')",
        "!(tags ~ '%') && title = title",
        "'u1' in (tags)", "owner in (title, tags)", "(tags = 'u1') = is_done", "links = owner",
    };
    struct tx tx SCOPED(tx_end) = { 0 };
    struct rule_fault fault;
    size_t before = run->wrong;
    bool well = tx_begin(run->cx, &tx) && refill(run);
    for (size_t i = 0; i < COUNT(TEXTS) && well; i++) {
        struct probe probe = { .text = str_of(TEXTS[i]) };
        struct rule *rules[WAYS];
        for (size_t way = 0; way < WAYS; way++)
            well = well && read_way(run, probe.text, way, &run->plain, &rules[way]);
        for (size_t k = 0; k < WAYS * ROWS && well; k++) {
            struct rule_data at[FIELDS + 2];
            memcpy(at, run->rows[k / WAYS].at, sizeof(run->rows[0].at));
            at[FIELDS] = (struct rule_data){ S("tags"), at[FIELDS - 1].value };
            at[FIELDS + 1] = (struct rule_data){ S("links"), at[FIELDS - 1].value };
            probe.wanted[k % WAYS][k / WAYS] = ruleval_holds(run->cx, rules[k % WAYS], NULL, at, COUNT(at));
        }
        well = well && ask(run, &probe, rules) && ask_submitted(run, &probe, rules);
    }
    ok(well && run->wrong == before, "fields of many values, in memory and by SQL");
    struct rule *rule;
    ok(!rule_read(tap_mem(), S("tags = links"), RULE_LIST, &run->plain, &rule, &fault)
       && str_eq(fault.message, S("Only one side of a condition can have many values")), "one at a time");
}

/* What is submitted is known, unless it is compared with what is in a row. */
static void test_submitted(struct run *run)
{
    static const struct { const char *text; bool holds; } CASES_OF[] = {
        { "@request.data.tags = 'a'", true }, { "@request.data.tags = 'c'", false },
        { "!(@request.data.tags = 'a')", false }, { "@request.data.tags != 'a'", true },
        { "@request.data.tags IS NULL", false }, { "@request.data.links IS NULL", true },
        { "@request.data.links IS NOT NULL", false }, { "@request.data.links = 'a'", false },
        { "@request.data.tags = title", true }, { "!(@request.data.tags = title)", false },
        { "@request.data.tags = status", false }, { "!(@request.data.tags = status)", true },
        { "@request.data.tags = owner.title", false }, { "@request.data.tags ~ 'B%'", true },
        { "exists(probe, @request.data.tags = record.title) || title = 'b'", true },
    };
    static const struct rule_data DATA[] = {
        { S_INIT("tags"), { .type = P_TEXT, .text = S_INIT("[\"a\",\"b\"]") } },
        { S_INIT("links"), { .type = P_TEXT, .text = S_INIT("no list") } },
    };
    static const struct rule_data ROW[] = {
        { S_INIT("title"), { .type = P_TEXT, .text = S_INIT("b") } },
        { S_INIT("account_id"), { .type = P_TEXT, .text = S_INIT("nobody's") } },
    };
    const struct actor who = { .kind = ACTOR_USER, .id = S("u1") };
    const struct rule_caller caller = { .who = &who, .data = DATA, .data_count = COUNT(DATA) };
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT(CASES_OF); i++) {
        struct rule_fault fault = { NO_STR, 0 };
        struct rule *rule;
        bool holds = false;
        bool well = rule_read(tap_mem(), str_of(CASES_OF[i].text), RULE_CREATE, &run->names, &rule, &fault)
            && rule_holds(run->cx, rule, &caller, ROW, COUNT(ROW), &holds);
        enum ruleval_answer answer = well ? ruleval_answer(run->cx, rule, &caller, ROW, COUNT(ROW), NULL)
                                          : RULEVAL_NO;
        if (well && holds == CASES_OF[i].holds
            && (answer == RULEVAL_ASK || (answer == RULEVAL_YES) == holds))
            continue;
        wrong++;
        printf("# %s: %d %d %.*s\n", CASES_OF[i].text, holds, (int)answer, STR_ARG(fault.message));
    }
    is_int((int64_t)wrong, 0, "lists that are submitted");
}

/* Whatever is not refused can be prepared, in the middle of the longest statement there is. */
static void test_limits(struct run *run)
{
    static const struct { const char *before, *inner, *after; } FORMS[] = {
        { "exists(probe, ", "title = 'a'", ")" }, { "!(owner.price > ", "owner.owner.owner.price", ")" },
        { "exists(probe, exists(probe, exists(probe, ", "owner.price = 1", ")))" },
        { "!(exists(probe, probe_via_owner.owner.price > ", "record.owner.price", "))" },
        { "links.owner.price * 2 < ", "1", "" }, { "!(probe_via_links.price = ", "price", ")" },
        { "ends_with(owner.title, ", "owner.owner.owner.title", ")" },
        { "!(exists(probe, probe_via_links.links.title ~ ", "record.owner.title", "))" },
    };
    size_t most = 0, failed = 0;
    for (size_t f = 0; f < COUNT(FORMS); f++)
        for (unsigned depth = 0; depth < 30; depth++) {
            struct buf b = tap_buf(1u << 16);
            struct rule_fault fault;
            struct rule *rule;
            bool is_number = f != 0 && f != 2 && f < 6;
            buf_str(&b, str_of(FORMS[f].before));
            for (unsigned i = 0; i < depth && is_number; i++)
                buf_str(&b, S("2 % (quantity - ("));
            buf_str(&b, str_of(FORMS[f].inner));
            for (unsigned i = 0; i < depth && is_number; i++)
                buf_str(&b, S("))"));
            for (unsigned i = 0; i < depth && !is_number && f == 0; i++)
                buf_str(&b, S(" && (exists(probe, title = 'a') || is_done)"));
            buf_str(&b, str_of(FORMS[f].after));
            if (!rule_read(tap_mem(), buf_text(&b), RULE_LIST, &run->names, &rule, &fault))
                break;
            struct probe probe = { .text = buf_text(&b) };
            struct rule *const rules[WAYS] = { rule, rule, rule };
            db_scope(run->cx, S("*"));
            run->wrong = 0;
            if (!ask(run, &probe, rules) && failed++ < TOLD)
                printf("# %.*s\n# %s\n", STR_ARG(probe.text), run->cx->err.cause);
            fail_forget(run->cx);
            most = depth > most ? depth : most;
        }
    run->wrong = 0;
    ok(failed == 0 && most > 2, "what is deeper than an engine can read is refused");
}

/* SQLite looks rows of others up by account and reference, or by id. */
static void test_plans(struct cx *cx)
{
    static const struct ddl_column COLUMNS[] = {
        { .name = S_INIT("title"), .word = "@text" }, { .name = S_INIT("meta"), .word = "@json" },
        { .name = S_INIT("owner"), .word = "@id", .target_table = S_INIT("col_plan"),
          .on_delete = DDL_SET_NULL },
    };
    static const struct rule_name AT[] = {
        { .name = S_INIT("id"), .column = S_INIT("id"), .type = R_TEXT },
        { .name = S_INIT("account_id"), .column = S_INIT("account_id"), .type = R_TEXT },
        { .name = S_INIT("title"), .column = S_INIT("title"), .type = R_TEXT },
        { .name = S_INIT("owner"), .column = S_INIT("owner"), .type = R_REFERENCE, .target = S_INIT("probe") },
        { .name = S_INIT("links"), .column = S_INIT("meta"), .type = R_REFERENCE, .many = true,
          .target = S_INIT("probe") },
    };
    static const char *const TEXTS[] = {
        "owner.title = 'a'", "owner.owner.title ~ 'a%'", "probe_via_owner.title = 'a'",
        "probe_via_owner IS NULL",
        "links.title = 'a'", "exists(probe, id = record.owner)", "exists(probe, owner = record.id)",
        "exists(probe, title = 'a')", "owner.probe_via_owner.title = 'a'",
    };
    struct rule_names names = { .collection = S("probe"), .at = AT, .n = COUNT(AT), .relations = &RELATIONS };
    struct rule_source kept = the_source;
    struct tx tx SCOPED(tx_end) = { 0 };
    bool well = tx_begin(cx, &tx) && ddl_create_table(cx, S("col_plan"), COLUMNS, COUNT(COLUMNS));
    the_source = (struct rule_source){ .name = S("probe"), .table = S("col_plan"), .names = &names };
    for (size_t i = 0; i < COUNT(TEXTS) && well; i++) {
        struct rows rows SCOPED(rows_close) = { 0 };
        struct rule_fault fault;
        struct rule *rule;
        struct qb q;
        qb_init(&q, cx);
        qb_lit(&q, SQL_OF("EXPLAIN QUERY PLAN SELECT r.id FROM col_plan r WHERE r.account_id = "));
        qb_value(&q, p_text(NULL, ACCOUNT));
        qb_lit(&q, SQL_OF(" AND "));
        well = rule_read(tap_mem(), str_of(TEXTS[i]), RULE_LIST, &names, &rule, &fault)
            && rule_sql(&q, rule, NULL) && qb_query(&q, &rows);
        while (well && rows_step(&rows)) {
            struct str step = rows_text(&rows, 3);
            well = !str_starts(step, S("SCAN ")) || str_has(step, S("VIRTUAL TABLE"));
            if (!well)
                printf("# %s: %.*s\n", TEXTS[i], STR_ARG(step));
        }
        well = well && rows_done(&rows);
    }
    the_source = kept;
    ok(well, "no row of another account is passed on the way");
}

/* A computed field is read in the row that it is asked of. */
static void test_computed(struct run *run)
{
    static const char *const TEXTS[] = {
        "(owner.twice IS NULL) = (owner.price IS NULL)", "(twice > 4) = (price > 2) || price IS NULL",
        "(exists(probe, id = record.id && record.twice = price * 2)) = (price IS NOT NULL)",
        "(probe_via_owner.twice > 4) = (probe_via_owner.price > 2)",
        "(exists(probe, owner = record.id && record.twice > twice)) = (probe_via_owner.price < price)",
    };
    struct rule_name *at = arena_list(tap_mem(), struct rule_name, NAMES + 1);
    struct rule_names plain = { .collection = S("probe"), .at = at, .n = NAMES + 1 }, names = plain;
    struct rule_source kept = the_source;
    struct rule_fault fault;
    size_t before = run->wrong;
    memcpy(at, run->plain.at, NAMES * sizeof(*at));
    at[NAMES] = (struct rule_name){ .name = S("twice"), .column = S("twice"), .type = R_COMPUTED };
    bool well = rule_compute(tap_mem(), S("price * 2"), R_NUMBER, &run->plain, &at[NAMES].computed, &fault);
    names.relations = &RELATIONS;
    the_source = (struct rule_source){ .name = S("probe"), .table = TABLE, .names = &plain };
    struct tx tx SCOPED(tx_end) = { 0 };
    well = well && tx_begin(run->cx, &tx) && refill(run);
    for (size_t i = 0; i < COUNT(TEXTS) && well; i++) {
        struct probe probe = { .text = str_of(TEXTS[i]) };
        struct rule *rules[WAYS];
        for (size_t row = 0; row < ROWS; row++)
            probe.wanted[0][row] = true;
        for (size_t way = 0; way < WAYS; way++)
            well = well && read_way(run, probe.text, way, &names, &rules[way]);
        well = well && ask(run, &probe, rules) && ask_submitted(run, &probe, rules);
    }
    the_source = kept;
    ok(well && run->wrong == before, "computed fields of other rows");
}

static bool made_rival(struct cx *cx)
{
    static const struct sql ACCOUNT_ADD = SQL(
        "INSERT INTO accounts (id, account_code, slug, name, created_at, updated_at)"
        " VALUES (:id, :id, 'rival', 'A', 1, 1)");
    db_scope(cx, S("*"));
    return db_exec(cx, ACCOUNT_ADD, BIND(p_text("id", RIVAL)), NULL);
}

int main(void)
{
    uint64_t seed = dice_seed(), cases = dice_setting("LARDER_CASES", CASES);
    plan((int)dbtest_engines() * 9 + 1);
    for (size_t engine = 0; engine < dbtest_engines(); engine++) {
        struct run *run = arena_make(tap_mem(), struct run);
        struct dbtest t;
        struct cx cx;
        bool well = true;
        printf("# %s: LARDER_SEED=%" PRIu64 " LARDER_CASES=%" PRIu64 "\n",
               engine == 0 ? "SQLite" : "PostgreSQL", seed, cases);
        well = dbtest_open(&t, engine, &cx, DB_OWNER) && ruletable_make(&cx, TABLE) && made_rival(&cx);
        if (!ok(well && made_pairs(&cx), "a table"))
            return 1;
        run->cx = &cx;
        run->dice = (struct dice){ seed };
        name_all(run);
        for (uint64_t i = 0; i < cases && run->wrong < 100 && well; i++) {
            struct arena_mark mark = arena_mark(tap_mem());
            run->seed = run->dice.state;
            well = turn(run);
            arena_rewind(tap_mem(), mark);
            db_rest(cx.db);
        }
        is_int((int64_t)run->wrong, 0, "SQL finds what a walk over the rows finds");
        ok(well && run->refused == 0, "on rules that are valid, all of them");
        size_t least = SIZE_MAX;
        for (size_t i = 0; i < COUNT(KINDS); i++)
            least = run->asked[i] < least ? run->asked[i] : least;
        ok(cases < 1000 || least > cases / 40, "over every kind of way");
        some_row(&run->dice, 0, &run->rows[0]);
        for (size_t i = 0; i < ROWS + RIVALS; i++)
            some_row(&run->dice, i, &run->rows[i]);
        test_lists(run);
        test_submitted(run);
        test_computed(run);
        test_limits(run);
        if (engine == 0)
            test_plans(&cx);
        dbtest_close(&t, &cx);
    }
    return done();
}
