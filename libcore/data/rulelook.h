/*
 * rulelook.h — a rule that may not be stored yet, as people look at it: its faults, whom it lets,
 * the SQL it becomes, the index that it would want, and what it says of one record.
 *
 * Faults   are what was asked for, no failure; false is the database's alone
 * Against  the definitions as the database has them (collection_load); stored macros and other
 *          collections among them
 * Caller   `who` need not be real: what rules may know of somebody
 */
#ifndef DATA_RULELOOK_H
#define DATA_RULELOOK_H

#include "base/jv.h"
#include "data/collection.h"
#include "rules/reason.h"

enum rulelook_state { RULELOOK_LOCKED, RULELOOK_PUBLIC, RULELOOK_FAULTY, RULELOOK_READS };
struct rulelook {
    enum rulelook_state state;
    struct str text;
    struct str error;                   /* of a faulty one, and where                             */
    struct reason_place place;
    struct rule *rule;                  /* of one that reads                                      */
};
/* text absent: locked; empty: public. */
bool rulelook_read(struct cx *cx, const struct collection *c, enum operation op, struct str text,
                   struct rulelook *out) MUST_CHECK;

/* A line of the text with the place under it: what <pre> shows. */
struct str rulelook_caret(struct cx *cx, const struct rulelook *look);

enum rule_verdict rulelook_verdict(struct cx *cx, const struct rulelook *look,
                                   const struct actor *who);
/* The condition about a row r, and a line for each value that is bound. */
bool rulelook_sql(struct cx *cx, const struct rulelook *look, const struct actor *who,
                  struct str *sql, struct str *values) MUST_CHECK;
/* The index that listing under it would want and the collection has not; absent: none. */
bool rulelook_index(struct cx *cx, const struct collection *c, const struct rulelook *look,
                    const struct actor *who, struct str *index) MUST_CHECK;
/* Whether it lets `who` at the record (an object), which is also what is submitted; why: a sentence
 * in English, absent where only the database can tell. */
bool rulelook_try(struct cx *cx, const struct rulelook *look, const struct actor *who,
                  struct jv record, bool *holds, struct str *why) MUST_CHECK;

/* Of a rule that is in force: whom it is open to, whatever it is made of. */
enum rulelook_reach {
    RULELOOK_NOBODY,                    /* locked: superadmins, and whom a role lets              */
    RULELOOK_BROKEN,                    /* no longer reads, and so denies                         */
    RULELOOK_ANYBODY,
    RULELOOK_SOME_ROWS,                 /* anybody, some rows                                     */
    RULELOOK_SIGNED_IN,
    RULELOOK_BY_RULE
};
enum rulelook_reach rulelook_reach(struct cx *cx, const struct collection *c, enum operation op);

#endif
