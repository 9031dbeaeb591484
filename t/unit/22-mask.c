/* 22-mask.c — personal data is masked as data.md §14 and automation.md §3.8 show. */
#include "audit/mask.h"

#include "tap.h"

static const struct { const char *type, *text, *masked; } CASES[] = {
    { "email", "john.doe@example.com", "j***@example.com" },
    { "email", "a@b@c.com", "a***@b@c.com" },
    { "email", "abc", "abc" },
    { "email", "@example.com", "@example.com" },
    { "email", "é@x.org", "é***@x.org" },
    { "ssn", "123-45-6789", "***-**-****" },
    { "ssn", "123456789", "***-**-****" },
    { "ssn", "1234", "****" },
    { "ssn", "no 12", "no **" },
    { "ssn", "٣٤", "**" },
    { "phone", "+1-555-123-4567", "+1-***-***-4567" },
    { "phone", "+15551234567", "+155-***-***-4567" },
    { "phone", "555-123-4567", "***-***-4567" },
    { "phone", "123", "***" },
    { "phone", "+ 5551234", "***-***-1234" },
    { "phone", "none", "none" },
    { "name", "John Doe", "J*** D***" },
    { "name", "O'Brien", "O***" },
    { "name", "  Ana\t  Luz ", "A*** L***" },
    { "name", "李 明", "李*** 明***" },
    { "full", "secret", "******" },
    { "full", "añb", "***" },
    { "custom", "secret", "******" },
    { NULL, "secret", "******" },
    { "unheard", "secret", "secret" },
    { "full", "", "" },
};

static const struct { const char *column, *text, *masked; } COLUMNS[] = {
    { "email", "john.doe@example.com", "j***@example.com" },
    { "user_email", "ann@x.co", "a***@x.co" },
    { "Backup_EMAIL", "ann@x.co", "a***@x.co" },
    { "email_name", "ann@x.co", "a***@x.co" },
    { "email_phone", "ann@x.co", "a***@x.co" },
    { "ssn", "123-45-6789", "***-**-****" },
    { "ssn_old", "12-34", "**-**" },
    { "social_security_number", "123456789", "***-**-****" },
    { "ssn_name", "123456789", "***-**-****" },
    { "phone", "+49 171 5551234", "+49-***-***-1234" },
    { "phone", "+15551234567", "+155-***-***-4567" },
    { "mobile_phone", "555-123-4567", "***-***-4567" },
    { "mobile", "5551234", "***-***-1234" },
    { "phone", "123", "***" },
    { "phone_name", "5551234", "***-***-1234" },
    { "name", "John Doe", "J*** D***" },
    { "first_name", "Ann", "A***" },
    { "FileName", "report", "r***" },
    { "usernames", "ann", "a***" },
    { "username", "ann", "ann" },
    { "UserName", "ann", "ann" },
    { "title", "John Doe", "John Doe" },
    { "e-mail", "ann@x.co", "ann@x.co" },
    { "", "ann", "ann" },
    { "name", "", "" },
};

int main(void)
{
    struct arena *mem = arena_new(0, NULL, NULL);

    plan((int)COUNT(CASES) + (int)COUNT(COLUMNS) + 6);
    for (size_t i = 0; i < COUNT(COLUMNS); i++)
        is_text(mask_column(mem, str_of(COLUMNS[i].column), str_of(COLUMNS[i].text)),
                COLUMNS[i].masked, COLUMNS[i].column);
    ok(str_absent(mask_column(mem, S("name"), NO_STR)), "a NULL stays one in the trail");
    for (size_t i = 0; i < COUNT(CASES); i++)
        is_text(mask_value(mem, str_of(CASES[i].type), str_of(CASES[i].text)), CASES[i].masked,
                CASES[i].text);
    ok(str_absent(mask_value(mem, S("full"), NO_STR)), "an absent text stays absent");
    ok(mask_is_type(S("ssn")), "ssn is a mask");
    ok(!mask_is_type(S("SSN")) && !mask_is_type(S("")), "masks are named in lower case");
    is_text(mask_types(mem), "email, ssn, phone, name, full, custom", "all masks by name");
    struct str big = { arena_array(mem, 100000, 1), 100000 };
    ok(mask_value(mem, S("full"), big).n == 100000, "a long text is masked to its end");
    arena_free(mem);
    return done();
}
