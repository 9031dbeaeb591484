/*
 * settings.h — what an operator can set; read once, when a program starts.
 *
 * Order   LARDER_NAME, then SNACKBASE_NAME in the environment, then the configuration file, then
 *         .env and keys.conf in the data directory, then the default of settings.def
 * File    --config, else $LARDER_CONFIG, else larder.conf found from the executable's own location
 *         (beside it, ../etc, ../data), since suEXEC strips the environment; NAME = value lines
 *         A relative folder in a file is meant from that file
 * Errors  a value out of range or a file that cannot be read: settings_load says which, in words
 */
#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include "base/cx.h"

struct str_list { const struct str *at; size_t n; };

#define SETTING_INT  int64_t
#define SETTING_REAL double
#define SETTING_BOOL bool
#define SETTING_TEXT struct str
#define SETTING_LIST struct str_list

struct settings {
#define SETTING(name, type, otherwise, least, most, who, about) SETTING_##type name;
#include "base/settings.def"
#undef SETTING
    struct str config_file;         /* what was read; absent when there was none                */
    struct str program_dir;         /* where the running executable lies                        */
    const struct str *sources;      /* of each: "LARDER_PORT", a file's path; absent: built in  */
};

/* config_path, data_dir: from the command line, or NULL. *why says what is wrong. */
bool settings_load(struct arena *mem, const char *config_path, const char *data_dir,
                   struct settings *out, const char **why) MUST_CHECK;
bool settings_is_production(const struct settings *set);
bool settings_has_default_key(const struct settings *set);
/* For listings: the value as text, SECRET ones as "***". False past the last. otherwise: what is
 * built in, of a SECRET absent; source: absent for that, or where the value comes from. */
struct setting_row { struct str name, value, about, otherwise, source; bool is_secret, is_set; };
bool settings_row(struct arena *mem, const struct settings *set, size_t i, struct setting_row *out);

#endif
