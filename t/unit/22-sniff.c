/* 22-sniff.c — what bytes are, against what they are said to be. */
#include "files/sniff.h"
#include "tap.h"

static bool is(const char *type, struct str content, size_t each)
{
    struct sniff sniff;
    sniff_begin(&sniff, str_of(type));
    for (size_t i = 0; i < content.n; i += each)
        sniff_add(&sniff, str_sub(content, i, each));
    return sniff_end(&sniff);
}

#define PNG "\x89PNG\r\n\x1a\n"

int main(void)
{
    static const struct { const char *type; struct str content; bool is; } CASES[] = {
        { "image/png", S_INIT(PNG "..."), true }, { "image/png", S_INIT(PNG), true },
        { "image/png", S_INIT("\x89PNG\r\n\x1a"), false },
        { "image/png", S_INIT("GIF89a"), false }, { "image/gif", S_INIT("GIF89a;"), true },
        { "image/gif", S_INIT("GIF87a;"), true },
        { "image/gif", S_INIT("GIF88a;"), false }, { "image/jpeg", S_INIT("\xff\xd8\xff\xe0"), true },
        { "image/jpeg", S_INIT("\xff\xd8"), false },
        { "image/webp", S_INIT("RIFF1234WEBPVP8 "), true },
        { "image/webp", S_INIT("RIFF1234WAVEfmt "), false }, { "image/webp", S_INIT("RIFF"), false },
        { "application/pdf", S_INIT("%PDF-1.7"), true }, { "application/pdf", S_INIT(" %PDF-1.7"), false },
        { "text/plain", S_INIT("na\xc3\xafve"), true }, { "text/plain", S_INIT("na\xc3"), false },
        { "text/plain", S_INIT(""), true },
        { "text/plain", S_INIT(PNG), false }, { "application/json", S_INIT("{\"a\":[1,2]}"), true },
        { "application/json", S_INIT("{\"a\":[1,2}"), false },
        { "application/json", S_INIT("\"\xff\""), false }, { "application/json", S_INIT(""), false },
        { "video/mp4", S_INIT("anything"), true },
    };
    plan(2 * COUNT(CASES) + 8);
    for (size_t i = 0; i < COUNT(CASES); i++) {
        ok(is(CASES[i].type, CASES[i].content, 1) == CASES[i].is, CASES[i].type);
        ok(is(CASES[i].type, CASES[i].content, 100) == CASES[i].is, CASES[i].type);
    }
    is_text(sniff_extension(S("image/jpeg")), ".jpg", "a type has its extension");
    is_text(sniff_extension(S("image/svg+xml")), "", "or is not known");
    is_text(sniff_type_of(S("a/b.png")), "image/png", "an extension has its type");
    is_text(sniff_type_of(S("a/b.jpeg")), "image/jpeg", "however it is written");
    is_text(sniff_type_of(S("a/b.html")), NULL, "or is not known");
    ok(sniff_is_shown(S("image/webp")) && sniff_is_shown(S("application/pdf")), "images and PDF are shown");
    ok(!sniff_is_shown(S("text/plain")) && !sniff_is_shown(S("image/svg+xml")), "texts and drawings are not");
    ok(!sniff_is_shown(S("text/html")), "least of all pages");
    return done();
}
