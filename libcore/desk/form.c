/* form.c — keeps the values and faults of a form, from the database or from its sender. */
#include "desk/form.h"

#include <string.h>

#include "base/base64.h"
#include "base/ident.h"
#include "base/num.h"
#include "base/utf8.h"
#include "crypto/mac.h"

enum { LINE_MAX = 1000, AREA_ROWS = 5 };

struct form_state {
    struct str value;                       /* what is shown                                    */
    struct str *values; size_t value_count; /* FORM_CHOICES                                     */
    const struct form_option *options; size_t option_count;
    struct fills_list faults;
    struct str theirs;                      /* of a stale edit: what the database has by now    */
    bool is_changed;
};

void form_init(struct form *form, struct cx *cx, const struct form_field *fields)
{
    *form = (struct form){ .cx = cx, .fields = fields, .prefix = "", .status = 422 };
    form->general.mem = cx->mem;
    while (fields[form->n].name != NULL)
        form->n++;
    form->states = arena_list(cx->mem, struct form_state, form->n);
    for (size_t i = 0; i < form->n; i++)
        form->states[i] = (struct form_state){ .value = S(""), .faults = { .mem = cx->mem } };
}

static struct form_state *state_of(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->n; i++)
        if (strcmp(form->fields[i].name, name) == 0)
            return &form->states[i];
    return NULL;
}

void form_set(struct form *form, const char *name, struct str value)
{
    struct form_state *state = state_of(form, name);
    if (state != NULL)
        state->value = str_absent(value) ? S("") : value;
}

void form_set_flag(struct form *form, const char *name, bool yes)
{
    form_set(form, name, yes ? S("on") : S(""));
}

void form_set_many(struct form *form, const char *name, const struct str *values, size_t n)
{
    struct form_state *state = state_of(form, name);
    if (state == NULL)
        return;
    state->values = arena_list(form->cx->mem, struct str, n);
    for (size_t i = 0; i < n; i++)
        state->values[i] = values[i];
    state->value_count = n;
}

void form_options(struct form *form, const char *name, const struct form_option *options, size_t n)
{
    struct form_state *state = state_of(form, name);
    if (state == NULL)
        return;
    struct form_option *kept = arena_list(form->cx->mem, struct form_option, n);
    for (size_t i = 0; i < n; i++)
        kept[i] = options[i];
    state->options = kept;
    state->option_count = n;
}

/* ---- what the database has, in short ---- */

static bool is_kept(const struct form_field *field)
{
    return field->kind != FORM_PASSWORD && field->kind != FORM_FILE && field->kind != FORM_SHOWN;
}

static void sum_text(struct mac_sum *sum, struct cx *cx, struct str text)
{
    mac_sum_add(sum, str_fmt(cx->mem, "%zu:", text.n));
    mac_sum_add(sum, text);
}

void form_guard(struct form *form)
{
    struct mac_sum sum;
    mac_sum_begin(&sum);
    for (size_t i = 0; i < form->n; i++) {
        const struct form_state *state = &form->states[i];
        if (!is_kept(&form->fields[i]))
            continue;
        sum_text(&sum, form->cx, str_of(form->fields[i].name));
        sum_text(&sum, form->cx, state->value);
        for (size_t k = 0; k < state->value_count; k++)
            sum_text(&sum, form->cx, state->values[k]);
    }
    form->guarded = true;
    form->version = str_sub(mac_sum_end(form->cx->mem, &sum), 0, 32);
}

/* ---- what was sent ---- */

static bool is_line(enum form_kind kind)
{
    return kind != FORM_AREA && kind != FORM_CODE;
}

static bool is_trimmed(enum form_kind kind)
{
    return is_line(kind) && kind != FORM_PASSWORD && kind != FORM_HIDDEN;
}

