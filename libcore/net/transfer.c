/* transfer.c — sets a transfer of libcurl up, watches over it and says in words how it failed. */
#include "net/transfer.h"

#include <string.h>
#include <sys/socket.h>

#include "net/guard.h"

static curl_socket_t open_socket(void *state, curlsocktype purpose UNUSED,
                                 struct curl_sockaddr *to)
{
    struct transfer *t = state;
    if (!t->trusted && (t->refused || !guard_allows(t->cx->set, &to->addr))) {
        t->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* Less than was offered ends the transfer. */
static size_t take_body(char *p, size_t size, size_t n, void *state)
{
    struct transfer *t = state;
    if (t->take != NULL)
        return t->take(t->state, t, (struct str){ p, size * n }) ? n : 0;
    buf_put(&t->in, p, size * n);
    return t->in.over ? 0 : n;
}

static size_t take_line(char *p, size_t size, size_t n, void *state)
{
    struct transfer *t = state;
    struct str line = str_trim((struct str){ p, size * n });
    if (line.n > 3 && (line.p[0] == '4' || line.p[0] == '5'))
        t->refusal = str_copy(t->cx->mem, line);
    if (t->line != NULL)
        t->line(t->state, line);
    return n;
}

static size_t give(char *into, size_t size, size_t n, void *state)
{
    struct transfer *t = state;
    struct str piece = str_sub(t->out, 0, size * n);
    memcpy(into, piece.p, piece.n);
    t->out = str_sub(t->out, piece.n, t->out.n);
    return piece.n;
}

bool transfer_open(struct cx *cx, int64_t timeout_ms, bool trusted, size_t most,
                   struct transfer *t)
{
    *t = (struct transfer){ .cx = cx, .trusted = trusted, .curl = curl_easy_init() };
    if (t->curl == NULL)
        return false;
    buf_init(&t->in, cx->mem, most);
    transfer_set(t, CURLOPT_ERRORBUFFER, t->error);
    transfer_set(t, CURLOPT_NOSIGNAL, 1L);
    transfer_set(t, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    transfer_set(t, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
    transfer_set(t, CURLOPT_PROXY, "");
    transfer_set(t, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    transfer_set(t, CURLOPT_OPENSOCKETDATA, t);
    transfer_set(t, CURLOPT_WRITEFUNCTION, take_body);
    transfer_set(t, CURLOPT_WRITEDATA, t);
    transfer_set(t, CURLOPT_HEADERFUNCTION, take_line);
    transfer_set(t, CURLOPT_HEADERDATA, t);
    transfer_set(t, CURLOPT_SSL_VERIFYPEER, 1L);
    transfer_set(t, CURLOPT_SSL_VERIFYHOST, 2L);
    return true;
}

void transfer_patient(struct transfer *t, int64_t timeout_ms)
{
    transfer_set(t, CURLOPT_TIMEOUT_MS, 0L);
    transfer_set(t, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
    transfer_set(t, CURLOPT_LOW_SPEED_LIMIT, 1L);
    transfer_set(t, CURLOPT_LOW_SPEED_TIME, (long)((timeout_ms + 999) / 1000));
}

void transfer_line(struct transfer *t, struct str line)
{
    struct curl_slist *longer = curl_slist_append(t->lines, str_c(t->cx->mem, line));
    if (longer != NULL)
        t->lines = longer;
    else
        t->unable = true;
}

void transfer_upload(struct transfer *t, struct str what)
{
    t->out = what;
    transfer_set(t, CURLOPT_UPLOAD, 1L);
    transfer_set(t, CURLOPT_INFILESIZE_LARGE, (curl_off_t)what.n);
    transfer_set(t, CURLOPT_READFUNCTION, give);
    transfer_set(t, CURLOPT_READDATA, t);
}

bool transfer_run(struct transfer *t, struct trouble *trouble, CURLcode *code)
{
    *trouble = (struct trouble){ NULL, false };
    *code = t->unable ? CURLE_FAILED_INIT : curl_easy_perform(t->curl);
    if (*code == CURLE_OK)
        return true;
    trouble->timed_out = *code == CURLE_OPERATION_TIMEDOUT;
    if (t->refused)
        trouble->why = "The address is private and may not be called";
    else if (t->in.over)
        trouble->why = "The reply is too large";
    else
        trouble->why = trouble_line(t->cx->mem, str_of(t->error[0] != '\0' ? t->error
                                                     : curl_easy_strerror(*code)));
    return false;
}

void transfer_close(struct transfer *t)
{
    curl_slist_free_all(t->lines);
    curl_easy_cleanup(t->curl);
    t->lines = NULL;
    t->curl = NULL;
}
