/* guest.c — reads, confines, places and runs SQL that somebody else wrote. */
#include "db/guest.h"

#include <inttypes.h>

#include "base/num.h"
#include "base/settings.h"
#include "db/driver.h"
#include "db/guestlex.h"
#include "db/words.h"

#define LONGEST_QUERY 16384u
#define MOST_ARGUMENTS 32
#define LIT(q, text) qb_lit((q), SQL_OF(text))

static const struct str KEYWORDS[] = {
    S_INIT("INSERT"), S_INIT("UPDATE"), S_INIT("DELETE"), S_INIT("DROP"), S_INIT("ALTER"),
    S_INIT("TRUNCATE"), S_INIT("GRANT"), S_INIT("REVOKE"),
};
/* Of PostgreSQL, for locks and new tables: nothing that a sub-query needs. */
static const struct str NEEDLESS[] = { S_INIT("FOR"), S_INIT("INTO") };
/* What may stand before a parenthesis and is no function. */
static const struct str OPENERS[] = {
    S_INIT("select"), S_INIT("from"), S_INIT("where"), S_INIT("and"), S_INIT("or"), S_INIT("not"),
    S_INIT("in"), S_INIT("exists"), S_INIT("all"), S_INIT("on"), S_INIT("using"), S_INIT("as"),
    S_INIT("over"), S_INIT("filter"), S_INIT("values"), S_INIT("union"), S_INIT("intersect"),
    S_INIT("except"), S_INIT("distinct"), S_INIT("having"), S_INIT("by"), S_INIT("limit"),
    S_INIT("offset"), S_INIT("join"), S_INIT("case"), S_INIT("when"), S_INIT("then"),
    S_INIT("else"), S_INIT("between"), S_INIT("is"), S_INIT("like"), S_INIT("escape"),
    S_INIT("materialized"), S_INIT("cast"),
};
/* Without effects, and none that makes much of little; some are known to one engine only. */
static const struct str FUNCTIONS[] = {
    S_INIT("abs"), S_INIT("avg"), S_INIT("ceil"), S_INIT("coalesce"), S_INIT("count"),
    S_INIT("date"), S_INIT("date_trunc"), S_INIT("datetime"), S_INIT("dense_rank"),
    S_INIT("first_value"), S_INIT("floor"), S_INIT("greatest"), S_INIT("group_concat"),
    S_INIT("ifnull"), S_INIT("iif"), S_INIT("instr"), S_INIT("json_array_length"),
    S_INIT("json_extract"), S_INIT("julianday"), S_INIT("lag"), S_INIT("last_value"),
    S_INIT("lead"), S_INIT("least"), S_INIT("length"), S_INIT("lower"), S_INIT("ltrim"),
    S_INIT("max"), S_INIT("min"), S_INIT("mod"), S_INIT("now"), S_INIT("nullif"), S_INIT("rank"),
    S_INIT("replace"), S_INIT("round"), S_INIT("row_number"), S_INIT("rtrim"), S_INIT("sign"),
    S_INIT("strftime"), S_INIT("string_agg"), S_INIT("strpos"), S_INIT("substr"), S_INIT("sum"),
    S_INIT("time"), S_INIT("total"), S_INIT("trim"), S_INIT("typeof"), S_INIT("unixepoch"),
    S_INIT("upper"),
};
static const struct str RESERVED[] = {
    S_INIT("larder_"), S_INIT("sqlite_"), S_INIT("pragma_"), S_INIT("pg_"),
    S_INIT("information_schema"),
};
/* What may be read of whom; the column that names the tenant; none: rows are everybody's. */
static const struct guest_seen { struct str name; struct sql columns, tenant; } SEEN[] = {
    { S_INIT("users"), SQL("id, account_id, email, role_id, is_active"), SQL("account_id") },
    { S_INIT("groups"), SQL("id, account_id, name, description"), SQL("account_id") },
    { S_INIT("users_groups"), SQL("account_id, user_id, group_id"), SQL("account_id") },
    { S_INIT("accounts"), SQL("id, account_code, slug, name"), SQL("id") },
    { S_INIT("roles"), SQL("id, name, description"), { NULL } },
};
static const struct guest_seen COLLECTION = { S_INIT("col_"), SQL("*"), SQL("account_id") };

