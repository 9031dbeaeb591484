/* 14-lex.c — tests of tokens, their positions, and texts that are none. */
#include "tap.h"

#include "rules/lex.h"

/* "IDENTIFIER(a)@0 EQ@2 …", or the fault's message. */
static struct str tokens(struct str text)
{
    struct rule_fault fault = { NO_STR, 0 };
    struct buf said = tap_buf(1u << 20);
    struct lex lex;
    struct token t;
    lex_init(&lex, tap_mem(), text, &fault);
    do {
        if (!lex_next(&lex, &t))
            return fault.message;
        buf_fmt(&said, "%s%s", said.n == 0 ? "" : " ", lex_name(t.kind));
        if (t.kind <= TOK_IDENTIFIER)
            buf_fmt(&said, "(%.*s)", STR_ARG(t.text));
        buf_fmt(&said, "@%zu", t.position);
    } while (t.kind != TOK_EOF);
    return buf_text(&said);
}

static const struct { const char *text, *tokens; } CASES[] = {
    { "", "EOF@0" },
    { "a = 1", "IDENTIFIER(a)@0 EQ@2 INTEGER(1)@4 EOF@5" },
    { "a==1", "IDENTIFIER(a)@0 EQ@1 INTEGER(1)@3 EOF@4" },
    { "title ===", "IDENTIFIER(title)@0 EQ@6 EQ@7 EOF@9" },
    { "5. 5.5 05", "FLOAT(5.)@0 FLOAT(5.5)@3 INTEGER(05)@7 EOF@9" },
    { "1e5", "INTEGER(1)@0 IDENTIFIER(e5)@1 EOF@3" },
    { "-5", "MINUS@0 INTEGER(5)@1 EOF@2" },
    { ".5", "Invalid character '.' at position 0" },
    { "5..", "Invalid character '.' at position 2" },
    { "'a' \"b\"", "STRING(a)@0 STRING(b)@4 EOF@7" },
    { "\"it's\" 'a\"b'", "STRING(it's)@0 STRING(a\"b)@7 EOF@12" },
    { "'it\\'s' '\\\"' '\\\\' '\\n'",
      "STRING(it's)@0 STRING(\")@8 STRING(\\)@13 STRING(\\n)@18 EOF@22" },
    { "''", "STRING()@0 EOF@2" },
    { "'abc", "Unterminated string literal at position 4" },
    { "'abc\\'", "Unterminated string literal at position 6" },
    { "x = 'abc\\", "Unterminated string literal at position 9" },
    { "'é' = 'aé\xF0\x9F\x90\x98' b",
      "STRING(é)@0 EQ@4 STRING(aé\xF0\x9F\x90\x98)@6 IDENTIFIER(b)@12 EOF@13" },
    { "é", "Invalid character 'é' at position 0" },
    { "a é", "Invalid character 'é' at position 2" },
    { "'é' $", "Invalid character '$' at position 4" },
    { "status $ 1", "Invalid character '$' at position 7" },
    { "a # b", "Invalid character '#' at position 2" },
    { "a ; b", "Invalid character ';' at position 2" },
    { "a & b", "Unexpected character '&'. Did you mean '&&'? at position 2" },
    { "a |b", "Unexpected character '|'. Did you mean '||'? at position 2" },
    { "a \x01", "Invalid character at position 2" },
    { "a \xFF", "Invalid character at position 2" },
    { "'a\xC3' b", "Invalid character at position 2" },
    { "'\xED\xA0\x80'", "Invalid character at position 1" },
    { "@request.auth.id user.id @x a@b _a", "IDENTIFIER(@request.auth.id)@0 IDENTIFIER(user.id)@17 "
      "IDENTIFIER(@x)@25 IDENTIFIER(a@b)@28 IDENTIFIER(_a)@32 EOF@34" },
    { "IN in iN IS is NULL null nulls", "IN@0 IN@3 IN@6 IS@9 IS@12 NULL(NULL)@15 NULL(null)@20 "
      "IDENTIFIER(nulls)@25 EOF@30" },
    { "true FALSE AND or Not LIKE",
      "BOOLEAN(true)@0 BOOLEAN(FALSE)@5 AND@11 OR@15 NOT@18 LIKE@22 EOF@26" },
    { "!= ! <= < >= > ~ && || + - * / % ( ) [ ] ,",
      "NEQ@0 NOT@3 LTE@5 LT@8 GTE@10 GT@13 LIKE@15 AND@17 "
      "OR@20 PLUS@23 MINUS@25 STAR@27 SLASH@29 PERCENT@31 LPAREN@33 RPAREN@35 LBRACKET@37 "
      "RBRACKET@39 "
      "COMMA@41 EOF@42" },
    { "!!a<>b", "NOT@0 NOT@1 IDENTIFIER(a)@2 LT@3 GT@4 IDENTIFIER(b)@5 EOF@6" },
    { "a--b", "IDENTIFIER(a)@0 MINUS@1 MINUS@2 IDENTIFIER(b)@3 EOF@4" },
    { "a/*b*/", "IDENTIFIER(a)@0 SLASH@1 STAR@2 IDENTIFIER(b)@3 STAR@4 SLASH@5 EOF@6" },
};

int main(void)
{
    plan((int)COUNT(CASES) + 3);
    for (size_t i = 0; i < COUNT(CASES); i++)
        is_text(tokens(str_of(CASES[i].text)), CASES[i].tokens, CASES[i].text);
    is_text(tokens(S(" \t\r\n\v\f ")), "EOF@7", "white space is nothing");
    is_text(tokens((struct str){ "a = 'x\0y'", 9 }), "Invalid character at position 6",
            "a NUL in a string is refused");
    is_text(tokens((struct str){ "a\0b", 3 }), "Invalid character at position 1",
            "a NUL outside is refused");
    return done();
}
