/*
 * guest.h — SQL that somebody wrote, made fit to stand in our statements: data.md §15.3.
 *
 * Read      one SELECT, token by token, and written anew from its tokens: what the engine reads is
 *           what was read here. No comments, no second statement, only functions of a list
 * Confined  every table it may name is a CTE of the same name with the tenant's rows and the
 *           harmless columns; names that begin with larder_ are ours alone
 * Vetted    by the engine, alone and never run: SQLite's authorizer lets base tables be read in
 *           those CTEs only; PostgreSQL explains it as a role that may read no more. Names that
 *           could be resolved alone mean the same wherever it stands
 * Refused   a statement with a guest in it that cannot be prepared, fails, or takes longer than the
 *           setting macro_timeout_ms: E_FORBIDDEN, with the engine's words as the cause
 */
#ifndef DB_GUEST_H
#define DB_GUEST_H

#include "db/qb.h"

#define GUEST_TIMEOUT_MS 5000               /* where there are no settings                        */
#define GUEST_TABLES 24u

/* What a placeholder stands for: an argument ($1, :name), or who asks (@request.auth.id). */
enum guest_kind { GUEST_ARGUMENT, GUEST_ID, GUEST_EMAIL, GUEST_ROLE, GUEST_ACCOUNT };
struct guest_slot { enum guest_kind kind; size_t argument; };
struct guest_piece { struct str text; bool has_slot; size_t slot; };    /* a text, then its slot  */
/* A collection's table. Of a sealed column a guest sees whether there is a value; where there is
 * such a one, all columns are named, else none. */
struct guest_cell { struct str name; bool is_sealed; };
struct guest_source { struct str name; const struct guest_cell *cells; size_t n; };
struct guest_table {
    struct str name;
    const struct guest_seen *seen;
    const struct guest_cell *cells; size_t n;
};
struct guest {
    struct guest_piece *pieces; size_t piece_count;
    struct guest_slot *slots; size_t slot_count;
    size_t argument_count;
    const struct str *names; size_t name_count;         /* every name in it, keywords too         */
    const struct str *locals; size_t local_count;       /* those that its WITH gives              */
    const struct str *qualifiers; size_t qualifier_count;       /* those before a dot             */
    struct guest_table tables[GUEST_TABLES]; size_t table_count;
};

/* parameters: the names that :name may use, in the order of the arguments; none: $1 … count. */
bool guest_read(struct arena *mem, struct str text, const struct str *parameters, size_t n,
                struct guest **out, struct str *fault) MUST_CHECK;
/* Confines and vets it. tables: of the collections. A fault is told (in mem), and is no failure. */
bool guest_admit(struct cx *cx, struct arena *mem, struct guest *guest,
                 const struct guest_source *tables, size_t n, struct str *fault) MUST_CHECK;

/* The same for one that gives rows: a column of what it gives, made to be what a word of schema/
 * says; one that is not given is NULL. */
struct guest_column { struct str name; const char *word; bool is_given; };
bool guest_admit_rows(struct cx *cx, struct arena *mem, struct guest *guest,
                      const struct guest_source *tables, size_t n,
                      const struct guest_column *columns, size_t column_count,
                      struct str *fault) MUST_CHECK;

/* One value for each slot: a column of the row, or of one further out; or what is to be bound. */
struct guest_value { struct str column; struct param value; char row; };
/* Appends the guest as a scalar sub-query. account absent: the rows of every account. */
void guest_put(struct qb *q, const struct guest *guest, const struct guest_value *values,
               struct str account);
/* Appends it as a table in parentheses, with these columns. Values only: no columns of r. */
void guest_put_rows(struct qb *q, const struct guest *guest, const struct guest_column *columns,
                    size_t n, const struct guest_value *values, struct str account);
/* Runs it alone, in a snapshot of its own. A fault is told, and is no failure. */
bool guest_run(struct cx *cx, const struct guest *guest, const struct guest_value *values,
               struct str account, struct str *result, struct str *fault) MUST_CHECK;

/* For the drivers. */
bool guest_may_call(struct str function);
bool guest_confines(const struct guest *guest, struct str name);        /* a table, as its CTE    */
bool guest_knows(const struct guest *guest, struct str name);   /* or a CTE of its own, or of us  */
bool guest_is_ours(struct str name);                            /* the CTEs that read base tables */
bool guest_refuse(struct cx *cx, const char *why);              /* as the header says; false      */
int64_t guest_timeout_ms(const struct cx *cx);

#endif
