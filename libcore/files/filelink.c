/* filelink.c — signs and checks links. */
#include "files/filelink.h"

#include "base/base64.h"
#include "base/settings.h"
#include "base/url.h"
#include "base/when.h"
#include "config/configuration.h"
#include "crypto/mac.h"

static struct str signature_of(struct cx *cx, const struct filelink *link)
{
    unsigned char key[MAC_BYTES], mac[MAC_BYTES];
    struct str what = str_fmt(cx->mem, "%lld %s %.*s", (long long)link->expires,
                              link->is_inline ? "inline" : "attachment", STR_ARG(link->path));
    mac_hmac(cx->set->secret_key, S("larder file link"), key);
    mac_hmac((struct str){ (const char *)key, sizeof key }, what, mac);
    return base64_hex(cx->mem, (struct str){ (const char *)mac, sizeof mac });
}

struct str filelink_url(struct cx *cx, const struct filelink *link)
{
    struct str rest = link->path, segment;
    struct buf url;
    buf_init(&url, cx->mem, SIZE_MAX);
    buf_str(&url, configuration_address(cx));
    buf_str(&url, cx->set->api_prefix);
    buf_str(&url, S("/files/signed"));
    while (str_cut(&rest, '/', &segment)) {
        buf_c(&url, '/');
        url_part(&url, segment);
    }
    buf_fmt(&url, "?expires=%lld", (long long)link->expires);
    buf_str(&url, link->is_inline ? S("&inline=1") : S(""));
    buf_fmt(&url, "&signature=%.*s", STR_ARG(signature_of(cx, link)));
    return buf_text(&url);
}

bool filelink_holds(struct cx *cx, const struct filelink *link, struct str signature)
{
    if (!mac_equal(signature_of(cx, link), signature))
        return fail_detail(cx, E_FORBIDDEN, "This link is not valid");
    return link->expires > cx->now / WHEN_SECOND
        || fail_detail(cx, E_FORBIDDEN, "This link has expired");
}
