/* p.c — values on their way into a statement. */
#include "db/p.h"

struct param p_text(const char *name, struct str s)
{
    return (struct param){ .name = name, .type = P_TEXT, .text = s };
}

struct param p_int(const char *name, int64_t n)
{
    return (struct param){ .name = name, .type = P_INT, .number = n };
}

struct param p_real(const char *name, double n)
{
    return (struct param){ .name = name, .type = P_REAL, .real = n };
}

struct param p_bool(const char *name, bool yes)
{
    return (struct param){ .name = name, .type = P_BOOL, .number = yes };
}

struct param p_time(const char *name, int64_t us)
{
    return (struct param){ .name = name, .type = P_TIME, .number = us };
}

struct param p_blob(const char *name, struct str bytes)
{
    return (struct param){ .name = name, .type = P_BLOB, .text = bytes };
}

struct param p_null(const char *name)
{
    return (struct param){ .name = name, .type = P_NULL };
}
