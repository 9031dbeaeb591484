/* html.c — the five characters that end text in HTML, replaced. */
#include "base/html.h"

void html_text(struct buf *out, struct str s)
{
    size_t plain = 0;
    for (size_t i = 0; i < s.n; i++) {
        struct str entity = s.p[i] == '&' ? S("&amp;") : s.p[i] == '<' ? S("&lt;")
                          : s.p[i] == '>' ? S("&gt;") : s.p[i] == '"' ? S("&quot;")
                          : s.p[i] == '\'' ? S("&#39;") : NO_STR;
        if (str_absent(entity))
            continue;
        buf_put(out, s.p + plain, i - plain);
        buf_str(out, entity);
        plain = i + 1;
    }
    buf_put(out, s.p + plain, s.n - plain);
}

void html_join(struct buf *out, struct html h)
{
    buf_str(out, h.safe);
}
