/* schemacards.c — lays a draft out as cards, and puts faults where they belong. */
#include "schemacards.h"

#include <string.h>

#include "base/num.h"
#include "transfer/portable.h"

enum {
    NEEDED = 1, ALONE = 2, DEFAULT = 4, TARGET = 8, VALUES = 16, MOST = 32, FORMULA = 64,
    WORDS = 128, SEALED = 256, PERSONAL = 512, OPTIONS = 1024,
    USUAL = NEEDED | DEFAULT | PERSONAL | OPTIONS
};
static const struct kind { const char *name, *label; unsigned shows; } KINDS[] = {
    { "text", W("Text"), USUAL | ALONE | WORDS | SEALED },
    { "number", W("Numeric"), USUAL | ALONE },
    { "boolean", W("Yes or no"), USUAL },
    { "datetime", W("Date and time"), USUAL | ALONE },
    { "date", W("Date"), USUAL | ALONE },
    { "email", W("E-mail address"), USUAL | ALONE | WORDS },
    { "url", W("Web address"), USUAL | ALONE | WORDS },
    { "select", W("Choice"), NEEDED | DEFAULT | PERSONAL | ALONE | VALUES | MOST | WORDS },
    { "reference", W("Reference"), NEEDED | DEFAULT | PERSONAL | ALONE | TARGET | OPTIONS },
    { "references", W("References"), NEEDED | DEFAULT | PERSONAL | TARGET | MOST },
    { "file", W("File"), NEEDED | PERSONAL | OPTIONS },
    { "json", W("JSON"), USUAL | SEALED },
    { "computed", W("Computed"), FORMULA | PERSONAL | OPTIONS },
};
/* The members of a field, as a card asks for them. */
static const struct member {
    const char *name; unsigned shows; bool is_more; enum form_kind kind; const char *label, *hint;
    size_t max; unsigned rows;
} MEMBERS[] = {
    { "expression", FORMULA, false, FORM_CODE, W("Formula"),
      W("Of other fields of the record: price * quantity"), 0, 2 },
    { "return_type", FORMULA, false, FORM_CHOICE, W("What comes of it"), NULL, 0, 0 },
    { "collection", TARGET, false, FORM_CHOICE, W("Refers to"), NULL, 0, 0 },
    { "on_delete", TARGET, false, FORM_CHOICE, W("When what it refers to is deleted"), NULL, 0, 0 },
    { "values", VALUES, false, FORM_AREA, W("Values, one a line"), NULL, 0, 4 },
    { "max", MOST, false, FORM_TEXT, W("How many at most"),
      W("Empty: one of a choice, any number of references."), 9, 0 },
    { "default", DEFAULT, false, FORM_TEXT, W("Default"),
      W("Texts as they are, everything else as JSON. Empty: none."), 100000, 0 },
    { "required", NEEDED, false, FORM_CHECK, W("Required"), NULL, 0, 0 },
    { "unique", ALONE, false, FORM_CHECK, W("Unique within an account"), NULL, 0, 0 },
    { "searchable", WORDS, false, FORM_CHECK, W("Its words can be searched for"), NULL, 0, 0 },
    { "encrypted", SEALED, true, FORM_CHECK, W("Encrypted: nobody reads it but by a key"), NULL, 0,
      0 },
    { "pii", PERSONAL, true, FORM_CHECK, W("Personal data: masked, unless one is in pii_access"),
      NULL, 0, 0 },
    { "mask_type", PERSONAL, true, FORM_CHOICE, W("Masked as"), NULL, 0, 0 },
    { "options", OPTIONS, true, FORM_CODE, W("Options, as JSON"),
      W("Of files the sizes of small pictures: {\"thumbs\": [\"100x100\"]}. Others are kept and"
        " shown to clients, and not enforced."), 0, 2 },
};
struct schemacards_part {
    size_t from, main, all;             /* form fields of the card: the first ones, then the rest */
    bool is_fixed, is_open;
    struct fills_list faults;
};

static const struct kind *kind_of(struct str name)
{
    for (size_t i = 0; i < COUNT(KINDS); i++)
        if (str_eq(name, str_of(KINDS[i].name)))
            return &KINDS[i];
    return &KINDS[0];
}

const char *schemacards_type(struct str name)
{
    return kind_of(name)->label;
}

static bool is_view(const struct schemacards *cards)
{
    return str_eq(cards->draft->type, S("view"));
}

/* ---- which fields the form has -------------------------------------------------------------- */

