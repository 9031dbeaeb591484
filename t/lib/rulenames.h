/* rulenames.h — a collection with a field of every type, to test and fuzz rules with. */
#ifndef RULENAMES_H
#define RULENAMES_H

#include "rules/rule.h"

static const struct rule_name RULENAMES_AT[] = {
    { .name = S_INIT("id"), .column = S_INIT("id"), .type = R_TEXT },
    { .name = S_INIT("account_id"), .column = S_INIT("account_id"), .type = R_TEXT },
    { .name = S_INIT("created_at"), .column = S_INIT("created_at"), .type = R_DATETIME },
    { .name = S_INIT("created_by"), .column = S_INIT("created_by"), .type = R_TEXT },
    { .name = S_INIT("title"), .column = S_INIT("title"), .type = R_TEXT },
    { .name = S_INIT("status"), .column = S_INIT("status"), .type = R_TEXT },
    { .name = S_INIT("price"), .column = S_INIT("price"), .type = R_NUMBER },
    { .name = S_INIT("quantity"), .column = S_INIT("quantity"), .type = R_NUMBER },
    { .name = S_INIT("is_done"), .column = S_INIT("is_done"), .type = R_BOOLEAN },
    { .name = S_INIT("public"), .column = S_INIT("public"), .type = R_BOOLEAN },
    { .name = S_INIT("due"), .column = S_INIT("due"), .type = R_DATETIME },
    { .name = S_INIT("day"), .column = S_INIT("day"), .type = R_DATE },
    { .name = S_INIT("owner"), .column = S_INIT("owner"), .type = R_REFERENCE },
    { .name = S_INIT("meta"), .column = S_INIT("meta"), .type = R_JSON },
    { .name = S_INIT("user"), .column = S_INIT("user"), .type = R_TEXT },
    { .name = S_INIT("like"), .column = S_INIT("like"), .type = R_TEXT },
    { .name = S_INIT("salary"), .column = S_INIT("salary"), .type = R_NUMBER, .hidden = true },
    { .name = S_INIT("token"), .column = S_INIT("token"), .type = R_TEXT, .refused = "is encrypted" },
};
static const struct rule_names RULENAMES = { .at = RULENAMES_AT, .n = COUNT(RULENAMES_AT) };

static inline bool rulenames_may(void *state UNUSED, struct str operation, struct str collection)
{
    return str_eq(operation, S("delete")) && str_eq(collection, S("posts"));
}

#endif
