/* call.c — an HTTP request by libcurl. */
#include "net/call.h"

#include <string.h>

#include "net/transfer.h"

enum { TIMEOUT_MS = 10000, MOST = 65536 };

static bool is_one_line(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return true;
}

static bool put_headers(struct transfer *t, const struct call *call)
{
    for (size_t i = 0; i < call->header_count; i++) {
        const struct call_header *header = &call->headers[i];
        if (!is_one_line(header->value))
            return false;
        transfer_line(t, str_fmt(t->cx->mem, "%s: %.*s", header->name, STR_ARG(header->value)));
    }
    transfer_line(t, S("Expect:"));
    transfer_set(t, CURLOPT_HTTPHEADER, t->lines);
    return true;
}

static void put_body(struct transfer *t, const struct call *call)
{
    if (strcmp(call->method, "HEAD") == 0) {
        transfer_set(t, CURLOPT_NOBODY, 1L);
        return;
    }
    if (!str_absent(call->body)) {
        transfer_set(t, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.n);
        transfer_set(t, CURLOPT_POSTFIELDS, call->body.p);
    }
    transfer_set(t, CURLOPT_CUSTOMREQUEST, call->method);
}

bool call_send(struct cx *cx, const struct call *call, struct call_reply *reply,
               struct trouble *trouble)
{
    struct transfer t SCOPED(transfer_close) = { .curl = NULL };
    CURLcode code;
    long status = 0;
    curl_off_t first = 0, whole = 0;
    size_t most = call->most != 0 ? call->most : MOST;
    *reply = (struct call_reply){ .status = 0 };
    *trouble = (struct trouble){ "The call cannot be made", false };
    if (!is_one_line(call->url)
        || !transfer_open(cx, call->timeout_ms != 0 ? call->timeout_ms : TIMEOUT_MS, call->trusted,
                          most, &t)
        || !put_headers(&t, call))
        return false;
    transfer_set(&t, CURLOPT_URL, str_c(cx->mem, call->url));
    transfer_set(&t, CURLOPT_PROTOCOLS_STR, call->is_plain ? "http,https" : "https");
    transfer_set(&t, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    transfer_set(&t, CURLOPT_USERAGENT, "Larder");
    put_body(&t, call);
    if (!transfer_run(&t, trouble, &code))
        return false;
    curl_easy_getinfo(t.curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(t.curl, CURLINFO_STARTTRANSFER_TIME_T, &first);
    curl_easy_getinfo(t.curl, CURLINFO_TOTAL_TIME_T, &whole);
    *reply = (struct call_reply){ (int)status, buf_text(&t.in), first, whole };
    return true;
}