/* Browsers send the ends of lines as CR LF (HTML, §4.10.22.4). */
static struct str plain_lines(struct cx *cx, struct str sent)
{
    struct buf out;
    buf_init(&out, cx->mem, sent.n + 1);
    for (size_t i = 0; i < sent.n; i++)
        if (sent.p[i] != '\r' || i + 1 == sent.n || sent.p[i + 1] != '\n')
            buf_c(&out, sent.p[i]);
    return out.n > 0 ? buf_text(&out) : S("");
}

static bool is_offered(const struct form_state *state, struct str value)
{
    for (size_t i = 0; i < state->option_count; i++)
        if (str_eq(state->options[i].value, value))
            return true;
    return false;
}

static struct str label_of(const struct form *form, size_t i)
{
    const struct form_field *field = &form->fields[i];
    return field->verbatim ? str_of(field->label) : phrase_of(form->cx, field->label);
}

static void check(struct form *form, size_t i)
{
    const struct form_field *field = &form->fields[i];
    const struct form_state *state = &form->states[i];
    struct cx *cx = form->cx;
    size_t max = field->max != 0 ? field->max : is_line(field->kind) ? LINE_MAX : SIZE_MAX;
    double number;
    if (field->required && state->value.n == 0 && state->value_count == 0
        && field->kind != FORM_FILE)
        form_fault(form, field->name, phrase_of(cx, W("This must be filled in.")));
    else if (utf8_count(state->value) > max)
        form_fault(form, field->name, phrase_with(cx, W("At most {n} characters."),
                   (const struct fill[]){ fill_int("n", (int64_t)max), { 0 } }));
    else if (field->kind == FORM_NUMBER && state->value.n > 0 && !num_real(state->value, &number))
        form_fault(form, field->name, phrase_of(cx, W("This must be a number.")));
    else if ((field->kind == FORM_CHOICE || field->kind == FORM_RADIO) && state->value.n > 0
             && !is_offered(state, state->value))
        form_fault(form, field->name, phrase_of(cx, W("Choose one of the list.")));
}

static void read_many(struct form *form, size_t i, const struct formdata *posted)
{
    struct form_state *state = &form->states[i];
    struct str value;
    size_t at = 0;
    state->values = NULL;
    state->value_count = 0;
    while (formdata_next(posted, form->fields[i].name, &at, &value)) {
        if (!is_offered(state, value))
            continue;
        state->values = arena_more(form->cx->mem, state->values, state->value_count,
                                   sizeof *state->values);
        state->values[state->value_count++] = value;
    }
}

static void read_one(struct form *form, size_t i, const struct formdata *posted)
{
    const struct form_field *field = &form->fields[i];
    struct form_state *state = &form->states[i];
    struct str was = state->value, sent = formdata_text(posted, field->name);
    if (field->kind == FORM_SHOWN || field->kind == FORM_FILE)
        return;
    if (field->kind == FORM_CHOICES) {
        read_many(form, i, posted);
        return;
    }
    if (str_absent(sent))
        sent = S("");
    if (!is_line(field->kind))
        sent = plain_lines(form->cx, sent);
    else if (is_trimmed(field->kind))
        sent = str_trim(sent);
    state->value = sent.n > 0 ? sent : S("");
    state->is_changed = form->stale && is_kept(field) && !str_eq(was, state->value);
    state->theirs = was;
}

void form_read(struct form *form, const struct formdata *posted)
{
    struct str version = formdata_text(posted, "version");
    form->stale = form->guarded && version.n > 0 && !str_eq(version, form->version);
    for (size_t i = 0; i < form->n; i++) {
        read_one(form, i, posted);
        check(form, i);
    }
}

/* ---- asked by handlers ---- */

struct str form_text(const struct form *form, const char *name)
{
    const struct form_state *state = state_of(form, name);
    return state == NULL ? S("") : state->value;
}

bool form_flag(const struct form *form, const char *name)
{
    return form_text(form, name).n > 0;
}

