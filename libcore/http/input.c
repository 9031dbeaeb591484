/* input.c — walks an input table, converts what was sent and lists what does not fit. */
#include "http/input.h"

#include <regex.h>
#include <string.h>

#include "base/js.h"
#include "base/num.h"
#include "base/url.h"
#include "base/utf8.h"
#include "base/when.h"
#include "http/email.h"
#include "http/formdata.h"
#include "http/misfit.h"
#include "http/request.h"
#include "http/route.h"

struct reader {
    struct cx *cx;
    const struct input *table;
    const struct request *request;
    const struct route_found *found;
    struct formdata query, form;
    struct jv body;
    bool body_is_json;
    char *out;
};

static bool has_from(const struct input *table, enum input_from from)
{
    for (const struct input *in = table; in != NULL && in->from != FROM_END; in++)
        if (in->from == from)
            return true;
    return false;
}

bool input_wants_json(const struct input *table)
{
    for (const struct input *in = table; in != NULL && in->from != FROM_END; in++)
        if (in->from == BODY && in->type != T_RAW_BODY)
            return true;
    return false;
}

static bool says_json(struct str type)
{
    size_t at;
    if (str_find(type, ';', &at))
        type = str_sub(type, 0, at);
    type = str_trim(type);
    return type.n == 0 || str_eq_nocase(type, S("application/json"))
        || (str_starts_nocase(type, S("application/")) && type.n > 5
            && str_eq_nocase(str_sub(type, type.n - 5, 5), S("+json")));
}

bool input_json(struct cx *cx, const struct request *request, struct jv *body)
{
    struct jv_fault fault = { 0 };
    *body = (struct jv){ .kind = JV_ABSENT };
    if (request->body.n == 0 || !says_json(request->content_type))
        return true;
    if (jv_parse(cx, request->body, body, &fault))
        return true;
    if (cx->err.kind == E_NONE || cx->err.kind == E_INVALID) {
        fail_forget(cx);
        misfit_json(cx, utf8_count(str_sub(request->body, 0, fault.offset)), fault.reason);
        return fail_fields(cx);
    }
    return false;
}

static struct sent sent_value(struct jv v)
{
    return (struct sent){ .kind = v.kind, .text = jv_text(v), .v = v };
}

static void *place(const struct reader *r, const struct input *in)
{
    return r->out + in->offset;
}

static void put_text(struct reader *r, const struct input *in, struct str s)
{
    *(struct str *)place(r, in) = s;
}

static void put_absent(struct reader *r, const struct input *in)
{
    if (in->type == T_INT || in->type == T_FLAG)
        *(int64_t *)place(r, in) = in->otherwise;
    else if (in->type == T_BOOL)
        *(bool *)place(r, in) = in->otherwise != 0;
}

static void check_int(struct reader *r, const struct input *in, struct sent v, int64_t n)
{
    bool lower = in->least != in->most, upper = in->most > in->least;
    if (lower && n < in->least)
        misfit_range(r->cx, in, v, true);
    else if (upper && n > in->most)
        misfit_range(r->cx, in, v, false);
    else
        *(int64_t *)place(r, in) = n;
}

/* "7", " 7 ", "+7" and "7.0". */
static bool int_of_text(struct str text, int64_t *n)
{
    size_t dot;
    text = str_trim(text);
    if (str_find(text, '.', &dot) && dot > 0) {
        for (size_t i = dot + 1; i < text.n; i++)
            if (text.p[i] != '0')
                return false;
        text = str_sub(text, 0, dot);
    }
    return num_int(text, n);
}

static void read_int(struct reader *r, const struct input *in, struct sent v)
{
    int64_t n = jv_int(v.v);
    if (v.kind == JV_BOOL)
        n = jv_bool(v.v);
    else if (v.kind == JV_REAL && !num_to_int(jv_real(v.v), &n)) {
        misfit_add(r->cx, in, v, "int_from_float",
                     "Input should be a valid integer, got a number with a fractional part");
        return;
    } else if (v.kind == JV_TEXT && !int_of_text(v.text, &n)) {
        misfit_add(r->cx, in, v, "int_parsing",
                     "Input should be a valid integer, unable to parse string as an integer");
        return;
    } else if (v.kind != JV_INT && v.kind != JV_REAL && v.kind != JV_TEXT) {
        misfit_add(r->cx, in, v, "int_type", "Input should be a valid integer");
        return;
    }
    check_int(r, in, v, n);
}

static bool bool_of_text(struct str text, bool *yes)
{
    static const char *const TRUE_WORDS[] = { "true", "1", "yes", "on", "t", "y" };
    static const char *const FALSE_WORDS[] = { "false", "0", "no", "off", "f", "n" };
    for (size_t i = 0; i < COUNT(TRUE_WORDS); i++) {
        *yes = str_eq_nocase(text, str_of(TRUE_WORDS[i]));
        if (*yes || str_eq_nocase(text, str_of(FALSE_WORDS[i])))
            return true;
    }
    return false;
}

