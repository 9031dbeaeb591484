/* ws.c — frames of RFC 6455: cut, unmasked, joined, written. */
#include "live/ws.h"

#include <string.h>

#include "base/base64.h"
#include "base/utf8.h"
#include "crypto/sha1.h"

enum { CONTINUATION = 0, CONTROL_MOST = 125, MASK = 4, KEY_BYTES = 16 };
enum { BAD_FRAME = 1002, NO_CODE = 1005, BAD_TEXT = 1007, TOO_BIG = 1009 };

struct frame {
    bool is_last;
    unsigned op;
    size_t header;              /* its length, the mask included */
    uint64_t n;
    unsigned char mask[MASK];
};

void ws_begin(struct ws_reader *reader, size_t max)
{
    *reader = (struct ws_reader){ .max = max };
}

void ws_end(struct ws_reader *reader)
{
    if (reader->mem != NULL)
        arena_free(reader->mem);
    ws_begin(reader, reader->max);
}

/* --- reading --------------------------------------------------------------------------------- */

static bool is_control(unsigned op)
{
    return (op & 8) != 0;
}

/* The first two bytes say most of what can be wrong: nothing need be waited for. */
static bool is_possible(const struct ws_reader *reader, const unsigned char *at)
{
    unsigned op = at[0] & 0x0f, length = at[1] & 0x7f;
    bool is_last = (at[0] & 0x80) != 0;
    if ((at[0] & 0x70) != 0 || (at[1] & 0x80) == 0)
        return false;
    if (is_control(op))
        return op <= WS_PONG && is_last && length <= CONTROL_MOST;
    if (op == CONTINUATION)
        return reader->joining != 0;
    return op <= WS_BINARY && reader->joining == 0;
}

static uint64_t number(const unsigned char *at, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n; i++)
        value = value << 8 | at[i];
    return value;
}

/* WS_FRAME: the header is all there. */
static enum ws_read read_header(const struct ws_reader *reader, const unsigned char *at, size_t n,
                                struct frame *frame, int *code)
{
    *code = BAD_FRAME;
    if (n < 2)
        return WS_MORE;
    if (!is_possible(reader, at))
        return WS_FAULT;
    unsigned length = at[1] & 0x7f;
    size_t wide = length == 127 ? 8 : length == 126 ? 2 : 0;
    if (n < 2 + wide)
        return WS_MORE;
    *frame = (struct frame){ .is_last = (at[0] & 0x80) != 0, .op = at[0] & 0x0f,
                             .header = 2 + wide + MASK,
                             .n = wide == 0 ? length : number(at + 2, wide) };
    if ((wide == 2 && frame->n < 126) || (wide == 8 && (frame->n < 65536 || frame->n >> 63 != 0)))
        return WS_FAULT;
    size_t before = reader->joining != 0 && !is_control(frame->op) ? reader->message.n : 0;
    if (frame->n > reader->max - before) {
        *code = TOO_BIG;
        return WS_FAULT;
    }
    if (n < frame->header)
        return WS_MORE;
    memcpy(frame->mask, at + 2 + wide, MASK);
    return WS_FRAME;
}

static void unmask(char *at, size_t n, const unsigned char mask[MASK])
{
    for (size_t i = 0; i < n; i++)
        at[i] = (char)((unsigned char)at[i] ^ mask[i % MASK]);
}

/* Returns whether the message is complete; then *payload is all of it. */
static bool joins(struct ws_reader *reader, const struct frame *frame, struct str *payload)
{
    if (frame->is_last && reader->joining == 0) {
        reader->joining = (enum ws_op)frame->op;
        reader->joined = true;
        return true;
    }
    if (reader->joining == 0) {
        reader->joining = (enum ws_op)frame->op;
        reader->mem = arena_new(0, NULL, NULL);
        buf_init(&reader->message, reader->mem, reader->max);
    }
    buf_str(&reader->message, *payload);
    reader->joined = frame->is_last;
    *payload = buf_text(&reader->message);
    return frame->is_last;
}

static bool may_be_sent(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014)
        || (code >= 3000 && code <= 4999);
}

