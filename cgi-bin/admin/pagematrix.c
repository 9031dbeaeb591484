/* pagematrix.c — pages: what one role may do with collections, or all of them, as boxes to tick.
 * A tick grants every row and field; what is finer has a page of its own (pagegrant.c). */
#include "pagematrix.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "data/rolerules.h"
#include "desk/form.h"

enum { CELLS_MOST = 200, LINES_MOST = 25, SEEN_OF_RULE = 60 };
static const char HERE[] = "roles";
static const char *const OPERATIONS[PERMISSION_OPERATIONS] = {
    [PERMISSION_CREATE] = W("Create"), [PERMISSION_READ] = W("Read"),
    [PERMISSION_UPDATE] = W("Update"), [PERMISSION_DELETE] = W("Delete"),
};

struct cell {
    int64_t role_id;
    struct str collection, label;           /* label: of its column                            */
    enum permission_operation operation;
    struct grant is;                        /* rule absent: not granted                        */
    bool on;                                /* as it is shown: ticked                          */
};
struct matrix {
    struct cx *cx;
    const struct role *roles; size_t role_count;
    enum permission_operation first;        /* of the one role: all from here; else this one   */
    bool is_one;
    size_t columns, lines;
    struct cell *cells;                     /* line by line                                    */
    int64_t offset, limit, total;
    struct str version;
    bool is_stale;
    struct fills_list faults;
};

struct in { int64_t id, offset; struct str collection, operation; struct formdata form; };
#define SEEN_IN \
    IN(QUERY, T_TEXT, in, collection), \
    IN(QUERY, T_INT, in, offset, .least = 0, .most = 1000000)

/* ---- what there is ---- */

static bool is_wanted(struct cx *cx, struct str name, struct str part)
{
    return part.n == 0 || str_has(str_lower(cx->mem, name), str_lower(cx->mem, part));
}

static struct cell *cell_at(const struct matrix *m, size_t line, size_t column)
{
    return &m->cells[line * m->columns + column];
}

static void put_cells(struct matrix *m, size_t line, size_t role, const struct permission *held)
{
    const struct role *of = &m->roles[role];
    size_t from = m->is_one ? 0 : role, n = m->is_one ? PERMISSION_OPERATIONS : 1;
    for (size_t i = 0; i < n; i++) {
        enum permission_operation operation = (enum permission_operation)(m->first + i);
        const struct grant *grant = &held->grants[operation];
        *cell_at(m, line, from + i) = (struct cell){
            .role_id = of->id, .collection = held->collection, .operation = operation,
            .label = m->is_one ? phrase_of(m->cx, OPERATIONS[operation]) : of->name,
            .is = *grant, .on = !str_absent(grant->rule) };
    }
}

/* Every role has the same collections in the same order, * first. */
static bool load_role(struct matrix *m, size_t role, struct str part)
{
    struct permission_list held;
    struct role found;
    int64_t seen = 0;
    size_t line = 0;
    TRY(rolerules_list(m->cx, m->roles[role].id, true, &found, &held));
    for (size_t i = 0; i < held.n; i++) {
        if (!is_wanted(m->cx, held.at[i].collection, part))
            continue;
        if (seen >= m->offset && seen < m->offset + m->limit)
            put_cells(m, line++, role, &held.at[i]);
        seen++;
    }
    m->total = seen;
    m->lines = line;
    return true;
}

static struct str key_of(struct cx *cx, const struct cell *cell)
{
    return str_fmt(cx->mem, "%" PRId64 "/%s/%.*s", cell->role_id,
                   permission_operations[cell->operation], STR_ARG(cell->collection));
}

