/* pagediagram.c — the collections as boxes, their references as wires between them. */
#include "pagediagram.h"

#include "data/collection.h"
#include "desk/desk.h"
#include "desk/erd.h"

struct drawing { struct erd_box *boxes; struct erd_wire *wires; size_t n, m; };

static bool find_box(const struct collection *const *all, size_t n, struct str name, size_t *box)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i]->name, name)) {
            *box = i;
            return true;
        }
    return false;
}

static void add_box(struct cx *cx, struct drawing *drawing, const struct collection *c)
{
    struct erd_line *lines = arena_alloc(cx->mem, (c->field_count + 1) * sizeof *lines);
    for (size_t i = 0; i < c->field_count; i++)
        lines[i] = (struct erd_line){ c->fields[i].name, c->fields[i].type_name };
    drawing->boxes[drawing->n++] = (struct erd_box){
        .name = c->name, .href = DESK_PATH(cx, S("collections"), c->id),
        .lines = lines, .n = c->field_count,
    };
}

static void add_wires(struct drawing *drawing, const struct collection *const *all, size_t n,
                      size_t box)
{
    for (size_t i = 0; i < all[box]->field_count && drawing->m < ERD_WIRES; i++) {
        const struct field *field = &all[box]->fields[i];
        struct erd_wire wire = { .from = box, .line = i, .many = field_has_link(field) };
        if (!str_absent(field->collection) && find_box(all, n, field->collection, &wire.to))
            drawing->wires[drawing->m++] = wire;
    }
}

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    const struct collection *const *all;
    struct drawing drawing = { 0 };
    struct desk desk;
    size_t n;
    (void)input;
    TRY(collection_all(cx, &all, &n));
    drawing.boxes = arena_alloc(cx->mem, (n + 1) * sizeof *drawing.boxes);
    drawing.wires = arena_alloc(cx->mem, ERD_WIRES * sizeof *drawing.wires);
    for (size_t i = 0; i < n; i++) {
        add_box(cx, &drawing, all[i]);
        add_wires(&drawing, all, n, i);
    }
    desk_open(&desk, reply, "diagram", phrase_of(cx, W("Diagram")));
    desk_action(&desk, phrase_of(cx, W("New collection")), S("/admin/collections/new"));
    desk_api(&desk, "GET", S("/api/v1/collections"), NO_STR, S("client.collections.list()"));
    desk_put(&desk, fill_int("count", (int64_t)n));
    desk_put(&desk, fill_int("most", ERD_MOST));
    desk_put(&desk, fill_flag("is_cut", n > ERD_MOST));
    desk_put(&desk, erd_fill(cx->mem, "diagram", drawing.boxes, drawing.n, drawing.wires,
                             drawing.m));
    return desk_show(&desk, "admin/diagram.html");
}

const struct route pagediagram_routes[] = {
    { GET, "/admin/diagram", .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .run = show,
      .hidden = true, .title = "The collections and how they refer to each other" },
    { 0 },
};
