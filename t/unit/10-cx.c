/* 10-cx.c — questions about the caller. */
#include "tap.h"

#include "base/cx.h"

int main(void)
{
    static const struct str groups[] = { S_INIT("staff"), S_INIT("pii_access") };
    struct actor who = { .groups = groups, .group_count = COUNT(groups),
                         .scopes = groups, .scope_count = 1 };
    struct cx cx = { .who = &who };
    plan(5);
    ok(cx_in_group(&cx, S("pii_access")) && cx_in_group(&cx, S("staff")), "a group of the caller");
    ok(!cx_in_group(&cx, S("PII_access")) && !cx_in_group(&cx, S("")) && !cx_in_group(&cx, NO_STR),
       "no other, however much alike");
    ok(cx_has_scope(&cx, S("staff")) && !cx_has_scope(&cx, S("pii_access")), "a scope of the caller");
    cx.who = NULL;
    ok(!cx_in_group(&cx, S("staff")), "nobody is in none");
    ok(!cx_has_scope(&cx, S("staff")), "and has none");
    return done();
}
