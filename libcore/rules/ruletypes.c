/* ruletypes.c — what each name means here, which operators its type knows, what literals become. */
#include "rules/ruletypes.h"

#include "rules/functions.h"
#include "rules/macro.h"
#include "rules/related.h"
#include "rules/ruleargs.h"
#include "rules/rulescope.h"

#define MOST_FAULTS 16u

enum { EQUAL = 1, ORDER = 2, PATTERN = 4, LIST = 8 };
static const struct kind {
    const char *word;
    enum rulevalue_class class;
    unsigned operators;
} KINDS[] = {
    [R_TEXT]      = { "text",      CLASS_TEXT,   EQUAL | ORDER | PATTERN | LIST },
    [R_NUMBER]    = { "number",    CLASS_NUMBER, EQUAL | ORDER | LIST },
    [R_BOOLEAN]   = { "boolean",   CLASS_BOOL,   EQUAL },
    [R_DATETIME]  = { "datetime",  CLASS_TIME,   EQUAL | ORDER | LIST },
    [R_DATE]      = { "date",      CLASS_DATE,   EQUAL | ORDER | LIST },
    [R_REFERENCE] = { "reference", CLASS_TEXT,   EQUAL | LIST },
    [R_JSON]      = { "json",      CLASS_JSON,   0 },
    [R_FILE]      = { "file",      CLASS_TEXT,   EQUAL | ORDER | PATTERN | LIST },
    [R_COMPUTED]  = { "computed",  CLASS_TEXT,   EQUAL | ORDER | PATTERN | LIST },
    [R_SELECT]    = { "select",    CLASS_TEXT,   EQUAL | LIST },
    [R_ANY]       = { "any",       CLASS_ANY,    EQUAL | ORDER | PATTERN | LIST },
};
static const char *const CLASS_WORDS[] = {
    [CLASS_ANY] = "any",       [CLASS_TEXT] = "text",     [CLASS_NUMBER] = "number",
    [CLASS_BOOL] = "boolean",  [CLASS_TIME] = "datetime", [CLASS_DATE] = "datetime",
    [CLASS_JSON] = "json",     [CLASS_LIST] = "list",     [CLASS_WRONG] = "nothing",
};
static const char *const USES[] = {
    [RULE_FILTER] = "filter", [RULE_LIST] = "list", [RULE_VIEW] = "view", [RULE_CREATE] = "create",
    [RULE_UPDATE] = "update", [RULE_DELETE] = "delete", [RULE_COMPUTED] = "computed",
};

struct check {
    struct arena *mem;
    enum rule_use use;
    const struct rule_names *names;             /* of the record                                  */
    struct rulescope scope;
    struct rule *rule;
    struct buf faults;
    size_t fault_count, position;
};

static void condition(struct check *ck, struct ast *node);
static void operand(struct check *ck, struct ast *node);

enum rulevalue_class ruletypes_class(const struct rule_name *name)
{
    return KINDS[rule_type_of(name)].class;
}

static void wrong(struct check *ck, struct ast *node, struct str message)
{
    node->class = CLASS_WRONG;
    if (ck->fault_count++ == 0)
        ck->position = node->position;
    else if (ck->fault_count <= MOST_FAULTS)
        buf_str(&ck->faults, S("; "));
    if (ck->fault_count <= MOST_FAULTS)
        buf_str(&ck->faults, message);
}

#define WRONG(ck, node, ...) wrong((ck), (node), str_fmt((ck)->mem, __VA_ARGS__))

static void found(struct check *ck, struct ast *node, bool is_found, struct str message)
{
    if (is_found)
        node->class = ruletypes_class(node->column);
    else
        wrong(ck, node, message);
}

