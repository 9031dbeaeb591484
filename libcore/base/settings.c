/* settings.c — from the environment, the configuration file, the key file, and what is built in. */
#include "base/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/jv.h"
#include "base/num.h"

#define FILE_BYTES 65536u

extern char **environ;

enum kind {
    SETTING_KIND_INT, SETTING_KIND_REAL, SETTING_KIND_BOOL, SETTING_KIND_TEXT, SETTING_KIND_LIST
};
enum who { PUBLIC, SECRET };

/* Every setting as a row; its default as the text that an operator would write. */
static const struct known {
    const char *name; enum kind kind; size_t offset;
    const char *otherwise; int64_t least, most; enum who who; const char *about;
} known[] = {
#define SETTING_DEFAULT_INT(value)  #value
#define SETTING_DEFAULT_REAL(value) #value
#define SETTING_DEFAULT_BOOL(value) #value
#define SETTING_DEFAULT_TEXT(value) value
#define SETTING_DEFAULT_LIST(value) value
#define SETTING(name, type, otherwise, least, most, who, about) \
    { #name, SETTING_KIND_##type, offsetof(struct settings, name), \
      SETTING_DEFAULT_##type(otherwise), least, most, who, about },
#include "base/settings.def"
#undef SETTING
};

struct reading {
    struct arena *mem;
    struct settings *out;
    uint64_t *given;                    /* one per setting: it was set already                    */
    struct str *sources;                /* one per setting                                        */
    const char *why;
};

/* --- values ---------------------------------------------------------------------------------- */

static bool read_bool(struct str text, bool *out)
{
    static const char *const words[] = { "false", "true", "0", "1", "no", "yes",
                                         "off",   "on",   "f", "t", "n",  "y" };
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_eq_nocase(text, str_of(words[i]))) {
            *out = i % 2 == 1;
            return true;
        }
    return false;
}

static struct str_list split(struct arena *mem, struct str text)
{
    struct str part, rest = text, *at = arena_list(mem, struct str, text.n / 2 + 1);
    size_t n = 0;
    while (str_cut(&rest, ',', &part))
        if (str_trim(part).n > 0)
            at[n++] = str_copy(mem, str_trim(part));
    return (struct str_list){ at, n };
}

static bool read_list(struct arena *mem, struct str text, struct str_list *out)
{
    struct cx cx = { .mem = mem };
    struct jv list;
    struct jv_fault fault;
    text = str_trim(text);
    if (text.n == 0 || text.p[0] != '[') {
        *out = split(mem, text);
        return true;
    }
    if (!jv_parse(&cx, text, &list, &fault))
        return false;
    struct str *at = arena_list(mem, struct str, jv_count(list));
    for (size_t i = 0; i < jv_count(list); i++) {
        at[i] = str_copy(mem, jv_text(jv_at(list, i)));
        if (str_absent(at[i]))
            return false;
    }
    *out = (struct str_list){ at, jv_count(list) };
    return true;
}

static const char *complain(struct arena *mem, struct str source, const struct known *k,
                            const char *wanted)
{
    return str_fmt(mem, "%.*s: %s must be %s", STR_ARG(source), k->name, wanted).p;
}

/* Texts that have only so many words; a key that is empty would be everybody's. */
static const char *unfit(struct arena *mem, const struct known *k, struct str text,
                         struct str source)
{
    static const struct { const char *name; const char *words; } choices[] = {
        { "environment", "development production testing" }, { "durability", "full relaxed" },
        { "log_level", "debug info warning error critical" }, { "log_format", "json console" },
    };
    if (k->who == SECRET && k->otherwise[0] != '\0' && text.n == 0)
        return complain(mem, source, k, "a text that is not empty");
    for (size_t i = 0; i < COUNT(choices); i++) {
        struct str rest = str_of(choices[i].words), word;
        if (strcmp(k->name, choices[i].name) != 0)
            continue;
        while (str_cut(&rest, ' ', &word))
            if (str_eq_nocase(text, word))
                return NULL;
        return complain(mem, source, k, str_fmt(mem, "one of: %s", choices[i].words).p);
    }
    return NULL;
}

