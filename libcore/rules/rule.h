/*
 * rule.h — expressions: rules in both spellings and filters, parsed, checked, compiled to SQL.
 *
 * Contract   data.md §6 (core), §7 (filters), §8 (rules, macros); permissions.md §5
 * Names      come from a struct rule_names that the caller fills from the collection: nothing else
 *            can be named. Values are always bound, columns always quoted and qualified with r.
 * Relations  author.name, comments_via_post.text, tags.name and, in rules, exists(collection, …)
 *            look into other collections: sub-queries that the tenant clause is part of. What may
 *            be looked into, and which of its rows, is up to who gives the relations
 * Faults     parse and check say what is wrong in the contract's words and where; they do not touch
 *            cx->err, since the prefix ("Invalid list_rule: …") is the caller's
 * Ownership  trees live in the arena given; a checked tree may be kept between requests and shared
 */
#ifndef RULES_RULE_H
#define RULES_RULE_H

#include "db/guest.h"

enum rule_type {        /* what the operator matrix of §7 knows */
    R_TEXT, R_NUMBER, R_BOOLEAN, R_DATETIME, R_DATE, R_REFERENCE, R_JSON, R_FILE, R_COMPUTED,
    R_SELECT,
    R_ANY               /* not known: to be checked or evaluated (ruleval.h), never in SQL        */
};
struct ast;
struct rule_computed {          /* of a field that is no column: what it comes to                 */
    const struct ast *expression;       /* checked; comes to a value of `type`                    */
    enum rule_type type;                /* R_TEXT, R_NUMBER, R_BOOLEAN or R_DATETIME              */
    const struct rule_name **reads; size_t read_count;      /* what it reads, each once           */
    bool uses_now;                      /* it changes without anybody changing the row            */
};
struct rule_name {
    struct str name;            /* as users write it                                              */
    struct str column;          /* physical column of the row; of a computed one: its name        */
    enum rule_type type;
    bool hidden;                /* exists, but not for this caller: treated as unknown            */
    const char *refused;        /* "is encrypted": why it is in no expression of this caller;
                                   its own 400. NULL: it may be                                   */
    bool masked;                /* this caller sees a mask of it: its values must not be told     */
    bool many;                  /* the column holds a JSON array of texts, type is that of one:
                                   what any of them satisfies holds; IS NULL: it has none         */
    struct str target;          /* collection that it refers to; absent: none                     */
    struct str link;            /* table of who (record_id) has what (target_id) among the many   */
    const struct rule_computed *computed;       /* NULL: a column                                 */
};
/* A stored macro: SQL that answers yes or no (data.md §15). */
struct rule_macro {
    struct str name;                    /* without @                                              */
    const struct guest *guest;
    struct str fault;                   /* why it cannot be used; absent: it can                  */
};
/* Where they are looked up when a rule names what is not built in. NULL into out: there is none. */
struct rule_macros {
    bool (*find)(void *state, struct str name, const struct rule_macro **out);
    void *state;
};
/* Another collection, as an expression may look into it: its rows of the same account. */
struct rule_source {
    struct str name, table;
    const struct rule_names *names;     /* what may be named of it                                */
    unsigned need, size;                /* rule_need, rule_size of what narrows it                */
    const void *narrowed;               /* to some of those rows; NULL: it is not                 */
};
struct rule_relations {
    /* NULL into out: there is none that may be looked into. */
    bool (*find)(void *state, struct str collection, const struct rule_source **out);
    /* Appends ` AND …`, what narrows it, about q->row. */
    bool (*narrow)(struct qb *q, const struct rule_source *source);
    unsigned most;                      /* relations in one name, one after the other             */
    void *state;
};
struct rule_names {
    struct str collection;                      /* whose they are; absent: nobody's               */
    const struct rule_name *at; size_t n;       /* in schema order                                */
    bool is_open;                               /* any other plain name is a field too, of R_ANY  */
    const struct rule_macros *macros;           /* of stored macros; NULL: there are none         */
    const struct rule_relations *relations;     /* to other collections; NULL: there are none     */
};

