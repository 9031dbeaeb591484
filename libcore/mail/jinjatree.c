/* jinjatree.c — reads blocks by recursion, and expressions by their precedence. */
#include "mail/jinjatree.h"

#include "mail/jinjalex.h"

struct parser {
    struct jinjalex lex;
    size_t parts;                       /* made so far */
    unsigned depth;                     /* of blocks, and of brackets in an expression */
};

static bool parse_or(struct parser *p, struct jinja_expr **out);
static bool parse_nodes(struct parser *p, struct jinja_node **out, struct str *ending);

static bool one_more(struct parser *p)
{
    return ++p->parts <= JINJA_PARTS || jinjalex_wrong(&p->lex, "the template has too many parts");
}

static bool deeper(struct parser *p)
{
    return ++p->depth <= JINJA_DEEP || jinjalex_wrong(&p->lex, "the template nests too deep");
}

static bool is_mark(const struct parser *p, struct str mark)
{
    return p->lex.token.kind == JINJA_MARK && str_eq(p->lex.token.text, mark);
}

static bool is_word(const struct parser *p, struct str word)
{
    return p->lex.token.kind == JINJA_WORD && str_eq(p->lex.token.text, word);
}

static bool unexpected(struct parser *p, const char *wanted)
{
    const struct jinja_token *token = &p->lex.token;
    return jinjalex_wrong(&p->lex, "unexpected '%.*s', expected %s",
                          (int)(token->text.n < 100 ? token->text.n : 100), token->text.p, wanted);
}

static bool expect_mark(struct parser *p, struct str mark)
{
    return is_mark(p, mark) ? jinjalex_next(&p->lex) : unexpected(p, mark.p);
}

/* The token that ends a tag is the last one read: text follows. */
static bool expect_close(struct parser *p)
{
    return p->lex.token.kind == JINJA_CLOSE
        || unexpected(p, p->lex.tag == JINJA_OUTPUT ? "}}" : "%}");
}

/* ---- expressions ---- */

/* Chains like a.b.c and x or y or z are as high as they are long. */
static bool make(struct parser *p, enum jinja_op op, const struct jinja_expr *left,
                 const struct jinja_expr *right, struct jinja_expr **out)
{
    unsigned height = left != NULL ? left->height : 0;
    for (const struct jinja_expr *e = right; e != NULL; e = e->next)
        height = e->height > height ? e->height : height;
    TRY(one_more(p));
    if (height >= JINJA_DEEP)
        return jinjalex_wrong(&p->lex, "the expression is too long");
    *out = arena_make(p->lex.mem, struct jinja_expr);
    **out = (struct jinja_expr){ .op = op, .height = height + 1, .line = p->lex.token_line,
                                 .left = left, .right = right };
    return true;
}

static bool make_constant(struct parser *p, struct jinja_value value, struct jinja_expr **out)
{
    struct jinja_value *kept = arena_make(p->lex.mem, struct jinja_value);
    *kept = value;
    TRY(make(p, JINJA_CONSTANT, NULL, NULL, out));
    (*out)->constant = kept;
    return jinjalex_next(&p->lex);
}

/* Up to the closing mark, which is read; *comma: at least one was there. */
static bool parse_list(struct parser *p, struct str close, struct jinja_expr **first, size_t *n,
                       bool *comma)
{
    struct jinja_expr **last = first;
    *first = NULL;
    *n = 0;
    *comma = false;
    TRY(deeper(p) && jinjalex_next(&p->lex));
    while (!is_mark(p, close)) {
        TRY(parse_or(p, last));
        last = &(*last)->next;
        ++*n;
        if (!is_mark(p, S(",")))
            break;
        *comma = true;
        TRY(jinjalex_next(&p->lex));
    }
    p->depth--;
    return expect_mark(p, close);
}

