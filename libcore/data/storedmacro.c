/* storedmacro.c — the rows of the table macros, and what is asked before one changes. */
#include "data/storedmacro.h"

#include <inttypes.h>

#include "audit/change.h"
#include "base/js.h"
#include "base/when.h"
#include "data/macrobook.h"
#include "rules/macro.h"

/* ---- find ---- */

#define MACRO_COLUMNS \
    "SELECT id, name, description, sql_query, parameters, created_at, updated_at, created_by" \
    " FROM macros"
static const struct sql MACRO_BY_ID = SQL(MACRO_COLUMNS " WHERE id = :id");
static const struct sql MACROS = SQL(MACRO_COLUMNS " ORDER BY name LIMIT :limit OFFSET :skip");
static const struct col MACRO_COLS[] = {
    COL(C_INT, storedmacro, id),           COL(C_TEXT, storedmacro, name),
    COL(C_TEXT, storedmacro, description), COL(C_TEXT, storedmacro, sql_query),
    COL(C_TEXT, storedmacro, parameters),  COL(C_TIME, storedmacro, created_at),
    COL(C_TIME, storedmacro, updated_at),  COL(C_TEXT, storedmacro, created_by), { 0 },
};

bool storedmacro_list(struct cx *cx, int64_t skip, int64_t limit, struct storedmacro_list *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    size_t room = 0;
    *out = (struct storedmacro_list){ 0 };
    TRY(db_query(cx, MACROS, BIND(p_int("limit", limit), p_int("skip", skip)), &rows));
    for (struct storedmacro one; rows_next(&rows, MACRO_COLS, &one);) {
        if (out->n == room) {
            room = room == 0 ? 8 : 2 * room;
            out->at = arena_grow(cx->mem, out->at, out->n * sizeof one, room * sizeof one);
        }
        out->at[out->n++] = one;
    }
    return rows_done(&rows);
}

bool storedmacro_get(struct cx *cx, int64_t id, struct storedmacro *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, MACRO_BY_ID, BIND(p_int("id", id)), &rows));
    if (rows_next(&rows, MACRO_COLS, out))
        return true;
    return rows_done(&rows) && fail_detail(cx, E_NOT_FOUND, "Macro not found");
}

/* ---- check ---- */

static void wrong(struct cx *cx, struct str loc, struct str said, struct str input)
{
    fail_add_field(cx, &(struct err_field){
        .type = "value_error", .loc = loc, .input = input, .ctx = S("{\"error\":{}}"),
        .msg = str_fmt(cx->mem, "Value error, %.*s", STR_ARG(said)) });
}

static struct str quote(struct cx *cx, struct str text)
{
    struct buf b;
    buf_init(&b, cx->mem, SIZE_MAX);
    js_quote(&b, text);
    return buf_text(&b);
}

static bool is_identifier(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return name.n > 0;
}

static void check_name(struct cx *cx, struct str name)
{
    struct str called = str_fmt(cx->mem, "@%.*s", STR_ARG(name)), said = NO_STR;
    if (!is_identifier(name))
        said = S("Macro name must be a valid identifier (alphanumeric and underscore)");
    else if (macro_is_built_in(called) || str_eq(name, S("request")))
        said = str_fmt(cx->mem, "Macro name '%.*s' is built in", STR_ARG(name));
    if (!str_absent(said))
        wrong(cx, S("[\"body\",\"name\"]"), said, quote(cx, name));
}

/* Names, each once. Their texts go into list. */
static void check_parameters(struct cx *cx, struct jv given, struct str *list)
{
    for (size_t i = 0; i < jv_count(given); i++) {
        struct jv item = jv_at(given, i);
        struct str loc = str_fmt(cx->mem, "[\"body\",\"parameters\",%zu]", i);
        bool again = false;
        list[i] = jv_text(item);
        for (size_t k = 0; k < i; k++)
            again = again || (!str_absent(list[i]) && str_eq(list[k], list[i]));
        if (str_absent(list[i]))
            fail_add_field(cx, &(struct err_field){
                .type = "string_type", .loc = loc, .input = jv_print(cx->mem, item),
                .msg = S("Input should be a valid string") });
        else if (!is_identifier(list[i]))
            wrong(cx, loc, S("Parameter names must be valid identifiers (alphanumeric and"
                             " underscore)"), jv_print(cx->mem, item));
        else if (again)
            wrong(cx, loc, S("Parameter names must differ"), jv_print(cx->mem, item));
    }
}

