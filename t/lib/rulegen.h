/* rulegen.h — expressions at random over rulenames.h: every kind of node, both spellings, all of them valid. */
#ifndef RULEGEN_H
#define RULEGEN_H

#include "base/utf8.h"
#include "dice.h"
#include "rulenames.h"

struct rulegen {
    struct dice *dice;
    enum rule_use use;
    struct buf *out;
    const char *prefix;                             /* of every field; NULL: none                  */
};

/* What texts, literals and rows alike, are drawn from: so that they meet. */
static const char *const RULEGEN_TEXTS[] = {
    "", "a", "A", "b", "ab", "Apple", "apple", "ÄPFEL", "äpfel", "Zebra", "zebra", "50%", "a_b\\", "\\", "%",
    "_", "it's \"x\"", "日本語", "🙂", "🙂%", "e\xCC\x81", "é", "ß", "İ", "ı", "\xE2\x84\xAA", "ſ", "\xEF\xBF\xBD",
    "\xF4\x8F\xBF\xBF", "a ", " a", "a\nb", "\t", "7", "07", "7.0", "-5.5", "true", "null", "active",
    "archived", "u1", "u2", "user", "admin", "2024-01-02", "2024-01-02T00:00:00Z", "{\"a\":1}", "[1]", "$1",
    "?1", ":a", "'; --",
};
static const char *const RULEGEN_PATTERNS[] = {
    "a%", "%a", "%E", "%p%", "A____", "_", "__", "%", "%%", "%_%", "_%_", "a_b\\", "%\\", "%\\%", "50%", "Ä%",
    "ä%", "%🙂%", "🙂_", "K", "s", "%a%b%", "zE_r%", "[a]%", "(a|b)", "a\\%",
};
static const char *const RULEGEN_TIMES[] = {
    "2024-01-01", "2024-01-02", "2024-01-01T00:00:00.000001Z", "2024-01-01T01:00:00.5+01:00", "20240102",
    "2024-01-02 12:00", "1970-01-01", "1969-12-31T23:59:59.999999Z", "0001-01-01",
    "9999-12-31T23:59:59.999999Z",
};
static const char *const RULEGEN_DATES[] = {
    "2024-01-01", "2024-01-02", "2024-02-29", "1999-12-31", "0001-01-01", "9999-12-31",
};

/* Short texts of letters in both cases, wild cards and wide characters. */
static inline struct str rulegen_letters(struct dice *d, struct arena *mem)
{
    static const char *const LETTERS[] = { "a", "b", "A", "B", "%", "_", "\\", "ä", "Ä", "🙂", "'", "\"" };
    struct buf b;
    buf_init(&b, mem, 64);
    for (unsigned n = dice_roll(d, 7); n > 0; n--)
        buf_str(&b, str_of(dice_pick(d, LETTERS, COUNT(LETTERS))));
    return buf_text(&b);
}

static inline struct str rulegen_text(struct dice *d, struct arena *mem)
{
    unsigned kind = dice_roll(d, 8);
    if (kind < 5)
        return str_of(dice_pick(d, RULEGEN_TEXTS, COUNT(RULEGEN_TEXTS)));
    return kind < 6 ? str_of(dice_pick(d, RULEGEN_PATTERNS, COUNT(RULEGEN_PATTERNS))) : rulegen_letters(d, mem);
}

static inline void rulegen_put(struct rulegen *g, const char *text)
{
    buf_str(g->out, str_of(text));
}
#define RULEGEN_ONE(g, ...) rulegen_put((g), DICE_PICK((g)->dice, __VA_ARGS__))

/* In quotes of either kind; \ and the quote escaped, the other quote sometimes. */
static inline void rulegen_quoted(struct rulegen *g, struct str text)
{
    char quote = dice_roll(g->dice, 2) == 0 ? '\'' : '"';
    buf_c(g->out, quote);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '\\' || c == quote || ((c == '"' || c == '\'') && dice_roll(g->dice, 2) == 0))
            buf_c(g->out, '\\');
        buf_c(g->out, c);
    }
    buf_c(g->out, quote);
}

/* Digits as the lexer knows them: no sign, no exponent. */
static inline void rulegen_digits(struct rulegen *g)
{
    unsigned kind = dice_roll(g->dice, 12);
    if (kind < 7)
        RULEGEN_ONE(g, "0", "1", "2", "3", "10", "0.5", "0.1", "0.2", "0.3", "1.5", "7.25", "5.", "007",
                    "1000000");
    else if (kind < 8)
        RULEGEN_ONE(g, "9007199254740992", "9007199254740993", "0.30000000000000004", "18446744073709551616",
                    "0.000000000000000000000000000001");
    else if (kind < 9)
        buf_fmt(g->out, "%.0f", DICE_PICK(g->dice, "a", "b")[0] == 'a' ? 1e308 : 1.7976931348623157e308);
    else if (kind < 10)
        buf_fmt(g->out, "%.340f", dice_roll(g->dice, 2) == 0 ? 1e-300 : 5e-324);
    else
        buf_fmt(g->out, kind < 11 ? "%.2f" : "%.4f", dice_roll(g->dice, 2000000) / 1e4);
}

