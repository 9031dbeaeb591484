/* fulltext.c — how either engine is told what a record's words are, and which are looked for. */
#include "db/fulltext.h"

#include "base/ident.h"
#include "db/ddlfulltext.h"

#define LONGEST_RECORD (1u << 20)           /* PostgreSQL takes no more in a tsvector either      */
#define LONGEST_SEARCH (1u << 16)

/* Where an account's id holds its tag, which SQL must find as well: its last, random, digits. */
enum { TAG_AT = 28, TAG_BYTES = 8 };
/* Stands for the tag when the accounts are those that the statement walks: no word has it. */
#define ANY_TAG S("@")

unsigned fulltext_level(unsigned hits)
{
    return hits >= 5 ? 4 : hits >= 3 ? 3 : hits;
}

unsigned fulltext_weight(unsigned field)
{
    return field >= 3 ? 1 : 8u >> field;
}

static struct str tag_of(struct str account_id)
{
    return str_sub(account_id, TAG_AT, TAG_BYTES);
}

/* --- what a record says ----------------------------------------------------------------------- */

/* FTS5 has a column for each field: the words with their tags. */
static void put_texts(struct qb *q, unsigned n_fields, const struct fulltext_record *record)
{
    struct str tag = tag_of(record->account_id), text;
    size_t start = 0, i = 0;
    struct buf b;
    buf_init(&b, q->cx->mem, LONGEST_RECORD);
    for (unsigned field = 0; field < n_fields; field++) {
        for (start = b.n; i < record->n && record->words[i].field == field; i++) {
            buf_str(&b, tag);
            buf_str(&b, record->words[i].text);
            buf_c(&b, ' ');
        }
        text = b.n > start ? str_copy(q->cx->mem, str_sub(buf_text(&b), start, b.n)) : S("");
        qb_lit(q, SQL_OF(", "));
        qb_value(q, p_text(NULL, text));
    }
    q->wrong |= b.over;
}

/* A tsvector has the field in the word, and as its label how often it stands there. */
static void put_vector(struct qb *q, const struct fulltext_record *record)
{
    static const char LABELS[] = "DCBA";
    struct str tag = tag_of(record->account_id);
    struct buf b;
    buf_init(&b, q->cx->mem, LONGEST_RECORD);
    for (size_t i = 0; i < record->n; i++) {
        const struct fulltext_word *word = &record->words[i];
        buf_fmt(&b, "'%.*s%u%.*s':%zu%c ", STR_ARG(tag), word->field, STR_ARG(word->text), i + 1,
                LABELS[fulltext_level(word->hits) - 1]);
    }
    qb_lit(q, SQL_OF(", CAST("));
    qb_value(q, p_text(NULL, b.n > 0 ? buf_text(&b) : S("")));
    qb_lit(q, SQL_OF(" AS tsvector)"));
    q->wrong |= b.over;
}

/* The columns that hold the words: `, c0 <between> c0`, or without the second. */
static void put_columns(struct qb *q, unsigned n_fields, bool as_update)
{
    unsigned n = qb_is_postgres(q) ? 1 : n_fields;
    for (unsigned field = 0; field < n; field++) {
        struct str column = ddlfulltext_column(q->cx, field);
        qb_lit(q, as_update && field == 0 ? SQL_OF(" ") : SQL_OF(", "));
        qb_ident(q, column);
        if (!as_update)
            continue;
        qb_lit(q, SQL_OF(" = excluded."));
        qb_ident(q, column);
    }
}

bool fulltext_put(struct cx *cx, struct str words, unsigned n_fields,
                  const struct fulltext_record *record, bool is_sure)
{
    int64_t changed;
    struct qb q;
    if (!ident_is_uuid(record->account_id))
        return broken(cx, "the account %.*s has no tag", STR_ARG(record->account_id));
    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("INSERT INTO "));
    qb_ident(&q, ddlfulltext_table(cx->mem, words));
    qb_lit(&q, SQL_OF(" (\"account_id\", \"record_id\", \"created_at\""));
    put_columns(&q, n_fields, false);
    qb_lit(&q, SQL_OF(") VALUES ("));
    qb_value(&q, p_text(NULL, record->account_id));
    qb_lit(&q, SQL_OF(", "));
    qb_value(&q, p_text(NULL, record->id));
    qb_lit(&q, SQL_OF(", "));
    qb_value(&q, p_time(NULL, record->created_at));
    if (qb_is_postgres(&q))
        put_vector(&q, record);
    else
        put_texts(&q, n_fields, record);
    qb_lit(&q, SQL_OF(") ON CONFLICT (\"record_id\", \"account_id\") DO UPDATE SET"));
    put_columns(&q, n_fields, true);
    return qb_exec(&q, is_sure ? NULL : &changed);
}

