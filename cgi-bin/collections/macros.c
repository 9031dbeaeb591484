/* macros.c — stored SQL macros: what rules may ask the database (data.md §15). */
#include "routes.h"

#include "data/storedmacro.h"

enum { LIST_MOST = 500, PARAMETERS_MOST = 32 };

/* compat: the order of the old server's members. */
static const struct output MACRO_OUT[] = {
    OUT(O_TEXT, storedmacro, name),        OUT(O_TEXT, storedmacro, description),
    OUT(O_TEXT, storedmacro, sql_query),   OUT(O_JSON, storedmacro, parameters),
    OUT(O_INT, storedmacro, id),           OUT(O_STAMP, storedmacro, created_at),
    OUT(O_STAMP, storedmacro, updated_at), OUT(O_TEXT, storedmacro, created_by), { 0 },
};

/* ---- reading ---- */

struct list_in { int64_t skip, limit; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_INT, list_in, skip, .about = "Below 0 counts as 0"),
    IN(QUERY, T_INT, list_in, limit, .otherwise = 100, .about = "1 to 500"), { 0 },
};

static int64_t between(int64_t least, int64_t n, int64_t most)
{
    return n < least ? least : n > most ? most : n;
}

/* compat: a bare array. */
static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct storedmacro_list found;
    TRY(storedmacro_list(cx, between(0, in->skip, INT64_MAX), between(1, in->limit, LIST_MOST),
                         &found));
    struct js *js = reply_js(reply);
    js_array(js, NULL);
    for (size_t i = 0; i < found.n; i++)
        output_object(js, NULL, MACRO_OUT, &found.at[i]);
    js_end(js);
    return true;
}

struct macro_in { int64_t id; struct storedmacro_wish wish; };
#define ID_IN IN_AS(PATH, T_INT, macro_in, id, "macro_id")
static const struct input GET_IN[] = { ID_IN, { 0 } };

static bool get(struct cx *cx, const void *input, struct reply *reply)
{
    const struct macro_in *in = input;
    struct storedmacro macro;
    TRY(storedmacro_get(cx, in->id, &macro));
    return reply_with(reply, MACRO_OUT, &macro);
}

/* ---- changing ---- */

#define WISH_IN(must) \
    IN_AS(BODY, T_TEXT, macro_in, wish.name, "name", .required = (must), .min = 1, .max = 255), \
    IN_AS(BODY, T_TEXT, macro_in, wish.description, "description"), \
    IN_AS(BODY, T_TEXT, macro_in, wish.sql_query, "sql_query", .required = (must), .min = 1, \
          .about = "One SELECT of one column. Rows of collections (col_name), users, groups," \
                   " users_groups, roles and accounts, of the tenant alone; :name or $1 for" \
                   " arguments, @request.auth.id, .email, .role, .account_id for who asks"), \
    IN_AS(BODY, T_LIST, macro_in, wish.parameters, "parameters", .max = PARAMETERS_MOST, \
          .about = "Names, in the order of the arguments")
static const struct input CREATE_IN[] = { WISH_IN(true), { 0 } };
static const struct input UPDATE_IN[] = { ID_IN, WISH_IN(false), { 0 } };

static bool create(struct cx *cx, const void *input, struct reply *reply)
{
    const struct macro_in *in = input;
    struct storedmacro macro;
    TRY(storedmacro_create(cx, &in->wish, &macro));
    return reply_with(reply, MACRO_OUT, &macro);
}

static bool update(struct cx *cx, const void *input, struct reply *reply)
{
    const struct macro_in *in = input;
    struct storedmacro macro;
    TRY(storedmacro_update(cx, in->id, &in->wish, &macro));
    return reply_with(reply, MACRO_OUT, &macro);
}

static bool delete(struct cx *cx, const void *input, struct reply *reply)
{
    const struct macro_in *in = input;
    TRY(storedmacro_delete(cx, in->id));
    return reply_empty(reply);
}

/* ---- trying ---- */

struct test_in { int64_t id; struct jv parameters; struct str account_id; };
static const struct input TEST_IN[] = {
    IN_AS(PATH, T_INT, test_in, id, "macro_id"),
    IN(BODY, T_LIST, test_in, parameters, .about = "Texts, one for each parameter"),
    IN(BODY, T_TEXT, test_in, account_id, .max = 64,
       .about = "Whose rows it sees, as a rule would; without it, those of all accounts"),
    { 0 },
};
static const struct output TEST_OUT[] = {
    OUT(O_TEXT, storedmacro_trial, result),
    OUT(O_REAL, storedmacro_trial, execution_time, .about = "Milliseconds"),
    OUT(O_INT, storedmacro_trial, rows_affected), { 0 },
};

static bool check_texts(struct cx *cx, struct jv list_of)
{
    for (size_t i = 0; i < jv_count(list_of); i++)
        if (jv_at(list_of, i).kind != JV_TEXT)
            fail_add_field(cx, &(struct err_field){
                .type = "string_type", .loc = str_fmt(cx->mem, "[\"body\",\"parameters\",%zu]", i),
                .msg = S("Input should be a valid string"),
                .input = jv_print(cx->mem, jv_at(list_of, i)) });
    return fail_fields(cx);
}

static bool test(struct cx *cx, const void *input, struct reply *reply)
{
    const struct test_in *in = input;
    struct storedmacro_trial trial;
    TRY(check_texts(cx, in->parameters));
    TRY(storedmacro_test(cx, in->id, in->parameters, in->account_id, &trial));
    return reply_with(reply, TEST_OUT, &trial);
}

const struct route macros_routes[] = {
    { GET, "/api/v1/macros", .need = NEED_USER, .errors = SHAPE_DETAIL, INPUT(LIST_IN, list_in),
      .run = list, .title = "List the stored SQL macros",
      .about = "An array, by name. Macros that are built in are not among them." },
    { GET, "/api/v1/macros/{macro_id}", .need = NEED_USER, .errors = SHAPE_DETAIL,
      INPUT(GET_IN, macro_in), .output = MACRO_OUT, .run = get, .title = "Show a macro" },
    { POST, "/api/v1/macros", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(CREATE_IN, macro_in), .output = MACRO_OUT, .status = 201, .run = create,
      .title = "Store a macro",
      .about = "Rules may then say @name(arguments): true unless the query gives no row, NULL, 0,"
               " false or an empty text." },
    { PUT, "/api/v1/macros/{macro_id}", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(UPDATE_IN, macro_in), .output = MACRO_OUT, .run = update, .title = "Change a macro",
      .about = "Only what is present changes. A macro that rules use keeps its name and the number"
               " of its arguments." },
    { DELETE, "/api/v1/macros/{macro_id}", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(GET_IN, macro_in), .status = 204, .run = delete, .title = "Delete a macro",
      .about = "One that rules use stays." },
    { POST, "/api/v1/macros/{macro_id}/test", .need = NEED_SUPERADMIN, .errors = SHAPE_DETAIL,
      INPUT(TEST_IN, test_in), .output = TEST_OUT, .run = test, .alone = true, .waits = true,
      .title = "Run a macro" },
    { 0 },
};