static bool is_refused(struct check *ck, struct ast *node, const struct rule_name *name)
{
    const char *why = name->refused;
    if (why == NULL && name->many && ck->use == RULE_COMPUTED)
        why = "holds many values";
    if (why != NULL)
        WRONG(ck, node, "Field '%.*s' %s and cannot be used in %s", STR_ARG(name->name), why,
              ck->use == RULE_FILTER ? "filters"
              : ck->use == RULE_COMPUTED ? "computed fields" : "rules");
    return why != NULL;
}

static void column(struct check *ck, struct ast *node, struct str name)
{
    struct str message;
    bool is_found = rulescope_name(&ck->scope, node, name, &message);
    found(ck, node, is_found, message);
}

static void of_record(struct check *ck, struct ast *node, struct str name)
{
    struct str message;
    bool is_found = rulescope_record(&ck->scope, node, name, &message);
    found(ck, node, is_found, message);
}

static void attribute(struct check *ck, struct ast *node, struct str which)
{
    static const struct str NAMES[] = {
        [AST_ID] = S_INIT("id"), [AST_EMAIL] = S_INIT("email"), [AST_ROLE] = S_INIT("role"),
        [AST_ACCOUNT] = S_INIT("account_id"),
    };
    for (unsigned i = 0; i < COUNT(NAMES); i++) {
        if (str_eq(which, NAMES[i])) {
            node->kind = AST_CALLER;
            node->attribute = (enum ast_attribute)i;
            node->class = CLASS_TEXT;
            return;
        }
    }
    if (str_starts(node->text, S("user.")))
        WRONG(ck, node,
              "Invalid context variable '%.*s'. Valid: account.id, "
              "user.account_id, user.email, user.groups, user.id, user.role",
              STR_ARG(node->text));
    else
        WRONG(ck, node,
              "Invalid context variable '%.*s'. Valid: "
              "@request.auth.account_id, @request.auth.email, @request.auth.id, @request.auth.role",
              STR_ARG(node->text));
}

static void submitted(struct check *ck, struct ast *node, struct str field)
{
    size_t at;
    if (field.n == 0 || str_find(field, '.', &at) || str_find(field, '@', &at)) {
        attribute(ck, node, S(""));
        return;
    }
    if (ck->use != RULE_CREATE && ck->use != RULE_UPDATE) {
        WRONG(ck, node,
              "'@request.data.*' can only be used in create/update rules, "
              "not in '%s' rules",
              USES[ck->use]);
        return;
    }
    node->kind = AST_DATA;
    node->field = field;
    node->class = CLASS_ANY;
    for (size_t i = 0; i < ck->names->n; i++) {
        const struct rule_name *name = &ck->names->at[i];
        if (!str_eq(name->name, field) || is_refused(ck, node, name))
            continue;
        if (name->many)
            related_place_submitted(ck->mem, name, node);
        if (name->type != R_JSON)
            node->class = ruletypes_class(name);
    }
}

static void call(struct check *ck, struct ast *node);

/* Names of fields and nothing else. */
static bool is_plain_use(const struct check *ck)
{
    return ck->use == RULE_FILTER || ck->use == RULE_COMPUTED;
}

static void name(struct check *ck, struct ast *node)
{
    static const struct prefix {
        struct str text;
        void (*means)(struct check *ck, struct ast *node, struct str rest);
    } PREFIXES[] = {
        { S_INIT("@request.auth."), attribute }, { S_INIT("@request.data."), submitted },
        { S_INIT("record."), of_record }, { S_INIT("user."), attribute },
    };
    bool at = str_starts(node->text, S("@"));
    if (ck->use == RULE_COMPUTED && at) {
        WRONG(ck, node, "Context variables are not allowed in computed field expressions: '%.*s'",
              STR_ARG(node->text));
        return;
    }
    if (is_plain_use(ck)) {
        if (at)
            WRONG(ck, node,
                  "Context variables are not allowed in filters: '%.*s'. "
                  "Use plain field names only (e.g., status, price, created_at).",
                  STR_ARG(node->text));
        else
            column(ck, node, node->text);
        return;
    }
    for (size_t i = 0; i < COUNT(PREFIXES); i++) {
        if (str_starts(node->text, PREFIXES[i].text)) {
            PREFIXES[i].means(ck, node, str_sub(node->text, PREFIXES[i].text.n, node->text.n));
            return;
        }
    }
    if (str_eq(node->text, S("account.id")))
        attribute(ck, node, S("account_id"));
    else if (str_eq(node->text, S("@request")) || str_starts(node->text, S("@request.")))
        attribute(ck, node, S(""));
    else if (at)
        call(ck, node);
    else
        column(ck, node, node->text);
}

