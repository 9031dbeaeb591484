/* filter.c — reads filters and writes the condition they are part of. */
#include "data/filter.h"

#include "data/relations.h"

bool filter_read(struct cx *cx, struct str text, const struct rule_names *names, struct rule **out)
{
    const struct rule_relations relations = relations_seen(cx);
    struct rule_names all = *names;
    struct rule_fault fault;

    *out = NULL;
    all.relations = &relations;
    return str_trim(text).n == 0
        || rule_read(cx->mem, text, RULE_FILTER, &all, out, &fault)
        || fail(cx, E_INVALID, "Invalid filter expression", "%.*s", STR_ARG(fault.message));
}

bool filter_and(struct qb *q, const struct rule *filter)
{
    switch (rule_fold(q->cx, filter, NULL)) {
    case RULE_ALWAYS:
        return true;
    case RULE_NEVER:
        qb_lit(q, SQL_OF(" AND 1 = 0"));
        return true;
    case RULE_DEPENDS:
        break;
    }
    qb_lit(q, SQL_OF(" AND "));
    return rule_sql(q, filter, NULL);
}

bool filter_where(struct qb *q, const struct access *access, const struct rule *filter)
{
    access_where_tenant(q, access);
    TRY(access_and_grants(q, access));
    return filter == NULL || filter_and(q, filter);
}
