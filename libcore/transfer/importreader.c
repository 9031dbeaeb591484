/* importreader.c — the records of a file one by one, as JSON objects. */
#include "transfer/importreader.h"

#include "base/num.h"
#include "base/settings.h"
#include "data/access.h"

/* ---- columns --------------------------------------------------------------------------------- */

enum kind { PASSED_OVER, TEXT, NUMBER, BOOLEAN, JSON, LIST };     /* LIST: JSON, or a text      */

bool importreader_is_passed_over(struct str name)
{
    return str_eq(name, S("account_name"))
        || (collection_system_column(name) && !str_eq(name, S("account_id")));
}

/* What the caller may write. The rest is to a file of theirs like what is not there: its cells are
 * texts, and each record is refused by the name alone. */
struct writer { const struct collection *collection; struct access create, update; };

static bool open_writer(struct cx *cx, const struct collection *collection, struct writer *out)
{
    const struct jv no_body = { .kind = JV_ABSENT };

    out->collection = collection;
    return access_open(cx, collection, OP_CREATE, no_body, &out->create)
        && access_open(cx, collection, OP_UPDATE, no_body, &out->update);
}

static bool may_write(const struct writer *writer, const struct field *field)
{
    return access_gives(&writer->create, field) || access_gives(&writer->update, field);
}

static enum kind kind_of(const struct cx *cx, const struct writer *writer, struct str name)
{
    const struct field *field = collection_field(writer->collection, name);
    struct str type = S("string");

    if (field != NULL && may_write(writer, field))
        type = str_of(field->type->openapi);
    if (importreader_is_passed_over(name)
        || (str_eq(name, S("account_id")) && !cx->who->is_superadmin)
        || (field != NULL && field->type->word == NULL))
        return PASSED_OVER;
    if (str_starts(type, S("array:")))
        return LIST;
    if (str_eq(type, S("number")))
        return NUMBER;
    if (str_eq(type, S("boolean")))
        return BOOLEAN;
    if (type.n > 0)
        return TEXT;
    return field->encrypted ? LIST : JSON;          /* its placeholder is no JSON                 */
}

static bool is_known(const struct collection *collection, struct str name)
{
    return collection_system_column(name) || str_eq(name, S("account_name"))
        || collection_field(collection, name) != NULL;
}

static bool is_twice(const struct csv_record *header, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (str_eq(header->cells[k].text, header->cells[i].text))
            return true;
    return false;
}

static bool check_header(struct cx *cx, const struct writer *writer,
                         const struct csv_record *header)
{
    bool tells = access_gives_all(&writer->create);
    struct buf unknown;

    buf_init(&unknown, cx->mem, 4096);
    for (size_t i = 0; i < header->n; i++) {
        struct str name = header->cells[i].text;
        if (tells && !is_known(writer->collection, name))
            buf_fmt(&unknown, "%s'%.*s'", unknown.n > 0 ? ", " : "",
                    STR_ARG(str_sub(name, 0, 100)));
        else if (is_twice(header, i))
            return fail(cx, E_INVALID, "Validation error", "Column '%.*s' is there twice",
                        STR_ARG(name));
    }
    return unknown.n == 0
        || fail(cx, E_INVALID, "Validation error", "Unknown columns: %.*s",
                STR_ARG(buf_text(&unknown)));
}

static bool read_header(struct cx *cx, const struct collection *collection,
                        struct importreader *reader)
{
    struct csv_record header;
    struct writer writer;
    bool found;

    TRY(open_writer(cx, collection, &writer));
    TRY(csv_next(cx, &reader->csv, cx->mem, &header, &found));
    if (!found && reader->csv.fault != NULL)
        return fail(cx, E_INVALID, "Validation error", "%s in line %lld", reader->csv.fault,
                    (long long)reader->csv.fault_line);
    if (!found)
        return fail(cx, E_INVALID, "Validation error",
                    "The file is empty: its first line must name the fields");
    for (size_t i = 0; i < header.n; i++)
        header.cells[i].text = str_trim(header.cells[i].text);
    TRY(check_header(cx, &writer, &header));
    reader->n = header.n;
    reader->columns = arena_list(cx->mem, struct importreader_column, header.n + 1);
    for (size_t i = 0; i < header.n; i++)
        reader->columns[i] = (struct importreader_column){
            str_copy(cx->mem, header.cells[i].text),
            (int)kind_of(cx, &writer, header.cells[i].text) };
    return true;
}

