/* tryout.c — what is tried for each kind of provider, in the words of identity.md §16.4. */
#include "tryout.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/js.h"
#include "base/settings.h"
#include "base/url.h"
#include "mail/mailer.h"
#include "net/call.h"
#include "net/s3.h"

enum { ANSWER_MAX = 16384, TIMEOUT_MS = 10000 };

struct outcome { bool well, timed_out; struct str message; const char *hint; };
struct trial {
    const char *category, *provider;
    void (*run)(struct cx *cx, const struct trial *trial, struct jv config, struct outcome *out);
    const char *name, *url;             /* for people; what is fetched, * is the tenant */
    const char *hint;                   /* where to look when it takes too long */
    const char *const *needed;
};

static void fails(struct outcome *out, struct str message)
{
    *out = (struct outcome){ .message = message };
}

/* --- mail ------------------------------------------------------------------------------------- */

static void mail(struct cx *cx, const struct mailer_provider *provider, struct jv config,
                 struct outcome *out)
{
    out->well = provider->probe(cx, config, &out->message, &out->timed_out);
    out->hint = provider->hint;
}

/* --- sign-on ---------------------------------------------------------------------------------- */

static struct str url_of(struct cx *cx, const struct trial *trial, struct jv config)
{
    struct str url = str_of(trial->url), tenant = jv_filled(config, "tenant_id");
    struct buf out;
    size_t at;
    buf_init(&out, cx->mem, 4096);
    if (!str_find(url, '*', &at))
        return url;
    buf_str(&out, str_sub(url, 0, at));
    url_part(&out, str_absent(tenant) ? S("common") : tenant);
    buf_str(&out, str_sub(url, at + 1, url.n));
    return buf_text(&out);
}

static void oauth(struct cx *cx, const struct trial *trial, struct jv config, struct outcome *out)
{
    bool is_github = strcmp(trial->provider, "github") == 0;
    struct mailer_endpoint to = mailer_endpoint(cx, config, url_of(cx, trial, config));
    struct call_reply reply;
    struct trouble trouble;
    if (!call_send(cx, &(struct call){ .method = "GET", .url = to.url, .most = 1 << 20,
                                       .trusted = to.trusted, .is_plain = to.is_plain },
                   &reply, &trouble)) {
        fails(out, str_fmt(cx->mem, "Connectivity error to %s: %s", trial->name, trouble.why));
        out->timed_out = trouble.timed_out;
        return;
    }
    if (reply.status != 200) {
        struct str code = str_fmt(cx->mem, "%d", reply.status);
        fails(out, is_github ? str_fmt(cx->mem, "Failed to reach GitHub API: %s", code.p)
                             : str_fmt(cx->mem, "Failed to fetch %s discovery document: %s",
                                       trial->name, code.p));
        return;
    }
    const char *missing = mailer_missing(config, trial->needed);
    if (missing != NULL) {
        fails(out, str_fmt(cx->mem, "Missing required configuration field: %s", missing));
        return;
    }
    out->well = true;
    out->message = str_fmt(cx->mem, "%s connection successful. %s reached.", trial->name,
                           is_github ? "API" : "Discovery endpoint");
}

static void saml(struct cx *cx, const struct trial *trial, struct jv config, struct outcome *out)
{
    const char *missing = mailer_missing(config, trial->needed);
    if (missing != NULL)
        fails(out, str_fmt(cx->mem, "Invalid SAML configuration: %s is required", missing));
    else
        *out = (struct outcome){ .well = true, .message =
            S("SAML configuration is valid. Metadata generated successfully.") };
}

/* --- storage ---------------------------------------------------------------------------------- */

static void local(struct cx *cx, const struct trial *trial UNUSED, struct jv config UNUSED,
                  struct outcome *out)
{
    struct str dir = cx->set->storage_path, above = dir;
    while (above.n > 0 && above.p[above.n - 1] != '/')
        above.n--;
    if (above.n == 0)
        above = S(".");
    /* It is made with the first file. */
    const char *where = str_c(cx->mem, access(str_c(cx->mem, dir), F_OK) == 0 ? dir : above);
    out->well = access(where, W_OK | X_OK) == 0;
    out->message = str_fmt(cx->mem, out->well ? "Local storage is writable at '%.*s'."
                                              : "Local storage is not writable at '%.*s'.",
                           STR_ARG(dir));
}