/* NULL: there is none that this caller may name. */
const struct rule_name *rule_find(const struct rule_names *names, struct str name);
/* The type of the values of a name, whatever makes them. */
enum rule_type rule_type_of(const struct rule_name *name);
/* Appends what a name reads in the row asked about (q->row): its column, or its expression in
 * parentheses. Whoever writes a name, writes it so. */
void rule_put(struct qb *q, const struct rule_name *name);

struct rule_fault { struct str message; size_t position; };     /* message without position suffix
                                                                    where the contract has none   */
enum rule_use {
    RULE_FILTER, RULE_LIST, RULE_VIEW, RULE_CREATE, RULE_UPDATE, RULE_DELETE,
    RULE_COMPUTED                   /* the expression of a computed field: a value, no condition  */
};
struct rule;                    /* a parsed and checked expression                                */

/*
 * Parses, resolves and type-checks. faults: all of them, joined with "; " in message. When macros
 * could not be looked up, the failure is in cx->err of who looked, and the fault says nothing.
 */
bool rule_read(struct arena *mem, struct str text, enum rule_use use,
               const struct rule_names *names, struct rule **out,
               struct rule_fault *fault) MUST_CHECK;

/*
 * What an expression means for this caller. Everything known before the query (the caller,
 * constants) is folded first: a rule that cannot be true compiles to nothing and says so.
 */
enum rule_verdict { RULE_NEVER, RULE_ALWAYS, RULE_DEPENDS };
struct rule_caller {
    const struct actor *who;
    struct rule_data { struct str field; struct param value; } const *data; /* @request.data.x */
    size_t data_count;
    /* @has_permission("delete","posts"): whether the caller's role may; NULL: nobody may. */
    bool (*may)(void *state, struct str operation, struct str collection);
    void *state;
};
/* caller NULL (filters): nobody. Anonymous callers: id, email, role and account are empty texts. */
enum rule_verdict rule_fold(struct cx *cx, const struct rule *rule,
                            const struct rule_caller *caller);
/* Appends the condition in its own parentheses: columns of r, every value bound. */
bool rule_sql(struct qb *q, const struct rule *rule, const struct rule_caller *caller) MUST_CHECK;
/*
 * For create rules: the condition over submitted values instead of columns: `row` gives each name's
 * value (data.md §8.3); unnamed ones are NULL. One SELECT on the engine, so both speak alike.
 */
bool rule_holds(struct cx *cx, const struct rule *rule, const struct rule_caller *caller,
                const struct rule_data *row, size_t row_count, bool *holds) MUST_CHECK;
/*
 * Many such questions at once, about each of some rows: at most one statement for some hundred of
 * them. holds[row * n + question].
 */
struct rule_question { const struct rule *rule; const struct rule_caller *caller; };
struct rule_row { const struct rule_data *at; size_t n; };
bool rule_ask(struct cx *cx, const struct rule_question *asked, size_t n,
              const struct rule_row *rows, size_t row_count, bool *holds) MUST_CHECK;
/*
 * The expression of a computed field (data.md §13), returned as type: R_TEXT, R_NUMBER, R_BOOLEAN
 * or R_DATETIME. names: what it may read. out is filled in any case: NULL for every row if it does
 * not compile.
 */
bool rule_compute(struct arena *mem, struct str expression, enum rule_type type,
                  const struct rule_names *names, const struct rule_computed **out,
                  struct rule_fault *fault) MUST_CHECK;
/* What it comes to over values in hand, as in rule_holds. */
struct param rule_value(struct cx *cx, const struct rule_computed *computed,
                        const struct rule_data *row, size_t row_count);

bool rule_reads(const struct rule *rule, struct str name);      /* whether it mentions the column */
bool rule_uses_now(const struct rule *rule);            /* what it says changes with time         */
bool rule_asks_others(const struct rule *rule);         /* or with rows of other tables           */
bool rule_is_personal(const struct rule *rule);         /* or with who exactly asks: id, e-mail   */
unsigned rule_need(const struct rule *rule);    /* of rulesql.h: the room it takes in a statement */
unsigned rule_size(const struct rule *rule);    /* and how long it makes it                       */

#endif
