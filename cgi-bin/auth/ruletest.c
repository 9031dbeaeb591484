/* ruletest.c — rules of roles, checked and tried out before they are granted. */
#include "ruletest.h"

#include "data/trial.h"

/* ---- POST /roles/validate-rule ---- */

struct validate_rule_in { struct str rule; };
static const struct input VALIDATE_IN[] = {
    IN(BODY, T_TEXT, validate_rule_in, rule, .required = true), { 0 },
};
static const struct output PLACE_OUT[] = {
    OUT(O_INT, reason_place, line, .about = "From 1"),
    OUT(O_INT, reason_place, column, .about = "From 1, in code points"), { 0 },
};
struct validate_rule_out { bool valid; struct str error; const struct reason_place *position; };
static const struct output VALIDATE_OUT[] = {
    OUT(O_BOOL, validate_rule_out, valid), OUT(O_TEXT, validate_rule_out, error),
    OUT(O_MAYBE, validate_rule_out, position, .of = PLACE_OUT), { 0 },
};

static bool validate_rule(struct cx *cx, const void *input, struct reply *reply)
{
    const struct validate_rule_in *in = input;
    struct trial trial;
    TRY(trial_check(cx, in->rule, &trial));
    struct validate_rule_out out = { str_absent(trial.error), trial.error, &trial.place };
    if (out.valid)
        out.position = NULL;
    return reply_with(reply, VALIDATE_OUT, &out);
}

/* ---- POST /roles/test-rule ---- */

struct test_rule_in { struct str rule; struct jv context; };
static const struct input TEST_IN[] = {
    IN(BODY, T_TEXT, test_rule_in, rule, .required = true),
    IN(BODY, T_OBJECT, test_rule_in, context, .required = true,
       .about = "user {id, email, role, account_id, groups}, record, account {id}, data"),
    { 0 },
};
static const struct output TEST_OUT[] = {
    OUT_AS(O_BOOL, trial, holds, "allowed"), OUT(O_TEXT, trial, error),
    OUT_AS(O_TEXT, trial, details, "evaluation_details"), { 0 },
};

static bool test_rule(struct cx *cx, const void *input, struct reply *reply)
{
    const struct test_rule_in *in = input;
    struct trial out;
    TRY(trial_run(cx, in->rule, in->context, &out));
    return reply_with(reply, TEST_OUT, &out);
}

const struct route ruletest_routes[] = {
    { POST, "/api/v1/roles/validate-rule", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(VALIDATE_IN, validate_rule_in), .output = VALIDATE_OUT, .run = validate_rule,
      .title = "Check a rule without granting it",
      .about = "Of no collection: every plain name counts as a field." },
    { POST, "/api/v1/roles/test-rule", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(TEST_IN, test_rule_in), .output = TEST_OUT, .run = test_rule,
      .title = "Try a rule on a user and a record that are given",
      .about = "The answer is that of the database: what is compared with a value that is not there"
               " is unknown, and does not allow." },
    { 0 },
};
