/* 28-ws.c — WebSocket frames: the examples of RFC 6455, and everything that a client may not send. */
#include "tap.h"

#include <string.h>

#include "base/base64.h"
#include "crypto/sha1.h"
#include "live/ws.h"

enum { MAX = 1024, LAST = 0x80, MASKED = 0x80 };

/* What comes of bytes: " op:payload" for each message, " !code" for a fault, " +n" for what is left. */
static struct str told(struct str wire, size_t step, size_t max)
{
    struct ws_reader reader;
    struct buf out = tap_buf(1 << 20);
    char *bytes = arena_alloc(tap_mem(), wire.n + 1);
    size_t have = 0, from = 0, taken;
    enum ws_read found = WS_MORE;
    ws_begin(&reader, max);
    while (found != WS_FAULT && from < wire.n) {
        size_t n = wire.n - from < step ? wire.n - from : step;
        memcpy(bytes + have, wire.p + from, n);
        have += n;
        from += n;
        do {
            enum ws_op op;
            struct str payload;
            int code;
            found = ws_read(&reader, bytes, have, &taken, &op, &payload, &code);
            if (found == WS_FRAME)
                buf_fmt(&out, " %d:%.*s", (int)op, STR_ARG(payload));
            else if (found == WS_FAULT)
                buf_fmt(&out, " !%d", code);
            memmove(bytes, bytes + taken, have - taken);
            have -= taken;
        } while (found == WS_FRAME);
    }
    if (found == WS_MORE && have > 0)
        buf_fmt(&out, " +%zu", have);
    ws_end(&reader);
    return buf_text(&out);
}

/* Alike however it arrives. */
static void reads(struct str wire, const char *wanted, const char *what)
{
    struct str at_once = told(wire, SIZE_MAX, MAX);
    bool alike = str_eq(told(wire, 1, MAX), at_once) && str_eq(told(wire, 3, MAX), at_once);
    if (!alike)
        printf("# by bytes: %.*s\n", STR_ARG(told(wire, 1, MAX)));
    is_text(alike ? at_once : S("not alike"), wanted, what);
}

/* A client's frame: the first byte as given, the length in the form asked for (0: the shortest). */
static void put_frame(struct buf *out, unsigned first, struct str payload, size_t wide)
{
    static const unsigned char mask[] = { 0x37, 0xfa, 0x21, 0x3d };
    if (wide == 0)
        wide = payload.n > UINT16_MAX ? 8 : payload.n > 125 ? 2 : 1;
    buf_c(out, (char)first);
    buf_c(out, (char)(MASKED | (wide == 8 ? 127 : wide == 2 ? 126 : payload.n)));
    for (size_t left = wide == 1 ? 0 : wide; left > 0; left--)
        buf_c(out, (char)((uint64_t)payload.n >> (8 * (left - 1)) & 0xff));
    buf_put(out, (const char *)mask, sizeof mask);
    for (size_t i = 0; i < payload.n; i++)
        buf_c(out, (char)((unsigned char)payload.p[i] ^ mask[i % 4]));
}

static struct str frame(unsigned first, struct str payload)
{
    struct buf out = tap_buf(1 << 20);
    put_frame(&out, first, payload, 0);
    return buf_text(&out);
}

static struct str wide_frame(unsigned first, struct str payload, size_t wide)
{
    struct buf out = tap_buf(1 << 20);
    put_frame(&out, first, payload, wide);
    return buf_text(&out);
}

static struct str both(struct str a, struct str b)
{
    struct buf out = tap_buf(1 << 20);
    buf_str(&out, a);
    buf_str(&out, b);
    return buf_text(&out);
}

static struct str many(char c, size_t n)
{
    char *p = arena_alloc(tap_mem(), n + 1);
    memset(p, c, n);
    return (struct str){ p, n };
}

static struct str put(enum ws_op op, struct str payload)
{
    struct buf out = tap_buf(1 << 20);
    ws_put(&out, op, payload);
    return buf_text(&out);
}

static struct str put_close(int code, struct str reason)
{
    struct buf out = tap_buf(1 << 20);
    ws_put_close(&out, code, reason);
    return base64_hex(tap_mem(), buf_text(&out));
}

static struct str hash(struct str message)
{
    unsigned char sum[SHA1_BYTES];
    sha1_sum(message, sum);
    return base64_hex(tap_mem(), (struct str){ (const char *)sum, sizeof sum });
}

