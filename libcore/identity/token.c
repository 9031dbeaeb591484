/* token.c — signs unified tokens and takes them apart, in the contract's order of complaints. */
#include "identity/token.h"

#include <string.h>

#include "base/base64.h"
#include "base/js.h"
#include "base/jv.h"
#include "base/settings.h"
#include "base/when.h"
#include "crypto/mac.h"

static const struct { const char *prefix, *type; } KINDS[] = {
    { "sb_ak", "api_key" }, { "sb_pt", "personal_token" },
    { "sb_ot", "oauth" },   { "sb_jwt", "jwt" },
};
static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static bool refuse(struct cx *cx, const char *why)
{
    fail_detail(cx, E_UNAUTHENTICATED, "%s", why);
    cx->err.challenge = true;
    return false;
}

/* The signature's bytes; *canonical: nobody else's spelling of them. */
static bool read_signature(struct cx *cx, struct str text, struct str *bytes, bool *canonical)
{
    struct str bare = text;
    while (bare.n > 0 && bare.p[bare.n - 1] == '=')
        bare.n--;
    *canonical = bare.n == text.n;
    if (base64_get_url(cx->mem, bare, bytes))
        return true;
    if (bare.n == 0 || bare.n % 4 == 1)
        return false;
    char *fixed = arena_alloc(cx->mem, bare.n);         /* the last digit's spare bits, cleared */
    memcpy(fixed, bare.p, bare.n);
    const char *at = memchr(ALPHABET, fixed[bare.n - 1], sizeof ALPHABET - 1);
    if (at == NULL)
        return false;
    size_t digit = (size_t)(at - ALPHABET);
    fixed[bare.n - 1] = ALPHABET[digit & ~(bare.n % 4 == 2 ? (size_t)15 : (size_t)3)];
    *canonical = false;
    return base64_get_url(cx->mem, (struct str){ fixed, bare.n }, bytes);
}

static bool check_signature(struct cx *cx, struct str message, struct str signature)
{
    unsigned char mac[MAC_BYTES];
    struct str bytes;
    bool canonical;
    if (!read_signature(cx, signature, &bytes, &canonical))
        return refuse(cx, "Invalid signature encoding");
    mac_hmac(cx->set->token_secret, message, mac);
    if (!mac_equal((struct str){ (const char *)mac, sizeof mac }, bytes))
        return refuse(cx, "Invalid token signature");
    return canonical || refuse(cx, "Invalid token signature (non-canonical)");
}

static bool read_payload(struct cx *cx, struct str payload, struct jv *type, struct token *out)
{
    struct str json;
    struct jv_fault fault;
    struct jv body, expires;
    if (!base64_get_url(cx->mem, payload, &json) || !jv_parse(cx, json, &body, &fault))
        return false;
    *type = jv_get(body, S("type"));
    expires = jv_get(body, S("expires_at"));
    out->user_id = jv_text(jv_get(body, S("user_id")));
    out->email = jv_text(jv_get(body, S("email")));
    out->account_id = jv_text(jv_get(body, S("account_id")));
    out->role = jv_text(jv_get(body, S("role")));
    out->token_id = jv_text(jv_get(body, S("token_id")));
    out->issued_at = jv_int(jv_get(body, S("issued_at")));
    out->expires_at = expires.kind == JV_INT ? jv_int(expires) : 0;
    if (expires.kind == JV_INT && out->expires_at <= 0)
        out->expires_at = 1;                            /* long ago, and not "never" */
    return type->kind == JV_TEXT && jv_get(body, S("version")).kind == JV_INT
        && jv_get(body, S("issued_at")).kind == JV_INT
        && (expires.kind == JV_INT || expires.kind == JV_NULL || expires.kind == JV_ABSENT)
        && !str_absent(out->user_id) && !str_absent(out->email) && !str_absent(out->account_id)
        && !str_absent(out->role) && !str_absent(out->token_id);
}

bool token_read(struct cx *cx, struct str text, struct token *out)
{
    struct str rest = text, prefix, payload, signature;
    struct jv type;
    *out = (struct token){ 0 };
    size_t dots = 0;
    for (size_t i = 0; i < text.n; i++)
        dots += text.p[i] == '.';
    if (dots != 2 || !str_cut(&rest, '.', &prefix) || !str_cut(&rest, '.', &payload))
        return refuse(cx, "Invalid token format: must have 3 parts");
    signature = rest.p != NULL ? rest : S("");
    TRY(check_signature(cx, str_sub(text, 0, prefix.n + 1 + payload.n), signature));
    for (size_t i = 0; i < COUNT(KINDS); i++)
        if (str_eq(prefix, str_of(KINDS[i].prefix)))
            out->type = KINDS[i].type;
    if (out->type == NULL) {
        fail_detail(cx, E_UNAUTHENTICATED, "Unknown token prefix: %.*s", STR_ARG(prefix));
        cx->err.challenge = true;
        return false;
    }
    if (!read_payload(cx, payload, &type, out))
        return refuse(cx, "Invalid token payload");
    if (!str_eq(jv_text(type), str_of(out->type)))
        return refuse(cx, "Token type mismatch in payload");
    if (out->expires_at != 0 && out->expires_at < cx->now / WHEN_SECOND)
        return refuse(cx, "Token has expired");
    return true;
}

struct str token_write(struct cx *cx, const struct token *token)
{
    unsigned char mac[MAC_BYTES];
    struct buf json, text;
    struct js js;
    const char *prefix = "";
    buf_init(&json, cx->mem, 8192);
    buf_init(&text, cx->mem, 16384);
    js_init(&js, &json);
    js_object(&js, NULL);
    js_int(&js, "version", 1);
    js_text(&js, "type", str_of(token->type));
    js_text(&js, "user_id", token->user_id);
    js_text(&js, "email", token->email);
    js_text(&js, "account_id", token->account_id);
    js_text(&js, "role", token->role);
    js_array(&js, "permissions");
    for (size_t i = 0; i < token->permission_count; i++)
        js_text(&js, NULL, token->permissions[i]);
    js_end(&js);
    js_int(&js, "issued_at", token->issued_at);
    if (token->expires_at != 0)
        js_int(&js, "expires_at", token->expires_at);
    else
        js_null(&js, "expires_at");
    js_text(&js, "token_id", token->token_id);
    js_end(&js);
    for (size_t i = 0; i < COUNT(KINDS); i++)
        if (strcmp(KINDS[i].type, token->type) == 0)
            prefix = KINDS[i].prefix;
    buf_str(&text, str_of(prefix));
    buf_c(&text, '.');
    buf_str(&text, base64_put_url(cx->mem, buf_text(&json), false));
    mac_hmac(cx->set->token_secret, buf_text(&text), mac);
    buf_c(&text, '.');
    buf_str(&text, base64_put_url(cx->mem, (struct str){ (const char *)mac, sizeof mac }, false));
    return buf_text(&text);
}
