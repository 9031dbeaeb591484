/* lex.c — cuts tokens off the front of the text; nothing is looked at twice. */
#include "rules/lex.h"

#include "base/utf8.h"

static const char *const NAMES[] = {
    [TOK_INTEGER] = "INTEGER", [TOK_FLOAT] = "FLOAT", [TOK_STRING] = "STRING",
    [TOK_BOOLEAN] = "BOOLEAN", [TOK_NULL] = "NULL", [TOK_IDENTIFIER] = "IDENTIFIER",
    [TOK_EQ] = "EQ", [TOK_NEQ] = "NEQ", [TOK_LT] = "LT", [TOK_GT] = "GT", [TOK_LTE] = "LTE",
    [TOK_GTE] = "GTE", [TOK_LIKE] = "LIKE", [TOK_AND] = "AND", [TOK_OR] = "OR", [TOK_NOT] = "NOT",
    [TOK_IN] = "IN", [TOK_IS] = "IS", [TOK_PLUS] = "PLUS", [TOK_MINUS] = "MINUS",
    [TOK_STAR] = "STAR", [TOK_SLASH] = "SLASH", [TOK_PERCENT] = "PERCENT",
    [TOK_LPAREN] = "LPAREN", [TOK_RPAREN] = "RPAREN", [TOK_LBRACKET] = "LBRACKET",
    [TOK_RBRACKET] = "RBRACKET", [TOK_COMMA] = "COMMA", [TOK_EOF] = "EOF",
};
static const struct keyword { struct str word; enum token_kind kind; } KEYWORDS[] = {
    { S_INIT("in"), TOK_IN },         { S_INIT("is"), TOK_IS },     { S_INIT("true"), TOK_BOOLEAN },
    { S_INIT("false"), TOK_BOOLEAN }, { S_INIT("null"), TOK_NULL }, { S_INIT("and"), TOK_AND },
    { S_INIT("or"), TOK_OR },         { S_INIT("not"), TOK_NOT },   { S_INIT("like"), TOK_LIKE },
};
/* Longer ones first. == is = in its older spelling. */
static const struct mark { struct str text; enum token_kind kind; } MARKS[] = {
    { S_INIT("=="), TOK_EQ },   { S_INIT("!="), TOK_NEQ },    { S_INIT("<="), TOK_LTE },
    { S_INIT(">="), TOK_GTE },  { S_INIT("&&"), TOK_AND },    { S_INIT("||"), TOK_OR },
    { S_INIT("="), TOK_EQ },    { S_INIT("<"), TOK_LT },      { S_INIT(">"), TOK_GT },
    { S_INIT("~"), TOK_LIKE },  { S_INIT("!"), TOK_NOT },     { S_INIT("+"), TOK_PLUS },
    { S_INIT("-"), TOK_MINUS }, { S_INIT("*"), TOK_STAR },    { S_INIT("/"), TOK_SLASH },
    { S_INIT("%"), TOK_PERCENT }, { S_INIT("("), TOK_LPAREN }, { S_INIT(")"), TOK_RPAREN },
    { S_INIT("["), TOK_LBRACKET }, { S_INIT("]"), TOK_RBRACKET }, { S_INIT(","), TOK_COMMA },
};

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '@';
}

static bool continues_word(char c)
{
    return starts_word(c) || digit(c) || c == '.';
}

/* Cuts n bytes of ASCII, which are n positions. */
static struct str cut(struct lex *lex, size_t n)
{
    struct str part = str_sub(lex->rest, 0, n);
    lex->rest = str_sub(lex->rest, n, lex->rest.n);
    lex->position += n;
    return part;
}

static bool wrong(struct lex *lex, struct str message)
{
    *lex->fault = (struct rule_fault){ message, lex->position };
    return false;
}

