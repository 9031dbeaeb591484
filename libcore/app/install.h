/*
 * install.h — makes an installation and keeps it current: directory, keys, schema, first people.
 *
 * Every step may run again and then finds nothing to do. The database steps want a connection of
 * DB_OWNER (boot_connect); after them the programs may start.
 */
#ifndef APP_INSTALL_H
#define APP_INSTALL_H

#include "app/boot.h"

/*
 * Before the settings are final: the data directory (0700), and in it a key file (0600) with random
 * keys, when the settings would use the default ones; the key that signs checkpoints is added to
 * an older one. False: a sentence went to standard error.
 */
bool install_prepare(const char *program, const char *config, const char *data) MUST_CHECK;

bool install_upgrade(struct cx *cx, size_t *applied) MUST_CHECK;    /* the schema                 */

struct install_file { struct str name, checksum; int64_t applied_at; };     /* 0: pending         */
bool install_history(struct cx *cx, struct install_file **list, size_t *n) MUST_CHECK;

struct str install_database(const struct cx *cx);                   /* for people: no password    */

#endif