static void handshake(void)
{
    is_text(hash(S("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d", "SHA-1 of FIPS 180");
    is_text(hash(S("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1", "of two blocks");
    is_text(hash(NO_STR), "da39a3ee5e6b4b0d3255bfef95601890afd80709", "of nothing");
    is_text(hash(many('a', 1000000)), "34aa973cd4c4daa4f61eeb2bdbad27316534016f", "of a million");
    is_text(hash(many('a', 55)), "c1c8bbdc22796e28c0e15163d20899b65621d65a", "of 55 bytes");
    is_text(hash(many('a', 64)), "0098ba824b5c16427bd7a1122a5a442a25ec644d", "of 64 bytes");
    is_text(ws_accept(tap_mem(), S("dGhlIHNhbXBsZSBub25jZQ==")), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            "the handshake of RFC 6455, section 1.3");
    ok(str_absent(ws_accept(tap_mem(), S("dGhlIHNhbXBsZQ=="))), "a key is 16 bytes");
    ok(str_absent(ws_accept(tap_mem(), S("not base64 at all!!!!!!!"))), "in base64");
    ok(str_absent(ws_accept(tap_mem(), NO_STR)), "and there");
}

/* Section 5.7. */
static void examples(void)
{
    reads(S("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), " 1:Hello", "a masked text");
    reads(S("\x89\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), " 9:Hello", "a ping");
    reads(S("\x8a\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), " 10:Hello", "a pong");
    reads(both(frame(WS_TEXT, S("Hel")), frame(LAST, S("lo"))), " 1:Hello", "a text in fragments");
    is_text(put(WS_TEXT, S("Hello")), "\x81\x05Hello", "an unmasked text, written");
    is_text(put(WS_PING, S("Hello")), "\x89\x05Hello", "a ping, written");
    struct str small = put(WS_BINARY, many('x', 256)), large = put(WS_BINARY, many('x', 65536));
    ok(small.n == 4 + 256 && memcmp(small.p, "\x82\x7e\x01\x00", 4) == 0, "256 bytes, written");
    ok(large.n == 10 + 65536 && memcmp(large.p, "\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10) == 0,
       "64 KiB, written");
    ok(put(WS_TEXT, many('x', 125)).n == 2 + 125 && put(WS_TEXT, many('x', 126)).n == 4 + 126
       && put(WS_TEXT, many('x', 65535)).n == 4 + 65535, "and the lengths at the borders");
}

static void messages(void)
{
    struct str ping = frame(LAST | WS_PING, S("p"));
    reads(both(frame(LAST | WS_TEXT, S("a")), frame(LAST | WS_BINARY, S("b"))), " 1:a 2:b",
          "one after the other");
    reads(both(both(frame(WS_TEXT, S("a")), ping), both(frame(0, S("b")), frame(LAST, S("c")))),
          " 9:p 1:abc", "a ping between fragments");
    reads(frame(LAST | WS_TEXT, S("")), " 1:", "an empty text");
    reads(frame(LAST | WS_PING, S("")), " 9:", "an empty ping");
    reads(both(frame(WS_BINARY, S("")), frame(LAST, S(""))), " 2:", "of empty fragments");
    reads(both(both(frame(WS_TEXT, S("")), frame(0, S("x"))), frame(LAST, S(""))), " 1:x",
          "empty fragments around a full one");
    reads(both(both(frame(WS_TEXT, S("one")), frame(LAST, S("!"))),
               both(frame(WS_TEXT, S("two")), frame(LAST, S("?")))), " 1:one! 1:two?",
          "fragments again, after fragments");
    reads(both(frame(LAST | WS_TEXT, S("a")), S("\x81\x85\x37\xfa")), " 1:a +4", "a frame in parts");
    reads(both(frame(WS_TEXT, S("\xe2\x82")), frame(LAST, S("\xac"))), " 1:\xe2\x82\xac",
          "a character in two fragments");
    ok(told(frame(LAST | WS_TEXT, many('x', 126)), 1, MAX).n == 3 + 126, "126 bytes");
    ok(told(frame(LAST | WS_TEXT, many('x', 70000)), 4096, 70000).n == 3 + 70000, "70,000 bytes");
    ok(told(both(frame(WS_TEXT, many('x', 600)), frame(LAST, many('x', 424))), 1, MAX).n == 3 + MAX,
       "as much as is allowed, in fragments");
}

static void misuse(void)
{
    struct str longest = many('x', MAX + 1);
    reads(S("\x81\x05Hello"), " !1002", "an unmasked frame");
    reads(S("\x88\x00"), " !1002", "an unmasked close");
    for (unsigned bit = 0x10; bit <= 0x40; bit <<= 1)
        reads(frame(LAST | bit | WS_TEXT, S("a")), " !1002", "a reserved bit");
    for (unsigned op = 3; op <= 7; op++)
        reads(frame(LAST | op, S("a")), " !1002", "a reserved opcode");
    for (unsigned op = 11; op <= 15; op++)
        reads(frame(LAST | op, S("a")), " !1002", "a reserved control opcode");
    reads(frame(WS_PING, S("a")), " !1002", "a ping in fragments");
    reads(frame(WS_CLOSE, S("")), " !1002", "a close in fragments");
    reads(frame(LAST | WS_PING, many('x', 126)), " !1002", "a long ping");
    reads(frame(LAST, S("a")), " !1002", "a continuation of nothing");
    reads(both(frame(LAST | WS_TEXT, S("a")), frame(LAST, S("b"))), " 1:a !1002",
          "a continuation after the end");
    reads(both(frame(WS_TEXT, S("a")), frame(LAST | WS_TEXT, S("b"))), " !1002",
          "a message within a message");
    reads(both(frame(WS_TEXT, S("a")), frame(WS_BINARY, S("b"))), " !1002",
          "fragments within fragments");
    reads(wide_frame(LAST | WS_TEXT, S("a"), 2), " !1002", "a length in two bytes that fits in one");
    reads(wide_frame(LAST | WS_TEXT, S("a"), 8), " !1002", "in eight");
    reads(S("\x81\xff\x80\0\0\0\0\x01\0\0"), " !1002", "a length below zero");
    reads(S("\x81\xff\0\0\0\xff\0\0\0\0"), " !1009", "a giant, told from its header");
    reads(frame(LAST | WS_TEXT, longest), " !1009", "a message too long");
    reads(both(frame(WS_TEXT, many('x', 1000)), frame(0, many('x', 25))), " !1009",
          "too long in fragments");
    reads(both(frame(WS_TEXT, many('x', MAX)), frame(LAST | WS_PING, S("p"))), " 9:p",
          "a ping has room beside the longest");
    reads(frame(LAST | WS_TEXT, S("\xff")), " !1007", "no UTF-8");
    reads(frame(LAST | WS_TEXT, S("\xed\xa0\x80")), " !1007", "half a surrogate pair");
    reads(frame(LAST | WS_TEXT, S("\xc0\x80")), " !1007", "an overlong NUL");
    reads(both(frame(WS_TEXT, S("\xe2\x82")), frame(LAST, S("!"))), " !1007",
          "a character that its second fragment breaks");
    reads(frame(LAST | WS_BINARY, S("\xff")), " 2:\xff", "bytes need not be UTF-8");
}

static void closing(void)
{
    static const char *const BAD[] = { "\x03\xe7", "\x03\xec", "\x03\xed", "\x03\xee", "\x03\xf7",
                                       "\x07\xd0", "\x0b\xb7", "\x13\x88", "\xff\xff" };
    static const char *const GOOD[] = { "\x03\xe8", "\x03\xeb", "\x03\xef", "\x03\xf6", "\x0b\xb8",
                                        "\x13\x87" };
    reads(frame(LAST | WS_CLOSE, S("")), " 8:", "a close that says nothing");
    reads(frame(LAST | WS_CLOSE, S("\x03\xe8" "bye")), " 8:\x03\xe8" "bye", "one with its reason");
    reads(frame(LAST | WS_CLOSE, S("\x03")), " !1002", "half a code");
    reads(frame(LAST | WS_CLOSE, S("\x03\xe8\xff")), " !1007", "a reason that is no UTF-8");
    for (size_t i = 0; i < COUNT(BAD); i++)
        reads(frame(LAST | WS_CLOSE, str_of(BAD[i])), " !1002", "a code that may not be sent");
    for (size_t i = 0; i < COUNT(GOOD); i++)
        ok(told(frame(LAST | WS_CLOSE, str_of(GOOD[i])), 1, MAX).n == 5, "a code that may");
    is_int(ws_close_code(S("\x03\xe8" "bye")), 1000, "the code is read");
    is_int(ws_close_code(S("")), 1005, "or known to be none");
    is_text(put_close(1008, S("no")), "880403f06e6f", "a close, written");
    is_text(put_close(1005, S("no")), "8800", "and one without a code");
    struct str cut = put_close(1000, many('x', 200));
    ok(cut.n == 2 * (2 + 125) && str_starts(cut, S("887d03e8")), "a long reason is cut");
    struct buf words = tap_buf(1024);
    buf_str(&words, many('x', 122));
    buf_str(&words, S("\xe2\x82\xac"));
    is_int(put_close(1000, buf_text(&words)).n, 2 * (2 + 2 + 122), "not within a character");
}

/* Many fragments of nothing take no memory, and what was begun is freed. */
static void holding(void)
{
    struct ws_reader reader;
    enum ws_op op;
    struct str payload, wire = frame(0, S(""));
    int code;
    size_t taken, held = 0;
    char bytes[64];
    ws_begin(&reader, MAX);
    struct str first = frame(WS_TEXT, S("x"));
    memcpy(bytes, first.p, first.n);
    ok(ws_read(&reader, bytes, first.n, &taken, &op, &payload, &code) == WS_MORE
       && taken == first.n, "a fragment is taken");
    for (size_t i = 0; i < 10000; i++) {
        memcpy(bytes, wire.p, wire.n);
        held += ws_read(&reader, bytes, wire.n, &taken, &op, &payload, &code) == WS_MORE;
    }
    ok(held == 10000 && arena_used(reader.mem) <= 4096, "empty ones are not kept");
    ws_end(&reader);
    ok(reader.mem == NULL && reader.max == MAX, "all is given back");
}

int main(void)
{
    plan(93);
    handshake();
    examples();
    messages();
    misuse();
    closing();
    holding();
    return done();
}