/* HEAD of the bucket. */
static void bucket(struct cx *cx, const struct trial *trial UNUSED, struct jv config,
                   struct outcome *out)
{
    struct s3 s3;
    struct s3_reply reply;
    struct trouble trouble;
    const char *wrong = s3_from(cx, config, &s3);
    if (wrong != NULL) {
        fails(out, str_fmt(cx->mem, "S3 storage test failed: %s", wrong));
    } else if (!s3_send(cx, &s3, &(struct s3_ask){ .method = "HEAD", .timeout_ms = TIMEOUT_MS },
                        &reply, &trouble)) {
        fails(out, str_fmt(cx->mem, "S3 connection failed (NetworkError): %s", trouble.why));
        out->timed_out = trouble.timed_out;
    } else if (!s3_is_well(&reply)) {
        fails(out, str_fmt(cx->mem, "S3 connection failed (%.*s): %.*s", STR_ARG(reply.code),
                           STR_ARG(reply.why)));
    } else {
        out->well = true;
        out->message = str_fmt(cx->mem, "S3 connection successful. Bucket '%.*s' is accessible in"
                               " region '%.*s'.", STR_ARG(s3.bucket), STR_ARG(s3.region));
    }
}

/* --- all of them ------------------------------------------------------------------------------ */

#define AUTH  "auth_providers"
#define SAML  "saml_providers"
#define STORE "storage_providers"
static const char *const CLIENT[] = { "client_id", "client_secret", "redirect_uri", NULL };
static const char *const APPLE[] = {
    "client_id", "client_secret", "redirect_uri", "team_id", "key_id", NULL };
static const char *const IDP[] = { "idp_entity_id", "idp_sso_url", "idp_x509_cert", "sp_entity_id",
                                   "assertion_consumer_url", NULL };
static const struct trial TRIALS[] = {
    { STORE, "local", local, .needed = NULL },
    { STORE, "s3", bucket, .hint = "AWS credentials" },
    { AUTH, "google", oauth, "Google",
      "https://accounts.google.com/.well-known/openid-configuration", .needed = CLIENT },
    { AUTH, "github", oauth, "GitHub", "https://api.github.com", .needed = CLIENT },
    { AUTH, "microsoft", oauth, "Microsoft",
      "https://login.microsoftonline.com/*/v2.0/.well-known/openid-configuration",
      .needed = CLIENT },
    { AUTH, "apple", oauth, "Apple",
      "https://appleid.apple.com/.well-known/openid-configuration", .needed = APPLE },
    { SAML, "okta", saml, .needed = IDP }, { AUTH, "okta", saml, .needed = IDP },
    { SAML, "azure_ad", saml, .needed = IDP }, { AUTH, "azure_ad", saml, .needed = IDP },
    { SAML, "generic_saml", saml, .needed = IDP }, { AUTH, "generic_saml", saml, .needed = IDP },
};

static void attempt(struct cx *cx, struct str category, struct str provider, struct jv config,
                    struct outcome *out)
{
    const struct mailer_provider *mailer = mailer_find(provider);
    fails(out, str_fmt(cx->mem, "Provider %.*s does not support connection testing yet.",
                       STR_ARG(provider)));
    if (str_eq(category, S("email_providers")) && mailer != NULL)
        mail(cx, mailer, config, out);
    for (size_t i = 0; i < COUNT(TRIALS); i++)
        if (str_eq(str_of(TRIALS[i].category), category)
            && str_eq(str_of(TRIALS[i].provider), provider)) {
            TRIALS[i].run(cx, &TRIALS[i], config, out);
            out->hint = TRIALS[i].hint;
        }
    if (out->timed_out)
        out->message = str_fmt(cx->mem, "Connection test timed out after 10 seconds. Check your"
                               " network or %s.",
                               out->hint != NULL ? out->hint : "provider settings");
}

bool tryout_run(struct cx *cx, struct str question, struct str *answer)
{
    struct jv asked;
    struct jv_fault fault;
    struct outcome out;
    struct buf text;
    struct js js;
    if (!jv_parse(cx, question, &asked, &fault))
        return broken(cx, "the question is no JSON");
    attempt(cx, jv_text(jv_get(asked, S("category"))), jv_text(jv_get(asked, S("provider_name"))),
            jv_get(asked, S("config")), &out);
    buf_init(&text, cx->mem, ANSWER_MAX);
    js_init(&js, &text);
    js_object(&js, NULL);
    js_bool(&js, "success", out.well);
    js_text(&js, "message", out.message);
    js_end(&js);
    *answer = buf_text(&text);
    return (js_done(&js) && !text.over) || broken(cx, "the answer is too long");
}
