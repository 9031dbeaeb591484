/* codevalues.c — the values of codelists: to choose from, to manage, what they are called. */
#include "routes.h"

#include "codelists/codelistchoice.h"
#include "codelists/codelistvalue.h"

/* ---- to choose from ---- */

static const struct output CHOICE_OUT[] = {
    OUT(O_TEXT, codelistchoice, code),       OUT(O_TEXT, codelistchoice, label),
    OUT(O_TEXT, codelistchoice, definition), OUT(O_JSON, codelistchoice, metadata),
    OUT(O_BOOL, codelistchoice, is_default), OUT(O_INT, codelistchoice, sort_order),
    OUT(O_TEXT, codelistchoice, scope),      OUT(O_BOOL, codelistchoice, is_active),
    OUT(O_TEXT, codelistchoice, value_id),   { 0 },
};
struct choices_in { struct str code, value, lang, account_id; bool active; };
static const struct input CHOICES_IN[] = {
    IN(PATH, T_TEXT, choices_in, code),
    IN(QUERY, T_TEXT, choices_in, lang, .about = "of the labels; en"),
    IN(QUERY, T_BOOL, choices_in, active, .otherwise = true, .about = "only those that are"),
    IN(QUERY, T_TEXT, choices_in, account_id, .about = "for superadmins: as this account has it"),
    { 0 },
};
static const struct input CHOICE_IN[] = {
    IN(PATH, T_TEXT, choices_in, code), IN(PATH, T_TEXT, choices_in, value),
    IN(QUERY, T_TEXT, choices_in, lang, .about = "of the label; en"), { 0 },
};

static bool choices(struct cx *cx, const void *input, struct reply *reply)
{
    const struct choices_in *in = input;
    struct codelist list;
    struct codelistchoices found;
    struct str account;
    TRY(codelist_account(cx, in->account_id, &account));
    TRY(codelist_find(cx, in->code, account, &list));
    TRY(codelistchoice_list(cx, &list, account, in->lang, !in->active, &found));
    struct js *js = reply_js(reply);
    js_array(js, NULL);
    for (size_t i = 0; i < found.n; i++)
        output_object(js, NULL, CHOICE_OUT, &found.at[i]);
    js_end(js);
    return true;
}

static bool choice(struct cx *cx, const void *input, struct reply *reply)
{
    const struct choices_in *in = input;
    struct codelist list;
    struct codelistchoice found;
    TRY(codelist_find(cx, in->code, cx->who->account_id, &list));
    TRY(codelistchoice_find(cx, &list, in->value, in->lang, &found));
    return reply_with(reply, CHOICE_OUT, &found);
}

/* ---- to manage ---- */

static const struct output LABEL_OUT[] = {
    OUT(O_TEXT, codelistlabel, id),       OUT(O_TEXT, codelistlabel, value_id),
    OUT(O_TEXT, codelistlabel, language), OUT(O_TEXT, codelistlabel, label),
    OUT(O_TEXT, codelistlabel, description), OUT(O_BOOL, codelistlabel, is_preferred), { 0 },
};
struct value_out { struct codelistvalue is; struct out_list labels; };
#define OUT_IS(type, member) OUT_AS(type, value_out, is.member, #member)
static const struct output VALUE_OUT[] = {
    OUT_IS(O_TEXT, id),            OUT_IS(O_TEXT, codelist_id), OUT_IS(O_TEXT, code),
    OUT_IS(O_TEXT, external_code), OUT_IS(O_INT, sort_order),   OUT_IS(O_BOOL, is_active),
    OUT_IS(O_TEXT, scope),         OUT_IS(O_TEXT, account_id),  OUT_IS(O_BOOL, is_system),
    OUT_IS(O_TEXT, definition),    OUT_IS(O_JSON, metadata),
    OUT(O_LIST, value_out, labels, .of = LABEL_OUT),
    OUT_IS(O_TIME, created_at),    OUT_IS(O_TIME, updated_at),  { 0 },
};

static struct value_out shown(const struct codelistvalue *value)
{
    return (struct value_out){ *value, { value->labels.at, value->labels.n,
                                         sizeof *value->labels.at } };
}

struct manage_in { struct str code; bool include_inactive; };
static const struct input MANAGE_IN[] = {
    IN(PATH, T_TEXT, manage_in, code),
    IN(QUERY, T_BOOL, manage_in, include_inactive, .otherwise = true), { 0 },
};

static bool manage(struct cx *cx, const void *input, struct reply *reply)
{
    const struct manage_in *in = input;
    struct codelist list;
    struct codelistvalues found;
    TRY(codelist_find(cx, in->code, cx->who->account_id, &list));
    TRY(codelistvalue_list(cx, &list, cx->who->account_id, in->include_inactive, &found));
    struct js *js = reply_js(reply);
    js_array(js, NULL);
    for (size_t i = 0; i < found.n; i++) {
        struct value_out out = shown(&found.at[i]);
        output_object(js, NULL, VALUE_OUT, &out);
    }
    js_end(js);
    return true;
}

