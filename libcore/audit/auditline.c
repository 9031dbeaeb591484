/* auditline.c — rows and checkpoints to JSON and back, losing nothing that is hashed. */
#include "audit/auditline.h"

#include "base/when.h"

static const struct str FORMAT_NAME = S_INIT("larder audit 1");

/* The texts of a row by their names, as the table has them. */
static const struct { const char *name; size_t offset; } TEXTS[] = {
#define TEXT(member) { #member, offsetof(struct audit_row, member) }
    TEXT(account_id), TEXT(operation), TEXT(table_name), TEXT(record_id), TEXT(column_name),
    TEXT(old_value), TEXT(new_value), TEXT(user_id), TEXT(user_email), TEXT(user_name),
    TEXT(es_username), TEXT(es_reason), TEXT(ip_address), TEXT(user_agent), TEXT(request_id),
    TEXT(checksum), TEXT(previous_hash),
#undef TEXT
};

static bool is_json(struct arena *mem, struct str text)
{
    struct arena_mark mark = arena_mark(mem);
    struct cx cx = { .mem = mem };
    struct jv json;
    struct jv_fault fault;
    bool well = jv_parse(&cx, text, &json, &fault) && json.kind == JV_OBJECT;
    arena_rewind(mem, mark);
    return well;
}

void auditline_row(struct js *js, const char *key, const struct audit_row *row)
{
    js_object(js, key);
    js_int(js, "id", row->id);
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        js_text(js, TEXTS[i].name,
                *(const struct str *)(const void *)((const char *)row + TEXTS[i].offset));
    if (row->es_timestamp != 0)
        js_time(js, "es_timestamp", row->es_timestamp);
    else
        js_null(js, "es_timestamp");
    js_time(js, "occurred_at", row->occurred_at);
    if (str_absent(row->extra_metadata) || is_json(js->out->mem, row->extra_metadata))
        js_raw(js, "extra_metadata", row->extra_metadata);
    else                                    /* not by us: shown as what it is */
        js_text(js, "extra_metadata", row->extra_metadata);
    js_end(js);
}

void auditline_signed(struct js *js, const char *key, const struct checkpoint_signed *is)
{
    if (is->number == 0) {
        js_null(js, key);
        return;
    }
    js_object(js, key);
    js_int(js, "number", is->number);
    js_text(js, "document", is->document);
    js_text(js, "signature", is->signature);
    js_end(js);
}

static void end_line(struct js *js)
{
    js_end(js);
    buf_c(js->out, '\n');
}

void auditline_put_header(struct buf *out, const struct auditline_header *header)
{
    struct js js;
    js_init(&js, out);
    js_object(&js, NULL);
    js_text(&js, "audit", FORMAT_NAME);
    js_time(&js, "exported_at", header->exported_at);
    js_text(&js, "account_id", header->account_id);
    js_int(&js, "first", header->first);
    js_text(&js, "key", header->key);
    auditline_signed(&js, "prune", &header->prune);
    end_line(&js);
}

void auditline_put_row(struct buf *out, const struct audit_row *row)
{
    struct js js;
    js_init(&js, out);
    js_object(&js, NULL);
    auditline_row(&js, "entry", row);
    end_line(&js);
}

void auditline_put_checkpoint(struct buf *out, const struct checkpoint_signed *checkpoint)
{
    struct js js;
    js_init(&js, out);
    js_object(&js, NULL);
    auditline_signed(&js, "checkpoint", checkpoint);
    end_line(&js);
}

/* ---- reading ---- */

static bool no_line(struct cx *cx, const char *why)
{
    return fail(cx, E_INVALID, "Invalid", "%s", why);
}

/* null is no time at all. */
static bool read_time(struct cx *cx, struct jv json, const char *name, int64_t *us)
{
    struct jv value = jv_get(json, str_of(name));
    *us = 0;
    return value.kind == JV_NULL || when_parse(jv_text(value), us) || no_line(cx, "no time");
}

bool auditline_to_row(struct cx *cx, struct jv json, struct audit_row *out)
{
    struct jv extra = jv_get(json, S("extra_metadata"));
    *out = (struct audit_row){ .id = jv_int(jv_get(json, S("id"))) };
    if (json.kind != JV_OBJECT || out->id <= 0)
        return no_line(cx, "no entry");
    for (size_t i = 0; i < COUNT(TEXTS); i++) {
        struct jv value = jv_get(json, str_of(TEXTS[i].name));
        if (value.kind != JV_TEXT && value.kind != JV_NULL)
            return no_line(cx, "an entry without all of its columns");
        *(struct str *)(void *)((char *)out + TEXTS[i].offset) = jv_text(value);
    }
    if (extra.kind == JV_TEXT)
        out->extra_metadata = jv_text(extra);
    else if (extra.kind != JV_NULL && extra.kind != JV_ABSENT)
        out->extra_metadata = jv_print(cx->mem, extra);
    return read_time(cx, json, "es_timestamp", &out->es_timestamp)
        && read_time(cx, json, "occurred_at", &out->occurred_at);
}

bool auditline_to_signed(struct cx *cx, struct jv json, struct checkpoint_signed *out)
{
    *out = (struct checkpoint_signed){ .number = jv_int(jv_get(json, S("number"))),
                                       .document = jv_text(jv_get(json, S("document"))),
                                       .signature = jv_text(jv_get(json, S("signature"))) };
    return (out->number > 0 && !str_absent(out->document) && !str_absent(out->signature))
        || no_line(cx, "no checkpoint");
}

static bool read_header(struct cx *cx, struct jv json, struct auditline_header *out)
{
    struct jv prune = jv_get(json, S("prune"));
    *out = (struct auditline_header){ .first = jv_int(jv_get(json, S("first"))),
                                      .account_id = jv_text(jv_get(json, S("account_id"))),
                                      .key = jv_text(jv_get(json, S("key"))) };
    if (!str_eq(jv_text(jv_get(json, S("audit"))), FORMAT_NAME) || out->first <= 0)
        return no_line(cx, "not an export of this trail's format");
    if (prune.kind == JV_OBJECT)
        TRY(auditline_to_signed(cx, prune, &out->prune));
    return read_time(cx, json, "exported_at", &out->exported_at);
}

bool auditline_read(struct cx *cx, struct str line, struct auditline *out)
{
    struct jv json;
    struct jv_fault fault;
    if (!jv_parse(cx, line, &json, &fault))
        return no_line(cx, "no JSON");
    struct jv entry = jv_get(json, S("entry")), checkpoint = jv_get(json, S("checkpoint"));
    *out = (struct auditline){ .kind = AUDITLINE_HEADER };
    if (entry.kind == JV_OBJECT) {
        out->kind = AUDITLINE_ENTRY;
        return auditline_to_row(cx, entry, &out->row);
    }
    if (checkpoint.kind == JV_OBJECT) {
        out->kind = AUDITLINE_CHECKPOINT;
        return auditline_to_signed(cx, checkpoint, &out->checkpoint);
    }
    return read_header(cx, json, &out->header);
}
