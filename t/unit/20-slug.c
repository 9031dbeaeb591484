/* 20-slug.c — names fold to slugs as the contract shows; what people choose is checked. */
#include "tap.h"

#include "identity/slug.h"

static void made(const char *name, const char *slug, const char *what)
{
    is_text(slug_from(tap_mem(), str_of(name)), slug, what);
}

static void plain(const char *name, const char *slug, const char *what)
{
    is_text(slug_plain(tap_mem(), str_of(name)), slug, what);
}

static const char *checked(const char *slug)
{
    struct cx cx = { .mem = tap_mem() };
    slug_check(&cx, str_of(slug));
    return cx.err.item_count == 0 ? "" : cx.err.item_count > 1 ? "two" : cx.err.items[0].code.p;
}

int main(void)
{
    plan(33);
    made("123 Numbers First", "numbers-first", "leading digits go");
    made("Acme", "acme", "letters are lowered");
    made("  Acme -- & Sons  ", "acme-sons", "runs of others become one hyphen");
    made("Caf\xc3\xa9 Z\xc3\xbcrich", "cafe-zurich", "accents fold to their letters");
    made("Cafe\xcc\x81", "cafe", "a combining accent is dropped, not a break");
    made("Stra\xc3\x9f" "e", "strae", "what has no ASCII letter is dropped");
    made("\xe6\x9d\xb1\xe4\xba\xac", "account", "nothing left gives the fallback");
    made("ab", "account", "too short gives the fallback");
    made("\xef\xbc\xa1\xef\xbd\x82\xef\xbd\x83", "abc", "full-width letters fold");
    made("\xc4\xb2sland", "ijsland", "a letter can fold to two");
    made("\xe1\xbb\x87\xe1\xba\xbf" "a", "eea", "two accents at once");
    made("a\xff" "bc", "account", "bad UTF-8 ends the name");
    made("abcdefghij abcdefghij abcdefghi-jkl", "abcdefghij-abcdefghij-abcdefghi",
         "cut to 32, and no hyphen at the end");
    made("", "account", "an empty name");
    made("9-9-9 x y z", "x-y-z", "digits and hyphens in front go together");
    plain("123 Numbers First", "123-numbers-first", "a superadmin's account may begin with digits");
    plain("  Acme -- & Sons  ", "acme-sons", "runs of others become one hyphen");
    plain("Caf\xc3\xa9 Z\xc3\xbcrich", "caf-z-rich", "letters outside ASCII are others");
    plain("X", "account-x", "too short is made longer");
    plain("--", "account", "nothing left");
    plain("abcdefghij abcdefghij abcdefghi-jkl", "abcdefghij-abcdefghij-abcdefghi", "cut to 32");
    is_text(slug_numbered(tap_mem(), S("acme"), 1), "acme-1", "the next of that name");
    is_text(slug_numbered(tap_mem(), S("abcdefghijabcdefghijabcdefghijab"), 10),
            "abcdefghijabcdefghijabcdefghi-10", "shortened to fit");
    is_text(slug_numbered(tap_mem(), S("abcdefghijabcdefghijabcdefghi-ab"), 1),
            "abcdefghijabcdefghijabcdefghi-1", "without a double hyphen");
    is_int(slug_numbered(tap_mem(), S("abcdefghijabcdefghijabcdefghijab"), 12345).n, 32, "always");
    is_text(slug_plain(tap_mem(), S("AB-")), "account-ab", "hyphens do not count");
    is_text(str_of(checked("acme-2")), "", "a good slug");
    is_text(str_of(checked("2acme")), "slug_invalid_start", "a digit in front");
    is_text(str_of(checked("-acme")), "slug_invalid_start", "a hyphen in front");
    is_text(str_of(checked("ac_me")), "slug_invalid_chars", "an underscore");
    is_text(str_of(checked("ac me")), "slug_invalid_chars", "a space");
    is_text(str_of(checked("_ac")), "two", "both faults are told");
    is_text(str_of(checked("acm\xc3\xa9")), "slug_invalid_chars", "a letter outside ASCII");
    return done();
}
