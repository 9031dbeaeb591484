/* searchindex.c — cuts records into words and keeps those. */
#include "data/searchindex.h"

#include <string.h>

#include "base/fault.h"
#include "base/when.h"
#include "data/searchword.h"
#include "db/tx.h"

enum { MOST_WORDS = 10000, MOST_HITS = 255, SLICE = 32 };

bool searchindex_takes(const struct field *field)
{
    return field->type != NULL && field->type->word != NULL && !field->encrypted
        && (field->type->rule == R_TEXT || field->type->rule == R_SELECT)
        && strcmp(field->type->word, "@text") == 0;
}

unsigned searchindex_fields(const struct field *fields, size_t n,
                            const struct field *out[FULLTEXT_FIELDS])
{
    unsigned count = 0;

    for (size_t i = 0; i < n && count < FULLTEXT_FIELDS; i++)
        if (fields[i].searchable && searchindex_takes(&fields[i]))
            out[count++] = &fields[i];
    return count;
}

struct str searchindex_name(struct arena *mem, const struct collection *c)
{
    const struct field *fields[FULLTEXT_FIELDS];
    unsigned n = searchindex_fields(c->fields, c->field_count, fields);
    struct buf names;

    buf_init(&names, mem, 1024);
    for (unsigned i = 0; i < n; i++) {
        buf_str(&names, fields[i]->name);
        buf_c(&names, ',');
    }
    return str_fmt(mem, "%.*s_%06x", STR_ARG(str_lower(mem, c->name)),
                   (unsigned)(str_hash(buf_text(&names)) & 0xFFFFFF));
}

/* --- the words of a record -------------------------------------------------------------------- */

/* Each word of each field once: a hash table of places in the list. */
struct tally { struct fulltext_word *words; size_t n, room; uint32_t *slots; };

static uint32_t *slot_of(const struct tally *tally, const struct fulltext_word *word)
{
    size_t i = (str_hash(word->text) + word->field) & (tally->room - 1);

    for (; tally->slots[i] != 0; i = (i + 1) & (tally->room - 1)) {
        const struct fulltext_word *there = &tally->words[tally->slots[i] - 1];
        if (there->field == word->field && str_eq(there->text, word->text))
            break;
    }
    return &tally->slots[i];
}

/* Counts each word at its first place, drops what comes too often, and tells all places. */
static void count_hits(struct arena *mem, struct fulltext_record *record,
                       struct fulltext_word *words)
{
    struct tally tally = { .words = words, .room = 16 };
    uint32_t *first = arena_list(mem, uint32_t, record->n + 1);
    size_t n = 0;

    while (tally.room < record->n * 2)
        tally.room *= 2;
    tally.slots = arena_list(mem, uint32_t, tally.room);
    for (size_t i = 0; i < record->n; i++) {
        uint32_t *slot = slot_of(&tally, &words[i]);
        if (*slot != 0 && words[*slot - 1].hits == MOST_HITS)
            continue;
        words[n] = words[i];
        if (*slot == 0)
            *slot = (uint32_t)n + 1;
        first[n] = *slot - 1;
        words[first[n++]].hits++;
    }
    for (size_t i = 0; i < n; i++)
        words[i].hits = words[first[i]].hits;
    record->n = n;
}

static void add_words(struct arena *mem, struct fulltext_record *record,
                      struct fulltext_word **words, unsigned field, struct str text)
{
    struct searchword from = searchword_open(text);
    struct str word;

    while (record->n < MOST_WORDS && searchword_next(&from, &word)) {
        *words = arena_more(mem, *words, record->n, sizeof **words);
        (*words)[record->n++] = (struct fulltext_word){ str_copy(mem, word), field, 0 };
    }
}

static bool put(struct cx *cx, struct str name, struct fulltext_record *record,
                const struct str *texts, unsigned n, bool is_sure)
{
    struct fulltext_word *words = NULL;

    for (unsigned field = 0; field < n; field++)
        add_words(cx->mem, record, &words, field, texts[field]);
    count_hits(cx->mem, record, words);
    record->words = words;
    return fulltext_put(cx, name, n, record, is_sure);
}

bool searchindex_put(struct cx *cx, const struct recordrow *row, const struct param *old,
                     const struct param *now)
{
    const struct collection *c = row->collection;
    const struct field *fields[FULLTEXT_FIELDS];
    struct str texts[FULLTEXT_FIELDS];
    unsigned n = searchindex_fields(c->fields, c->field_count, fields), at = 0;
    bool changed = old == NULL;

    for (size_t i = 0; i < row->n && at < n; i++) {
        if (row->fields[i].field != fields[at])
            continue;
        texts[at++] = now[RECORDROW_FIELDS + i].text;
        changed = changed || !str_eq(old[RECORDROW_FIELDS + i].text, texts[at - 1]);
    }
    if (n == 0 || !changed)
        return true;
    return put(cx, searchindex_name(cx->mem, c), &(struct fulltext_record){
        .account_id = now[RECORDROW_ACCOUNT].text, .id = now[RECORDROW_ID].text,
        .created_at = now[RECORDROW_CREATED_AT].number }, texts, n, false);
}

/* --- all records of a collection -------------------------------------------------------------- */

struct key { char bytes[64]; size_t n; };
struct fill {
    struct str table, words;
    int64_t since;                      /* only what was changed then or later; 0: all            */
    const struct field *fields[FULLTEXT_FIELDS];
    unsigned n;
    struct key account_id, id;          /* of the last one                                        */
    size_t read;                        /* of this slice                                          */
};

static struct str key_text(const struct key *key)
{
    return (struct str){ key->bytes, key->n };
}

