/* chain.c — writes an audit row as its hash sees it. */
#include "audit/chain.h"

#include <string.h>

#include "base/utf8.h"
#include "base/when.h"
#include "crypto/mac.h"

static const char HEX[] = "0123456789abcdef";

static void put_u16(struct buf *out, uint32_t unit)
{
    char text[6] = { '\\', 'u', HEX[unit >> 12 & 15], HEX[unit >> 8 & 15],
                     HEX[unit >> 4 & 15], HEX[unit & 15] };
    buf_put(out, text, sizeof text);
}

/* One code point that does not stand for itself. */
static void put_escaped(struct buf *out, uint32_t point)
{
    static const char FROM[] = "\"\\\b\f\n\r\t", TO[] = "\"\\bfnrt";
    const char *at = point != 0 && point < 0x80 ? strchr(FROM, (int)point) : NULL;
    if (at != NULL) {
        buf_c(out, '\\');
        buf_c(out, TO[at - FROM]);
    } else if (point > 0xffff) {
        put_u16(out, 0xd800 + ((point - 0x10000) >> 10));
        put_u16(out, 0xdc00 + ((point - 0x10000) & 0x3ff));
    } else {
        put_u16(out, point);
    }
}

static bool is_plain(char c)
{
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
}

static void put_text(struct buf *out, struct str s)
{
    if (s.p == NULL) {
        buf_put(out, "null", 4);
        return;
    }
    buf_c(out, '"');
    while (s.n > 0) {
        size_t run = 0;
        uint32_t point;
        while (run < s.n && is_plain(s.p[run]))
            run++;
        buf_put(out, s.p, run);
        s = str_sub(s, run, s.n);
        if (s.n == 0)
            break;
        if (!utf8_next(&s, &point)) {
            point = 0xfffd;
            s = str_sub(s, 1, s.n);
        }
        put_escaped(out, point);
    }
    buf_c(out, '"');
}

static void put_when(struct buf *out, int64_t us)
{
    buf_c(out, '"');
    when_naive(out, us);
    buf_c(out, '"');
}

static bool hex_digit(char c, uint32_t *value)
{
    const char *at = memchr("0123456789abcdefABCDEF", c, 22);
    if (at == NULL)
        return false;
    *value = c <= '9' ? (uint32_t)(c - '0') : ((uint32_t)c | 0x20) - 'a' + 10;
    return true;
}

/* Reads \uXXXX at the front of s. */
static bool read_u16(struct str s, uint32_t *unit)
{
    uint32_t digit;
    if (s.n < 6 || s.p[0] != '\\' || s.p[1] != 'u')
        return false;
    *unit = 0;
    for (size_t i = 2; i < 6; i++) {
        if (!hex_digit(s.p[i], &digit))
            return false;
        *unit = *unit << 4 | digit;
    }
    return true;
}

/* Reads one escape of a JSON string at the front of *rest. */
static uint32_t read_escape(struct str *rest)
{
    static const char FROM[] = "bfnrt", TO[] = "\b\f\n\r\t";
    uint32_t high, low;
    if (read_u16(*rest, &high)) {
        *rest = str_sub(*rest, 6, rest->n);
        if (high < 0xd800 || high > 0xdbff || !read_u16(*rest, &low)
            || low < 0xdc00 || low > 0xdfff)
            return high;
        *rest = str_sub(*rest, 6, rest->n);
        return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    }
    char c = rest->n > 1 ? rest->p[1] : '\\';
    const char *at = memchr(FROM, c, sizeof FROM - 1);
    *rest = str_sub(*rest, 2, rest->n);
    return (unsigned char)(at != NULL ? TO[at - FROM] : c);
}

/* JSON in any spacing, its texts escaped our way, ", " and ": " between: extra_metadata. */
static void put_json(struct buf *out, struct str json)
{
    bool in_text = false;
    uint32_t point;
    if (json.p == NULL) {
        buf_put(out, "null", 4);
        return;
    }
    while (json.n > 0) {
        char c = json.p[0];
        if (in_text && c == '\\') {
            point = read_escape(&json);
            if (point < 0x80 && is_plain((char)point))
                buf_c(out, (char)point);
            else
                put_escaped(out, point);
        } else if (in_text && !is_plain(c) && c != '"' && utf8_next(&json, &point)) {
            put_escaped(out, point);
        } else {
            json = str_sub(json, 1, json.n);
            in_text ^= c == '"';
            if (in_text || c > ' ')
                buf_c(out, c);
            if (!in_text && (c == ',' || c == ':'))
                buf_c(out, ' ');
        }
    }
}

