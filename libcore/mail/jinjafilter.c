/* jinjafilter.c — e escape safe upper lower title trim default length replace, as in Jinja2. */
#include "mail/jinjafilter.h"

#include <string.h>

#include "base/utf8.h"

/* compat: &#34;, where the pages of the house say &quot; */
void jinjafilter_escape(struct buf *out, struct str text)
{
    size_t plain = 0;
    for (size_t i = 0; i < text.n; i++) {
        struct str entity = text.p[i] == '&' ? S("&amp;") : text.p[i] == '<' ? S("&lt;")
                          : text.p[i] == '>' ? S("&gt;") : text.p[i] == '"' ? S("&#34;")
                          : text.p[i] == '\'' ? S("&#39;") : NO_STR;
        if (str_absent(entity))
            continue;
        buf_put(out, text.p + plain, i - plain);
        buf_str(out, entity);
        plain = i + 1;
    }
    buf_put(out, text.p + plain, text.n - plain);
}

/* The text of a value as a value, as safe as it was. */
static bool text_of(struct jinja_run *run, const struct jinja_value *in, struct jinja_value *out)
{
    struct str text;
    TRY(jinjavalue_text(run, in, &text) && jinjavalue_work(run, text.n));
    *out = jinjavalue_of_text(text);
    out->is_safe = in->is_safe;
    return true;
}

static bool escape(struct jinja_run *run, const struct jinja_value *in,
                   const struct jinja_value *args UNUSED, size_t n UNUSED, struct jinja_value *out)
{
    struct buf text;
    TRY(text_of(run, in, out));
    if (out->is_safe)
        return true;
    buf_init(&text, run->mem, out->text.n * 5);
    jinjafilter_escape(&text, out->text);
    out->text = text.n == 0 ? S("") : buf_text(&text);
    out->is_safe = true;
    return jinjavalue_work(run, text.room);
}

static bool safe(struct jinja_run *run, const struct jinja_value *in,
                 const struct jinja_value *args UNUSED, size_t n UNUSED, struct jinja_value *out)
{
    TRY(text_of(run, in, out));
    out->is_safe = true;
    return true;
}

static bool upper(struct jinja_run *run, const struct jinja_value *in,
                  const struct jinja_value *args UNUSED, size_t n UNUSED, struct jinja_value *out)
{
    TRY(text_of(run, in, out));
    out->text = str_upper(run->mem, out->text);
    return true;
}

static bool lower(struct jinja_run *run, const struct jinja_value *in,
                  const struct jinja_value *args UNUSED, size_t n UNUSED, struct jinja_value *out)
{
    TRY(text_of(run, in, out));
    out->text = str_lower(run->mem, out->text);
    return true;
}

/* A word begins after blanks, hyphens and opening brackets. The result is no longer safe. */
static bool title(struct jinja_run *run, const struct jinja_value *in,
                  const struct jinja_value *args UNUSED, size_t n UNUSED, struct jinja_value *out)
{
    struct buf text;
    uint32_t point;
    bool begins = true;
    TRY(text_of(run, in, out) && jinjavalue_work(run, 3 * out->text.n));
    struct str high = str_upper(run->mem, out->text), low = str_lower(run->mem, out->text);
    buf_init(&text, run->mem, low.n);
    for (struct str rest = low; utf8_next(&rest, &point);) {
        size_t from = text.n, bytes = low.n - rest.n - from;
        buf_str(&text, str_sub(begins ? high : low, from, bytes));
        begins = utf8_is_space(point) || (point < 0x80 && strchr("-({[<", (int)point) != NULL);
    }
    *out = jinjavalue_of_text(buf_text(&text));
    return true;
}

static bool trim(struct jinja_run *run, const struct jinja_value *in,
                 const struct jinja_value *args UNUSED, size_t n UNUSED, struct jinja_value *out)
{
    uint32_t point;
    size_t from = SIZE_MAX, to = 0;
    TRY(text_of(run, in, out));
    for (struct str rest = out->text, was = rest; utf8_next(&rest, &point); was = rest) {
        if (utf8_is_space(point))
            continue;
        if (from == SIZE_MAX)
            from = out->text.n - was.n;
        to = out->text.n - rest.n;
    }
    out->text = from == SIZE_MAX ? S("") : str_sub(out->text, from, to - from);
    return true;
}

