/* auditfile.c — walks the trail into a file, and a file past a verifier. */
#include "audit/auditfile.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "audit/auditor.h"
#include "audit/prunerecord.h"
#include "audit/trailwalk.h"
#include "base/jsonparts.h"
#include "base/settings.h"
#include "crypto/sign.h"
#include "db/db.h"

enum { PIECE = 1 << 16 };

static bool write_fd(struct cx *cx, void *state, struct str piece)
{
    const int *fd = state;
    for (ssize_t n; piece.n > 0; piece = str_sub(piece, (size_t)n, piece.n))
        if ((n = write(*fd, piece.p, piece.n)) < 0 && errno != EINTR)
            return fail(cx, E_FULL, "Insufficient storage", "The file cannot be written: %s",
                        strerror(errno));
        else if (n < 0)
            n = 0;
    return true;
}

static bool read_fd(struct cx *cx, void *state, char *into, size_t room, size_t *n)
{
    const int *fd = state;
    ssize_t got = read(*fd, into, room);
    *n = got > 0 ? (size_t)got : 0;
    return got >= 0
        || fail(cx, E_INVALID, "Invalid", "The file cannot be read: %s", strerror(errno));
}

struct sink auditfile_sink(int *fd)
{
    return (struct sink){ write_fd, fd };
}

struct source auditfile_source(int *fd)
{
    return (struct source){ read_fd, fd };
}

/* ---- writing ---- */

struct writer { struct sink to; struct arena *mem; struct buf text; struct verifier *judge; };

static void free_arena(void *mem)
{
    arena_free(mem);
}

/* What is gathered has memory of its own, since the walk rewinds the other. */
static void begin_text(struct writer *w)
{
    arena_reset(w->mem);
    buf_init(&w->text, w->mem, SIZE_MAX / 2);
}

static bool flush(struct cx *cx, struct writer *w)
{
    TRY(flow_write(cx, w->to, buf_text(&w->text)));
    begin_text(w);
    return true;
}

static bool write_row(struct cx *cx, void *state, const struct audit_row *row)
{
    struct writer *w = state;
    auditline_put_row(&w->text, row);
    if (w->judge != NULL)
        verifier_row(w->judge, row);
    return w->text.n < PIECE || flush(cx, w);
}

static bool write_checkpoint(struct cx *cx, void *state, const struct checkpoint_signed *is)
{
    struct writer *w = state;
    auditline_put_checkpoint(&w->text, is);
    return (w->judge == NULL || verifier_checkpoint(cx, w->judge, is))
        && (w->text.n < PIECE || flush(cx, w));
}

static struct str own_key(struct cx *cx)
{
    struct str key = NO_STR;
    return sign_public(cx->mem, cx->set->audit_signing_key, &key) ? key : NO_STR;
}

static bool write_all(struct cx *cx, struct writer *w, const struct auditline_header *header,
                      int64_t last)
{
    w->mem = arena_new(0, NULL, NULL);
    arena_defer(cx->mem, free_arena, w->mem);
    begin_text(w);
    auditline_put_header(&w->text, header);
    return trailwalk_run(cx, &(struct trailwalk){ .account_id = header->account_id,
                                                  .first = header->first, .last = last },
                         &(struct trailwalk_visitor){ write_row, write_checkpoint, w })
        && flush(cx, w);
}

bool auditfile_export(struct cx *cx, struct str account_id, struct sink to)
{
    struct writer w = { .to = to };
    struct auditline_header header = { .exported_at = cx->now, .first = 1,
                                       .account_id = account_id, .key = own_key(cx) };
    db_scope(cx, S("*"));
    TRY(db_snapshot(cx));
    return prunerecord_last(cx, &header.prune) && write_all(cx, &w, &header, 0);
}

bool auditfile_archive(struct cx *cx, int64_t first, int64_t last, struct sink to,
                       struct verifier_report *out)
{
    struct auditline_header header = { .exported_at = cx->now, .first = first,
                                       .key = own_key(cx) };
    struct verifier_terms terms = { .first = first };
    auditor_keys(cx, &terms);
    struct writer w = { .to = to, .judge = verifier_begin(cx, &terms, out) };
    TRY(write_all(cx, &w, &header, last));
    verifier_end(w.judge);
    return true;
}

/* ---- reading ---- */

struct reader {
    struct jsonparts parts;
    struct arena *mem;                      /* of a line */
    struct verifier *judge;
};

static bool next_line(struct cx *cx, struct reader *r, struct auditline *out, bool *found)
{
    struct str text;
    int64_t number;
    arena_reset(r->mem);
    TRY(jsonparts_next(cx, &r->parts, r->mem, &text, &number, found));
    if (!*found)
        return r->parts.fault == NULL || fail(cx, E_INVALID, "Invalid", "%s", r->parts.fault);
    struct cx turn = { .mem = r->mem };
    if (!str_absent(text) && auditline_read(&turn, text, out))
        return true;
    return fail(cx, E_INVALID, "Invalid", "Line %lld: %s", (long long)number,
                str_absent(text) ? "too long" : turn.err.message);
}

static bool read_rest(struct cx *cx, struct reader *r)
{
    struct auditline line;
    for (bool found = true;;) {
        TRY(next_line(cx, r, &line, &found));
        if (!found)
            return true;
        struct cx turn = { .mem = r->mem };
        if (line.kind == AUDITLINE_ENTRY)
            verifier_row(r->judge, &line.row);
        else if (line.kind == AUDITLINE_HEADER)
            verifier_fault(r->judge, "Line: A second header");
        else if (!verifier_checkpoint(&turn, r->judge, &line.checkpoint))
            return fail(cx, E_INVALID, "Invalid", "A checkpoint does not read");
    }
}

static struct checkpoint_signed copy_signed(struct arena *mem, const struct checkpoint_signed *is)
{
    return (struct checkpoint_signed){ is->number, str_copy(mem, is->document),
                                       str_copy(mem, is->signature) };
}

static bool read_header(struct cx *cx, struct reader *r, struct auditline_header *out)
{
    struct auditline line;
    bool found;
    TRY(next_line(cx, r, &line, &found));
    if (!found || line.kind != AUDITLINE_HEADER)
        return fail(cx, E_INVALID, "Invalid", "Line 1: not the header of an export");
    *out = line.header;
    out->account_id = str_copy(cx->mem, line.header.account_id);
    out->key = str_copy(cx->mem, line.header.key);
    out->prune = copy_signed(cx->mem, &line.header.prune);
    return true;
}

bool auditfile_verify(struct cx *cx, struct source from, const struct str *keys, size_t key_count,
                      struct auditline_header *header, struct verifier_report *out)
{
    struct reader r = { .mem = arena_new(0, NULL, NULL) };
    arena_defer(cx->mem, free_arena, r.mem);
    jsonparts_init(&r.parts, cx->mem, from, true, AUDITLINE_MOST);
    TRY(read_header(cx, &r, header));
    struct verifier_terms terms = { .account_id = header->account_id, .first = header->first,
                                    .prune = header->prune, .keys = keys, .key_count = key_count };
    if (key_count == 0 && !str_absent(header->key)) {
        terms.keys = &header->key;
        terms.key_count = 1;
    }
    r.judge = verifier_begin(cx, &terms, out);
    TRY(read_rest(cx, &r));
    verifier_end(r.judge);
    return true;
}
