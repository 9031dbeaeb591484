/* firstpage.c — checks the place, checks the way to it, and makes the first superadmin. */
#include "firstpage.h"

#include <stdlib.h>
#include <time.h>

#include "app/firstrun.h"
#include "base/settings.h"
#include "http/formdata.h"
#include "http/stream.h"
#include "http/webpage.h"
#include "view/fills.h"
#include "view/phrase.h"

enum { FORM_MAX = 16384, ECHO_MAX = 2 << 20, PAUSE_SECONDS = 1 };

struct form_in { struct formdata form; };
static const struct input FORM_IN[] = { IN(FORM, T_WHOLE_FORM, form_in, form), { 0 } };

/* What this visit had to say for itself; texts are shown again. */
struct visit { const struct formdata *form; struct fills_list faults; bool asked; };

static struct str sent(const struct visit *visit, const char *name)
{
    struct str text = visit->form == NULL ? NO_STR : formdata_text(visit->form, name);
    return str_absent(text) ? S("") : text;
}

static struct str origin_of(struct reply *reply)
{
    const struct request *r = reply->request;
    struct str host = request_header(r, S("Host"));
    return str_absent(host) ? reply->cx->set->external_url
                            : str_fmt(reply->cx->mem, "%s://%.*s", r->https ? "https" : "http",
                                      STR_ARG(host));
}

static struct fill checks_of(struct cx *cx, const struct firstrun *place)
{
    static const char *const CLASSES[] = { "good", "note", "bad" };
    static const char *const WORDS[] = { W("Good"), W("Note"), W("Fault") };
    struct fills_list rows = { .mem = cx->mem };
    for (size_t i = 0; i < place->n; i++) {
        const struct firstrun_check *check = &place->checks[i];
        struct fills row = { .mem = cx->mem };
        fills_add(&row, fill_text("tone", str_of(CLASSES[check->state])));
        fills_add(&row, fill_text("word", phrase_of(cx, WORDS[check->state])));
        fills_add(&row, fill_text("what", check->what));
        fills_add(&row, fill_text("said", check->said));
        fills_row(&rows, &row);
    }
    return fills_rows("checks", &rows);
}

static struct str web_root(const struct request *r)
{
    static const char NAME[] = "DOCUMENT_ROOT=";
    for (char *const *at = r->params; *at != NULL; at++)
        if (str_starts(str_of(*at), S("DOCUMENT_ROOT=")))
            return str_of(*at + sizeof NAME - 1);
    return NO_STR;
}

static bool show(struct reply *reply, struct visit *visit)
{
    struct cx *cx = reply->cx;
    struct firstrun place;
    struct fills values = { .mem = cx->mem };
    TRY(firstrun_look(cx, web_root(reply->request), &place));
    if (place.is_installed)
        return fail(cx, E_NOT_FOUND, "Not found", "Larder is installed already");
    if (visit->asked)
        TRY(firstrun_reach(cx, str_fmt(cx->mem, "%.*s%.*s/admin/install",
                                       STR_ARG(origin_of(reply)), STR_ARG(cx->set->base_path)),
                           &place));
    visit->faults.mem = cx->mem;
    struct str url = sent(visit, "url");
    fills_add(&values, fill_text("title", phrase_of(cx, W("Set up Larder"))));
    fills_add(&values, checks_of(cx, &place));
    fills_add(&values, fill_flag("is_ready", place.is_ready));
    fills_add(&values, fills_rows("wrong", &visit->faults));
    fills_add(&values, fills_rows("faults", &(struct fills_list){ .mem = cx->mem }));
    fills_add(&values, fill_flag("faulty", false));
    fills_add(&values, fill_flag("differs", false));
    fills_add(&values, fill_text("label", phrase_of(cx, W("Password"))));
    fills_add(&values, fill_text("token_file", str_fmt(cx->mem, "%.*s/install-token",
                                                       STR_ARG(cx->set->data_dir))));
    fills_add(&values, fill_text("token", sent(visit, "token")));
    fills_add(&values, fill_text("email", sent(visit, "email")));
    fills_add(&values, fill_text("url", url.n > 0 ? url : origin_of(reply)));
    return webpage_reply(reply, "admin/install.html", fills_end(&values));
}

static bool look(struct cx *cx UNUSED, const void *input UNUSED, struct reply *reply)
{
    struct visit visit = { .form = NULL };
    return show(reply, &visit);
}

