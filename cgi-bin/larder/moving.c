/* moving.c — larder collections export, import: definitions to a file and back; larder types. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "base/buf.h"
#include "transfer/jsonschema.h"
#include "transfer/portable.h"
#include "transfer/typescript.h"

enum { FILE_MOST = 1 << 26 };

static int usage(void)
{
    fputs("Usage: larder collections export FILE [--ids ID,ID]\n"
          "       larder collections import FILE [--strategy error|skip|update]\n"
          "FILE - is standard output or input.\n", stderr);
    return 2;
}

static int no_file(const char *file, const char *what)
{
    fprintf(stderr, "Error: %s cannot be %s: %s\n", file, what, strerror(errno));
    return 1;
}

static int write_file(const char *file, struct str text)
{
    FILE *to = strcmp(file, "-") == 0 ? stdout : fopen(file, "w");
    if (to == NULL)
        return no_file(file, "written");
    bool well = fwrite(text.p, 1, text.n, to) == text.n && fflush(to) == 0;
    if (to != stdout)
        well = fclose(to) == 0 && well;
    return well ? 0 : no_file(file, "written");
}

static bool read_file(struct arena *mem, const char *file, struct str *out)
{
    struct buf text;
    char piece[65536];
    FILE *from = strcmp(file, "-") == 0 ? stdin : fopen(file, "r");
    if (from == NULL)
        return false;
    buf_init(&text, mem, FILE_MOST);
    for (size_t n; (n = fread(piece, 1, sizeof(piece), from)) > 0;)
        buf_put(&text, piece, n);
    bool well = ferror(from) == 0;
    if (from != stdin)
        (void)fclose(from);
    if (text.over)
        errno = EFBIG;
    *out = buf_text(&text);
    return well && !text.over;
}

static int export(struct cx *cx, const char *file, const char *ids)
{
    struct str json;
    if (!portable_export(cx, str_of(ids), &json))
        return command_failed(cx);
    return write_file(file, json);
}

static int told(const struct portable_result *result)
{
    for (size_t i = 0; i < result->n; i++)
        printf("%-8.*s %.*s: %.*s\n", STR_ARG(result->items[i].status),
               STR_ARG(result->items[i].name), STR_ARG(result->items[i].message));
    printf("%lld imported, %lld updated, %lld skipped, %lld failed\n",
           (long long)result->imported, (long long)result->updated, (long long)result->skipped,
           (long long)result->failed);
    return result->success ? 0 : 1;
}

/* What does not have the shape of an export is told by its place in it. */
static int misshapen(const struct cx *cx)
{
    for (size_t i = 0; i < cx->err.field_count; i++)
        fprintf(stderr, "Error: %.*s %.*s\n", STR_ARG(cx->err.fields[i].loc),
                STR_ARG(cx->err.fields[i].msg));
    return cx->err.field_count > 0 ? 1 : command_failed(cx);
}

static int import(struct cx *cx, const char *file, const char *strategy)
{
    enum portable_strategy how;
    struct portable_result result;
    struct jv_fault fault;
    struct str text;
    struct jv data;
    if (!portable_strategy(str_of(strategy), &how))
        return usage();
    if (!read_file(cx->mem, file, &text))
        return no_file(file, "read");
    if (!jv_parse(cx, text, &data, &fault)) {
        fprintf(stderr, "Error: %s is no JSON: %s at byte %zu\n", file, fault.reason,
                fault.offset);
        return 1;
    }
    if (!portable_import(cx, data, S("\"data\""), how, &result))
        return misshapen(cx);
    return told(&result);
}

int moving_collections(struct command_line *line)
{
    const char *ids = command_option(line, "--ids");
    const char *strategy = command_option(line, "--strategy");
    const char *verb = command_word(line);
    bool out = verb != NULL && strcmp(verb, "export") == 0;
    bool in = verb != NULL && strcmp(verb, "import") == 0;
    struct app app;
    struct cx cx;
    const char *file = line->argc > 0 ? line->argv[0] : NULL;
    if (file == NULL || (!out && !in) || (out ? strategy : ids) != NULL)
        return usage();
    line->argc--;
    line->argv++;
    if (!command_taken(line))
        return 2;
    if (!command_open(line, &app, &cx))
        return 1;
    int code = out ? export(&cx, file, ids) : import(&cx, file, strategy);
    command_close(&app);
    return code;
}

int moving_types(struct command_line *line)
{
    bool is_schema = command_flag(line, "--json-schema");
    struct app app;
    struct cx cx;
    struct str text;
    if (!command_taken(line))
        return 2;
    if (!command_open(line, &app, &cx))
        return 1;
    bool well = is_schema ? jsonschema_write(&cx, &text) : typescript_write(&cx, &text);
    int code = well ? write_file("-", text) : command_failed(&cx);
    command_close(&app);
    return code;
}
