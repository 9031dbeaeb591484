/*
 * collection.h — a collection's definition: fields, rules, field lists; kept while the definitions
 * generation stands (data.md §2, §3, §5).
 *
 * Ownership  a found collection is shared and read-only; it lives until the end of the request at least
 * Changes    collections, collection_rules, schema_migrations (audited); bumps definitions
 */
#ifndef DATA_COLLECTION_H
#define DATA_COLLECTION_H

#include "data/field.h"

enum operation { OP_LIST, OP_VIEW, OP_CREATE, OP_UPDATE, OP_DELETE, OP_COUNT };
extern const char *const operation_words[OP_COUNT];             /* "list", "view" …                */

struct field_list { bool all; const struct str *names; size_t n; struct str text; };

struct collection {
    struct str id, name, table;         /* table: col_<lower name>                                 */
    const struct field *fields; size_t field_count;
    bool has_rules;                     /* the rule row exists                                     */
    struct str rules[OP_COUNT];         /* absent: locked; empty: public; else an expression       */
    struct rule *parsed[OP_COUNT];      /* NULL: locked, public, or it no longer compiles          */
    struct field_list lists[OP_DELETE]; /* list, view, create, update; delete has none             */
    struct rule_names names;            /* all fields and system columns, for rules                */
    struct str rules_id; int64_t rules_created_at, rules_updated_at;
    struct str migration_revision;
    int64_t created_at, updated_at;
};

bool collection_find(struct cx *cx, struct str name, const struct collection **out) MUST_CHECK; /* NULL: none */
bool collection_find_id(struct cx *cx, struct str id, const struct collection **out) MUST_CHECK;
const struct field *collection_field(const struct collection *c, struct str name);  /* NULL: none   */
bool collection_system_column(struct str name);                 /* id account_id created_at …      */

#endif
