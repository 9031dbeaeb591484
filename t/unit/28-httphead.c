/* 28-httphead.c — the head of a request, whatever it is made of. */
#include "tap.h"

#include <stdlib.h>
#include <string.h>

#include "dice.h"
#include "http/httphead.h"

static struct arena *mem;
static size_t taken;
static char **params;

static enum httphead heads(const char *text)
{
    return httphead_read(mem, str_of(text), &taken, &params);
}

static const char *param(const char *name)
{
    size_t n = strlen(name);
    for (char **p = params; *p != NULL; p++)
        if (strncmp(*p, name, n) == 0 && (*p)[n] == '=')
            return *p + n + 1;
    return "none";
}

#define LINE "GET /api/v1/realtime/ws?token=x HTTP/1.1\r\n"

static void what_is_asked(void)
{
    is_int(heads(LINE "Host: a\r\nX-Api-Key:  k 1\t\r\nOrigin: null\r\n\r\nrest"), HTTPHEAD_WHOLE, "a head");
    is_int((int64_t)taken, (int64_t)strlen(LINE) + 43, "and where it ends");
    is_text(str_of(param("REQUEST_METHOD")), "GET", "its method");
    is_text(str_of(param("REQUEST_URI")), "/api/v1/realtime/ws?token=x", "its target");
    is_text(str_of(param("HTTP_X_API_KEY")), "k 1", "a field, without the blanks around it");
    is_text(str_of(param("REMOTE_ADDR")), "127.0.0.1", "from this machine, when nobody says otherwise");
    is_text(str_of(param("LARDER_UPGRADES")), "1", "this door upgrades");
    heads(LINE "X-Forwarded-For: 6.6.6.6, 10.0.0.9\r\nx-forwarded-for: 192.0.2.7\r\n"
          "X-Forwarded-Proto: https\r\n\r\n");
    is_text(str_of(param("REMOTE_ADDR")), "192.0.2.7", "the caller is whom the web server saw last");
    is_text(str_of(param("HTTP_X_FORWARDED_FOR")), "6.6.6.6, 10.0.0.9", "the rest is only claimed");
    is_text(str_of(param("REQUEST_SCHEME")), "https", "and how he came");
    heads(LINE "Authorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n");
    is_text(str_of(param("HTTP_AUTHORIZATION")), "Bearer a, Bearer b", "two of a field are neither");
    heads(LINE "X_Api_Key: k\r\nLARDER_UPGRADES: 0\r\nHTTP_ORIGIN: o\r\nRemote-Addr: 9.9.9.9\r\n\r\n");
    is_text(str_of(param("HTTP_X_API_KEY")), "none", "a name with an underscore is none of ours");
    is_text(str_of(param("HTTP_ORIGIN")), "none", "nor does it make one");
    is_text(str_of(param("REMOTE_ADDR")), "127.0.0.1", "no field is taken for what the server knows");
}

static void what_is_refused(void)
{
    static const char *const BAD[] = {
        "\r\n\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
        "GET /a b HTTP/1.1\r\n\r\n", "G(T / HTTP/1.1\r\n\r\n", "GET /\x7f HTTP/1.1\r\n\r\n",
        LINE "no colon\r\n\r\n", LINE ": empty\r\n\r\n", LINE "a b: c\r\n\r\n", LINE "Host : x\r\n\r\n",
        LINE " folded: x\r\n\r\n", LINE "a: b\r\n c\r\n\r\n", LINE "a: b\x01\r\n\r\n", LINE "a: b\rc\r\n\r\n",
        LINE "a: b\nc: d\r\n\r\n", LINE "a: b\r\r\n\r\n",
    };
    static const char ZERO[] = LINE "a: b\0c\r\n\r\n";
    struct buf many;
    size_t taken_for_good = 0;
    for (size_t i = 0; i < COUNT(BAD); i++)
        taken_for_good += heads(BAD[i]) != HTTPHEAD_BAD;
    is_int((int64_t)taken_for_good, 0, "what is no head is refused");
    is_int(httphead_read(mem, (struct str){ ZERO, sizeof ZERO - 1 }, &taken, &params), HTTPHEAD_BAD, "a NUL");
    buf_init(&many, mem, SIZE_MAX);
    buf_str(&many, S(LINE));
    for (int i = 0; i <= HTTPHEAD_FIELDS; i++)
        buf_fmt(&many, "f%d: x\r\n", i);
    buf_str(&many, S("\r\n"));
    is_int(httphead_read(mem, buf_text(&many), &taken, &params), HTTPHEAD_BAD, "more fields than there are");
    is_int(heads(LINE "Host: a\r\n"), HTTPHEAD_MORE, "half a head waits for the rest");
    is_int(heads(""), HTTPHEAD_MORE, "and so does nothing");
    buf_cut(&many, 0);
    buf_str(&many, S(LINE "a: "));
    while (many.n < HTTPHEAD_MOST)
        buf_c(&many, 'x');
    is_int(httphead_read(mem, buf_text(&many), &taken, &params), HTTPHEAD_LONG, "but not for ever");
}

/* Whatever comes: it is taken or refused, in pieces as at once, and nothing is read past its end. */
static void what_is_anything(void)
{
    static const char *const PARTS[] = { "GET", " ", "/", "?a=b", "\r\n", "\r\n\r\n", "\n", "\r", ":",
        "Host", "X-Forwarded-For", ",", "1.2.3.4", "a", "_", "\t", "\x80", "%00", LINE };
    struct dice dice = { 5 };
    bool same = true, closed = true;
    for (int turn = 0; turn < 20000; turn++) {
        struct buf text;
        buf_init(&text, mem, 4096);
        if (dice_roll(&dice, 2) == 0)
            buf_str(&text, S(LINE));
        for (unsigned n = dice_roll(&dice, 20); n > 0; n--)
            buf_str(&text, str_of(dice_pick(&dice, PARTS, COUNT(PARTS))));
        char *exact = malloc(text.n + 1);
        memcpy(exact, text.p == NULL ? "" : text.p, text.n);
        struct str whole = { exact, text.n };
        enum httphead what = httphead_read(mem, whole, &taken, &params);
        for (size_t i = 0; what == HTTPHEAD_WHOLE && params[i] != NULL; i++)
            closed = closed && strchr(params[i], '=') != NULL
                  && strpbrk(params[i], "\r\n") == NULL;
        size_t cut = dice_roll(&dice, (unsigned)text.n + 1), end = taken;
        enum httphead early = httphead_read(mem, str_sub(whole, 0, cut), &taken, &params);
        same = same && (early == HTTPHEAD_MORE || (early == what && taken == end));
        free(exact);
        arena_reset(mem);
    }
    ok(same, "a part of a head is as good as the whole or waits for it");
    ok(closed, "and no line of it gets into a parameter");
}

int main(void)
{
    mem = arena_new(0, NULL, NULL);
    plan(22);
    what_is_asked();
    what_is_refused();
    what_is_anything();
    arena_free(mem);
    return done();
}
