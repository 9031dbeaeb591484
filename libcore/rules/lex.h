/*
 * lex.h — an expression's text, token by token (data.md §6.1, permissions.md §5).
 *
 * Positions  count code points from 0; the end of the text is a position too
 * Words      keywords are words in any case; `word` tells AND from &&: a field may be named so
 * Faults     lex_next fills fault and returns false; the rest of the text is then not read
 */
#ifndef RULES_LEX_H
#define RULES_LEX_H

#include "rules/rule.h"

enum token_kind {
    TOK_INTEGER, TOK_FLOAT, TOK_STRING, TOK_BOOLEAN, TOK_NULL, TOK_IDENTIFIER,
    TOK_EQ, TOK_NEQ, TOK_LT, TOK_GT, TOK_LTE, TOK_GTE, TOK_LIKE,
    TOK_AND, TOK_OR, TOK_NOT, TOK_IN, TOK_IS,
    TOK_PLUS, TOK_MINUS, TOK_STAR, TOK_SLASH, TOK_PERCENT,
    TOK_LPAREN, TOK_RPAREN, TOK_LBRACKET, TOK_RBRACKET, TOK_COMMA, TOK_EOF
};
struct token {
    enum token_kind kind;
    bool word;                      /* a keyword spelt in letters                                 */
    struct str text;                /* as written; of a string: what it says                      */
    size_t position;
};
struct lex { struct arena *mem; struct str rest; size_t position; struct rule_fault *fault; };

void lex_init(struct lex *lex, struct arena *mem, struct str text, struct rule_fault *fault);
bool lex_next(struct lex *lex, struct token *out) MUST_CHECK;
const char *lex_name(enum token_kind kind);             /* as messages call it: "LPAREN"          */

#endif