static struct str described(struct check *ck, const struct ast *node)
{
    if (ast_is_stored(node))
        return str_fmt(ck->mem, "field '%.*s' of type '%s'", STR_ARG(node->column->name),
                       KINDS[node->column->type].word);
    if (!str_absent(node->text))
        return str_fmt(ck->mem, "'%.*s'", STR_ARG(node->text));
    return node->class == CLASS_NUMBER ? S("a calculation") : S("a condition");
}

/* What one of its parts needs around it stands around all of it. */
static void lift(struct check *ck, struct ast *node)
{
    if (node->class != CLASS_WRONG && !related_lift(ck->mem, node))
        wrong(ck, node, S("Only one side of a condition can have many values"));
}

static void settle(struct check *ck, struct ast *node)
{
    lift(ck, node);
    if (node->class == CLASS_WRONG)
        return;
    node->class = CLASS_BOOL;
    related_wrap(ck->mem, node);
}

/* The literal as one of the class, or a fault that names the field it stands against. */
static void fit_literal(struct check *ck, struct ast *node, enum rulevalue_class class,
                        const struct ast *against)
{
    struct rulevalue value = node->value;
    if (class == CLASS_TEXT && value.kind == RV_NUMBER)
        value = rulevalue_text(node->text);             /* 5.0 is "5.0", as written            */
    if (rulevalue_as(ck->mem, value, class, &node->value)) {
        node->class = class;
        return;
    }
    wrong(ck, node, against != NULL && ast_is_stored(against)
        ? str_fmt(ck->mem, "Invalid %s literal '%.*s' for field '%.*s'", CLASS_WORDS[class],
                  STR_ARG(node->text), STR_ARG(against->column->name))
        : str_fmt(ck->mem, "Invalid %s literal '%.*s'", CLASS_WORDS[class], STR_ARG(node->text)));
}

/* True when the operand now is of the class; a fault already told is not told again. */
static bool fit(struct check *ck, struct ast *node, enum rulevalue_class class,
                const struct ast *against)
{
    if (node->class == CLASS_WRONG)
        return true;
    if (node->kind == AST_VALUE)
        fit_literal(ck, node, class, against);
    else if (node->class == CLASS_ANY)
        node->class = class;
    return node->class == class || node->class == CLASS_WRONG;
}

static bool allows(struct check *ck, const struct ast *node, struct ast *side, unsigned operator)
{
    static const struct { const char *word; unsigned group; } OPERATORS[] = {
        { "!=", EQUAL }, { "<", ORDER }, { "<=", ORDER }, { "=", EQUAL }, { ">", ORDER },
        { ">=", ORDER }, { "IN", LIST }, { "IS NOT NULL", 0 }, { "IS NULL", 0 }, { "~", PATTERN },
    };
    struct buf allowed;
    if (!ast_is_stored(side) || (KINDS[side->column->type].operators & operator) != 0)
        return side->class != CLASS_WRONG;
    buf_init(&allowed, ck->mem, 256);
    for (size_t i = 0; i < COUNT(OPERATORS); i++) {
        unsigned group = OPERATORS[i].group;
        if (group == 0 || (KINDS[side->column->type].operators & group) != 0)
            buf_fmt(&allowed, "%s%s", allowed.n == 0 ? "" : ", ", OPERATORS[i].word);
    }
    WRONG(ck, side,
          "Operator '%s' is not supported for field '%.*s' of type '%s'. "
          "Allowed operators: %.*s",
          ast_op_text(node), STR_ARG(side->column->name), KINDS[side->column->type].word,
          STR_ARG(buf_text(&allowed)));
    return false;
}

