/*
 * erd.h — an entity diagram laid out: boxes in columns by how they refer to each other, and wires.
 *
 *     desk_put(&desk, erd_fill(cx->mem, "diagram", boxes, n, wires, m));
 *     {{#diagram}}{{>admin/parts/erd.html}}{{/diagram}}
 *
 * Order    the same boxes give the same picture; what hangs together stands below the group
 *          before, boxes without wires come last
 * Bounds   ERD_MOST boxes and ERD_WIRES wires; what is beyond is left out. Many boxes show fewer of
 *          their lines: those with a wire, then none
 */
#ifndef DESK_ERD_H
#define DESK_ERD_H

#include "view/fills.h"

enum { ERD_MOST = 200, ERD_WIRES = 1000 };
struct erd_line { struct str name, kind; };             /* a field and its type                 */
struct erd_box {
    struct str name, href;                              /* href: without base_path              */
    const struct erd_line *lines; size_t n;
};
struct erd_wire { size_t from, line, to; bool many; };  /* a line of one box to another box     */

/* One row of that name; none without boxes. */
struct fill erd_fill(struct arena *mem, const char *name, const struct erd_box *boxes, size_t n,
                     const struct erd_wire *wires, size_t m);

#endif
