/* stmt.c — finds a statement that is prepared already, or prepares it. */
#include "db/stmt.h"

#include <string.h>

#include "db/driver.h"
#include "db/named.h"

#define LONGEST_KEPT 8192u

static uint64_t address_hash(const char *p)
{
    uint64_t h = (uint64_t)(uintptr_t)p * 0x9e3779b97f4a7c15u;
    return h ^ (h >> 32);
}

static void into_bucket(struct stmts *stmts, struct stmt *s)
{
    struct stmt **bucket = &stmts->buckets[s->hash % STMT_BUCKETS];
    s->next = *bucket;
    *bucket = s;
}

static void out_of_bucket(struct stmts *stmts, const struct stmt *s)
{
    struct stmt **at = &stmts->buckets[s->hash % STMT_BUCKETS];
    while (*at != NULL && *at != s)
        at = &(*at)->next;
    if (*at != NULL)
        *at = s->next;
}

/* Where the value of a parameter is; usually where the statement has it too. */
static bool bound(struct binds binds, const char *name, size_t guess, const struct param **out)
{
    const char *first = binds.at[guess].name;
    if (first == name || (first != NULL && strcmp(first, name) == 0)) {
        *out = &binds.at[guess];
        return true;
    }
    for (size_t i = 0; i < binds.n; i++)
        if (binds.at[i].name != NULL && strcmp(binds.at[i].name, name) == 0) {
            *out = &binds.at[i];
            return true;
        }
    return false;
}

/* Puts the binds into the order of the parameters; they must match them exactly. */
static bool arrange(struct cx *cx, struct stmt *s, struct binds binds, struct param *values)
{
    if (binds.n != s->n)
        return broken(cx, "%zu values for %zu parameters: %s", binds.n, s->n, s->literal);
    for (size_t i = 0; i < s->n; i++) {
        const struct param *value;
        if (!bound(binds, s->names[i], i, &value))
            return broken(cx, "no value for :%s in: %s", s->names[i], s->literal);
        if (s->types[i] == P_NULL)
            s->types[i] = value->type;
        if (value->type != P_NULL && value->type != s->types[i])
            return broken(cx, "a value of another type for :%s in: %s", s->names[i], s->literal);
        values[i] = *value;
    }
    return true;
}

bool stmt_literal(struct cx *cx, struct sql sql, struct binds binds, struct param *values,
                  struct stmt **out)
{
    struct db *db = cx->db;
    uint64_t hash = address_hash(sql.text);
    struct stmt *s = db->stmts.buckets[hash % STMT_BUCKETS];
    while (s != NULL && (s->literal != sql.text || s->busy))
        s = s->next;
    if (s == NULL) {
        struct named named;
        const char *wrong = named_read(db->mem, sql.text, db->driver->mark, STMT_PARAMS, &named);
        if (wrong != NULL)
            return broken(cx, "%s: %s", wrong, sql.text);
        s = arena_make(db->mem, struct stmt);
        *s = (struct stmt){ .literal = sql.text, .hash = hash, .text = named.text, .n = named.n,
                            .names = named.names,
                            .types = arena_list(db->mem, enum param_type, named.n) };
        into_bucket(&db->stmts, s);
    }
    TRY(arrange(cx, s, binds, values));
    *out = s;
    return s->handle != NULL || db->driver->prepare(cx, s);
}

/* The types stand behind the text: PostgreSQL prepares by both, SQLite knows no types. */
static size_t typed(const struct db *db, size_t n)
{
    return db->driver->is_postgres ? n : 0;
}

static bool is_built(const struct stmt *s, struct str text, const struct param *values,
                     size_t types)
{
    if (s->literal != NULL || s->busy || !str_eq(s->text, text))
        return false;
    for (size_t i = 0; i < types; i++)
        if (s->types[i] != values[i].type)
            return false;
    return true;
}

/* A slot whose statement is least recently used and not busy; NULL: all are busy. */
static struct stmt *built_slot(struct db *db)
{
    struct stmt *oldest = NULL;
    for (size_t i = 0; i < STMT_BUILT; i++) {
        struct stmt *s = db->stmts.built[i];
        if (s == NULL)
            return db->stmts.built[i] = arena_make(db->mem, struct stmt);
        if (!s->busy && (oldest == NULL || s->used < oldest->used))
            oldest = s;
    }
    if (oldest != NULL) {
        db->driver->forget(db, oldest);
        out_of_bucket(&db->stmts, oldest);
    }
    return oldest;
}

