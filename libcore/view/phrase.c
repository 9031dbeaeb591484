/* phrase.c — keeps the catalogues of the languages and finds texts in them. */
#include "view/phrase.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/settings.h"
#include "base/utf8.h"
#include "view/tplfile.h"

#define PHRASE_MAX (64u << 10)
#define LANGUAGES_MAX 64
#define DEPTH_MOST 4
#define MESSAGE_MOST 4096      /* what is longer carries data: it stays as it is */
#define FOLDER "words"

struct line { struct str english, said; size_t at; };
struct catalogue {
    struct str code;
    bool is_read;
    struct line *lines; size_t n;               /* by their English text                          */
    size_t *patterns; size_t pattern_count;     /* those with %1                                  */
};
struct phrases { struct arena *mem; struct catalogue *list; size_t n; };     /* English first     */

/* ---- reading ---- */

static void complain(struct cx *cx, struct str code, const char *why)
{
    LOG(LOG_WARNING, "words_unusable", log_text("language", code), log_text("why", str_of(why)));
    fail_forget(cx);
}

static bool split(struct str text, struct line *out)
{
    for (size_t i = 1; i + 3 < text.n; i++) {
        if (memcmp(text.p + i, " = ", 3) != 0)
            continue;
        out->english = str_trim(str_sub(text, 0, i));
        out->said = str_trim(str_sub(text, i + 3, SIZE_MAX));
        return out->english.n > 0 && out->said.n > 0;
    }
    return false;
}

static void add_lines(struct cx *cx, struct phrases *p, struct catalogue *c, struct str text)
{
    struct str part;
    if (!utf8_valid(text, NULL)) {
        complain(cx, c->code, "it is not UTF-8");
        return;
    }
    while (str_cut(&text, '\n', &part)) {
        struct line line = { .at = c->n };
        part = str_trim(part);
        if (part.n == 0 || part.p[0] == '#')
            continue;
        if (!split(part, &line)) {
            complain(cx, c->code, str_fmt(cx->mem, "a line without \" = \": %.*s",
                                                   STR_ARG(str_sub(part, 0, 80))).p);
            continue;
        }
        c->lines = arena_more(p->mem, c->lines, c->n, sizeof *c->lines);
        c->lines[c->n++] = line;
    }
}

static void add_file(struct cx *cx, struct phrases *p, struct catalogue *c, struct str folder)
{
    struct str text, name = str_fmt(cx->mem, FOLDER "/%.*s.txt", STR_ARG(c->code));
    bool found;
    if (str_absent(folder))
        return;
    if (!tplfile_read_in(cx, p->mem, folder, name, &found, &text))
        complain(cx, c->code, cx->err.cause);
    else if (found)
        add_lines(cx, p, c, text);
}

static int by_english(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    int order = str_cmp(a->english, b->english);
    return order != 0 ? order : (a->at < b->at) - (a->at > b->at);
}

static bool is_place(struct str s, size_t i)
{
    return s.p[i] == '%' && i + 1 < s.n && s.p[i + 1] >= '1' && s.p[i + 1] <= '9';
}

static bool has_place(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_place(s, i))
            return true;
    return false;
}

/* In order, of the same text only the last one read: the operator's. */
static void arrange(struct phrases *p, struct catalogue *c)
{
    size_t kept = 0;
    if (c->n > 0)
        qsort(c->lines, c->n, sizeof *c->lines, by_english);
    for (size_t i = 0; i < c->n; i++)
        if (kept == 0 || !str_eq(c->lines[kept - 1].english, c->lines[i].english))
            c->lines[kept++] = c->lines[i];
    c->n = kept;
    for (size_t i = 0; i < kept; i++) {
        if (!has_place(c->lines[i].english))
            continue;
        c->patterns = arena_more(p->mem, c->patterns, c->pattern_count, sizeof *c->patterns);
        c->patterns[c->pattern_count++] = i;
    }
}