static inline bool rulegen_is_rule(const struct rulegen *g)
{
    return g->use != RULE_FILTER;
}

static inline bool rulegen_has_data(const struct rulegen *g)
{
    return g->use == RULE_CREATE || g->use == RULE_UPDATE;
}

/* A field, with its prefix or without, or as submitted. */
static inline void rulegen_field(struct rulegen *g, const char *name)
{
    if (rulegen_has_data(g) && dice_roll(g->dice, 6) == 0)
        rulegen_put(g, "@request.data.");
    else if (rulegen_is_rule(g) && dice_roll(g->dice, 3) == 0)
        rulegen_put(g, "record.");
    rulegen_put(g, g->prefix == NULL ? "" : g->prefix);
    rulegen_put(g, name);
}

static inline void rulegen_caller(struct rulegen *g)
{
    RULEGEN_ONE(g, "@request.auth.id", "@request.auth.email", "@request.auth.role", "@request.auth.account_id",
                "user.id", "user.email", "user.role", "user.account_id", "account.id");
}

static inline void rulegen_null(struct rulegen *g)
{
    RULEGEN_ONE(g, "null", "NULL", "Null");
}

enum rulegen_class { RULEGEN_TEXT, RULEGEN_NUMBER, RULEGEN_TIME, RULEGEN_DATE, RULEGEN_BOOL, RULEGEN_CLASSES };
enum rulegen_side { RULEGEN_ANY_SIDE, RULEGEN_LITERAL };

static inline void rulegen_condition(struct rulegen *g, unsigned depth);

static inline void rulegen_number(struct rulegen *g, unsigned depth)
{
    unsigned kind = dice_roll(g->dice, depth == 0 ? 9 : 14);
    if (kind < 5) {
        rulegen_field(g, DICE_PICK(g->dice, "price", "quantity"));
    } else if (kind < 8) {
        RULEGEN_ONE(g, "", "", "", "-", "- -");
        rulegen_digits(g);
    } else if (kind < 9) {
        rulegen_null(g);
    } else if (kind < 10) {
        rulegen_put(g, "-(");
        rulegen_number(g, depth - 1);
        buf_c(g->out, ')');
    } else {
        bool parentheses = dice_roll(g->dice, 2) == 0;
        RULEGEN_ONE(g, parentheses ? "(" : "");
        rulegen_number(g, depth - 1);
        RULEGEN_ONE(g, " + ", " - ", " * ", " / ", " % ", "+", "*");
        rulegen_number(g, depth - 1);
        RULEGEN_ONE(g, parentheses ? ")" : "");
    }
}

/*
 * Nested to the right: what is written the other way round, lest SQLite's parser run out of room. Mostly it
 * comes to what stands innermost.
 */
static inline void rulegen_deep(struct rulegen *g, struct str inner)
{
    unsigned levels = dice_roll(g->dice, 12);
    for (unsigned i = 0; i < levels; i++) {
        if (dice_roll(g->dice, 8) == 0) {
            rulegen_number(g, 0);
            RULEGEN_ONE(g, " + (", " - (", " * (", " / (", " % (");
        } else {
            RULEGEN_ONE(g, "0 + (", "1 * (");
        }
    }
    buf_str(g->out, inner);
    for (unsigned i = 0; i < levels; i++)
        buf_c(g->out, ')');
}

static inline void rulegen_any_text(struct rulegen *g, bool ordered)
{
    unsigned kind = dice_roll(g->dice, rulegen_is_rule(g) ? 10 : 7);
    if (kind < 4)
        rulegen_field(g, DICE_PICK(g->dice, "title", "status", "like", "user", "title", "status", "created_by",
                                   "id", ordered ? "like" : "owner"));
    else if (kind < 6)
        rulegen_quoted(g, rulegen_text(g->dice, g->out->mem));
    else if (kind < 7)
        rulegen_null(g);
    else if (kind < 9)
        rulegen_caller(g);
    else if (rulegen_has_data(g))
        RULEGEN_ONE(g, "@request.data.meta", "@request.data.other", "@request.data.absent");
    else
        rulegen_caller(g);
}

