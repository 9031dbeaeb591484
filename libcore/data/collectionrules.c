/* collectionrules.c — the five rules and four field lists of a collection. */
#include "data/collectionrules.h"

#include "audit/change.h"
#include "base/ident.h"
#include "data/macrobook.h"
#include "data/relations.h"
#include "db/tx.h"

const char *const collectionrules_keys[OP_COUNT] = {
    "list_rule", "view_rule", "create_rule", "update_rule", "delete_rule",
};
const char *const collectionrules_list_keys[OP_DELETE] = {
    "list_fields", "view_fields", "create_fields", "update_fields",
};

/* ---- the shape ------------------------------------------------------------------------------ */

static void wrong(struct cx *cx, const char *key, const char *type, struct str msg, struct jv input)
{
    fail_add_field(cx, &(struct err_field){
        .type = type, .loc = str_fmt(cx->mem, "[\"body\",\"%s\"]", key), .msg = msg,
        .input = jv_print(cx->mem, input),
        .ctx = str_eq(str_of(type), S("value_error")) ? S("{\"error\":{}}") : NO_STR,
    });
}

static bool all_texts(struct jv list)
{
    for (size_t i = 0; i < jv_count(list); i++)
        if (jv_at(list, i).kind != JV_TEXT)
            return false;
    return true;
}

static void list_shape(struct cx *cx, const char *key, struct jv value)
{
    struct jv list = value;
    struct jv_fault fault;

    if (value.kind == JV_TEXT && str_eq(jv_text(value), S("*")))
        return;
    if (value.kind == JV_TEXT && !jv_parse(cx, jv_text(value), &list, &fault))
        wrong(cx, key, "value_error",
              str_fmt(cx->mem, "Value error, Field list must be '*' or valid JSON array: %s",
                      fault.reason), value);
    else if (value.kind == JV_TEXT && list.kind != JV_ARRAY)
        wrong(cx, key, "value_error",
              S("Value error, Field list must be '*' or a JSON array"), value);
    else if (list.kind != JV_ARRAY)
        wrong(cx, key, "string_type", S("Input should be a valid string"), value);
    else if (!all_texts(list))
        wrong(cx, key, "value_error",
              S("Value error, All field names must be strings"), value);
}

void collectionrules_shape(struct cx *cx, const struct collectionrules_in *in)
{
    for (int op = 0; op < OP_COUNT; op++)
        if (in->rules[op].kind > JV_NULL && in->rules[op].kind != JV_TEXT)
            wrong(cx, collectionrules_keys[op], "string_type",
                  S("Input should be a valid string"), in->rules[op]);
    for (int op = 0; op < OP_DELETE; op++)
        if (in->lists[op].kind > JV_NULL)
            list_shape(cx, collectionrules_list_keys[op], in->lists[op]);
}

/* ---- the meaning ---------------------------------------------------------------------------- */

void collectionrules_apply(struct cx *cx, const struct collectionrules_in *in,
                           struct collection *collection)
{
    for (int op = 0; op < OP_COUNT; op++)
        if (in->rules[op].kind != JV_ABSENT)
            collection->rules[op] = jv_text(in->rules[op]);
    for (int op = 0; op < OP_DELETE; op++)          /* null leaves a list as it is               */
        if (in->lists[op].kind == JV_TEXT)
            collection->lists[op].text = jv_text(in->lists[op]);
        else if (in->lists[op].kind == JV_ARRAY)
            collection->lists[op].text = jv_print(cx->mem, in->lists[op]);
}

static void check(struct cx *cx, const struct str rules[OP_COUNT], const struct rule_names *names,
                  bool has_table)
{
    const struct rule_macros macros = macrobook_now(cx);
    const struct rule_relations relations = relations_now(cx, has_table ? names : NULL);
    struct rule_names all = *names;
    struct rule_fault fault;
    struct rule *rule;

    all.macros = &macros;
    all.relations = &relations;
    for (int op = 0; op < OP_COUNT; op++)
        if (rules[op].n > 0
            && !rule_read(cx->mem, rules[op], RULE_LIST + (enum rule_use)op, &all, &rule, &fault))
            fail_add_item(cx, str_of(collectionrules_keys[op]), S("rule_invalid"), "%.*s",
                          STR_ARG(fault.message));
}

