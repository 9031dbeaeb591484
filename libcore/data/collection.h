/*
 * collection.h — a collection's definition: fields, rules, field lists; kept while the definitions
 * generation stands, at most five minutes (data.md §2, §3, §5).
 *
 * Kept       collection_find asks for the generation once per request (per arena) and then answers
 *            from the kept set: every find of one request sees the same definitions
 * Ownership  a found collection is shared and read-only; it lives until cx->mem is reset or rewound
 *            past the first find, whatever happens to the definitions meanwhile
 * Changing   who changes definitions reads them with collection_load, never with collection_find
 */
#ifndef DATA_COLLECTION_H
#define DATA_COLLECTION_H

#include "data/index.h"
#include "data/viewquery.h"

enum operation { OP_LIST, OP_VIEW, OP_CREATE, OP_UPDATE, OP_DELETE, OP_COUNT };
extern const char *const collection_operations[OP_COUNT];       /* "list", "view" …               */

struct field_list { bool all; const struct str *names; size_t n; struct str text; };

struct collection {
    struct str id, name, table;         /* table: col_<lower name>                                */
    const struct field *fields; size_t field_count;
    struct index_list indexes;          /* that it declares                                       */
    const struct viewquery *view;       /* it has no table, and is only read; NULL: it has one    */
    bool realtime;                      /* subscribers are told of its changes                    */
    bool event_previous;                /* and what a record was before                           */
    bool requires_signature;            /* people write its records with one, or not at all       */
    bool has_rules;                     /* the rule row exists                                    */
    struct str rules[OP_COUNT];         /* absent: locked; empty: public; else an expression      */
    struct rule *parsed[OP_COUNT];      /* NULL: locked, public, or it no longer compiles         */
    struct field_list lists[OP_DELETE]; /* list, view, create, update; delete has none            */
    struct rule_names names;            /* all fields and system columns, for rules               */
    struct str rules_id; int64_t rules_created_at, rules_updated_at;
    struct str migration_revision;
    int64_t created_at, updated_at;
};

bool collection_find(struct cx *cx, struct str name, const struct collection **out)
    MUST_CHECK;                                                 /* NULL: none                     */
/* Without its rules: parsed may be NULL; for who reads rules that look into it. */
bool collection_definition(struct cx *cx, struct str name, const struct collection **out)
    MUST_CHECK;
bool collection_find_id(struct cx *cx, struct str id, const struct collection **out) MUST_CHECK;
bool collection_list_names(struct cx *cx, struct str **out, size_t *n) MUST_CHECK;  /* by name    */
bool collection_all(struct cx *cx, const struct collection *const **out, size_t *n)
    MUST_CHECK;                                                 /* every one, by name             */
/* For what else hangs on definitions: memory, and a place in it that is NULL at first, both as old
 * as the definitions that this request sees. */
bool collection_beside(struct cx *cx, struct arena **mem, void ***place) MUST_CHECK;
const struct field *collection_field(const struct collection *c, struct str name);  /* NULL: none */
bool collection_system_column(struct str name);                 /* id account_id created_at …     */
bool collection_is_public(const struct str rules[OP_COUNT]);     /* any of them is empty          */
bool collection_list_has(const struct field_list *list, struct str name);   /* all, or named      */
/* What a computed field may read: what has a column. A field may still be without a type. */
struct rule_names collection_columns(struct arena *mem, const struct field *fields, size_t n);
/* All names; a computed field whose expression does not compile is NULL in every row. */
/* collection: whose fields they are; absent: of none that is stored. */
struct rule_names collection_names(struct arena *mem, struct str collection,
                                   const struct field *fields, size_t n);
/* That of one of its own fields. */
const struct rule_name *collection_name_of(const struct collection *c, const struct field *field);

/* Appends the table, or the view as this account sees it (absent: of all), with the alias r. */
bool collection_from(struct qb *q, const struct collection *c, struct str account_id) MUST_CHECK;
/* 400 for a view, which nobody writes to. */
bool collection_writable(struct cx *cx, const struct collection *c) MUST_CHECK;
/* The tables of all collections that have one, as the SQL of macros and views may see them. */
bool collection_tables(struct cx *cx, struct guest_source **out, size_t *n) MUST_CHECK;

/* As the database has it now, into cx->mem; rules are not parsed. *found false: none. */
enum collection_key { BY_NAME, BY_ID };
bool collection_load(struct cx *cx, enum collection_key by, struct str key, struct collection *out,
                     bool *found) MUST_CHECK;

#endif