static const char *assign(struct arena *mem, struct settings *set, const struct known *k,
                          struct str text, struct str source)
{
    char *field = (char *)set + k->offset;
    int64_t n;
    double real;
    switch (k->kind) {
    case SETTING_KIND_INT:
        if (!num_int(str_trim(text), &n) || n < k->least || n > k->most)
            return complain(mem, source, k, str_fmt(mem, "a whole number from %lld to %lld",
                                                    (long long)k->least, (long long)k->most).p);
        memcpy(field, &n, sizeof n);
        return NULL;
    case SETTING_KIND_REAL:
        if (!num_real(str_trim(text), &real) || real < (double)k->least || real > (double)k->most)
            return complain(mem, source, k, str_fmt(mem, "a number from %lld to %lld",
                                                    (long long)k->least, (long long)k->most).p);
        memcpy(field, &real, sizeof real);
        return NULL;
    case SETTING_KIND_BOOL:
        return read_bool(str_trim(text), (bool *)(void *)field)
                   ? NULL
                   : complain(mem, source, k, "true or false");
    case SETTING_KIND_LIST:
        return read_list(mem, text, (struct str_list *)(void *)field) ? NULL
            : complain(mem, source, k, "a JSON array of texts, or texts between commas");
    case SETTING_KIND_TEXT:
        *(struct str *)(void *)field = str_copy(mem, text);
        return unfit(mem, k, text, source);
    }
    return NULL;
}

/* NAME, LARDER_NAME or SNACKBASE_NAME in any case; the prefix that was there, or NO_STR. */
static const struct known *find(struct str name, struct str *prefix)
{
    static const struct str prefixes[] = { S_INIT("LARDER_"), S_INIT("SNACKBASE_") };
    *prefix = NO_STR;
    for (size_t i = 0; i < COUNT(prefixes); i++)
        if (str_starts_nocase(name, prefixes[i])) {
            *prefix = prefixes[i];
            name = str_sub(name, prefixes[i].n, name.n);
            break;
        }
    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq_nocase(name, str_of(known[i].name)))
            return &known[i];
    return NULL;
}

/* --- sources --------------------------------------------------------------------------------- */

static void take(struct reading *r, const struct known *k, struct str value, struct str source)
{
    size_t i = (size_t)(k - known);
    if ((r->given[i / 64] >> (i % 64) & 1) != 0)
        return;                                             /* an earlier source has the word     */
    if (str_trim(value).n == 0 && (k->kind == SETTING_KIND_INT || k->kind == SETTING_KIND_BOOL))
        return;                                             /* NAME= sets no number               */
    r->given[i / 64] |= UINT64_C(1) << (i % 64);
    r->sources[i] = str_copy(r->mem, source);
    const char *why = assign(r->mem, r->out, k, value, source);
    if (why != NULL && r->why == NULL)
        r->why = why;
}

static void from_environment(struct reading *r, struct str wanted)
{
    for (char **e = environ; e != NULL && *e != NULL; e++) {
        struct str value = str_of(*e), name, prefix;
        str_cut(&value, '=', &name);
        const struct known *k = find(name, &prefix);
        if (k != NULL && str_eq(prefix, wanted) && !str_absent(value))
            take(r, k, value, name);
    }
}

static struct str unquoted(struct str value)
{
    value = str_trim(value);
    if (value.n >= 2 && (value.p[0] == '"' || value.p[0] == '\'')
        && value.p[value.n - 1] == value.p[0])
        value = str_sub(value, 1, value.n - 2);
    return value;
}

static struct str folder(struct arena *mem, struct str path)
{
    size_t n = path.n;
    while (n > 0 && path.p[n - 1] != '/')
        n--;
    return n == 0 ? S(".") : str_copy(mem, str_sub(path, 0, n > 1 ? n - 1 : 1));
}

/* A path in a file is meant from that file: a web server starts programs from anywhere. */
static struct str anchored(struct arena *mem, const struct known *k, struct str value,
                           struct str file)
{
    struct str name = str_of(k->name);
    bool is_path = str_ends(name, S("_dir")) || str_eq(name, S("log_file"))
                || str_eq(name, S("storage_path"));
    if (!is_path || value.n == 0 || value.p[0] == '/')
        return value;
    return str_fmt(mem, "%.*s/%.*s", STR_ARG(folder(mem, file)), STR_ARG(value));
}