/* To notice a change, not to withstand anybody: whoever saves may do so anyway. */
static struct str sum(const struct matrix *m)
{
    struct cx *cx = m->cx;
    struct buf all;
    buf_init(&all, cx->mem, SIZE_MAX);
    for (size_t i = 0; i < m->lines * m->columns; i++) {
        const struct cell *cell = &m->cells[i];
        buf_fmt(&all, "%.*s %zu:%.*s %zu:%.*s ", STR_ARG(key_of(cx, cell)), cell->is.rule.n,
                STR_ARG(cell->is.rule), cell->is.fields.n, STR_ARG(cell->is.fields));
    }
    return str_fmt(cx->mem, "%016" PRIx64, str_hash(buf_text(&all)));
}

static bool load(struct matrix *m, const struct in *in)
{
    m->columns = m->is_one ? PERMISSION_OPERATIONS : m->role_count;
    m->limit = m->columns * LINES_MOST <= CELLS_MOST ? LINES_MOST
             : m->columns < CELLS_MOST ? (int64_t)(CELLS_MOST / m->columns) : 1;
    m->offset = in->offset;
    m->cells = arena_list(m->cx->mem, struct cell, (size_t)m->limit * m->columns);
    m->faults.mem = m->cx->mem;
    for (size_t i = 0; i < m->role_count; i++)
        TRY(load_role(m, i, in->collection));
    m->version = sum(m);
    return true;
}

/* ---- what was ticked ---- */

static bool is_ticked(const struct formdata *form, struct str key)
{
    struct str value;
    size_t at = 0;
    while (formdata_next(form, "on", &at, &value))
        if (str_eq(value, key))
            return true;
    return false;
}

static void read_ticks(struct matrix *m, const struct formdata *form)
{
    m->is_stale = !str_eq(formdata_text(form, "version"), m->version);
    for (size_t i = 0; i < m->lines * m->columns; i++)
        m->cells[i].on = is_ticked(form, key_of(m->cx, &m->cells[i]));
}

static bool is_granted(const struct cell *cell)
{
    return !str_absent(cell->is.rule);
}

static void put_fault(struct matrix *m, struct str text)
{
    struct fills row = { .mem = m->cx->mem };
    fills_add(&row, fill_text("text", text));
    fills_add(&row, fill_text("href", S("")));
    fills_row(&m->faults, &row);
}

static bool save_role(struct matrix *m, int64_t role_id, int64_t *done)
{
    size_t most = m->lines * m->columns, n = 0;
    struct rolerules_update *updates = arena_list(m->cx->mem, struct rolerules_update, most);
    struct rolerules_outcome outcome;
    for (size_t i = 0; i < most; i++) {
        const struct cell *cell = &m->cells[i];
        if (cell->role_id != role_id || cell->on == is_granted(cell))
            continue;
        updates[n++] = (struct rolerules_update){
            cell->collection, cell->operation,
            cell->on ? (struct grant){ S("true"), S("*") } : (struct grant){ NO_STR, NO_STR } };
    }
    if (n == 0)
        return true;
    TRY(rolerules_bulk(m->cx, role_id, updates, n, &outcome));
    *done += outcome.success_count;
    for (int64_t i = 0; i < outcome.failure_count; i++)
        put_fault(m, phrase_message(m->cx, outcome.errors[i]));
    return true;
}

/* ---- shown ---- */

static struct str limits_of(struct cx *cx, const struct cell *cell)
{
    bool all_rows = str_eq(cell->is.rule, S("true")), all = str_eq(cell->is.fields, S("*"));
    if (!is_granted(cell) || (all_rows && all))
        return S("");
    return utf8_tidy(cx->mem, str_fmt(cx->mem, "%.*s%s%.*s", STR_ARG(cell->is.rule),
                                      all ? "" : " ", STR_ARG(all ? S("") : cell->is.fields)),
                     SEEN_OF_RULE);
}

static struct str grant_page(struct cx *cx, const struct cell *cell)
{
    return DESK_PATH(cx, S("roles"), str_fmt(cx->mem, "%" PRId64, cell->role_id),
                     S("permissions"), cell->collection);
}

