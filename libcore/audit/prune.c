/* prune.c — archives and deletes what is older than wanted, checkpoint by checkpoint. */
#include "audit/prune.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/auditfile.h"
#include "audit/prunerecord.h"
#include "base/when.h"
#include "crypto/mac.h"
#include "db/purge.h"
#include "db/rows.h"
#include "db/tx.h"

/* The newest entry stays: on SQLite its id would be given again. */
static const struct sql DUE = SQL(
    "SELECT COALESCE(max(number), 0) AS number FROM audit_checkpoints WHERE created_at < :before"
    " AND number < COALESCE((SELECT min(number) FROM audit_checkpoint_heads"
    " WHERE last_id >= (SELECT max(id) FROM audit_log)), 9223372036854775807)");
struct due { int64_t number; };
static const struct col DUE_COLS[] = { COL(C_INT, due, number), { 0 } };

static bool read_due(struct cx *cx, int64_t before, struct prune_report *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct checkpoint_signed done;
    struct due due = { 0 };
    TRY(prunerecord_last(cx, &done));
    TRY(db_query(cx, DUE, BIND(p_time("before", before)), &rows));
    if (!rows_next(&rows, DUE_COLS, &due))
        return rows_done(&rows);
    out->first = done.number + 1;
    out->last = due.number < out->first ? 0
              : due.number < done.number + PRUNE_MOST ? due.number : done.number + PRUNE_MOST;
    return true;
}

/* ---- the archive ---- */

struct archive { int fd; struct str dir, name, path, making; };

static bool file_failed(struct cx *cx, struct str path)
{
    return fail(cx, E_CONFLICT, "Conflict", "%.*s cannot be written: %s", STR_ARG(path),
                strerror(errno));
}

static bool flush_dir(struct cx *cx, struct str dir)
{
    int fd = open(str_c(cx->mem, dir), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool well = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return well || file_failed(cx, dir);
}

static bool open_archive(struct cx *cx, struct archive *a, const struct prune_report *report)
{
    a->name = str_fmt(cx->mem, "audit-%06lld-%06lld.ndjson", (long long)report->first,
                      (long long)report->last);
    a->path = str_fmt(cx->mem, "%.*s/%.*s", STR_ARG(a->dir), STR_ARG(a->name));
    a->making = str_fmt(cx->mem, "%.*s.new", STR_ARG(a->path));
    if (mkdir(str_c(cx->mem, a->dir), 0700) != 0 && errno != EEXIST)
        return file_failed(cx, a->dir);
    a->fd = open(a->making.p, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    return a->fd >= 0 || file_failed(cx, a->making);
}

static bool close_archive(struct cx *cx, struct archive *a)
{
    bool well = fsync(a->fd) == 0;
    well = close(a->fd) == 0 && well;
    a->fd = -1;
    well = well && rename(a->making.p, a->path.p) == 0;
    return well ? flush_dir(cx, a->dir) : file_failed(cx, a->path);
}

static void drop_archive(struct archive *a)
{
    if (a->fd < 0)
        return;
    close(a->fd);
    (void)unlink(a->making.p);
}

static bool write_nowhere(struct cx *cx UNUSED, void *state UNUSED, struct str piece UNUSED)
{
    return true;
}

/* What cannot be proven is evidence of something: it stays where it is. */
static bool archive(struct cx *cx, struct str dir, struct prune_report *report)
{
    struct archive a SCOPED(drop_archive) = { .fd = -1, .dir = dir };
    struct verifier_report *judged = arena_make(cx->mem, struct verifier_report);
    struct sink to = str_absent(dir) ? (struct sink){ write_nowhere, NULL }
                                     : auditfile_sink(&a.fd);
    TRY(str_absent(dir) || open_archive(cx, &a, report));
    TRY(auditfile_archive(cx, report->first, report->last, to, judged));
    if (judged->fault_count > 0)
        return fail(cx, E_CONFLICT, "Conflict", "Nothing was pruned, since the entries cannot be"
                    " proven: %.*s", STR_ARG(judged->faults[0]));
    report->archive = a.name;
    return str_absent(dir) || close_archive(cx, &a);
}

/* ---- deleting ---- */

static const struct sql DELETE_ENTRIES = SQL(
    "DELETE FROM audit_log WHERE id IN (SELECT l.id FROM audit_checkpoint_heads h"
    " JOIN audit_log l ON l.account_id = h.account_id AND l.id > h.after_id AND l.id <= h.last_id"
    " WHERE h.number = :number)");

static bool delete_entries(struct cx *cx, int64_t number, int64_t *deleted)
{
    struct purge purge;
    TRY(purge_begin(cx, S("audit_log"), S("prevent_audit_log_delete"), &purge));
    TRY(db_exec(cx, DELETE_ENTRIES, BIND(p_int("number", number)), deleted));
    return purge_end(cx, &purge);
}

static bool record(struct cx *cx, const struct checkpoint_signed *is, struct str archive_name)
{
    struct prunerecord record = { .number = is->number, .archive = archive_name,
                                  .checkpoint = mac_sha256_hex(cx->mem, is->document) };
    struct buf time;
    buf_init(&time, cx->mem, 64);
    when_iso(&time, cx->now);
    record.time = buf_text(&time);
    return checkpoint_key(cx, &record.key) && prunerecord_add(cx, &record);
}

/* The system's chain is held first: whoever writes to it holds it, too, before the table. */
static bool prune_one(struct cx *cx, int64_t number, struct prune_report *report)
{
    struct checkpoint_signed is, done;
    struct checkpoint read;
    int64_t deleted = 0;
    bool found, well;
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(tx_lock(cx, S(SYSTEM_ACCOUNT)));
    TRY(prunerecord_last(cx, &done));
    if (done.number != number - 1)
        return fail(cx, E_CONFLICT, "Conflict", "Somebody else prunes the trail");
    TRY(checkpoint_after(cx, number - 1, &is, &found));
    TRY(checkpoint_read(cx, is.document, &read, &well));
    TRY(delete_entries(cx, number, &deleted));
    if (!found || !well || is.number != number || deleted != read.rows)
        return broken(cx, "checkpoint %lld has other entries than it says", (long long)number);
    TRY(record(cx, &is, report->archive));
    TRY(tx_commit(&tx));
    report->entries += deleted;
    return true;
}

bool prune_run(struct cx *cx, int64_t before, struct str archive_dir, struct prune_report *out)
{
    struct str key;
    *out = (struct prune_report){ .first = 0 };
    db_scope(cx, S("*"));
    TRY(checkpoint_key(cx, &key));
    TRY(read_due(cx, before, out));
    if (out->last == 0)
        return true;
    TRY(archive(cx, archive_dir, out));
    for (int64_t number = out->first; number <= out->last; number++) {
        struct arena_mark mark = arena_mark(cx->mem);
        TRY(prune_one(cx, number, out));
        arena_rewind(cx->mem, mark);
    }
    return true;
}
