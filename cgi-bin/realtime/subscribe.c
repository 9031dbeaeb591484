/* subscribe.c — GET /realtime/subscribe and /realtime/ws: parameters, callers, refusals. */
#include "subscribe.h"

#include "base/num.h"
#include "base/settings.h"
#include "base/url.h"
#include "base/when.h"
#include "http/cors.h"
#include "http/ratelimit.h"
#include "http/stream.h"
#include "identity/account.h"
#include "talk.h"

#define EVENT_STREAM "text/event-stream; charset=utf-8"
enum { LONGEST_WAIT = 25, NAME_MOST = 255, FILTER_MOST = 4096 };

struct subscribe_in {
    struct str token, collection, collections, filter, last_event_id, account_id, query;
    int64_t since, wait;
    bool poll;
};

/* --- who -------------------------------------------------------------------------------------- */

/* compat: the token of the query goes before the header; a key of the old kind is no bearer. */
static struct credentials given_by(const struct request *r, struct str token, struct str protocol)
{
    struct str text = token.n > 0 ? token : protocol;
    if (str_starts(text, S("sb_sk_")))
        return (struct credentials){ .api_key = text };
    if (text.n > 0)
        return (struct credentials){ .bearer = text };
    if (str_starts_nocase(r->authorization, S("Bearer ")))
        return (struct credentials){
            .bearer = str_trim(str_sub(r->authorization, 7, SIZE_MAX)) };
    return (struct credentials){ .api_key = r->api_key };
}

/* *why: a refusal in the words of the contract; NULL: they are somebody. False: nobody knows. */
static bool identify(struct cx *cx, struct arrival *arrival, const char **why)
{
    *why = NULL;
    if (!arrival->is_ready)
        return fail(cx, E_BUSY, NULL, "The database cannot be reached; try again in a moment");
    if (!actor_present(&arrival->given))
        *why = "Missing token";
    else if (!actor_identify(cx, &arrival->given, &arrival->who))
        *why = "Invalid token";
    if (*why == NULL)
        cx->who = &arrival->who;
    if (cx->err.kind != E_NONE && cx->err.kind != E_UNAUTHENTICATED
        && cx->err.kind != E_FORBIDDEN)
        return false;
    fail_forget(cx);
    return true;
}

static bool too_many(struct cx *cx, const char *whose, int64_t most)
{
    fail_detail(cx, E_TOO_MANY, "Too many open connections (%lld per %s)", (long long)most, whose);
    cx->err.retry_after = 5;
    return false;
}

static bool has_place(struct cx *cx, const struct arrival *arrival)
{
    const struct settings *set = cx->set;
    const struct bearers *bearers = &arrival->delivery->audience->bearers;
    if (arrival->is_full)
        return fail_detail(cx, E_BUSY, "Too many streams are open; try again in a moment");
    if ((int64_t)bearer_count_user(bearers, arrival->who.id) >= set->realtime_connections_per_user)
        return too_many(cx, "user", set->realtime_connections_per_user);
    if ((int64_t)bearer_count_account(bearers, arrival->who.account_id)
        >= set->realtime_connections_per_account)
        return too_many(cx, "account", set->realtime_connections_per_account);
    return true;
}

/* Another account than one's own, or all of them: superadmins. */
static bool find_account(struct cx *cx, struct str wanted, struct arrival *arrival)
{
    struct account account;
    bool found;
    arrival->account_id = arrival->who.account_id;
    if (str_absent(wanted) || wanted.n == 0 || str_eq(wanted, arrival->who.account_id))
        return true;
    if (!arrival->who.is_superadmin)
        return fail_detail(cx, E_FORBIDDEN, "Superadmin access required");
    arrival->account_id = NO_STR;
    if (str_eq(wanted, S("*")))
        return true;
    TRY(account_resolve(cx, wanted, &found, &account));
    arrival->account_id = account.id;
    return found || fail_detail(cx, E_NOT_FOUND, "Account '%.*s' not found", STR_ARG(wanted));
}

/* --- what ------------------------------------------------------------------------------------- */

static unsigned operations_of(struct str list)
{
    struct str name;
    unsigned out = 0;
    while (str_cut(&list, ',', &name))
        out |= talk_operation(str_trim(name));
    return out;
}

static size_t last_colon(struct str s)
{
    size_t at = s.n;
    while (at > 0 && s.p[at - 1] != ':')
        at--;
    return at;
}

/* "name" or "name:create,update"; named again, the last counts; past the hundredth none does. */
static void add_watch(struct arrival *arrival, struct str value)
{
    size_t colon = last_colon(value), i = 0;
    struct live_watch watch = { .collection = value, .operations = LIVE_OP_ALL };
    if (colon > 0) {
        watch.collection = str_sub(value, 0, colon - 1);
        watch.operations = operations_of(str_sub(value, colon, SIZE_MAX));
    }
    if (watch.collection.n == 0 || watch.collection.n > NAME_MOST)
        return;
    while (i < arrival->watch_count && !str_eq(arrival->watches[i].collection, watch.collection))
        i++;
    if (i == LISTENER_WATCHES)
        return;
    arrival->watches[i] = watch;
    arrival->watch_count += i == arrival->watch_count;
}