/* NAME = value lines; # begins a comment line. A name that is no setting of ours is passed over. */
static void from_text(struct reading *r, struct str text, struct str path)
{
    struct str line, name, prefix;
    while (str_cut(&text, '\n', &line)) {
        line = str_trim(line);
        if (str_starts(line, S("export ")))
            line = str_trim(str_sub(line, 7, line.n));
        if (line.n == 0 || line.p[0] == '#' || !str_cut(&line, '=', &name) || str_absent(line))
            continue;
        const struct known *k = find(str_trim(name), &prefix);
        if (k != NULL)
            take(r, k, anchored(r->mem, k, unquoted(line), path), path);
    }
}

/* secret: nobody else may read it. False when it is not there, or is unfit: then why is set. */
static bool from_file(struct reading *r, const char *path, bool secret)
{
    struct stat about;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno != ENOENT && errno != ENOTDIR && r->why == NULL)
            r->why = str_fmt(r->mem, "%s cannot be read: %s", path, strerror(errno)).p;
        return false;
    }
    char *text = arena_alloc(r->mem, FILE_BYTES);
    ssize_t n = read(fd, text, FILE_BYTES);
    bool open_to_others =
        fstat(fd, &about) != 0 || (secret && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0);
    close(fd);
    if ((n < 0 || n == FILE_BYTES || open_to_others) && r->why == NULL)
        r->why = str_fmt(r->mem, "%s %s", path, open_to_others
                         ? "must be readable by its owner only (chmod 600)"
                         : "cannot be read, or is too long").p;
    if (n > 0 && r->why == NULL)
        from_text(r, (struct str){ text, (size_t)n }, str_of(path));
    return r->why == NULL;
}

/* --- places ---------------------------------------------------------------------------------- */

static struct str program_folder(struct arena *mem)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path);
    return n <= 0 ? S(".") : folder(mem, (struct str){ path, (size_t)n });
}

static void find_file(struct reading *r, const char *config_path, const char *data_dir)
{
    static const char *const places[] = { "larder.conf", "../etc/larder.conf",
                                          "../data/larder.conf" };
    struct settings *set = r->out;
    const char *named = config_path;
    if (named == NULL && data_dir == NULL)
        named = getenv("LARDER_CONFIG");
    if (named != NULL && named[0] != '\0') {
        set->config_file = str_copy(r->mem, str_of(named));
        if (!from_file(r, named, false) && r->why == NULL)
            r->why = str_fmt(r->mem, "%s: no such file", named).p;
        return;
    }
    if (data_dir != NULL) {
        struct str path = str_fmt(r->mem, "%s/larder.conf", data_dir);
        if (from_file(r, path.p, false))
            set->config_file = path;
        return;
    }
    for (size_t i = 0; i < COUNT(places) && str_absent(set->config_file); i++) {
        struct str path = str_fmt(r->mem, "%.*s/%s", STR_ARG(set->program_dir), places[i]);
        if (from_file(r, path.p, false))
            set->config_file = path;
    }
}

/* Folders that come with the programs: above bin/, in it, far above build/san/bin/. */
static struct str companion(struct arena *mem, struct str set, struct str program_dir,
                            const char *name)
{
    static const char *const ways[] = { "../", "", "../../../" };
    struct str first = NO_STR;
    if (set.n > 0)
        return set;
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct str path = str_fmt(mem, "%.*s/%s%s", STR_ARG(program_dir), ways[i], name);
        if (access(path.p, F_OK) == 0)
            return path;
        first = str_absent(first) ? path : first;
    }
    return first;
}

/* What other people's tools write for the same databases (identity.md §22). */
static struct str plain_url(struct arena *mem, struct str url)
{
    static const struct { struct str from, to; } forms[] = {
        { S_INIT("sqlite+aiosqlite:///"), S_INIT("sqlite:///") },
        { S_INIT("postgresql+asyncpg://"), S_INIT("postgresql://") },
        { S_INIT("postgresql+psycopg://"), S_INIT("postgresql://") },
        { S_INIT("postgres://"), S_INIT("postgresql://") },
    };
    for (size_t i = 0; i < COUNT(forms); i++)
        if (str_starts(url, forms[i].from)) {
            struct str rest = str_sub(url, forms[i].from.n, url.n);
            return str_fmt(mem, "%.*s%.*s", STR_ARG(forms[i].to), STR_ARG(rest));
        }
    return url;
}

