/* pagejobs.c — pages: the queue of jobs; one of them, tried anew or called off. */
#include "pagejobs.h"

#include "base/utf8.h"
#include "desk/form.h"
#include "desk/grid.h"
#include "jobs/joblist.h"

enum { REASON_CHARACTERS = 60 };            /* in a list; the job's own page tells all            */
static const char HERE[] = "jobs";
static const char API[] = "/api/v1/dashboard/stats";

/* ---- states ---- */

static const struct state { const char *name, *label; enum grid_tone tone; } STATES[] = {
    { "pending", W("waits"), GRID_PLAIN },      { "running", W("at work"), GRID_PLAIN },
    { "retrying", W("waits for another try"), GRID_WARNING },
    { "completed", W("done"), GRID_GOOD },      { "failed", W("failed"), GRID_BAD },
    { "dead", W("given up"), GRID_BAD },
};

static const struct state *state_of(struct str name)
{
    for (size_t i = 0; i < COUNT(STATES); i++)
        if (str_eq(name, str_of(STATES[i].name)))
            return &STATES[i];
    return &STATES[0];
}

/* ---- the list ---- */

struct list_in { struct str status, handler; int64_t offset; };
static const struct input LIST_IN[] = {
    IN(QUERY, T_TEXT, list_in, status), IN(QUERY, T_TEXT, list_in, handler),
    IN(QUERY, T_INT, list_in, offset, .least = 0, .most = 1000000000), { 0 },
};
static const struct form_field FILTER[] = {
    { "status", FORM_CHOICE, .label = W("State") }, { "handler", FORM_CHOICE, .label = W("Kind") },
    { 0 },
};
static const struct grid_column COLUMNS[] = {
    { .label = W("Kind") }, { .label = W("State") }, { .label = W("Tries"), .kind = GRID_NUMBER },
    { .label = W("Put in"), .kind = GRID_TIME }, { .label = W("Last change"), .kind = GRID_TIME },
    { .label = W("What went wrong") }, { 0 },
};

static int64_t last_change(const struct joblist_job *job)
{
    return job->completed_at != 0 ? job->completed_at
         : job->started_at > job->failed_at ? job->started_at : job->failed_at;
}

static struct str reason_of(struct cx *cx, const struct joblist_job *job)
{
    if (utf8_count(job->error_message) <= REASON_CHARACTERS)
        return job->error_message;
    return str_fmt(cx->mem, "%.*s…",
                   STR_ARG(utf8_tidy(cx->mem, job->error_message, REASON_CHARACTERS)));
}

static bool put_filter(struct desk *desk, const struct list_in *in)
{
    struct cx *cx = desk->cx;
    struct form_option states[COUNT(STATES) + 1] = { { S(""), phrase_of(cx, W("Any")) } };
    struct form filter;
    struct str *names;
    size_t n;
    TRY(joblist_handlers(cx, &names, &n));
    struct form_option *kinds = arena_list(cx->mem, struct form_option, n + 1);
    for (size_t i = 0; i < COUNT(STATES); i++)
        states[i + 1] = (struct form_option){ str_of(STATES[i].name),
                                              phrase_of(cx, STATES[i].label) };
    kinds[0] = states[0];
    for (size_t i = 0; i < n; i++)
        kinds[i + 1] = (struct form_option){ names[i], names[i] };
    form_init(&filter, cx, FILTER);
    form_options(&filter, "status", states, COUNT(states));
    form_options(&filter, "handler", kinds, n + 1);
    form_set(&filter, "status", in->status);
    form_set(&filter, "handler", in->handler);
    filter.is_get = true;
    filter.submit = W("Show");
    form_put(&filter, desk, "filter");
    return true;
}

static void put_jobs(struct desk *desk, const struct joblist_page *found, int64_t offset)
{
    struct cx *cx = desk->cx;
    struct grid grid;
    grid_init(&grid, desk, COLUMNS, W("Jobs"));
    for (size_t i = 0; i < found->n; i++) {
        const struct joblist_job *job = &found->at[i];
        const struct state *state = state_of(job->status);
        grid_row(&grid);
        grid_link(&grid, job->handler, DESK_PATH(cx, S("jobs"), job->id));
        grid_badge(&grid, state->tone, phrase_of(cx, state->label));
        grid_text(&grid, str_fmt(cx->mem, "%lld / %lld", (long long)job->attempt_number,
                                 (long long)job->max_retries));
        grid_time(&grid, job->created_at);
        grid_time(&grid, last_change(job));
        grid_text(&grid, reason_of(cx, job));
    }
    grid_empty(&grid, W("No job is like that."), NULL, NO_STR);
    grid_pages(&grid, offset, desk->rows, found->is_more ? -1 : found->total);
    grid_put(&grid, "table");
}

