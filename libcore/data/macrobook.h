/*
 * macrobook.h — stored macros as rules use them: found by name, read, confined, vetted; and which
 * rules use them (data.md §15.3).
 *
 * Kept    macrobook_kept answers as of the definitions that the request sees (collection.h); who
 *         changes definitions, or checks what somebody wants to store, asks macrobook_now
 * Broken  a macro that no longer reads or that the engine refuses is found with its fault: a rule
 *         that names it does not compile, and so denies
 */
#ifndef DATA_MACROBOOK_H
#define DATA_MACROBOOK_H

#include "rules/rule.h"

/* For names.macros; valid as long as cx. */
struct rule_macros macrobook_kept(struct cx *cx);
struct rule_macros macrobook_now(struct cx *cx);

/* As a rule would get it. parameters: a JSON array of names. */
bool macrobook_read(struct cx *cx, struct arena *mem, struct str name, struct str sql_query,
                    struct str parameters, struct rule_macro *out) MUST_CHECK;

/* How many collections have a rule that names the macro, and how many permissions; the first of
 * them, as "posts" and as "editor: posts/read". */
enum { MACROBOOK_SOME = 5 };
struct macrobook_uses {
    int64_t collections, permissions;
    struct str some_collections[MACROBOOK_SOME], some_permissions[MACROBOOK_SOME];
};
bool macrobook_uses(struct cx *cx, struct str name, struct macrobook_uses *out) MUST_CHECK;

#endif
