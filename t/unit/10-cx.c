/* 10-cx.c — questions about the caller. */
#include "tap.h"

#include "base/cx.h"

int main(void)
{
    static const struct str groups[] = { S_INIT("staff"), S_INIT("pii_access") };
    struct actor who = { .groups = groups, .group_count = COUNT(groups) };
    struct cx cx = { .who = &who };
    plan(3);
    ok(cx_in_group(&cx, S("pii_access")) && cx_in_group(&cx, S("staff")), "a group of the caller");
    ok(!cx_in_group(&cx, S("PII_access")) && !cx_in_group(&cx, S("")) && !cx_in_group(&cx, NO_STR),
       "no other, however much alike");
    cx.who = NULL;
    ok(!cx_in_group(&cx, S("staff")), "nobody is in none");
    return done();
}
