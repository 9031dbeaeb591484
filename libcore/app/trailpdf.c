/* trailpdf.c — tells bin/auditpdf what is wanted, and understands what it is told there. */
#include "app/trailpdf.h"

#include <unistd.h>

#include "base/js.h"
#include "base/jv.h"
#include "base/settings.h"
#include "base/when.h"

#define PATIENCE (25 * WHEN_SECOND)             /* clients wait for 30 */
enum { QUESTION_MAX = 16384 };

static struct str question_of(struct cx *cx, const struct trailquery *query)
{
    struct buf text;
    struct js js;
    buf_init(&text, cx->mem, QUESTION_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    js_text(&js, "account_id", query->account_id);
    js_text(&js, "table_name", query->table_name);
    js_text(&js, "record_id", query->record_id);
    js_text(&js, "user_id", query->user_id);
    js_text(&js, "operation", query->operation);
    js_text(&js, "column_name", query->column_name);
    js_text(&js, "user_email", query->user_email);
    js_text(&js, "request_id", query->request_id);
    js_int(&js, "from", query->from);
    js_int(&js, "upto", query->upto);
    js_text(&js, "made_by", cx->who->email);
    js_int(&js, "made_at", cx->now);
    js_bool(&js, "sees_pii", cx->who->sees_pii);
    js_end(&js);
    return text.over ? NO_STR : buf_text(&text);
}

bool trailpdf_question(struct cx *cx, struct str text, struct trailpdf *out)
{
    struct jv v;
    struct jv_fault fault = { .reason = "no object" };
    if (!jv_parse(cx, text, &v, &fault) || v.kind != JV_OBJECT)
        return broken(cx, "the question cannot be understood: %s", fault.reason);
    *out = (struct trailpdf){
        .query = { .account_id = jv_text(jv_get(v, S("account_id"))),
                   .table_name = jv_text(jv_get(v, S("table_name"))),
                   .record_id = jv_text(jv_get(v, S("record_id"))),
                   .user_id = jv_text(jv_get(v, S("user_id"))),
                   .operation = jv_text(jv_get(v, S("operation"))),
                   .column_name = jv_text(jv_get(v, S("column_name"))),
                   .user_email = jv_text(jv_get(v, S("user_email"))),
                   .request_id = jv_text(jv_get(v, S("request_id"))),
                   .from = jv_int(jv_get(v, S("from"))), .upto = jv_int(jv_get(v, S("upto"))) },
        .made_by = jv_text(jv_get(v, S("made_by"))),
        .made_at = jv_int(jv_get(v, S("made_at"))),
        .sees_pii = jv_bool(jv_get(v, S("sees_pii"))),
    };
    return true;
}

static bool too_large(struct cx *cx)
{
    fail_forget(cx);
    return fail_detail(cx, E_TOO_LARGE, "These rows are too much for a PDF: ask for fewer of them,"
                       " or for CSV or JSON");
}

bool trailpdf_open(struct cx *cx, const struct trailquery *query, struct errand_talk *talk)
{
    struct str question = question_of(cx, query), line;
    const char *program = str_fmt(cx->mem, "%.*s/auditpdf", STR_ARG(cx->set->program_dir)).p;
    if (access(program, X_OK) != 0)
        return fail_detail(cx, E_INVALID, "PDF is not installed here: ask for CSV or JSON");
    if (str_absent(question))
        return fail_detail(cx, E_INVALID, "The filters are too long");
    TRY(errand_open(cx, "auditpdf", "--rows", question, PATIENCE, talk));
    if (!errand_line(talk, &line))
        return talk->was_killed ? too_large(cx) : false;
    if (str_eq(line, S("too large")))
        return too_large(cx);
    return str_eq(line, S("ok")) || broken(cx, "auditpdf: %.*s", STR_ARG(line));
}
