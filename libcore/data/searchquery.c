/* searchquery.c — reads what somebody types to find records. */
#include "data/searchquery.h"

#include "base/utf8.h"
#include "data/searchword.h"

/* Also those that keyboards of telephones make of them. */
static bool is_quote(uint32_t point)
{
    return point == '"' || (point >= 0x201C && point <= 0x201F);
}

static bool is_end(uint32_t point, bool is_quoted)
{
    return is_quote(point) || (!is_quoted && utf8_is_space(point));
}

/* Moves *rest behind the next character; a byte that is no UTF-8 counts as one. */
static uint32_t take(struct str *rest)
{
    uint32_t point = ' ';

    if (!utf8_next(rest, &point))
        *rest = str_sub(*rest, 1, rest->n);
    return point;
}

static bool starts_with_quote(struct str rest)
{
    uint32_t point;

    return utf8_next(&rest, &point) && is_quote(point);
}

/* Up to what ends the term, which is taken along when it is the quote behind a phrase. */
static struct str cut_term(struct str *rest, bool is_quoted)
{
    struct str start = *rest, before = *rest;

    while (rest->n > 0) {
        uint32_t point;
        before = *rest;
        point = take(rest);
        if (!is_end(point, is_quoted))
            continue;
        if (!is_quoted)
            *rest = before;
        return str_sub(start, 0, start.n - before.n);
    }
    return start;
}

static void read_words(struct arena *mem, struct str text, struct fulltext_term *out)
{
    struct searchword from = searchword_open(text);
    struct str *words = NULL, word;

    for (out->n = 0; searchword_next(&from, &word); out->n++) {
        words = arena_more(mem, words, out->n, sizeof *words);
        words[out->n] = str_copy(mem, word);
    }
    out->words = words;
}

/* The next term of the text; one without a word has n 0. */
static void read_term(struct arena *mem, struct str *rest, struct fulltext_term *out)
{
    bool is_quoted;
    struct str text;

    *out = (struct fulltext_term){ .is_excluded = rest->p[0] == '-' };
    if (out->is_excluded)
        *rest = str_sub(*rest, 1, rest->n);
    is_quoted = starts_with_quote(*rest);
    if (is_quoted)
        take(rest);
    text = cut_term(rest, is_quoted);
    out->is_prefix = str_ends(is_quoted ? str_sub(*rest, 0, 1) : text, S("*"));
    read_words(mem, text, out);
}

static bool skip_space(struct str *rest)
{
    struct str after = *rest;

    while (rest->n > 0 && utf8_is_space(take(&after)))
        *rest = after;
    return rest->n > 0;
}

bool searchquery_read(struct arena *mem, struct str text, struct searchquery *out,
                      const char **fault)
{
    struct fulltext_term term;
    size_t wanted = 0;

    *out = (struct searchquery){ .n = 0 };
    if (!skip_space(&text))
        return true;
    *fault = "The text to search for must be at most 200 characters long";
    if (utf8_count(text) > SEARCHQUERY_CHARACTERS)
        return false;
    for (*fault = "At most 16 terms can be searched for at once"; skip_space(&text);) {
        read_term(mem, &text, &term);
        if (term.n == 0)
            continue;
        if (out->n == FULLTEXT_TERMS)
            return false;
        out->terms[out->n++] = term;
        wanted += !term.is_excluded;
    }
    *fault = "A search needs at least one word to look for";
    return wanted > 0;
}