static void ask(struct schemacards *cards, struct form_field field)
{
    cards->fields = arena_more(cards->cx->mem, cards->fields, cards->n, sizeof *cards->fields);
    cards->fields[cards->n++] = field;
}

static const char *name_of(struct schemacards *cards, size_t i, const char *member)
{
    return str_c(cards->cx->mem, draft_name(cards->cx, i, member));
}

static void ask_top(struct schemacards *cards)
{
    if (cards->is_new)
        ask(cards, (struct form_field){ "name", FORM_TEXT, .label = W("Name"), .required = true,
            .max = 64, .hint = W("Letters, digits and underscores; a letter first. It cannot be"
                                 " changed later.") });
    if (is_view(cards)) {
        ask(cards, (struct form_field){ "query", FORM_CODE, .label = W("Query"), .required = true,
            .rows = 8, .hint = W("A SELECT over tables of collections (col_posts) that gives id,"
                                 " account_id and every field of the view.") });
    } else {
        ask(cards, (struct form_field){ "realtime", FORM_CHECK,
                                        .label = W("Subscribers are told of changes") });
        ask(cards, (struct form_field){ "event_previous", FORM_CHECK,
                                        .label = W("and of what a record was before") });
        ask(cards, (struct form_field){ "requires_signature", FORM_CHECK,
            .label = W("Records are written with an electronic signature, or not at all") });
    }
    cards->top = cards->n;
}

static void ask_members(struct schemacards *cards, size_t i, unsigned shows, bool is_more)
{
    const struct draft_field *field = &cards->draft->fields[i];
    bool stored = field->was.n > 0 && !is_view(cards);
    for (size_t k = 0; k < COUNT(MEMBERS); k++) {
        const struct member *member = &MEMBERS[k];
        bool fixed = stored && (strcmp(member->name, "encrypted") == 0
                                || strcmp(member->name, "collection") == 0);
        if (member->is_more == is_more && (member->shows & shows) != 0 && !fixed)
            ask(cards, (struct form_field){ name_of(cards, i, member->name), member->kind,
                .label = member->label, .hint = member->hint, .max = member->max,
                .rows = member->rows });
    }
}

static void ask_field(struct schemacards *cards, size_t i)
{
    const struct draft_field *field = &cards->draft->fields[i];
    struct schemacards_part *part = &cards->parts[i];
    unsigned shows = kind_of(field->type)->shows;
    *part = (struct schemacards_part){ .from = cards->n, .faults = { .mem = cards->cx->mem },
                                       .is_fixed = field->was.n > 0 && !is_view(cards) };
    if (is_view(cards))
        shows &= TARGET | VALUES | MOST | PERSONAL | OPTIONS;
    if (!part->is_fixed) {
        ask(cards, (struct form_field){ name_of(cards, i, "name"), FORM_TEXT, .label = W("Name"),
                                        .required = true, .max = 64 });
        ask(cards, (struct form_field){ name_of(cards, i, "type"), FORM_CHOICE,
                                        .label = W("Type") });
    }
    ask_members(cards, i, shows, false);
    part->main = cards->n - part->from;
    ask_members(cards, i, shows, true);
    part->all = cards->n - part->from;
    part->is_open = field->encrypted || field->pii
                 || ((shows & OPTIONS) != 0 && str_trim(field->options).n > 0);
}

static void ask_indexes(struct schemacards *cards)
{
    cards->index_at = cards->n;
    for (size_t i = 0; i < cards->draft->index_count && !is_view(cards); i++)
        ask(cards, (struct form_field){
            str_c(cards->cx->mem, str_fmt(cards->cx->mem, "indexes.%zu", i)), FORM_TEXT,
            .label = W("Index over"),
            .hint = W("Fields in their order, a minus before those that go down: status,"
                      " -created_at") });
    ask(cards, (struct form_field){ 0 });
    cards->n--;
}

/* ---- what they hold ------------------------------------------------------------------------- */

static const struct form_option *listed(struct cx *cx, const char *const *values,
                                        const char *const *labels, size_t n)
{
    struct form_option *options = arena_list(cx->mem, struct form_option, n);
    for (size_t i = 0; i < n; i++)
        options[i] = (struct form_option){ str_of(values[i]), phrase_of(cx, labels[i]) };
    return options;
}

static void offer(struct schemacards *cards, const char *name, const char *const *values,
                  const char *const *labels, size_t n)
{
    form_options(&cards->form, name, listed(cards->cx, values, labels, n), n);
}

