/* download.c — headers, conditions and ranges of a file; its bytes, or a word to the web server. */
#include "download.h"

#include "base/url.h"
#include "base/when.h"
#include "files/sniff.h"
#include "http/range.h"
#include "http/request.h"
#include "http/stream.h"

/* What a file could do in a browser, it shall not do here. Chrome shows no PDF in a sandbox. */
#define CAGE "default-src 'none'; style-src 'unsafe-inline'; sandbox"
#define CAGE_OF_PDF "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"

static void put_headers(struct cx *cx, const struct filebytes *file, const struct download *how,
                        struct str modified, struct reply *reply)
{
    bool shown = how->is_inline && sniff_is_shown(file->mime_type);
    bool pdf = shown && str_eq(file->mime_type, S("application/pdf"));
    if (how->by_token) {
        reply_header(reply, "Cache-Control", S("private, no-store"));
        reply_header(reply, "Referrer-Policy", S("no-referrer"));
    }
    reply_etag(reply, file->etag);
    reply_header(reply, "Last-Modified", modified);
    reply_header(reply, "Accept-Ranges", S("bytes"));
    reply_header(reply, "Content-Disposition",
                 filebytes_disposition(cx->mem, file->filename, shown));
    reply_header(reply, "X-Content-Type-Options", S("nosniff"));
    reply_header(reply, "Content-Security-Policy", pdf ? S(CAGE_OF_PDF) : S(CAGE));
}

/* LARDER_SENDFILE is "X-Accel-Redirect /prefix" or "X-Sendfile /folder": the front end's own word
 * that it sends what lies there. It looks at ranges and conditions itself, then. */
static bool leave_to_front(struct cx *cx, const struct filebytes *file, struct reply *reply)
{
    struct str prefix = reply->request->sendfile, name, rest = file->bytes.sendable, segment;
    struct buf where;
    if (str_absent(prefix) || str_absent(rest) || !str_cut(&prefix, ' ', &name))
        return false;
    buf_init(&where, cx->mem, SIZE_MAX);
    buf_str(&where, str_trim(prefix));
    while (str_cut(&rest, '/', &segment)) {
        buf_c(&where, '/');
        url_part(&where, segment);
    }
    reply_header(reply, str_c(cx->mem, name), buf_text(&where));
    return reply_text(reply, str_c(cx->mem, file->mime_type), S(""));
}

static bool send_part(struct cx *cx, const struct filebytes *file, int64_t from, int64_t n,
                      struct reply *reply)
{
    struct source bytes;
    int64_t sent;
    TRY(filebytes_read(cx, file, from, n, &bytes));
    struct sink to = stream_reply(reply, str_c(cx->mem, file->mime_type), n);
    return flow_pass(cx, bytes, to, n, &sent);
}

static bool no_such_part(struct cx *cx, const struct filebytes *file, struct reply *reply)
{
    reply_status(reply, 416);
    reply_header(reply, "Content-Range", str_fmt(cx->mem, "bytes */%lld",
                                                 (long long)file->bytes.size));
    return reply_text(reply, "application/json", S("{\"detail\":\"Range not satisfiable\"}"));
}

/* A range is of the file it was asked of; who asks whether anything changed gets all or none. */
static bool wants_part(struct cx *cx, const struct filebytes *file, const struct download *how,
                       struct str modified, const struct request *request)
{
    struct str tag = str_fmt(cx->mem, "\"%.*s\"", STR_ARG(file->etag));
    return !str_absent(how->range) && !request->head && str_absent(request->if_none_match)
        && (str_absent(how->if_range) || str_eq(how->if_range, tag)
            || str_eq(how->if_range, modified));
}

bool download_send(struct cx *cx, const struct filebytes *file, const struct download *how,
                   struct reply *reply)
{
    struct buf modified;
    int64_t from = 0, n = file->bytes.size;
    buf_init(&modified, cx->mem, 64);
    when_http(&modified, file->modified_at);
    put_headers(cx, file, how, buf_text(&modified), reply);
    if (leave_to_front(cx, file, reply))
        return true;
    if (str_absent(reply->request->if_none_match)
        && str_eq(how->if_modified_since, buf_text(&modified))) {
        reply_empty(reply);
        reply_status(reply, 304);
        return true;
    }
    enum range_kind kind = RANGE_ALL;
    if (wants_part(cx, file, how, buf_text(&modified), reply->request))
        kind = range_read(how->range, file->bytes.size, &from, &n);
    if (kind == RANGE_NONE)
        return no_such_part(cx, file, reply);
    if (kind == RANGE_PART) {
        reply_status(reply, 206);
        reply_header(reply, "Content-Range",
                     str_fmt(cx->mem, "bytes %lld-%lld/%lld", (long long)from,
                             (long long)(from + n - 1), (long long)file->bytes.size));
    }
    return send_part(cx, file, from, n, reply);
}
