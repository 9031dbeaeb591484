/* 20-policy.c — every rule of a password that fails is told, in order. */
#include "tap.h"

#include "identity/policy.h"

static const char *faults(const char *password)
{
    struct cx cx = { .mem = tap_mem() };
    struct buf all;
    buf_init(&all, cx.mem, 400);
    policy_check(&cx, str_of(password));
    for (size_t i = 0; i < cx.err.item_count; i++) {
        buf_str(&all, i > 0 ? S(" ") : S(""));
        buf_str(&all, str_sub(cx.err.items[i].code, 9, 99));
    }
    return str_c(cx.mem, buf_text(&all));
}

int main(void)
{
    static const char SPECIAL[] = "!@#$%^&*()_+-=[]{};':\"\\|,.<>/?`~";
    struct cx cx = { .mem = tap_mem() };
    size_t good = 0;
    plan(11);
    is_text(str_of(faults("Abcdefghij1!")), "", "twelve characters of all kinds");
    is_text(str_of(faults("Abcdefghi1!")), "too_short", "eleven are too few");
    is_text(str_of(faults("")), "too_short no_uppercase no_lowercase no_digit no_special",
            "an empty one fails every rule, in order");
    is_text(str_of(faults("abcdefghijk1!")), "no_uppercase", "no capital");
    is_text(str_of(faults("ABCDEFGHIJK1!")), "no_lowercase", "no small letter");
    is_text(str_of(faults("Abcdefghijkl!")), "no_digit", "no digit");
    is_text(str_of(faults("Abcdefghijkl1 ")), "no_special", "a space is not special");
    is_text(str_of(faults("Ab1!\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9")),
            "too_short", "characters are counted, not bytes");
    is_text(str_of(faults("ab1!\xc3\x89\xc3\x89\xc3\x89\xc3\x89\xc3\x89\xc3\x89\xc3\x89\xc3\x89")),
            "no_uppercase", "only A to Z count as capitals");
    for (size_t i = 0; i < sizeof SPECIAL - 1; i++) {
        char password[] = "Abcdefghijk1 ";
        password[12] = SPECIAL[i];
        good += faults(password)[0] == '\0';
    }
    is_int(good, sizeof SPECIAL - 1, "each special character counts");
    policy_check(&cx, S("Abc"));
    is_text(cx.err.items[0].message, "Password must be at least 12 characters", "the wording");
    return done();
}