size_t form_many(const struct form *form, const char *name, const struct str **values)
{
    const struct form_state *state = state_of(form, name);
    *values = state == NULL ? NULL : state->values;
    return state == NULL ? 0 : state->value_count;
}

bool form_good(const struct form *form)
{
    bool good = !form->stale && form->general.n == 0;
    for (size_t i = 0; i < form->n; i++)
        good = good && form->states[i].faults.n == 0;
    return good;
}

void form_fault(struct form *form, const char *name, struct str message)
{
    struct form_state *state = name == NULL ? NULL : state_of(form, name);
    struct fills row = { .mem = form->cx->mem };
    fills_add(&row, fill_text("text", message));
    fills_row(state != NULL ? &state->faults : &form->general, &row);
}

int form_status(const struct form *form)
{
    return form_good(form) ? 200 : form->stale ? 409 : form->status;
}

/* ["body","schema",0,"name"] → name: what a form calls a value is its last name. */
static const char *name_in(struct cx *cx, struct str loc)
{
    size_t end = loc.n, from;
    while (end > 0 && loc.p[end - 1] != '"')
        end--;
    from = end > 0 ? end - 1 : 0;
    while (from > 0 && loc.p[from - 1] != '"')
        from--;
    return from == 0 ? NULL : str_c(cx->mem, str_sub(loc, from, end - 1 - from));
}

static void take_lists(struct form *form, const struct err *err)
{
    struct cx *cx = form->cx;
    for (size_t i = 0; i < err->item_count; i++)
        form_fault(form, str_c(cx->mem, err->items[i].field),
                   phrase_message(cx, err->items[i].message));
    for (size_t i = 0; i < err->field_count; i++)
        form_fault(form, name_in(cx, err->fields[i].loc), phrase_message(cx, err->fields[i].msg));
}

bool form_take(struct form *form)
{
    struct cx *cx = form->cx;
    struct err err = cx->err;
    switch (err.kind) {
    case E_NONE:
        return true;
    case E_CONFLICT:
    case E_PRECONDITION:
        form->status = 409;
        break;
    case E_TOO_MANY:
        form->status = 429;
        break;
    case E_INVALID:
    case E_UNPROCESSABLE:
    case E_FORBIDDEN:
    case E_TOO_LARGE:
        break;
    default:
        return false;
    }
    fail_forget(cx);
    if (err.item_count == 0 && err.field_count == 0)
        form_fault(form, err.field, phrase_message(cx, str_of(err.message)));
    take_lists(form, &err);
    return true;
}

/* ---- shown ---- */

static struct str id_of(const struct form *form, const char *name)
{
    bool has = form->prefix[0] != '\0';
    return str_fmt(form->cx->mem, "f-%s%s%s", form->prefix, has ? "-" : "", name);
}

static bool is_chosen(const struct form_state *state, struct str value)
{
    for (size_t i = 0; i < state->value_count; i++)
        if (str_eq(state->values[i], value))
            return true;
    return str_eq(state->value, value);
}

static struct fill options_of(const struct form *form, size_t at)
{
    const struct form_state *state = &form->states[at];
    struct fills_list rows = { .mem = form->cx->mem };
    for (size_t i = 0; i < state->option_count; i++) {
        struct fills row = { .mem = form->cx->mem };
        struct str id = id_of(form, form->fields[at].name);
        fills_add(&row, fill_text("id", i == 0 ? id : str_fmt(row.mem, "%.*s-%zu", STR_ARG(id),
                                                              i)));
        fills_add(&row, fill_text("name", str_of(form->fields[at].name)));
        fills_add(&row, fill_text("value", state->options[i].value));
        fills_add(&row, fill_text("label", state->options[i].label));
        fills_add(&row, fill_flag("is_chosen", is_chosen(state, state->options[i].value)));
        fills_row(&rows, &row);
    }
    return fills_rows("options", &rows);
}

