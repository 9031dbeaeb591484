/*
 * chart.h — a few numbers drawn: bars or a line over a scale with round steps, and as a table.
 *
 *     struct chart chart = { .title = phrase_of(cx, W("Sign-ups per day")), .kind = CHART_BARS,
 *                            .points = points, .n = n };
 *     desk_put(&desk, chart_fill(cx->mem, "growth", &chart));
 *     {{#growth}}{{>admin/parts/chart.html}}{{/growth}}
 *
 * Values   0 and above; what is below counts as 0. The first CHART_MOST points are drawn
 * Drawing  whole units of a box of 640 by 200, which the style sheet scales
 */
#ifndef DESK_CHART_H
#define DESK_CHART_H

#include "view/fills.h"

enum { CHART_MOST = 400 };
enum chart_kind { CHART_BARS, CHART_LINE };
struct chart_point { struct str label; int64_t value; };
struct chart {
    struct str title;                   /* translated; what the numbers are                     */
    enum chart_kind kind;
    const struct chart_point *points; size_t n;
};

/* One row of that name; none without points. */
struct fill chart_fill(struct arena *mem, const char *name, const struct chart *chart);

#endif
