/* jinjalex.c — finds tags and the blanks that go with them; words, texts, numbers and marks. */
#include "mail/jinjalex.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum { MESSAGE_MAX = 512, DIGITS_MAX = 18 };

bool (jinjalex_wrong)(struct jinjalex *lex, const char *format, ...)
{
    char text[MESSAGE_MAX];
    va_list args;
    if (!str_absent(lex->fault->message))
        return false;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    lex->fault->message = utf8_tidy(lex->mem, str_of(text), MESSAGE_MAX);
    lex->fault->line = lex->token_line;
    return false;
}

/* As Jinja2 reads it: \r\n and \r are \n, and the last line has no end. */
static struct str even_lines(struct arena *mem, struct str source)
{
    struct buf out;
    buf_init(&out, mem, source.n);
    for (size_t i = 0; i < source.n; i++) {
        if (source.p[i] != '\r')
            buf_c(&out, source.p[i]);
        else if (i + 1 == source.n || source.p[i + 1] != '\n')
            buf_c(&out, '\n');
    }
    if (out.n > 0 && out.p[out.n - 1] == '\n')
        buf_cut(&out, out.n - 1);
    return out.n == 0 ? S("") : buf_text(&out);
}

void jinjalex_init(struct jinjalex *lex, struct arena *mem, struct str source,
                   struct jinja_fault *fault)
{
    *lex = (struct jinjalex){ .mem = mem, .source = even_lines(mem, source), .line = 1,
                              .fault = fault };
}

static char peek(const struct jinjalex *lex, size_t ahead)
{
    return lex->at + ahead < lex->source.n ? lex->source.p[lex->at + ahead] : '\0';
}

static struct str rest(const struct jinjalex *lex)
{
    return str_sub(lex->source, lex->at, lex->source.n);
}

static void move(struct jinjalex *lex, size_t n)
{
    for (; n > 0 && lex->at < lex->source.n; n--)
        lex->line += lex->source.p[lex->at++] == '\n';
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_blanks(struct jinjalex *lex)
{
    while (lex->at < lex->source.n && is_blank(lex->source.p[lex->at]))
        move(lex, 1);
}

/* After a tag or comment: a minus takes all blanks, a block or comment its line end. */
static void skip_after(struct jinjalex *lex, char sign, bool is_output)
{
    if (sign == '-')
        skip_blanks(lex);
    else if (sign != '+' && !is_output && peek(lex, 0) == '\n')
        move(lex, 1);
}

/* Before it: likewise, or what stands between it and the beginning of its line. */
static struct str trim_before(struct str text, char sign, bool is_output, bool at_line_start)
{
    size_t keep = text.n;
    while (keep > 0 && is_blank(text.p[keep - 1]) && (sign == '-' || text.p[keep - 1] != '\n'))
        keep--;
    bool whole = keep > 0 ? text.p[keep - 1] == '\n' : at_line_start;
    if (sign == '-' || (sign != '+' && !is_output && whole))
        text.n = keep;
    return text;
}

static bool skip_comment(struct jinjalex *lex)
{
    struct str text = rest(lex);
    for (size_t i = 0; i + 1 < text.n; i++) {
        if (text.p[i] != '#' || text.p[i + 1] != '}')
            continue;
        char sign = i > 0 ? text.p[i - 1] : '\0';
        move(lex, i + 2);
        skip_after(lex, sign, false);
        return true;
    }
    return jinjalex_wrong(lex, "the comment is never closed by #}");
}

static bool opens(struct str s)
{
    return s.n > 1 && s.p[0] == '{' && (s.p[1] == '{' || s.p[1] == '%' || s.p[1] == '#');
}

bool jinjalex_text(struct jinjalex *lex, struct str *text, bool *more)
{
    bool at_line_start = lex->at == 0 || lex->source.p[lex->at - 1] == '\n';
    size_t from = lex->at;
    *more = false;
    lex->tag = JINJA_END;
    while (lex->at < lex->source.n && !opens(rest(lex)))
        move(lex, 1);
    *text = str_sub(lex->source, from, lex->at - from);
    lex->token_line = lex->line;
    if (lex->at == lex->source.n)
        return true;
    char kind = peek(lex, 1), sign = peek(lex, 2);
    lex->tag_line = lex->line;
    *text = trim_before(*text, sign, kind == '{', at_line_start);
    move(lex, sign == '-' || sign == '+' ? 3 : 2);
    if (kind == '#') {
        *more = true;
        return skip_comment(lex);
    }
    lex->tag = kind == '{' ? JINJA_OUTPUT : JINJA_BLOCK;
    return jinjalex_next(lex);
}

static bool is_word(char c, bool first)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'
        || (!first && c >= '0' && c <= '9');
}