static void put_kind(struct fills *row, const struct form_field *field)
{
    static const char *const TYPES[] = {
        [FORM_TEXT] = "text", [FORM_EMAIL] = "email", [FORM_URL] = "url", [FORM_SEARCH] = "search",
        [FORM_PASSWORD] = "password", [FORM_NUMBER] = "number", [FORM_DATE] = "date",
        [FORM_TIME] = "datetime-local",
    };
    enum form_kind kind = field->kind;
    fills_add(row, fill_text("type", kind <= FORM_TIME ? str_of(TYPES[kind]) : S("")));
    fills_add(row, fill_flag("is_input", kind <= FORM_TIME));
    fills_add(row, fill_flag("is_json", field->is_json));
    fills_add(row, fill_text("find", str_of(field->find)));
    fills_add(row, fill_text("picker", str_of(field->picker)));
    fills_add(row, fill_text("suggest", str_of(field->suggest)));
    fills_add(row, fill_flag("is_area", kind == FORM_AREA));
    fills_add(row, fill_flag("is_code", kind == FORM_CODE));
    fills_add(row, fill_flag("is_check", kind == FORM_CHECK));
    fills_add(row, fill_flag("is_choice", kind == FORM_CHOICE));
    fills_add(row, fill_flag("is_radio", kind == FORM_RADIO));
    fills_add(row, fill_flag("is_choices", kind == FORM_CHOICES));
    fills_add(row, fill_flag("is_file", kind == FORM_FILE));
    fills_add(row, fill_flag("is_shown", kind == FORM_SHOWN));
}

static void put_limits(struct fills *row, const struct form_field *field)
{
    size_t max = field->max != 0 ? field->max : is_line(field->kind) ? LINE_MAX : 0;
    bool counts = field->kind <= FORM_PASSWORD || !is_line(field->kind);
    fills_add(row, fill_text("max", counts && max > 0 ? str_fmt(row->mem, "%zu", max) : S("")));
    fills_add(row, fill_text("autocomplete", field->autocomplete != NULL
                             ? str_of(field->autocomplete) : S("off")));
    fills_add(row, fill_text("step", str_of(field->step)));
    fills_add(row, fill_text("least", str_of(field->least)));
    fills_add(row, fill_text("most", str_of(field->most)));
    fills_add(row, fill_int("rows", field->rows != 0 ? field->rows : AREA_ROWS));
}

static void put_field(struct form *form, struct fills_list *fields, size_t i)
{
    const struct form_field *field = &form->fields[i];
    const struct form_state *state = &form->states[i];
    struct fills row = { .mem = form->cx->mem };
    struct str id = id_of(form, field->name);
    struct str hint = field->hint == NULL ? S("") : field->verbatim ? str_of(field->hint)
                                          : phrase_of(form->cx, field->hint);
    bool has_list = field->kind <= FORM_TIME && state->option_count > 0;
    fills_add(&row, fill_text("id", id));
    fills_add(&row, fill_text("name", str_of(field->name)));
    fills_add(&row, fill_text("label", label_of(form, i)));
    fills_add(&row, fill_text("hint", hint));
    fills_add(&row, fill_text("value", field->kind == FORM_PASSWORD ? S("") : state->value));
    fills_add(&row, fill_flag("required", field->required));
    fills_add(&row, fill_flag("is_long", field->kind == FORM_URL || !is_line(field->kind)
                              || field->max > LINE_MAX));
    fills_add(&row, fill_flag("is_checked", state->value.n > 0));
    fills_add(&row, fill_flag("is_changed", state->is_changed));
    fills_add(&row, fill_text("theirs", state->theirs));
    fills_add(&row, fill_text("list", has_list ? str_fmt(row.mem, "%.*s-list", STR_ARG(id))
                                               : S("")));
    fills_add(&row, fill_flag("faulty", state->faults.n > 0));
    fills_add(&row, fills_rows("faults", &state->faults));
    put_kind(&row, field);
    put_limits(&row, field);
    fills_add(&row, options_of(form, i));
    fills_row(fields, &row);
}