static bool is_of(const struct str *list, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(list[i], name))
            return true;
    return false;
}

bool guest_may_call(struct str function)
{
    return is_of(FUNCTIONS, COUNT(FUNCTIONS), function);
}

bool guest_confines(const struct guest *guest, struct str name)
{
    for (size_t i = 0; i < guest->table_count; i++)
        if (str_eq_nocase(guest->tables[i].name, name))
            return true;
    return false;
}

bool guest_knows(const struct guest *guest, struct str name)
{
    return guest_confines(guest, name) || is_of(guest->locals, guest->local_count, name)
        || guest_is_ours(name) || str_eq(name, S("larder_body"));
}

bool guest_is_ours(struct str name)
{
    return str_starts(name, S("larder_of_"));
}

bool guest_refuse(struct cx *cx, const char *why)
{
    bool first = cx->err.kind == E_NONE;
    fail_detail(cx, E_FORBIDDEN, "Access denied: invalid rule for this collection");
    if (first)
        cx->err.cause = str_c(cx->mem, str_of(why));
    return false;
}

int64_t guest_timeout_ms(const struct cx *cx)
{
    return cx->set == NULL || cx->set->macro_timeout_ms == 0 ? GUEST_TIMEOUT_MS
                                                            : cx->set->macro_timeout_ms;
}

/* ---- reading -------------------------------------------------------------------------------- */

struct reader {
    struct arena *mem;
    const struct guestlex_token *at;
    size_t n;
    const struct str *parameters;
    size_t parameter_count;
    struct guest *out;
    struct str *fault;
};

static bool wrong(struct reader *r, struct str what)
{
    *r->fault = what;
    return false;
}

static bool is_name(const struct guestlex_token *token)
{
    return token->kind == GUEST_WORD || token->kind == GUEST_QUOTED;
}

static bool is_next(const struct reader *r, size_t i, const char *word)
{
    return i < r->n && guestlex_is(&r->at[i], word);
}

static bool check_keywords(struct reader *r)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->at[i].kind == GUEST_WORD && is_of(KEYWORDS, COUNT(KEYWORDS), r->at[i].text))
            return wrong(r, str_fmt(r->mem, "Macro query cannot contain forbidden keyword: %.*s",
                                    STR_ARG(str_upper(r->mem, r->at[i].text))));
    return true;
}

static bool check_parentheses(struct reader *r)
{
    size_t depth = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (guestlex_is(&r->at[i], ";"))
            return wrong(r, S("Macro query must be one statement, without ';'"));
        if (guestlex_is(&r->at[i], ")") && depth-- == 0)
            return wrong(r, S("Macro query closes a parenthesis that is not open"));
        depth += guestlex_is(&r->at[i], "(");
    }
    return depth == 0 || wrong(r, S("Macro query leaves a parenthesis open"));
}

/* SQLite takes a 'text' for a name where only a name can stand. */
static bool check_names(struct reader *r)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct guestlex_token *t = &r->at[i];
        bool is_text = t->kind == GUEST_STRING;
        if (!is_text && !is_name(t))
            continue;
        for (size_t k = 0; k < (is_text ? 1 : COUNT(RESERVED)); k++)
            if (str_starts_nocase(t->text, RESERVED[k]))
                return wrong(r, str_fmt(r->mem, "Macro query cannot name '%.*s'",
                                        STR_ARG(t->text)));
        if (t->kind == GUEST_WORD && is_of(NEEDLESS, COUNT(NEEDLESS), t->text))
            return wrong(r, str_fmt(r->mem, "Macro query cannot contain %.*s",
                                    STR_ARG(str_upper(r->mem, t->text))));
        bool opens = t->kind == GUEST_WORD && is_of(OPENERS, COUNT(OPENERS), t->text);
        if (is_next(r, i + 1, "(") && !opens && (is_text || !guest_may_call(t->text)))
            return wrong(r, str_fmt(r->mem, "Macro query cannot call '%.*s'", STR_ARG(t->text)));
    }
    return true;
}

