/* policy.c — counts what a password has. */
#include "identity/policy.h"

#include <string.h>

#include "base/utf8.h"

enum { PASSWORD_LEAST = 12 };
static const char SPECIAL[] = "!@#$%^&*()_+-=[]{};':\"\\|,.<>/?`~";

static bool has_between(struct str s, char from, char to)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= from && s.p[i] <= to)
            return true;
    return false;
}

static bool has_special(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (memchr(SPECIAL, s.p[i], sizeof SPECIAL - 1) != NULL)
            return true;
    return false;
}

void policy_check(struct cx *cx, struct str password)
{
    struct str field = S("password");
    if (utf8_count(password) < PASSWORD_LEAST)
        fail_add_item(cx, field, S("password_too_short"),
                      "Password must be at least %d characters", PASSWORD_LEAST);
    if (!has_between(password, 'A', 'Z'))
        fail_add_item(cx, field, S("password_no_uppercase"),
                      "Password must contain at least one uppercase letter");
    if (!has_between(password, 'a', 'z'))
        fail_add_item(cx, field, S("password_no_lowercase"),
                      "Password must contain at least one lowercase letter");
    if (!has_between(password, '0', '9'))
        fail_add_item(cx, field, S("password_no_digit"),
                      "Password must contain at least one digit");
    if (!has_special(password))
        fail_add_item(cx, field, S("password_no_special"),
                      "Password must contain at least one special character");
}