static void put_cell(struct matrix *m, struct fills_list *cells, const struct cell *cell)
{
    struct cx *cx = m->cx;
    struct fills row = { .mem = cx->mem };
    fills_add(&row, fill_text("what", str_fmt(cx->mem, "%.*s: %.*s", STR_ARG(cell->collection),
                                              STR_ARG(cell->label))));
    fills_add(&row, fill_text("key", key_of(cx, cell)));
    fills_add(&row, fill_flag("on", cell->on));
    fills_add(&row, fill_text("limits", limits_of(cx, cell)));
    fills_add(&row, fill_text("grant_href", grant_page(cx, cell)));
    fills_add(&row, fill_flag("is_changed", m->is_stale && cell->on != is_granted(cell)));
    fills_add(&row, fill_flag("is_now", is_granted(cell)));
    fills_row(cells, &row);
}

static void put_lines(struct matrix *m, struct desk *desk)
{
    struct cx *cx = m->cx;
    struct fills_list lines = { .mem = cx->mem }, columns = { .mem = cx->mem };
    for (size_t i = 0; m->lines > 0 && i < m->columns; i++) {
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("label", cell_at(m, 0, i)->label));
        fills_row(&columns, &row);
    }
    for (size_t line = 0; line < m->lines; line++) {
        struct fills row = { .mem = cx->mem };
        struct fills_list cells = { .mem = cx->mem };
        const struct cell *first = cell_at(m, line, 0);
        for (size_t i = 0; i < m->columns; i++)
            put_cell(m, &cells, cell_at(m, line, i));
        fills_add(&row, fill_text("collection", first->collection));
        fills_add(&row, fill_flag("is_all", str_eq(first->collection, S("*"))));
        fills_add(&row, fill_text("href", m->is_one ? grant_page(cx, first) : S("")));
        fills_add(&row, fills_rows("cells", &cells));
        fills_row(&lines, &row);
    }
    desk_put(desk, fills_rows("columns", &columns));
    desk_put(desk, fills_rows("lines", &lines));
}

static struct str at_offset(struct matrix *m, struct reply *reply, int64_t offset)
{
    return desk_with(reply, "offset", offset <= 0 ? NO_STR
                     : str_fmt(m->cx->mem, "%" PRId64, offset));
}

static void put_pager(struct matrix *m, struct desk *desk)
{
    struct fills row = { .mem = m->cx->mem };
    int64_t last = m->offset + (int64_t)m->lines;
    const struct fill values[] = { fill_int("first", m->offset + 1), fill_int("last", last),
                                   fill_int("total", m->total), { 0 } };
    fills_add(&row, fill_text("words", phrase_with(m->cx, W("{first}–{last} of {total}"),
                                                   values)));
    fills_add(&row, fill_text("previous", m->offset == 0 ? S("") : at_offset(m, desk->reply,
                              m->offset - m->limit)));
    fills_add(&row, fill_text("next", last >= m->total ? S("") : at_offset(m, desk->reply, last)));
    desk_put(desk, fills_one("pager", &row));
}

static void put_summary(struct matrix *m, struct desk *desk)
{
    struct fills row = { .mem = m->cx->mem };
    if (m->is_stale)
        put_fault(m, phrase_of(m->cx, W("Somebody has changed these permissions since you opened"
                                        " them. What they are now stands beside your ticks; saved"
                                        " again, yours count.")));
    fills_add(&row, fills_rows("faults", &m->faults));
    if (m->faults.n > 0)
        desk_put(desk, fills_one("summary", &row));
}