/* [a, b] and (a, b) are lists; (a) is a. */
static bool parse_brackets(struct parser *p, struct str close, struct jinja_expr **out)
{
    struct jinja_expr *first;
    size_t n;
    bool comma;
    TRY(parse_list(p, close, &first, &n, &comma));
    if (n == 1 && !comma && str_eq(close, S(")"))) {
        *out = first;
        return true;
    }
    TRY(make(p, JINJA_ITEMS, NULL, first, out));
    (*out)->n = n;
    return true;
}

static bool parse_word(struct parser *p, struct jinja_expr **out)
{
    static const struct { struct str word; struct jinja_value value; } CONSTANTS[] = {
        { S_INIT("true"), { .kind = JINJA_BOOL, .number = 1 } },
        { S_INIT("True"), { .kind = JINJA_BOOL, .number = 1 } },
        { S_INIT("false"), { .kind = JINJA_BOOL } }, { S_INIT("False"), { .kind = JINJA_BOOL } },
        { S_INIT("none"), { .kind = JINJA_NONE } },  { S_INIT("None"), { .kind = JINJA_NONE } },
    };
    static const struct str RESERVED[] = {
        S_INIT("and"), S_INIT("or"), S_INIT("not"), S_INIT("in"), S_INIT("if"), S_INIT("else"),
        S_INIT("is"),
    };
    struct str word = p->lex.token.text;
    for (size_t i = 0; i < COUNT(CONSTANTS); i++)
        if (str_eq(CONSTANTS[i].word, word))
            return make_constant(p, CONSTANTS[i].value, out);
    for (size_t i = 0; i < COUNT(RESERVED); i++)
        if (str_eq(RESERVED[i], word))
            return unexpected(p, "an expression");
    TRY(make(p, JINJA_NAME, NULL, NULL, out));
    (*out)->text = word;
    return jinjalex_next(&p->lex);
}

static bool parse_primary(struct parser *p, struct jinja_expr **out)
{
    const struct jinja_token *token = &p->lex.token;
    if (token->kind == JINJA_WORD)
        return parse_word(p, out);
    if (token->kind == JINJA_STRING)
        return make_constant(p, jinjavalue_of_text(token->text), out);
    if (token->kind == JINJA_NUMBER)
        return make_constant(p, jinjavalue_of_int(token->number), out);
    if (is_mark(p, S("(")))
        return parse_brackets(p, S(")"), out);
    if (is_mark(p, S("[")))
        return parse_brackets(p, S("]"), out);
    return unexpected(p, "an expression");
}

static bool parse_filter(struct parser *p, struct jinja_expr **out)
{
    struct jinja_expr *args = NULL, *in = *out;
    struct str name = p->lex.token.text;
    size_t n = 0;
    bool comma;
    if (p->lex.token.kind != JINJA_WORD)
        return unexpected(p, "the name of a filter");
    const struct jinja_filter *filter = jinjafilter_find(name);
    if (filter == NULL)
        return jinjalex_wrong(&p->lex, "there is no filter '%.*s'",
                              (int)(name.n < 100 ? name.n : 100), name.p);
    TRY(jinjalex_next(&p->lex));
    if (is_mark(p, S("(")))
        TRY(parse_list(p, S(")"), &args, &n, &comma));
    if (n < filter->least || n > filter->most)
        return jinjalex_wrong(&p->lex, "the filter '%.*s' does not take %zu arguments",
                              STR_ARG(name), n);
    TRY(make(p, JINJA_FILTERED, in, args, out));
    (*out)->filter = filter;
    (*out)->n = n;
    return true;
}

