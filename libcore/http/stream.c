/* stream.c — counts what passes between a handler and the gate, and says when it is not whole. */
#include "http/stream.h"

#include "http/exchange.h"

int64_t stream_announced(const struct reply *reply)
{
    return reply->request->declared;
}

static bool too_large(struct cx *cx, int64_t most)
{
    return fail(cx, E_TOO_LARGE, NULL, "The body is larger than %lld bytes", (long long)most);
}

static bool read_piece(struct cx *cx, void *state, char *into, size_t room, size_t *n)
{
    struct stream *stream = state;
    int64_t announced = stream->of->request.declared;
    int64_t left = (announced >= 0 ? announced : stream->most) - stream->got;
    if (announced >= 0 && left < (int64_t)room)
        room = (size_t)left;
    *n = gate_read(stream->of->gate, into, room);
    stream->got += (int64_t)*n;
    if (announced >= 0 && *n < room)
        return fail(cx, E_INVALID, NULL, "The body ended before its announced length");
    return stream->got <= stream->most || too_large(cx, stream->most);
}

bool stream_body(struct reply *reply, int64_t most, struct source *from)
{
    struct stream *stream = reply->stream;
    if (stream == NULL)
        return broken(reply->cx, "a route that does not say .streams wants to");
    stream->most = most;
    *from = (struct source){ .read = read_piece, .state = stream };
    return stream_announced(reply) <= most || too_large(reply->cx, most);
}

static bool gone(struct cx *cx)
{
    return fail(cx, E_GONE, NULL, "Nobody is there any more");
}

static bool begin(struct cx *cx, struct stream *stream)
{
    struct exchange *x = stream->of;
    TRY(reply_finish(&x->reply));
    if (x->request.head || x->reply.type == NULL)
        return gone(cx);
    exchange_seal(x);
    if (x->head.over)
        return broken(cx, "the headers of a streamed reply are too long");
    stream->begun = true;
    return gate_begin(x->gate, buf_text(&x->head)) || gone(cx);
}

static bool write_piece(struct cx *cx, void *state, struct str piece)
{
    struct stream *stream = state;
    if (!stream->begun)
        TRY(begin(cx, stream));
    stream->sent += (int64_t)piece.n;
    if (stream->length >= 0 && stream->sent > stream->length)
        return broken(cx, "a streamed reply is longer than it said");
    return gate_write(stream->of->gate, piece) || gone(cx);
}

struct sink stream_reply(struct reply *reply, const char *type, int64_t length)
{
    struct stream *stream = reply->stream;
    reply->type = type;
    stream->is_wanted = true;
    stream->length = length;
    return (struct sink){ .write = write_piece, .state = stream };
}

bool stream_settle(struct stream *stream, bool well)
{
    struct exchange *x = stream->of;
    if (!stream->is_wanted)
        return well;
    if (!well && x->cx.err.kind == E_GONE && !stream->begun) {
        fail_forget(&x->cx);                    /* the head was all that was asked for           */
        return true;
    }
    if (well && stream->sent < stream->length && !x->request.head)
        well = broken(&x->cx, "a streamed reply is shorter than it said");
    stream->failed = !well;
    return well;
}

void stream_end(struct stream *stream)
{
    if (stream->failed)
        gate_cut(stream->of->gate);
    else
        gate_end(stream->of->gate);
}