static bool show(struct matrix *m, struct desk *desk, const struct in *in)
{
#define FILTER_FIELD { "collection", FORM_SEARCH, .label = W("Part of a collection's name") }
    static const struct form_field FILTER[] = { FILTER_FIELD, { 0 } };
    static const struct form_field FILTER_OF_ALL[] = {
        FILTER_FIELD, { "operation", FORM_HIDDEN, .label = "" }, { 0 },
    };
    struct form filter;
    form_init(&filter, m->cx, m->is_one ? FILTER : FILTER_OF_ALL);
    form_set(&filter, "collection", in->collection);
    form_set(&filter, "operation", str_of(permission_operations[m->first]));
    filter.is_get = true;
    filter.submit = W("Search");
    form_put(&filter, desk, "filter");
    put_summary(m, desk);
    put_lines(m, desk);
    put_pager(m, desk);
    desk_put(desk, fill_text("version", m->version));
    desk_put(desk, fill_flag("is_one", m->is_one));
    return desk_show(desk, "admin/matrix.html");
}

/* ---- of one role ---- */

static const struct input ONE_IN[] = { IN(PATH, T_INT, in, id), SEEN_IN, { 0 } };
static const struct input ONE_POSTED_IN[] = {
    IN(PATH, T_INT, in, id), SEEN_IN, IN(FORM, T_WHOLE_FORM, in, form), { 0 },
};

static bool show_one(struct matrix *m, const struct in *in, struct reply *reply)
{
    struct cx *cx = m->cx;
    struct str page = str_fmt(cx->mem, "/admin/roles/%" PRId64, m->roles->id);
    struct str api = str_fmt(cx->mem, "/api/v1/roles/%" PRId64 "/permissions", m->roles->id);
    struct desk desk;
    desk_open(&desk, reply, HERE, m->roles->name);
    desk_crumb(&desk, phrase_of(cx, W("Roles")), S("/admin/roles"));
    desk_action(&desk, phrase_of(cx, W("Edit")), str_fmt(cx->mem, "%.*s/edit", STR_ARG(page)));
    desk_action(&desk, phrase_of(cx, W("Delete")),
                str_fmt(cx->mem, "%.*s/delete", STR_ARG(page)));
    desk_action(&desk, phrase_of(cx, W("Permissions of all roles")), S("/admin/permissions"));
    desk_api(&desk, "GET", str_fmt(cx->mem, "%.*s/matrix", STR_ARG(api)), NO_STR,
             S("client.roles.getPermissionsMatrix(id)"));
    desk_api(&desk, "PUT", str_fmt(cx->mem, "%.*s/bulk", STR_ARG(api)),
             S("{\"updates\":[{\"collection\":\"*\",\"operation\":\"read\",\"rule\":\"true\","
               "\"fields\":\"*\"}]}"), S("client.roles.updatePermissionsBulk(id, { updates })"));
    desk_put(&desk, fills_rows("tabs", &(struct fills_list){ .mem = cx->mem }));
    desk_put(&desk, fill_text("description", m->roles->description));
    return show(m, &desk, in);
}

static bool load_one(struct matrix *m, struct cx *cx, const struct in *in, struct role *role)
{
    *m = (struct matrix){ .cx = cx, .roles = role, .role_count = 1, .is_one = true };
    TRY(role_get(cx, in->id, role));
    return load(m, in);
}

static bool one(struct cx *cx, const void *input, struct reply *reply)
{
    struct matrix m;
    struct role role;
    TRY(load_one(&m, cx, input, &role));
    return show_one(&m, input, reply);
}

/* Back to the same part of it. */
static bool saved(struct cx *cx, int64_t done, struct reply *reply)
{
    const struct fill n[] = { fill_int("n", done), { 0 } };
    struct str query = reply->request->query;
    return desk_go(reply, str_fmt(cx->mem, "%.*s%s%.*s", STR_ARG(reply->request->path),
                                  query.n > 0 ? "?" : "", STR_ARG(query)),
                   phrase_with(cx, W("Permissions changed: {n}"), n));
}