/* One of the class that can stand on either side of a comparison. */
static inline void rulegen_operand(struct rulegen *g, enum rulegen_class class, bool ordered)
{
    switch (class) {
    case RULEGEN_TEXT: rulegen_any_text(g, ordered); return;
    case RULEGEN_NUMBER:
        if (dice_roll(g->dice, 12) == 0)
            rulegen_deep(g, str_fmt(g->out->mem, "%s%s", g->prefix == NULL ? "" : g->prefix,
                                    DICE_PICK(g->dice, "price", "quantity")));
        else
            rulegen_number(g, 2);
        return;
    case RULEGEN_TIME: rulegen_field(g, DICE_PICK(g->dice, "due", "created_at")); return;
    case RULEGEN_DATE: rulegen_field(g, "day"); return;
    default:
        if (dice_roll(g->dice, 3) > 0) {
            rulegen_field(g, DICE_PICK(g->dice, "is_done", "public"));
            return;
        }
        buf_c(g->out, '(');
        rulegen_condition(g, 1);
        buf_c(g->out, ')');
    }
}

/* What is fitted to the operand that it stands against. */
static inline void rulegen_literal(struct rulegen *g, enum rulegen_class class)
{
    if (dice_roll(g->dice, 12) == 0) {
        rulegen_null(g);
        return;
    }
    switch (class) {
    case RULEGEN_TEXT:
        rulegen_quoted(g, rulegen_text(g->dice, g->out->mem));
        return;
    case RULEGEN_NUMBER: {
        bool quoted = dice_roll(g->dice, 8) == 0;
        if (quoted) {
            RULEGEN_ONE(g, "'1e300'", "'-1e-300'", "'7'", "\"0.5\"", "'-0'", "'1E2'");
            return;
        }
        RULEGEN_ONE(g, "", "", "-");
        rulegen_digits(g);
        return;
    }
    case RULEGEN_TIME:
        rulegen_quoted(g, str_of(dice_pick(g->dice, RULEGEN_TIMES, COUNT(RULEGEN_TIMES))));
        return;
    case RULEGEN_DATE:
        rulegen_quoted(g, str_of(dice_roll(g->dice, 4) > 0
            ? dice_pick(g->dice, RULEGEN_DATES, COUNT(RULEGEN_DATES))
            : dice_pick(g->dice, RULEGEN_TIMES, COUNT(RULEGEN_TIMES))));
        return;
    default:
        RULEGEN_ONE(g, "true", "false", "TRUE", "False");
    }
}

static inline enum rulegen_class rulegen_some_class(struct rulegen *g)
{
    static const enum rulegen_class CLASS[] = {
        RULEGEN_TEXT, RULEGEN_TEXT, RULEGEN_NUMBER, RULEGEN_NUMBER, RULEGEN_TIME, RULEGEN_DATE, RULEGEN_BOOL };
    return CLASS[dice_roll(g->dice, COUNT(CLASS))];
}

static inline void rulegen_compare(struct rulegen *g)
{
    enum rulegen_class class = rulegen_some_class(g);
    bool ordered = class != RULEGEN_BOOL && dice_roll(g->dice, 2) == 0;
    bool first_literal = dice_roll(g->dice, 6) == 0, literal = !first_literal && dice_roll(g->dice, 2) == 0;
    size_t from = g->out->n;
    if (first_literal && class == RULEGEN_TEXT)
        rulegen_quoted(g, rulegen_text(g->dice, g->out->mem));
    else if (first_literal)
        rulegen_literal(g, class);
    else
        rulegen_operand(g, class, ordered);
    struct str left = str_copy(g->out->mem, str_sub(buf_text(g->out), from, g->out->n - from));
    if (ordered)
        RULEGEN_ONE(g, " < ", " <= ", " > ", " >= ", "<", ">=", "<=", ">");
    else
        RULEGEN_ONE(g, " = ", " == ", " != ", "=", "==");
    bool same = dice_roll(g->dice, 8) == 0;
    if (same && class == RULEGEN_NUMBER && !first_literal)
        rulegen_deep(g, left);
    else if (same)
        buf_str(g->out, left);
    else if (literal)
        rulegen_literal(g, class);
    else
        rulegen_operand(g, class, ordered);
}

static inline void rulegen_pattern(struct rulegen *g)
{
    rulegen_any_text(g, true);
    RULEGEN_ONE(g, " ~ ", " LIKE ", " like ", " not like ", " NOT LIKE ");
    if (dice_roll(g->dice, 2) == 0)
        rulegen_quoted(g, str_of(dice_pick(g->dice, RULEGEN_PATTERNS, COUNT(RULEGEN_PATTERNS))));
    else
        rulegen_any_text(g, true);
}