/* What two operands meet as: that of a column or the like, else of the stricter literal. */
static enum rulevalue_class meeting(const struct ast *a, const struct ast *b)
{
    if (a->kind != AST_VALUE && a->class != CLASS_ANY)
        return a->class;
    if (b->kind != AST_VALUE && b->class != CLASS_ANY)
        return b->class;
    if (a->class == CLASS_NUMBER || b->class == CLASS_NUMBER)
        return CLASS_NUMBER;
    if (a->class == CLASS_BOOL || b->class == CLASS_BOOL)
        return CLASS_BOOL;
    return a->class == CLASS_ANY ? b->class : a->class;
}

/* A day against a point in time is its beginning: now() is such a point. */
static void begin_day(struct check *ck, struct ast *day, const struct ast *against)
{
    if (ck->use == RULE_COMPUTED && day->kind != AST_VALUE && day->class == CLASS_DATE
        && against->kind != AST_VALUE && against->class == CLASS_TIME
        && !ruleargs_convert(ck->mem, day, CLASS_TIME))
        WRONG(ck, day, "A date that is no time");
}

static bool meet(struct check *ck, struct ast *a, struct ast *b)
{
    begin_day(ck, a, b);
    begin_day(ck, b, a);
    enum rulevalue_class class = meeting(a, b);
    if (a->class == CLASS_WRONG || b->class == CLASS_WRONG)
        return false;
    if (fit(ck, a, class, b) && fit(ck, b, class, a))
        return a->class != CLASS_WRONG && b->class != CLASS_WRONG;
    WRONG(ck, a, "Cannot compare %.*s with %.*s", STR_ARG(described(ck, a)),
          STR_ARG(described(ck, b)));
    return false;
}

static bool is_computed(const struct ast *node)
{
    return ast_is_stored(node) && node->column->computed != NULL;
}

static void compare(struct check *ck, struct ast *node)
{
    struct ast *a = node->kids[0], *b = node->kids[1];
    bool ordered = node->op != RV_EQ && node->op != RV_NE;
    unsigned group = ordered ? ORDER : EQUAL;
    operand(ck, a);
    operand(ck, b);
    if (!allows(ck, node, a, group) || !allows(ck, node, b, group) || !meet(ck, a, b))
        return;
    if (ordered && a->class == CLASS_BOOL && !is_computed(a) && !is_computed(b))
        WRONG(ck, node, "Operator '%s' is not supported for type 'boolean'", ast_op_text(node));
}

static void like(struct check *ck, struct ast *node)
{
    operand(ck, node->kids[0]);
    operand(ck, node->kids[1]);
    if (!allows(ck, node, node->kids[0], PATTERN) || !allows(ck, node, node->kids[1], PATTERN))
        return;
    for (size_t i = 0; i < 2; i++) {
        struct ast *side = node->kids[i];
        if (is_computed(side) && ruleargs_convert(ck->mem, side, CLASS_TEXT))
            continue;                                   /* of whatever type, it has a text        */
        if (!fit(ck, side, CLASS_TEXT, node->kids[1 - i]))
            WRONG(ck, side, "Operator '~' needs text, not %.*s", STR_ARG(described(ck, side)));
    }
}

