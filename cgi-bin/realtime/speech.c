/* speech.c — frames and blocks. */
#include "speech.h"

#include "base/js.h"
#include "base/when.h"
#include "http/gate.h"

#define PATIENCE (5 * WHEN_SECOND)      /* for the peer to take the rest and go */
enum { EVENT_MAX = 64 << 20, WORDS_MAX = 1024, OVERHEAD = 256 };

struct piece *speech_bytes(struct cx *cx, const struct listener *listener, struct str bytes)
{
    struct buf out;
    if (listener->door != DOOR_FCGI)
        return piece_of(bytes);
    buf_init(&out, cx->mem, bytes.n + OVERHEAD + bytes.n / 1024);
    gate_put(&out, listener->request_id, bytes);
    return piece_of(buf_text(&out));
}

static bool put_text(struct cx *cx, struct listener *listener, struct str bytes)
{
    return listener_put(listener, speech_bytes(cx, listener, bytes));
}

/* --- events ----------------------------------------------------------------------------------- */

static struct piece *make(struct cx *cx, const struct listener *listener, int64_t id,
                          struct str message)
{
    struct buf out;
    buf_init(&out, cx->mem, EVENT_MAX);
    if (listener->kind == METER_WS) {
        ws_put(&out, WS_TEXT, message);
    } else {
        buf_str(&out, S("id: "));
        buf_int(&out, id);
        buf_str(&out, S("\nevent: message\ndata: "));
        buf_str(&out, message);
        buf_str(&out, S("\n\n"));
    }
    return speech_bytes(cx, listener, buf_text(&out));
}

static struct piece *make_item(struct cx *cx, const struct listener *listener, struct str message)
{
    return speech_bytes(cx, listener, str_fmt(cx->mem, "%s%.*s", listener->told > 0 ? "," : "",
                                              STR_ARG(message)));
}

struct piece *speech_event(struct speech *speech, struct cx *cx, const struct listener *listener,
                           int64_t id, const struct str *message)
{
    if (listener->kind == METER_POLL)
        return make_item(cx, listener, *message);
    for (size_t i = 0; i < SPEECH_KEPT; i++)
        if (speech->kept[i].piece != NULL && speech->kept[i].message == message
            && speech->kept[i].id == id && speech->kept[i].kind == listener->kind
            && speech->kept[i].request_id == listener->request_id)
            return piece_use(speech->kept[i].piece);
    struct piece *piece = make(cx, listener, id, *message);
    size_t i = speech->next++ % SPEECH_KEPT;
    piece_drop(speech->kept[i].piece);
    speech->kept[i].message = message;
    speech->kept[i].id = id;
    speech->kept[i].kind = listener->kind;
    speech->kept[i].request_id = listener->request_id;
    speech->kept[i].piece = piece_use(piece);
    return piece;
}

void speech_forget(struct speech *speech)
{
    for (size_t i = 0; i < SPEECH_KEPT; i++)
        piece_drop(speech->kept[i].piece);
    *speech = (struct speech){ .next = 0 };
}

/* --- between events --------------------------------------------------------------------------- */

static struct str iso(struct cx *cx)
{
    struct buf out;
    buf_init(&out, cx->mem, 64);
    when_iso(&out, cx->now);
    return buf_text(&out);
}

static bool put_ws(struct cx *cx, struct listener *listener, enum ws_op op, struct str payload)
{
    struct buf out;
    buf_init(&out, cx->mem, payload.n + OVERHEAD);
    ws_put(&out, op, payload);
    return listener_put(listener, piece_of(buf_text(&out)));
}

bool speech_answer(struct cx *cx, struct listener *listener, struct str json)
{
    return put_ws(cx, listener, WS_TEXT, json);
}

bool speech_control(struct cx *cx, struct listener *listener, enum ws_op op, struct str payload)
{
    return put_ws(cx, listener, op, payload);
}

