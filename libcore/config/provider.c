/* provider.c — the built-in providers as tables, and their JSON Schemas. */
#include "config/provider.h"

#define TEXT(name_, ...) { .name = (name_), .type = "string", .title = __VA_ARGS__ }
#define NEEDED .required = true
#define SEALED NEEDED, .is_write_only = true
#define SENDER \
    TEXT("from_email", "From Email", .format = "email", NEEDED), \
    TEXT("from_name", "From Name", .otherwise = "\"SnackBase\""), \
    TEXT("reply_to", "Reply-To Email", .format = "email")

static const struct provider_member SMTP[] = {
    TEXT("host", "SMTP Host", NEEDED),
    { .name = "port", .title = "SMTP Port", .type = "integer", .otherwise = "587", NEEDED },
    TEXT("username", "Username", NEEDED),
    TEXT("password", "Password", SEALED),
    { .name = "use_tls", .title = "Use STARTTLS", .type = "boolean", .otherwise = "true" },
    { .name = "use_ssl", .title = "Use TLS from the Start", .type = "boolean",
      .otherwise = "false" },
    SENDER,
    { 0 },
};
#define AWS_KEYS \
    TEXT("region", "AWS Region", .otherwise = "\"us-east-1\"", NEEDED), \
    TEXT("access_key_id", "Access Key ID", NEEDED), \
    TEXT("secret_access_key", "Secret Access Key", SEALED)
static const struct provider_member AWS_SES[] = { AWS_KEYS, SENDER, { 0 } };
static const struct provider_member RESEND[] = {
    TEXT("api_key", "API Key", SEALED), SENDER, { 0 },
};
static const struct provider_member SYSTEM[] = {
    TEXT("app_name", "Application Name", .otherwise = "\"SnackBase\"", NEEDED),
    TEXT("app_url", "Application URL", .format = "uri", NEEDED),
    TEXT("support_email", "Support Email", .format = "email"),
    { 0 },
};
static const struct provider_member S3[] = {
    TEXT("bucket", "Bucket", NEEDED), AWS_KEYS, TEXT("endpoint_url", "Endpoint URL"), { 0 },
};

#define CLIENT(id_title, secret_title) \
    TEXT("client_id", id_title, NEEDED), \
    TEXT("client_secret", secret_title, NEEDED, .is_secret = true)
#define SCOPES(list, ...) \
    { .name = "scopes", .title = "Scopes", .type = "array", .otherwise = (list), __VA_ARGS__ }
#define REDIRECT TEXT("redirect_uri", "Redirect URI", NEEDED)

static const struct provider_member GOOGLE[] = {
    CLIENT("Client ID", "Client Secret"),
    SCOPES("[\"openid\",\"email\",\"profile\"]", NEEDED), REDIRECT, { 0 },
};
static const struct provider_member GITHUB[] = {
    CLIENT("Client ID", "Client Secret"), SCOPES("[\"user:email\"]", NEEDED), REDIRECT, { 0 },
};
static const struct provider_member MICROSOFT[] = {
    CLIENT("Client ID", "Client Secret"),
    TEXT("tenant_id", "Tenant ID", .otherwise = "\"common\""),
    SCOPES("[\"openid\",\"email\",\"profile\",\"User.Read\"]", NEEDED), REDIRECT, { 0 },
};
static const struct provider_member APPLE[] = {
    CLIENT("Services ID", "Private Key"), TEXT("team_id", "Team ID", NEEDED),
    TEXT("key_id", "Key ID", NEEDED), SCOPES("[\"name\",\"email\"]", .required = false), REDIRECT,
    { 0 },
};

#define SAML \
    TEXT("idp_entity_id", "Identity Provider Entity ID", NEEDED), \
    TEXT("idp_sso_url", "Identity Provider Sign-On URL", .format = "uri", NEEDED), \
    TEXT("idp_x509_cert", "Identity Provider Certificate", NEEDED), \
    TEXT("sp_entity_id", "Service Provider Entity ID", NEEDED), \
    TEXT("assertion_consumer_url", "Assertion Consumer URL", .format = "uri", NEEDED)
