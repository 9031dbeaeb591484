/* mime.c — writes a mail: encoded words, quoted-printable or base64, multipart/alternative. */
#include "mail/mime.h"

#include "base/base64.h"
#include "base/utf8.h"
#include "base/when.h"

enum {
    LINE = 76,                  /* characters in a line of an encoded body */
    WORD_BYTES = 39,            /* of text in an encoded word, so that it fits beside "Subject: " */
    HEADER_MAX = 16384
};
#define CRLF "\r\n"

/* --- headers ---------------------------------------------------------------------------------- */

static struct str one_line(struct arena *mem, struct str s)
{
    struct str valid = utf8_tidy(mem, str_absent(s) ? S("") : s, SIZE_MAX);
    char *p = arena_alloc(mem, valid.n + 1);
    for (size_t i = 0; i < valid.n; i++)
        p[i] = (unsigned char)valid.p[i] < 0x20 || valid.p[i] == 0x7f ? ' ' : valid.p[i];
    return str_trim((struct str){ p, valid.n });
}

static bool is_ascii(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* =?UTF-8?B?…?= words, broken between characters and put on lines of their own. */
static void put_words(struct buf *out, struct str text)
{
    uint32_t point;
    for (bool first = true; text.n > 0; first = false) {
        struct str rest = text, word = text;
        while (utf8_next(&rest, &point) && text.n - rest.n <= WORD_BYTES)
            word.n = text.n - rest.n;
        buf_fmt(out, "%s=?UTF-8?B?%.*s?=", first ? "" : CRLF " ",
                STR_ARG(base64_put(out->mem, word)));
        text = str_sub(text, word.n, text.n);
    }
}

static void put_text(struct buf *out, struct str text)
{
    if (is_ascii(text) && !str_has(text, S("=?")))
        buf_str(out, text);
    else
        put_words(out, text);
}

static void put_phrase(struct buf *out, struct str name)
{
    if (!is_ascii(name)) {
        put_words(out, name);
        return;
    }
    buf_c(out, '"');
    for (size_t i = 0; i < name.n; i++) {
        if (name.p[i] == '"' || name.p[i] == '\\')
            buf_c(out, '\\');
        buf_c(out, name.p[i]);
    }
    buf_c(out, '"');
}

struct str mime_mailbox(struct arena *mem, struct str name, struct str email)
{
    struct buf out;
    struct str shown = one_line(mem, name), address = one_line(mem, email);
    buf_init(&out, mem, HEADER_MAX);
    if (shown.n == 0)
        return address;
    put_phrase(&out, shown);
    buf_fmt(&out, " <%.*s>", STR_ARG(address));
    return buf_text(&out);
}

/* RFC 5322 wants an offset where HTTP says GMT. */
static void put_date(struct buf *out, int64_t at)
{
    size_t start = out->n;
    when_http(out, at);
    if (out->n > start + 3)
        buf_cut(out, out->n - 3);
    buf_str(out, S("+0000"));
}

static struct str domain_of(struct str email)
{
    size_t at;
    return str_find(email, '@', &at) ? str_sub(email, at + 1, email.n) : S("localhost");
}

static void put_headers(struct buf *out, struct arena *mem, const struct mime *mail)
{
    struct str from = one_line(mem, mail->from_email);
    buf_fmt(out, "From: %.*s" CRLF, STR_ARG(mime_mailbox(mem, mail->from_name, from)));
    buf_fmt(out, "To: %.*s" CRLF, STR_ARG(one_line(mem, mail->to)));
    if (mail->reply_to.n > 0)
        buf_fmt(out, "Reply-To: %.*s" CRLF, STR_ARG(one_line(mem, mail->reply_to)));
    buf_str(out, S("Subject: "));
    put_text(out, one_line(mem, mail->subject));
    buf_str(out, S(CRLF "Date: "));
    put_date(out, mail->at);
    buf_fmt(out, CRLF "Message-ID: <%.*s@%.*s>" CRLF, STR_ARG(mail->id), STR_ARG(domain_of(from)));
    buf_str(out, S("Auto-Submitted: auto-generated" CRLF "MIME-Version: 1.0" CRLF));
    buf_fmt(out, "Content-Type: multipart/alternative; boundary=\"=_%.*s\"" CRLF CRLF,
            STR_ARG(mail->id));
}

/* --- bodies ----------------------------------------------------------------------------------- */

/* A line of the text, without its end; soft breaks keep it short. Blanks at its end are encoded. */
static void put_quoted(struct buf *out, struct str line)
{
    size_t width = 0;
    for (size_t i = 0; i < line.n; i++) {
        unsigned char c = (unsigned char)line.p[i];
        bool blank = c == ' ' || c == '\t';
        bool plain = (c > 0x20 && c < 0x7f && c != '=') || (blank && i + 1 < line.n);
        size_t need = plain ? 1 : 3;
        if (width + need > LINE - 1) {
            buf_str(out, S("=" CRLF));
            width = 0;
        }
        if (plain)
            buf_c(out, line.p[i]);
        else
            buf_fmt(out, "=%02X", c);
        width += need;
    }
    buf_str(out, S(CRLF));
}

/* Lines as the wire has them, whatever ended them before. */
static bool next_line(struct str *rest, struct str *line)
{
    if (rest->n == 0 || !str_cut(rest, '\n', line))
        return false;
    if (line->n > 0 && line->p[line->n - 1] == '\r')
        line->n--;
    return true;
}

static void put_base64(struct buf *out, struct str body)
{
    struct buf lines;
    struct str rest = body, line;
    buf_init(&lines, out->mem, SIZE_MAX);
    while (next_line(&rest, &line)) {
        buf_str(&lines, line);
        buf_str(&lines, S(CRLF));
    }
    struct str encoded = base64_put(out->mem, buf_text(&lines));
    for (size_t at = 0; at < encoded.n; at += LINE) {
        buf_str(out, str_sub(encoded, at, LINE));
        buf_str(out, S(CRLF));
    }
}

/* Where most is not ASCII, base64 is the shorter one. */
static bool wants_base64(struct str body)
{
    size_t foreign = 0;
    for (size_t i = 0; i < body.n; i++)
        foreign += (unsigned char)body.p[i] >= 0x80;
    return foreign > body.n / 5;
}

static void put_part(struct buf *out, struct str id, const char *type, struct str body)
{
    struct str rest = body, line;
    bool base64 = wants_base64(body);
    buf_fmt(out, "--=_%.*s" CRLF "Content-Type: text/%s; charset=utf-8" CRLF
            "Content-Transfer-Encoding: %s" CRLF CRLF, STR_ARG(id), type,
            base64 ? "base64" : "quoted-printable");
    if (base64) {
        put_base64(out, body);
        return;
    }
    if (body.n == 0)
        buf_str(out, S(CRLF));
    while (next_line(&rest, &line))
        put_quoted(out, line);
}

struct str mime_write(struct arena *mem, const struct mime *mail)
{
    struct buf out;
    buf_init(&out, mem, SIZE_MAX);
    put_headers(&out, mem, mail);
    put_part(&out, mail->id, "plain", mail->text);
    put_part(&out, mail->id, "html", mail->html);
    buf_fmt(&out, "--=_%.*s--" CRLF, STR_ARG(mail->id));
    return buf_text(&out);
}
