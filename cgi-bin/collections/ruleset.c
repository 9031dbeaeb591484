/* ruleset.c — the rules of a collection, and trying one out (data.md §5). */
#include "routes.h"

#include "data/collectionrules.h"
#include "data/trial.h"

static const struct output RULESET_OUT[] = {
    OUT_AS(O_TEXT, collection, rules_id, "id"),
    OUT_AS(O_TEXT, collection, id, "collection_id"),
    OUT_AS(O_TEXT, collection, rules[OP_LIST], "list_rule"),
    OUT_AS(O_TEXT, collection, rules[OP_VIEW], "view_rule"),
    OUT_AS(O_TEXT, collection, rules[OP_CREATE], "create_rule"),
    OUT_AS(O_TEXT, collection, rules[OP_UPDATE], "update_rule"),
    OUT_AS(O_TEXT, collection, rules[OP_DELETE], "delete_rule"),
    OUT_AS(O_TEXT, collection, lists[OP_LIST].text, "list_fields"),
    OUT_AS(O_TEXT, collection, lists[OP_VIEW].text, "view_fields"),
    OUT_AS(O_TEXT, collection, lists[OP_CREATE].text, "create_fields"),
    OUT_AS(O_TEXT, collection, lists[OP_UPDATE].text, "update_fields"),
    OUT_AS(O_STAMP, collection, rules_created_at, "created_at"),
    OUT_AS(O_STAMP, collection, rules_updated_at, "updated_at"),
    { 0 },
};

struct rules_in { struct str name; struct jv body; };
static const struct input GET_IN[] = { IN(PATH, T_TEXT, rules_in, name), { 0 } };
static const struct input PUT_IN[] = {
    IN(PATH, T_TEXT, rules_in, name),
    IN(BODY, T_WHOLE_BODY, rules_in, body, .required = true,
       .about = "any of list_rule, view_rule, create_rule, update_rule, delete_rule (null, \"\" or"
                " an expression), list_fields, view_fields, create_fields, update_fields"),
    { 0 },
};

static bool get(struct cx *cx, const void *input, struct reply *reply)
{
    const struct rules_in *in = input;
    struct collection c;

    TRY(collectionrules_get(cx, in->name, &c));
    return reply_with(reply, RULESET_OUT, &c);
}

static bool put(struct cx *cx, const void *input, struct reply *reply)
{
    const struct rules_in *in = input;
    struct collection c;

    TRY(collectionrules_put(cx, in->name, in->body, &c));
    return reply_with(reply, RULESET_OUT, &c);
}

struct validate_in { struct str rule, operation; struct jv fields; };
static const struct input VALIDATE_IN[] = {
    IN(BODY, T_TEXT, validate_in, rule, .required = true),
    IN(BODY, T_TEXT, validate_in, operation, .required = true,
       .one_of = "list|view|create|update|delete"),
    IN_AS(BODY, T_LIST, validate_in, fields, "collectionFields", .required = true,
          .about = "names, or objects with name and type"),
    { 0 },
};
struct verdict { bool valid; struct str errors; };
static const struct output VERDICT_OUT[] = {
    OUT(O_BOOL, verdict, valid), OUT(O_JSON, verdict, errors), { 0 },
};

static bool validate(struct cx *cx, const void *input, struct reply *reply)
{
    const struct validate_in *in = input;
    struct verdict out;

    TRY(collectionrules_validate(cx, in->rule, in->operation, in->fields, &out.errors,
                                 &out.valid));
    return reply_with(reply, VERDICT_OUT, &out);
}

struct test_in { struct str rule; struct jv context; };
static const struct input TEST_IN[] = {
    IN(BODY, T_TEXT, test_in, rule, .required = true),
    IN(BODY, T_OBJECT, test_in, context, .required = true,
       .about = "auth (or user) {id, email, role, account_id, groups}, record, data"),
    { 0 },
};
static const struct output TEST_OUT[] = { OUT_AS(O_BOOL, trial, holds, "result"), { 0 } };

static bool test(struct cx *cx, const void *input, struct reply *reply)
{
    const struct test_in *in = input;
    struct trial out = { .holds = true };

    if (in->rule.n > 0)                                 /* "" is public                        */
        TRY(trial_run(cx, in->rule, in->context, &out));
    if (!str_absent(out.error))
        return fail_detail(cx, E_INVALID, "%.*s", STR_ARG(out.error));
    return reply_with(reply, TEST_OUT, &out);
}

const struct route ruleset_routes[] = {
    { GET, "/api/v1/collections/{name}/rules", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(GET_IN, rules_in), .output = RULESET_OUT, .run = get,
      .title = "Show a collection's rules and field lists" },
    { PUT, "/api/v1/collections/{name}/rules", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(PUT_IN, rules_in), .output = RULESET_OUT, .run = put, .alone = true,
      .title = "Change a collection's rules and field lists",
      .about = "Only what is present changes. A rule is null (locked), \"\" (public) or an"
               " expression." },
    { POST, "/api/v1/rules/validate", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(VALIDATE_IN, validate_in), .output = VERDICT_OUT, .run = validate,
      .title = "Check a rule without saving it" },
    { POST, "/api/v1/rules/test", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(TEST_IN, test_in), .output = TEST_OUT, .run = test,
      .title = "Try a rule on a caller and a record that are given" },
    { 0 },
};
