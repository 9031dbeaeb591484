/* recordform.c — the form of a record, out of its collection's fields. */
#include "recordform.h"

enum { BODY_MAX = 32 << 20, ROWS_SHORT = 2, ROWS_LONG = 8, LONG_TEXT = 160, LINES_MOST = 12 };

/* --- which inputs ----------------------------------------------------------------------------- */

static const char *word(struct cx *cx, const char *prefix, struct str name)
{
    return str_c(cx->mem, str_fmt(cx->mem, "%s%.*s", prefix, STR_ARG(name)));
}

static bool has_value(const struct recordform *f, const struct field *field)
{
    struct jv value = jv_get(f->record, field->name);
    return value.kind != JV_ABSENT && value.kind != JV_NULL;
}

static bool is_masked(const struct recordform *f, const struct field *field)
{
    return !f->is_new && has_value(f, field)
        && (field->encrypted || (field->pii && f->access.is_masked));
}

static unsigned rows_for(struct str text)
{
    unsigned rows = text.n > LONG_TEXT ? ROWS_LONG : ROWS_SHORT;
    unsigned lines = 1;
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    return lines > LINES_MOST ? LINES_MOST : lines > rows ? lines : rows;
}

static const char *hint_of(const struct recordform *f, const struct field *field,
                           enum form_kind kind)
{
    if (is_masked(f, field))
        return W("Shown masked. Left as it is, it stays what it is.");
    if (field->encrypted)
        return W("Kept encrypted, and never shown again.");
    switch (field->type->rule) {
    case R_DATETIME:
        return W("Date and time with its zone: 2026-03-01T10:20:30Z; without a zone it is UTC.");
    case R_REFERENCE:
        return kind == FORM_AREA ? W("IDs, one a line.") : W("The ID of a record.");
    case R_JSON:
        return W("JSON; empty: no value.");
    default:
        return NULL;
    }
}

static struct form_field *add(struct recordform *f, const struct field *field,
                              struct form_field is)
{
    f->of[f->n] = field;
    f->inputs[f->n] = is;
    return &f->inputs[f->n++];
}

static void add_shown(struct recordform *f, const struct field *field)
{
    add(f, field, (struct form_field){ .name = word(f->cx, "shown-", field->name),
                  .kind = FORM_SHOWN, .label = word(f->cx, "", field->name), .verbatim = true });
}

static void add_file(struct recordform *f, const struct field *field)
{
    add_shown(f, field);
    add(f, field, (struct form_field){ .name = word(f->cx, "v-", field->name),
                                       .kind = FORM_HIDDEN, .label = "", .verbatim = true });
    if (has_value(f, field) && !field->required)
        add(f, field, (struct form_field){ .name = word(f->cx, "x-", field->name),
            .kind = FORM_CHECK, .verbatim = true,
            .label = str_c(f->cx->mem, phrase_with(f->cx, W("Remove the file of {name}"),
                     (const struct fill[]){ fill_text("name", field->name), { 0 } })) });
}

static void add_input(struct recordform *f, const struct field *field, bool relaxed)
{
    struct cx *cx = f->cx;
    enum form_kind kind = fieldform_kind(field, is_masked(f, field));
    bool is_seen = f->is_new || jv_get(f->record, field->name).kind != JV_ABSENT;
    const char *hint = hint_of(f, field, kind);
    struct form_field *input = add(f, field, (struct form_field){
        .name = word(cx, "v-", field->name), .kind = kind,
        .label = word(cx, "", field->name), .verbatim = true,
        .required = field->required && !relaxed && is_seen && kind != FORM_CHECK,
        .hint = hint == NULL ? NULL : str_c(cx->mem, phrase_of(cx, hint)),
    });
    if (kind == FORM_AREA || kind == FORM_CODE)
        input->rows = rows_for(fieldform_text(cx, field, jv_get(f->record, field->name)));
    if (kind == FORM_NUMBER)
        input->step = "any";
    if (kind == FORM_CODE && !is_masked(f, field))
        input->is_json = true;
    if (kind == FORM_TEXT || kind == FORM_EMAIL || kind == FORM_URL || kind == FORM_NUMBER)
        input->max = 2000;
    if (field->type->rule != R_REFERENCE || is_masked(f, field))
        return;
    input->find = input->name;
    if (kind == FORM_TEXT)
        input->picker = str_c(cx->mem, DESK_PATH(cx, S("records"), field->collection, S("pick")));
}

