/* 24-mime.c — mails as they go over the wire: encoded, short lines, and no header but ours. */
#include "tap.h"

#include <string.h>

#include "mail/mime.h"

static struct mime plain(void)
{
    return (struct mime){ .from_name = S("Larder"), .from_email = S("larder@example.com"),
        .to = S("ann@acme.co"), .subject = S("Hello"), .text = S("one\ntwo"), .html = S("<p>one</p>"),
        .id = S("0001-a"), .at = INT64_C(784111777) * 1000000 };
}

/* The value of a header, unfolded; absent: there is none. */
static struct str header(struct str mail, const char *name)
{
    struct str rest = mail, line;
    struct buf out = tap_buf(8192);
    bool in = false;
    while (str_cut(&rest, '\n', &line) && str_trim(line).n > 0) {
        if (in && line.p[0] == ' ')
            buf_str(&out, str_trim(line));
        else if ((in = str_starts(line, str_fmt(tap_mem(), "%s: ", name))))
            buf_str(&out, str_trim(str_sub(line, strlen(name) + 2, line.n)));
    }
    return out.n > 0 ? buf_text(&out) : NO_STR;
}

static size_t longest_line(struct str mail)
{
    struct str rest = mail, line;
    size_t longest = 0;
    while (str_cut(&rest, '\n', &line))
        longest = line.n > longest ? line.n : longest;
    return longest;
}

static bool is_clean(struct str mail)
{
    for (size_t i = 0; i < mail.n; i++) {
        unsigned char c = (unsigned char)mail.p[i];
        if (c >= 0x80 || (c < 0x20 && c != '\r' && c != '\n') || (c == '\n' && (i == 0
           || mail.p[i - 1] != '\r'))
            || (c == '\r' && (i + 1 == mail.n || mail.p[i + 1] != '\n')))
            return false;
    }
    return true;
}

static void whole(void)
{
    struct mime mail = plain();
    is_text(mime_write(tap_mem(), &mail),
            "From: \"Larder\" <larder@example.com>\r\nTo: ann@acme.co\r\nSubject: Hello\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 +0000\r\nMessage-ID: <0001-a@example.com>\r\n"
            "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative; boundary=\"=_0001-a\"\r\n\r\n"
            "--=_0001-a\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\none\r\ntwo\r\n"
            "--=_0001-a\r\nContent-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>one</p>\r\n--=_0001-a--\r\n",
                    "a whole mail");
}

static void headers(void)
{
    struct mime mail = plain();
    struct str out;
    mail.subject = S("Hi\r\nBcc: eve@evil.co\r\n\r\nbody");
    mail.from_name = S("A \"B\" \\ C\r\nX: y");
    mail.reply_to = S("back@acme.co\nBcc: eve@evil.co");
    mail.to = S("ann@acme.co\r\nCc: eve@evil.co");
    out = mime_write(tap_mem(), &mail);
    ok(str_absent(header(out, "Bcc")) && str_absent(header(out, "X")) && str_absent(header(out, "Cc")),
       "a line break in a value makes no header");
    is_text(header(out, "Subject"), "Hi  Bcc: eve@evil.co    body", "it becomes a blank");
    is_text(header(out, "From"), "\"A \\\"B\\\" \\\\ C  X: y\" <larder@example.com>", "a name is quoted");
    is_text(header(out, "Reply-To"), "back@acme.co Bcc: eve@evil.co", "where answers go");
    mail = plain();
    mail.subject = S("Grüße, 世界 and a text so long that one encoded word cannot hold it, nor can two");
    mail.from_name = S("Käse");
    out = mime_write(tap_mem(), &mail);
    ok(is_clean(out), "everything is ASCII");
    is_text(header(out, "From"), "=?UTF-8?B?S8Okc2U=?= <larder@example.com>",
            "a foreign name is an encoded word");
    is_text(header(out, "Subject"), "=?UTF-8?B?R3LDvMOfZSwg5LiW55WMIGFuZCBhIHRleHQgc28gbG9uZyB0aGF0?="
            "=?UTF-8?B?IG9uZSBlbmNvZGVkIHdvcmQgY2Fubm90IGhvbGQgaXQsIG5vciBj?=" "=?UTF-8?B?YW4gdHdv?=",
            "a long subject several");
    ok(longest_line(str_sub(out, 0, 300)) <= 77, "no line is long");
    mail.subject = S("=?UTF-8?B?ZmFrZQ==?=");
    is_text(header(mime_write(tap_mem(), &mail), "Subject"), "=?UTF-8?B?PT9VVEYtOD9CP1ptRnJaUT09Pz0=?=",
            "what looks like an encoded word is one of ours");
    mail.subject = S("");
    mail.from_name = NO_STR;
    mail.text = mail.html = NO_STR;
    ok(str_has(mime_write(tap_mem(), &mail), S("From: larder@example.com\r\n")),
            "without a name, an address alone");
}

static void bodies(void)
{
    struct mime mail = plain();
    struct str out;
    mail.text = S("a=b \n.dot\nlast \r\n");
    mail.html = S("\xe4\xb8\x96\xe7\x95\x8c\xe4\xb8\x96\xe7\x95\x8c\n");
    out = mime_write(tap_mem(), &mail);
    ok(str_has(out, S("\r\n\r\na=3Db=20\r\n.dot\r\nlast=20\r\n--")), "what may not stand as it is, is quoted");
    ok(str_has(out, S("base64\r\n\r\n5LiW55WM5LiW55WMDQo=\r\n--")), "a foreign text is base64");
    char *p = arena_alloc(tap_mem(), 5000);
    memset(p, 'x', 5000);
    mail.text = (struct str){ p, 5000 };
    p = arena_alloc(tap_mem(), 3 * 900);
    for (size_t i = 0; i < 900; i++)
        memcpy(p + 3 * i, "\xe4\xb8\x96", 3);
    mail.html = (struct str){ p, 2700 };
    out = mime_write(tap_mem(), &mail);
    ok(longest_line(out) <= 77 && is_clean(out), "long lines are broken");
    ok(str_has(out, S("xxx=\r\nxxx")), "softly");
}

int main(void)
{
    plan(15);
    whole();
    headers();
    bodies();
    return done();
}
