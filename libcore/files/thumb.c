/* thumb.c — looks for the small picture, else lets bin/thumb make it and keeps what came of it. */
#include "files/thumb.h"

#include <unistd.h>

#include "base/num.h"
#include "base/settings.h"
#include "base/when.h"
#include "files/sniff.h"
#include "net/errand.h"

enum { SIDE_MAX = 4096, RESULT_MAX = 5 << 20 };
#define PATIENCE (10 * WHEN_SECOND)
#define TRIED_AGAIN WHEN_DAY

static bool is_side(struct str text, int64_t *side)
{
    return text.n > 0 && text.n <= 4 && text.p[0] >= '0' && text.p[0] <= '9'
        && (text.p[0] != '0' || text.n == 1) && num_int(text, side) && *side <= SIDE_MAX;
}

bool thumb_is_size(struct str text)
{
    struct str width;
    int64_t w, h;
    return str_cut(&text, 'x', &width) && !str_absent(text) && is_side(width, &w)
        && is_side(text, &h) && w + h > 0;
}

/* What the picture of such a file is, as bin/thumb encodes it; empty: none is made of it. */
static struct str type_of(struct str mime_type)
{
    if (str_eq(mime_type, S("image/jpeg")) || str_eq(mime_type, S("image/png"))
        || str_eq(mime_type, S("image/webp")))
        return mime_type;
    return str_eq(mime_type, S("image/gif")) ? S("image/png") : S("");
}

bool thumb_is_of(struct str mime_type)
{
    return type_of(mime_type).n > 0;
}

static bool impossible(struct cx *cx, const char *why)
{
    return fail_detail(cx, E_INVALID, "No thumbnail can be made of this file: %s", why);
}

/* "<account_id>/thumbs/<rest of its name>" */
static struct str folder_of(struct cx *cx, const struct filepath *of)
{
    struct str rest = str_sub(of->name, of->account_id.n + 1, SIZE_MAX);
    return str_fmt(cx->mem, "%.*s/thumbs/%.*s", STR_ARG(of->account_id), STR_ARG(rest));
}

/* --- made ------------------------------------------------------------------------------------- */

/* A path that another program can open: its own, or a copy of it. */
static bool path_of(struct cx *cx, const struct filebytes *whole, struct str *path)
{
    struct inbound *copy = arena_make(cx->mem, struct inbound);
    struct source bytes;
    int64_t n;
    if (!str_absent(whole->bytes.sendable)) {
        *path = str_fmt(cx->mem, "%.*s/%.*s", STR_ARG(cx->set->storage_path),
                        STR_ARG(whole->bytes.sendable));
        return true;
    }
    TRY(inbound_open(cx, copy));
    TRY(filebytes_read(cx, whole, 0, whole->bytes.size, &bytes));
    TRY(flow_pass(cx, bytes, inbound_sink(copy), whole->bytes.size, &n));
    *path = inbound_path(cx, copy);
    return true;
}

/* "ok image/png", "no The picture is damaged"; *why: of the picture's own fault, else NULL. */
static bool heard(struct cx *cx, struct str line, struct str type, const char **why)
{
    struct str word;
    if (!str_cut(&line, ' ', &word) || (!str_eq(word, S("ok")) && !str_eq(word, S("no"))))
        return broken(cx, "thumb: %.*s", STR_ARG(line));
    if (str_eq(word, S("no")))
        *why = str_c(cx->mem, line);
    else if (!str_eq(line, type))
        *why = "The file is not of its type";
    return true;
}

static bool listen_to(struct cx *cx, struct errand_talk *talk, struct str type,
                      struct inbound *into, const char **why)
{
    struct source bytes = { errand_read, talk };
    struct str line;
    int64_t n;
    TRY(errand_line(talk, &line));
    TRY(heard(cx, line, type, why));
    return *why != NULL || flow_pass(cx, bytes, inbound_sink(into), RESULT_MAX, &n);
}

/* Whatever takes too long, or too much, will do so again. */
static bool paint(struct cx *cx, const struct filebytes *whole, struct str size, struct str type,
                  struct inbound *into, const char **why)
{
    struct errand_talk talk SCOPED(errand_close) = { .cx = NULL };
    struct str path, question;
    const char *program = str_fmt(cx->mem, "%.*s/thumb", STR_ARG(cx->set->program_dir)).p;
    if (access(program, X_OK) != 0)
        return fail_detail(cx, E_INVALID, "Thumbnails are not installed here");
    TRY(path_of(cx, whole, &path));
    question = str_fmt(cx->mem, "%.*s %.*s", STR_ARG(size), STR_ARG(path));
    TRY(errand_open(cx, "thumb", NULL, question, PATIENCE, &talk));
    if (listen_to(cx, &talk, type, into, why))
        return true;
    if (!talk.was_killed)
        return false;
    fail_forget(cx);
    *why = "It takes too long";
    return true;
}

static bool make(struct cx *cx, const struct filepath *of, struct str size, struct str type,
                 struct str name)
{
    struct filebytes whole;
    struct inbound *inbound = arena_make(cx->mem, struct inbound);
    const char *why = NULL;
    TRY(filebytes_find(cx, of, &whole));
    TRY(inbound_open(cx, inbound));
    TRY(paint(cx, &whole, size, type, inbound, &why));
    if (why != NULL)
        TRY(inbound_open(cx, inbound = arena_make(cx->mem, struct inbound)));   /* empty: a mark */
    inbound_end(cx, inbound);
    TRY(of->place->store(cx, name, type, inbound));
    return why == NULL || impossible(cx, why);
}

/* --- found ------------------------------------------------------------------------------------ */

static bool is_over(struct cx *cx, const struct place_file *bytes)
{
    return bytes->size == 0 && bytes->modified_at + TRIED_AGAIN < cx->now;
}

/* Only what has a row is looked for first: of the rest, nobody else knows whether it is there. */
static bool look(struct cx *cx, const struct filepath *of, bool known, struct filebytes *out,
                 bool *found)
{
    *found = false;
    if (!known)
        return true;
    TRY(of->place->find(cx, out->at.name, found, &out->bytes));
    *found = *found && !is_over(cx, &out->bytes);
    return true;
}

bool thumb_find(struct cx *cx, const struct filepath *of, struct str size, struct filebytes *out)
{
    bool known, found;
    *out = (struct filebytes){ .at = *of };
    TRY(file_find(cx, of->account_id, of->path, &known, &out->file));
    struct str type = type_of(known ? out->file.mime_type : sniff_type_of(of->path));
    if (type.n == 0)
        return impossible(cx, "It is no picture");
    struct str stem = str_fmt(cx->mem, "%.*s%.*s", STR_ARG(size), STR_ARG(sniff_extension(type)));
    out->at.name = str_fmt(cx->mem, "%.*s/%.*s", STR_ARG(folder_of(cx, of)), STR_ARG(stem));
    TRY(look(cx, of, known, out, &found));
    if (!found) {
        TRY(make(cx, of, size, type, out->at.name));
        TRY(of->place->find(cx, out->at.name, &found, &out->bytes));
    }
    if (!found)
        return file_missing(cx, of->path);
    if (out->bytes.size == 0)
        return impossible(cx, "It was tried before");
    out->filename = stem;
    out->mime_type = type;
    out->modified_at = out->bytes.modified_at;
    out->etag = str_fmt(cx->mem, "%llx-%llx", (unsigned long long)out->bytes.size,
                        (unsigned long long)out->bytes.modified_at);
    return true;
}

bool thumb_clear(struct cx *cx, const struct filepath *of)
{
    return of->place->clear(cx, folder_of(cx, of));
}