static const struct line *find_line(const struct catalogue *c, struct str english)
{
    size_t low = 0, high = c->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(english, c->lines[middle].english);
        if (order == 0)
            return &c->lines[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static bool is_code(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (i > 1 && s.p[i] == '-')))
            return false;
    return s.n >= 2 && s.n <= 16;
}

static struct catalogue *find_catalogue(struct phrases *p, struct str code)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_eq(p->list[i].code, code))
            return &p->list[i];
    return NULL;
}

static void add_language(struct phrases *p, struct str code)
{
    if (p->n == LANGUAGES_MAX || find_catalogue(p, code) != NULL)
        return;
    p->list = arena_more(p->mem, p->list, p->n, sizeof *p->list);
    size_t at = p->n++;
    for (; at > 1 && str_cmp(code, p->list[at - 1].code) < 0; at--)
        p->list[at] = p->list[at - 1];
    p->list[at] = (struct catalogue){ .code = str_copy(p->mem, code) };
}

static void add_languages(struct cx *cx, struct phrases *p, struct str folder)
{
    DIR *dir = opendir(str_fmt(cx->mem, "%.*s/" FOLDER, STR_ARG(folder)).p);
    for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL; ) {
        struct str name = str_of(entry->d_name);
        struct str code = str_sub(name, 0, name.n < 4 ? 0 : name.n - 4);
        if (str_ends(name, S(".txt")) && is_code(code))
            add_language(p, code);
    }
    if (dir != NULL)
        closedir(dir);
}

static struct phrases *kept(struct cx *cx)
{
    struct phrases *p = cx->keep[KEEP_PHRASES];
    if (p == NULL) {
        struct arena *mem = arena_new(0, NULL, NULL);
        p = cx->keep[KEEP_PHRASES] = arena_make(mem, struct phrases);
        p->mem = mem;
        add_language(p, S("en"));
        add_languages(cx, p, cx->set->templates_dir);
        add_languages(cx, p, tplfile_own(cx));
    }
    return p;
}

static const struct catalogue *read_catalogue(struct cx *cx, struct phrases *p,
                                              struct catalogue *c)
{
    if (!c->is_read) {
        c->is_read = true;
        add_file(cx, p, c, cx->set->templates_dir);
        add_file(cx, p, c, tplfile_own(cx));
        arrange(p, c);
    }
    return c;
}

/* Of the language that is spoken; NULL: one we do not have. */
static const struct catalogue *spoken(struct cx *cx)
{
    struct phrases *p = kept(cx);
    struct catalogue *c = cx->language.n == 0 ? p->list : find_catalogue(p, cx->language);
    return c == NULL ? NULL : read_catalogue(cx, p, c);
}

/* ---- texts ---- */

struct str phrase_in(struct cx *cx, struct str english)
{
    const struct catalogue *c = spoken(cx);
    const struct line *line = c == NULL ? NULL : find_line(c, english);
    return line == NULL ? english : line->said;
}

struct str phrase_of(struct cx *cx, const char *english)
{
    return phrase_in(cx, str_of(english));
}

static bool is_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9')
              || s.p[i] == '_'))
            return false;
    return s.n > 0;
}

bool phrase_cut(struct str *rest, struct str *text, struct str *name)
{
    size_t close;
    *name = NO_STR;
    for (size_t i = 0; i < rest->n; i++) {
        struct str after = str_sub(*rest, i + 1, SIZE_MAX);
        if (rest->p[i] != '{' || !str_find(after, '}', &close)
            || !is_name(str_sub(after, 0, close)))
            continue;
        *text = str_sub(*rest, 0, i);
        *name = str_sub(after, 0, close);
        *rest = str_sub(after, close + 1, SIZE_MAX);
        return true;
    }
    *text = *rest;
    *rest = NO_STR;
    return text->n > 0;
}