static void read_bool(struct reader *r, const struct input *in, struct sent v)
{
    bool yes = jv_bool(v.v), is_number = v.kind == JV_INT || v.kind == JV_REAL;
    double n = is_number ? jv_real(v.v) : 0;
    if (is_number)
        yes = n > 0;
    if ((is_number && (n < 0 || n > 1 || (n > 0 && n < 1)))
        || (v.kind == JV_TEXT && !bool_of_text(v.text, &yes)))
        misfit_add(r->cx, in, v, "bool_parsing",
                     "Input should be a valid boolean, unable to interpret input");
    else if (!is_number && v.kind != JV_BOOL && v.kind != JV_TEXT)
        misfit_add(r->cx, in, v, "bool_type", "Input should be a valid boolean");
    else if (in->type == T_FLAG)
        *(int64_t *)place(r, in) = yes;
    else
        *(bool *)place(r, in) = yes;
}

static bool time_of(struct sent v, int64_t *us, const char **reason)
{
    double seconds = jv_real(v.v);
    bool is_number = v.kind != JV_TEXT || num_real(v.text, &seconds);
    if (is_number && seconds > 2e10)            /* as the reference: so late a time is in ms */
        seconds /= 1000;
    *reason = v.kind == JV_TEXT && v.text.n < 10 ? "input is too short"
            : is_number ? "dates after 9999 are not supported as unix timestamps"
            : "invalid character in year";
    if (is_number)
        return seconds > -6e10 && seconds < 2.5e11 && num_to_int(seconds * 1e6, us);
    return when_parse(v.text, us);
}

static void read_time(struct reader *r, const struct input *in, struct sent v)
{
    const char *reason;
    int64_t *us = place(r, in);
    if (v.kind == JV_INT || v.kind == JV_REAL || v.kind == JV_TEXT) {
        if (time_of(v, us, &reason))
            *us += *us == 0;            /* 0 is absent: the epoch itself is a microsecond later */
        else
            misfit_reason(r->cx, in, v, "datetime_from_date_parsing", "error",
                            "Input should be a valid datetime or date, ", str_of(reason));
    } else {
        misfit_add(r->cx, in, v, "datetime_type", "Input should be a valid datetime");
    }
}

static void read_email(struct reader *r, const struct input *in, struct sent v)
{
    struct str address, reason;
    if (v.kind != JV_TEXT)
        misfit_add(r->cx, in, v, "string_type", "Input should be a valid string");
    else if (!email_read(r->cx->mem, v.text, &address, &reason))
        misfit_reason(r->cx, in, v, "value_error", "reason",
                        "value is not a valid email address: ", reason);
    else
        put_text(r, in, address);
}

static bool is_one_of(struct str text, const char *choices)
{
    struct str rest = str_of(choices), choice;
    while (str_cut(&rest, '|', &choice))
        if (str_eq(choice, text))
            return true;
    return false;
}