static const struct provider_member SAML_KNOWN[] = { SAML, { 0 } };
static const struct provider_member SAML_ANY[] = {
    SAML,
    TEXT("binding", "Binding", .one_of = "[\"HTTP-Redirect\",\"HTTP-POST\"]",
         .otherwise = "\"HTTP-Redirect\""),
    TEXT("name_id_format", "Name ID Format",
         .otherwise = "\"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress\""),
    { 0 },
};

#define PROVIDER(category_, name_, display, file, members_) \
    { S_INIT(category_), S_INIT(name_), S_INIT(display), \
      S_INIT("/assets/providers/" file ".svg"), members_, false }
#define SIGN_ON(name_, display, file, members_) \
    { S_INIT("auth_providers"), S_INIT(name_), S_INIT(display), \
      S_INIT("/assets/providers/" file ".svg"), members_, true }
static const struct provider PROVIDERS[] = {
    PROVIDER("auth_providers", "email_password", "Email and Password", "email", NULL),
    PROVIDER("email_providers", "smtp", "SMTP Server", "smtp", SMTP),
    PROVIDER("email_providers", "aws_ses", "AWS SES", "aws-ses", AWS_SES),
    PROVIDER("email_providers", "resend", "Resend", "resend", RESEND),
    PROVIDER("system_settings", "system", "System Settings", "system", SYSTEM),
    PROVIDER("storage_providers", "local", "Local Filesystem", "system", NULL),
    PROVIDER("storage_providers", "s3", "Amazon S3", "aws-ses", S3),
    PROVIDER("auth_providers", "google", "Google", "google", GOOGLE),
    PROVIDER("auth_providers", "github", "GitHub", "github", GITHUB),
    PROVIDER("auth_providers", "microsoft", "Microsoft", "microsoft", MICROSOFT),
    PROVIDER("auth_providers", "apple", "Apple", "apple", APPLE),
    SIGN_ON("okta", "Okta", "okta", SAML_KNOWN),
    SIGN_ON("azure_ad", "Azure AD", "azure", SAML_KNOWN),
    SIGN_ON("generic_saml", "SAML 2.0", "saml", SAML_ANY),
};

const struct provider *provider_at(size_t i)
{
    return i < COUNT(PROVIDERS) ? &PROVIDERS[i] : NULL;
}

bool provider_is_in(const struct provider *provider, struct str category)
{
    return str_eq(provider->category, category)
        || (provider->is_saml && str_eq(category, S("saml_providers")));
}

const struct provider *provider_find(struct str category, struct str name)
{
    for (size_t i = 0; i < COUNT(PROVIDERS); i++)
        if (provider_is_in(&PROVIDERS[i], category) && str_eq(PROVIDERS[i].name, name))
            return &PROVIDERS[i];
    return NULL;
}

const struct provider_member *provider_member(const struct provider *provider, struct str name)
{
    const struct provider_member *member = provider != NULL ? provider->members : NULL;
    for (; member != NULL && member->name != NULL; member++)
        if (str_eq(str_of(member->name), name))
            return member;
    return NULL;
}

static void put_member(struct js *js, const struct provider_member *member)
{
    js_object(js, member->name);
    js_text(js, "type", str_of(member->type));
    js_text(js, "title", str_of(member->title));
    if (str_eq(str_of(member->type), S("array")))
        js_raw(js, "items", S("{\"type\":\"string\"}"));
    if (member->format != NULL)
        js_text(js, "format", str_of(member->format));
    if (member->one_of != NULL)
        js_raw(js, "enum", str_of(member->one_of));
    if (member->otherwise != NULL)
        js_raw(js, "default", str_of(member->otherwise));
    if (member->is_write_only)
        js_bool(js, "writeOnly", true);
    if (member->is_secret)
        js_bool(js, "secret", true);
    js_end(js);
}

void provider_schema(const struct provider *provider, struct js *js)
{
    js_object(js, NULL);
    if (provider->members != NULL) {
        js_text(js, "type", S("object"));
        js_object(js, "properties");
        for (const struct provider_member *m = provider->members; m->name != NULL; m++)
            put_member(js, m);
        js_end(js);
        js_array(js, "required");
        for (const struct provider_member *m = provider->members; m->name != NULL; m++)
            if (m->required)
                js_text(js, NULL, str_of(m->name));
        js_end(js);
    }
    js_end(js);
}