static void in(struct check *ck, struct ast *node)
{
    struct ast *left = node->kids[0], *second = node->kids[1];
    if (ck->use == RULE_COMPUTED) {
        wrong(ck, node, S("Unsupported node type in expression: InOp"));
        return;
    }
    operand(ck, left);
    if (!allows(ck, node, left, LIST))
        return;
    if (second->kind == AST_NAME && str_eq(second->text, S("user.groups"))
        && node->kid_count == 2 && ck->use != RULE_FILTER) {
        second->kind = AST_GROUPS;
        second->class = CLASS_LIST;
        if (!fit(ck, left, CLASS_TEXT, NULL))
            WRONG(ck, left, "Operator 'IN' needs text before user.groups, not %.*s",
                  STR_ARG(described(ck, left)));
        return;
    }
    for (size_t i = 1; i < node->kid_count; i++) {
        struct ast *item = node->kids[i];
        operand(ck, item);
        if (ck->use == RULE_FILTER && item->kind != AST_VALUE && item->class != CLASS_WRONG)
            wrong(ck, item, S("IN list items must be literals"));
        if (!allows(ck, node, item, LIST) || !meet(ck, left, item))
            return;
    }
}

static void number(struct check *ck, const struct ast *node, struct ast *side)
{
    if (side->class == CLASS_WRONG)
        return;
    bool is_literal = side->kind == AST_VALUE && side->value.kind != RV_NULL;
    if ((is_literal && side->class != CLASS_NUMBER) || !fit(ck, side, CLASS_NUMBER, NULL))
        WRONG(ck, side, "Operator '%s' needs numbers, not %.*s", ast_op_text(node),
              STR_ARG(described(ck, side)));
}

static void calculate(struct check *ck, struct ast *node)
{
    bool fine = true;
    for (size_t i = 0; i < node->kid_count; i++) {
        operand(ck, node->kids[i]);
        number(ck, node, node->kids[i]);
        fine = fine && node->kids[i]->class != CLASS_WRONG;
    }
    node->class = fine ? CLASS_NUMBER : CLASS_WRONG;
    lift(ck, node);
    const struct ast *literal = node->kids[0];
    if (fine && node->kind == AST_NEGATE && literal->kind == AST_VALUE
        && literal->value.kind == RV_NUMBER) {
        node->kind = AST_VALUE;                         /* a signed literal                    */
        node->value = rulevalue_number(-literal->value.number);
        node->text = str_fmt(ck->mem, "-%.*s", STR_ARG(literal->text));
    }
}

static void computed_function(struct check *ck, struct ast *node)
{
    struct ruleargs_fault fault = { 0 };
    bool well = true;
    node->function = functions_find(FUNCTIONS_OF_COMPUTED, node->text);
    if (node->function == NULL) {
        WRONG(ck, node, "Unknown function '%.*s'. Supported functions: abs, ceil, coalesce, concat,"
              " date_add, date_diff, floor, if, length, lower, now, nullif, round, substring, trim,"
              " upper", STR_ARG(node->text));
        return;
    }
    struct str arity = ruleargs_arity(ck->mem, node);
    if (!str_absent(arity)) {
        wrong(ck, node, arity);
        return;
    }
    for (size_t i = 0; i < node->kid_count; i++) {
        operand(ck, node->kids[i]);
        well = well && node->kids[i]->class != CLASS_WRONG;
    }
    node->kind = AST_FUNCTION;
    ck->rule->uses_now |= functions_is_now(node->function);
    if (!well) {
        node->class = CLASS_WRONG;
    } else if (!ruleargs_fit(ck->mem, node, &fault)) {
        struct ast *side = node->kids[fault.argument];
        wrong(ck, side, !str_absent(fault.message) ? fault.message
            : str_fmt(ck->mem, "%.*s() needs %s, not %.*s", STR_ARG(node->function->name),
                      CLASS_WORDS[fault.wanted], STR_ARG(described(ck, side))));
        node->class = CLASS_WRONG;
    }
}

