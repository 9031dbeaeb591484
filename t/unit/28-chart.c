/* 28-chart.c — numbers become places inside the drawing, whatever they are. */
#include "tap.h"

#include "desk/chart.h"

static const struct fill *value(const struct fill *row, const char *name)
{
    for (; row->type != FILL_END; row++)
        if (str_eq(str_of(row->name), str_of(name)))
            return row;
    return NULL;
}

static int64_t number(const struct fill *rows, size_t i, const char *name)
{
    return value(rows->rows[i], name)->number;
}

static struct fill drawn(enum chart_kind kind, const int64_t *values, size_t n)
{
    struct chart_point *points = arena_alloc(tap_mem(), (n + 1) * sizeof *points);
    for (size_t i = 0; i < n; i++)
        points[i] = (struct chart_point){ S("2026-11-22"), values[i] };
    return chart_fill(tap_mem(), "chart", &(struct chart){ .title = S("People"), .kind = kind,
                                                           .points = points, .n = n });
}

/* The text of the highest step and how many there are. */
static void is_scale(const int64_t *values, size_t n, const char *top, size_t count,
                     const char *what)
{
    const struct fill chart = drawn(CHART_BARS, values, n);
    const struct fill *ticks = value(chart.rows[0], "ticks");
    is_text(value(ticks->rows[ticks->n - 1], "text")->text, top, what);
    is_int(ticks->n, count, "with so many steps, 0 among them");
}

static bool all_inside(const struct fill *chart)
{
    static const char *const KINDS[] = { "bars", "dots", "marks", "ticks" };
    bool good = true;
    for (size_t k = 0; k < COUNT(KINDS); k++) {
        const struct fill *rows = value(chart->rows[0], KINDS[k]);
        for (size_t i = 0; i < rows->n; i++) {
            const struct fill *x = value(rows->rows[i], "x"), *y = value(rows->rows[i], "y");
            good = good && (x == NULL || (x->number >= 0 && x->number <= 640))
                && (y == NULL || (y->number >= 0 && y->number <= 200));
            if (k == 0)
                good = good && number(rows, i, "width") > 0 && number(rows, i, "height") >= 0
                    && x->number + number(rows, i, "width") <= 640
                    && y->number + number(rows, i, "height") == 168;
        }
    }
    return good;
}

int main(void)
{
    static const int64_t few[] = { 3, 0, 12, 7 }, none[] = { 0, 0 }, below[] = { -5, 4 };
    static const int64_t huge[] = { INT64_MAX, 1 }, thousands[] = { 31000, 1 };
    static int64_t many[1000];
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = (int64_t)i * 37 % 101;
    plan(28);

    struct fill chart = drawn(CHART_BARS, few, 0);
    is_int(chart.n, 0, "nothing is drawn of nothing");
    is_scale(few, 4, "15", 4, "a scale of fives");
    is_scale(none, 2, "1", 2, "of nothing but zeros");
    is_scale(below, 2, "4", 5, "what is below counts as nothing");
    is_scale(thousands, 2, "40k", 5, "thousands are short");
    is_scale(huge, 2, "5000000000G", 2, "the highest number there is");

    chart = drawn(CHART_BARS, few, 4);
    const struct fill *bars = value(chart.rows[0], "bars");
    is_int(bars->n, 4, "a bar each");
    is_int(number(bars, 1, "height"), 0, "none for zero");
    is_int(number(bars, 2, "height"), 125, "12 of 15 of 156 units");
    is_int(value(chart.rows[0], "dots")->n, 0, "no dots");
    is_text(value(chart.rows[0], "path")->text, NULL, "and no line");
    is_int(value(chart.rows[0], "points")->n, 4, "a row each for readers");
    ok(all_inside(&chart), "all of it inside");

    chart = drawn(CHART_LINE, few, 1);
    is_int(value(chart.rows[0], "dots")->n, 1, "one point is a dot");
    ok(str_starts(value(chart.rows[0], "path")->text, S("M")), "and a line that goes nowhere");
    chart = drawn(CHART_LINE, many, COUNT(many));
    is_int(value(chart.rows[0], "points")->n, CHART_MOST, "no more than that are drawn");
    ok(value(chart.rows[0], "marks")->n <= 5, "few of them named");
    is_int(value(chart.rows[0], "dots")->n, 0, "a long line has no dots");
    ok(all_inside(&chart), "all of it inside");
    chart = drawn(CHART_BARS, many, COUNT(many));
    ok(all_inside(&chart), "bars as well");
    chart = drawn(CHART_BARS, huge, 2);
    ok(all_inside(&chart), "and huge ones");
    ok(number(value(chart.rows[0], "bars"), 1, "height") == 1, "little is not nothing");
    chart = drawn(CHART_BARS, below, 2);
    is_int(number(value(chart.rows[0], "points"), 0, "value"), 0, "below zero is zero");
    return done();
}