static bool list(struct cx *cx, const void *input, struct reply *reply)
{
    const struct list_in *in = input;
    struct joblist_page found;
    struct desk desk;
    desk_open(&desk, reply, HERE, phrase_of(cx, W("Jobs")));
    TRY(put_filter(&desk, in));
    TRY(joblist_read(cx, &(struct joblist_query){ .status = in->status, .handler = in->handler,
                                                  .skip = in->offset, .limit = desk.rows },
                     &found));
    desk_api(&desk, "GET", str_of(API), NO_STR, S("client.dashboard.getStats()"));
    put_jobs(&desk, &found, in->offset);
    return desk_show(&desk, "admin/list.html");
}

/* ---- one ---- */

struct one_in { struct str id; struct formdata form; };
static const struct input ONE_IN[] = { IN(PATH, T_TEXT, one_in, id), { 0 } };
static const struct input POSTED_IN[] = {
    IN(PATH, T_TEXT, one_in, id), IN(FORM, T_WHOLE_FORM, one_in, form), { 0 },
};

static void put_times(struct desk *desk, const struct joblist_job *job)
{
    struct fills *values = &desk->values;
    desk_time(values, "created_iso", "created_text", job->created_at);
    desk_time(values, "due_iso", "due_text", job->run_at);
    desk_time(values, "started_iso", "started_text", job->started_at);
    desk_time(values, "completed_iso", "completed_text", job->completed_at);
    desk_time(values, "failed_iso", "failed_text", job->failed_at);
}

static bool show(struct cx *cx, const void *input, struct reply *reply)
{
    static const char *const TONES[] = { "", "good", "warning", "bad" };
    const struct one_in *in = input;
    struct joblist_job job;
    struct desk desk;
    TRY(joblist_find(cx, in->id, &job));
    const struct state *state = state_of(job.status);
    desk_open(&desk, reply, HERE, job.handler);
    desk_crumb(&desk, phrase_of(cx, W("Jobs")), S("/admin/jobs"));
    desk_api(&desk, "GET", str_of(API), NO_STR, S("client.dashboard.getStats()"));
    desk_put(&desk, fill_text("id", job.id));
    desk_put(&desk, fill_text("state", phrase_of(cx, state->label)));
    desk_put(&desk, fill_text("tone", str_of(TONES[state->tone])));
    desk_put(&desk, fill_int("tries", job.attempt_number));
    desk_put(&desk, fill_int("most", job.max_retries));
    desk_put(&desk, fill_text("queue", job.queue));
    desk_put(&desk, fill_text("error_message", job.error_message));
    desk_put(&desk, fill_text("account_id", job.account_id));
    desk_put(&desk, fill_text("created_by", job.created_by));
    desk_put(&desk, fill_text("retry", joblist_may_retry(&job)
                              ? DESK_PATH(cx, S("jobs"), job.id, S("retry")) : S("")));
    desk_put(&desk, fill_text("call_off", joblist_may_cancel(&job)
                              ? DESK_PATH(cx, S("jobs"), job.id, S("cancel")) : S("")));
    put_times(&desk, &job);
    return desk_show(&desk, "admin/job.html");
}

static bool retry(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(joblist_retry(cx, in->id));
    return desk_go(reply, DESK_PATH(cx, S("jobs"), in->id),
                   phrase_of(cx, W("The job is tried anew.")));
}

static bool cancel(struct cx *cx, const void *input, struct reply *reply)
{
    const struct one_in *in = input;
    TRY(joblist_cancel(cx, in->id));
    return desk_go(reply, DESK_PATH(cx, S("jobs"), in->id),
                   phrase_of(cx, W("The job is called off.")));
}

#define PAGE .need = NEED_SUPERADMIN, .errors = SHAPE_PAGE, .hidden = true
const struct route pagejobs_routes[] = {
    { GET, "/admin/jobs", PAGE, INPUT(LIST_IN, list_in), .run = list, .title = "Jobs" },
    { GET, "/admin/jobs/{id}", PAGE, INPUT(ONE_IN, one_in), .run = show, .title = "A job" },
    { POST, "/admin/jobs/{id}/retry", PAGE, INPUT(POSTED_IN, one_in), .run = retry,
      .title = "Try a job anew" },
    { POST, "/admin/jobs/{id}/cancel", PAGE, INPUT(POSTED_IN, one_in), .run = cancel,
      .title = "Call a job off" },
    { 0 },
};