/* name AS [[NOT] MATERIALIZED] ( begins a local table, or a window: no harm. */
static bool is_local(const struct reader *r, size_t i)
{
    size_t k = i + 2;
    if (!is_name(&r->at[i]) || !is_next(r, i + 1, "as"))
        return false;
    k += is_next(r, k, "not");
    k += is_next(r, k, "materialized");
    return is_next(r, k, "(");
}

static void note_names(struct reader *r)
{
    struct str *names = arena_list(r->mem, struct str, r->n);
    struct str *locals = arena_list(r->mem, struct str, r->n);
    struct str *qualifiers = arena_list(r->mem, struct str, r->n);
    struct guest *g = r->out;
    for (size_t i = 0; i < r->n; i++) {
        if (r->at[i].kind == GUEST_STRING || is_name(&r->at[i]))
            names[g->name_count++] = r->at[i].text;
        if (is_local(r, i))
            locals[g->local_count++] = r->at[i].text;
        if (is_name(&r->at[i]) && is_next(r, i + 1, "."))
            qualifiers[g->qualifier_count++] = r->at[i].text;
    }
    g->names = names;
    g->locals = locals;
    g->qualifiers = qualifiers;
}

static bool argument(struct reader *r, const struct guestlex_token *t, size_t *out)
{
    int64_t number = 0;
    if (t->kind == GUEST_NAMED) {
        for (size_t i = 0; i < r->parameter_count; i++)
            if (str_eq(r->parameters[i], t->text)) {
                *out = i;
                return true;
            }
        return wrong(r, str_fmt(r->mem, "Macro query names an unknown parameter: ':%.*s'",
                                STR_ARG(t->text)));
    }
    int64_t most = r->parameter_count > 0 ? (int64_t)r->parameter_count : MOST_ARGUMENTS;
    if (!num_int(t->text, &number) || number < 1 || number > most)
        return wrong(r, str_fmt(r->mem, "Macro query names an unknown parameter: '$%.*s'",
                                STR_ARG(t->text)));
    *out = (size_t)number - 1;
    if (r->parameter_count == 0 && r->out->argument_count < (size_t)number)
        r->out->argument_count = (size_t)number;
    return true;
}

static bool slot_of(struct reader *r, const struct guestlex_token *t, struct guest_slot *out)
{
    static const struct { struct str name; enum guest_kind kind; } ATTRIBUTES[] = {
        { S_INIT("id"), GUEST_ID },     { S_INIT("email"), GUEST_EMAIL },
        { S_INIT("role"), GUEST_ROLE }, { S_INIT("account_id"), GUEST_ACCOUNT },
    };
    *out = (struct guest_slot){ .kind = GUEST_ARGUMENT };
    if (t->kind != GUEST_REQUEST)
        return argument(r, t, &out->argument);
    for (size_t i = 0; i < COUNT(ATTRIBUTES); i++)
        if (str_eq(ATTRIBUTES[i].name, t->text)) {
            out->kind = ATTRIBUTES[i].kind;
            return true;
        }
    return wrong(r, str_fmt(r->mem, "Macro query names an unknown variable:"
                            " '@request.auth.%.*s'", STR_ARG(t->text)));
}

