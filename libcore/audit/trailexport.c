/* trailexport.c — rows of the trail as lines of CSV, or as members of a JSON array. */
#include "audit/trailexport.h"

#include "base/csv.h"
#include "base/js.h"
#include "base/outlet.h"
#include "base/when.h"

struct export {
    enum trailexport_format format;
    struct outlet out;
    int64_t rows;
};

struct str trailexport_filename(struct cx *cx, struct str ending)
{
    struct buf now;
    buf_init(&now, cx->mem, 64);
    when_iso(&now, cx->now);            /* 2026-03-01T10:20:30… */
    const char *p = buf_text(&now).p;
    return str_fmt(cx->mem, "audit_logs_%.4s%.2s%.2s_%.2s%.2s%.2s.%.*s", p, p + 5, p + 8, p + 11,
                   p + 14, p + 17, STR_ARG(ending));
}

static struct str time_text(struct cx *cx, int64_t us)
{
    struct buf text;
    buf_init(&text, cx->mem, 64);
    when_iso(&text, us);
    return buf_text(&text);
}

static void put_line(struct cx *cx, struct buf *out, const struct audit_row *row)
{
    const struct str cells[] = {
        str_fmt(cx->mem, "%lld", (long long)row->id), time_text(cx, row->occurred_at),
        row->operation, row->table_name, row->record_id, row->column_name, row->old_value,
        row->new_value, row->user_email, row->ip_address, row->checksum,
    };
    for (size_t i = 0; i < COUNT(cells); i++)
        csv_put(out, cells[i], i == 0);
    csv_end(out);
}

/* In an array of its own, so that it stands as deep as it will; without that array's ends. */
static void put_object(struct cx *cx, struct buf *out, const struct audit_row *row)
{
    struct buf text;
    struct js js;
    buf_init(&text, cx->mem, SIZE_MAX / 4);
    js_init(&js, &text);
    js_array(&js, NULL);
    js_object(&js, NULL);
    js_int(&js, "id", row->id);
    js_time(&js, "occurred_at", row->occurred_at);
    js_text(&js, "operation", row->operation);
    js_text(&js, "table_name", row->table_name);
    js_text(&js, "record_id", row->record_id);
    js_text(&js, "column_name", row->column_name);
    js_text(&js, "old_value", row->old_value);
    js_text(&js, "new_value", row->new_value);
    js_text(&js, "user_email", row->user_email);
    js_text(&js, "ip_address", row->ip_address);
    js_text(&js, "checksum", row->checksum);
    js_end(&js);
    js_end(&js);
    struct str whole = js_indented(cx->mem, buf_text(&text));
    buf_str(out, str_sub(whole, 1, whole.n - 4));
}

static bool add(struct cx *cx, void *state, const struct audit_row *row)
{
    struct export *export = state;
    if (export->format == TRAILEXPORT_CSV) {
        put_line(cx, &export->out.text, row);
    } else {
        buf_c(&export->out.text, export->rows == 0 ? '[' : ',');
        put_object(cx, &export->out.text, row);
    }
    export->rows++;
    return outlet_step(cx, &export->out);
}

bool trailexport_write(struct cx *cx, const struct trailquery *query,
                       enum trailexport_format format, struct sink to)
{
    struct export export = { .format = format };
    const struct trailquery_page page = { .limit = TRAILEXPORT_MOST };
    outlet_open(cx, to, &export.out);
    if (format == TRAILEXPORT_CSV)
        buf_str(&export.out.text, S("ID,Timestamp,Operation,Table,Record ID,Column,Old Value,"
                                    "New Value,User,IP Address,Checksum\r\n"));
    TRY(trailquery_read(cx, query, &page, &(struct trailquery_reader){ add, &export }));
    if (format == TRAILEXPORT_JSON)
        buf_str(&export.out.text, export.rows == 0 ? S("[]\n") : S("\n]\n"));
    return outlet_end(cx, &export.out);
}