#define LITERAL(out, text) buf_put((out), text, sizeof(text) - 1)

void chain_frame(struct buf *out, const struct audit_row *row, struct chain_frame *frame)
{
    size_t cut[6] = { out->n };
    LITERAL(out, "{\"account_id\": ");
    put_text(out, row->account_id);
    LITERAL(out, ", \"column_name\": ");
    cut[1] = out->n;
    LITERAL(out, ", \"es_reason\": ");
    put_text(out, row->es_reason);
    LITERAL(out, ", \"es_timestamp\": ");
    if (row->es_timestamp != 0)
        put_when(out, row->es_timestamp);
    else
        put_text(out, NO_STR);
    LITERAL(out, ", \"es_username\": ");
    put_text(out, row->es_username);
    LITERAL(out, ", \"extra_metadata\": ");
    put_json(out, row->extra_metadata);
    LITERAL(out, ", \"ip_address\": ");
    put_text(out, row->ip_address);
    LITERAL(out, ", \"new_value\": ");
    cut[2] = out->n;
    LITERAL(out, ", \"occurred_at\": ");
    put_when(out, row->occurred_at);
    LITERAL(out, ", \"old_value\": ");
    cut[3] = out->n;
    LITERAL(out, ", \"operation\": ");
    put_text(out, row->operation);
    LITERAL(out, ", \"previous_hash\": ");
    cut[4] = out->n;
    LITERAL(out, ", \"record_id\": ");
    put_text(out, row->record_id);
    LITERAL(out, ", \"request_id\": ");
    put_text(out, row->request_id);
    LITERAL(out, ", \"table_name\": ");
    put_text(out, row->table_name);
    LITERAL(out, ", \"user_agent\": ");
    put_text(out, row->user_agent);
    LITERAL(out, ", \"user_email\": ");
    put_text(out, row->user_email);
    LITERAL(out, ", \"user_id\": ");
    put_text(out, row->user_id);
    LITERAL(out, ", \"user_name\": ");
    put_text(out, row->user_name);
    buf_c(out, '}');
    cut[5] = out->n;
    for (size_t i = 0; i < COUNT(frame->part); i++)
        frame->part[i] = str_sub(buf_text(out), cut[i], cut[i + 1] - cut[i]);
}

static void put_framed(struct buf *out, const struct chain_frame *frame,
                       const struct audit_row *row)
{
    buf_str(out, frame->part[0]);
    put_text(out, row->column_name);
    buf_str(out, frame->part[1]);
    put_text(out, row->new_value);
    buf_str(out, frame->part[2]);
    put_text(out, row->old_value);
    buf_str(out, frame->part[3]);
    put_text(out, row->previous_hash);
    buf_str(out, frame->part[4]);
}

void chain_link(struct buf *scratch, const struct chain_frame *frame, const struct audit_row *row,
                char hex[CHAIN_HEX + 1])
{
    unsigned char hash[MAC_BYTES];
    size_t before = scratch->n;
    put_framed(scratch, frame, row);
    mac_sha256(str_sub(buf_text(scratch), before, scratch->n - before), hash);
    buf_cut(scratch, before);
    for (size_t i = 0; i < sizeof hash; i++) {
        hex[2 * i] = HEX[hash[i] >> 4];
        hex[2 * i + 1] = HEX[hash[i] & 15];
    }
    hex[CHAIN_HEX] = '\0';
}

void chain_document(struct buf *out, const struct audit_row *row)
{
    struct buf parts;
    struct chain_frame frame;
    buf_init(&parts, out->mem, out->max);
    chain_frame(&parts, row, &frame);
    out->over |= parts.over;
    put_framed(out, &frame, row);
}

void chain_checksum(struct buf *scratch, const struct audit_row *row, char hex[CHAIN_HEX + 1])
{
    struct buf parts;
    struct chain_frame frame;
    buf_init(&parts, scratch->mem, scratch->max);
    chain_frame(&parts, row, &frame);
    scratch->over |= parts.over;
    chain_link(scratch, &frame, row, hex);
}