static inline void rulegen_in(struct rulegen *g)
{
    enum rulegen_class class = (enum rulegen_class)dice_roll(g->dice, RULEGEN_BOOL);
    bool bracket = dice_roll(g->dice, 2) == 0;
    if (rulegen_is_rule(g) && dice_roll(g->dice, 4) == 0) {
        rulegen_any_text(g, false);
        RULEGEN_ONE(g, " in user.groups", " not in user.groups", " IN (user.groups)");
        return;
    }
    rulegen_operand(g, class, false);
    RULEGEN_ONE(g, " IN ", " in ", " NOT IN ", " not in ");
    buf_c(g->out, bracket ? '[' : '(');
    for (unsigned i = 0, n = 1 + dice_roll(g->dice, 5); i < n; i++) {
        rulegen_put(g, i == 0 ? "" : ", ");
        if (rulegen_is_rule(g) && dice_roll(g->dice, 4) == 0)
            rulegen_operand(g, class, false);
        else
            rulegen_literal(g, class);
    }
    buf_c(g->out, bracket ? ']' : ')');
}

static inline void rulegen_is_null(struct rulegen *g)
{
    if (dice_roll(g->dice, 3) == 0)
        rulegen_field(g, "meta");
    else
        rulegen_operand(g, rulegen_some_class(g), false);
    RULEGEN_ONE(g, " IS NULL", " IS NOT NULL", " is null", " is not null");
}

static inline void rulegen_function(struct rulegen *g)
{
    RULEGEN_ONE(g, "contains(", "starts_with(", "ends_with(", "Contains(");
    rulegen_any_text(g, false);
    rulegen_put(g, ", ");
    rulegen_any_text(g, false);
    buf_c(g->out, ')');
}

static inline void rulegen_macro(struct rulegen *g)
{
    switch (dice_roll(g->dice, 7)) {
    case 0:
        RULEGEN_ONE(g, "@owns_record", "@owns_record()", "@owns_record(owner)", "@owns_record('owner')",
                    "@owns_record(record.title)", "@is_creator", "@is_creator()");
        return;
    case 1: RULEGEN_ONE(g, "@is_public", "@is_public()"); return;
    case 2: case 3:
        RULEGEN_ONE(g, "@has_role(", "@has_group(");
        rulegen_any_text(g, false);
        buf_c(g->out, ')');
        return;
    case 4: case 5:
        buf_fmt(g->out, "@in_time_range(%u, ", dice_roll(g->dice, 25));
        buf_fmt(g->out, "%u)", dice_roll(g->dice, 25));
        return;
    default:
        RULEGEN_ONE(g, "@has_permission('delete', 'posts')", "@has_permission(\"read\", 'posts')");
    }
}

static inline void rulegen_leaf(struct rulegen *g)
{
    unsigned kind = dice_roll(g->dice, rulegen_is_rule(g) ? 20 : 16);
    if (kind < 8)
        rulegen_compare(g);
    else if (kind < 10)
        rulegen_pattern(g);
    else if (kind < 12)
        rulegen_in(g);
    else if (kind < 14)
        rulegen_is_null(g);
    else if (kind < 15)
        rulegen_field(g, DICE_PICK(g->dice, "is_done", "public"));
    else if (kind < 16)
        RULEGEN_ONE(g, "true", "false", "TRUE", "1 = 1", "null is null");
    else if (kind < 18)
        rulegen_function(g);
    else
        rulegen_macro(g);
}

static inline void rulegen_condition(struct rulegen *g, unsigned depth)
{
    unsigned kind = depth == 0 ? 0 : dice_roll(g->dice, 8);
    if (kind < 3) {
        rulegen_leaf(g);
        return;
    }
    if (kind < 4) {
        RULEGEN_ONE(g, "!(", "not (", "NOT (", "!!(");
        rulegen_condition(g, depth - 1);
        buf_c(g->out, ')');
        return;
    }
    bool parentheses = dice_roll(g->dice, 3) > 0, many = dice_roll(g->dice, 60) == 0;
    RULEGEN_ONE(g, parentheses ? "(" : "");
    unsigned n = 2 + dice_roll(g->dice, many ? 80 : 3);
    for (unsigned i = 0; i < n && (i == 0 || g->out->n < 6000); i++) {
        if (i > 0 && kind < 6)
            RULEGEN_ONE(g, " && ", " and ", " AND ");
        else if (i > 0)
            RULEGEN_ONE(g, " || ", " or ", "||");
        RULEGEN_ONE(g, "", "", "", "", "!", "not ");
        rulegen_condition(g, many ? 0 : depth - 1);
    }
    RULEGEN_ONE(g, parentheses ? ")" : "");
}

#endif
