/* erd.c — columns by distance from the box that most refer to, wires as curves between edges. */
#include "desk/erd.h"

#include "base/utf8.h"

enum {
    BOX_WIDTH = 216, TITLE = 32, LINE = 20, FOOT = 6, ACROSS = 72, DOWN = 24, EDGE = 16,
    TALL = 1400,                        /* a column that would get taller goes on beside itself */
    ALONE = 4,                          /* boxes without wires stand so many in a row           */
    FEW = 16, SOME = 60,                /* boxes: all lines up to FEW, those with wires to SOME */
    LINES_MOST = 12, NAME_CHARACTERS = 24, KIND_CHARACTERS = 12
};

struct place {
    int x, y, height;
    size_t degree, layer;
    bool is_placed;
    size_t *shown; size_t shown_n;      /* lines, by their index                                */
};

struct layout {
    struct arena *mem;
    const struct erd_box *boxes; size_t n;
    const struct erd_wire *wires; size_t m;
    struct place *places;
    size_t *queue; size_t queued;
    int x, y, right, bottom;            /* where the next column begins; what is used           */
};

static bool is_wired(const struct layout *l, size_t box, size_t line)
{
    for (size_t i = 0; i < l->m; i++)
        if (l->wires[i].from == box && l->wires[i].line == line)
            return true;
    return false;
}

static void choose_lines(struct layout *l, size_t box)
{
    struct place *place = &l->places[box];
    size_t n = l->boxes[box].n;
    place->shown = arena_alloc(l->mem, (n + 1) * sizeof *place->shown);
    for (size_t i = 0; i < n && place->shown_n < LINES_MOST && l->n <= SOME; i++)
        if (l->n <= FEW || is_wired(l, box, i))
            place->shown[place->shown_n++] = i;
    place->height = TITLE + (int)place->shown_n * LINE + (place->shown_n > 0 ? FOOT : 0);
}

/* ---- layers ---- */

static void count_degrees(struct layout *l)
{
    for (size_t i = 0; i < l->m; i++)
        if (l->wires[i].from != l->wires[i].to) {
            l->places[l->wires[i].from].degree++;
            l->places[l->wires[i].to].degree++;
        }
}

static void reach(struct layout *l, size_t box, size_t layer)
{
    if (l->places[box].is_placed)
        return;
    l->places[box].is_placed = true;
    l->places[box].layer = layer;
    l->queue[l->queued++] = box;
}

/* Everything that hangs together with the box, in order of its distance. */
static void gather(struct layout *l, size_t start)
{
    l->queued = 0;
    reach(l, start, 0);
    for (size_t at = 0; at < l->queued; at++) {
        size_t box = l->queue[at];
        for (size_t i = 0; i < l->m; i++) {
            if (l->wires[i].from == box)
                reach(l, l->wires[i].to, l->places[box].layer + 1);
            else if (l->wires[i].to == box)
                reach(l, l->wires[i].from, l->places[box].layer + 1);
        }
    }
}

/* The box with most wires that has no place yet; false: only such without any are left. */
static bool find_start(const struct layout *l, size_t *start)
{
    size_t most = 0;
    for (size_t i = 0; i < l->n; i++)
        if (!l->places[i].is_placed && l->places[i].degree > most) {
            most = l->places[i].degree;
            *start = i;
        }
    return most > 0;
}

/* ---- places ---- */

static void put_box(struct layout *l, size_t box, int x, int y)
{
    struct place *place = &l->places[box];
    place->x = x;
    place->y = y;
    if (x + BOX_WIDTH > l->right)
        l->right = x + BOX_WIDTH;
    if (y + place->height > l->bottom)
        l->bottom = y + place->height;
}

static void place_gathered(struct layout *l)
{
    int top = l->bottom + (l->bottom > 0 ? 2 * DOWN : EDGE), x = EDGE, y = top;
    for (size_t i = 0; i < l->queued; i++) {
        const struct place *place = &l->places[l->queue[i]];
        bool is_next = i > 0 && place->layer != l->places[l->queue[i - 1]].layer;
        if (is_next || (y > top && y + place->height - top > TALL)) {
            x += BOX_WIDTH + ACROSS;
            y = top;
        }
        put_box(l, l->queue[i], x, y);
        y += place->height + DOWN;
    }
}

static void place_alone(struct layout *l)
{
    int top = l->bottom + (l->bottom > 0 ? 2 * DOWN : EDGE);
    size_t in_row = 0;
    for (size_t i = 0; i < l->n; i++) {
        if (l->places[i].is_placed)
            continue;
        if (in_row == ALONE) {
            in_row = 0;
            top = l->bottom + DOWN;
        }
        put_box(l, i, EDGE + (int)in_row++ * (BOX_WIDTH + ACROSS), top);
    }
}

/* ---- values ---- */

static int line_y(const struct layout *l, const struct erd_wire *wire)
{
    const struct place *place = &l->places[wire->from];
    for (size_t i = 0; i < place->shown_n; i++)
        if (place->shown[i] == wire->line)
            return place->y + TITLE + (int)i * LINE + LINE / 2;
    return place->y + TITLE / 2;
}