static bool say(struct cx *cx, struct listener *listener, const char *word, int64_t position)
{
    struct str now = iso(cx);
    if (listener->kind == METER_WS)
        return speech_answer(cx, listener, str_fmt(cx->mem,
            "{\"type\":\"%s\",\"timestamp\":\"%.*s\"}", word, STR_ARG(now)));
    return put_text(cx, listener, str_fmt(cx->mem,
        "id: %lld\nevent: %s\ndata: {\"timestamp\":\"%.*s\"}\n\n", (long long)position, word,
        STR_ARG(now)));
}

/* Every second beat is the heartbeat of the contract; between them a sign of life. */
bool speech_beat(struct cx *cx, struct listener *listener, int64_t position)
{
    bool whole = ++listener->beats % 2 == 0;
    if (listener->kind == METER_POLL)
        return put_text(cx, listener, S(" "));
    if (listener->kind == METER_WS)
        return speech_control(cx, listener, WS_PING, S(""))
            && (!whole || say(cx, listener, "heartbeat", position));
    return whole ? say(cx, listener, "heartbeat", position)
                 : put_text(cx, listener, str_fmt(cx->mem, ": ping - %.*s\nid: %lld\n\n",
                                                  STR_ARG(iso(cx)), (long long)position));
}

bool speech_reset(struct cx *cx, struct listener *listener, int64_t position)
{
    return say(cx, listener, "reset", position);
}

/* Not short: Apache's mod_deflate waits for some 80 bytes, though it then compresses nothing. */
struct str speech_preamble(struct arena *mem, int64_t position)
{
    return str_fmt(mem,
                   ": Events follow. Send the last id as Last-Event-ID to hear what you missed.\n"
                   "retry: 5000\nid: %lld\n\n", (long long)position);
}

/* --- the end ---------------------------------------------------------------------------------- */

static const struct { const char *log, *word; int code; struct str reason; } ENDS[] = {
    [END_SHUTDOWN] = { "shutdown", "shutdown", 1001, S_INIT("The server is restarting") },
    [END_SLOW]     = { "slow", "overflow", 1013, S_INIT("Too slow") },
    [END_TOKEN]    = { "token", NULL, 1008, S_INIT("Token expired") },
    [END_TIME]     = { "time", NULL, 1000, S_INIT("") },
    [END_SILENT]   = { "silent", NULL, 1001, S_INIT("No answer") },
    [END_ANSWERED] = { "answered", NULL, 1000, S_INIT("") },
};

static void finish(struct cx *cx, struct listener *listener, const char *why)
{
    struct buf out;
    if (listener->door == DOOR_FCGI) {
        buf_init(&out, cx->mem, OVERHEAD);
        gate_put_end(&out, listener->request_id);
        listener_put(listener, piece_of(buf_text(&out)));
    }
    listener_end(listener, why, cx->now + PATIENCE);
}

void speech_close(struct cx *cx, struct listener *listener, int code, struct str reason)
{
    struct buf out;
    if (listener->state >= LISTENER_ENDS)
        return;
    buf_init(&out, cx->mem, WORDS_MAX);
    ws_put_close(&out, code, reason);
    listener_put(listener, piece_of(buf_text(&out)));
    finish(cx, listener, "closed");
}

void speech_end(struct cx *cx, struct listener *listener, enum speech_end why, int64_t position)
{
    if (listener->state >= LISTENER_ENDS)
        return;
    listener->ended = ENDS[why].log;
    if (why == END_SLOW)
        meter_add(cx, METER_EVENTS_DROPPED, listener_forget(listener));
    if (listener->kind == METER_WS) {
        speech_close(cx, listener, ENDS[why].code, ENDS[why].reason);
        return;
    }
    if (listener->kind == METER_POLL)
        put_text(cx, listener, str_fmt(cx->mem, "],\"last_id\":%lld}",
                                             (long long)position));
    else if (ENDS[why].word != NULL && why == END_SLOW)     /* the id stays the last one seen */
        put_text(cx, listener, S("event: overflow\ndata: {}\n\n"));
    else if (ENDS[why].word != NULL)
        say(cx, listener, ENDS[why].word, position);
    finish(cx, listener, ENDS[why].log);
}
