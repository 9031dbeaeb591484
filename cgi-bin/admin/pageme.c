/* pageme.c — one's own page: language, appearance, length of lists; one's sessions. */
#include "pageme.h"

#include "base/num.h"
#include "desk/form.h"
#include "desk/grid.h"
#include "identity/ownsession.h"
#include "identity/preference.h"

static const char SELF[] = "/admin/me";
static const struct form_field FIELDS[] = {
    { "language", FORM_CHOICE, .label = W("Language") },
    { "theme", FORM_RADIO, .label = W("Appearance"), .required = true },
    { "page_rows", FORM_NUMBER, .label = W("Rows of a list"), .required = true, .step = "1",
      .hint = W("How many a page shows: 10 to 100"), .least = "10", .most = "100", .max = 3 },
    { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Program") }, { .label = W("Network address"), .kind = GRID_CODE },
    { .label = W("Signed in"), .kind = GRID_TIME },
    { .label = W("Last renewed"), .kind = GRID_TIME },
    { .label = W("Ends"), .kind = GRID_TIME }, { 0 },
};
struct posted_in { struct formdata form; };
static const struct input POSTED_IN[] = { IN(FORM, T_WHOLE_FORM, posted_in, form), { 0 } };

/* They are somebody's, whatever account they look at; a key is nobody. */
static bool is_somebody(struct cx *cx)
{
    return !cx->who->is_service || fail_detail(cx, E_FORBIDDEN, "Admin access required");
}

/* ---- how they like the pages ---- */

static void put_choices(struct form *form)
{
    static const struct { const char *value, *label; } THEMES[] = {
        { "auto", W("As the device has it") }, { "light", W("Light") }, { "dark", W("Dark") },
    };
    struct cx *cx = form->cx;
    const struct phrase_language *spoken;
    size_t n = phrase_languages(cx, &spoken);
    struct form_option *languages = arena_list(cx->mem, struct form_option, n + 1);
    struct form_option *themes = arena_list(cx->mem, struct form_option, COUNT(THEMES));
    languages[0] = (struct form_option){ S(""), phrase_of(cx, W("As the browser asks for")) };
    for (size_t i = 0; i < n; i++)
        languages[i + 1] = (struct form_option){ spoken[i].code, spoken[i].name };
    for (size_t i = 0; i < COUNT(THEMES); i++)
        themes[i] = (struct form_option){ str_of(THEMES[i].value), phrase_of(cx, THEMES[i].label) };
    form_options(form, "language", languages, n + 1);
    form_options(form, "theme", themes, COUNT(THEMES));
}

static bool begin(struct form *form, struct cx *cx)
{
    struct preference likes;
    TRY(is_somebody(cx));
    TRY(preference_get(cx, cx_home(cx), cx->who->id, &likes));
    form_init(form, cx, FIELDS);
    put_choices(form);
    form_set(form, "language", likes.language);
    form_set(form, "theme", likes.theme);
    form_set(form, "page_rows", str_fmt(cx->mem, "%lld", (long long)likes.page_rows));
    return true;
}

/* ---- where they are signed in ---- */

/* "Firefox, Linux" of what a browser calls itself; the first name of each list that it says. */
static struct str program_of(struct cx *cx, struct str agent)
{
    static const struct { const char *word, *name; } BROWSERS[] = {
        { "Edg/", "Edge" }, { "OPR/", "Opera" }, { "Firefox/", "Firefox" },
        { "Chromium/", "Chromium" }, { "Chrome/", "Chrome" }, { "Safari/", "Safari" },
    }, SYSTEMS[] = {
        { "Android", "Android" }, { "iPhone", "iPhone" }, { "iPad", "iPad" },
        { "Windows", "Windows" }, { "Mac OS X", "macOS" }, { "CrOS", "ChromeOS" },
        { "Linux", "Linux" },
    };
    const char *browser = NULL, *system = NULL;
    for (size_t i = 0; i < COUNT(BROWSERS) && browser == NULL; i++)
        if (str_has(agent, str_of(BROWSERS[i].word)))
            browser = BROWSERS[i].name;
    for (size_t i = 0; i < COUNT(SYSTEMS) && system == NULL; i++)
        if (str_has(agent, str_of(SYSTEMS[i].word)))
            system = SYSTEMS[i].name;
    if (browser == NULL || system == NULL)
        return agent.n > 0 ? agent : phrase_of(cx, W("unknown"));
    return str_fmt(cx->mem, "%s, %s", browser, system);
}

static struct str name_of(struct cx *cx, const struct ownsession *session)
{
    const struct fill values[] = { fill_text("program", program_of(cx, session->user_agent)),
                                   fill_text("address", session->ip), { 0 } };
    return phrase_with(cx, W("{program} at {address}"), values);
}

static struct str this_one(struct cx *cx, const struct ownsession *session)
{
    const struct fill values[] = { fill_text("program", program_of(cx, session->user_agent)),
                                   { 0 } };
    return phrase_with(cx, W("{program} (this one)"), values);
}

static bool put_sessions(struct desk *desk)
{
    struct cx *cx = desk->cx;
    struct ownsession_list list;
    struct grid grid;
    TRY(ownsession_list(cx, cx_home(cx), cx->who->id, &list));
    grid_init(&grid, desk, COLUMNS, W("Your sessions"));
    for (size_t i = 0; i < list.n; i++) {
        const struct ownsession *s = &list.at[i];
        bool is_this = str_eq(s->id, cx->who->session_id);
        grid_row(&grid);
        grid_select(&grid, is_this ? S("") : s->id, name_of(cx, s));
        grid_text(&grid, is_this ? this_one(cx, s) : program_of(cx, s->user_agent));
        grid_text(&grid, s->ip);
        grid_time(&grid, s->began_at);
        grid_time(&grid, s->renewed_at);
        grid_time(&grid, s->expires_at);
    }
    grid_empty(&grid, W("You are signed in nowhere else."), NULL, NO_STR);
    grid_put(&grid, "table");
    return true;
}

/* ---- the page ---- */

static bool show(struct form *form, struct reply *reply)
{
    struct cx *cx = reply->cx;
    struct desk desk;
    desk_open(&desk, reply, "", phrase_of(cx, W("Your settings")));
    desk_action(&desk, phrase_of(cx, W("Change your password")), S("/admin/me/password"));
    desk_api(&desk, "GET", S("/api/v1/auth/me"), NO_STR, S("await client.auth.getCurrentUser()"));
    form_put(form, &desk, "form");
    TRY(put_sessions(&desk));
    return desk_show(&desk, "admin/me.html");
}

static bool open_page(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct form form;
    return begin(&form, cx) && show(&form, reply);
}

static bool store(struct form *form)
{
    struct cx *cx = form->cx;
    struct preference wanted = { .language = form_text(form, "language"),
                                 .theme = form_text(form, "theme") };
    if (!num_int(form_text(form, "page_rows"), &wanted.page_rows))
        wanted.page_rows = 0;
    return preference_set(cx, cx_home(cx), cx->who->id, &wanted);
}

static bool change(struct cx *cx, const void *input, struct reply *reply)
{
    const struct posted_in *in = input;
    struct form form;
    TRY(begin(&form, cx));
    form_read(&form, &in->form);
    if (form_good(&form)) {
        if (store(&form)) {
            if (form_text(&form, "language").n > 0)
                cx->language = form_text(&form, "language");
            return desk_go(reply, str_of(SELF), phrase_of(cx, W("Your settings are saved.")));
        }
        TRY(form_take(&form));
    }
    reply_status(reply, form_status(&form));
    return show(&form, reply);
}

/* ---- ending sessions ---- */

static bool end_chosen(struct cx *cx, const struct formdata *form, size_t *n)
{
    struct str id;
    for (size_t at = 0; formdata_next(form, "id", &at, &id); ) {
        if (str_eq(id, cx->who->session_id))
            continue;
        if (ownsession_end(cx, cx_home(cx), cx->who->id, id))
            ++*n;
        else if (cx->err.kind != E_NOT_FOUND)       /* it has ended by itself */
            return false;
        fail_forget(cx);
    }
    return true;
}

static bool end_sessions(struct cx *cx, const void *input, struct reply *reply)
{
    const struct posted_in *in = input;
    size_t n = 0;
    TRY(is_somebody(cx));
    if (str_eq(formdata_text(&in->form, "end"), S("others"))) {
        TRY(ownsession_end_others(cx, cx_home(cx), cx->who->id, cx->who->session_id));
        return desk_go(reply, str_of(SELF), phrase_of(cx, W("You are signed in here alone.")));
    }
    TRY(end_chosen(cx, &in->form, &n));
    const struct fill values[] = { fill_int("n", (int64_t)n), { 0 } };
    return desk_go(reply, str_of(SELF), phrase_with(cx, W("Sessions ended: {n}"), values));
}

const struct route pageme_routes[] = {
    { GET, "/admin/me", .need = NEED_USER, .errors = SHAPE_PAGE, .run = open_page, .hidden = true,
      .title = "One's own settings and sessions" },
    { POST, "/admin/me", .need = NEED_USER, .errors = SHAPE_PAGE, INPUT(POSTED_IN, posted_in),
      .run = change, .hidden = true, .title = "Keeps the settings" },
    { POST, "/admin/me/sessions", .need = NEED_USER, .errors = SHAPE_PAGE,
      INPUT(POSTED_IN, posted_in), .run = end_sessions, .hidden = true,
      .title = "Ends some of one's sessions, or all others" },
    { 0 },
};