static void function(struct check *ck, struct ast *node)
{
    if (ck->use == RULE_COMPUTED) {
        computed_function(ck, node);
        return;
    }
    node->function = functions_find(FUNCTIONS_OF_RULES, node->text);
    if (ck->use == RULE_FILTER || node->function == NULL) {
        WRONG(ck, node, "Functions are not allowed in %s: '%.*s'",
              ck->use == RULE_FILTER ? "filters" : "rules", STR_ARG(node->text));
        return;
    }
    struct str arity = ruleargs_arity(ck->mem, node);
    if (!str_absent(arity)) {
        wrong(ck, node, arity);
        return;
    }
    node->kind = AST_FUNCTION;
    for (size_t i = 0; i < node->kid_count; i++) {
        struct ast *side = node->kids[i];
        operand(ck, side);
        if (!fit(ck, side, CLASS_TEXT, NULL))
            WRONG(ck, side, "%.*s() needs text, not %.*s", STR_ARG(node->function->name),
                  STR_ARG(described(ck, side)));
    }
    settle(ck, node);
}

/* exists(collection, condition): the collection's name, quoted or not. */
static void exists(struct check *ck, struct ast *node)
{
    const struct ast *named = node->kid_count > 0 ? node->kids[0] : NULL;
    struct rulescope_level inside;
    struct str message;
    if (node->kid_count != 2) {
        wrong(ck, node, macro_arity(ck->mem, S("exists"), 2, 2, node->kid_count));
        return;
    }
    if (named->kind != AST_NAME && (named->kind != AST_VALUE || named->value.kind != RV_TEXT)) {
        wrong(ck, node, S("exists() takes the name of a collection and a condition"));
        return;
    }
    if (!rulescope_enter(&ck->scope, node, named->text, &inside, &message)) {
        wrong(ck, node, message);
        return;
    }
    condition(ck, node->kids[0]);
    rulescope_leave(&ck->scope);
    node->class = CLASS_BOOL;
}

static struct ast *caller(struct check *ck, const struct ast *at, enum ast_attribute attribute_of)
{
    struct ast *made = ast_new(ck->mem, AST_CALLER, at->position);
    made->attribute = attribute_of;
    made->class = CLASS_TEXT;
    return made;
}

/* What it is called with, in the order of the places where it wants it; whose rows it sees. */
static void fill(struct check *ck, struct ast *node, const struct rule_macro *macro)
{
    static const enum ast_attribute ATTRIBUTES[] = {
        [GUEST_ID] = AST_ID, [GUEST_EMAIL] = AST_EMAIL, [GUEST_ROLE] = AST_ROLE,
        [GUEST_ACCOUNT] = AST_ACCOUNT,
    };
    struct ast *made = ast_new(ck->mem, AST_MACRO, node->position);
    const struct guest *guest = macro->guest;
    for (size_t i = 0; i < guest->slot_count; i++) {
        const struct guest_slot *slot = &guest->slots[i];
        ast_add(ck->mem, made, slot->kind == GUEST_ARGUMENT ? node->kids[slot->argument]
                                             : caller(ck, node, ATTRIBUTES[slot->kind]));
    }
    ast_add(ck->mem, made, caller(ck, node, AST_ACCOUNT));
    made->macro = macro;
    made->class = CLASS_BOOL;
    made->text = node->text;
    ck->rule->asks_others = true;
    *node = *made;
}

static void stored(struct check *ck, struct ast *node)
{
    const struct rule_macros *macros = ck->names->macros;
    const struct rule_macro *macro = NULL;
    bool well = true;
    struct str called = str_sub(node->text, 1, node->text.n);
    if (macros != NULL && !macros->find(macros->state, called, &macro))
        WRONG(ck, node, "Macro '%.*s' cannot be looked up", STR_ARG(node->text));
    else if (macro == NULL)
        WRONG(ck, node, "Unknown macro '%.*s'", STR_ARG(node->text));
    else if (!str_absent(macro->fault))
        WRONG(ck, node, "Macro '%.*s' cannot be used: %.*s", STR_ARG(node->text),
              STR_ARG(macro->fault));
    else if (node->kid_count != macro->guest->argument_count)
        wrong(ck, node, macro_arity(ck->mem, node->text, macro->guest->argument_count,
                                    macro->guest->argument_count, node->kid_count));
    if (node->class == CLASS_WRONG)
        return;
    for (size_t i = 0; i < node->kid_count; i++) {
        struct ast *given = node->kids[i];
        operand(ck, given);
        well = well && given->class != CLASS_WRONG;
        bool is_column = given->kind == AST_COLUMN && !is_computed(given)
            && given->around == NULL;
        if (given->class != CLASS_WRONG && given->kind != AST_VALUE && !is_column
            && given->kind != AST_CALLER && given->kind != AST_DATA)
            WRONG(ck, given, "%.*s() takes values, fields and variables, not %.*s",
                  STR_ARG(node->text), STR_ARG(described(ck, given)));
    }
    node->class = CLASS_WRONG;
    if (well)
        fill(ck, node, macro);
}

