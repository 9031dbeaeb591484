/* health.c — /health, /ready, /live and the root of the API. */
#include "health.h"

#include "app/boot.h"

struct named { struct str name, version, api_version; };
static const struct output ROOT_OUT[] = {
    OUT(O_TEXT, named, name), OUT(O_TEXT, named, version), OUT(O_TEXT, named, api_version), { 0 },
};

struct state { struct str status, service, version, database; bool audit_logging_enabled; };
static const struct output HEALTH_OUT[] = {
    OUT(O_TEXT, state, status), OUT(O_TEXT, state, service), OUT(O_TEXT, state, version),
    OUT(O_BOOL, state, audit_logging_enabled), { 0 },
};
static const struct output READY_OUT[] = {
    OUT(O_TEXT, state, status), OUT(O_TEXT, state, service), OUT(O_TEXT, state, version),
    OUT(O_TEXT, state, database), OUT(O_BOOL, state, audit_logging_enabled), { 0 },
};
static const struct output NOT_READY_OUT[] = {
    OUT(O_TEXT, state, status), OUT(O_TEXT, state, service), OUT(O_TEXT, state, database), { 0 },
};
static const struct output LIVE_OUT[] = {
    OUT(O_TEXT, state, status), OUT(O_TEXT, state, service), OUT(O_TEXT, state, version), { 0 },
};

static struct state state_of(const struct cx *cx, struct str status)
{
    return (struct state){ .status = status, .service = cx->set->app_name,
                           .version = cx->set->app_version, .database = S("connected"),
                           .audit_logging_enabled = cx->set->audit_logging_enabled };
}

static bool root(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    const struct named named = { cx->set->app_name, cx->set->app_version, S("v1") };
    return reply_with(reply, ROOT_OUT, &named);
}

static bool health(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    const struct state state = state_of(cx, S("healthy"));
    return reply_with(reply, HEALTH_OUT, &state);
}

static bool ready(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    struct state state = state_of(cx, S("ready"));
    if (boot_database_answers(cx))
        return reply_with(reply, READY_OUT, &state);
    fail_forget(cx);
    state.status = S("not_ready");
    state.database = S("disconnected");
    reply_status(reply, 503);
    reply_header(reply, "Retry-After", S("1"));
    return reply_with(reply, NOT_READY_OUT, &state);
}

static bool live(struct cx *cx, const void *input UNUSED, struct reply *reply)
{
    const struct state state = state_of(cx, S("alive"));
    return reply_with(reply, LIVE_OUT, &state);
}

const struct route health_routes[] = {
    { GET, "/api/v1", NEED_NOBODY, .output = ROOT_OUT, .run = root, .db = DB_UNUSED,
      .title = "What answers here" },
    { GET, "/health", NEED_NOBODY, .output = HEALTH_OUT, .run = health, .db = DB_UNUSED,
      .title = "Whether the programs run" },
    { GET, "/ready", NEED_NOBODY, .output = READY_OUT, .run = ready, .db = DB_IF_THERE,
      .title = "Whether the database answers too" },
    { GET, "/live", NEED_NOBODY, .output = LIVE_OUT, .run = live, .db = DB_UNUSED,
      .title = "Whether this process answers" },
    { 0 },
};
