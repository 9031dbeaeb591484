/* boot.c — reads the settings, opens the log and the database, and refuses what would be unsafe. */
#include "app/boot.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/meter.h"
#include "base/when.h"
#include "db/migrate.h"

static bool refuse(const struct app *app, const char *why)
{
    fprintf(stderr, "%s: %s\n", app->program, why);
    return false;
}

static enum log_level level_of(struct str name)
{
    static const char *const NAMES[] = { "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL" };
    for (size_t i = 0; i < COUNT(NAMES); i++)
        if (str_eq_nocase(name, str_of(NAMES[i])))
            return (enum log_level)i;
    return LOG_INFO;
}

static bool others_can_read(struct arena *mem, struct str dir)
{
    struct stat at;
    return dir.n > 0 && stat(str_c(mem, dir), &at) == 0 && (at.st_mode & S_IRWXO) != 0;
}

static bool load(struct app *app, const char *program, const char *config, const char *data)
{
    const char *why = NULL;
    *app = (struct app){ .program = program, .mem = arena_new(0, NULL, NULL) };
    return settings_load(app->mem, config, data, &app->set, &why) || refuse(app, why);
}

bool boot_bare(struct app *app, const char *program)
{
    TRY(load(app, program, NULL, NULL));
    boot_log(app);
    return true;
}

bool boot_settings(struct app *app, const char *program, const char *config, const char *data)
{
    TRY(load(app, program, config, data));
    const struct settings *set = &app->set;
    if (!str_eq(set->environment, S("development")) && settings_has_default_key(set))
        return refuse(app, "SECRET_KEY, TOKEN_SECRET and ENCRYPTION_KEY must be set outside"
                           " development");
    if (others_can_read(app->mem, set->data_dir))
        return refuse(app, "the data directory can be read by others: chmod o-rwx");
    fault_arm(getenv("LARDER_FAULT"));
    boot_log(app);
    return true;
}

void boot_log(const struct app *app)
{
    const struct settings *set = &app->set;
    log_open(app->program, level_of(set->log_level), str_eq(set->log_format, S("console")),
             set->log_file.n > 0 ? set->log_file.p : NULL);
}

void boot_cx(struct app *app, struct arena *mem, struct cx *cx)
{
    *cx = (struct cx){ .mem = mem, .db = app->db, .set = &app->set, .now = when_now(),
                       .keep = app->keep };
}

static struct str where_of(struct cx *cx)
{
    if (cx->set->database_url.n > 0)
        return cx->set->database_url;
    return str_fmt(cx->mem, "%.*s/larder.db", STR_ARG(cx->set->data_dir));
}

bool boot_connect(struct app *app, struct cx *cx, enum db_mode mode)
{
    struct db *db = db_open(cx, where_of(cx), mode);
    meter_add(cx, db != NULL ? METER_CONNECTS : METER_CONNECTS_FAILED, 1);
    if (db == NULL)
        return false;
    cx->db = db;
    if (mode == DB_SERVE && !migrate_check(cx, cx->set->schema_dir)) {
        db_close(db);
        cx->db = NULL;
        return false;
    }
    app->db = db;
    return true;
}

bool boot_database_answers(struct cx *cx)
{
    return cx->db != NULL && db_ping(cx);
}

void boot_close(struct app *app)
{
    if (app->db != NULL)
        db_close(app->db);
    app->db = NULL;
    log_flush();
}