static void offer_types(struct schemacards *cards, const char *name)
{
    struct form_option *options = arena_list(cards->cx->mem, struct form_option, COUNT(KINDS));
    for (size_t i = 0; i < COUNT(KINDS); i++)
        options[i] = (struct form_option){ str_of(KINDS[i].name),
                                           phrase_of(cards->cx, KINDS[i].label) };
    form_options(&cards->form, name, options, COUNT(KINDS));
}

static void offer_names(struct schemacards *cards, const char *name, struct str chosen,
                        const struct str *names, size_t n)
{
    struct form_option *options = arena_list(cards->cx->mem, struct form_option, n + 3);
    size_t count = 0;
    bool found = chosen.n == 0;
    options[count++] = (struct form_option){ S(""), phrase_of(cards->cx, W("(choose one)")) };
    for (size_t i = 0; i < n; i++) {
        found = found || str_eq(names[i], chosen);
        options[count++] = (struct form_option){ names[i], names[i] };
    }
    if (cards->is_new && cards->draft->name.n > 0) {
        found = found || str_eq(cards->draft->name, chosen);
        options[count++] = (struct form_option){ cards->draft->name, cards->draft->name };
    }
    if (!found)
        options[count++] = (struct form_option){ chosen, chosen };
    form_options(&cards->form, name, options, count);
}

static void offer_all(struct schemacards *cards, size_t i, const struct str *names, size_t n)
{
    static const char *const ACTIONS[] = { "restrict", "set_null", "cascade" };
    static const char *const ACTION_WORDS[] = { W("that is refused"), W("this is emptied"),
                                                W("this record goes as well") };
    static const char *const RETURNS[] = { "text", "number", "boolean", "datetime" };
    static const char *const RETURN_WORDS[] = { W("Text"), W("Numeric"), W("Yes or no"),
                                                W("Date and time") };
    static const char *const MASKS[] = { "", "email", "phone", "ssn", "name", "full", "custom" };
    static const char *const MASK_WORDS[] = { W("(in full)"), W("E-mail address"),
        W("Phone number"), W("Social security number"), W("Name of a person"),
        W("in full"), W("Custom") };
    offer_types(cards, name_of(cards, i, "type"));
    offer(cards, name_of(cards, i, "on_delete"), ACTIONS, ACTION_WORDS, COUNT(ACTIONS));
    offer(cards, name_of(cards, i, "return_type"), RETURNS, RETURN_WORDS, COUNT(RETURNS));
    offer(cards, name_of(cards, i, "mask_type"), MASKS, MASK_WORDS, COUNT(MASKS));
    offer_names(cards, name_of(cards, i, "collection"), cards->draft->fields[i].collection, names,
                n);
}

static struct str first_of(struct str sent, const char *otherwise)
{
    return sent.n > 0 ? sent : str_of(otherwise);
}

void schemacards_open(struct schemacards *cards, struct cx *cx, const struct draft *draft,
                      bool is_new, const struct str *names, size_t n)
{
    struct formdata values;
    *cards = (struct schemacards){ .cx = cx, .draft = draft, .is_new = is_new, .look_at = -1,
                                   .summary = { .mem = cx->mem }, .status = 422 };
    cards->parts = arena_list(cx->mem, struct schemacards_part, draft->n + 1);
    ask_top(cards);
    for (size_t i = 0; i < draft->n; i++)
        ask_field(cards, i);
    ask_indexes(cards);
    form_init(&cards->form, cx, cards->fields);
    draft_send(cx, draft, &values);
    for (size_t i = 0; i < values.n; i++)
        form_set(&cards->form, str_c(cx->mem, values.at[i].name), values.at[i].value);
    for (size_t i = 0; i < draft->n; i++) {
        offer_all(cards, i, names, n);
        form_set(&cards->form, name_of(cards, i, "return_type"),
                 first_of(draft->fields[i].return_type, "text"));
    }
}

/* ---- what is wrong -------------------------------------------------------------------------- */

static bool is_asked(const struct schemacards *cards, const char *name)
{
    for (size_t i = 0; i < cards->n; i++)
        if (strcmp(cards->fields[i].name, name) == 0)
            return true;
    return false;
}

