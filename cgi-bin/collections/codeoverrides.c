/* codeoverrides.c — how an account has the values of a codelist otherwise (data.md §19.2). */
#include "routes.h"

#include "codelists/codelistoverride.h"

struct override_out { struct codelistoverride is; struct str sort_order; };
#define OUT_IS(type, member) OUT_AS(type, override_out, is.member, #member)
static const struct output OVERRIDE_OUT[] = {
    OUT_IS(O_TEXT, id),         OUT_IS(O_TEXT, account_id), OUT_IS(O_TEXT, codelist_id),
    OUT_IS(O_TEXT, value_id),   OUT_IS(O_TEXT, visibility), OUT_IS(O_BOOL, is_default),
    OUT(O_JSON, override_out, sort_order, .about = "an integer, or null: the value's own"),
    OUT_IS(O_JSON, metadata_override), { 0 },
};

static struct override_out shown(struct cx *cx, const struct codelistoverride *override)
{
    struct override_out out = { *override, NO_STR };
    if (override->sort_order != CODELISTOVERRIDE_NO_ORDER)
        out.sort_order = str_fmt(cx->mem, "%lld", (long long)override->sort_order);
    return out;
}

struct override_in {
    struct str code, value, account_id, visibility;
    bool is_default;
    int64_t sort_order;
    struct jv metadata_override;
};
#define ACCOUNT_IN \
    IN(QUERY, T_TEXT, override_in, account_id, .about = "for superadmins: whose; required of them")
static const struct input SET_IN[] = {
    IN(PATH, T_TEXT, override_in, code), IN(PATH, T_TEXT, override_in, value), ACCOUNT_IN,
    IN(BODY, T_TEXT, override_in, visibility, .one_of = "visible|hidden", .literal = true,
       .about = "visible"),
    IN(BODY, T_BOOL, override_in, is_default),
    IN(BODY, T_INT, override_in, sort_order, .otherwise = CODELISTOVERRIDE_NO_ORDER),
    IN(BODY, T_OBJECT, override_in, metadata_override), { 0 },
};
static const struct input CLEAR_IN[] = {
    IN(PATH, T_TEXT, override_in, code), IN(PATH, T_TEXT, override_in, value), ACCOUNT_IN, { 0 },
};
static const struct input LIST_IN[] = { IN(PATH, T_TEXT, override_in, code), ACCOUNT_IN, { 0 } };

/* The value as the account sees it whose override is to change. */
static bool take(struct cx *cx, const struct override_in *in, struct str account,
                 struct codelistvalue *value)
{
    struct codelist list;
    TRY(codelist_take(cx, in->code, account, &list));
    return codelistvalue_find(cx, &list, account, in->value, value);
}

static bool set(struct cx *cx, const void *input, struct reply *reply)
{
    const struct override_in *in = input;
    struct codelistvalue value;
    struct codelistoverride override = {
        .visibility = str_absent(in->visibility) ? S("visible") : in->visibility,
        .is_default = in->is_default, .sort_order = in->sort_order };
    if (in->metadata_override.kind == JV_OBJECT)
        override.metadata_override = jv_print_sorted(cx->mem, in->metadata_override);
    TRY(codelistoverride_account(cx, in->account_id, "setting", &override.account_id));
    TRY(take(cx, in, override.account_id, &value));
    TRY(codelistoverride_set(cx, &value, &override));
    struct override_out out = shown(cx, &override);
    return reply_with(reply, OVERRIDE_OUT, &out);
}

struct said { struct str message; };
static const struct output SAID_OUT[] = { OUT(O_TEXT, said, message), { 0 } };

static bool clear(struct cx *cx, const void *input, struct reply *reply)
{
    const struct override_in *in = input;
    struct codelistvalue value;
    struct str account;
    TRY(codelistoverride_account(cx, in->account_id, "clearing", &account));
    TRY(take(cx, in, account, &value));
    TRY(codelistoverride_clear(cx, &value, account));
    return reply_with(reply, SAID_OUT, &(struct said){ S("Override cleared") });
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct override_in *in = input;
    struct codelist of;
    struct codelistoverrides found;
    struct str account;
    TRY(codelistoverride_account(cx, in->account_id, "listing", &account));
    TRY(codelist_find(cx, in->code, account, &of));
    TRY(codelistoverride_list(cx, &of, account, &found));
    struct js *js = reply_js(reply);
    js_array(js, NULL);
    for (size_t i = 0; i < found.n; i++) {
        struct override_out out = shown(cx, &found.at[i]);
        output_object(js, NULL, OVERRIDE_OUT, &out);
    }
    js_end(js);
    return true;
}

const struct route codeoverrides_routes[] = {
    { PUT, "/api/v1/codelists/{code}/values/{value}/override", .need = NEED_ADMIN,
      INPUT(SET_IN, override_in), .output = OVERRIDE_OUT, .run = set,
      .title = "Hide a value, make it the default, move it, give it other metadata",
      .about = "For one account. What is left out is as without an override; an account has one"
               " default in a list." },
    { DELETE, "/api/v1/codelists/{code}/values/{value}/override", .need = NEED_ADMIN,
      INPUT(CLEAR_IN, override_in), .output = SAID_OUT, .run = clear,
      .title = "Have a value as everybody has it" },
    { GET, "/api/v1/codelists/{code}/overrides", .need = NEED_ADMIN, INPUT(LIST_IN, override_in),
      .run = list, .title = "List what the account has otherwise in a codelist" },
    { 0 },
};