/* --- the terms, as either engine reads them --------------------------------------------------- */

static struct str tag_sought(const struct fulltext_search *search)
{
    return str_absent(search->account_id) ? ANY_TAG : tag_of(search->account_id);
}

/* "…one …two" or "…one …two" * */
static void put_phrase(struct buf *b, struct str tag, const struct fulltext_term *term)
{
    buf_c(b, '"');
    for (size_t i = 0; i < term->n; i++)
        buf_fmt(b, "%s%.*s%.*s", i > 0 ? " " : "", STR_ARG(tag), STR_ARG(term->words[i]));
    buf_str(b, term->is_prefix ? S("\" *") : S("\""));
}

/* '…one' <-> '…two':* in one field. */
static void put_sequence(struct buf *b, struct str tag, unsigned field,
                         const struct fulltext_term *term)
{
    buf_c(b, '(');
    for (size_t i = 0; i < term->n; i++)
        buf_fmt(b, "%s'%.*s%u%.*s'", i > 0 ? " <-> " : "", STR_ARG(tag), field,
                STR_ARG(term->words[i]));
    buf_str(b, term->is_prefix ? S(":*)") : S(")"));
}

static void put_term(struct buf *b, bool is_postgres, const struct fulltext_search *search,
                     const struct fulltext_term *term)
{
    bool first = true;
    if (!is_postgres) {
        put_phrase(b, tag_sought(search), term);
        return;
    }
    buf_c(b, '(');
    for (unsigned field = 0; field < search->n_fields; field++) {
        if (!search->looks_into[field])
            continue;
        buf_str(b, first ? S("") : S(" | "));
        put_sequence(b, tag_sought(search), field, term);
        first = false;
    }
    buf_c(b, ')');
}

/* All that must be there, or any that must not. */
static size_t put_terms(struct buf *b, bool is_postgres, const struct fulltext_search *search,
                        bool excluded)
{
    struct str and = is_postgres ? S(" & ") : S(" AND "), or = is_postgres ? S(" | ") : S(" OR ");
    size_t n = 0;
    for (size_t i = 0; i < search->n; i++) {
        if (search->terms[i].is_excluded != excluded)
            continue;
        buf_str(b, n++ == 0 ? S("(") : excluded ? or : and);
        put_term(b, is_postgres, search, &search->terms[i]);
    }
    buf_str(b, n > 0 ? S(")") : S(""));
    return n;
}

/* {c0 c2} : … */
static void put_filter(struct buf *b, struct cx *cx, const struct fulltext_search *search)
{
    buf_c(b, '{');
    for (unsigned field = 0; field < search->n_fields; field++)
        if (search->looks_into[field])
            buf_fmt(b, " %.*s", STR_ARG(ddlfulltext_column(cx, field)));
    buf_str(b, S(" } : "));
}

static struct str expression(struct qb *q, const struct fulltext_search *search)
{
    bool is_postgres = qb_is_postgres(q);
    struct buf b, excluded;
    buf_init(&b, q->cx->mem, LONGEST_SEARCH);
    buf_init(&excluded, q->cx->mem, LONGEST_SEARCH);
    if (!is_postgres)
        put_filter(&b, q->cx, search);
    buf_c(&b, '(');
    put_terms(&b, is_postgres, search, false);
    if (put_terms(&excluded, is_postgres, search, true) > 0) {
        buf_str(&b, is_postgres ? S(" & !") : S(" NOT "));
        buf_str(&b, buf_text(&excluded));
    }
    buf_c(&b, ')');
    q->wrong |= b.over || excluded.over;
    return buf_text(&b);
}

/* A text that is bound, or one that gets its tag from the account the statement is at. */
static void put_sought(struct qb *q, const struct fulltext_search *search, struct str text,
                       struct sql before, struct sql after)
{
    bool walks = str_absent(search->account_id);
    qb_lit(q, before);
    qb_lit(q, walks ? SQL_OF("replace(CAST(") : SQL_OF(""));
    qb_value(q, p_text(NULL, text));
    qb_lit(q, walks ? SQL_OF(" AS text), '@', substr(o.\"id\", 29, 8))") : SQL_OF(""));
    qb_lit(q, after);
}

static void put_query(struct qb *q, const struct fulltext_search *search, struct str text)
{
    put_sought(q, search, text, SQL_OF("w.\"words\" @@ CAST("), SQL_OF(" AS tsquery)"));
}

