/* guestlex.c — reads what both engines read alike, and refuses all that they might not. */
#include "db/guestlex.h"

#include <string.h>

#include "base/arena.h"
#include "base/fail.h"

struct lexer {
    struct arena *mem;
    struct str rest;
    struct str *fault;
};

static bool wrong(struct lexer *x, struct str what)
{
    *x->fault = what;
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char at(const struct lexer *x, size_t i)
{
    return i < x->rest.n ? x->rest.p[i] : '\0';
}

static struct str take(struct lexer *x, size_t n)
{
    struct str part = str_sub(x->rest, 0, n);
    x->rest = str_sub(x->rest, n, x->rest.n);
    return part;
}

static struct str take_word(struct lexer *x)
{
    size_t n = 0;
    while (is_letter(at(x, n)) || is_digit(at(x, n)))
        n++;
    return take(x, n);
}

/* To the closing quote; a doubled one stands for itself in texts. Backslashes mean this or that. */
static bool quoted(struct lexer *x, struct str *out)
{
    char quote = at(x, 0);
    size_t n = 1;
    for (;; n++) {
        char c = at(x, n);
        if (n >= x->rest.n)
            return wrong(x, S("Macro query has a quote that is not closed"));
        if (c == '\\' || c == '\0')
            return wrong(x, S("Macro query cannot contain a backslash"));
        if (c != quote)
            continue;
        if (at(x, n + 1) != quote)
            break;
        if (quote == '"')
            return wrong(x, S("Macro query cannot contain a quote in a quoted name"));
        n++;
    }
    *out = str_sub(take(x, n + 1), 1, n - 1);
    return out->n > 0 || quote == '\'' || wrong(x, S("Macro query has an empty name"));
}

static bool number(struct lexer *x, struct str *out)
{
    size_t n = 0;
    while (is_digit(at(x, n)))
        n++;
    if (at(x, n) == '.')
        for (n++; is_digit(at(x, n));)
            n++;
    if (at(x, n) == 'e' || at(x, n) == 'E') {
        n += at(x, n + 1) == '-' || at(x, n + 1) == '+' ? 2 : 1;
        if (!is_digit(at(x, n)))
            return wrong(x, S("Macro query has a number that is none"));
        while (is_digit(at(x, n)))
            n++;
    }
    if (is_letter(at(x, n)))
        return wrong(x, S("Macro query has a number that is none"));
    *out = take(x, n);
    return true;
}

static bool placeholder(struct lexer *x, struct guestlex_token *out)
{
    static const struct str CALLER = S_INIT("@request.auth.");
    if (at(x, 0) == ':' && is_letter(at(x, 1))) {
        take(x, 1);
        *out = (struct guestlex_token){ GUEST_NAMED, take_word(x) };
        return true;
    }
    if (at(x, 0) == '$' && is_digit(at(x, 1))) {
        take(x, 1);
        out->kind = GUEST_NUMBERED;
        return number(x, &out->text);
    }
    if (!str_starts(x->rest, CALLER))
        return wrong(x, str_fmt(x->mem, "Macro query cannot contain '%c' here", at(x, 0)));
    take(x, CALLER.n);
    *out = (struct guestlex_token){ GUEST_REQUEST, take_word(x) };
    return true;
}

static bool sign(struct lexer *x, struct str *out)
{
    static const struct str LONG[] = { S_INIT("->>"), S_INIT("->"), S_INIT("||"), S_INIT("<="),
                                       S_INIT(">="), S_INIT("<>"), S_INIT("!="), S_INIT("==") };
    if (str_starts(x->rest, S("--")) || str_starts(x->rest, S("/*")))
        return wrong(x, S("Macro query cannot contain comments"));
    for (size_t i = 0; i < COUNT(LONG); i++)
        if (str_starts(x->rest, LONG[i])) {
            *out = take(x, LONG[i].n);
            return true;
        }
    char c = at(x, 0);
    if (c != '\0' && strchr("(),.+-*/%<>=;", c) != NULL) {
        *out = take(x, 1);
        return true;
    }
    if (c > ' ' && c < 127)
        return wrong(x, str_fmt(x->mem, "Macro query cannot contain '%c'", c));
    return wrong(x, S("Macro query cannot contain such a character outside of quotes"));
}

static bool token(struct lexer *x, struct guestlex_token *out)
{
    char c = at(x, 0);
    if (c == '\'' || c == '"') {
        out->kind = c == '"' ? GUEST_QUOTED : GUEST_STRING;
        return quoted(x, &out->text);
    }
    if (is_letter(c)) {
        *out = (struct guestlex_token){ GUEST_WORD, take_word(x) };
        return true;
    }
    if (is_digit(c)) {
        out->kind = GUEST_NUMBER;
        return number(x, &out->text);
    }
    if (c == ':' || c == '$' || c == '@')
        return placeholder(x, out);
    out->kind = GUEST_SIGN;
    return sign(x, &out->text);
}

bool guestlex_read(struct arena *mem, struct str text, struct guestlex_token **out, size_t *n,
                   struct str *fault)
{
    struct lexer x = { mem, text, fault };
    *out = arena_list(mem, struct guestlex_token, text.n + 1);
    for (*n = 0;; (*n)++) {
        while (at(&x, 0) == ' ' || at(&x, 0) == '\t' || at(&x, 0) == '\n' || at(&x, 0) == '\r')
            take(&x, 1);
        if (x.rest.n == 0)
            return true;
        TRY(token(&x, &(*out)[*n]));
    }
}

bool guestlex_is(const struct guestlex_token *token_of, const char *word)
{
    return (token_of->kind == GUEST_WORD || token_of->kind == GUEST_SIGN)
        && str_eq_nocase(token_of->text, str_of(word));
}

void guestlex_put(struct buf *out, const struct guestlex_token *t)
{
    const char *quote = t->kind == GUEST_QUOTED ? "\"" : t->kind == GUEST_STRING ? "'" : "";
    buf_fmt(out, " %s%.*s%s", quote, STR_ARG(t->text), quote);
}
