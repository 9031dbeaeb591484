/* preference.c — keeps one row of choices per person. */
#include "identity/preference.h"

#include "audit/change.h"
#include "db/rows.h"

#define LANGUAGE_MOST 16

static const struct sql PREFERENCE_OF_USER = SQL(
    "SELECT language, theme, page_rows FROM user_preferences"
    " WHERE account_id = :account AND user_id = :user");
static const struct col PREFERENCE_COLS[] = {
    COL(C_TEXT, preference, language), COL(C_TEXT, preference, theme),
    COL(C_INT, preference, page_rows), { 0 },
};

static bool find(struct cx *cx, struct str account_id, struct str user_id, bool *found,
                 struct preference *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, PREFERENCE_OF_USER, BIND(p_text("account", account_id),
                                              p_text("user", user_id)), &rows));
    *found = rows_next(&rows, PREFERENCE_COLS, out);
    return *found || rows_done(&rows);
}

bool preference_get(struct cx *cx, struct str account_id, struct str user_id,
                    struct preference *out)
{
    bool found;
    TRY(find(cx, account_id, user_id, &found, out));
    if (!found)
        *out = (struct preference){ .language = S(""), .theme = S("auto"),
                                    .page_rows = PREFERENCE_ROWS_USUAL };
    return true;
}

/* Whether we speak it, the catalogues know; here it only must look like one. */
static bool is_language(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (i > 1 && s.p[i] == '-')))
            return false;
    return !str_absent(s) && s.n != 1 && s.n <= LANGUAGE_MOST;
}

static bool check(struct cx *cx, const struct preference *wanted)
{
    if (!is_language(wanted->language))
        return fail_field(cx, E_INVALID, "Validation error", "language",
                          "This language is not spoken here");
    if (!str_eq(wanted->theme, S("auto")) && !str_eq(wanted->theme, S("light"))
        && !str_eq(wanted->theme, S("dark")))
        return fail_field(cx, E_INVALID, "Validation error", "theme",
                          "The theme must be auto, light or dark");
    return (wanted->page_rows >= PREFERENCE_ROWS_LEAST && wanted->page_rows <= PREFERENCE_ROWS_MOST)
        || fail_field(cx, E_INVALID, "Validation error", "page_rows",
                      "A page must have between %d and %d rows", PREFERENCE_ROWS_LEAST,
                      PREFERENCE_ROWS_MOST);
}

static bool insert(struct cx *cx, struct str account_id, struct str user_id,
                   const struct preference *wanted)
{
    struct refusal refusal = { .kind = V_NONE };
    TRY(change_insert(cx, &(struct change){
        .table = S("user_preferences"), .account_id = account_id, .record_id = user_id,
        .refusal = &refusal,
        .new_values = BIND(p_text("account_id", account_id), p_text("user_id", user_id),
                           p_text("language", wanted->language), p_text("theme", wanted->theme),
                           p_int("page_rows", wanted->page_rows),
                           p_time("updated_at", cx->now)) }));
    if (refusal.kind == V_REFERENCE)
        return fail_detail(cx, E_NOT_FOUND, "User not found");
    return refusal.kind == V_NONE || broken(cx, "user_preferences refused a row");
}

static bool update(struct cx *cx, struct str account_id, struct str user_id,
                   const struct preference *old, const struct preference *wanted)
{
    if (str_eq(old->language, wanted->language) && str_eq(old->theme, wanted->theme)
        && old->page_rows == wanted->page_rows)
        return true;
    return change_update(cx, &(struct change){
        .table = S("user_preferences"), .account_id = account_id, .record_id = user_id,
        .key = BIND(p_text("account_id", account_id), p_text("user_id", user_id)),
        .new_values = BIND(p_text("language", wanted->language), p_text("theme", wanted->theme),
                           p_int("page_rows", wanted->page_rows),
                           p_time("updated_at", cx->now)) });
}

bool preference_set(struct cx *cx, struct str account_id, struct str user_id,
                    const struct preference *wanted)
{
    struct tx tx SCOPED(tx_end) = { 0 };
    struct preference old;
    bool found;
    TRY(check(cx, wanted));
    TRY(tx_begin(cx, &tx));
    TRY(tx_lock(cx, str_fmt(cx->mem, "preference %.*s", STR_ARG(user_id))));
    TRY(find(cx, account_id, user_id, &found, &old));
    TRY(found ? update(cx, account_id, user_id, &old, wanted)
              : insert(cx, account_id, user_id, wanted));
    return tx_commit(&tx);
}