static bool wrong_character(struct lex *lex)
{
    struct str after = lex->rest;
    uint32_t point;
    char c = lex->rest.p[0];
    if (c == '&' || c == '|')
        return wrong(lex, str_fmt(lex->mem, "Unexpected character '%c'. Did you mean '%c%c'? "
                                  "at position %zu", c, c, c, lex->position));
    if (!utf8_next(&after, &point) || point < 0x20 || point == 0x7F)
        return wrong(lex, str_fmt(lex->mem, "Invalid character at position %zu", lex->position));
    return wrong(lex, str_fmt(lex->mem, "Invalid character '%.*s' at position %zu",
                              (int)(after.p - lex->rest.p), lex->rest.p, lex->position));
}

static void number(struct lex *lex, struct token *out)
{
    size_t n = 0;
    while (n < lex->rest.n && digit(lex->rest.p[n]))
        n++;
    out->kind = TOK_INTEGER;
    if (n < lex->rest.n && lex->rest.p[n] == '.') {
        out->kind = TOK_FLOAT;
        for (n++; n < lex->rest.n && digit(lex->rest.p[n]);)
            n++;
    }
    out->text = cut(lex, n);
}

static void word(struct lex *lex, struct token *out)
{
    size_t n = 1;
    while (n < lex->rest.n && continues_word(lex->rest.p[n]))
        n++;
    out->text = cut(lex, n);
    out->kind = TOK_IDENTIFIER;
    for (size_t i = 0; i < COUNT(KEYWORDS); i++) {
        if (str_eq_nocase(out->text, KEYWORDS[i].word)) {
            out->kind = KEYWORDS[i].kind;
            out->word = true;
        }
    }
}

/* Up to the same quote; \" \' and \\ stand for the second character, any other \ for itself. */
static bool string(struct lex *lex, struct token *out)
{
    char quote = lex->rest.p[0];
    struct buf said;
    uint32_t point;
    buf_init(&said, lex->mem, lex->rest.n);
    cut(lex, 1);
    while (lex->rest.n > 0 && lex->rest.p[0] != quote) {
        char next = lex->rest.n > 1 ? lex->rest.p[1] : '\0';
        if (lex->rest.p[0] == '\\' && (next == '"' || next == '\'' || next == '\\'))
            cut(lex, 1);
        const char *from = lex->rest.p;
        if (*from == '\0' || !utf8_next(&lex->rest, &point))
            return wrong_character(lex);
        buf_put(&said, from, (size_t)(lex->rest.p - from));
        lex->position++;
    }
    if (lex->rest.n == 0)
        return wrong(lex, str_fmt(lex->mem, "Unterminated string literal at position %zu",
                                  lex->position));
    cut(lex, 1);
    out->kind = TOK_STRING;
    out->text = buf_text(&said);
    return true;
}

static bool mark(struct lex *lex, struct token *out)
{
    bool many = str_starts(lex->rest, S("==="));            /* no operator: = and what follows    */
    for (size_t i = many ? 1 : 0; i < COUNT(MARKS); i++) {
        if (str_starts(lex->rest, MARKS[i].text)) {
            out->kind = MARKS[i].kind;
            out->text = cut(lex, MARKS[i].text.n);
            return true;
        }
    }
    return wrong_character(lex);
}

void lex_init(struct lex *lex, struct arena *mem, struct str text, struct rule_fault *fault)
{
    *lex = (struct lex){ .mem = mem, .rest = text, .fault = fault };
}

bool lex_next(struct lex *lex, struct token *out)
{
    while (lex->rest.n > 0
           && (lex->rest.p[0] == ' ' || (lex->rest.p[0] >= '\t' && lex->rest.p[0] <= '\r')))
        cut(lex, 1);
    *out = (struct token){ .kind = TOK_EOF, .position = lex->position };
    if (lex->rest.n == 0)
        return true;
    char c = lex->rest.p[0];
    if (c == '"' || c == '\'')
        return string(lex, out);
    if (digit(c))
        number(lex, out);
    else if (starts_word(c))
        word(lex, out);
    else
        return mark(lex, out);
    return true;
}

const char *lex_name(enum token_kind kind)
{
    return NAMES[kind];
}