static int fault_in_close(struct str payload)
{
    if (payload.n == 0)
        return 0;
    if (payload.n == 1 || !may_be_sent(ws_close_code(payload)))
        return BAD_FRAME;
    return utf8_valid(str_sub(payload, 2, SIZE_MAX), NULL) ? 0 : BAD_TEXT;
}

int ws_close_code(struct str payload)
{
    return payload.n < 2 ? NO_CODE : (int)number((const unsigned char *)payload.p, 2);
}

static int fault_in(enum ws_op op, struct str payload)
{
    if (op == WS_CLOSE)
        return fault_in_close(payload);
    return op == WS_TEXT && !utf8_valid(payload, NULL) ? BAD_TEXT : 0;
}

/* One frame at the front. WS_MORE with *taken > 0: a fragment was put aside. */
static enum ws_read read_frame(struct ws_reader *reader, char *bytes, size_t n, size_t *taken,
                               enum ws_op *op, struct str *payload, int *code)
{
    struct frame frame;
    *taken = 0;
    enum ws_read found = read_header(reader, (const unsigned char *)bytes, n, &frame, code);
    if (found != WS_FRAME)
        return found;
    if (frame.n > n - frame.header)
        return WS_MORE;
    *payload = (struct str){ bytes + frame.header, (size_t)frame.n };
    unmask(bytes + frame.header, payload->n, frame.mask);
    *taken = frame.header + payload->n;
    *op = (enum ws_op)frame.op;
    if (!is_control(frame.op)) {
        if (!joins(reader, &frame, payload))
            return WS_MORE;
        *op = reader->joining;
    }
    *code = fault_in(*op, *payload);
    return *code == 0 ? WS_FRAME : WS_FAULT;
}

enum ws_read ws_read(struct ws_reader *reader, char *bytes, size_t n, size_t *taken,
                     enum ws_op *op, struct str *payload, int *code)
{
    enum ws_read found;
    size_t one;
    if (reader->joined)
        ws_end(reader);
    *taken = 0;
    do {
        found = read_frame(reader, bytes + *taken, n - *taken, &one, op, payload, code);
        *taken += one;
    } while (found == WS_MORE && one > 0);
    return found;
}

/* --- writing --------------------------------------------------------------------------------- */

static void put_header(struct buf *out, enum ws_op op, size_t n)
{
    size_t wide = n > UINT16_MAX ? 8 : n > CONTROL_MOST ? 2 : 0;
    buf_c(out, (char)(0x80 | op));
    buf_c(out, (char)(wide == 8 ? 127 : wide == 2 ? 126 : n));
    while (wide-- > 0)
        buf_c(out, (char)((uint64_t)n >> (8 * wide) & 0xff));
}

void ws_put(struct buf *out, enum ws_op op, struct str payload)
{
    put_header(out, op, payload.n);
    buf_str(out, payload);
}

/* As much as fits, and no part of a character. */
static struct str cut(struct str reason, size_t most)
{
    if (reason.n <= most)
        return reason;
    while (most > 0 && ((unsigned char)reason.p[most] & 0xc0) == 0x80)
        most--;
    return str_sub(reason, 0, most);
}

void ws_put_close(struct buf *out, int code, struct str reason)
{
    if (code == NO_CODE) {
        put_header(out, WS_CLOSE, 0);
        return;
    }
    struct str words = cut(reason, CONTROL_MOST - 2);
    put_header(out, WS_CLOSE, 2 + words.n);
    buf_c(out, (char)(code >> 8 & 0xff));
    buf_c(out, (char)(code & 0xff));
    buf_str(out, words);
}

struct str ws_accept(struct arena *mem, struct str key)
{
    struct str bytes;
    unsigned char sum[SHA1_BYTES];
    if (!base64_get(mem, key, &bytes) || bytes.n != KEY_BYTES)
        return NO_STR;
    sha1_sum(str_fmt(mem, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", STR_ARG(key)), sum);
    return base64_put(mem, (struct str){ (const char *)sum, sizeof sum });
}
