/* query.c — fuzz: pairs decode once and encode back; so do times, numbers and base64 in them. */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "base/num.h"
#include "base/url.h"
#include "base/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

static void back(struct arena *mem, struct str decoded)
{
    struct buf out;
    struct str again;
    must(decoded.n == 0 || memchr(decoded.p, '\0', decoded.n) == NULL);
    buf_init(&out, mem, decoded.n * 3 + 1);
    url_part(&out, decoded);
    must(!out.over && url_decode(mem, buf_text(&out), true, &again) && str_eq(again, decoded));
}

static void as_time(struct arena *mem, struct str text)
{
    void (*const forms[])(struct buf *, int64_t) = { when_iso, when_record, when_field,
                                                     when_naive };
    int64_t us, again;
    if (!when_parse(text, &us))
        return;
    for (size_t i = 0; i < COUNT(forms); i++) {
        struct buf out;
        buf_init(&out, mem, 64);
        forms[i](&out, us);
        must(when_parse(buf_text(&out), &again) && again == us);
    }
}

static void as_number(struct arena *mem, struct str text)
{
    struct buf out;
    int64_t n, n_again;
    double real, real_again;
    buf_init(&out, mem, 64);
    if (num_int(text, &n)) {
        buf_int(&out, n);
        must(num_int(buf_text(&out), &n_again) && n == n_again);
    }
    buf_cut(&out, 0);
    if (num_real(text, &real)) {
        num_put_real(&out, real);
        must(num_real(buf_text(&out), &real_again) && real == real_again);
    }
}

static void as_base64(struct arena *mem, struct str text)
{
    struct str bytes;
    if (base64_get(mem, text, &bytes))
        must(str_eq(base64_put(mem, bytes), text));
    if (base64_get_url(mem, text, &bytes))
        must(str_eq(base64_put_url(mem, bytes, str_ends(text, S("="))), text)
             || str_eq(base64_put_url(mem, bytes, false), text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *mem = arena_new(0, NULL, NULL);
    struct str query = str_copy(mem, (struct str){ (const char *)data, size }), path, name, value;
    struct str rest = query;
    bool bad;
    if (url_decode(mem, query, false, &path))
        back(mem, path);
    while (url_pair(mem, &rest, &name, &value, &bad)) {
        if (bad)
            continue;
        back(mem, name);
        back(mem, value);
        as_time(mem, value);
        as_number(mem, value);
        as_base64(mem, value);
    }
    arena_free(mem);
    return 0;
}