/* All of it as it is to be. */
static bool check(struct cx *cx, const struct storedmacro *macro, struct jv parameters)
{
    struct str *names = arena_list(cx->mem, struct str, jv_count(parameters) + 1);
    struct guest *guest;
    struct str fault;
    check_name(cx, macro->name);
    check_parameters(cx, parameters, names);
    TRY(fail_fields(cx));
    if (!guest_read(cx->mem, macro->sql_query, names, jv_count(parameters), &guest, &fault))
        wrong(cx, S("[\"body\",\"sql_query\"]"), fault, quote(cx, macro->sql_query));
    return fail_fields(cx);
}

/* "Cannot delete macro 'x': it is used in 2 collection rule(s)": that is how it is told. */
static bool in_use(struct cx *cx, const char *verb, const struct storedmacro *macro,
                   const struct macrobook_uses *uses, struct str why)
{
    struct buf told;
    buf_init(&told, cx->mem, 4096);
    if (uses->collections > 0 || uses->permissions == 0)
        buf_fmt(&told, "%" PRId64 " collection rule(s)", uses->collections);
    if (uses->permissions > 0)
        buf_fmt(&told, "%s%" PRId64 " permission(s)", told.n > 0 ? " and " : "",
                uses->permissions);
    return fail_detail(cx, E_CONFLICT, "Cannot %s macro '%.*s': it is used in %.*s%.*s", verb,
                       STR_ARG(macro->name), STR_ARG(buf_text(&told)), STR_ARG(why));
}

/* Rules that name it must find it again, with as many parameters, and be able to use it. */
static bool check_uses(struct cx *cx, const struct storedmacro *before,
                       const struct storedmacro *after)
{
    struct macrobook_uses uses;
    struct rule_macro was, is;
    TRY(macrobook_uses(cx, before->name, &uses));
    if (uses.collections == 0 && uses.permissions == 0)
        return true;
    if (!str_eq(before->name, after->name))
        return in_use(cx, "rename", before, &uses, S(""));
    TRY(macrobook_read(cx, cx->mem, before->name, before->sql_query, before->parameters, &was));
    TRY(macrobook_read(cx, cx->mem, after->name, after->sql_query, after->parameters, &is));
    if (!str_absent(is.fault))
        return in_use(cx, "change", before, &uses,
                      str_fmt(cx->mem, ", which could not use it: %.*s", STR_ARG(is.fault)));
    if (str_absent(was.fault) && was.guest->argument_count != is.guest->argument_count)
        return in_use(cx, "change", before, &uses,
                      str_fmt(cx->mem, " with %zu argument(s)", was.guest->argument_count));
    return true;
}

/* ---- change ---- */

static bool check_free(struct cx *cx, const struct refusal *refusal, struct str name)
{
    if (refusal->kind == V_UNIQUE)
        return fail_detail(cx, E_CONFLICT, "Macro with name '%.*s' already exists", STR_ARG(name));
    return refusal->kind == V_NONE
        || broken(cx, "macros refused a row: %.*s", STR_ARG(refusal->constraint));
}

bool storedmacro_create(struct cx *cx, const struct storedmacro_wish *wish,
                        struct storedmacro *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct refusal refusal = { .kind = V_NONE };
    *out = (struct storedmacro){
        .name = wish->name, .description = wish->description, .sql_query = wish->sql_query,
        .parameters = wish->parameters.kind == JV_ARRAY ? jv_print(cx->mem, wish->parameters)
                                                        : S("[]"),
        .created_at = cx->now, .updated_at = cx->now, .created_by = cx->who->id };
    TRY(check(cx, out, wish->parameters));
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(change_insert(cx, &(struct change){
        .table = S("macros"), .account_id = S(SYSTEM_ACCOUNT), .generated_id = &out->id,
        .refusal = &refusal,
        .new_values = BIND(p_text("name", out->name), p_text("description", out->description),
                           p_text("sql_query", out->sql_query),
                           p_text("parameters", out->parameters),
                           p_time("created_at", out->created_at),
                           p_time("updated_at", out->updated_at),
                           p_text("created_by", out->created_by)) }));
    TRY(check_free(cx, &refusal, out->name));
    return tx_commit(&tx);
}