static bool cut(struct reader *r)
{
    struct guest *g = r->out;
    struct buf text;
    size_t from = 0;
    g->pieces = arena_list(r->mem, struct guest_piece, r->n + 1);
    g->slots = arena_list(r->mem, struct guest_slot, r->n);
    buf_init(&text, r->mem, 4 * LONGEST_QUERY);
    for (size_t i = 0; i < r->n; i++) {
        if (r->at[i].kind < GUEST_NAMED) {
            guestlex_put(&text, &r->at[i]);
            continue;
        }
        TRY(slot_of(r, &r->at[i], &g->slots[g->slot_count]));
        g->pieces[g->piece_count++] = (struct guest_piece){
            .text = str_copy(r->mem, str_sub(buf_text(&text), from, text.n - from)),
            .has_slot = true, .slot = g->slot_count++ };
        from = text.n;
    }
    g->pieces[g->piece_count++] = (struct guest_piece){
        .text = str_copy(r->mem, str_sub(buf_text(&text), from, text.n - from)) };
    return !text.over || wrong(r, S("Macro query is too long"));
}

bool guest_read(struct arena *mem, struct str text, const struct str *parameters, size_t n,
                struct guest **out, struct str *fault)
{
    struct guestlex_token *tokens;
    struct reader r = { .mem = mem, .parameters = parameters, .parameter_count = n,
                        .out = arena_make(mem, struct guest), .fault = fault };
    text = str_copy(mem, str_trim(text));
    if (!str_starts_nocase(text, S("SELECT")))
        return wrong(&r, S("Macro query must be a SELECT statement"));
    if (text.n > LONGEST_QUERY)
        return wrong(&r, S("Macro query is too long"));
    TRY(guestlex_read(mem, text, &tokens, &r.n, fault));
    r.at = tokens;
    r.out->argument_count = n;
    if (!guestlex_is(&tokens[0], "select"))
        return wrong(&r, S("Macro query must be a SELECT statement"));
    TRY(check_keywords(&r) && check_parentheses(&r) && check_names(&r));
    note_names(&r);
    *out = r.out;
    return cut(&r);
}

/* ---- confining ------------------------------------------------------------------------------ */

static bool add_table(struct arena *mem, struct guest *g, const struct guest_source *source,
                      const struct guest_seen *seen)
{
    struct guest_cell *cells;
    if (!is_of(g->names, g->name_count, source->name))
        return true;
    if (g->table_count == GUEST_TABLES)
        return false;
    cells = arena_list(mem, struct guest_cell, source->n);
    for (size_t i = 0; i < source->n; i++)
        cells[i] = (struct guest_cell){ str_copy(mem, source->cells[i].name),
                                        source->cells[i].is_sealed };
    g->tables[g->table_count++] = (struct guest_table){ str_copy(mem, source->name), seen, cells,
                                                        source->n };
    return true;
}

static bool add_tables(struct arena *mem, struct guest *g, const struct guest_source *tables,
                       size_t n)
{
    bool well = true;
    g->table_count = 0;
    for (size_t i = 0; i < COUNT(SEEN); i++)
        well = add_table(mem, g, &(struct guest_source){ .name = SEEN[i].name }, &SEEN[i]) && well;
    for (size_t i = 0; i < n; i++)
        well = (!words_is_name(tables[i].name) || add_table(mem, g, &tables[i], &COLLECTION))
            && well;
    return well;
}

static bool confine(struct arena *mem, struct guest *guest, const struct guest_source *tables,
                    size_t n, struct str *fault)
{
    *fault = NO_STR;
    if (!add_tables(mem, guest, tables, n))
        *fault = str_fmt(mem, "more than %u tables", GUEST_TABLES);
    return str_absent(*fault);
}

static bool vet(struct qb *q, struct arena *mem, const struct guest *guest, struct str *fault)
{
    struct cx *cx = q->cx;
    if (q->wrong || q->text.over)
        return broken(cx, "a guest that cannot be placed");
    TRY(cx->db->driver->vet(cx, guest, str_of(str_c(cx->mem, qb_text(q))), fault));
    *fault = str_copy(mem, *fault);
    return true;
}

bool guest_admit(struct cx *cx, struct arena *mem, struct guest *guest,
                 const struct guest_source *tables, size_t n, struct str *fault)
{
    struct qb q;
    if (!confine(mem, guest, tables, n, fault))
        return true;
    qb_init(&q, cx);
    LIT(&q, "SELECT ");
    guest_put(&q, guest, NULL, S("nobody"));
    return vet(&q, mem, guest, fault);
}