static void call(struct check *ck, struct ast *node)
{
    struct ast *meaning;
    struct str message;
    if (ck->use != RULE_FILTER && ck->names->relations != NULL
        && str_eq_nocase(node->text, S("exists"))) {
        exists(ck, node);
        return;
    }
    if (!str_starts(node->text, S("@"))) {
        function(ck, node);
        return;
    }
    if (is_plain_use(ck)) {
        name(ck, node);
        return;
    }
    if (str_starts(node->text, S("@request."))) {
        WRONG(ck, node, "Functions are not allowed in rules: '%.*s'", STR_ARG(node->text));
        return;
    }
    if (!macro_is_built_in(node->text)) {
        stored(ck, node);
        return;
    }
    if (!macro_expand(ck->mem, node, &meaning, &message)) {
        wrong(ck, node, message);
        return;
    }
    struct str text = node->text;
    *node = *meaning;
    operand(ck, node);
    if (str_absent(node->text))
        node->text = text;
}

static void operand(struct check *ck, struct ast *node)
{
    if (ck->fault_count > MOST_FAULTS) {                /* enough said                         */
        node->class = CLASS_WRONG;
        return;
    }
    switch (node->kind) {
    case AST_NAME: name(ck, node); return;
    case AST_CALL: call(ck, node); return;
    case AST_ALL: case AST_ANY: case AST_NOT: condition(ck, node); return;
    case AST_NEGATE: case AST_CALCULATE: calculate(ck, node); return;
    case AST_COMPARE: compare(ck, node); break;
    case AST_LIKE: like(ck, node); break;
    case AST_IN: in(ck, node); break;
    case AST_IS_NULL: operand(ck, node->kids[0]); break;
    case AST_HOURS: case AST_MAY: break;
    default: return;
    }
    settle(ck, node);
}

static void condition(struct check *ck, struct ast *node)
{
    if (node->kind == AST_ALL || node->kind == AST_ANY || node->kind == AST_NOT) {
        for (size_t i = 0; i < node->kid_count; i++)
            condition(ck, node->kids[i]);
        node->class = CLASS_BOOL;
        return;
    }
    operand(ck, node);
    if ((node->kind == AST_DATA || ast_is_stored(node)) && node->class == CLASS_ANY)
        node->class = CLASS_BOOL;
    if (node->class != CLASS_BOOL && node->class != CLASS_WRONG)
        WRONG(ck, node, "Condition expected, found %.*s", STR_ARG(described(ck, node)));
    related_wrap(ck->mem, node);
}

bool ruletypes_check(struct arena *mem, enum rule_use use, const struct rule_names *names,
                     struct ast *root, struct rule *out, struct rule_fault *fault)
{
    struct check ck = { .mem = mem, .use = use, .names = names, .rule = out };
    struct rulescope_level record;
    buf_init(&ck.faults, mem, 1u << 20);
    rulescope_init(&ck.scope, mem, use, names, out, &record);
    if (use == RULE_COMPUTED)
        operand(&ck, root);
    else
        condition(&ck, root);
    if (ck.fault_count > 0) {
        *fault = (struct rule_fault){ buf_text(&ck.faults), ck.position };
        return false;
    }
    out->root = root;
    return true;
}
