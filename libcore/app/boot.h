/*
 * boot.h — what every program does first: settings, log, keys, database, schema check.
 *
 * Refuses, with a sentence on standard error: default keys outside development, a schema that is
 * not this program's, a data directory others can read, single-tenant mode without an account.
 */
#ifndef APP_BOOT_H
#define APP_BOOT_H

#include "base/settings.h"
#include "db/db.h"

struct app {
    const char *program;
    struct arena *mem;              /* as long as the process */
    struct settings set;
    struct db *db;                  /* NULL until boot_connect, and after the database was lost */
    void *keep[KEEP_COUNT];
};

/* Settings and log; before any fork. */
bool boot_settings(struct app *app, const char *program, const char *config, const char *data)
    MUST_CHECK;
/* The same for the page that installs: what else refuses is what it explains. */
bool boot_bare(struct app *app, const char *program) MUST_CHECK;
void boot_log(const struct app *app);                              /* opened again after rotation */
/* The connection; after the fork. serve programs answer 503 and try again when it fails. */
bool boot_connect(struct app *app, struct cx *cx, enum db_mode mode) MUST_CHECK;
void boot_cx(struct app *app, struct arena *mem, struct cx *cx);    /* a fresh context         */
bool boot_database_answers(struct cx *cx);                         /* for /ready */
void boot_close(struct app *app);

#endif