static void keep_text(struct db *db, struct stmt *s, struct str text, const struct param *values,
                      size_t types)
{
    size_t need = types * sizeof(enum param_type) + text.n + 1;
    if (need > s->room_n) {
        size_t room = s->room_n < 256 ? 256 : s->room_n;
        while (room < need)
            room *= 2;
        s->room = arena_alloc(db->mem, room);
        s->room_n = room;
    }
    s->types = (enum param_type *)(void *)s->room;
    for (size_t i = 0; i < types; i++)
        s->types[i] = values[i].type;
    char *p = s->room + types * sizeof(enum param_type);
    memcpy(p, text.p, text.n);
    p[text.n] = '\0';
    s->text = (struct str){ p, text.n };
}

static void passing_gone(void *what)
{
    struct stmt *s = what;
    if (s->db == NULL)                      /* the connection went first                          */
        return;
    struct stmt **at = &s->db->stmts.passing;
    while (*at != NULL && *at != s)
        at = &(*at)->next;
    if (*at != NULL)
        *at = s->next;
    s->db->driver->forget(s->db, s);
}

void stmt_forget_all(struct db *db)
{
    stmt_each(db, db->driver->forget);
    for (struct stmt *s = db->stmts.passing; s != NULL; s = s->next)
        s->db = NULL;
}

/* Not kept: it lives as long as the request, or the turn of its loop. */
static struct stmt *passing(struct cx *cx, struct str text)
{
    struct stmt *s = arena_make(cx->mem, struct stmt);
    *s = (struct stmt){ .db = cx->db, .text = str_copy(cx->mem, text),
                        .next = cx->db->stmts.passing };
    cx->db->stmts.passing = s;
    arena_defer(cx->mem, passing_gone, s);
    return s;
}

bool stmt_built(struct cx *cx, struct str text, const struct param *values, size_t n,
                bool has_guest, struct stmt **out)
{
    struct db *db = cx->db;
    size_t types = typed(db, n);
    uint64_t hash = str_hash(text);
    struct stmt *s = db->stmts.buckets[hash % STMT_BUCKETS];
    while (s != NULL && !is_built(s, text, values, types))
        s = s->next;
    bool is_short = text.n <= LONGEST_KEPT && types <= LONGEST_KEPT;
    if (s == NULL && is_short && (s = built_slot(db)) != NULL) {
        *s = (struct stmt){ .room = s->room, .room_n = s->room_n, .hash = hash };
        keep_text(db, s, text, values, types);
        into_bucket(&db->stmts, s);
    }
    if (s == NULL)
        s = passing(cx, text);
    s->used = ++db->stmts.clock;
    s->n = n;
    s->has_guest = has_guest;
    *out = s;
    return s->handle != NULL || db->driver->prepare(cx, s);
}

bool stmt_once(struct cx *cx, struct str text, struct stmt **out)
{
    *out = passing(cx, text);
    return cx->db->driver->prepare(cx, *out);
}

enum meter_op stmt_op(const struct stmt *stmt)
{
    static const struct { struct str word; enum meter_op op; } WORDS[] = {
        { S_INIT("SELECT"), METER_SELECT }, { S_INIT("WITH"), METER_SELECT },
        { S_INIT("INSERT"), METER_INSERT }, { S_INIT("UPDATE"), METER_UPDATE },
        { S_INIT("DELETE"), METER_DELETE },
    };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (str_starts(stmt->text, WORDS[i].word))
            return WORDS[i].op;
    return METER_DDL;
}

void stmt_each(struct db *db, void (*visit)(struct db *db, struct stmt *stmt))
{
    for (size_t i = 0; i < STMT_BUCKETS; i++)
        for (struct stmt *s = db->stmts.buckets[i]; s != NULL; s = s->next)
            visit(db, s);
    for (struct stmt *s = db->stmts.passing; s != NULL; s = s->next)
        visit(db, s);
}
