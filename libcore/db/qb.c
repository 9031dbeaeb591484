/* qb.c — statements put together from literals, quoted names and bound values. */
#include "db/qb.h"

#include <string.h>

#include "db/driver.h"
#include "db/words.h"

#define LONGEST_TEXT (1u << 20)
#define MOST_VALUES 32000u                  /* both engines take as many                          */

void qb_init(struct qb *q, struct cx *cx)
{
    *q = (struct qb){ .cx = cx, .row = 'r' };
    buf_init(&q->text, cx->mem, LONGEST_TEXT);
}

void qb_lit(struct qb *q, struct sql literal)
{
    buf_str(&q->text, str_of(literal.text));
}

void qb_ident(struct qb *q, struct str name)
{
    if (words_is_name(name))
        words_name(&q->text, q->cx->db->driver, name);
    else
        q->wrong = true;
}

/* PostgreSQL has an escape character unless told otherwise, after the pattern. */
static void end_pattern(struct qb *q)
{
    if (q->likes && qb_is_postgres(q))
        buf_str(&q->text, S(" ESCAPE ''"));
    q->likes = false;
}

void qb_alias(struct qb *q, char table)
{
    q->wrong |= table < 'a' || table > 'z';
    buf_c(&q->text, table);
}

void qb_column(struct qb *q, char table, struct str name)
{
    qb_alias(q, table);
    buf_c(&q->text, '.');
    qb_ident(q, name);
    end_pattern(q);
}

static void add_value(struct qb *q, struct param value)
{
    if (q->n == MOST_VALUES) {
        q->wrong = true;
        return;
    }
    if (q->n == q->room) {
        size_t room = q->room == 0 ? 16 : q->room * 2;
        q->params = arena_grow(q->cx->mem, q->params, q->room * sizeof *q->params,
                               room * sizeof *q->params);
        q->room = room;
    }
    q->params[q->n++] = value;
    buf_c(&q->text, q->cx->db->driver->mark);
    buf_int(&q->text, (int64_t)q->n);
}

void qb_number(struct qb *q, int64_t n)
{
    buf_int(&q->text, n);
    end_pattern(q);
}

void qb_value(struct qb *q, struct param value)
{
    add_value(q, value);
    end_pattern(q);
}

void qb_like(struct qb *q)
{
    buf_str(&q->text, qb_is_postgres(q) ? S(" ILIKE ") : S(" LIKE "));
    q->likes = true;
}

static void begin_each(struct qb *q)
{
    buf_str(&q->text, qb_is_postgres(q) ? S("json_array_elements_text(CAST(") : S("json_each("));
}

static void end_each(struct qb *q, char alias)
{
    if (alias < 'a' || alias > 'z')
        q->wrong = true;
    buf_str(&q->text, qb_is_postgres(q) ? S(" AS json)) WITH ORDINALITY AS ") : S(") "));
    buf_c(&q->text, alias);
    if (qb_is_postgres(q))
        buf_str(&q->text, S(" (value, key)"));
}

void qb_each(struct qb *q, char alias, struct param json)
{
    begin_each(q);
    add_value(q, json);
    end_each(q, alias);
}

void qb_each_of(struct qb *q, char alias, char table, struct str column)
{
    begin_each(q);
    qb_column(q, table, column);
    end_each(q, alias);
}

/* PostgreSQL knows an array as what an index is asked for, one value after the other. */
void qb_among(struct qb *q, struct str json)
{
    bool is_postgres = qb_is_postgres(q);
    buf_str(&q->text, is_postgres ? S(" = ANY (ARRAY(SELECT j.value FROM ")
                                  : S(" IN (SELECT j.value FROM "));
    qb_each(q, 'j', p_text(NULL, json));
    buf_str(&q->text, is_postgres ? S("))") : S(")"));
}

/* Copies the text of a part and numbers its parameters on. */
void qb_add(struct qb *q, const struct qb *part)
{
    const char *p = part->text.p, *end = p + part->text.n;
    char mark = q->cx->db->driver->mark;
    char quote = '\0';
    q->wrong |= part->wrong || part->text.over;
    q->has_guest |= part->has_guest;
    q->asks_others |= part->asks_others;
    while (p < end) {
        if (quote == '\0' && (*p == '"' || *p == '\''))
            quote = *p;
        else if (*p == quote)
            quote = '\0';
        if (*p != mark || quote != '\0') {
            buf_c(&q->text, *p++);
            continue;
        }
        size_t n = 0;
        for (p++; p < end && *p >= '0' && *p <= '9'; p++)
            n = n * 10 + (size_t)(*p - '0');
        if (n == 0 || n > part->n) {
            q->wrong = true;
            return;
        }
        add_value(q, part->params[n - 1]);
    }
    end_pattern(q);
}

bool qb_is_postgres(const struct qb *q)
{
    return db_is_postgres(q->cx->db);
}

struct str qb_text(const struct qb *q)
{
    return buf_text(&q->text);
}

static bool prepared(struct qb *q, struct stmt **stmt)
{
    if (q->wrong || q->text.over)
        return broken(q->cx, "a statement that cannot be built: %.*s",
                      STR_ARG(str_sub(qb_text(q), 0, 400)));
    return stmt_built(q->cx, qb_text(q), q->params, q->n, q->has_guest, stmt);
}

bool qb_query(struct qb *q, struct rows *rows)
{
    struct stmt *stmt;
    *rows = (struct rows){ .cx = q->cx, .failed = true };
    TRY(prepared(q, &stmt));
    return db_start(q->cx, stmt, q->params, rows);
}

bool qb_change(struct qb *q, struct refusal *refusal, int64_t *changed)
{
    struct stmt *stmt;
    TRY(prepared(q, &stmt));
    return db_apply(q->cx, stmt, q->params, refusal, changed);
}

bool qb_exec(struct qb *q, int64_t *changed)
{
    return qb_change(q, NULL, changed);
}