static bool keep_key(struct cx *cx, struct key *key, struct str text)
{
    if (text.n > sizeof key->bytes)
        return broken(cx, "a record's key of %zu bytes", text.n);
    memcpy(key->bytes, text.p, text.n);
    key->n = text.n;
    return true;
}

static bool select_slice(struct cx *cx, const struct fill *fill, struct rows *rows)
{
    struct qb q;

    qb_init(&q, cx);
    qb_lit(&q, SQL_OF("SELECT r.\"account_id\", r.\"id\", r.\"created_at\""));
    for (unsigned i = 0; i < fill->n; i++) {
        qb_lit(&q, SQL_OF(", "));
        qb_column(&q, 'r', fill->fields[i]->name);
    }
    qb_lit(&q, SQL_OF(" FROM "));
    qb_ident(&q, fill->table);
    qb_lit(&q, SQL_OF(" r WHERE (r.\"account_id\", r.\"id\") > ("));
    qb_value(&q, p_text(NULL, key_text(&fill->account_id)));
    qb_lit(&q, SQL_OF(", "));
    qb_value(&q, p_text(NULL, key_text(&fill->id)));
    qb_lit(&q, SQL_OF(")"));
    if (fill->since != 0) {
        qb_lit(&q, SQL_OF(" AND r.\"updated_at\" >= "));
        qb_value(&q, p_time(NULL, fill->since));
    }
    qb_lit(&q, SQL_OF(" ORDER BY r.\"account_id\", r.\"id\" LIMIT "));
    qb_number(&q, SLICE);
    return qb_query(&q, rows);
}

static bool put_row(struct cx *cx, struct fill *fill, const struct rows *rows)
{
    struct fulltext_record record = { .account_id = rows_text(rows, 0), .id = rows_text(rows, 1),
                                      .created_at = rows_int(rows, 2) };
    struct arena_mark before = arena_mark(cx->mem);
    struct str texts[FULLTEXT_FIELDS];

    if (FAULT("search.indexing"))
        return broken(cx, "fault search.indexing");
    for (unsigned i = 0; i < fill->n; i++)
        texts[i] = rows_text(rows, 3 + (int)i);
    TRY(put(cx, fill->words, &record, texts, fill->n, true));
    arena_rewind(cx->mem, before);
    return keep_key(cx, &fill->account_id, record.account_id)
        && keep_key(cx, &fill->id, record.id);
}

static bool fill_slice(struct cx *cx, struct fill *fill)
{
    struct rows rows SCOPED(rows_close) = { 0 };

    TRY(select_slice(cx, fill, &rows));
    for (fill->read = 0; rows_step(&rows); fill->read++)
        TRY(put_row(cx, fill, &rows));
    return rows_done(&rows);
}

static bool fill_table(struct cx *cx, struct fill *fill)
{
    do {
        struct arena_mark before = arena_mark(cx->mem);
        TRY(fill_slice(cx, fill));
        arena_rewind(cx->mem, before);
    } while (fill->read == SLICE);
    return true;
}

static bool is_same(const struct field *const *a, unsigned n, const struct field *const *b,
                    unsigned m)
{
    for (unsigned i = 0; i < n && n == m; i++)
        if (!str_eq(a[i]->name, b[i]->name))
            return false;
    return n == m;
}

/* From one definition to the next. */
struct step { struct fill fill; bool drops, fills; };

/* The words are cut anew whenever a field comes, goes or moves: its place is part of them. */
static struct step step_of(const struct collection *old, const struct collection *now)
{
    const struct field *before[FULLTEXT_FIELDS];
    unsigned n = searchindex_fields(old->fields, old->field_count, before);
    struct step step = { .fill = { .table = now->table } };
    bool same;

    step.fill.n = searchindex_fields(now->fields, now->field_count, step.fill.fields);
    same = is_same(before, n, step.fill.fields, step.fill.n);
    step.drops = !same && n > 0;
    step.fills = !same && step.fill.n > 0;
    return step;
}

/* A search reads words and records in one statement, whichever first: to drop the one, both are
 * taken, the table before all else. */
bool searchindex_hold(struct cx *cx, const struct collection *old, const struct collection *now)
{
    struct step step = step_of(old, now);

    if (step.drops)
        return ddl_close_table(cx, old->table);
    return !step.fills || ddl_hold_table(cx, old->table);
}

bool searchindex_change(struct cx *cx, const struct collection *old, const struct collection *now,
                        bool *touched)
{
    struct step step = step_of(old, now);

    *touched = step.drops || step.fills;
    if (step.drops)
        TRY(ddl_drop_fulltext(cx, searchindex_name(cx->mem, old)));
    if (!step.fills)
        return true;
    step.fill.words = searchindex_name(cx->mem, now);
    TRY(ddl_create_fulltext(cx, step.fill.words, now->table, step.fill.n));
    TRY(fill_table(cx, &step.fill));
    return ddl_finish_fulltext(cx, step.fill.words, now->table);
}

/* Others have written as the definition was before, or wait to; their clocks may be behind ours. */
bool searchindex_settle(struct cx *cx, const struct collection *now)
{
    enum { MINUTES = 10 };
    struct tx tx SCOPED(tx_end) = { 0 };
    struct fill fill = { .table = now->table, .words = searchindex_name(cx->mem, now),
                         .since = cx->now - MINUTES * 60 * WHEN_SECOND };

    fill.n = searchindex_fields(now->fields, now->field_count, fill.fields);
    if (fill.n == 0 || !db_is_postgres(cx->db) || tx_is_open(cx))
        return true;
    TRY(tx_begin(cx, &tx));
    TRY(ddl_hold_table(cx, now->table));
    TRY(fill_table(cx, &fill));
    return tx_commit(&tx);
}