bool settings_load(struct arena *mem, const char *config_path, const char *data_dir,
                   struct settings *out, const char **why)
{
    uint64_t given[COUNT(known) / 64 + 1] = { 0 };
    struct reading r = { .mem = mem, .out = out, .given = given,
                         .sources = arena_list(mem, struct str, COUNT(known)) };
    struct str prefix;
    const struct known *place = find(S("data_dir"), &prefix);
    *out = (struct settings){ .program_dir = program_folder(mem), .sources = r.sources };
    for (size_t i = 0; i < COUNT(known); i++)
        (void)assign(mem, out, &known[i], str_of(known[i].otherwise), S("default"));
    if (data_dir != NULL && place != NULL)
        take(&r, place, str_of(data_dir), S("--data"));
    from_environment(&r, S("LARDER_"));
    from_environment(&r, S("SNACKBASE_"));
    find_file(&r, config_path, out->data_dir.n > 0 ? out->data_dir.p : NULL);
    if (out->data_dir.n == 0)
        out->data_dir = !str_absent(out->config_file) ? folder(mem, out->config_file)
                      : str_fmt(mem, "%.*s/../data", STR_ARG(out->program_dir));
    if (r.why == NULL)
        (void)from_file(&r, str_fmt(mem, "%.*s/.env", STR_ARG(out->data_dir)).p, false);
    if (r.why == NULL)
        (void)from_file(&r, str_fmt(mem, "%.*s/keys.conf", STR_ARG(out->data_dir)).p, true);
    if (out->storage_path.n == 0)
        out->storage_path = str_fmt(mem, "%.*s/files", STR_ARG(out->data_dir));
    if (out->audit_archive_dir.n == 0)
        out->audit_archive_dir = str_fmt(mem, "%.*s/audit-archive", STR_ARG(out->data_dir));
    out->database_url = plain_url(mem, out->database_url);
    out->templates_dir = companion(mem, out->templates_dir, out->program_dir, "templates");
    out->schema_dir = companion(mem, out->schema_dir, out->program_dir, "schema");
    out->static_dir = companion(mem, out->static_dir, out->program_dir, "static");
    if (r.why == NULL && out->single_tenant_mode && out->single_tenant_account.n == 0)
        r.why =
            "SNACKBASE_SINGLE_TENANT_ACCOUNT is required when SNACKBASE_SINGLE_TENANT_MODE=true";
    if (r.why == NULL && out->single_tenant_mode
        && str_eq_nocase(out->single_tenant_account, S("system")))
        r.why = "SNACKBASE_SINGLE_TENANT_ACCOUNT cannot be the system account: whoever registers"
                " would be a superadmin";
    *why = r.why;
    return r.why == NULL;
}

bool settings_is_production(const struct settings *set)
{
    return str_eq_nocase(set->environment, S("production"));
}

bool settings_has_default_key(const struct settings *set)
{
    struct str unsafe = S("change-me");
    return str_starts(set->secret_key, unsafe) || str_starts(set->token_secret, unsafe)
        || str_starts(set->encryption_key, unsafe);
}

bool settings_row(struct arena *mem, const struct settings *set, size_t i, struct setting_row *out)
{
    if (i >= COUNT(known))
        return false;
    const struct known *k = &known[i];
    const char *field = (const char *)set + k->offset;
    *out = (struct setting_row){ .name = str_of(k->name), .about = str_of(k->about),
                                 .otherwise = k->who == SECRET ? NO_STR : str_of(k->otherwise),
                                 .source = set->sources == NULL ? NO_STR : set->sources[i],
                                 .is_secret = k->who == SECRET };
    if (k->kind == SETTING_KIND_INT)
        out->value = str_fmt(mem, "%lld", (long long)*(const int64_t *)(const void *)field);
    else if (k->kind == SETTING_KIND_REAL)
        out->value = str_fmt(mem, "%g", *(const double *)(const void *)field);
    else if (k->kind == SETTING_KIND_BOOL)
        out->value = *(const bool *)(const void *)field ? S("true") : S("false");
    else if (k->kind == SETTING_KIND_TEXT)
        out->value = *(const struct str *)(const void *)field;
    else {
        const struct str_list *list = (const struct str_list *)(const void *)field;
        struct buf b;
        buf_init(&b, mem, FILE_BYTES);
        for (size_t n = 0; n < list->n; n++) {
            buf_str(&b, n > 0 ? S(",") : S(""));
            buf_str(&b, list->at[n]);
        }
        out->value = buf_text(&b);
    }
    out->is_set = out->value.n > 0;
    if (out->is_secret && out->is_set)
        out->value = S("***");
    return true;
}