bool guest_admit_rows(struct cx *cx, struct arena *mem, struct guest *guest,
                      const struct guest_source *tables, size_t n,
                      const struct guest_column *columns, size_t column_count, struct str *fault)
{
    struct qb q;
    if (!confine(mem, guest, tables, n, fault))
        return true;
    qb_init(&q, cx);
    LIT(&q, "SELECT * FROM ");
    guest_put_rows(&q, guest, columns, column_count, NULL, S("nobody"));
    LIT(&q, " r");
    return vet(&q, mem, guest, fault);
}

/* ---- placing -------------------------------------------------------------------------------- */

static bool is_column(const struct guest_value *values, size_t slot)
{
    return values != NULL && !str_absent(values[slot].column);
}

/* Untyped where types are strict, so that what it meets decides: a number goes as its digits. */
static void put_value(struct qb *q, struct param value)
{
    struct buf digits;
    if (qb_is_postgres(q) && value.type == P_REAL) {
        buf_init(&digits, q->cx->mem, 64);
        num_put_real(&digits, value.real);
        value = p_text(NULL, buf_text(&digits));
    }
    qb_value(q, value);
}

/*
 * Columns of the record come from outside under a name of ours, so that an r inside, which would
 * be nearer, cannot stand in their way. (Not in a CTE: SQLite resolves one where it is used.)
 */
static void put_columns(struct qb *q, const struct guest *g, const struct guest_value *values)
{
    size_t n = 0;
    for (size_t i = 0; i < g->slot_count; i++) {
        if (!is_column(values, i))
            continue;
        if (n++ == 0)
            LIT(q, " FROM (SELECT ");
        else
            LIT(q, ", ");
        qb_column(q, values[i].row == '\0' ? q->row : values[i].row, values[i].column);
        LIT(q, " AS a");
        qb_number(q, (int64_t)i);
    }
    if (n > 0)
        LIT(q, ") AS larder_row)");
}

static bool has_columns(const struct guest *g, const struct guest_value *values)
{
    for (size_t i = 0; i < g->slot_count; i++)
        if (is_column(values, i))
            return true;
    return false;
}

/* What is shown for a sealed value is SEAL_MASK of crypto/, as in replies. */
static void put_cells(struct qb *q, const struct guest_table *table)
{
    for (size_t i = 0; i < table->n; i++) {
        if (i > 0)
            LIT(q, ", ");
        if (table->cells[i].is_sealed)
            LIT(q, "CASE WHEN ");
        qb_ident(q, table->cells[i].name);
        if (!table->cells[i].is_sealed)
            continue;
        LIT(q, " IS NOT NULL THEN '••••••••' END AS ");
        qb_ident(q, table->cells[i].name);
    }
}

/*
 * Two CTEs for a table: the inner one reads it, and is what the authorizer knows; the outer one has
 * the name that the guest uses. A macro may spell it in any case, so it is not quoted.
 */
static void put_table(struct qb *q, const struct guest_table *table, size_t number,
                      struct str account, bool is_vetted)
{
    const struct guest_seen *seen = table->seen;
    LIT(q, "larder_of_");
    qb_number(q, (int64_t)number);
    LIT(q, " AS NOT MATERIALIZED (SELECT ");
    if (table->n > 0)
        put_cells(q, table);
    else
        qb_lit(q, seen->columns);
    LIT(q, " FROM ");
    if (!qb_is_postgres(q))
        LIT(q, "main.");
    qb_ident(q, table->name);
    if (seen->tenant.text == NULL) {        /* the authorizer wants a column to be read           */
        LIT(q, " WHERE name <> ''");
    } else if (!str_absent(account)) {
        LIT(q, " WHERE ");
        qb_lit(q, seen->tenant);
        LIT(q, " = ");
        if (is_vetted)
            LIT(q, "''");
        else
            qb_value(q, p_text(NULL, account));
    }
    LIT(q, "), \"");
    buf_str(&q->text, table->name);
    LIT(q, "\" AS NOT MATERIALIZED (SELECT * FROM larder_of_");
    qb_number(q, (int64_t)number);
    LIT(q, "), ");
}

