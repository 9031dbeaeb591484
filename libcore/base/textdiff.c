/* textdiff.c — the shortest way from one list of lines to another (Myers, O(ND)). */
#include "base/textdiff.h"

#include <string.h>

enum { MOST_EDITS = 500 };                  /* beyond it texts have hardly anything in common     */

struct lines { struct str *at; size_t n; bool is_over; };

static struct lines split(struct arena *mem, struct str text)
{
    struct lines lines = { NULL, 0, false };
    struct str line;
    while (str_cut(&text, '\n', &line)) {
        if (str_absent(text) && line.n == 0)
            break;                          /* after the last line end                            */
        if (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        lines.at = arena_more(mem, lines.at, lines.n, sizeof *lines.at);
        lines.at[lines.n++] = line;
    }
    lines.is_over = lines.n > TEXTDIFF_LINES;
    return lines;
}

/* ---- the shortest way ---- */

/* Between the common beginning and end; steps are found from the end back. */
struct way {
    const struct str *a, *b;
    int n, m;                               /* lines of each                                      */
    int *ends;                              /* for each number of edits: how far on each diagonal */
    int edits;
};

static int follow(const struct way *way, int x, int y)
{
    while (x < way->n && y < way->m && str_eq(way->a[x], way->b[y])) {
        x++;
        y++;
    }
    return x;
}

static int *row_of(const struct way *way, int d)
{
    return way->ends + (size_t)d * (2 * MOST_EDITS + 3) + MOST_EDITS + 1;
}

/* False: more than MOST_EDITS. Row d holds, for diagonals -d to d, the furthest line of a. */
static bool find_way(struct way *way)
{
    for (int d = 0; d <= MOST_EDITS; d++) {
        int *now = row_of(way, d);
        const int *last = d > 0 ? row_of(way, d - 1) : NULL;
        for (int k = -d; k <= d; k += 2) {
            int x = 0;
            if (d > 0)
                x = k == -d || (k != d && last[k - 1] < last[k + 1]) ? last[k + 1]
                                                                     : last[k - 1] + 1;
            now[k] = follow(way, x, x - k);
            if (now[k] >= way->n && now[k] - k >= way->m) {
                way->edits = d;
                return true;
            }
        }
    }
    return false;
}

/* removed[i], added[j]: whether the line is on the way. */
static void mark_way(const struct way *way, bool *removed, bool *added)
{
    int x = way->n, y = way->m;
    for (int d = way->edits; d > 0; d--) {
        const int *last = row_of(way, d - 1);
        int k = x - y;
        bool is_added = k == -d || (k != d && last[k - 1] < last[k + 1]);
        int before = is_added ? last[k + 1] : last[k - 1];
        x = before;
        y = before - (is_added ? k + 1 : k - 1);
        if (is_added)
            added[y] = true;
        else
            removed[x] = true;
    }
}

/* ---- what is shown ---- */

struct marks { bool *removed, *added; };

static void put(struct arena *mem, struct textdiff *out, enum textdiff_kind kind, struct str text)
{
    out->at = arena_more(mem, out->at, out->n, sizeof *out->at);
    out->at[out->n++] = (struct textdiff_line){ kind, text, 0 };
}

/* Long runs of the same are folded. */
static void fold(struct arena *mem, const struct textdiff *all, struct textdiff *out)
{
    for (size_t i = 0; i < all->n;) {
        size_t end = i, head = i == 0 ? 0 : TEXTDIFF_CONTEXT;
        while (end < all->n && all->at[end].kind == TEXTDIFF_SAME)
            end++;
        size_t tail = end == all->n ? 0 : TEXTDIFF_CONTEXT;
        for (size_t from = i; i < end; i++) {
            if (i == from + head && end - from > head + tail + 1) {
                put(mem, out, TEXTDIFF_SKIPPED, NO_STR);
                out->at[out->n - 1].count = end - from - head - tail;
                i = end - tail;
            }
            if (i < end)
                put(mem, out, TEXTDIFF_SAME, all->at[i].text);
        }
        for (; i < all->n && all->at[i].kind != TEXTDIFF_SAME; i++)
            put(mem, out, all->at[i].kind, all->at[i].text);
    }
}

static void walk(struct arena *mem, const struct lines *a, const struct lines *b,
                 const struct marks *marks, struct textdiff *out)
{
    size_t i = 0, j = 0;
    while (i < a->n || j < b->n) {
        while (i < a->n && marks->removed[i])
            put(mem, out, TEXTDIFF_REMOVED, a->at[i++]);
        while (j < b->n && marks->added[j])
            put(mem, out, TEXTDIFF_ADDED, b->at[j++]);
        if (i < a->n && j < b->n && !marks->removed[i]) {
            put(mem, out, TEXTDIFF_SAME, a->at[i++]);
            j++;
        }
    }
}

static size_t common_start(const struct lines *a, const struct lines *b)
{
    size_t n = 0;
    while (n < a->n && n < b->n && str_eq(a->at[n], b->at[n]))
        n++;
    return n;
}

static size_t common_end(const struct lines *a, const struct lines *b, size_t start)
{
    size_t n = 0;
    while (n < a->n - start && n < b->n - start
           && str_eq(a->at[a->n - 1 - n], b->at[b->n - 1 - n]))
        n++;
    return n;
}

void textdiff_lines(struct arena *mem, struct str before, struct str after, struct textdiff *out)
{
    struct lines a = split(mem, before), b = split(mem, after);
    struct marks marks = { arena_list(mem, bool, a.n + 1), arena_list(mem, bool, b.n + 1) };
    size_t start = common_start(&a, &b), end = common_end(&a, &b, start);
    struct textdiff all = { NULL, 0 };
    *out = (struct textdiff){ NULL, 0 };
    size_t n = a.n - start - end, m = b.n - start - end;
    if (n == 0 && m == 0)
        return;
    struct way way = { a.at == NULL ? NULL : a.at + start, b.at == NULL ? NULL : b.at + start,
                       (int)n, (int)m, NULL, 0 };
    struct arena *own = arena_small(65536);
    way.ends = arena_list(own, int, (size_t)(MOST_EDITS + 1) * (2 * MOST_EDITS + 3));
    if (!a.is_over && !b.is_over && find_way(&way)) {
        mark_way(&way, marks.removed + start, marks.added + start);
    } else {
        memset(marks.removed + start, true, n);
        memset(marks.added + start, true, m);
    }
    arena_free(own);
    walk(mem, &a, &b, &marks, &all);
    fold(mem, &all, out);
}

/* ---- members ---- */

static struct str shown(struct arena *mem, struct jv value)
{
    if (value.kind == JV_ABSENT || value.kind == JV_NULL)
        return NO_STR;
    return value.kind == JV_TEXT ? jv_text(value) : jv_print_sorted(mem, value);
}

static void compare(struct arena *mem, struct str name, struct jv before, struct jv after,
                    struct textdiff_members *out)
{
    struct str was = shown(mem, before), is = shown(mem, after);
    if (str_eq(was, is) && (str_absent(was) || before.kind == after.kind))
        return;
    out->at = arena_more(mem, out->at, out->n, sizeof *out->at);
    out->at[out->n++] = (struct textdiff_member){
        str_copy(mem, name), was, is,
        str_absent(was) ? TEXTDIFF_ADDED : str_absent(is) ? TEXTDIFF_REMOVED : TEXTDIFF_SAME };
}

void textdiff_of_objects(struct arena *mem, struct jv before, struct jv after,
                         struct textdiff_members *out)
{
    struct jv_each each = jv_each(after);
    struct jv value;
    struct str name;
    *out = (struct textdiff_members){ NULL, 0 };
    while (jv_next(&each, &name, &value))
        compare(mem, name, jv_get(before, name), value, out);
    each = jv_each(before);
    while (jv_next(&each, &name, &value))
        if (jv_get(after, name).kind == JV_ABSENT)
            compare(mem, name, value, (struct jv){ .kind = JV_ABSENT }, out);
}