static bool cut(struct jinjalex *lex, enum jinja_token_kind kind, size_t n)
{
    lex->token = (struct jinja_token){ .kind = kind, .text = str_sub(rest(lex), 0, n) };
    move(lex, n);
    return true;
}

static bool read_word(struct jinjalex *lex)
{
    size_t n = 1;
    while (is_word(peek(lex, n), false))
        n++;
    return cut(lex, JINJA_WORD, n);
}

static bool read_number(struct jinjalex *lex)
{
    size_t n = 0;
    int64_t number = 0;
    for (; peek(lex, n) >= '0' && peek(lex, n) <= '9'; n++)
        number = n < DIGITS_MAX ? number * 10 + (peek(lex, n) - '0') : 0;
    if (n > DIGITS_MAX || is_word(peek(lex, n), true)
        || (peek(lex, n) == '.' && peek(lex, n + 1) >= '0' && peek(lex, n + 1) <= '9'))
        return jinjalex_wrong(lex, "only whole numbers of up to 18 digits can be written");
    cut(lex, JINJA_NUMBER, n);
    lex->token.number = number;
    return true;
}

/* \n \r \t \\ \' \" are what they are in Python; a \ before anything else stands for itself. */
static bool read_string(struct jinjalex *lex)
{
    static const char LETTERS[] = "nrt\\'\"", MEANT[] = "\n\r\t\\'\"";
    char quote = peek(lex, 0);
    size_t n = 1;
    struct buf said;
    buf_init(&said, lex->mem, lex->source.n);
    for (; lex->at + n < lex->source.n && peek(lex, n) != quote; n++) {
        char c = peek(lex, n), after = peek(lex, n + 1);
        const char *letter = c == '\\' && after != '\0' ? strchr(LETTERS, after) : NULL;
        buf_c(&said, letter != NULL ? MEANT[letter - LETTERS] : c);
        n += letter != NULL;
    }
    if (lex->at + n >= lex->source.n)
        return jinjalex_wrong(lex, "a text is never closed by %c", quote);
    cut(lex, JINJA_STRING, n + 1);
    lex->token.text = said.n == 0 ? S("") : buf_text(&said);
    return true;
}

/* The end of the tag we are in, if it is here. */
static bool closes(struct jinjalex *lex, char *sign, size_t *n)
{
    bool is_output = lex->tag == JINJA_OUTPUT;
    char c = peek(lex, 0);
    *sign = c == '-' || (c == '+' && !is_output) ? c : '\0';
    size_t at = *sign != '\0';
    *n = at + 2;
    return peek(lex, at) == (is_output ? '}' : '%') && peek(lex, at + 1) == '}';
}

static bool read_mark(struct jinjalex *lex)
{
    static const char SINGLE[] = "()[],.|";
    char c = peek(lex, 0);
    uint32_t point = 0;
    if ((c == '=' || c == '!') && peek(lex, 1) == '=')
        return cut(lex, JINJA_MARK, 2);
    if (c != '\0' && strchr(SINGLE, c) != NULL)
        return cut(lex, JINJA_MARK, 1);
    struct str here = rest(lex), after = here;
    if (!utf8_next(&after, &point))
        point = 0;
    return jinjalex_wrong(lex, "the character '%.*s' is not understood here",
                          point < ' ' ? 1 : (int)(here.n - after.n), point < ' ' ? "?" : here.p);
}

bool jinjalex_next(struct jinjalex *lex)
{
    char sign;
    size_t n;
    skip_blanks(lex);
    lex->token_line = lex->at < lex->source.n ? lex->line : lex->tag_line;
    if (lex->at == lex->source.n)
        return jinjalex_wrong(lex, "the tag is never closed by %s",
                              lex->tag == JINJA_OUTPUT ? "}}" : "%}");
    char c = peek(lex, 0);
    if (closes(lex, &sign, &n)) {
        cut(lex, JINJA_CLOSE, n);
        skip_after(lex, sign, lex->tag == JINJA_OUTPUT);
        return true;
    }
    if (is_word(c, true))
        return read_word(lex);
    if (c >= '0' && c <= '9')
        return read_number(lex);
    if (c == '\'' || c == '"')
        return read_string(lex);
    return read_mark(lex);
}
