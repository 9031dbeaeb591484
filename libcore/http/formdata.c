/* formdata.c — reads what a form of ours sent, with or without files. */
#include "http/formdata.h"

#include "base/url.h"
#include "base/utf8.h"
#include "http/request.h"
#include "http/stream.h"
#include "http/websession.h"

enum { VALUES_MAX = 10000, TEXTS_MAX = 4 << 20 };

bool formdata_next(const struct formdata *form, const char *name, size_t *at, struct str *value)
{
    while (*at < form->n) {
        const struct formdata_pair *pair = &form->at[(*at)++];
        if (str_eq(pair->name, str_of(name))) {
            *value = pair->value;
            return true;
        }
    }
    return false;
}

struct str formdata_text(const struct formdata *form, const char *name)
{
    for (size_t i = form->n; i > 0; i--)
        if (str_eq(form->at[i - 1].name, str_of(name)))
            return form->at[i - 1].value;
    return NO_STR;
}

static bool add(struct cx *cx, struct formdata *form, struct str name, struct str value)
{
    if (form->n == VALUES_MAX)
        return fail(cx, E_INVALID, "Validation error", "A form has at most %d values", VALUES_MAX);
    form->at = arena_more(cx->mem, form->at, form->n, sizeof *form->at);
    form->at[form->n++] = (struct formdata_pair){ name, value };
    return true;
}

static bool is_text(const struct formdata_pair *pair)
{
    return utf8_valid(pair->name, NULL) && utf8_valid(pair->value, NULL);
}

bool formdata_read(struct cx *cx, struct str text, const char *what, struct formdata *out)
{
    struct formdata_pair pair;
    bool bad = false;
    *out = (struct formdata){ .n = 0 };
    while (!bad && url_pair(cx->mem, &text, &pair.name, &pair.value, &bad)) {
        bad = bad || !is_text(&pair);
        if (!bad)
            TRY(add(cx, out, pair.name, pair.value));
    }
    return !bad || fail(cx, E_INVALID, "Validation error", "The %s is not valid: percent signs must"
                        " be followed by two hexadecimal digits and name UTF-8 text", what);
}

/* ---- with files ---- */

static bool keep_piece(struct cx *cx, void *state, struct str piece)
{
    struct buf *text = state;
    buf_str(text, piece);
    return !text->over || fail(cx, E_TOO_LARGE, "Too large",
                               "The texts of a form have at most %d MB together", TEXTS_MAX >> 20);
}

static bool read_text(struct cx *cx, struct source from, size_t *left, struct str *out)
{
    struct buf text;
    int64_t n;
    buf_init(&text, cx->mem, *left);
    TRY(flow_pass(cx, from, (struct sink){ keep_piece, &text }, TEXTS_MAX + 1, &n));
    *left -= text.n;
    *out = text.n > 0 ? buf_text(&text) : S("");
    return true;
}

bool formdata_stream(struct reply *reply, int64_t most, formdata_file *take, void *to,
                     struct formdata *out)
{
    struct cx *cx = reply->cx;
    struct source body;
    struct multipart *form;
    struct multipart_part part;
    size_t left = TEXTS_MAX;
    bool found, checked = false;
    *out = (struct formdata){ .n = 0 };
    TRY(stream_body(reply, most, &body));
    TRY(multipart_open(cx, reply->request->content_type, body, &form));
    for (;;) {
        struct str value;
        TRY(multipart_next(cx, form, &part, &found));
        if (!checked && (!found || !str_absent(part.filename)
                         || !str_eq(part.name, S("csrf"))))
            return websession_check(cx, reply->request, NO_STR);
        if (!found)
            return true;
        if (!str_absent(part.filename)) {
            if (part.filename.n > 0)
                TRY(take(cx, to, out, &part));
            continue;
        }
        TRY(read_text(cx, part.content, &left, &value));
        if (!checked)
            TRY(websession_check(cx, reply->request, value));
        checked = true;
        if (!utf8_valid(value, NULL))
            return fail(cx, E_INVALID, "Validation error", "The form is not UTF-8 text");
        TRY(add(cx, out, str_copy(cx->mem, part.name), value));
    }
}
