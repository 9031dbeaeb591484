/*
 * fill.h — values into a template: pages, which escape text, and plain files, which check it.
 *
 *     const struct fill values[] = { fill_text("name", s), fill_rows("users", users, n), { 0 } };
 *     TRY(fill_page(cx, "users.html", values, &page));
 *
 * Lookup  a row's own values first, then those around it; a name without a value is broken
 * Plain   a value with a control character, a quote, a backslash or one of ; { } $ is refused
 *         (E_INVALID, its name in err.field), so that no value can end a word of a configuration
 */
#ifndef VIEW_FILL_H
#define VIEW_FILL_H

#include "base/cx.h"
#include "base/html.h"

enum fill_type { FILL_END, FILL_TEXT, FILL_INT, FILL_FLAG, FILL_MARKUP, FILL_ROWS };
struct fill {
    const char *name; enum fill_type type;
    struct str text;                    /* TEXT; absent counts as none                            */
    int64_t number;                     /* INT, FLAG                                              */
    struct html html;
    const struct fill *const *rows; size_t n;   /* each row ends with { 0 }                       */
};
struct fill fill_text(const char *name, struct str s);
struct fill fill_int(const char *name, int64_t n);
struct fill fill_flag(const char *name, bool yes);
struct fill fill_html(const char *name, struct html html);
struct fill fill_rows(const char *name, const struct fill *const *rows, size_t n);

bool fill_page(struct cx *cx, const char *name, const struct fill *values, struct html *out)
    MUST_CHECK;
bool fill_plain(struct cx *cx, const char *name, const struct fill *values, struct str *out)
    MUST_CHECK;

#endif
