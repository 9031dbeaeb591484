/* p.h — values on their way into a statement: named, typed, never pasted. */
#ifndef DB_P_H
#define DB_P_H

#include "base/cx.h"

enum param_type { P_NULL, P_TEXT, P_INT, P_REAL, P_BOOL, P_TIME, P_BLOB };
struct param {
    const char *name; enum param_type type;
    struct str text; int64_t number; double real;           /* BOOL, INT, TIME in number          */
};
struct param p_text(const char *name, struct str s);        /* absent text binds NULL             */
struct param p_int(const char *name, int64_t n);
struct param p_real(const char *name, double n);
struct param p_bool(const char *name, bool yes);
struct param p_time(const char *name, int64_t us);          /* stored as microseconds             */
struct param p_blob(const char *name, struct str bytes);
struct param p_null(const char *name);

struct binds { const struct param *at; size_t n; };
#define BIND(...) ((struct binds){ (const struct param[]){ __VA_ARGS__ }, \
    sizeof((const struct param[]){ __VA_ARGS__ }) / sizeof(struct param) })
#define NO_BINDS ((struct binds){ NULL, 0 })

#endif