static void complain(struct cx *cx, struct visit *visit, struct str text)
{
    struct fills row = { .mem = cx->mem };
    visit->faults.mem = cx->mem;
    fills_add(&row, fill_text("text", text));
    fills_row(&visit->faults, &row);
}

static bool refuse(struct cx *cx, struct reply *reply, struct visit *visit)
{
    struct err err = cx->err;
    if (err.kind == E_BROKEN || err.kind == E_CONFLICT)
        return false;
    fail_forget(cx);
    for (size_t i = 0; i < err.item_count; i++)
        complain(cx, visit, phrase_message(cx, err.items[i].message));
    if (err.item_count == 0)
        complain(cx, visit, phrase_message(cx, str_of(err.message)));
    reply_status(reply, err.kind == E_FORBIDDEN ? 403 : 422);
    return show(reply, visit);
}

/* Two buttons: the web server is looked at through itself only for whoever has the token, since
 * the address asked is the one this visit came by. */
static bool act(struct cx *cx, const void *input, struct reply *reply)
{
    const struct form_in *in = input;
    struct visit visit = { .form = &in->form };
    bool is_right;
    TRY(firstrun_token_is(cx, sent(&visit, "token"), &is_right));
    if (str_eq(sent(&visit, "do"), S("check")) && is_right) {
        visit.asked = true;
        return show(reply, &visit);
    }
    if (is_right && !str_eq(sent(&visit, "password"), sent(&visit, "repeat"))) {
        reply_status(reply, 422);
        complain(cx, &visit, phrase_of(cx, W("The two passwords are not the same.")));
        return show(reply, &visit);
    }
    if (!firstrun_install(cx, sent(&visit, "token"), str_trim(sent(&visit, "email")),
                          sent(&visit, "password"), str_trim(sent(&visit, "url"))))
        return refuse(cx, reply, &visit);
    return reply_go(reply, str_fmt(cx->mem, "%.*s/admin/sign-in", STR_ARG(cx->set->base_path)));
}

/* ---- asked by ourselves ---- */

static bool only_before(struct cx *cx, struct reply *reply)
{
    struct firstrun place;
    TRY(firstrun_look(cx, web_root(reply->request), &place));
    return !place.is_installed || fail(cx, E_NOT_FOUND, "Not found", "Larder is installed already");
}

struct echo_out { bool authorization; int64_t bytes; };
static const struct output ECHO_OUT[] = {
    OUT(O_BOOL, echo_out, authorization), OUT(O_INT, echo_out, bytes), { 0 },
};
struct echo_in { struct str body; };
static const struct input ECHO_IN[] = { IN(BODY, T_RAW_BODY, echo_in, body), { 0 } };

static bool echo(struct cx *cx, const void *input, struct reply *reply)
{
    const struct echo_in *in = input;
    TRY(only_before(cx, reply));
    struct echo_out out = { reply->request->authorization.n > 0, (int64_t)in->body.n };
    return reply_with(reply, ECHO_OUT, &out);
}

static bool dribble(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    const struct timespec pause = { .tv_sec = PAUSE_SECONDS };
    TRY(only_before(cx, reply));
    struct sink to = stream_reply(reply, "text/plain", -1);
    TRY(flow_write(cx, to, S("first\n")));
    nanosleep(&pause, NULL);
    return flow_write(cx, to, S("last\n"));
}

const struct route firstpage_routes[] = {
    { GET, "/admin/install", .need = NEED_NOBODY, .errors = SHAPE_PAGE, .run = look,
      .db = DB_UNUSED, .hidden = true, .title = "What this place has and lacks" },
    { POST, "/admin/install", .need = NEED_NOBODY, .errors = SHAPE_PAGE, INPUT(FORM_IN, form_in),
      .run = act, .db = DB_UNUSED, .body_max = FORM_MAX, .waits = true, .hidden = true,
      .title = "Checks the web server, or installs" },
    { POST, "/admin/install/echo", .need = NEED_NOBODY, INPUT(ECHO_IN, echo_in),
      .output = ECHO_OUT, .run = echo, .db = DB_UNUSED, .body_max = ECHO_MAX, .hidden = true,
      .title = "What came through" },
    { GET, "/admin/install/stream", .need = NEED_NOBODY, .run = dribble, .db = DB_UNUSED,
      .streams = true, .waits = true, .hidden = true, .title = "A reply in two pieces" },
    { 0 },
};
