/* 12-settings.c — where settings come from, in which order, and what is refused in words. */
#include "tap.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/settings.h"

static char dir[] = "/tmp/larder-settings-XXXXXX";

static const char *file(const char *name, const char *text, mode_t mode)
{
    const char *path = str_fmt(tap_mem(), "%s/%s", dir, name).p;
    FILE *f = fopen(path, "w");
    if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0 || chmod(path, mode) != 0)
        exit(2);
    return path;
}

static struct settings set;
static const char *why;

static bool load(const char *config)
{
    return settings_load(tap_mem(), config, dir, &set, &why);
}

static void complains(const char *config, const char *about, const char *what)
{
    bool loaded = load(config);
    if (!ok(!loaded && why != NULL && strstr(why, about) != NULL, what))
        printf("# %s\n", why == NULL ? "no complaint" : why);
}

static struct setting_row row;

static bool row_of(const char *name)
{
    for (size_t i = 0; settings_row(tap_mem(), &set, i, &row); i++)
        if (str_eq(row.name, str_of(name)))
            return true;
    return false;
}

int main(void)
{
    plan(31);
    if (mkdtemp(dir) == NULL)
        return 2;
    ok(load(NULL) && set.port == 8000 && set.audit_logging_enabled && set.cors_origins.n == 3,
       "the defaults");
    is_text(set.data_dir, dir, "--data names the data directory");
    ok(settings_has_default_key(&set) && !settings_is_production(&set),
       "whose keys are known to all");

    file("larder.conf",
         "# a comment\n PORT = 9000 \nexport LARDER_LOG_LEVEL='DEBUG'\nnobody=1\nworkers\n"
         "cors_origins=[\"http://a\", \"http://b\"]\nDATABASE_URL=sqlite+aiosqlite:////srv/x.db\n",
         0644);
    file("keys.conf", "SECRET_KEY=one\nTOKEN_SECRET=two\nENCRYPTION_KEY=three\nPORT=1\n", 0600);
    ok(load(NULL) && set.port == 9000 && str_eq(set.log_level, S("DEBUG")),
       "the file in the data directory");
    ok(set.cors_origins.n == 2 && str_eq(set.cors_origins.at[1], S("http://b")), "a JSON array");
    is_text(set.database_url, "sqlite:////srv/x.db", "the URL of another tool");
    ok(!settings_has_default_key(&set) && str_eq(set.token_secret, S("two")), "the key file");
    ok(row_of("port") && str_ends(row.source, S("/larder.conf")) && str_eq(row.value, S("9000"))
       && str_eq(row.otherwise, S("8000")) && row.is_set, "a row says where a value comes from");
    ok(row_of("secret_key") && str_ends(row.source, S("/keys.conf")) && row.is_set
       && str_eq(row.value, S("***")) && str_absent(row.otherwise), "of a secret not what it is");
    ok(row_of("metrics_token") && !row.is_set && row.value.n == 0 && str_absent(row.source),
       "what nobody set is built in");

    file(".env", "SNACKBASE_PORT=7000\nSNACKBASE_APP_NAME=\"Moved in\"\nSNACKBASE_UNKNOWN=1\n", 0600);
    ok(load(NULL) && set.port == 9000, "larder.conf is stronger than a .env");
    is_text(set.app_name, "Moved in", "which counts where nothing else is said");
    setenv("SNACKBASE_PORT", "9001", 1);
    ok(load(NULL) && set.port == 9001, "the environment is stronger than the file");
    ok(row_of("port") && str_eq(row.source, S("SNACKBASE_PORT")), "which its row tells");
    setenv("LARDER_port", "9002", 1);
    setenv("LARDER_CORS_ORIGINS", "http://c , http://d,", 1);
    ok(load(NULL) && set.port == 9002, "our prefix is stronger than the other, in any case");
    ok(set.cors_origins.n == 2 && str_eq(set.cors_origins.at[1], S("http://d")),
       "texts between commas");
    setenv("LARDER_port", "70000", 1);
    complains(NULL, "LARDER_port: port must be a whole number from 1 to 65535",
              "a number out of range");
    unsetenv("LARDER_port");
    setenv("LARDER_DEBUG", "perhaps", 1);
    complains(NULL, "debug must be true or false", "a word that is neither");
    setenv("LARDER_DEBUG", "Yes", 1);
    ok(load(NULL) && set.debug, "yes is true");
    setenv("LARDER_WORKERS", "", 1);
    ok(load(NULL) && set.workers == 0, "an empty number is none");
    setenv("LARDER_ENVIRONMENT", "prod", 1);
    complains(NULL, "environment must be one of", "a misspelt environment");
    setenv("LARDER_ENVIRONMENT", "Production", 1);
    ok(load(NULL) && settings_is_production(&set), "and a well-spelt one in any case");
    unsetenv("LARDER_ENVIRONMENT");
    setenv("LARDER_TOKEN_SECRET", "", 1);
    complains(NULL, "token_secret must be a text that is not empty", "an empty key");
    unsetenv("LARDER_TOKEN_SECRET");
    setenv("LARDER_SINGLE_TENANT_MODE", "1", 1);
    complains(NULL, "SNACKBASE_SINGLE_TENANT_ACCOUNT is required",
              "one tenant without its account");
    unsetenv("LARDER_SINGLE_TENANT_MODE");

    complains(str_fmt(tap_mem(), "%s/none", dir).p, "no such file",
              "a named file that is not there");
    const char *config = file("other.conf", "DATA_DIR=where/ever\nSTATIC_DIR=/srv/static\n", 0644);
    ok(settings_load(tap_mem(), config, NULL, &set, &why)
           && str_eq(set.data_dir, str_fmt(tap_mem(), "%s/where/ever", dir)),
       "a path in a file is meant from that file");
    is_text(set.static_dir, "/srv/static", "unless it begins at the root");
    unlink(config);
    unlink(str_fmt(tap_mem(), "%s/.env", dir).p);
    const char *keys = file("keys.conf", "SECRET_KEY=one\n", 0640);
    complains(NULL, "chmod 600", "a key file that others can read");
    unlink(keys);

    size_t secrets = 0, i = 0;
    for (; settings_row(tap_mem(), &set, i, &row); i++)
        if (row.is_secret && !str_eq(row.value, S("***")) && row.value.n > 0)
            secrets++;
    ok(i > 30 && secrets == 0, "no row shows a secret");
    ok(settings_row(tap_mem(), &set, 0, &row) && str_eq(row.name, S("app_name")),
       "rows have names");
    unlink(str_fmt(tap_mem(), "%s/larder.conf", dir).p);
    ok(rmdir(dir) == 0, "nothing is left behind");
    return done();
}