void collectionrules_check(struct cx *cx, const struct collectionrules_in *in,
                           const struct rule_names *names, bool has_table)
{
    struct str rules[OP_COUNT];

    for (int op = 0; op < OP_COUNT; op++)
        rules[op] = jv_text(in->rules[op]);
    check(cx, rules, names, has_table);
}

void collectionrules_recheck(struct cx *cx, const struct collection *collection,
                             const struct rule_names *names)
{
    check(cx, collection->rules, names, collection->view == NULL);
}

/* ---- the row -------------------------------------------------------------------------------- */

bool collectionrules_insert(struct cx *cx, struct collection *collection)
{
    const struct str *rules = collection->rules;
    const struct field_list *lists = collection->lists;

    collection->has_rules = true;
    collection->rules_id = ident_uuid(cx->mem, cx->now);
    collection->rules_created_at = collection->rules_updated_at = cx->now;
    return change_insert(cx, &(struct change){
        .table = S("collection_rules"),
        .account_id = S(SYSTEM_ACCOUNT),
        .record_id = collection->rules_id,
        .new_values = BIND(
            p_text("id", collection->rules_id), p_text("collection_id", collection->id),
            p_text("list_rule", rules[OP_LIST]), p_text("view_rule", rules[OP_VIEW]),
            p_text("create_rule", rules[OP_CREATE]), p_text("update_rule", rules[OP_UPDATE]),
            p_text("delete_rule", rules[OP_DELETE]),
            p_text("list_fields", lists[OP_LIST].text), p_text("view_fields", lists[OP_VIEW].text),
            p_text("create_fields", lists[OP_CREATE].text),
            p_text("update_fields", lists[OP_UPDATE].text),
            p_time("created_at", cx->now), p_time("updated_at", cx->now)),
    });
}

bool collectionrules_update(struct cx *cx, const struct collection *before,
                            struct collection *after)
{
    struct param old[OP_COUNT + OP_DELETE + 1], new[OP_COUNT + OP_DELETE + 1];
    size_t n = 0;

    for (int op = 0; op < OP_COUNT; op++)
        if (!str_eq(before->rules[op], after->rules[op])) {
            old[n] = p_text(collectionrules_keys[op], before->rules[op]);
            new[n++] = p_text(collectionrules_keys[op], after->rules[op]);
        }
    for (int op = 0; op < OP_DELETE; op++)
        if (!str_eq(before->lists[op].text, after->lists[op].text)) {
            old[n] = p_text(collectionrules_list_keys[op], before->lists[op].text);
            new[n++] = p_text(collectionrules_list_keys[op], after->lists[op].text);
        }
    if (n == 0)
        return true;
    old[n] = p_time("updated_at", before->rules_updated_at);
    new[n++] = p_time("updated_at", cx->now);
    after->rules_updated_at = cx->now;
    return change_update(cx, &(struct change){
        .table = S("collection_rules"),
        .account_id = S(SYSTEM_ACCOUNT),
        .record_id = after->rules_id,
        .key = BIND(p_text("id", after->rules_id)),
        .old_values = { old, n },
        .new_values = { new, n },
    });
}

/* ---- the requests --------------------------------------------------------------------------- */

/* Inside a transaction that has bumped the definitions, and so has them to itself. */
static bool find_for_change(struct cx *cx, struct str name, struct collection *out)
{
    bool found;

    TRY(collection_load(cx, BY_NAME, name, out, &found));
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "Collection '%.*s' not found", STR_ARG(name));
    return out->has_rules || collectionrules_insert(cx, out);
}

bool collectionrules_get(struct cx *cx, struct str name, struct collection *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    bool found;

    TRY(collection_load(cx, BY_NAME, name, out, &found));
    if (found && out->has_rules)
        return true;
    if (!found)
        return fail_detail(cx, E_NOT_FOUND, "Collection '%.*s' not found", STR_ARG(name));
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(find_for_change(cx, name, out));
    return tx_commit(&tx);
}

