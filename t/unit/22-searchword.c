/* 22-searchword.c — how a text falls into words, and what is read of what somebody types. */
#include "tap.h"

#include "data/searchquery.h"
#include "data/searchword.h"

/* The words with a bar after each. */
static struct str words(struct str text)
{
    struct buf out = tap_buf(4000);
    struct searchword from = searchword_open(text);
    struct str word;

    while (searchword_next(&from, &word)) {
        buf_str(&out, word);
        buf_c(&out, '|');
    }
    return buf_text(&out);
}

static void test_words(void)
{
    static const struct { const char *text, *words, *name; } CASES[] = {
        { "", "", "none" },
        { " \t\n...!?", "", "nothing between spaces" },
        { "One two-three,four", "one|two|three|four|", "letters, whatever parts them" },
        { "a1 2b 3.14 x_y", "a1|2b|3|14|x|y|", "digits belong to words" },
        { "Straße ÄÖÜ áéîõŷ ñ ç Ł đ Þ ð", "strasse|aou|aeioy|n|c|l|d|th|d|", "Latin letters lose marks" },
        { "Ærø œuvre ĳ ﬁ", "aero|oeuvre|ij|ﬁ|", "ligatures become two letters" },
        { "Z\xcc\x8c" "a e\xcc\x81t\xc3\xa9", "za|ete|", "marks that stand alone too" },
        { "İstanbul ISI ısı", "istanbul|isi|isi|", "i with a dot and without" },
        { "Đường Tiếng Việt", "duong|tieng|viet|", "two marks on one letter" },
        { "ΑΘΉΝΑ Αθήνας ΆΈΉΊΌΎΏ", "αθηνα|αθηνασ|αεηιουω|", "Greek, and its last sigma" },
        { "Ёлка ЙОД Їжак Ґ Ѝ", "елка|иод|іжак|ґ|и|", "Cyrillic" },
        { "ԲԱՐԵՎ", "բարեվ|", "Armenian" },
        { "東京都はABCだ", "東|京|都|は|abc|だ|", "Han and Kana one by one, between others" },
        { "カタカナ、ー々〆。", "カ|タ|カ|ナ|ー|々|〆|", "but not their punctuation" },
        { "ไทย", "ไ|ท|ย|", "Thai" },
        { "한국어 검색", "한국어|검색|", "Korean has spaces" },
        { "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab\xe1\x84\x80\xe1\x85\xae\xe1\x86\xa8", "한국|",
          "even in its parts" },
        { "ＦＵＬＬ９ ｗ", "full9|w|", "wide letters are letters" },
        { "soft\xc2\xadhyphen zero\xe2\x80\x8cwidth", "softhyphen|zerowidth|", "what cannot be seen" },
        { "שָׁלוֹם كِتَاب", "שלום|كتاب|", "points of Hebrew, marks of Arabic" },
        { "हिन्दी", "हिन्दी|", "signs that are letters" },
        { "€5 №7 ½ x² ™ → 😀 a😀b", "5|7|x|a|b|", "symbols are none" },
        { "\xff\xfe" "a\xc3" "b\xed\xa0\x80" "c", "a|b|c|", "bytes that are no UTF-8 part words" },
    };

    for (size_t i = 0; i < COUNT(CASES); i++)
        is_text(words(str_of(CASES[i].text)), CASES[i].words, CASES[i].name);
}

static void test_long(void)
{
    struct buf ascii = tap_buf(400), wide = tap_buf(400);
    struct str cut;

    for (int i = 0; i < 100; i++)
        buf_c(&ascii, 'x');
    for (int i = 0; i < 30; i++)
        buf_str(&wide, S("ж"));
    cut = words(buf_text(&ascii));
    ok(cut.n - 1 <= SEARCHWORD_BYTES && cut.n > 60, "a long word is cut");
    cut = words(buf_text(&wide));
    is_int((int64_t)cut.n - 1, 60, "one of 30 Cyrillic letters is not");
    buf_str(&wide, buf_text(&wide));
    cut = words(buf_text(&wide));
    ok(cut.n - 1 <= SEARCHWORD_BYTES && (cut.n - 1) % 2 == 0, "and cut between letters");
}

/* The terms: - excluded, * prefix, words joined by +; or the fault. */
static struct str terms(struct str text)
{
    struct buf out = tap_buf(4000);
    struct searchquery query;
    const char *fault = NULL;

    if (!searchquery_read(tap_mem(), text, &query, &fault))
        return str_of(fault);
    for (size_t i = 0; i < query.n; i++) {
        const struct fulltext_term *term = &query.terms[i];
        buf_str(&out, i > 0 ? S(" ") : S(""));
        buf_str(&out, term->is_excluded ? S("-") : S(""));
        for (size_t w = 0; w < term->n; w++)
            buf_fmt(&out, "%s%.*s", w > 0 ? "+" : "", STR_ARG(term->words[w]));
        buf_str(&out, term->is_prefix ? S("*") : S(""));
    }
    return buf_text(&out);
}

#define NOTHING "A search needs at least one word to look for"

static void test_queries(void)
{
    static const struct { const char *text, *terms, *name; } CASES[] = {
        { "", "", "nothing" }, { "   \t\xe3\x80\x80 ", "", "spaces" },
        { "one", "one", "a word" }, { " One  TWO ", "one two", "two" },
        { "one -two", "one -two", "without one" }, { "-two one", "-two one", "in any order" },
        { "on*", "on*", "a beginning" }, { "-on* two", "-on* two", "without a beginning" },
        { "\"one two\"", "one+two", "a phrase" }, { "\"one two", "one+two", "that does not end" },
        { "\"one two\"* three", "one+two* three", "whose last word is a beginning" },
        { "-\"one two\" three", "-one+two three", "without a phrase" },
        { "\"one\"\"two\"three", "one two three", "quotes part terms" },
        { "one\"two three\"four", "one two+three four", "on both sides" },
        { "e-mail x.y*", "e+mail x+y*", "what falls into words is a phrase" },
        { "“one two” „three“", "one+two three", "quotes of typographers" },
        { "東京 -大阪", "東+京 -大+阪", "characters that are words" },
        { "* one ** - -- \"\" \"-\"", "one", "what has no word is left out" },
        { "one OR (two) AND NOT col:three ^four {five}:six NEAR(seven)",
          "one or two and not col+three four five+six near+seven", "no operators but these" },
        { "one'two\\three|four&five!six<->seven;--", "one+two+three+four+five+six+seven",
          "nor those of others" },
        { "-one", NOTHING, "only without" }, { "\"", NOTHING, "a quote" },
        { "...", NOTHING, "no word" }, { "-", NOTHING, "a sign" }, { "\xff\xff", "", "bytes that are no text" },
        { "a b c d e f g h i j k l m n o -p", "a b c d e f g h i j k l m n o -p", "sixteen" },
        { "a b c d e f g h i j k l m n o p q", "At most 16 terms can be searched for at once",
          "and no more" },
    };
    struct buf longest = tap_buf(1000);

    for (size_t i = 0; i < COUNT(CASES); i++)
        is_text(terms(str_of(CASES[i].text)), CASES[i].terms, CASES[i].name);
    for (int i = 0; i < 200; i++)
        buf_str(&longest, S("ж"));
    ok(!str_starts(terms(buf_text(&longest)), S("The")), "two hundred characters are fine");
    buf_c(&longest, 'x');
    is_text(terms(buf_text(&longest)), "The text to search for must be at most 200 characters long",
            "one more is not");
}

int main(void)
{
    plan(55);
    test_words();
    test_long();
    test_queries();
    return done();
}