struct value_in {
    struct str code, value, definition, external_code;
    int64_t sort_order, is_active;
    struct jv metadata, labels;
};
static const struct input CREATE_IN[] = {
    IN(PATH, T_TEXT, value_in, code),
    IN_AS(BODY, T_TEXT, value_in, value, "code", .required = true, .min = 1,
          .max = CODELISTVALUE_CODE_MOST, .about = "letters, digits, ., _ and -"),
    IN(BODY, T_TEXT, value_in, definition), IN(BODY, T_TEXT, value_in, external_code),
    IN(BODY, T_INT, value_in, sort_order), IN(BODY, T_FLAG, value_in, is_active, .otherwise = 1),
    IN(BODY, T_OBJECT, value_in, metadata),
    IN(BODY, T_LIST, value_in, labels,
       .about = "objects with language, label, description and is_preferred"), { 0 },
};
static const struct input UPDATE_IN[] = {
    IN(PATH, T_TEXT, value_in, code), IN(PATH, T_TEXT, value_in, value),
    IN(BODY, T_TEXT, value_in, definition), IN(BODY, T_TEXT, value_in, external_code),
    IN(BODY, T_INT, value_in, sort_order, .otherwise = CODELISTVALUE_KEPT),
    IN(BODY, T_FLAG, value_in, is_active, .otherwise = -1),
    IN(BODY, T_OBJECT, value_in, metadata), { 0 },
};

static struct str object_text(struct cx *cx, struct jv object)
{
    return object.kind == JV_OBJECT ? jv_print_sorted(cx->mem, object) : NO_STR;
}

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct value_in *in = input;
    struct codelist list;
    struct codelistvalue value = {
        .code = in->value, .definition = in->definition, .external_code = in->external_code,
        .sort_order = in->sort_order, .is_active = in->is_active != 0,
        .metadata = object_text(cx, in->metadata) };
    TRY(codelistlabel_read(cx, in->labels, S("[\"body\",\"labels\""), &value.labels));
    TRY(fail_fields(cx));
    TRY(codelist_take(cx, in->code, cx->who->account_id, &list));
    TRY(codelistvalue_add(cx, &list, &value));
    TRY(codelistvalue_find(cx, &list, cx->who->account_id, in->value, &value));
    struct value_out out = shown(&value);
    return reply_with(reply, VALUE_OUT, &out);
}

static bool update(struct cx *cx, const void *input, struct reply *reply)
{
    const struct value_in *in = input;
    struct codelistvalue_change to = {
        .definition = in->definition, .external_code = in->external_code,
        .metadata = object_text(cx, in->metadata), .sort_order = in->sort_order,
        .is_active = in->is_active };
    struct codelist list;
    struct codelistvalue value;
    TRY(codelist_take(cx, in->code, cx->who->account_id, &list));
    TRY(codelistvalue_find(cx, &list, cx->who->account_id, in->value, &value));
    TRY(codelistvalue_update(cx, &value, &to));
    struct value_out out = shown(&value);
    return reply_with(reply, VALUE_OUT, &out);
}

/* ---- labels ---- */

struct labels_in { struct str code, value; struct jv labels; };
static const struct input LABELS_IN[] = {
    IN(PATH, T_TEXT, labels_in, code), IN(PATH, T_TEXT, labels_in, value),
    IN_AS(BODY, T_WHOLE_LIST, labels_in, labels, NULL, .required = true), { 0 },
};

static bool put_labels(struct cx *cx, const void *input, struct reply *reply)
{
    const struct labels_in *in = input;
    struct codelist list;
    struct codelistvalue value;
    struct codelistlabels labels;
    TRY(codelistlabel_read(cx, in->labels, S("[\"body\""), &labels));
    TRY(fail_fields(cx));
    TRY(codelist_take(cx, in->code, cx->who->account_id, &list));
    TRY(codelistvalue_find(cx, &list, cx->who->account_id, in->value, &value));
    TRY(codelistlabel_put(cx, &value, labels));
    struct js *js = reply_js(reply);
    js_array(js, NULL);
    for (size_t i = 0; i < labels.n; i++)
        output_object(js, NULL, LABEL_OUT, &labels.at[i]);
    js_end(js);
    return true;
}

const struct route codevalues_routes[] = {
    { GET, "/api/v1/codelists/{code}/values", .need = NEED_USER, INPUT(CHOICES_IN, choices_in),
      .run = choices, .title = "List the values that the account has to choose from",
      .about = "An array: the values of the system and the account's own, as its overrides have"
               " them; the default first, then by sort_order and code." },
    { GET, "/api/v1/codelists/{code}/values/{value}", .need = NEED_USER,
      INPUT(CHOICE_IN, choices_in), .output = CHOICE_OUT, .run = choice,
      .title = "Show one value, also one that is inactive or hidden" },
    { GET, "/api/v1/codelists/{code}/manage/values", .need = NEED_USER,
      INPUT(MANAGE_IN, manage_in), .run = manage,
      .title = "List the values as they are kept, with all their labels" },
    { POST, "/api/v1/codelists/{code}/manage/values", .need = NEED_ADMIN,
      INPUT(CREATE_IN, value_in), .output = VALUE_OUT, .status = 201, .run = create,
      .title = "Add a value",
      .about = "To a list of the system, while it is extensible, a value that the account alone"
               " sees; superadmins add one that everybody does." },
    { PATCH, "/api/v1/codelists/{code}/manage/values/{value}", .need = NEED_ADMIN,
      INPUT(UPDATE_IN, value_in), .output = VALUE_OUT, .run = update, .title = "Change a value",
      .about = "What is left out, or null, stays; the code always does." },
    { POST, "/api/v1/codelists/{code}/manage/values/{value}/labels", .need = NEED_ADMIN,
      INPUT(LABELS_IN, labels_in), .run = put_labels, .title = "Set labels of a value",
      .about = "The body is an array of objects with language, label, description and"
               " is_preferred; labels in other languages stay." },
    { 0 },
};