/* default(value, also_if_false) */
static bool otherwise(struct jinja_run *run UNUSED, const struct jinja_value *in,
                      const struct jinja_value *args, size_t n, struct jinja_value *out)
{
    bool also_if_false = n > 1 && jinjavalue_truth(&args[1]);
    bool stays = also_if_false ? jinjavalue_truth(in) : in->kind != JINJA_UNDEFINED;
    *out = stays ? *in : n > 0 ? args[0] : jinjavalue_of_text(S(""));
    return true;
}

static bool length(struct jinja_run *run, const struct jinja_value *in,
                   const struct jinja_value *args UNUSED, size_t n UNUSED, struct jinja_value *out)
{
    size_t count;
    TRY(jinjavalue_length(run, in, &count));
    *out = jinjavalue_of_int((int64_t)count);
    return true;
}

/* Text put into markup is escaped first, and so is text that markup is put into. */
static bool as_safe_as(struct jinja_run *run, bool is_safe, struct jinja_value *v)
{
    struct jinja_value plain = *v;
    return !is_safe || escape(run, &plain, NULL, 0, v);
}

static bool replace_all(struct jinja_run *run, struct str old, struct str new, size_t most,
                        struct str *text)
{
    struct buf out;
    struct str rest = *text;
    size_t count = 0;
    buf_init(&out, run->mem, JINJA_WORK);
    while (rest.n > 0) {
        bool looks = count < most && rest.p[0] == old.p[0];
        bool matches = looks && str_starts(rest, old);
        struct str piece = matches ? new : str_sub(rest, 0, 1);
        TRY(jinjavalue_work(run, 2 * piece.n + (looks ? old.n : 0)));
        buf_str(&out, piece);
        rest = str_sub(rest, matches ? old.n : 1, rest.n);
        count += matches;
    }
    *text = out.n == 0 ? S("") : buf_text(&out);
    return true;
}

/* replace(old, new, how_often); an empty old text changes nothing. */
static bool replace(struct jinja_run *run, const struct jinja_value *in,
                    const struct jinja_value *args, size_t n, struct jinja_value *out)
{
    struct jinja_value old, new;
    size_t most = SIZE_MAX;
    TRY(text_of(run, in, out) && text_of(run, &args[0], &old) && text_of(run, &args[1], &new));
    if (n > 2 && args[2].kind != JINJA_INT)
        return jinjavalue_wrong(run, "replace wants a number as its third argument");
    if (n > 2 && args[2].number >= 0)
        most = (size_t)args[2].number;
    bool is_safe = run->escapes && (out->is_safe || new.is_safe);
    TRY(as_safe_as(run, is_safe, out) && as_safe_as(run, is_safe, &new));
    out->is_safe = is_safe;             /* compat: plain again where nothing is escaped */
    return old.text.n == 0 || replace_all(run, old.text, new.text, most, &out->text);
}

const struct jinja_filter *jinjafilter_find(struct str name)
{
    static const struct jinja_filter FILTERS[] = {
        { S_INIT("e"), 0, 0, escape },        { S_INIT("escape"), 0, 0, escape },
        { S_INIT("safe"), 0, 0, safe },       { S_INIT("upper"), 0, 0, upper },
        { S_INIT("lower"), 0, 0, lower },     { S_INIT("title"), 0, 0, title },
        { S_INIT("trim"), 0, 0, trim },       { S_INIT("default"), 0, 2, otherwise },
        { S_INIT("length"), 0, 0, length },   { S_INIT("replace"), 2, 3, replace },
    };
    for (size_t i = 0; i < COUNT(FILTERS); i++)
        if (str_eq(FILTERS[i].name, name))
            return &FILTERS[i];
    return NULL;
}