static void read_body(struct cx *cx, struct jv body, struct collectionrules_in *in)
{
    struct str key;
    struct jv value;

    *in = (struct collectionrules_in){ 0 };
    for (struct jv_each each = jv_each(body); jv_next(&each, &key, &value);) {
        struct jv *into = NULL;
        for (int op = 0; op < OP_COUNT && into == NULL; op++)
            if (str_eq(key, str_of(collectionrules_keys[op])))
                into = &in->rules[op];
            else if (op < OP_DELETE && str_eq(key, str_of(collectionrules_list_keys[op])))
                into = &in->lists[op];
        if (into != NULL) {
            *into = value;
            continue;
        }
        struct buf loc;
        buf_init(&loc, cx->mem, 6 * key.n + 64);
        buf_str(&loc, S("[\"body\","));
        js_quote(&loc, key);
        buf_c(&loc, ']');
        fail_add_field(cx, &(struct err_field){
            .type = "extra_forbidden", .loc = buf_text(&loc), .input = jv_print(cx->mem, value),
            .msg = S("Extra inputs are not permitted"),
        });
    }
    collectionrules_shape(cx, in);
}

/* 400 with the faults of collectionrules_check in the words of this route. */
static bool refuse(struct cx *cx)
{
    struct buf text;

    if (cx->err.item_count == 0)
        return true;
    buf_init(&text, cx->mem, 1 << 16);
    for (size_t i = 0; i < cx->err.item_count; i++)
        buf_fmt(&text, "%sInvalid %.*s: %.*s", i > 0 ? "; " : "",
                STR_ARG(cx->err.items[i].field), STR_ARG(cx->err.items[i].message));
    return fail_detail(cx, E_INVALID, "%.*s", STR_ARG(buf_text(&text)));
}

bool collectionrules_put(struct cx *cx, struct str name, struct jv body, struct collection *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct collectionrules_in in;
    struct collection before;

    read_body(cx, body, &in);
    TRY(fail_fields(cx));
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(find_for_change(cx, name, &before));
    collectionrules_check(cx, &in, &before.names, before.view == NULL);
    TRY(refuse(cx));
    *out = before;
    collectionrules_apply(cx, &in, out);
    TRY(collectionrules_update(cx, &before, out));
    return tx_commit(&tx);
}

/* The names a rule is tried with: those that come without a type may stand anywhere. */
static void validate_names(struct cx *cx, struct jv list, struct rule_names *out)
{
    static const struct fieldtype ANY = { .name = "any", .rule = R_ANY };
    struct field *fields = arena_list(cx->mem, struct field, jv_count(list));
    size_t n = 0;

    for (size_t i = 0; i < jv_count(list); i++) {
        struct jv item = jv_at(list, i);
        struct str type = str_lower(cx->mem, jv_text(jv_get(item, S("type"))));
        struct str name = item.kind == JV_TEXT ? jv_text(item) : jv_text(jv_get(item, S("name")));
        if (str_absent(name))
            continue;
        fields[n] = (struct field){ .name = name, .type = fieldtype_find(type),
                                    .expression = jv_text(jv_get(item, S("expression"))),
                                    .return_type = jv_text(jv_get(item, S("return_type"))),
                                    .collection = jv_text(jv_get(item, S("collection"))) };
        if (fields[n].type == NULL)
            fields[n].type = &ANY;
        n++;
    }
    *out = collection_names(cx->mem, NO_STR, fields, n);
}

bool collectionrules_validate(struct cx *cx, struct str rule, struct str operation,
                              struct jv fields, struct str *errors, bool *valid)
{
    const struct rule_macros macros = macrobook_now(cx);
    const struct rule_relations relations = relations_now(cx, NULL);
    enum rule_use use = RULE_LIST;
    struct rule_names names;
    struct rule_fault fault = { 0 };
    struct rule *parsed;
    struct buf out;

    for (int op = 0; op < OP_COUNT; op++)
        if (str_eq(operation, str_of(collection_operations[op])))
            use = RULE_LIST + (enum rule_use)op;
    validate_names(cx, fields, &names);
    names.macros = &macros;
    names.relations = &relations;
    *valid = rule.n == 0 || rule_read(cx->mem, rule, use, &names, &parsed, &fault);
    TRY(cx->err.kind == E_NONE);
    buf_init(&out, cx->mem, 6 * fault.message.n + 8);
    buf_c(&out, '[');
    if (!*valid)
        js_quote(&out, fault.message);
    buf_c(&out, ']');
    *errors = buf_text(&out);
    return true;
}