/* Attributes, items and filters bind tightest. */
static bool parse_postfix(struct parser *p, struct jinja_expr **out)
{
    struct jinja_expr *key = NULL;
    TRY(parse_primary(p, out));
    for (;;) {
        bool is_item = is_mark(p, S("[")), is_filter = is_mark(p, S("|"));
        if (!is_item && !is_filter && !is_mark(p, S(".")))
            return true;
        TRY(jinjalex_next(&p->lex));
        if (is_item) {
            TRY(deeper(p) && parse_or(p, &key) && expect_mark(p, S("]")));
            p->depth--;
            TRY(make(p, JINJA_SUBSCRIPT, *out, key, out));
        } else if (is_filter) {
            TRY(parse_filter(p, out));
        } else if (p->lex.token.kind != JINJA_WORD) {
            return unexpected(p, "the name of an attribute");
        } else {
            TRY(make(p, JINJA_ATTRIBUTE, *out, NULL, out));
            (*out)->text = p->lex.token.text;
            TRY(jinjalex_next(&p->lex));
        }
    }
}

static bool parse_comparison(struct parser *p, struct jinja_expr **out)
{
    enum jinja_op op;
    struct jinja_expr *left, *right = NULL;
    TRY(parse_postfix(p, out));
    if (is_mark(p, S("==")))
        op = JINJA_EQUAL;
    else if (is_mark(p, S("!=")))
        op = JINJA_UNEQUAL;
    else if (is_word(p, S("in")))
        op = JINJA_IN;
    else if (is_word(p, S("not")))
        op = JINJA_NOT_IN;
    else
        return true;
    left = *out;
    TRY(jinjalex_next(&p->lex));
    if (op == JINJA_NOT_IN) {
        if (!is_word(p, S("in")))
            return unexpected(p, "in");
        TRY(jinjalex_next(&p->lex));
    }
    return parse_postfix(p, &right) && make(p, op, left, right, out);
}

static bool parse_not(struct parser *p, struct jinja_expr **out)
{
    struct jinja_expr *what = NULL;
    if (!is_word(p, S("not")))
        return parse_comparison(p, out);
    TRY(deeper(p) && jinjalex_next(&p->lex) && parse_not(p, &what));
    p->depth--;
    return make(p, JINJA_NOT, what, NULL, out);
}

static bool parse_and(struct parser *p, struct jinja_expr **out)
{
    struct jinja_expr *right = NULL;
    TRY(parse_not(p, out));
    while (is_word(p, S("and")))
        TRY(jinjalex_next(&p->lex) && parse_not(p, &right)
            && make(p, JINJA_AND, *out, right, out));
    return true;
}

static bool parse_or(struct parser *p, struct jinja_expr **out)
{
    struct jinja_expr *right = NULL;
    TRY(parse_and(p, out));
    while (is_word(p, S("or")))
        TRY(jinjalex_next(&p->lex) && parse_and(p, &right)
            && make(p, JINJA_OR, *out, right, out));
    return true;
}

static bool parse_expr(struct parser *p, const struct jinja_expr **out)
{
    struct jinja_expr *expr;
    TRY(parse_or(p, &expr));
    *out = expr;
    return true;
}

/* ---- blocks ---- */

static bool make_node(struct parser *p, enum jinja_node_kind kind, struct jinja_node **out)
{
    TRY(one_more(p));
    *out = arena_make(p->lex.mem, struct jinja_node);
    **out = (struct jinja_node){ .kind = kind, .line = p->lex.token_line };
    return true;
}

static bool never_closed(struct parser *p, const char *what, size_t line)
{
    return jinjalex_wrong(&p->lex, "the %s of line %zu is never closed by end%s", what, line, what);
}

/* Behind the word if or elif: the rest of it all, endif included. */
static bool parse_if(struct parser *p, struct jinja_node *node, size_t line)
{
    struct str ending;
    for (;;) {
        TRY(parse_expr(p, &node->expr) && expect_close(p) && parse_nodes(p, &node->body, &ending));
        if (!str_eq(ending, S("elif")))
            break;
        TRY(deeper(p) && make_node(p, JINJA_IF, &node->otherwise));
        node = node->otherwise;
    }
    if (str_eq(ending, S("else")))
        TRY(expect_close(p) && parse_nodes(p, &node->otherwise, &ending));
    if (str_absent(ending))
        return never_closed(p, "if", line);
    if (!str_eq(ending, S("endif")))
        return jinjalex_wrong(&p->lex, "unexpected '%.*s', expected endif", STR_ARG(ending));
    return expect_close(p);
}

