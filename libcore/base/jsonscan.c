/* jsonscan.c — a state for each thing that may come next, and a bit for each level. */
#include "base/jsonscan.h"

#include <string.h>

enum {
    VALUE, VALUE_OR_END, KEY, KEY_OR_END, COLON, AFTER, STRING, ESCAPE, HEX, LITERAL,
    MINUS, ZERO, WHOLE, POINT, FRACTION, EXPONENT, SIGN, POWER
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_in_object(const struct jsonscan *scan)
{
    unsigned top = scan->depth - 1;
    return scan->depth > 0 && (scan->in_object[top / 8] >> top % 8 & 1) != 0;
}

static int wrong(struct jsonscan *scan)
{
    scan->is_wrong = true;
    return AFTER;
}

static int open_level(struct jsonscan *scan, bool object)
{
    unsigned top = scan->depth;
    if (top == JSONSCAN_DEEPEST)
        return wrong(scan);
    scan->depth++;
    scan->in_object[top / 8] &= (unsigned char)~(1u << top % 8);
    if (object)
        scan->in_object[top / 8] |= (unsigned char)(1u << top % 8);
    return object ? KEY_OR_END : VALUE_OR_END;
}

static int close_level(struct jsonscan *scan, bool object)
{
    if (scan->depth == 0 || is_in_object(scan) != object)
        return wrong(scan);
    scan->depth--;
    return AFTER;
}

static int literal(struct jsonscan *scan, const char *rest)
{
    scan->literal = rest;
    return LITERAL;
}

static int begin_value(struct jsonscan *scan, char c)
{
    scan->is_key = false;
    switch (c) {
    case '{': return open_level(scan, true);
    case '[': return open_level(scan, false);
    case '"': return STRING;
    case '-': return MINUS;
    case '0': return ZERO;
    case 't': return literal(scan, "rue");
    case 'f': return literal(scan, "alse");
    case 'n': return literal(scan, "ull");
    default:  return is_digit(c) ? WHOLE : wrong(scan);
    }
}

static int begin_key(struct jsonscan *scan, char c)
{
    scan->is_key = true;
    return c == '"' ? STRING : wrong(scan);
}

static int after_value(struct jsonscan *scan, char c)
{
    if (c == ',' && scan->depth > 0)
        return is_in_object(scan) ? KEY : VALUE;
    return c == '}' || c == ']' ? close_level(scan, c == '}') : wrong(scan);
}

static int in_string(struct jsonscan *scan, char c)
{
    if (c == '"')
        return scan->is_key ? COLON : AFTER;
    if (c == '\\')
        return ESCAPE;
    return (unsigned char)c < ' ' ? wrong(scan) : STRING;
}

static int in_escape(struct jsonscan *scan, char c)
{
    scan->hex = 4;
    if (c == 'u')
        return HEX;
    return c != '\0' && strchr("\"\\/bfnrt", c) != NULL ? STRING : wrong(scan);
}

static int in_hex(struct jsonscan *scan, char c)
{
    if (!is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'f'))
        return wrong(scan);
    return --scan->hex == 0 ? STRING : HEX;
}

static int in_literal(struct jsonscan *scan, char c)
{
    if (*scan->literal != c)
        return wrong(scan);
    return *++scan->literal == '\0' ? AFTER : LITERAL;
}

/* The state after c, or -1: the number was over before it. */
static int in_number(struct jsonscan *scan, char c)
{
    bool digit = is_digit(c), power = c == 'e' || c == 'E';
    switch (scan->state) {
    case MINUS:    return !digit ? wrong(scan) : c == '0' ? ZERO : WHOLE;
    case ZERO:     return c == '.' ? POINT : power ? EXPONENT : -1;
    case WHOLE:    return digit ? WHOLE : c == '.' ? POINT : power ? EXPONENT : -1;
    case POINT:    return digit ? FRACTION : wrong(scan);
    case FRACTION: return digit ? FRACTION : power ? EXPONENT : -1;
    case EXPONENT: return digit ? POWER : c == '+' || c == '-' ? SIGN : wrong(scan);
    case SIGN:     return digit ? POWER : wrong(scan);
    default:       return digit ? POWER : -1;
    }
}

static int between(struct jsonscan *scan, char c)
{
    if (is_space(c))
        return scan->state;
    switch (scan->state) {
    case VALUE:        return begin_value(scan, c);
    case VALUE_OR_END: return c == ']' ? close_level(scan, false) : begin_value(scan, c);
    case KEY:          return begin_key(scan, c);
    case KEY_OR_END:   return c == '}' ? close_level(scan, true) : begin_key(scan, c);
    case COLON:        return c == ':' ? VALUE : wrong(scan);
    default:           return after_value(scan, c);
    }
}

static int step(struct jsonscan *scan, char c)
{
    switch (scan->state) {
    case STRING:  return in_string(scan, c);
    case ESCAPE:  return in_escape(scan, c);
    case HEX:     return in_hex(scan, c);
    case LITERAL: return in_literal(scan, c);
    default:      break;
    }
    if (scan->state >= MINUS) {
        int next = in_number(scan, c);
        if (next >= 0)
            return next;
        scan->state = AFTER;
    }
    return between(scan, c);
}

void jsonscan_begin(struct jsonscan *scan)
{
    *scan = (struct jsonscan){ .state = VALUE };
}

void jsonscan_add(struct jsonscan *scan, struct str piece)
{
    for (size_t i = 0; i < piece.n && !scan->is_wrong; i++)
        scan->state = step(scan, piece.p[i]);
}

bool jsonscan_end(struct jsonscan *scan)
{
    jsonscan_add(scan, S(" "));             /* a number at the very end is over now              */
    return !scan->is_wrong && scan->state == AFTER && scan->depth == 0;
}