static bool read_watches(struct cx *cx, struct str query, struct str filter,
                         struct arrival *arrival)
{
    struct str name, value;
    bool bad = false;
    while (url_pair(cx->mem, &query, &name, &value, &bad))
        if (!bad && (str_eq(name, S("collection")) || str_eq(name, S("collections"))))
            add_watch(arrival, value);
    if (filter.n > 0 && arrival->watch_count != 1)
        return fail_detail(cx, E_UNPROCESSABLE, "A filter needs exactly one collection");
    if (arrival->watch_count == 0)
        arrival->watches[arrival->watch_count++] = (struct live_watch){
            .collection = S(""), .operations = LIVE_OP_ALL };
    for (size_t i = 0; i < arrival->watch_count; i++) {
        arrival->watches[i].account_id = arrival->account_id;
        arrival->watches[i].who = &arrival->who;
    }
    if (filter.n == 0)
        return true;
    arrival->watches[0].filter = filter;
    if (live_check(cx, &arrival->watches[0]))
        return true;
    if (cx->err.kind == E_INVALID)
        cx->err.kind = E_UNPROCESSABLE;
    return false;
}

/* --- from where ------------------------------------------------------------------------------- */

static bool find_place(struct cx *cx, struct arrival *arrival, int64_t since, struct str id)
{
    int64_t floor;
    bool reads = true;
    if (since < 0 && str_absent(id)) {
        arrival->since = -1;
        return true;
    }
    if (since < 0)
        reads = num_int(id, &since);
    TRY(tail_floor(cx, &floor));
    arrival->is_reset = !reads || since < floor || since > arrival->delivery->newest;
    arrival->since = arrival->is_reset ? -1 : since;
    return true;
}

static int64_t place_of(const struct arrival *arrival)
{
    return arrival->since >= 0 ? arrival->since : arrival->delivery->position;
}

/* --- server-sent events and long polls -------------------------------------------------------- */

static bool say_stream(struct cx *cx, const struct arrival *arrival, struct reply *reply)
{
    struct str first = speech_preamble(cx->mem, place_of(arrival));
    reply_header(reply, "X-Accel-Buffering", S("no"));
    reply_header(reply, "Cache-Control", S("no-store"));
    return flow_write(cx, stream_reply(reply, EVENT_STREAM, -1), first);
}

static bool say_poll(struct cx *cx, struct arrival *arrival, int64_t wait, struct reply *reply)
{
    arrival->kind = METER_POLL;
    arrival->wait_us = wait * WHEN_SECOND;
    reply_header(reply, "X-Accel-Buffering", S("no"));
    struct sink to = stream_reply(reply, "application/json", -1);
    if (!arrival->is_reset)
        return flow_write(cx, to, S("{\"events\":["));
    return flow_write(cx, to, str_fmt(cx->mem, "{\"events\":[],\"last_id\":%lld,\"reset\":true}",
                                      (long long)place_of(arrival)));
}

static bool refuse(struct cx *cx, const char *why)
{
    fail_detail(cx, E_UNAUTHENTICATED, "%s", why);
    cx->err.challenge = true;
    return false;
}

static bool subscribe(struct cx *cx, const void *input, struct reply *reply)
{
    const struct subscribe_in *in = input;
    struct arrival *arrival = reply->host;
    struct str id = in->last_event_id;
    const char *why;
    arrival->given = given_by(reply->request, in->token, NO_STR);
    TRY(identify(cx, arrival, &why));
    if (why != NULL)
        return refuse(cx, why);
    TRY(has_place(cx, arrival));
    TRY(find_account(cx, in->account_id, arrival));
    TRY(read_watches(cx, in->query, in->filter, arrival));
    if (str_absent(id))
        id = request_header(reply->request, S("Last-Event-ID"));
    TRY(find_place(cx, arrival, in->since, id));
    arrival->kind = METER_SSE;
    TRY(in->poll ? say_poll(cx, arrival, in->wait, reply) : say_stream(cx, arrival, reply));
    arrival->stays = !in->poll || !arrival->is_reset;
    arrival->correlation = cx->correlation_id;
    return true;
}

/* --- WebSocket -------------------------------------------------------------------------------- */

struct socket_in { struct str token, account_id; int64_t since; };

static bool asks_to_upgrade(const struct request *r)
{
    return !str_absent(r->upgrades)
        && str_eq_nocase(str_trim(request_header(r, S("Upgrade"))), S("websocket"))
        && str_eq(request_header(r, S("Sec-WebSocket-Version")), S("13"));
}

/* At once, where no upgrade can be: the SDK then listens for server-sent events instead. */
static bool no_upgrade(struct reply *reply)
{
    reply_status(reply, 426);
    reply_header(reply, "Upgrade", S("websocket"));
    reply_header(reply, "Sec-WebSocket-Version", S("13"));
    js_object(reply_js(reply), NULL);
    js_text(reply_js(reply), "detail", S("This is a WebSocket; use /realtime/subscribe instead"));
    js_end(reply_js(reply));
    return true;
}