static bool parse_for(struct parser *p, struct jinja_node *node, size_t line)
{
    struct str ending;
    if (p->lex.token.kind != JINJA_WORD)
        return unexpected(p, "the name of a variable");
    node->text = p->lex.token.text;
    TRY(jinjalex_next(&p->lex));
    if (!is_word(p, S("in")))
        return unexpected(p, "in");
    TRY(jinjalex_next(&p->lex) && parse_expr(p, &node->expr) && expect_close(p)
        && parse_nodes(p, &node->body, &ending));
    if (str_eq(ending, S("else")))
        TRY(expect_close(p) && parse_nodes(p, &node->otherwise, &ending));
    if (str_absent(ending))
        return never_closed(p, "for", line);
    if (!str_eq(ending, S("endfor")))
        return jinjalex_wrong(&p->lex, "unexpected '%.*s', expected endfor", STR_ARG(ending));
    return expect_close(p);
}

static bool is_ending(struct str word)
{
    return str_eq(word, S("elif")) || str_eq(word, S("else")) || str_eq(word, S("endif"))
        || str_eq(word, S("endfor"));
}

static bool parse_block(struct parser *p, struct jinja_node **out)
{
    struct str word = p->lex.token.text;
    size_t line = p->lex.token_line;
    unsigned depth = p->depth;
    bool is_if = is_word(p, S("if"));
    if (!is_if && !is_word(p, S("for")))
        return jinjalex_wrong(&p->lex, "the tag '%.*s' is not known; if and for are",
                              (int)(word.n < 100 ? word.n : 100), word.p);
    TRY(deeper(p) && make_node(p, is_if ? JINJA_IF : JINJA_FOR, out) && jinjalex_next(&p->lex));
    TRY(is_if ? parse_if(p, *out, line) : parse_for(p, *out, line));
    p->depth = depth;
    return true;
}

static bool parse_print(struct parser *p, struct jinja_node **out)
{
    return make_node(p, JINJA_PRINT, out) && parse_expr(p, &(*out)->expr) && expect_close(p);
}

/* Until a block that is not ours to read: its word has been read and is *ending; else absent. */
static bool parse_nodes(struct parser *p, struct jinja_node **out, struct str *ending)
{
    struct jinja_node *node = NULL;
    struct str text;
    bool more;
    *ending = NO_STR;
    do {
        TRY(jinjalex_text(&p->lex, &text, &more));
        if (text.n > 0) {
            TRY(make_node(p, JINJA_DATA, &node));
            node->text = text;
            *out = node;
            out = &node->next;
        }
        if (p->lex.tag == JINJA_BLOCK && p->lex.token.kind == JINJA_WORD
            && is_ending(p->lex.token.text)) {
            *ending = p->lex.token.text;
            return jinjalex_next(&p->lex);
        }
        if (p->lex.tag != JINJA_END) {
            TRY(p->lex.tag == JINJA_OUTPUT ? parse_print(p, &node) : parse_block(p, &node));
            *out = node;
            out = &node->next;
        }
    } while (more || p->lex.tag != JINJA_END);
    return true;
}

bool jinjatree_read(struct arena *mem, struct str source, struct jinja_node **out,
                    struct jinja_fault *fault)
{
    struct parser p = { .parts = 0 };
    struct str ending;
    *out = NULL;
    jinjalex_init(&p.lex, mem, source, fault);
    TRY(parse_nodes(&p, out, &ending));
    return str_absent(ending)
        || jinjalex_wrong(&p.lex, "unexpected '%.*s' without its beginning", STR_ARG(ending));
}
