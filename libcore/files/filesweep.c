/* filesweep.c — looks for orphans in the tables, then at what lies in each place. */
#include "files/filesweep.h"

#include "audit/change.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/when.h"
#include "db/rows.h"
#include "files/file.h"
#include "files/placelocal.h"
#include "files/thumb.h"
#include "jobs/queue.h"

enum { AT_ONCE = 500 };
#define THUMBS S("thumbs/")

static const struct sql HELD_AGAIN = SQL(
    "DELETE FROM file_orphans WHERE EXISTS (SELECT 1 FROM file_uses u"
    " WHERE u.account_id = file_orphans.account_id AND u.path = file_orphans.path)"
    " OR NOT EXISTS (SELECT 1 FROM files f"
    " WHERE f.account_id = file_orphans.account_id AND f.path = file_orphans.path)");
static const struct sql SEEN = SQL(
    "INSERT INTO file_orphans (account_id, path, since) SELECT account_id, path, :now FROM files f"
    " WHERE NOT EXISTS (SELECT 1 FROM file_uses u"
    " WHERE u.account_id = f.account_id AND u.path = f.path)"
    " ON CONFLICT (account_id, path) DO NOTHING");
static const struct sql OVER = SQL(
    "SELECT f.account_id, f.id, f.path FROM file_orphans o JOIN files f"
    " ON f.account_id = o.account_id AND f.path = o.path WHERE o.since < :oldest LIMIT 500");
static const struct sql USED = SQL(
    "SELECT path FROM file_uses WHERE account_id = :account AND path = :path LIMIT 1");
static const struct sql FORGET = SQL(
    "DELETE FROM file_orphans WHERE account_id = :account AND path = :path");
static const struct sql ACCOUNT = SQL("SELECT id AS path FROM accounts WHERE id = :account");

struct orphan { struct str account_id, id, path; };
static const struct col ORPHAN_COLS[] = {
    COL(C_TEXT, orphan, account_id), COL(C_TEXT, orphan, id), COL(C_TEXT, orphan, path), { 0 },
};
static const struct col PATH_COLS[] = { COL(C_TEXT, orphan, path), { 0 } };

static bool any(struct cx *cx, struct sql sql, struct binds binds, bool *yes)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct orphan row;
    TRY(db_query(cx, sql, binds, &rows));
    *yes = rows_next(&rows, PATH_COLS, &row);
    return *yes || rows_done(&rows);
}

/* One file that cannot be removed does not keep the others. */
static void forgive(struct cx *cx)
{
    log_failure(cx);
    fail_forget(cx);
}

/* --- files that nobody holds ------------------------------------------------------------------ */

/* Asked again in the transaction that deletes: a record may have taken it meanwhile. */
static bool delete_row(struct cx *cx, const struct orphan *orphan, bool *gone)
{
    bool used;
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(any(cx, USED, BIND(p_text("account", orphan->account_id), p_text("path", orphan->path)),
            &used));
    *gone = !used;
    if (used)
        return true;
    TRY(change_delete(cx, &(struct change){
        .table = S("files"), .account_id = orphan->account_id, .record_id = orphan->id,
        .key = BIND(p_text("account_id", orphan->account_id), p_text("id", orphan->id)) }));
    TRY(db_exec(cx, FORGET, BIND(p_text("account", orphan->account_id),
                                 p_text("path", orphan->path)), NULL));
    return tx_commit(&tx);
}

static bool list(struct cx *cx, int64_t oldest, struct orphan *found, size_t *n)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    *n = 0;
    TRY(db_query(cx, OVER, BIND(p_time("oldest", oldest)), &rows));
    while (*n < AT_ONCE && rows_next(&rows, ORPHAN_COLS, &found[*n]))
        (*n)++;
    return rows_done(&rows);
}

static bool let_go(struct cx *cx, const struct orphan *orphan)
{
    struct filepath at;
    bool gone;
    TRY(delete_row(cx, orphan, &gone));
    db_rest(cx->db);
    db_scope(cx, S("*"));
    if (gone && (!filepath_read(cx, orphan->path, &at) || !file_drop(cx, &at)))
        forgive(cx);
    return true;
}