/* compat: a bad token is told by closing what was opened, which is what pages can see of it; who
 * keeps on is refused before. */
static bool find_caller(struct cx *cx, const struct socket_in *in, struct reply *reply,
                        struct str protocol)
{
    struct arrival *arrival = reply->host;
    const char *why;
    arrival->given = given_by(reply->request, in->token, protocol);
    TRY(identify(cx, arrival, &why));
    if (why == NULL)
        return has_place(cx, arrival) && find_account(cx, in->account_id, arrival)
            && find_place(cx, arrival, in->since, NO_STR);
    TRY(ratelimit_bad_handshake(cx, reply->request));
    arrival->refusal = actor_present(&arrival->given) ? S("Authentication failed")
                                                      : S("Missing token");
    return true;
}

static bool open_socket(struct cx *cx, const void *input, struct reply *reply)
{
    const struct socket_in *in = input;
    const struct request *r = reply->request;
    struct arrival *arrival = reply->host;
    struct str protocol = request_header(r, S("Sec-WebSocket-Protocol"));
    if (!asks_to_upgrade(r) || r->head)
        return no_upgrade(reply);
    struct str accept = ws_accept(cx->mem, str_trim(request_header(r, S("Sec-WebSocket-Key"))));
    if (str_absent(accept))
        return fail_detail(cx, E_INVALID, "Sec-WebSocket-Key is not one");
    if (!cors_may_connect(cx->set, r))
        return fail_detail(cx, E_FORBIDDEN, "This origin may not connect");
    TRY(find_caller(cx, in, reply, protocol));
    reply_status(reply, 101);
    reply_header(reply, "Upgrade", S("websocket"));
    reply_header(reply, "Sec-WebSocket-Accept", accept);
    if (in->token.n == 0 && protocol.n > 0)
        reply_header(reply, "Sec-WebSocket-Protocol", protocol);
    arrival->kind = METER_WS;
    arrival->stays = true;
    arrival->correlation = cx->correlation_id;
    return true;
}

/* --- routes ----------------------------------------------------------------------------------- */

static const struct input SUBSCRIBE_IN[] = {
    IN(QUERY, T_SECRET, subscribe_in, token, .about = "a token or key, where no header can be"
       " sent"),
    IN(QUERY, T_TEXT, subscribe_in, collection, .about = "as collections"),
    IN(QUERY, T_TEXT, subscribe_in, collections, .about = "a name, or name:create,update;"
       " may be repeated. None: everything that the caller may view"),
    IN(QUERY, T_TEXT, subscribe_in, filter, .max = FILTER_MOST,
       .about = "which records of the one collection"),
    IN(QUERY, T_INT, subscribe_in, since, .least = 0, .most = INT64_MAX, .otherwise = -1,
       .about = "the id after which to begin; what is still kept is told again"),
    IN(QUERY, T_TEXT, subscribe_in, last_event_id, .about = "as since; also the header"
       " Last-Event-ID"),
    IN(QUERY, T_TEXT, subscribe_in, account_id, .about = "another account, or * for all:"
       " superadmins"),
    IN(QUERY, T_BOOL, subscribe_in, poll, .about = "a long poll: answers with"
       " {\"events\":[…],\"last_id\":…} once there are some"),
    IN(QUERY, T_INT, subscribe_in, wait, .least = 0, .most = LONGEST_WAIT,
       .otherwise = LONGEST_WAIT, .about = "seconds that a long poll waits"),
    IN(QUERY, T_WHOLE_QUERY, subscribe_in, query),
    { 0 },
};
static const struct input SOCKET_IN[] = {
    IN(QUERY, T_SECRET, socket_in, token, .about = "a token or key; else"
       " Sec-WebSocket-Protocol, else Authorization"),
    IN(QUERY, T_TEXT, socket_in, account_id, .about = "another account, or * for all:"
       " superadmins"),
    IN(QUERY, T_INT, socket_in, since, .least = 0, .most = INT64_MAX, .otherwise = -1,
       .about = "the id after which its subscriptions begin"),
    { 0 },
};

const struct route subscribe_routes[] = {
    { GET, "/api/v1/realtime/subscribe", .need = NEED_NOBODY, INPUT(SUBSCRIBE_IN, subscribe_in),
      .run = subscribe, .streams = true, .waits = true,
      .title = "Listen to changes of records",
      .about = "Server-sent events: each with its id, from which a client that was away goes on."
               " An event `reset` says that the place is gone: read afresh. Needs a token." },
    { GET, "/api/v1/realtime/ws", .need = NEED_NOBODY, INPUT(SOCKET_IN, socket_in),
      .run = open_socket, .waits = true, .title = "Listen to changes over a WebSocket",
      .about = "Subscribe with {\"action\":\"subscribe\",\"collection\":\"posts\"}. 426 where"
               " connections cannot be upgraded. Needs a token." },
    { 0 },
};
