/*
 * define.h — creates, changes and deletes collections: the definition, the table, the history
 * (data.md §2.6, §3, §4.1).
 *
 * Views     have a query instead of a table: nothing is stored, so their fields may change at will
 * Together  each call is one transaction: table, definition, rules, revision and audit rows
 * Changes   collections, collection_rules, schema_migrations, col_…; deleting also permissions
 * Errors    422 items for wrong shapes; 400 with details for what cannot be; 404, 409;
 *           E_PRECONDITION when it has changed since known_at
 */
#ifndef DATA_DEFINE_H
#define DATA_DEFINE_H

#include "data/collectionrules.h"

enum define_flag { DEFINE_STAYS, DEFINE_NO, DEFINE_YES };
struct define_in {
    struct str name;
    struct jv body;        /* the request's object, echoed when the fields are missing */
    struct jv schema, fields;           /* either spelling; schema wins                           */
    struct jv indexes;                  /* absent or null: as they are                            */
    struct str type, query;             /* "view" and its SELECT; absent: as it is, at first base */
    struct collectionrules_in rules;
    enum define_flag realtime;          /* struct collection; at first yes, and the others no     */
    enum define_flag event_previous, requires_signature;
    const struct str *coming; size_t coming_count;  /* names that the same import makes, or NULL  */
    int64_t known_at;                   /* the updated_at that the caller has seen; 0: any        */
};
struct define_deleted {
    struct str collection_id, collection_name, table_name, migration_revision;
    int64_t records_deleted;
};
bool define_create(struct cx *cx, const struct define_in *in, struct collection *out) MUST_CHECK;
/* Made, with references to what comes later: their columns are there, their keys are not. When all
 * tables are, define_refer adds the keys. */
bool define_waits(const struct collection *made);
bool define_refer(struct cx *cx, const struct collection *made) MUST_CHECK;
/* Likewise its rules, which may look into what comes later: 400 as define_create would answer. */
bool define_check_rules(struct cx *cx, const struct define_in *in, const struct collection *made)
    MUST_CHECK;
bool define_update(struct cx *cx, struct str id, const struct define_in *in,
                   struct collection *out, int64_t *records) MUST_CHECK;
bool define_delete(struct cx *cx, struct str id, struct define_deleted *out) MUST_CHECK;

#endif