/* --- the statement ---------------------------------------------------------------------------- */

/* SQLite reads the tables in this order: FTS5 first, since all others are found by what it says. */
void fulltext_from(struct qb *q, const struct fulltext_search *search)
{
    bool walks = str_absent(search->account_id), is_postgres = qb_is_postgres(q);
    qb_lit(q, walks ? SQL_OF(" FROM \"accounts\" o CROSS JOIN ") : SQL_OF(" FROM "));
    if (!is_postgres) {
        qb_ident(q, ddlfulltext_index(q->cx->mem, search->words));
        qb_lit(q, SQL_OF(" x CROSS JOIN "));
    }
    qb_ident(q, ddlfulltext_table(q->cx->mem, search->words));
    qb_lit(q, SQL_OF(" w"));
}

void fulltext_where(struct qb *q, const struct fulltext_search *search)
{
    struct str text = expression(q, search);
    if (str_absent(search->account_id)) {
        qb_lit(q, SQL_OF("w.\"account_id\" = o.\"id\" AND "));
    } else {
        qb_lit(q, SQL_OF("w.\"account_id\" = "));
        qb_value(q, p_text(NULL, search->account_id));
        qb_lit(q, SQL_OF(" AND "));
    }
    if (qb_is_postgres(q)) {
        put_query(q, search, text);
        return;
    }
    qb_lit(q, SQL_OF("w.\"n\" = x.\"rowid\" AND "));
    qb_column(q, 'x', ddlfulltext_index(q->cx->mem, search->words));
    put_sought(q, search, text, SQL_OF(" MATCH "), SQL_OF(""));
}

/* --- points ----------------------------------------------------------------------------------- */

static bool is_counted(const struct fulltext_term *term)
{
    return term->n == 1 && !term->is_prefix;
}

static struct str labelled(struct qb *q, const struct fulltext_search *search, unsigned field,
                           const struct fulltext_term *term, const char *label)
{
    struct buf b;
    buf_init(&b, q->cx->mem, LONGEST_SEARCH);
    put_sequence(&b, tag_sought(search), field, term);
    buf_cut(&b, b.n - 1);                   /* the label stands where the parenthesis closes      */
    buf_fmt(&b, "%s)", label);
    q->wrong |= b.over;
    return buf_text(&b);
}

/* Most words stand once in a field or not at all: that is asked first. */
static void put_case(struct qb *q, const struct fulltext_search *search, unsigned field,
                     const struct fulltext_term *term)
{
    qb_lit(q, SQL_OF(" + CASE WHEN NOT "));
    put_query(q, search, labelled(q, search, field, term, ""));
    qb_lit(q, SQL_OF(" THEN 0"));
    for (unsigned level = 1; level < 4 && is_counted(term); level++) {
        static const char *const LABELS[] = { ":D", ":C", ":B" };
        qb_lit(q, SQL_OF(" WHEN "));
        put_query(q, search, labelled(q, search, field, term, LABELS[level - 1]));
        qb_lit(q, SQL_OF(" THEN "));
        qb_number(q, level * fulltext_weight(field));
    }
    qb_lit(q, SQL_OF(" ELSE "));
    qb_number(q, (is_counted(term) ? 4 : 1) * fulltext_weight(field));
    qb_lit(q, SQL_OF(" END"));
}

/* FTS5 counts in a function of ours (sqlitepoints.h), which must know what is a word. */
static void put_function(struct qb *q, const struct fulltext_search *search)
{
    int64_t counted = 0, phrase = 0;
    for (size_t i = 0; i < search->n; i++)
        if (!search->terms[i].is_excluded)
            counted |= (int64_t)is_counted(&search->terms[i]) << phrase++;
    qb_lit(q, SQL_OF("larder_points("));
    qb_column(q, 'x', ddlfulltext_index(q->cx->mem, search->words));
    qb_lit(q, SQL_OF(", "));
    qb_value(q, p_int(NULL, counted));
    qb_lit(q, SQL_OF(")"));
}

void fulltext_points(struct qb *q, const struct fulltext_search *search)
{
    if (!qb_is_postgres(q)) {
        put_function(q, search);
        return;
    }
    qb_lit(q, SQL_OF("(0"));
    for (size_t i = 0; i < search->n; i++)
        for (unsigned field = 0; field < search->n_fields; field++)
            if (!search->terms[i].is_excluded && search->looks_into[field])
                put_case(q, search, field, &search->terms[i]);
    qb_lit(q, SQL_OF(")"));
}