static bool write(struct cx *cx, const struct storedmacro *macro)
{
    struct refusal refusal = { .kind = V_NONE };
    TRY(change_update(cx, &(struct change){
        .table = S("macros"), .account_id = S(SYSTEM_ACCOUNT), .refusal = &refusal,
        .record_id = str_fmt(cx->mem, "%" PRId64, macro->id), .key = BIND(p_int("id", macro->id)),
        .new_values = BIND(p_text("name", macro->name), p_text("description", macro->description),
                           p_text("sql_query", macro->sql_query),
                           p_text("parameters", macro->parameters),
                           p_time("updated_at", macro->updated_at)) }));
    return check_free(cx, &refusal, macro->name);
}

bool storedmacro_update(struct cx *cx, int64_t id, const struct storedmacro_wish *wish,
                        struct storedmacro *out)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct jv parameters = wish->parameters;
    struct storedmacro before;
    struct jv_fault fault;
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(storedmacro_get(cx, id, &before));
    *out = before;
    if (!str_absent(wish->name))
        out->name = wish->name;
    if (!str_absent(wish->description))
        out->description = wish->description;
    if (!str_absent(wish->sql_query))
        out->sql_query = wish->sql_query;
    if (parameters.kind == JV_ARRAY)
        out->parameters = jv_print(cx->mem, parameters);
    else if (!jv_parse(cx, before.parameters, &parameters, &fault))
        return broken(cx, "the parameters of macro %" PRId64 " are no JSON", id);
    TRY(check(cx, out, parameters));
    TRY(check_uses(cx, &before, out));
    out->updated_at = cx->now;
    TRY(write(cx, out));
    return tx_commit(&tx);
}

bool storedmacro_delete(struct cx *cx, int64_t id)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct macrobook_uses uses;
    struct storedmacro macro;
    TRY(tx_begin(cx, &tx));
    TRY(db_hold_definitions(cx));
    TRY(storedmacro_get(cx, id, &macro));
    TRY(macrobook_uses(cx, macro.name, &uses));
    if (uses.collections > 0 || uses.permissions > 0)
        return in_use(cx, "delete", &macro, &uses, S(""));
    TRY(change_delete(cx, &(struct change){
        .table = S("macros"), .account_id = S(SYSTEM_ACCOUNT),
        .record_id = str_fmt(cx->mem, "%" PRId64, id), .key = BIND(p_int("id", id)) }));
    return tx_commit(&tx);
}

/* ---- try ---- */

static struct guest_value *values_of(struct cx *cx, const struct guest *guest, struct jv arguments)
{
    struct guest_value *values = arena_list(cx->mem, struct guest_value, guest->slot_count + 1);
    for (size_t i = 0; i < guest->slot_count; i++) {
        const struct guest_slot *slot = &guest->slots[i];
        struct str text = slot->kind == GUEST_ID ? cx->who->id
            : slot->kind == GUEST_EMAIL ? cx->who->email
            : slot->kind == GUEST_ROLE ? cx->who->role
            : slot->kind == GUEST_ACCOUNT ? cx->who->account_id
            : jv_text(jv_at(arguments, slot->argument));
        values[i].value = p_text(NULL, text);
    }
    return values;
}

static bool failed(struct cx *cx, struct str why)
{
    return fail_detail(cx, E_UNPROCESSABLE, "Macro execution failed: %.*s", STR_ARG(why));
}

bool storedmacro_test(struct cx *cx, int64_t id, struct jv arguments, struct str account_id,
                      struct storedmacro_trial *out)
{
    struct storedmacro macro;
    struct rule_macro is;
    struct str fault;
    *out = (struct storedmacro_trial){ 0 };
    TRY(storedmacro_get(cx, id, &macro));
    TRY(macrobook_read(cx, cx->mem, macro.name, macro.sql_query, macro.parameters, &is));
    if (is.guest != NULL && jv_count(arguments) != is.guest->argument_count)
        return fail_detail(cx, E_UNPROCESSABLE, "Expected %zu parameters, got %zu",
                           is.guest->argument_count, jv_count(arguments));
    if (!str_absent(is.fault))
        return failed(cx, is.fault);
    db_scope(cx, str_absent(account_id) ? S("*") : account_id);
    int64_t began = when_now();
    TRY(guest_run(cx, is.guest, values_of(cx, is.guest, arguments), account_id, &out->result,
                  &fault));
    out->execution_time = (double)(when_now() - began) / 1000;
    return str_absent(fault) || failed(cx, fault);
}
