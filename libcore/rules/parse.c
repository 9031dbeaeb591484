/* parse.c — recursive descent with one token in hand; the grammar of data.md §6.2, line by line. */
#include "rules/parse.h"

#include "base/num.h"
#include "rules/lex.h"

struct parse {
    struct arena *mem;
    struct lex lex;
    struct token token;                     /* the one in hand                                    */
    const struct rule_names *names;
    bool is_filter;
    unsigned depth;
    struct rule_fault *fault;
};

static bool any_of(struct parse *p, struct ast **out);

static bool next(struct parse *p)
{
    return lex_next(&p->lex, &p->token);
}

static bool wrong(struct parse *p, size_t position, struct str message)
{
    *p->fault = (struct rule_fault){
        str_fmt(p->mem, "%.*s at position %zu", STR_ARG(message), position), position };
    return false;
}

static bool expect(struct parse *p, enum token_kind kind)
{
    if (p->token.kind == kind)
        return next(p);
    return wrong(p, p->token.position, str_fmt(p->mem, "Expected %s, found %s", lex_name(kind),
                                               lex_name(p->token.kind)));
}

/* Every way down comes through here, so no text can exhaust the stack. The first is the whole. */
static bool deeper(struct parse *p)
{
    if (++p->depth <= AST_DEPTH + 1)
        return true;
    return wrong(p, p->token.position, S("Expression is nested more than 64 levels deep"));
}

static bool fits(struct parse *p, struct ast *node, struct ast **out)
{
    *out = node;
    if (node->depth <= AST_DEPTH)
        return true;
    return wrong(p, node->position, S("Expression is nested more than 64 levels deep"));
}

/* num_real wants JSON's form: no leading zeros, digits after the point. */
bool parse_number(struct str digits, double *out)
{
    while (digits.n > 1 && digits.p[0] == '0' && digits.p[1] != '.')
        digits = str_sub(digits, 1, digits.n);
    if (str_ends(digits, S(".")))
        digits.n--;
    return num_real(digits, out);
}

static bool number(struct parse *p, struct ast **out)
{
    double n;
    if (!parse_number(p->token.text, &n))
        return wrong(p, p->token.position, S("Number is too large"));
    *out = ast_value(p->mem, rulevalue_number(n), p->token.position);
    (*out)->text = str_copy(p->mem, p->token.text);
    return next(p);
}

static bool literal(struct parse *p, struct ast **out)
{
    struct rulevalue value = { .kind = RV_NULL };
    if (p->token.kind == TOK_INTEGER || p->token.kind == TOK_FLOAT)
        return number(p, out);
    if (p->token.kind == TOK_STRING)
        value = rulevalue_text(str_copy(p->mem, p->token.text));
    else if (p->token.kind == TOK_BOOLEAN)
        value = rulevalue_bool(str_eq_nocase(p->token.text, S("true")));
    *out = ast_value(p->mem, value, p->token.position);
    (*out)->text = str_copy(p->mem, p->token.text);
    return next(p);
}

/* [ expr , { "," , expr } ] up to the closing token. */
static bool list(struct parse *p, enum token_kind close, bool may_be_empty, struct ast *node)
{
    struct ast *item = NULL;
    while (!may_be_empty || p->token.kind != close) {
        if (node->kind == AST_IN && node->kid_count > PARSE_ITEMS)
            return wrong(p, p->token.position, S("IN list has more than 512 items"));
        TRY(any_of(p, &item));
        ast_add(p->mem, node, item);
        if (p->token.kind != TOK_COMMA)
            break;
        TRY(next(p));
        may_be_empty = false;
    }
    return expect(p, close);
}

static bool identifier(struct parse *p, struct ast **out)
{
    struct ast *node = ast_name(p->mem, str_copy(p->mem, p->token.text), p->token.position);
    TRY(next(p));
    if (p->token.kind == TOK_LPAREN) {
        node->kind = AST_CALL;
        TRY(next(p));
        TRY(list(p, TOK_RPAREN, true, node));
    }
    return fits(p, node, out);
}

static bool is_field(const struct parse *p, const struct token *t)
{
    bool may_be = t->word && (t->kind == TOK_AND || t->kind == TOK_OR || t->kind == TOK_LIKE);
    for (size_t i = 0; may_be && i < p->names->n; i++)
        if (str_eq(p->names->at[i].name, t->text))
            return true;
    return false;
}

static bool atom(struct parse *p, struct ast **out)
{
    struct ast *node;
    switch (p->token.kind) {
    case TOK_INTEGER: case TOK_FLOAT: case TOK_STRING: case TOK_BOOLEAN: case TOK_NULL:
        return literal(p, out);
    case TOK_IDENTIFIER:
        return identifier(p, out);
    case TOK_MINUS:
        node = ast_new(p->mem, AST_NEGATE, p->token.position);
        TRY(deeper(p) && next(p) && atom(p, out));
        ast_add(p->mem, node, *out);
        p->depth--;
        return fits(p, node, out);
    case TOK_LPAREN:
        TRY(next(p) && any_of(p, out));
        return expect(p, TOK_RPAREN);
    default:
        if (is_field(p, &p->token))
            return identifier(p, out);
        return wrong(p, p->token.position,
                     str_fmt(p->mem, "Unexpected token: %s", lex_name(p->token.kind)));
    }
}

static bool product(struct parse *p, struct ast **out)
{
    TRY(atom(p, out));
    for (;;) {
        enum rulevalue_op op = p->token.kind == TOK_STAR ? RV_MULTIPLY
                             : p->token.kind == TOK_SLASH ? RV_DIVIDE : RV_REMAINDER;
        struct ast *right = NULL;
        if (p->token.kind != TOK_STAR && p->token.kind != TOK_SLASH && p->token.kind != TOK_PERCENT)
            return true;
        TRY(next(p) && atom(p, &right));
        TRY(fits(p, ast_two(p->mem, AST_CALCULATE, op, *out, right), out));
    }
}

