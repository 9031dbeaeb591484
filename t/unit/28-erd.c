/* 28-erd.c — boxes of the diagram never overlap, wires end at boxes, the same comes out each time. */
#include "tap.h"

#include "desk/erd.h"

static const struct fill *value(const struct fill *row, const char *name)
{
    for (; row->type != FILL_END; row++)
        if (str_eq(str_of(row->name), str_of(name)))
            return row;
    return NULL;
}

static int64_t number(const struct fill *row, const char *name)
{
    return value(row, name)->number;
}

static bool overlap(const struct fill *a, const struct fill *b)
{
    return number(a, "x") < number(b, "x") + number(b, "width")
        && number(b, "x") < number(a, "x") + number(a, "width")
        && number(a, "y") < number(b, "y") + number(b, "height")
        && number(b, "y") < number(a, "y") + number(a, "height");
}

/* Inside of the picture, and none on another. */
static bool is_neat(const struct fill *diagram)
{
    const struct fill *boxes = value(diagram->rows[0], "boxes");
    for (size_t i = 0; i < boxes->n; i++) {
        const struct fill *box = boxes->rows[i];
        if (number(box, "x") < 0 || number(box, "y") < 0
            || number(box, "x") + number(box, "width") > number(diagram->rows[0], "width")
            || number(box, "y") + number(box, "height") > number(diagram->rows[0], "height"))
            return false;
        for (size_t j = 0; j < i; j++)
            if (overlap(box, boxes->rows[j]))
                return false;
    }
    return true;
}

enum { LINES = 20 };
static struct erd_box boxes[300];
static struct erd_wire wires[2000];

/* Boxes with twenty lines each; wires by a rule that makes stars, chains and loops. */
static struct fill drawn(size_t n, size_t m, size_t stride)
{
    static const char *const NAMES[] = { "a", "title", "a_name_that_is_quite_long_for_a_field" };
    struct erd_line *lines = arena_alloc(tap_mem(), LINES * sizeof *lines);
    for (size_t i = 0; i < LINES; i++)
        lines[i] = (struct erd_line){ str_of(NAMES[i % 3]), S("reference") };
    for (size_t i = 0; i < n; i++)
        boxes[i] = (struct erd_box){ str_fmt(tap_mem(), "box_%zu", i), S("/admin/collections/x"),
                                     lines, i % 7 == 0 ? 0 : LINES };
    for (size_t i = 0; i < m; i++)
        wires[i] = (struct erd_wire){ i % n, i % LINES, i * stride % n, i % 3 == 0 };
    return erd_fill(tap_mem(), "diagram", boxes, n, wires, m);
}

static size_t lines_shown(const struct fill *diagram, size_t box)
{
    return value(value(diagram->rows[0], "boxes")->rows[box], "lines")->n;
}

static bool is_same(const struct fill *a, const struct fill *b)
{
    const struct fill *one = value(a->rows[0], "wires"), *two = value(b->rows[0], "wires");
    for (size_t i = 0; i < one->n; i++)
        if (!str_eq(value(one->rows[i], "path")->text, value(two->rows[i], "path")->text))
            return false;
    return one->n == two->n;
}

int main(void)
{
    plan(21);
    struct fill diagram = erd_fill(tap_mem(), "diagram", boxes, 0, wires, 0);
    is_int(diagram.n, 0, "nothing is drawn of nothing");

    diagram = drawn(1, 1, 1);
    ok(is_neat(&diagram), "one box that refers to itself");
    is_int(value(diagram.rows[0], "wires")->n, 1, "with its wire");

    diagram = drawn(10, 0, 1);
    ok(is_neat(&diagram), "boxes without wires stand in rows");
    is_int(lines_shown(&diagram, 1), 12, "few boxes show their lines, the first twelve");
    is_int(lines_shown(&diagram, 0), 0, "if they have any");

    diagram = drawn(10, 10, 10);
    ok(is_neat(&diagram), "a star");
    const struct fill *first = value(diagram.rows[0], "boxes")->rows[0];
    const struct fill *other = value(diagram.rows[0], "boxes")->rows[5];
    ok(number(other, "x") > number(first, "x"), "what refers to it stands beside it");
    is_int(value(other, "references")->n, 1, "and says so in words");
    is_text(value(value(other, "references")->rows[0], "target")->text, "box_0", "to whom");

    diagram = drawn(40, 40, 3);
    ok(is_neat(&diagram), "forty boxes");
    ok(lines_shown(&diagram, 1) == 1, "show only the lines with wires");
    struct fill again = drawn(40, 40, 3);
    ok(is_same(&diagram, &again), "the same each time");

    diagram = drawn(200, 600, 7);
    ok(is_neat(&diagram), "two hundred boxes");
    is_int(lines_shown(&diagram, 1), 0, "show no lines");
    ok(number(diagram.rows[0], "width") < 20000, "not too wide");
    diagram = drawn(200, 200, 200);
    ok(is_neat(&diagram), "a star of two hundred");
    ok(number(diagram.rows[0], "height") < 2500, "whose column goes on beside itself");

    diagram = drawn(300, 2000, 11);
    is_int(value(diagram.rows[0], "boxes")->n, ERD_MOST, "no more boxes than that");
    ok(value(diagram.rows[0], "wires")->n <= ERD_WIRES, "no more wires");
    ok(is_neat(&diagram), "and still neat");
    return done();
}