static void sum_up(struct schemacards *cards, struct str about, struct str text, struct str href)
{
    struct fills row = { .mem = cards->cx->mem };
    fills_add(&row, fill_text("text", about.n == 0 ? text
                              : str_fmt(row.mem, "%.*s: %.*s", STR_ARG(about), STR_ARG(text))));
    fills_add(&row, fill_text("href", href));
    fills_row(&cards->summary, &row);
}

static void fault_of(struct schemacards *cards, const char *name, struct str about, struct str text)
{
    form_fault(&cards->form, name, text);
    sum_up(cards, about, text, str_fmt(cards->cx->mem, "#f-%s", name));
}

static struct str title_of(const struct schemacards *cards, size_t i)
{
    const struct draft_field *field = &cards->draft->fields[i];
    return field->name.n > 0 ? field->name
         : phrase_with(cards->cx, W("Field {n}"),
                       (const struct fill[]){ fill_int("n", (int64_t)i + 1), { 0 } });
}

void schemacards_fault(struct schemacards *cards, size_t i, const char *member, struct str text)
{
    const char *name = name_of(cards, i, member);
    struct fills row = { .mem = cards->cx->mem };
    cards->parts[i].is_open = true;
    if (is_asked(cards, name)) {
        fault_of(cards, name, title_of(cards, i), text);
        return;
    }
    fills_add(&row, fill_text("text", text));
    fills_row(&cards->parts[i].faults, &row);
    sum_up(cards, title_of(cards, i), text, str_fmt(cards->cx->mem, "#field-%zu", i));
}

/* "schema[3].name", "indexes[2][0]": the word, the number and what follows. */
static bool numbered(struct str path, const char *word, size_t *i, struct str *rest)
{
    struct str number;
    int64_t n;
    if (!str_starts(path, str_of(word)) || path.n <= strlen(word) || path.p[strlen(word)] != '[')
        return false;
    *rest = str_sub(path, strlen(word) + 1, SIZE_MAX);
    if (!str_cut(rest, ']', &number) || !num_int(number, &n) || n < 0)
        return false;
    *i = (size_t)n;
    if (rest->n > 0 && rest->p[0] == '.')
        *rest = str_sub(*rest, 1, SIZE_MAX);
    return true;
}

/* The line of the form that the n-th index that was sent stands in: empty lines are not sent. */
static size_t index_line(const struct schemacards *cards, size_t n)
{
    for (size_t i = 0; i < cards->draft->index_count; i++)
        if (str_trim(cards->draft->indexes[i]).n > 0 && n-- == 0)
            return i;
    return 0;
}

static void place(struct schemacards *cards, struct str path, struct str text)
{
    struct cx *cx = cards->cx;
    struct str rest;
    size_t i;
    if (numbered(path, "schema", &i, &rest) && i < cards->draft->n) {
        schemacards_fault(cards, i, rest.n > 0 ? str_c(cx->mem, rest) : "name", text);
        return;
    }
    if (numbered(path, "indexes", &i, &rest) && cards->draft->index_count > 0) {
        size_t line = index_line(cards, i);
        fault_of(cards, str_c(cx->mem, str_fmt(cx->mem, "indexes.%zu", line)),
                 cards->draft->indexes[line], text);
        return;
    }
    for (i = 0; i < cards->draft->n; i++)
        if (cards->draft->fields[i].was.n > 0 && str_eq(cards->draft->fields[i].was, path)) {
            schemacards_fault(cards, i, "type", text);
            return;
        }
    if (!str_absent(path) && is_asked(cards, str_c(cx->mem, path))) {
        fault_of(cards, str_c(cx->mem, path), NO_STR, text);
        return;
    }
    sum_up(cards, str_eq(path, S("schema")) ? NO_STR : path, text, S(""));
}

bool schemacards_take(struct schemacards *cards)
{
    struct cx *cx = cards->cx;
    struct err err = cx->err;
    if (err.kind != E_INVALID && err.kind != E_UNPROCESSABLE && err.kind != E_CONFLICT
        && err.kind != E_TOO_LARGE && err.kind != E_FORBIDDEN)
        return false;
    if (err.kind == E_CONFLICT)
        cards->status = 409;
    fail_forget(cx);
    for (size_t i = 0; i < err.item_count; i++)
        place(cards, err.items[i].field, phrase_message(cx, err.items[i].message));
    for (size_t i = 0; i < err.field_count; i++)
        place(cards, portable_path(cx, err.fields[i].loc), phrase_message(cx, err.fields[i].msg));
    if (err.item_count + err.field_count == 0)
        place(cards, str_of(err.field), phrase_message(cx, str_of(err.message)));
    return true;
}