void form_put_fields(struct form *form, size_t from, size_t n, struct fills_list *out)
{
    out->mem = form->cx->mem;
    for (size_t i = from; i < from + n && i < form->n; i++)
        put_field(form, out, i);
}

/* One line a fault, which leads to its field. */
static void put_summary(const struct form *form, struct desk *desk)
{
    struct fills_list lines = { .mem = form->cx->mem };
    struct fills summary = { .mem = form->cx->mem };
    for (size_t i = 0; i < form->general.n; i++) {
        struct fills row = { .mem = lines.mem };
        fills_add(&row, form->general.at[i][0]);
        fills_add(&row, fill_text("href", S("")));
        fills_row(&lines, &row);
    }
    for (size_t i = 0; i < form->n; i++)
        for (size_t k = 0; k < form->states[i].faults.n; k++) {
            struct fills row = { .mem = lines.mem };
            struct str id = id_of(form, form->fields[i].name), label = label_of(form, i);
            struct str text = form->states[i].faults.at[k][0].text;
            fills_add(&row, fill_text("text", str_fmt(row.mem, "%.*s: %.*s", STR_ARG(label),
                                                      STR_ARG(text))));
            fills_add(&row, fill_text("href", str_fmt(row.mem, "#%.*s", STR_ARG(id))));
            fills_row(&lines, &row);
        }
    fills_add(&summary, fills_rows("faults", &lines));
    if (lines.n > 0)
        desk_put(desk, fills_one("summary", &summary));
}

static struct str stale_text(struct form *form)
{
    struct cx *cx = form->cx;
    struct fills values = { .mem = cx->mem };
    fills_add(&values, fill_text("who", form->changed_by));
    desk_time(&values, "iso", "time", form->changed_at);
    return str_absent(form->changed_by)
         ? phrase_of(cx, W("Somebody has changed this since you opened it. What it is now stands"
                           " beside your values; saved again, yours count."))
         : phrase_with(cx, W("{who} has changed this at {time} UTC, after you had opened it. What"
                             " it is now stands beside your values; saved again, yours count."),
                       fills_end(&values));
}

void form_put(struct form *form, struct desk *desk, const char *name)
{
    struct cx *cx = form->cx;
    struct fills row = { .mem = cx->mem };
    struct fills_list fields = { .mem = cx->mem }, hiddens = { .mem = cx->mem };
    for (size_t i = 0; i < form->n; i++) {
        if (form->fields[i].kind != FORM_HIDDEN) {
            put_field(form, &fields, i);
            continue;
        }
        struct fills hidden = { .mem = cx->mem };
        fills_add(&hidden, fill_text("name", str_of(form->fields[i].name)));
        fills_add(&hidden, fill_text("value", form->states[i].value));
        fills_row(&hiddens, &hidden);
    }
    if (form->stale)
        form_fault(form, NULL, stale_text(form));
    put_summary(form, desk);
    fills_add(&row, fill_text("action", form->action));
    fills_add(&row, fill_flag("is_get", form->is_get));
    fills_add(&row, fill_flag("is_multipart", form->multipart));
    fills_add(&row, fill_text("once", form->once ? ident_random(cx->mem) : S("")));
    fills_add(&row, fill_text("version", form->version));
    fills_add(&row, fill_text("submit", phrase_of(cx, form->submit != NULL ? form->submit
                                                                           : W("Save"))));
    fills_add(&row, fill_text("cancel", form->cancel));
    fills_add(&row, fill_flag("danger", form->danger));
    fills_add(&row, fill_flag("is_stale", form->stale));
    fills_add(&row, fill_text("stale_text", form->stale ? stale_text(form) : S("")));
    fills_add(&row, fills_rows("hiddens", &hiddens));
    fills_add(&row, fills_rows("fields", &fields));
    desk_put(desk, fills_one(name, &row));
}
