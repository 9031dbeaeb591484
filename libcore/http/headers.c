/* headers.c — writes header lines and the constant block of them. */
#include "http/headers.h"

#define BLOCK_MAX 8192

void headers_line(struct buf *head, const char *name, struct str value)
{
    buf_str(head, str_of(name));
    buf_str(head, S(": "));
    buf_str(head, value);
    buf_str(head, S("\r\n"));
}

struct str headers_fixed(struct arena *mem, const struct settings *set)
{
    struct buf b;
    buf_init(&b, mem, BLOCK_MAX);
    headers_line(&b, "Cache-Control", S("no-store"));
    if (!set->security_headers_enabled)
        return buf_text(&b);
    headers_line(&b, "X-Content-Type-Options", S("nosniff"));
    headers_line(&b, "X-Frame-Options", S("DENY"));
    headers_line(&b, "X-XSS-Protection", S("1; mode=block"));
    headers_line(&b, "Referrer-Policy", S("strict-origin-when-cross-origin"));
    headers_line(&b, "Content-Security-Policy", set->csp_policy);
    headers_line(&b, "Permissions-Policy", set->permissions_policy);
    if (settings_is_production(set))
        headers_line(&b, "Strict-Transport-Security",
                     str_fmt(mem, "max-age=%lld; includeSubDomains", (long long)set->hsts_max_age));
    return buf_text(&b);
}

const char *headers_reason(int status)
{
    static const struct { int status; const char *reason; } REASONS[] = {
        { 101, "Switching Protocols" },
        { 200, "OK" }, { 201, "Created" }, { 202, "Accepted" }, { 204, "No Content" },
        { 206, "Partial Content" },
        { 301, "Moved Permanently" }, { 302, "Found" }, { 303, "See Other" },
        { 304, "Not Modified" }, { 307, "Temporary Redirect" },
        { 400, "Bad Request" }, { 401, "Unauthorized" },
        { 403, "Forbidden" }, { 404, "Not Found" }, { 405, "Method Not Allowed" },
        { 409, "Conflict" }, { 412, "Precondition Failed" }, { 413, "Content Too Large" },
        { 416, "Range Not Satisfiable" },
        { 422, "Unprocessable Content" }, { 426, "Upgrade Required" },
        { 429, "Too Many Requests" }, { 500, "Internal Server Error" },
        { 503, "Service Unavailable" }, { 507, "Insufficient Storage" },
    };
    for (size_t i = 0; i < COUNT(REASONS); i++)
        if (REASONS[i].status == status)
            return REASONS[i].reason;
    return "Other";
}
