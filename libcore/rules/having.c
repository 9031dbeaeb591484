/* having.c — recursive descent over the tokens of rules; the tree comes out checked. */
#include "rules/having.h"

#include <stdlib.h>

#include "rules/lex.h"
#include "rules/parse.h"
#include "rules/rulesql.h"
#include "rules/ruletypes.h"

struct parse {
    struct arena *mem;
    struct lex lex;
    struct token token;                     /* the one in hand                                    */
    struct str raw;                         /* it as written, quotes and all                      */
    const struct rule_names *aliases;
    struct rule *rule;
    unsigned depth;
    struct rule_fault *fault;
};

static bool any_of(struct parse *p, struct ast **out);

static bool next(struct parse *p)
{
    const char *from = p->lex.rest.p;

    TRY(lex_next(&p->lex, &p->token));
    p->raw = str_trim((struct str){ from, (size_t)(p->lex.rest.p - from) });
    return true;
}

static bool wrong(struct parse *p, struct str message)
{
    *p->fault = (struct rule_fault){ message, p->token.position };
    return false;
}

static bool wrong_end(struct parse *p)
{
    return wrong(p, S("Unexpected end of HAVING expression"));
}

#define WRONG(p, ...) wrong((p), str_fmt((p)->mem, __VA_ARGS__))

/* --- one comparison --------------------------------------------------------------------------- */

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool wrong_alias(struct parse *p, struct str alias)
{
    struct str *names = arena_list(p->mem, struct str, p->aliases->n);
    struct buf all;

    for (size_t i = 0; i < p->aliases->n; i++)
        names[i] = p->aliases->at[i].name;
    qsort(names, p->aliases->n, sizeof(*names), by_text);
    buf_init(&all, p->mem, 1u << 16);
    for (size_t i = 0; i < p->aliases->n; i++)
        buf_fmt(&all, "%s%.*s", i > 0 ? ", " : "", STR_ARG(names[i]));
    return WRONG(p, "Unknown aggregate alias '%.*s' in HAVING expression. Valid aliases: %.*s",
                 STR_ARG(alias), STR_ARG(buf_text(&all)));
}

static bool is_word(const struct token *token)
{
    return token->kind == TOK_IDENTIFIER || token->word;
}

static bool close(struct parse *p)
{
    if (p->token.kind == TOK_EOF)
        return wrong_end(p);
    if (p->token.kind != TOK_RPAREN)
        return WRONG(p, "Expected ')' but got '%.*s' in HAVING expression", STR_ARG(p->raw));
    return next(p);
}

static void mention(struct rule *rule, const struct rule_name *name)
{
    for (size_t i = 0; i < rule->column_count; i++)
        if (rule->columns[i] == name)
            return;
    rule->columns[rule->column_count++] = name;
}

/* alias | fn "(" [ field ] ")" : the column of that result. */
static bool reference(struct parse *p, struct str *word, struct ast **out)
{
    const struct rule_name *found;
    struct str alias = p->token.text;

    *word = alias;
    *out = ast_new(p->mem, AST_COLUMN, p->token.position);
    TRY(next(p));
    if (p->token.kind == TOK_LPAREN) {
        alias = str_lower(p->mem, alias);
        TRY(next(p));
        if (is_word(&p->token)) {
            alias = str_fmt(p->mem, "%.*s_%.*s", STR_ARG(alias), STR_ARG(p->token.text));
            TRY(next(p));
        }
        TRY(close(p));
    }
    found = rule_find(p->aliases, alias);
    if (found == NULL)
        return wrong_alias(p, alias);
    mention(p->rule, found);
    (*out)->column = found;
    (*out)->class = ruletypes_class(found);
    return true;
}

static bool operator(struct parse *p, struct str word, enum rulevalue_op *op)
{
    static const struct { enum token_kind token; enum rulevalue_op op; } OPERATORS[] = {
        { TOK_EQ, RV_EQ }, { TOK_NEQ, RV_NE }, { TOK_LT, RV_LT },
        { TOK_GT, RV_GT }, { TOK_LTE, RV_LE }, { TOK_GTE, RV_GE },
    };

    for (size_t i = 0; i < COUNT(OPERATORS); i++)
        if (OPERATORS[i].token == p->token.kind) {
            *op = OPERATORS[i].op;
            return true;
        }
    if (p->token.kind == TOK_EOF)
        return wrong_end(p);
    return WRONG(p, "Expected operator after '%.*s' but got '%.*s'. "
                 "Valid operators: !=, <, <=, =, >, >=", STR_ARG(word), STR_ARG(p->raw));
}