static void put_value(struct buf *out, const struct fill *values, struct str name)
{
    for (const struct fill *f = values; f->type != FILL_END; f++) {
        if (!str_eq(str_of(f->name), name))
            continue;
        if (f->type == FILL_TEXT)
            buf_str(out, f->text);
        else
            buf_int(out, f->number);
        return;
    }
    buf_fmt(out, "{%.*s}", STR_ARG(name));
}

struct str phrase_with(struct cx *cx, const char *english, const struct fill *values)
{
    struct str rest = phrase_of(cx, english), text, name;
    struct buf out;
    buf_init(&out, cx->mem, PHRASE_MAX);
    while (phrase_cut(&rest, &text, &name)) {
        buf_str(&out, text);
        if (!str_absent(name))
            put_value(&out, values, name);
    }
    return buf_text(&out);
}

/* ---- failures ---- */

/* What stands before the next %1 … %9, and which that is (0: none); false at the end. */
static bool cut_place(struct str *rest, struct str *text, unsigned *place)
{
    size_t i = 0;
    while (i < rest->n && !is_place(*rest, i))
        i++;
    bool is_found = i < rest->n, is_more = rest->n > 0;
    *text = str_sub(*rest, 0, i);
    *place = is_found ? (unsigned)(rest->p[i + 1] - '0') : 0;
    *rest = str_sub(*rest, i + 2, SIZE_MAX);
    return is_more;
}

static bool find_text(struct str s, struct str part, size_t *at)
{
    for (size_t i = 0; i + part.n <= s.n; i++)
        if (memcmp(s.p + i, part.p, part.n) == 0) {
            *at = i;
            return true;
        }
    return false;
}

/* Fills words[1…9]; *fixed counts what is no place, which says how exact the fit is. */
static bool fits(struct str said, struct str pattern, struct str words[10], size_t *fixed)
{
    struct str text;
    unsigned place, open = 0;
    size_t at;
    for (*fixed = 0; cut_place(&pattern, &text, &place); open = place) {
        bool is_last = place == 0 && pattern.n == 0;
        if (open == 0) {
            if (!str_starts(said, text))
                return false;
            at = 0;
        } else if (is_last) {
            if (!str_ends(said, text))
                return false;
            at = said.n - text.n;
        } else if (!find_text(said, text, &at)) {
            return false;
        }
        words[open] = str_sub(said, 0, at);
        said = str_sub(said, at + text.n, SIZE_MAX);
        *fixed += text.n;
    }
    words[open] = said;
    return open != 0 || said.n == 0;
}

static const struct line *best_fit(const struct catalogue *c, struct str said,
                                   struct str words[10])
{
    const struct line *best = NULL;
    struct str some[10] = { { 0 } };
    size_t fixed, most = 0;
    for (size_t i = 0; i < c->pattern_count; i++) {
        const struct line *line = &c->lines[c->patterns[i]];
        if (!fits(said, line->english, some, &fixed) || fixed <= most)
            continue;
        best = line;
        most = fixed;
        memcpy(words, some, sizeof some);
    }
    return best;
}

static struct str translate(struct cx *cx, const struct catalogue *c, struct str said,
                            unsigned deep);

/* {%1} is translated, too: it is shorter than what it stood in. */
static struct str put_words(struct cx *cx, const struct catalogue *c, struct str said,
                            const struct str words[10], unsigned deep)
{
    struct str text;
    struct buf out;
    unsigned place;
    buf_init(&out, cx->mem, PHRASE_MAX);
    while (cut_place(&said, &text, &place)) {
        bool is_ours = str_ends(text, S("{")) && str_starts(said, S("}"));
        if (is_ours) {
            text.n--;
            said = str_sub(said, 1, SIZE_MAX);
        }
        buf_str(&out, text);
        if (place != 0)
            buf_str(&out, is_ours ? translate(cx, c, words[place], deep) : words[place]);
    }
    return buf_text(&out);
}