bool importreader_open(struct cx *cx, const struct collection *collection,
                       enum recordimport_format format, struct source from,
                       struct importreader *out)
{
    size_t most = (size_t)cx->set->max_body_bytes;

    *out = (struct importreader){ .format = format };
    if (format == IMPORT_CSV) {
        csv_init(&out->csv, cx->mem, from, most);
        return read_header(cx, collection, out);
    }
    jsonparts_init(&out->parts, cx->mem, from, format == IMPORT_NDJSON, most);
    return true;
}

/* ---- cells ----------------------------------------------------------------------------------- */

static bool is_word(struct str text, const char *const words[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq_nocase(text, str_of(words[i])))
            return true;
    return false;
}

static void put_boolean(struct js *js, struct str text)
{
    static const char *const YES[] = { "true", "1", "yes", "t", "y" };
    static const char *const NO[] = { "false", "0", "no", "f", "n" };

    if (is_word(text, YES, COUNT(YES)))
        js_bool(js, NULL, true);
    else if (is_word(text, NO, COUNT(NO)))
        js_bool(js, NULL, false);
    else
        js_text(js, NULL, text);
}

/* False: the text is no JSON. */
static bool put_json(struct cx *cx, struct js *js, struct str text)
{
    struct arena_mark mark = arena_mark(cx->mem);
    struct jv_fault fault;
    struct jv value;
    bool well = jv_parse(cx, text, &value, &fault);

    arena_rewind(cx->mem, mark);
    if (well)
        js_raw(js, NULL, text);
    else
        js_text(js, NULL, text);
    return well;
}

static bool put_cell(struct cx *cx, struct js *js, const struct importreader_column *column,
                     const struct csv_cell *cell)
{
    struct str trimmed = str_trim(cell->text);
    double number;

    js_key(js, column->name);
    if (cell->text.n == 0 && (!cell->quoted || column->kind != TEXT))
        js_null(js, NULL);
    else if (column->kind == NUMBER && num_real(trimmed, &number))
        js_number(js, NULL, number);
    else if (column->kind == BOOLEAN)
        put_boolean(js, trimmed);
    else if (column->kind == LIST)
        (void)put_json(cx, js, trimmed);
    else if (column->kind == JSON)
        return put_json(cx, js, trimmed);
    else
        js_text(js, NULL, cell->text);
    return true;
}

static void refuse(struct importreader_item *item, struct str field, const char *code,
                   struct str fault)
{
    if (!str_absent(item->fault))
        return;
    item->field = field;
    item->code = code;
    item->fault = fault;
}

static bool next_row(struct cx *cx, struct importreader *reader, struct arena *mem,
                     struct importreader_item *out, bool *found)
{
    struct csv_record row;
    struct buf text;
    struct js js;

    TRY(csv_next(cx, &reader->csv, mem, &row, found));
    if (!*found)
        return true;
    out->line = row.line;
    if (row.n != reader->n) {
        refuse(out, NO_STR, "cells", str_fmt(mem, "Expected %zu cells, found %zu", reader->n,
                                             row.n));
        return true;
    }
    buf_init(&text, mem, SIZE_MAX / 4);
    js_init(&js, &text);
    js_object(&js, NULL);
    for (size_t i = 0; i < reader->n; i++)
        if (reader->columns[i].kind != PASSED_OVER
            && !put_cell(cx, &js, &reader->columns[i], &row.cells[i]))
            refuse(out, reader->columns[i].name, "invalid_json",
                   S("Value must be JSON text"));
    js_end(&js);
    out->json = str_absent(out->fault) ? buf_text(&text) : NO_STR;
    return true;
}

bool importreader_next(struct cx *cx, struct importreader *reader, struct arena *mem,
                       struct importreader_item *out, bool *found)
{
    *out = (struct importreader_item){ .line = 0 };
    if (reader->format == IMPORT_CSV)
        return next_row(cx, reader, mem, out, found);
    TRY(jsonparts_next(cx, &reader->parts, mem, &out->json, &out->line, found));
    if (*found && str_absent(out->json))
        refuse(out, NO_STR, "too_long", S("The record is too long"));
    return true;
}

bool importreader_fault(const struct importreader *reader, const char **fault, int64_t *line)
{
    bool is_csv = reader->format == IMPORT_CSV;

    *fault = is_csv ? reader->csv.fault : reader->parts.fault;
    *line = is_csv ? reader->csv.fault_line : reader->parts.fault_line;
    return *fault != NULL;
}
