/* searchword.c — cuts a text into words. */
#include "data/searchword.h"

#include "base/utf8.h"
#include "data/searchfold.h"

enum { LONGEST_CHARACTER = 4 };

struct searchword searchword_open(struct str text)
{
    return (struct searchword){ .rest = text };
}

/* A byte that is no UTF-8 stands between words. */
static bool next_point(struct str *rest, uint32_t *point)
{
    if (rest->n == 0)
        return false;
    if (!utf8_next(rest, point)) {
        *rest = str_sub(*rest, 1, rest->n);
        *point = ' ';
    }
    return true;
}

/* Korean may come in the parts of its syllables: two of them as one; 0: they are none. */
static uint32_t compose(uint32_t first, uint32_t second)
{
    enum { LEAD = 0x1100, VOWEL = 0x1161, TAIL = 0x11A7, SYLLABLE = 0xAC00,
           LEADS = 19, VOWELS = 21, TAILS = 28, SYLLABLES = LEADS * VOWELS * TAILS };

    if (first >= LEAD && first < LEAD + LEADS && second >= VOWEL && second < VOWEL + VOWELS)
        return SYLLABLE + ((first - LEAD) * VOWELS + (second - VOWEL)) * TAILS;
    if (first >= SYLLABLE && first < SYLLABLE + SYLLABLES && (first - SYLLABLE) % TAILS == 0
        && second > TAIL && second < TAIL + TAILS)
        return first + (second - TAIL);
    return 0;
}

/* All parts and syllables are three bytes long. */
static uint32_t last_of_three(const struct buf *word)
{
    struct str last = str_sub(buf_text(word), word->n < 3 ? 0 : word->n - 3, 3);
    uint32_t point;

    return utf8_next(&last, &point) && last.n == 0 ? point : 0;
}

/* What does not fit is left out. */
static void put(struct buf *word, const uint32_t *points, size_t n)
{
    for (size_t i = 0; i < n && word->n + LONGEST_CHARACTER <= word->max; i++) {
        uint32_t composed = points[i] < 0x1100 ? 0 : compose(last_of_three(word), points[i]);
        if (composed != 0)
            buf_cut(word, word->n - 3);
        utf8_put(word, composed != 0 ? composed : points[i]);
    }
}

bool searchword_next(struct searchword *from, struct str *out)
{
    struct buf word = { .p = from->bytes, .room = sizeof from->bytes, .max = sizeof from->bytes };
    uint32_t point, folded[2];
    size_t n;

    if (from->waiting != 0)
        put(&word, &from->waiting, 1);
    while (from->waiting == 0 && next_point(&from->rest, &point)) {
        enum searchfold kind = searchfold_of(point, folded, &n);
        if (kind == FOLD_NOTHING)
            continue;
        if (kind == FOLD_ALONE && word.n > 0) {
            from->waiting = folded[0];
            *out = buf_text(&word);
            return true;
        }
        if (kind != FOLD_BREAK)
            put(&word, folded, n);
        if (kind != FOLD_LETTER && word.n > 0)
            break;
    }
    from->waiting = 0;
    *out = buf_text(&word);
    return word.n > 0;
}