/* ---- shown ---------------------------------------------------------------------------------- */

static void put_hiddens(struct schemacards *cards, struct desk *desk)
{
    struct fills_list rows = { .mem = cards->cx->mem };
    struct formdata values;
    draft_send(cards->cx, cards->draft, &values);
    for (size_t i = 0; i < values.n; i++) {
        struct fills row = { .mem = rows.mem };
        if (is_asked(cards, str_c(cards->cx->mem, values.at[i].name)))
            continue;
        fills_add(&row, fill_text("name", values.at[i].name));
        fills_add(&row, fill_text("value", values.at[i].value));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("hiddens", &rows));
}

static const struct fill *card(struct schemacards *cards, size_t i, struct fills *row)
{
    const struct draft_field *field = &cards->draft->fields[i];
    const struct schemacards_part *part = &cards->parts[i];
    struct fills_list first = { .mem = row->mem }, more = { .mem = row->mem };
    form_put_fields(&cards->form, part->from, part->main, &first);
    form_put_fields(&cards->form, part->from + part->main, part->all - part->main, &more);
    fills_add(row, fill_int("at", (int64_t)i));
    fills_add(row, fill_text("title", title_of(cards, i)));
    fills_add(row, fill_text("kind", phrase_of(cards->cx, schemacards_type(field->type))));
    fills_add(row, fill_text("target", part->is_fixed ? field->collection : S("")));
    fills_add(row, fill_flag("is_sealed", part->is_fixed && field->encrypted));
    fills_add(row, fill_flag("can_seal", part->is_fixed
                             && (kind_of(field->type)->shows & SEALED) != 0));
    fills_add(row, fill_flag("is_fixed", part->is_fixed));
    fills_add(row, fill_flag("is_new", field->was.n == 0));
    fills_add(row, fill_flag("is_first", i == 0));
    fills_add(row, fill_flag("is_last", i + 1 == cards->draft->n));
    fills_add(row, fill_flag("is_looked_at", cards->look_at == (int)i));
    fills_add(row, fill_flag("is_open", part->is_open));
    fills_add(row, fill_flag("has_more", more.n > 0));
    fills_add(row, fill_flag("is_faulty", part->faults.n > 0));
    fills_add(row, fills_rows("card_faults", &part->faults));
    fills_add(row, fills_rows("main", &first));
    fills_add(row, fills_rows("more", &more));
    return fills_end(row);
}

static void put_kinds(struct schemacards *cards, struct desk *desk)
{
    struct fills_list rows = { .mem = cards->cx->mem };
    for (size_t i = 0; i < COUNT(KINDS); i++) {
        struct fills row = { .mem = rows.mem };
        fills_add(&row, fill_text("value", str_fmt(rows.mem, "add %s", KINDS[i].name)));
        fills_add(&row, fill_text("label", phrase_of(cards->cx, KINDS[i].label)));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("kinds", &rows));
}

static void put_indexes(struct schemacards *cards, struct desk *desk)
{
    struct fills_list rows = { .mem = cards->cx->mem };
    for (size_t i = cards->index_at; i < cards->n; i++) {
        struct fills row = { .mem = rows.mem };
        struct fills_list fields = { .mem = rows.mem };
        form_put_fields(&cards->form, i, 1, &fields);
        fills_add(&row, fills_rows("field", &fields));
        fills_add(&row, fill_int("at", (int64_t)(i - cards->index_at)));
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("indexes", &rows));
}

void schemacards_put(struct schemacards *cards, struct desk *desk)
{
    struct fills_list rows = { .mem = cards->cx->mem }, top = { .mem = cards->cx->mem };
    struct fills summary = { .mem = cards->cx->mem };
    put_hiddens(cards, desk);
    form_put_fields(&cards->form, 0, cards->top, &top);
    desk_put(desk, fills_rows("top", &top));
    for (size_t i = 0; i < cards->draft->n; i++) {
        struct fills row = { .mem = rows.mem };
        (void)card(cards, i, &row);
        fills_row(&rows, &row);
    }
    desk_put(desk, fills_rows("cards", &rows));
    put_kinds(cards, desk);
    put_indexes(cards, desk);
    desk_put(desk, fill_flag("is_view", is_view(cards)));
    fills_add(&summary, fills_rows("faults", &cards->summary));
    if (cards->summary.n > 0)
        desk_put(desk, fills_one("summary", &summary));
}
