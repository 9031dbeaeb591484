/* tplfile.c — reads a template from the operator's folder, or from ours. */
#include "view/tplfile.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/settings.h"

#define FILE_MAX (1u << 20)

static bool is_path(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
              || strchr("_-./", c) != NULL) || c == '\0')
            return false;
    }
    return name.n > 0 && name.p[0] != '/' && !str_has(name, S(".."));
}

struct str tplfile_own(struct cx *cx)
{
    struct str dir = cx->set->data_dir;
    return dir.n == 0 ? NO_STR : str_fmt(cx->mem, "%.*s/templates", STR_ARG(dir));
}

bool tplfile_read_in(struct cx *cx, struct arena *mem, struct str dir, struct str name, bool *found,
                     struct str *out)
{
    if (!is_path(name))
        return broken(cx, "template %.*s: no path", STR_ARG(name));
    struct str path = str_fmt(cx->mem, "%.*s/%.*s", STR_ARG(dir), STR_ARG(name));
    FILE *file = fopen(path.p, "rbe");
    *found = file != NULL;
    if (file == NULL)
        return errno == ENOENT || errno == ENOTDIR
            || broken(cx, "template %s: %s", path.p, strerror(errno));
    struct buf text;
    buf_init(&text, mem, FILE_MAX);
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        buf_put(&text, piece, n);
    bool bad = ferror(file) || text.over;
    fclose(file);
    *out = text.n == 0 ? S("") : buf_text(&text);
    return !bad || broken(cx, "template %s cannot be read or is too big", path.p);
}

bool tplfile_read(struct cx *cx, struct arena *mem, struct str name, struct str *out)
{
    struct str own = tplfile_own(cx), ours = cx->set->templates_dir;
    bool found = false;
    if (!str_absent(own))
        TRY(tplfile_read_in(cx, mem, own, name, &found, out));
    if (!found)
        TRY(tplfile_read_in(cx, mem, ours, name, &found, out));
    return found || broken(cx, "template %.*s/%.*s: %s", STR_ARG(ours), STR_ARG(name),
                           strerror(ENOENT));
}