/* A number or a text, made one of the class that the result has. */
static bool value(struct parse *p, enum rulevalue_class class, struct ast **out)
{
    struct rulevalue given = { .kind = RV_NULL };
    struct str text = p->raw;
    bool negative = p->token.kind == TOK_MINUS;
    double n;

    if (negative) {
        TRY(next(p));
        text = str_fmt(p->mem, "-%.*s", STR_ARG(p->raw));
    }
    if ((p->token.kind == TOK_INTEGER || p->token.kind == TOK_FLOAT)
        && parse_number(p->token.text, &n))
        given = class == CLASS_NUMBER ? rulevalue_number(negative ? -n : n) : rulevalue_text(text);
    else if (p->token.kind == TOK_STRING && !negative)
        given = rulevalue_text(str_copy(p->mem, p->token.text));
    if (given.kind == RV_NULL || !rulevalue_as(p->mem, given, class, &given))
        return WRONG(p, "Invalid value '%.*s' in HAVING expression",
                     STR_ARG(p->token.kind == TOK_STRING ? p->token.text : text));
    *out = ast_value(p->mem, given, p->token.position);
    (*out)->class = class;
    return next(p);
}

static bool comparison(struct parse *p, struct ast **out)
{
    struct ast *column, *against;
    enum rulevalue_op op;
    struct str word, sign;

    if (p->token.kind == TOK_EOF)
        return wrong_end(p);
    if (!is_word(&p->token) || p->token.kind == TOK_AND || p->token.kind == TOK_OR)
        return WRONG(p, "Expected an aggregate alias but got '%.*s' in HAVING expression",
                     STR_ARG(p->raw));
    TRY(reference(p, &word, &column));
    TRY(operator(p, word, &op));
    sign = p->raw;
    TRY(next(p));
    if (p->token.kind == TOK_EOF)
        return WRONG(p, "Expected a value after operator '%.*s' in HAVING expression",
                     STR_ARG(sign));
    TRY(value(p, column->class, &against));
    *out = ast_two(p->mem, AST_COMPARE, op, column, against);
    (*out)->class = CLASS_BOOL;
    return true;
}

/* --- the whole -------------------------------------------------------------------------------- */

static bool part(struct parse *p, struct ast **out)
{
    if (p->token.kind != TOK_LPAREN)
        return comparison(p, out);
    TRY(next(p));
    TRY(any_of(p, out));
    return close(p);
}

/* item { word item }: one item alone stays itself. */
static bool list(struct parse *p, enum token_kind word, enum ast_kind kind,
                 bool (*item)(struct parse *, struct ast **), struct ast **out)
{
    struct ast *node, *more = NULL;

    TRY(item(p, out));
    if (p->token.kind != word)
        return true;
    node = ast_new(p->mem, kind, (*out)->position);
    node->class = CLASS_BOOL;
    ast_add(p->mem, node, *out);
    while (p->token.kind == word) {
        TRY(next(p));
        TRY(item(p, &more));
        ast_add(p->mem, node, more);
    }
    *out = node;
    return node->depth <= AST_DEPTH
        || wrong(p, S("Expression is nested more than 64 levels deep"));
}

static bool all_of(struct parse *p, struct ast **out)
{
    return list(p, TOK_AND, AST_ALL, part, out);
}

static bool any_of(struct parse *p, struct ast **out)
{
    if (++p->depth > AST_DEPTH)
        return wrong(p, S("Expression is nested more than 64 levels deep"));
    TRY(list(p, TOK_OR, AST_ANY, all_of, out));
    p->depth--;
    return true;
}

bool having_read(struct arena *mem, struct str text, const struct rule_names *aliases,
                 struct rule **out, struct rule_fault *fault)
{
    struct rule *rule = arena_make(mem, struct rule);
    struct parse p = { .mem = mem, .aliases = aliases, .rule = rule, .fault = fault };

    if (text.n > PARSE_BYTES)
        return wrong(&p, S("Expression is longer than 8192 bytes"));
    rule->columns = arena_list(mem, const struct rule_name *, aliases->n);
    lex_init(&p.lex, mem, text, fault);
    TRY(next(&p) && any_of(&p, &rule->root));
    if (p.token.kind != TOK_EOF)
        return WRONG(&p, "Unexpected token '%.*s' in HAVING expression", STR_ARG(p.raw));
    if (rulesql_need(rule->root) > RULESQL_NEED)
        return wrong(&p, S("Expression is too complex"));
    *out = rule;
    return true;
}
