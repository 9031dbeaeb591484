/* trial.c — reads who asks, and for what, from JSON, and asks the evaluator. */
#include "data/trial.h"

#include "data/access.h"
#include "data/macrobook.h"
#include "data/relations.h"

/* ---- the context ---- */

static void wrong(struct cx *cx, struct str at, const char *type, struct str msg, struct jv input)
{
    fail_add_field(cx, &(struct err_field){
        .type = type, .loc = str_fmt(cx->mem, "[\"body\",\"context\"%.*s]", STR_ARG(at)),
        .msg = msg, .input = jv_print(cx->mem, input),
        .ctx = str_eq(str_of(type), S("value_error")) ? S("{\"error\":{}}") : NO_STR,
    });
}

/* A member that is an object; without it, or null, one without members. */
static struct jv object(struct cx *cx, struct jv context, const char *name)
{
    struct jv value = jv_get(context, str_of(name));
    if (value.kind > JV_NULL && value.kind != JV_OBJECT)
        wrong(cx, str_fmt(cx->mem, ",\"%s\"", name), "dict_type",
              S("Input should be a valid dictionary"), value);
    return value;
}

static struct str text(struct cx *cx, struct jv from, const char *of, const char *name)
{
    struct jv value = jv_get(from, str_of(name));
    if (value.kind > JV_NULL && value.kind != JV_TEXT)
        wrong(cx, str_fmt(cx->mem, ",\"%s\",\"%s\"", of, name), "string_type",
              S("Input should be a valid string"), value);
    return jv_text(value);
}

static void read_groups(struct cx *cx, struct jv user, const char *of, struct actor *out)
{
    struct jv list = jv_get(user, S("groups"));
    struct str *names = arena_list(cx->mem, struct str, jv_count(list));
    if (list.kind > JV_NULL && list.kind != JV_ARRAY)
        wrong(cx, str_fmt(cx->mem, ",\"%s\",\"groups\"", of), "list_type",
              S("Input should be a valid list"), list);
    for (size_t i = 0; list.kind == JV_ARRAY && i < jv_count(list); i++) {
        names[i] = jv_text(jv_at(list, i));
        if (str_absent(names[i]))
            wrong(cx, str_fmt(cx->mem, ",\"%s\",\"groups\",%zu", of, i), "string_type",
                  S("Input should be a valid string"), jv_at(list, i));
        out->group_count++;
    }
    out->groups = names;
}

/* The account is the user's: two places may name it, not differently. */
static void read_user(struct cx *cx, struct jv context, struct actor *out)
{
    const char *of = jv_get(context, S("user")).kind > JV_NULL ? "user" : "auth";
    struct jv user = object(cx, context, of), account = object(cx, context, "account");
    struct str account_id = text(cx, account, "account", "id");
    *out = (struct actor){
        .kind = user.kind == JV_OBJECT || !str_absent(account_id) ? ACTOR_USER : ACTOR_ANONYMOUS,
        .id = text(cx, user, of, "id"), .email = text(cx, user, of, "email"),
        .role = text(cx, user, of, "role"), .account_id = text(cx, user, of, "account_id"),
    };
    read_groups(cx, user, of, out);
    if (str_absent(out->account_id))
        out->account_id = account_id;
    else if (!str_absent(account_id) && !str_eq(account_id, out->account_id))
        wrong(cx, S(",\"account\",\"id\""), "value_error",
              str_fmt(cx->mem, "Value error, The account is not that of %s.account_id", of),
              jv_get(account, S("id")));
}

/* ---- names ---- */

static struct rule_names names_of(struct cx *cx, struct jv record)
{
    static const struct fieldtype TYPES[] = {
        [JV_NULL] = { .rule = R_ANY },     [JV_BOOL] = { .rule = R_BOOLEAN },
        [JV_INT] = { .rule = R_NUMBER },   [JV_REAL] = { .rule = R_NUMBER },
        [JV_TEXT] = { .rule = R_TEXT },    [JV_ARRAY] = { .rule = R_JSON },
        [JV_OBJECT] = { .rule = R_JSON },
    };
    struct field *fields = arena_list(cx->mem, struct field, jv_count(record));
    struct rule_names names;
    struct str name;
    struct jv value;
    size_t n = 0;
    for (struct jv_each e = jv_each(record); jv_next(&e, &name, &value);)
        if (!collection_system_column(name))
            fields[n++] = (struct field){ .name = name, .type = &TYPES[value.kind] };
    names = collection_names(cx->mem, NO_STR, fields, n);
    names.is_open = true;
    return names;
}

/* ---- trying ---- */

/* As a create rule: those may name everything that rules can name. */
static bool compile(struct cx *cx, struct str text_of, struct jv record, struct rule **rule,
                    struct trial *out)
{
    const struct rule_macros macros = macrobook_now(cx);
    const struct rule_relations relations = relations_now(cx, NULL);
    struct rule_names names = names_of(cx, record);
    struct rule_fault fault;
    names.macros = &macros;
    names.relations = &relations;
    *out = (struct trial){ 0 };
    if (rule_read(cx->mem, text_of, RULE_CREATE, &names, rule, &fault))
        return true;
    out->error = fault.message;
    out->place = reason_place(text_of, fault.position);
    return false;
}

bool trial_check(struct cx *cx, struct str rule, struct trial *out)
{
    struct rule *compiled;
    (void)compile(cx, rule, (struct jv){ .kind = JV_ABSENT }, &compiled, out);
    return cx->err.kind == E_NONE;
}

bool trial_run(struct cx *cx, struct str rule, struct jv context, struct trial *out)
{
    struct jv record = object(cx, context, "record"), data = object(cx, context, "data");
    struct rule *compiled;
    struct actor user;
    struct cx as = *cx;                 /* the one who asks is asked about, not who is trying     */
    read_user(cx, context, &user);
    TRY(fail_fields(cx));
    if (!compile(cx, rule, record, &compiled, out))
        return cx->err.kind == E_NONE;
    as.who = &user;
    struct rule_caller caller = access_caller(&as, data.kind == JV_OBJECT ? data : record);
    struct ruleval given = { .cx = cx, .caller = &caller };
    given.row = access_values(cx, record, &given.row_count);
    unsigned met = 0;
    enum ruleval_answer answer = ruleval_answer(cx, compiled, &caller, given.row, given.row_count,
                                                &met);
    out->holds = answer == RULEVAL_YES;
    out->details = answer != RULEVAL_ASK ? reason_sentence(&given, compiled, rule)
        : met == RULEVAL_MACROS
        ? S("Denied: it hangs on what a stored macro says, and none is run here.")
        : S("Denied: it hangs on what other records say, and none is read here.");
    cx->err = as.err;
    return cx->err.kind == E_NONE;
}