static bool matches(struct cx *cx, struct str text, const char *pattern)
{
    regex_t compiled;
    if (memchr(text.p, '\0', text.n) != NULL
        || regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    int found = regexec(&compiled, str_c(cx->mem, text), 0, NULL, 0);
    regfree(&compiled);
    return found == 0;
}

static void read_text(struct reader *r, const struct input *in, struct sent v)
{
    struct str text = v.text;
    size_t n = v.kind == JV_TEXT ? utf8_count(text) : 0;
    if (in->one_of != NULL) {
        if (v.kind == JV_TEXT && is_one_of(text, in->one_of))
            put_text(r, in, text);
        else
            misfit_choice(r->cx, in, v);
    } else if (v.kind != JV_TEXT) {
        misfit_add(r->cx, in, v, "string_type", "Input should be a valid string");
    } else if (n < in->min) {
        misfit_length(r->cx, in, v, n, true);
    } else if (in->max != 0 && n > in->max) {
        misfit_length(r->cx, in, v, n, false);
    } else if (in->pattern != NULL && !matches(r->cx, text, in->pattern)) {
        misfit_pattern(r->cx, in, v);
    } else {
        put_text(r, in, text);
    }
}

static void read_tree(struct reader *r, const struct input *in, struct sent v)
{
    size_t n = jv_count(v.v);
    if (in->type == T_OBJECT && v.kind != JV_OBJECT)
        misfit_add(r->cx, in, v, "dict_type", "Input should be a valid dictionary");
    else if (in->type == T_LIST && v.kind != JV_ARRAY)
        misfit_add(r->cx, in, v, "list_type", "Input should be a valid list");
    else if (in->type == T_LIST && n < in->min)
        misfit_length(r->cx, in, v, n, true);
    else if (in->type == T_LIST && in->max != 0 && n > in->max)
        misfit_length(r->cx, in, v, n, false);
    else
        *(struct jv *)place(r, in) = v.v;
}

static void read_value(struct reader *r, const struct input *in, struct sent v)
{
    switch (in->type) {
    case T_TEXT:
    case T_SECRET: read_text(r, in, v); break;
    case T_EMAIL:  read_email(r, in, v); break;
    case T_INT:    read_int(r, in, v); break;
    case T_BOOL:
    case T_FLAG:   read_bool(r, in, v); break;
    case T_TIME:   read_time(r, in, v); break;
    default:       read_tree(r, in, v); break;
    }
}

/* What comes as text (path, query, header, form). */
static void read_sent_text(struct reader *r, const struct input *in, struct str text)
{
    if (str_absent(text)) {
        put_absent(r, in);
        if (in->required)
            misfit_missing(r->cx, in, (struct jv){ .kind = JV_ABSENT }, r->table);
        return;
    }
    read_value(r, in, (struct sent){ .kind = JV_TEXT, .text = text });
}

static void read_member(struct reader *r, const struct input *in)
{
    struct jv v = jv_get(r->body, str_of(in->name));
    if (v.kind == JV_ABSENT || (v.kind == JV_NULL && !in->required)) {
        put_absent(r, in);
        if (in->type == T_JSON || in->type == T_OBJECT || in->type == T_LIST)
            *(struct jv *)place(r, in) = v;
        if (in->required)
            misfit_missing(r->cx, in, r->body, r->table);
        return;
    }
    read_value(r, in, sent_value(v));
}

/* The body as a whole is wrong or not there: then its members are not looked at. */
static bool body_is_usable(struct reader *r)
{
    bool required = false;
    enum jv_kind kind = JV_OBJECT;
    for (const struct input *in = r->table; in->from != FROM_END; in++) {
        if (in->from != BODY || in->type == T_RAW_BODY)
            continue;
        required = required || in->required;
        if (in->type == T_WHOLE_LIST)
            kind = JV_ARRAY;
    }
    if (!r->body_is_json)
        misfit_body(r->cx, (struct sent){ .kind = JV_TEXT, .text = r->request->body }, r->table);
    else if (r->body.kind == JV_ABSENT && required)
        misfit_no_body(r->cx);
    else if (r->body.kind != JV_ABSENT && r->body.kind != kind)
        misfit_body(r->cx, sent_value(r->body), r->table);
    else
        return true;
    return false;
}

static void read_body(struct reader *r)
{
    bool usable = !input_wants_json(r->table) || body_is_usable(r);
    for (const struct input *in = r->table; in->from != FROM_END; in++) {
        if (in->from != BODY)
            continue;
        if (in->type == T_RAW_BODY)
            put_text(r, in, r->request->body);
        else if (usable && (in->type == T_WHOLE_BODY || in->type == T_WHOLE_LIST))
            *(struct jv *)place(r, in) = r->body;
        else if (usable)
            read_member(r, in);
    }
}

static struct str sent_text(const struct reader *r, const struct input *in)
{
    switch (in->from) {
    case PATH:   return route_param(r->found, str_of(in->name));
    case QUERY:  return formdata_text(&r->query, in->name);
    case FORM:   return formdata_text(&r->form, in->name);
    case HEADER: return request_header(r->request, str_of(in->name));
    default:     return NO_STR;
    }
}

static void read_texts(struct reader *r, enum input_from from)
{
    for (const struct input *in = r->table; in->from != FROM_END; in++) {
        if (in->from != from)
            continue;
        if (in->type == T_FILE)
            continue;
        if (in->type == T_WHOLE_QUERY)
            put_text(r, in, r->request->query);
        else if (in->type == T_WHOLE_FORM)
            *(struct formdata *)place(r, in) = r->form;
        else
            read_sent_text(r, in, sent_text(r, in));
    }
}

bool input_read(struct cx *cx, const struct input *table, const struct request *request,
                const struct route_found *found, struct jv body, void *out)
{
    struct reader r = { .cx = cx, .table = table, .request = request, .found = found,
                        .body = body, .out = out };
    r.body_is_json = request->body.n == 0 || says_json(request->content_type);
    if (has_from(table, QUERY))
        TRY(formdata_read(cx, request->query, "query", &r.query));
    if (has_from(table, FORM))
        TRY(formdata_read(cx, request->body, "form", &r.form));
    read_texts(&r, PATH);
    read_texts(&r, QUERY);
    read_texts(&r, HEADER);
    read_texts(&r, FORM);
    read_body(&r);
    return fail_fields(cx);
}