static void add_field(struct recordform *f, const struct field *field, bool relaxed)
{
    bool writes = f->may_write && !field_is_computed(field) && access_gives(&f->access, field);
    if (writes && field->type->rule == R_FILE && !field->pii)
        add_file(f, field);
    else if (writes)
        add_input(f, field, relaxed);
    else if (!f->is_new && jv_get(f->record, field->name).kind != JV_ABSENT)
        add_shown(f, field);
}

/* --- what they hold --------------------------------------------------------------------------- */

/* What a field no longer offers stays a choice as long as it is the value. */
static void set_choices(struct recordform *f, size_t i, struct jv value)
{
    const struct field *field = f->of[i];
    bool many = f->inputs[i].kind == FORM_CHOICES, known = value.kind != JV_TEXT;
    struct form_option *options = arena_list(f->cx->mem, struct form_option,
                                             field->choice_count + 2);
    size_t n = 0;
    if (!many)
        options[n++] = (struct form_option){ S(""), phrase_of(f->cx, W("(none)")) };
    for (size_t k = 0; k < field->choice_count; k++) {
        options[n++] = (struct form_option){ field->choices[k], field->choices[k] };
        known = known || str_eq(field->choices[k], jv_text(value));
    }
    if (!known)
        options[n++] = (struct form_option){ jv_text(value), jv_text(value) };
    form_options(&f->form, f->inputs[i].name, options, n);
}

static void set_value(struct recordform *f, size_t i)
{
    const struct field *field = f->of[i];
    const struct form_field *input = &f->inputs[i];
    struct jv value = jv_get(f->record, field->name);
    struct str *values;
    size_t n;
    if (input->kind == FORM_CHOICE || input->kind == FORM_CHOICES)
        set_choices(f, i, value);
    if (input->kind == FORM_CHOICES) {
        n = fieldform_texts(f->cx, value, &values);
        form_set_many(&f->form, input->name, values, n);
    } else if (input->kind == FORM_SHOWN) {
        form_set(&f->form, input->name, fieldform_cell(f->cx, field, value));
    } else if (input->name[0] != 'x') {
        form_set(&f->form, input->name, fieldform_text(f->cx, field, value));
    }
}

bool recordform_open(struct cx *cx, struct recordform *f, bool relaxed)
{
    const struct collection *c = f->collection;
    f->cx = cx;
    f->inputs = arena_list(cx->mem, struct form_field, 3 * c->field_count + 2);
    f->of = arena_list(cx->mem, const struct field *, 3 * c->field_count + 2);
    f->touched = arena_list(cx->mem, bool, 3 * c->field_count + 2);
    f->may_write = recorddesk_may(cx, c, f->is_new ? OP_CREATE : OP_UPDATE, &f->access)
                && recorddesk_is_written(c);
    TRY(cx->err.kind == E_NONE);
    for (size_t i = 0; i < c->field_count; i++)
        add_field(f, &c->fields[i], relaxed);
    if (f->is_new && cx->who->is_superadmin)
        add(f, NULL, (struct form_field){ .name = "account_id", .kind = FORM_TEXT,
            .label = str_c(cx->mem, phrase_of(cx, W("Account ID"))), .verbatim = true,
            .max = 100 });
    form_init(&f->form, cx, f->inputs);
    for (size_t i = 0; i < f->n; i++)
        if (f->of[i] != NULL)
            set_value(f, i);
    f->form.once = f->is_new;
    if (!f->is_new)
        form_guard(&f->form);
    return true;
}

