/* chart.c — turns numbers into places: a scale, its steps, bars, a line. */
#include "desk/chart.h"

#include "base/utf8.h"

enum {
    WIDTH = 640, HEIGHT = 200, RIGHT = 616, TOP = 12, BOTTOM = 168, GAP = 10, CHARACTER = 12,
    STEPS = 4, MARKS = 5, DOTS = 60, LABEL_CHARACTERS = 10, PATH_BYTES = 16384
};

struct drawing {
    struct arena *mem;
    const struct chart *chart;
    size_t n;
    int64_t step, top;                  /* of the scale                                         */
    int left;
    struct fills_list ticks, bars, dots, marks, points;
};

static int64_t value_of(const struct drawing *d, size_t i)
{
    return d->chart->points[i].value < 0 ? 0 : d->chart->points[i].value;
}

/* 1, 2 or 5 times a power of ten, so that at most four of them reach the highest value. */
static void scale(struct drawing *d)
{
    static const int64_t BASES[] = { 1, 2, 5 };
    int64_t most = 0, power = 1;
    for (size_t i = 0; i < d->n; i++)
        if (value_of(d, i) > most)
            most = value_of(d, i);
    int64_t needed = most / STEPS + (most % STEPS != 0);
    for (size_t i = 0; (d->step = BASES[i] * power) < needed; i = (i + 1) % COUNT(BASES))
        if (i == COUNT(BASES) - 1)
            power *= 10;                /* at most 10^18: four steps of 5 * 10^18 suffice       */
    int64_t count = most / d->step + (most % d->step != 0);
    if (count < 1)
        count = 1;
    d->top = count > INT64_MAX / d->step ? INT64_MAX : count * d->step;
}

static struct str short_number(struct arena *mem, int64_t n)
{
    static const struct { int64_t unit; const char *sign; } UNITS[] = {
        { INT64_C(1000000000), "G" }, { 1000000, "M" }, { 1000, "k" },
    };
    for (size_t i = 0; i < COUNT(UNITS); i++)
        if (n >= 10 * UNITS[i].unit && n % UNITS[i].unit == 0)
            return str_fmt(mem, "%lld%s", (long long)(n / UNITS[i].unit), UNITS[i].sign);
    return str_fmt(mem, "%lld", (long long)n);
}

static int y_of(const struct drawing *d, int64_t value)
{
    return BOTTOM - (int)((double)value / (double)d->top * (BOTTOM - TOP) + 0.5);
}

/* The left edge of a point's share of the width; that of the one after the last is the right. */
static int x_of(const struct drawing *d, size_t i)
{
    size_t shares = d->n > 0 ? d->n : 1;
    return d->left + (int)((size_t)(RIGHT - d->left) * i / shares);
}

static int middle_of(const struct drawing *d, size_t i)
{
    return (x_of(d, i) + x_of(d, i + 1)) / 2;
}

static void put_ticks(struct drawing *d)
{
    size_t widest = 0;
    for (int64_t i = 0; i <= d->top / d->step; i++) {
        struct fills row = { .mem = d->mem };
        struct str text = short_number(d->mem, i * d->step);
        fills_add(&row, fill_int("y", y_of(d, i * d->step)));
        fills_add(&row, fill_text("text", text));
        fills_row(&d->ticks, &row);
        widest = text.n > widest ? text.n : widest;
    }
    d->left = GAP + CHARACTER * (int)widest;
}

static void put_bar(struct drawing *d, size_t i)
{
    struct fills row = { .mem = d->mem };
    int share = x_of(d, i + 1) - x_of(d, i), gap = share >= 6 ? share / 4 : share >= 2;
    int y = y_of(d, value_of(d, i));
    if (y == BOTTOM && value_of(d, i) > 0)
        y--;                            /* little is not nothing                                */
    fills_add(&row, fill_int("x", x_of(d, i) + gap / 2));
    fills_add(&row, fill_int("y", y));
    fills_add(&row, fill_int("width", share - gap > 0 ? share - gap : 1));
    fills_add(&row, fill_int("height", BOTTOM - y));
    fills_add(&row, fill_text("label", d->chart->points[i].label));
    fills_add(&row, fill_int("value", value_of(d, i)));
    fills_row(&d->bars, &row);
}

static void put_dot(struct drawing *d, size_t i)
{
    struct fills row = { .mem = d->mem };
    fills_add(&row, fill_int("x", middle_of(d, i)));
    fills_add(&row, fill_int("y", y_of(d, value_of(d, i))));
    fills_add(&row, fill_text("label", d->chart->points[i].label));
    fills_add(&row, fill_int("value", value_of(d, i)));
    fills_row(&d->dots, &row);
}

/* Names below some of the points; every other one stays when the drawing gets narrow. */
static void put_marks(struct drawing *d)
{
    size_t stride = (d->n + MARKS - 1) / MARKS, said = 0;
    for (size_t i = stride / 2; i < d->n; i += stride) {
        struct fills row = { .mem = d->mem };
        fills_add(&row, fill_int("x", middle_of(d, i)));
        fills_add(&row, fill_text("text", utf8_tidy(d->mem, d->chart->points[i].label,
                                                    LABEL_CHARACTERS)));
        fills_add(&row, fill_flag("is_extra", said++ % 2 != 0));
        fills_row(&d->marks, &row);
    }
}

static struct str path_of(struct drawing *d)
{
    struct buf path;
    buf_init(&path, d->mem, PATH_BYTES);
    for (size_t i = 0; i < d->n; i++)
        buf_fmt(&path, "%c%d %d", i == 0 ? 'M' : 'L', middle_of(d, i), y_of(d, value_of(d, i)));
    return buf_text(&path);
}

static void put_points(struct drawing *d)
{
    for (size_t i = 0; i < d->n; i++) {
        struct fills row = { .mem = d->mem };
        if (d->chart->kind == CHART_BARS)
            put_bar(d, i);
        else if (d->n <= DOTS)
            put_dot(d, i);
        fills_add(&row, fill_text("label", d->chart->points[i].label));
        fills_add(&row, fill_int("value", value_of(d, i)));
        fills_row(&d->points, &row);
    }
    put_marks(d);
}

struct fill chart_fill(struct arena *mem, const char *name, const struct chart *chart)
{
    struct drawing d = { .mem = mem, .chart = chart,
                         .n = chart->n > CHART_MOST ? CHART_MOST : chart->n };
    struct fills row = { .mem = mem };
    d.ticks.mem = d.bars.mem = d.dots.mem = d.marks.mem = d.points.mem = mem;
    if (d.n == 0)
        return fill_rows(name, NULL, 0);
    scale(&d);
    put_ticks(&d);
    put_points(&d);
    fills_add(&row, fill_text("title", chart->title));
    fills_add(&row, fill_int("width", WIDTH));
    fills_add(&row, fill_int("height", HEIGHT));
    fills_add(&row, fill_int("left", d.left));
    fills_add(&row, fill_int("right", RIGHT));
    fills_add(&row, fill_int("bottom", BOTTOM));
    fills_add(&row, fill_text("path", chart->kind == CHART_LINE ? path_of(&d) : NO_STR));
    fills_add(&row, fill_int("first_x", middle_of(&d, 0)));
    fills_add(&row, fill_int("last_x", middle_of(&d, d.n - 1)));
    fills_add(&row, fills_rows("ticks", &d.ticks));
    fills_add(&row, fills_rows("bars", &d.bars));
    fills_add(&row, fills_rows("dots", &d.dots));
    fills_add(&row, fills_rows("marks", &d.marks));
    fills_add(&row, fills_rows("points", &d.points));
    return fills_one(name, &row);
}