static bool save_one(struct cx *cx, const void *input, struct reply *reply)
{
    const struct in *in = input;
    struct matrix m;
    struct role role;
    int64_t done = 0;
    TRY(load_one(&m, cx, in, &role));
    read_ticks(&m, &in->form);
    if (!m.is_stale)
        TRY(save_role(&m, role.id, &done));
    if (!m.is_stale && m.faults.n == 0)
        return saved(cx, done, reply);
    reply_status(reply, m.is_stale ? 409 : 422);
    return show_one(&m, in, reply);
}

/* ---- of all roles ---- */

#define ALL_IN \
    SEEN_IN, IN(QUERY, T_TEXT, in, operation, .one_of = "create|read|update|delete")
static const struct input ALL_SEEN_IN[] = { ALL_IN, { 0 } };
static const struct input ALL_POSTED_IN[] = {
    ALL_IN, IN(FORM, T_WHOLE_FORM, in, form), { 0 },
};

static enum permission_operation operation_of(const struct in *in)
{
    for (int op = 0; op < PERMISSION_OPERATIONS; op++)
        if (str_eq(in->operation, str_of(permission_operations[op])))
            return (enum permission_operation)op;
    return PERMISSION_READ;
}

static void put_tabs(struct matrix *m, struct desk *desk)
{
    struct fills_list tabs = { .mem = m->cx->mem };
    for (int op = 0; op < PERMISSION_OPERATIONS; op++) {
        struct fills row = { .mem = m->cx->mem };
        fills_add(&row, fill_text("label", phrase_of(m->cx, OPERATIONS[op])));
        fills_add(&row, fill_text("href", desk_with(desk->reply, "operation",
                                                    str_of(permission_operations[op]))));
        fills_add(&row, fill_flag("is_here", op == (int)m->first));
        fills_row(&tabs, &row);
    }
    desk_put(desk, fills_rows("tabs", &tabs));
}

static bool show_all(struct matrix *m, const struct in *in, struct reply *reply)
{
    struct cx *cx = m->cx;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Permissions of all roles")));
    desk_crumb(&desk, phrase_of(cx, W("Roles")), S("/admin/roles"));
    desk_api(&desk, "GET", S("/api/v1/permissions"), NO_STR, NO_STR);
    put_tabs(m, &desk);
    desk_put(&desk, fill_text("description", S("")));
    return show(m, &desk, in);
}

static bool load_all(struct matrix *m, struct cx *cx, const struct in *in)
{
    struct role_list roles;
    TRY(role_all(cx, &roles));
    *m = (struct matrix){ .cx = cx, .roles = roles.at, .role_count = roles.n,
                          .first = operation_of(in) };
    return load(m, in);
}

static bool all(struct cx *cx, const void *input, struct reply *reply)
{
    struct matrix m;
    TRY(load_all(&m, cx, input));
    return show_all(&m, input, reply);
}

static bool save_all(struct cx *cx, const void *input, struct reply *reply)
{
    const struct in *in = input;
    struct matrix m;
    int64_t done = 0;
    TRY(load_all(&m, cx, in));
    read_ticks(&m, &in->form);
    for (size_t i = 0; i < m.role_count && !m.is_stale; i++)
        TRY(save_role(&m, m.roles[i].id, &done));
    if (!m.is_stale && m.faults.n == 0)
        return saved(cx, done, reply);
    reply_status(reply, m.is_stale ? 409 : 422);
    return show_all(&m, in, reply);
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagematrix_routes[] = {
    { GET, "/admin/roles/{id}", PAGE, INPUT(ONE_IN, in), .run = one,
      .title = "A role and its permissions" },
    { POST, "/admin/roles/{id}", PAGE, INPUT(ONE_POSTED_IN, in), .run = save_one,
      .title = "Change a role's permissions" },
    { GET, "/admin/permissions", PAGE, INPUT(ALL_SEEN_IN, in), .run = all,
      .title = "Permissions of all roles" },
    { POST, "/admin/permissions", PAGE, INPUT(ALL_POSTED_IN, in), .run = save_all,
      .title = "Change permissions of all roles" },
    { 0 },
};
