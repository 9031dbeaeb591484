/* slug.c — folds a name to a–z, 0–9 and hyphens, and checks what others chose. */
#include "identity/slug.h"

#include "base/utf8.h"

/*
 * The letter that Unicode's compatibility decomposition leaves when everything outside ASCII is
 * dropped, lower case; ~ where nothing is left (or more than one letter, below).
 */
static const struct { uint32_t first; struct str letters; } FOLDED[] = {
    { 0xa0, S_INIT(
      " ~~~~~~~ ~a~~~~ ~~23 ~~~ 1o~~~~~aaaaaa~ceeeeiiii~nooooo~~uuuuy~~aaaaaa~ceeeeiiii~nooooo~~uuu"
      "uy~yaaaaaaccccccccdd~~eeeeeeeeeegggggggghh~~iiiiiiiii~~~jjkk~llllllll~~nnnnnnn~~oooooo~~rrrr"
      "rrsssssssstttt~~uuuuuuuuuuuuwwyyyzzzzzzs~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~oo~~~~~~~~~~~~~uu~~~"
      "~~~~~~~~~~~~~~~~~~~~~~~~~aaiioouuuuuuuuuu~aaaa~~~~ggkkoooo~~j~~~gg~~nnaa~~~~aaaaeeeeiiiioooo"
      "rrrruuuusstt~~hh~~~~~~aaeeooooooooyy~~~~~~~~~~~~~~~~~~~~~~~~~~~~") },
    { 0x1e00, S_INIT(
      "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooooooopppprrrr"
      "rrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyas~~~~aaaaaaaaaaaaaaaaaaaaaaaa"
      "eeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy~~~~~~") },
};
static const struct { uint32_t first, last; const char *letters; } FOLDED_LONG[] = {
    { 0xbc, 0xbc, "14" }, { 0xbd, 0xbd, "12" }, { 0xbe, 0xbe, "34" }, { 0x132, 0x133, "ij" },
    { 0x1c4, 0x1c6, "dz" }, { 0x1c7, 0x1c9, "lj" }, { 0x1ca, 0x1cc, "nj" }, { 0x1f1, 0x1f3, "dz" },
};

static void fold(struct buf *out, uint32_t point)
{
    if (point >= 0xff01 && point <= 0xff5e)     /* full-width forms */
        point -= 0xff01 - '!';
    if (point == 0x3000 || (point >= 0x2000 && point <= 0x200a))
        point = ' ';
    if (point < 0x80) {
        buf_c(out, (char)(point >= 'A' && point <= 'Z' ? point | 0x20 : point));
        return;
    }
    for (size_t i = 0; i < COUNT(FOLDED); i++) {
        uint32_t first = FOLDED[i].first;
        if (point >= first && point - first < FOLDED[i].letters.n
            && FOLDED[i].letters.p[point - first] != '~')
            buf_c(out, FOLDED[i].letters.p[point - first]);
    }
    for (size_t i = 0; i < COUNT(FOLDED_LONG); i++)
        if (point >= FOLDED_LONG[i].first && point <= FOLDED_LONG[i].last)
            buf_str(out, str_of(FOLDED_LONG[i].letters));
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct str without_hyphens(struct str s)
{
    while (s.n > 0 && s.p[0] == '-')
        s = str_sub(s, 1, s.n);
    while (s.n > 0 && s.p[s.n - 1] == '-')
        s.n--;
    return s;
}

struct str slug_from(struct arena *mem, struct str name)
{
    struct buf folded, out;
    uint32_t point;
    buf_init(&folded, mem, 2 * name.n + 8);
    buf_init(&out, mem, 2 * name.n + 8);
    while (utf8_next(&name, &point))
        fold(&folded, point);
    for (size_t i = 0; i < folded.n; i++) {
        char c = folded.p[i];
        if (is_letter(c) || is_digit(c))
            buf_c(&out, c);
        else if (out.n > 0 && out.p[out.n - 1] != '-')
            buf_c(&out, '-');
    }
    struct str slug = without_hyphens(buf_text(&out));
    while (slug.n > 0 && !is_letter(slug.p[0]))
        slug = str_sub(slug, 1, slug.n);
    slug = without_hyphens(str_sub(slug, 0, SLUG_MOST));
    return slug.n < SLUG_LEAST ? S("account") : slug;
}

struct str slug_plain(struct arena *mem, struct str name)
{
    struct str lowered = str_lower(mem, name), slug;
    struct buf out;
    buf_init(&out, mem, name.n + 1);
    for (size_t i = 0; i < lowered.n; i++) {
        char c = lowered.p[i];
        if (is_letter(c) || is_digit(c))
            buf_c(&out, c);
        else if (out.n > 0 && out.p[out.n - 1] != '-')
            buf_c(&out, '-');
    }
    slug = without_hyphens(buf_text(&out));
    if (slug.n < SLUG_LEAST)
        slug = without_hyphens(str_fmt(mem, "account-%.*s", STR_ARG(slug)));
    return without_hyphens(str_sub(slug, 0, SLUG_MOST));
}

struct str slug_numbered(struct arena *mem, struct str slug, int n)
{
    struct str end = str_fmt(mem, "-%d", n);
    return str_fmt(mem, "%.*s%.*s",
                   STR_ARG(without_hyphens(str_sub(slug, 0, SLUG_MOST - end.n))), STR_ARG(end));
}

bool slug_is(struct str slug)
{
    for (size_t i = 0; i < slug.n; i++)
        if (!is_letter(slug.p[i]) && !is_digit(slug.p[i]) && slug.p[i] != '-')
            return false;
    return slug.n >= SLUG_LEAST && slug.n <= SLUG_MOST;
}

void slug_check(struct cx *cx, struct str slug)
{
    struct str field = S("account_slug");
    if (slug.n == 0 || !is_letter(slug.p[0])) {
        fail_add_item(cx, field, S("slug_invalid_start"), "Slug must start with a letter");
    }
    for (size_t i = 0; i < slug.n; i++) {
        if (is_letter(slug.p[i]) || is_digit(slug.p[i]) || slug.p[i] == '-')
            continue;
        fail_add_item(cx, field, S("slug_invalid_chars"),
                      "Slug must contain only lowercase letters, numbers, and hyphens");
        return;
    }
}