static bool orphans(struct cx *cx, int64_t oldest)
{
    struct orphan *found = arena_list(cx->mem, struct orphan, AT_ONCE);
    size_t n = AT_ONCE;
    TRY(db_exec(cx, HELD_AGAIN, NO_BINDS, NULL));
    TRY(db_exec(cx, SEEN, BIND(p_time("now", cx->now)), NULL));
    while (n == AT_ONCE) {
        TRY(list(cx, oldest, found, &n));
        for (size_t i = 0; i < n; i++)
            TRY(let_go(cx, &found[i]));
    }
    return true;
}

/* --- bytes that nobody knows ------------------------------------------------------------------ */

struct look { const struct place *place; int64_t oldest; };     /* oldest 0: thumbs alone */

/* "<account_id>/thumbs/<name>/<size>" is of "<account_id>/<name>". */
static struct str of_thumb(struct cx *cx, struct str account, struct str rest)
{
    size_t end = rest.n;
    while (end > 0 && rest.p[end - 1] != '/')
        end--;
    return str_fmt(cx->mem, "%.*s/%.*s", STR_ARG(account),
                   STR_ARG(str_sub(rest, THUMBS.n, end > THUMBS.n ? end - 1 - THUMBS.n : 0)));
}

/* Of an account that is gone, a job takes all; of one that another house has, nothing is ours. */
static bool is_known(struct cx *cx, struct str account, struct str path, bool *known)
{
    struct file file;
    TRY(file_find(cx, account, path, known, &file));
    if (*known)
        return true;
    TRY(any(cx, USED, BIND(p_text("account", account), p_text("path", path)), known));
    if (*known)
        return true;
    TRY(any(cx, ACCOUNT, BIND(p_text("account", account)), known));
    *known = !*known;
    return true;
}

static bool look_at(struct cx *cx, void *state, const struct place_entry *entry)
{
    const struct look *look = state;
    struct str rest = entry->name, account, name = entry->name;
    bool known, is_thumb = str_cut(&rest, '/', &account) && str_starts(rest, THUMBS);
    if (!is_thumb && (look->oldest == 0 || entry->modified_at >= look->oldest))
        return true;
    if (is_thumb)
        name = of_thumb(cx, account, rest);
    TRY(is_known(cx, account, str_fmt(cx->mem, "%s%.*s", look->place->prefix, STR_ARG(name)),
                 &known));
    db_rest(cx->db);
    db_scope(cx, S("*"));
    if (known)
        return true;
    LOG(LOG_INFO, "file_swept", log_text("place", str_of(look->place->provider)),
        log_text("name", entry->name));
    if (!look->place->remove(cx, entry->name))
        forgive(cx);
    return true;
}

static bool places(struct cx *cx, int64_t oldest)
{
    for (size_t i = 0; place_at(i) != NULL; i++) {
        struct look look = { place_at(i), oldest };
        if (oldest == 0 && look.place != &placelocal)
            continue;                           /* listing them costs */
        if (!look.place->each(cx, look_at, &look))
            forgive(cx);
    }
    return true;
}

/* --- all of it -------------------------------------------------------------------------------- */

bool filesweep_run(struct cx *cx, struct str payload UNUSED)
{
    int64_t days = cx->set->file_orphan_days;
    int64_t oldest = days > 0 ? cx->now - days * WHEN_DAY : 0;
    TRY(inbound_sweep(cx, cx->now - WHEN_DAY));
    if (days > 0)
        TRY(orphans(cx, oldest));
    return places(cx, oldest);
}

bool filesweep_queue(struct cx *cx)
{
    struct str id;
    struct tx tx SCOPED(tx_end) = { 0 };
    TRY(tx_begin(cx, &tx));
    TRY(queue_add(cx, &(struct queue_job){ .handler = "sweep_files", .payload = S("{}") }, &id));
    return tx_commit(&tx);
}