static void put_slot(struct qb *q, const struct guest_value *values, size_t slot)
{
    if (values == NULL) {
        LIT(q, " NULL");
    } else if (is_column(values, slot)) {
        LIT(q, " larder_row.a");
        qb_number(q, (int64_t)slot);
    } else {
        LIT(q, " ");
        put_value(q, values[slot].value);
    }
}

/* WITH its tables, and itself as larder_body. */
static void put_body(struct qb *q, const struct guest *g, const struct guest_value *values,
                     struct str account)
{
    q->has_guest = q->asks_others = true;
    LIT(q, "(WITH ");
    for (size_t i = 0; i < g->table_count; i++)
        put_table(q, &g->tables[i], i, account, values == NULL);
    LIT(q, "larder_body AS (");
    for (size_t i = 0; i < g->piece_count; i++) {
        buf_str(&q->text, g->pieces[i].text);
        if (g->pieces[i].has_slot)
            put_slot(q, values, g->pieces[i].slot);
    }
}

void guest_put(struct qb *q, const struct guest *g, const struct guest_value *values,
               struct str account)
{
    if (has_columns(g, values))
        LIT(q, "(SELECT ");
    put_body(q, g, values, account);
    LIT(q, ") SELECT * FROM larder_body LIMIT 1)");
    put_columns(q, g, values);
}

static void put_cast(struct qb *q, const struct guest_column *column)
{
    static const struct { struct str word; struct sql type; } TYPES[] = {
        { S_INIT("@real"), SQL(" AS DOUBLE PRECISION) AS ") },
        { S_INIT("@bool"), SQL(" AS BOOLEAN) AS ") },
        { S_INIT("@time"), SQL(" AS BIGINT) AS ") },
    };
    struct sql type = SQL_OF(" AS TEXT) AS ");
    LIT(q, "CAST(");
    if (column->is_given)
        qb_column(q, 'b', column->name);
    else
        LIT(q, "NULL");
    for (size_t i = 0; i < COUNT(TYPES); i++)
        if (str_eq(TYPES[i].word, str_of(column->word)))
            type = TYPES[i].type;
    qb_lit(q, type);
    qb_ident(q, column->name);
}

void guest_put_rows(struct qb *q, const struct guest *g, const struct guest_column *columns,
                    size_t n, const struct guest_value *values, struct str account)
{
    put_body(q, g, values, account);
    LIT(q, ") SELECT ");
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            LIT(q, ", ");
        put_cast(q, &columns[i]);
    }
    LIT(q, " FROM larder_body b)");
}

/* ---- running alone -------------------------------------------------------------------------- */

static bool run(struct cx *cx, struct qb *q, struct str *result)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_snapshot(cx) && db_confirm(cx) && cx->db->driver->restrict_guest(cx));
    TRY(qb_query(q, &rows));
    *result = rows_step(&rows) ? str_copy(cx->mem, rows_text(&rows, 0)) : NO_STR;
    return rows_done(&rows);
}

bool guest_run(struct cx *cx, const struct guest *guest, const struct guest_value *values,
               struct str account, struct str *result, struct str *fault)
{
    struct qb q;
    *fault = NO_STR;
    if (cx->db->depth > 0)
        return broken(cx, "a macro is tried inside a transaction");
    qb_init(&q, cx);
    LIT(&q, "SELECT CAST(");
    guest_put(&q, guest, values, account);
    LIT(&q, " AS TEXT)");
    bool well = run(cx, &q, result);
    db_end_reading(cx->db);                 /* with what was restricted                           */
    if (well || cx->err.kind != E_FORBIDDEN)
        return well;
    *fault = str_of(cx->err.cause);
    fail_forget(cx);
    return true;
}