/* --- what was sent ---------------------------------------------------------------------------- */

static bool same_texts(const struct str *a, size_t n, const struct str *b, size_t m)
{
    bool same = n == m;
    for (size_t i = 0; same && i < n; i++)
        same = str_eq(a[i], b[i]);
    return same;
}

/* false: it is as it was. */
static bool changed_choices(struct recordform *f, size_t i, struct str *json)
{
    const struct str *sent;
    struct str *were;
    size_t n = form_many(&f->form, f->inputs[i].name, &sent);
    size_t m = fieldform_texts(f->cx, jv_get(f->record, f->of[i]->name), &were);
    if (same_texts(sent, n, were, m) && (!f->is_new || n == 0))
        return false;
    *json = fieldform_list(f->cx, sent, n);
    return true;
}

static bool changed_text(struct recordform *f, size_t i, struct str *json)
{
    const struct field *field = f->of[i];
    struct cx *cx = f->cx;
    struct str sent = form_text(&f->form, f->inputs[i].name), why;
    struct str was = fieldform_text(cx, field, jv_get(f->record, field->name));
    bool clears = f->inputs[i].kind == FORM_HIDDEN
               && form_flag(&f->form, word(cx, "x-", field->name));
    if (!clears && fieldform_same(cx, field, sent, was) && (!f->is_new || sent.n == 0))
        return false;
    *json = S("null");
    if (clears || fieldform_read(cx, field, sent, json, &why))
        return true;
    form_fault(&f->form, f->inputs[i].name, why);
    return false;
}

bool recordform_body(struct recordform *f, const struct formdata *posted, struct str *json)
{
    struct buf body;
    struct js js;
    struct str value;
    buf_init(&body, f->cx->mem, BODY_MAX);
    js_init(&js, &body);
    form_read(&f->form, posted);
    js_object(&js, NULL);
    for (size_t i = 0; i < f->n; i++) {
        enum form_kind kind = f->inputs[i].kind;
        if (f->of[i] == NULL || kind == FORM_SHOWN || f->inputs[i].name[0] != 'v')
            continue;
        f->touched[i] = kind == FORM_CHOICES ? changed_choices(f, i, &value)
                                             : changed_text(f, i, &value);
        if (f->touched[i]) {
            js_key(&js, f->of[i]->name);
            js_raw(&js, NULL, value);
        }
    }
    if (f->is_new && form_text(&f->form, "account_id").n > 0)
        js_text(&js, "account_id", form_text(&f->form, "account_id"));
    js_end(&js);
    *json = buf_text(&body);
    return !body.over || fail(f->cx, E_TOO_LARGE, "Too large", "The record is too large");
}

/* --- what came back --------------------------------------------------------------------------- */

/* The input, or what is shown, where a fault of the field belongs. */
static const char *place_of(const struct recordform *f, struct str field)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->of[i] != NULL && str_eq(f->of[i]->name, field))
            return f->inputs[i].name;
    return NULL;
}

bool recordform_take(struct recordform *f)
{
    struct cx *cx = f->cx;
    recorddesk_unfold(cx);
    for (size_t i = 0; i < cx->err.item_count; i++) {
        const char *place = place_of(f, cx->err.items[i].field);
        if (place != NULL)
            cx->err.items[i].field = str_of(place);
    }
    if (cx->err.field != NULL && place_of(f, str_of(cx->err.field)) != NULL)
        cx->err.field = place_of(f, str_of(cx->err.field));
    if (cx->err.kind == E_NOT_FOUND && f->is_new)
        cx->err.kind = E_INVALID;           /* the account: it can be mended                     */
    return form_take(&f->form);
}

const struct field *recordform_field(const struct recordform *f, struct str input)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->of[i] != NULL && str_eq(str_of(f->inputs[i].name), input))
            return f->of[i];
    return NULL;
}
