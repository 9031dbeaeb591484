/* rulenames.h — a collection with a field of every type, to test and fuzz rules with. */
#ifndef RULENAMES_H
#define RULENAMES_H

#include "rules/rule.h"

static const struct rule_name RULENAMES_AT[] = {
    { S_INIT("id"), S_INIT("id"), R_TEXT, false, false, false },
    { S_INIT("account_id"), S_INIT("account_id"), R_TEXT, false, false, false },
    { S_INIT("created_at"), S_INIT("created_at"), R_DATETIME, false, false, false },
    { S_INIT("created_by"), S_INIT("created_by"), R_TEXT, false, false, false },
    { S_INIT("title"), S_INIT("title"), R_TEXT, false, false, false },
    { S_INIT("status"), S_INIT("status"), R_TEXT, false, false, false },
    { S_INIT("price"), S_INIT("price"), R_NUMBER, false, false, false },
    { S_INIT("quantity"), S_INIT("quantity"), R_NUMBER, false, false, false },
    { S_INIT("is_done"), S_INIT("is_done"), R_BOOLEAN, false, false, false },
    { S_INIT("public"), S_INIT("public"), R_BOOLEAN, false, false, false },
    { S_INIT("due"), S_INIT("due"), R_DATETIME, false, false, false },
    { S_INIT("day"), S_INIT("day"), R_DATE, false, false, false },
    { S_INIT("owner"), S_INIT("owner"), R_REFERENCE, false, false, false },
    { S_INIT("meta"), S_INIT("meta"), R_JSON, false, false, false },
    { S_INIT("user"), S_INIT("user"), R_TEXT, false, false, false },
    { S_INIT("like"), S_INIT("like"), R_TEXT, false, false, false },
    { S_INIT("salary"), S_INIT("salary"), R_NUMBER, true, false, false },
    { S_INIT("token"), S_INIT("token"), R_TEXT, false, true, false },
};
static const struct rule_names RULENAMES = { .at = RULENAMES_AT, .n = COUNT(RULENAMES_AT) };

static inline bool rulenames_may(void *state UNUSED, struct str operation, struct str collection)
{
    return str_eq(operation, S("delete")) && str_eq(collection, S("posts"));
}

#endif