static bool sum(struct parse *p, struct ast **out)
{
    TRY(product(p, out));
    while (p->token.kind == TOK_PLUS || p->token.kind == TOK_MINUS) {
        enum rulevalue_op op = p->token.kind == TOK_PLUS ? RV_ADD : RV_SUBTRACT;
        struct ast *right = NULL;
        TRY(next(p) && product(p, &right));
        TRY(fits(p, ast_two(p->mem, AST_CALCULATE, op, *out, right), out));
    }
    return true;
}

static bool in(struct parse *p, struct ast *left, bool negated, struct ast **out)
{
    struct ast *node = ast_new(p->mem, AST_IN, left->position), *groups = NULL;
    bool bracket = p->token.kind == TOK_LBRACKET;
    node->negated = negated;
    ast_add(p->mem, node, left);
    if (!p->is_filter && p->token.kind == TOK_IDENTIFIER
        && str_eq(p->token.text, S("user.groups"))) {
        TRY(identifier(p, &groups));
        ast_add(p->mem, node, groups);
        return fits(p, node, out);
    }
    TRY(bracket ? next(p) : expect(p, TOK_LPAREN));
    TRY(list(p, bracket ? TOK_RBRACKET : TOK_RPAREN, false, node));
    return fits(p, node, out);
}

static bool is_null(struct parse *p, struct ast *left, struct ast **out)
{
    struct ast *node = ast_new(p->mem, AST_IS_NULL, left->position);
    ast_add(p->mem, node, left);
    if (p->token.kind == TOK_NOT && p->token.word) {
        node->negated = true;
        TRY(next(p));
    }
    TRY(expect(p, TOK_NULL));
    return fits(p, node, out);
}

static bool compare(struct parse *p, struct ast *left, struct ast **out)
{
    static const enum rulevalue_op OPS[] = {
        [TOK_EQ] = RV_EQ, [TOK_NEQ] = RV_NE, [TOK_LT] = RV_LT, [TOK_GT] = RV_GT, [TOK_LTE] = RV_LE,
        [TOK_GTE] = RV_GE, [TOK_LIKE] = RV_EQ,
    };
    enum token_kind kind = p->token.kind;
    struct ast *right = NULL;
    TRY(next(p) && sum(p, &right));
    enum ast_kind made = kind == TOK_LIKE ? AST_LIKE : AST_COMPARE;
    return fits(p, ast_two(p->mem, made, OPS[kind], left, right), out);
}

static bool comparison(struct parse *p, struct ast **out)
{
    struct ast *left = NULL;
    bool negated = false;
    TRY(sum(p, &left));
    *out = left;
    if (p->token.kind == TOK_NOT && p->token.word) {            /* x NOT IN (…), x NOT LIKE y     */
        negated = true;
        TRY(next(p));
        if (p->token.kind != TOK_LIKE && p->token.kind != TOK_IN)
            return expect(p, TOK_IN);
    }
    switch (p->token.kind) {
    case TOK_EQ: case TOK_NEQ: case TOK_LT: case TOK_GT: case TOK_LTE: case TOK_GTE: case TOK_LIKE:
        TRY(compare(p, left, out));
        (*out)->negated = negated;
        return true;
    case TOK_IN:
        return next(p) && in(p, left, negated, out);
    case TOK_IS:
        return next(p) && is_null(p, left, out);
    default:
        return true;
    }
}

static bool negation(struct parse *p, struct ast **out)
{
    if (p->token.kind != TOK_NOT)
        return comparison(p, out);
    struct ast *node = ast_new(p->mem, AST_NOT, p->token.position);
    TRY(deeper(p) && next(p) && negation(p, out));
    ast_add(p->mem, node, *out);
    p->depth--;
    return fits(p, node, out);
}

static bool all_of(struct parse *p, struct ast **out)
{
    struct ast *node, *part = NULL;
    TRY(negation(p, out));
    if (p->token.kind != TOK_AND)
        return true;
    node = ast_new(p->mem, AST_ALL, (*out)->position);
    ast_add(p->mem, node, *out);
    while (p->token.kind == TOK_AND) {
        TRY(next(p) && negation(p, &part));
        ast_add(p->mem, node, part);
    }
    return fits(p, node, out);
}

static bool any_of(struct parse *p, struct ast **out)
{
    struct ast *node, *part = NULL;
    TRY(deeper(p) && all_of(p, out));
    p->depth--;
    if (p->token.kind != TOK_OR)
        return true;
    node = ast_new(p->mem, AST_ANY, (*out)->position);
    ast_add(p->mem, node, *out);
    while (p->token.kind == TOK_OR) {
        TRY(next(p) && all_of(p, &part));
        ast_add(p->mem, node, part);
    }
    return fits(p, node, out);
}

bool parse_expression(struct arena *mem, struct str text, enum rule_use use,
                      const struct rule_names *names, struct ast **out, struct rule_fault *fault)
{
    bool is_filter = use == RULE_FILTER || use == RULE_COMPUTED;
    struct parse p = { .mem = mem, .names = names, .fault = fault, .is_filter = is_filter };
    *out = NULL;
    if (text.n > PARSE_BYTES) {
        *fault = (struct rule_fault){ S("Expression is longer than 8192 bytes"), 0 };
        return false;
    }
    lex_init(&p.lex, mem, text, fault);
    TRY(next(&p) && any_of(&p, out));
    if (p.token.kind == TOK_EOF)
        return true;
    return wrong(&p, p.token.position, S("Unexpected token after expression"));
}
