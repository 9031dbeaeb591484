/* recordexport.c — every record of a list, streamed as CSV, NDJSON or a JSON array. */
#include "transfer/recordexport.h"

#include "base/csv.h"
#include "base/jsonlean.h"
#include "base/utf8.h"
#include "base/when.h"

enum { FLUSH_AT = 1 << 15, KEEP_ROOM = 1 << 18 };

static const struct { struct str word; const char *type, *ending; } FORMATS[EXPORT_FORMATS] = {
    [EXPORT_CSV] = { S_INIT("csv"), "text/csv; charset=utf-8; header=present", "csv" },
    [EXPORT_NDJSON] = { S_INIT("ndjson"), "application/x-ndjson", "ndjson" },
    [EXPORT_JSON] = { S_INIT("json"), "application/json", "json" },
};

bool recordexport_format(struct str word, enum recordexport_format *out)
{
    for (size_t i = 0; i < COUNT(FORMATS); i++)
        if (str_eq(FORMATS[i].word, word)) {
            *out = (enum recordexport_format)i;
            return true;
        }
    *out = EXPORT_CSV;
    return str_absent(word);
}

const char *recordexport_type(enum recordexport_format format)
{
    return FORMATS[format].type;
}

struct str recordexport_filename(struct cx *cx, struct str collection,
                                 enum recordexport_format format)
{
    struct buf now;

    buf_init(&now, cx->mem, 64);
    when_record(&now, cx->now);
    return str_fmt(cx->mem, "%.*s_%.10s.%s", STR_ARG(collection), buf_text(&now).p,
                   FORMATS[format].ending);
}

struct export {
    const struct recordexport *in;
    struct sink to;
    struct arena *mem;                  /* of the two texts                                       */
    struct buf out, record;
    bool *is_json; size_t columns;      /* CSV: cells that are JSON whatever they hold            */
    int64_t rows;
};

static void free_arena(void *what)
{
    arena_free(what);
}

static void start_texts(struct export *export)
{
    buf_init(&export->out, export->mem, SIZE_MAX / 4);
    buf_init(&export->record, export->mem, SIZE_MAX / 4);
}

/* A long record may have made much room, which the others do without. */
static bool flush(struct cx *cx, struct export *export, size_t at)
{
    if (export->out.n < at)
        return true;
    TRY(flow_write(cx, export->to, buf_text(&export->out)));
    buf_cut(&export->out, 0);
    if (export->out.room + export->record.room > KEEP_ROOM) {
        arena_reset(export->mem);
        start_texts(export);
    }
    return true;
}

/* ---- JSON into cells ------------------------------------------------------------------------- */

static uint32_t hex(char c)
{
    return (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

/* What js_quote wrote, read back. */
static struct str plain(struct cx *cx, struct str quoted)
{
    static const char LETTERS[] = "bfnrt", BYTES[] = "\b\f\n\r\t";
    struct str s = str_sub(quoted, 1, quoted.n - 2);
    struct buf out;

    buf_init(&out, cx->mem, s.n + 1);
    buf_put(&out, "", 0);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '\\' && s.p[i + 1] == 'u') {
            utf8_put(&out, hex(s.p[i + 2]) << 12 | hex(s.p[i + 3]) << 8 | hex(s.p[i + 4]) << 4
                           | hex(s.p[i + 5]));
            i += 5;
        } else if (c == '\\') {
            c = s.p[++i];
            for (size_t k = 0; LETTERS[k] != '\0'; k++)
                if (LETTERS[k] == s.p[i])
                    c = BYTES[k];
            buf_c(&out, c);
        } else {
            buf_c(&out, c);
        }
    }
    return s.n == 0 ? S("") : buf_text(&out);
}

/* Spreadsheets calculate what begins so. */
static bool is_formula(struct str text)
{
    return text.n > 0 && (text.p[0] == '=' || text.p[0] == '+' || text.p[0] == '-'
                          || text.p[0] == '@' || text.p[0] == '\t' || text.p[0] == '\r');
}

static struct str cell(struct cx *cx, const struct export *export, struct str value, bool is_json)
{
    struct str text;

    if (str_eq(value, S("null")))
        return NO_STR;
    if (is_json || value.p[0] != '"')
        return value;
    text = plain(cx, value);
    if (export->in->safe && is_formula(text))
        return str_fmt(cx->mem, "'%.*s", STR_ARG(text));
    return text;
}

static void put_cells(struct cx *cx, struct export *export, struct str record)
{
    struct str key, value;

    for (size_t i = 0; jsonlean_member(&record, &key, &value); i++)
        csv_put(&export->out, cell(cx, export, value, i < export->columns && export->is_json[i]),
                i == 0);
    csv_end(&export->out);
}

/* ---- the list -------------------------------------------------------------------------------- */

/* A record without values has the members of every other: the header. */
static bool put_header(struct cx *cx, struct export *export, const struct recordrow *row)
{
    struct param *nothing = arena_list(cx->mem, struct param, (size_t)row->next + 1);
    struct str rest, key, value;
    struct buf text;
    struct js js;

    buf_init(&text, cx->mem, SIZE_MAX / 4);
    js_init(&js, &text);
    recordrow_put(cx, &js, row, nothing);
    export->is_json = arena_list(cx->mem, bool, row->n + RECORDROW_FIELDS + 2);
    rest = buf_text(&text);
    while (jsonlean_member(&rest, &key, &value)) {
        const struct field *field = collection_field(row->collection, key);
        export->is_json[export->columns] = field != NULL && field->type->rule == R_JSON
                                        && !field->encrypted;
        csv_put(&export->out, key, export->columns++ == 0);
    }
    csv_end(&export->out);
    return true;
}

static bool begin(struct cx *cx, void *state, const struct recordrow *row)
{
    struct export *export = state;

    return export->in->format != EXPORT_CSV || put_header(cx, export, row);
}

static bool add(struct cx *cx, void *state, const struct recordrow *row, const struct rows *rows,
                size_t *bytes)
{
    struct export *export = state;
    struct js js;

    buf_cut(&export->record, 0);
    js_init(&js, &export->record);
    recordrow_write(cx, &js, row, rows);
    *bytes = export->record.n;
    switch (export->in->format) {
    case EXPORT_CSV:
        put_cells(cx, export, buf_text(&export->record));
        break;
    case EXPORT_JSON:
        buf_str(&export->out, export->rows == 0 ? S("[\n") : S(",\n"));
        buf_str(&export->out, buf_text(&export->record));
        break;
    default:
        buf_str(&export->out, buf_text(&export->record));
        buf_c(&export->out, '\n');
    }
    export->rows++;
    return flush(cx, export, FLUSH_AT);
}

bool recordexport_write(struct cx *cx, struct str collection, const struct recordexport *in,
                        struct sink to)
{
    struct export export = { .in = in, .to = to, .mem = arena_new(0, NULL, NULL) };
    const struct recordquery_reader reader = { .begin = begin, .row = add, .state = &export };
    struct recordquery query = in->query;

    arena_defer(cx->mem, free_arena, export.mem);
    start_texts(&export);
    if (str_trim(query.sort).n == 0)
        query.sort = S("account_id,id");        /* as their keys lie: the order they were made in */
    TRY(recordquery_read(cx, collection, &query, &reader));
    if (in->format == EXPORT_JSON)
        buf_str(&export.out, export.rows == 0 ? S("[]\n") : S("\n]\n"));
    return flush(cx, &export, 1);
}