/* "name: Field required", where the reason alone is known. */
static struct str translate_reason(struct cx *cx, const struct catalogue *c, struct str said,
                                   unsigned deep)
{
    size_t at;
    if (!find_text(said, S(": "), &at))
        return said;
    struct str reason = str_sub(said, at + 2, SIZE_MAX), told = translate(cx, c, reason, deep);
    return told.p == reason.p ? said : str_fmt(cx->mem, "%.*s: %.*s", (int)at, said.p,
                                               STR_ARG(told));
}

static struct str translate(struct cx *cx, const struct catalogue *c, struct str said,
                            unsigned deep)
{
    const struct line *line = find_line(c, said);
    struct str words[10] = { { 0 } };
    if (line != NULL || deep == DEPTH_MOST)
        return line != NULL ? line->said : said;
    line = best_fit(c, said, words);
    return line != NULL ? put_words(cx, c, line->said, words, deep + 1)
                        : translate_reason(cx, c, said, deep + 1);
}

struct str phrase_message(struct cx *cx, struct str said)
{
    const struct catalogue *c = spoken(cx);
    return c == NULL || said.n == 0 || said.n > MESSAGE_MOST ? said : translate(cx, c, said, 0);
}

/* ---- languages ---- */

size_t phrase_languages(struct cx *cx, const struct phrase_language **out)
{
    struct phrases *p = kept(cx);
    struct phrase_language *list = arena_list(cx->mem, struct phrase_language, p->n);
    for (size_t i = 0; i < p->n; i++) {
        const struct line *itself = find_line(read_catalogue(cx, p, &p->list[i]),
                                              S("This language"));
        list[i].code = p->list[i].code;
        list[i].name = itself != NULL ? itself->said : i == 0 ? S("English") : list[i].code;
    }
    *out = list;
    return p->n;
}

/* ";q=0.85" in thousandths: 1000 where it says none, 0 where it cannot be read. */
static unsigned weight_of(struct str parameters)
{
    struct str part;
    while (str_cut(&parameters, ';', &part)) {
        part = str_trim(part);
        if (!str_starts_nocase(part, S("q=")))
            continue;
        struct str q = str_sub(part, 2, SIZE_MAX);
        unsigned weight = 0, unit = 1000;
        for (size_t i = 0; i < q.n && i < 5; i++) {
            if (i == 1 ? q.p[i] != '.' : q.p[i] < '0' || q.p[i] > '9')
                return 0;
            if (i != 1)
                weight += (unsigned)(q.p[i] - '0') * unit;
            if (i != 1)
                unit /= 10;
        }
        return weight > 1000 ? 1000 : weight;
    }
    return 1000;
}

/* de-CH is spoken to in de, and pt in pt-br where that is all the Portuguese there is. */
static const struct catalogue *understood(const struct phrases *p, struct str range)
{
    for (struct str part = range; part.n > 0; part.n--) {
        if (part.n < range.n && range.p[part.n] != '-')
            continue;
        for (size_t i = 0; i < p->n; i++)
            if (str_eq_nocase(p->list[i].code, part))
                return &p->list[i];
    }
    for (size_t i = 0; i < p->n; i++)
        if (str_starts_nocase(p->list[i].code, range) && p->list[i].code.p[range.n] == '-')
            return &p->list[i];
    return NULL;
}

struct str phrase_choose(struct cx *cx, struct str header)
{
    const struct phrases *p = kept(cx);
    struct str part, best = p->list[0].code;
    unsigned most = 0;
    while (str_cut(&header, ',', &part)) {
        size_t semicolon = part.n;
        unsigned weight = str_find(part, ';', &semicolon)
                        ? weight_of(str_sub(part, semicolon + 1, SIZE_MAX)) : 1000;
        struct str range = str_trim(str_sub(part, 0, semicolon));
        const struct catalogue *c = str_eq(range, S("*")) ? p->list : understood(p, range);
        if (range.n == 0 || c == NULL || weight <= most)
            continue;
        most = weight;
        best = c->code;
    }
    return best;
}
