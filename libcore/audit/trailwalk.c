/* trailwalk.c — walks the trail checkpoint by checkpoint, a page of entries at a time. */
#include "audit/trailwalk.h"

#include "audit/auditrow.h"
#include "audit/chainheads.h"

enum { PAGE = 64, PAGE_BYTES = 1 << 22 };      /* a page of long values is a short one */

static const struct sql ENTRIES_OF_ACCOUNT = SQL(
    AUDITROW_SELECT " WHERE account_id = :account AND id > :after AND id <= :last"
    " ORDER BY id LIMIT 64");
static const struct sql ENTRY = SQL(AUDITROW_SELECT " WHERE id = :id");
static const struct sql ACCOUNT_AFTER = SQL(
    "SELECT min(account_id) AS account_id FROM audit_log WHERE account_id > :account");
static const struct sql COVERED_BEFORE = SQL(
    "SELECT COALESCE(max(last_id), 0) AS last_id FROM audit_checkpoint_heads"
    " WHERE account_id = :account AND number < :first");
struct chained { struct str account_id; };
static const struct col CHAINED_COLS[] = { COL(C_TEXT, chained, account_id), { 0 } };
struct covered { int64_t last_id; };
static const struct col COVERED_COLS[] = { COL(C_INT, covered, last_id), { 0 } };

struct walker {
    struct trailwalk is;
    const struct trailwalk_visitor *visitor;
    struct chainheads heads;            /* how far each chain was told */
};

bool trailwalk_entry(struct cx *cx, int64_t id, bool *found, struct audit_row *out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    TRY(db_query(cx, ENTRY, BIND(p_int("id", id)), &rows));
    *found = rows_next(&rows, auditrow_cols, out);
    return *found || rows_done(&rows);
}

/* Rows are read before the first is told: the visitor may ask the database itself. */
static bool tell_page(struct cx *cx, const struct walker *walker, struct chainhead *head,
                      int64_t last, bool *more)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct audit_row *list = arena_list(cx->mem, struct audit_row, PAGE);
    size_t n = 0, bytes = 0;
    TRY(db_query(cx, ENTRIES_OF_ACCOUNT, BIND(p_text("account", head->account_id),
        p_int("after", head->last_id), p_int("last", last)), &rows));
    for (; n < PAGE && bytes < PAGE_BYTES && rows_next(&rows, auditrow_cols, &list[n]); n++)
        bytes += list[n].old_value.n + list[n].new_value.n;
    *more = n == PAGE || bytes >= PAGE_BYTES;
    TRY(*more || rows_done(&rows));
    rows_close(&rows);
    for (size_t i = 0; i < n; i++)
        TRY(walker->visitor->row(cx, walker->visitor->state, &list[i]));
    if (n > 0)
        head->last_id = list[n - 1].id;
    return true;
}

static bool tell_chain(struct cx *cx, const struct walker *walker, struct chainhead *head,
                       int64_t last)
{
    for (bool more = true; more;) {
        struct arena_mark mark = arena_mark(cx->mem);
        TRY(tell_page(cx, walker, head, last, &more));
        arena_rewind(cx->mem, mark);
    }
    return true;
}

/* A walk that begins later begins behind the head before. */
static bool head_of(struct cx *cx, struct walker *walker, struct str account,
                    struct chainhead **out)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct covered covered = { 0 };
    *out = chainheads_of(&walker->heads, account);
    if (walker->is.first <= 1 || (*out)->last_id > 0)
        return true;
    TRY(db_query(cx, COVERED_BEFORE, BIND(p_text("account", account),
                                          p_int("first", walker->is.first)), &rows));
    if (rows_next(&rows, COVERED_COLS, &covered))
        (*out)->last_id = covered.last_id;
    return rows_done(&rows);
}

static bool is_wanted(const struct walker *walker, struct str account)
{
    return str_absent(walker->is.account_id) || str_eq(walker->is.account_id, account);
}

static bool tell_checkpoint(struct cx *cx, struct walker *walker,
                            const struct checkpoint_signed *is)
{
    struct checkpoint read;
    struct chainhead *head;
    bool well;
    TRY(checkpoint_read(cx, is->document, &read, &well));
    for (size_t i = 0; well && i < read.n; i++) {
        if (!is_wanted(walker, read.heads[i].account_id))
            continue;
        TRY(head_of(cx, walker, read.heads[i].account_id, &head));
        TRY(tell_chain(cx, walker, head, read.heads[i].last_id));
    }
    return walker->visitor->checkpoint(cx, walker->visitor->state, is);
}

static bool tell_checkpoints(struct cx *cx, struct walker *walker)
{
    int64_t last = walker->is.last > 0 ? walker->is.last : INT64_MAX;
    struct checkpoint_signed is = { .number = walker->is.first - 1 };
    for (bool found = true; found && is.number < last;) {
        struct arena_mark mark = arena_mark(cx->mem);
        TRY(checkpoint_after(cx, is.number, &is, &found));
        found = found && is.number <= last;
        if (found)
            TRY(tell_checkpoint(cx, walker, &is));
        arena_rewind(cx->mem, mark);
    }
    return true;
}

/* The next account that has a trail; absent after the last. */
static bool next_account(struct cx *cx, struct str *account)
{
    struct rows rows SCOPED(rows_close) = { 0 };
    struct chained next = { NO_STR };
    TRY(db_query(cx, ACCOUNT_AFTER, BIND(p_text("account", *account)), &rows));
    *account = rows_next(&rows, CHAINED_COLS, &next) ? next.account_id : NO_STR;
    return rows_done(&rows);
}

static bool tell_rest(struct cx *cx, struct walker *walker)
{
    struct str account = S("");
    if (!str_absent(walker->is.account_id))
        return tell_chain(cx, walker, chainheads_of(&walker->heads, walker->is.account_id),
                          INT64_MAX);
    TRY(next_account(cx, &account));
    while (!str_absent(account)) {
        TRY(tell_chain(cx, walker, chainheads_of(&walker->heads, account), INT64_MAX));
        TRY(next_account(cx, &account));
    }
    return true;
}

static void free_arena(void *mem)
{
    arena_free(mem);
}

bool trailwalk_run(struct cx *cx, const struct trailwalk *walk,
                   const struct trailwalk_visitor *visitor)
{
    struct walker walker = { .is = *walk, .visitor = visitor };
    struct arena *mem = arena_new(0, NULL, NULL);
    arena_defer(cx->mem, free_arena, mem);
    chainheads_init(&walker.heads, mem);
    TRY(db_snapshot(cx));
    return tell_checkpoints(cx, &walker) && (walk->last > 0 || tell_rest(cx, &walker));
}