/* Leaves on the side where the other box is; within a column both ends are on the right. */
static void put_wire(const struct layout *l, const struct erd_wire *wire, struct fills_list *out)
{
    const struct place *from = &l->places[wire->from], *to = &l->places[wire->to];
    struct fills row = { .mem = l->mem };
    bool is_left = to->x < from->x, is_beside = to->x == from->x;
    int x1 = is_left ? from->x : from->x + BOX_WIDTH, y1 = line_y(l, wire);
    int x2 = is_left || is_beside ? to->x + BOX_WIDTH : to->x, y2 = to->y + TITLE / 2;
    int bend1 = x1 + (is_left ? -ACROSS / 2 : ACROSS / 2);
    int bend2 = x2 + (is_left || is_beside ? ACROSS / 2 : -ACROSS / 2);
    fills_add(&row, fill_text("path", str_fmt(l->mem, "M%d %dC%d %d %d %d %d %d", x1, y1, bend1,
                                              y1, bend2, y2, x2, y2)));
    fills_add(&row, fill_int("x", x2));
    fills_add(&row, fill_int("y", y2));
    fills_add(&row, fill_flag("many", wire->many));
    fills_row(out, &row);
}

static struct fill lines_of(const struct layout *l, size_t box)
{
    const struct place *place = &l->places[box];
    struct fills_list rows = { .mem = l->mem };
    for (size_t i = 0; i < place->shown_n; i++) {
        const struct erd_line *line = &l->boxes[box].lines[place->shown[i]];
        struct fills row = { .mem = l->mem };
        fills_add(&row, fill_int("y", place->y + TITLE + (int)i * LINE + LINE / 2 + 4));
        fills_add(&row, fill_text("name", utf8_tidy(l->mem, line->name, NAME_CHARACTERS)));
        fills_add(&row, fill_text("kind", utf8_tidy(l->mem, line->kind, KIND_CHARACTERS)));
        fills_row(&rows, &row);
    }
    return fills_rows("lines", &rows);
}

/* The wires of a box in words: the field, the other box, whether it holds several. */
static struct fill words_of(const struct layout *l, size_t box)
{
    struct fills_list rows = { .mem = l->mem };
    for (size_t i = 0; i < l->m; i++) {
        const struct erd_wire *wire = &l->wires[i];
        struct fills row = { .mem = l->mem };
        if (wire->from != box || wire->line >= l->boxes[box].n)
            continue;
        fills_add(&row, fill_text("field", l->boxes[box].lines[wire->line].name));
        fills_add(&row, fill_text("target", l->boxes[wire->to].name));
        fills_add(&row, fill_flag("many", wire->many));
        fills_row(&rows, &row);
    }
    return fills_rows("references", &rows);
}

static void put_values(const struct layout *l, size_t box, struct fills_list *out)
{
    const struct place *place = &l->places[box];
    struct fills row = { .mem = l->mem };
    fills_add(&row, fill_text("label", l->boxes[box].name));
    fills_add(&row, fill_text("short_label", utf8_tidy(l->mem, l->boxes[box].name,
                                                       NAME_CHARACTERS)));
    fills_add(&row, fill_text("href", l->boxes[box].href));
    fills_add(&row, fill_int("x", place->x));
    fills_add(&row, fill_int("y", place->y));
    fills_add(&row, fill_int("width", BOX_WIDTH));
    fills_add(&row, fill_int("height", place->height));
    fills_add(&row, fill_int("title_height", TITLE));
    fills_add(&row, fill_int("name_x", place->x + 12));
    fills_add(&row, fill_int("name_y", place->y + TITLE / 2 + 4));
    fills_add(&row, fill_int("kind_x", place->x + BOX_WIDTH - 12));
    fills_add(&row, lines_of(l, box));
    fills_add(&row, words_of(l, box));
    fills_row(out, &row);
}

static struct fill picture(const struct layout *l, const char *name)
{
    struct fills_list boxes = { .mem = l->mem }, wires = { .mem = l->mem };
    struct fills row = { .mem = l->mem };
    for (size_t i = 0; i < l->n; i++)
        put_values(l, i, &boxes);
    for (size_t i = 0; i < l->m; i++)
        put_wire(l, &l->wires[i], &wires);
    fills_add(&row, fill_int("width", l->right + EDGE + ACROSS / 2));
    fills_add(&row, fill_int("height", l->bottom + EDGE));
    fills_add(&row, fills_rows("boxes", &boxes));
    fills_add(&row, fills_rows("wires", &wires));
    return fills_one(name, &row);
}

struct fill erd_fill(struct arena *mem, const char *name, const struct erd_box *boxes, size_t n,
                     const struct erd_wire *wires, size_t m)
{
    struct layout l = { .mem = mem, .boxes = boxes, .n = n > ERD_MOST ? ERD_MOST : n };
    struct erd_wire *kept = arena_alloc(mem, (m + 1) * sizeof *kept);
    size_t start;
    if (n == 0)
        return fill_rows(name, NULL, 0);
    for (size_t i = 0; i < m && l.m < ERD_WIRES; i++)
        if (wires[i].from < l.n && wires[i].to < l.n)
            kept[l.m++] = wires[i];
    l.wires = kept;
    l.places = arena_alloc(mem, l.n * sizeof *l.places);
    l.queue = arena_alloc(mem, l.n * sizeof *l.queue);
    for (size_t i = 0; i < l.n; i++)
        choose_lines(&l, i);
    count_degrees(&l);
    while (find_start(&l, &start)) {
        gather(&l, start);
        place_gathered(&l);
    }
    place_alone(&l);
    return picture(&l, name);
}
