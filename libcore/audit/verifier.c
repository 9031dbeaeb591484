/* verifier.c — keeps where each chain stands, and says what does not follow from it. */
#include "audit/verifier.h"

#include <stdarg.h>
#include <stdio.h>

#include "audit/chainheads.h"
#include "audit/prunerecord.h"
#include "crypto/mac.h"
#include "crypto/sign.h"

struct verifier {
    struct verifier_terms terms;
    struct verifier_report *report;
    struct arena *mem;                      /* of heads and faults: they outlive the turns */
    struct arena *turn;
    struct chainheads heads;
    struct merkle tree;                     /* over what came since the last checkpoint */
    int64_t number, pruned;
    char previous[CHAIN_HEX + 1];           /* of the last checkpoint's document */
    struct str prune_of;                    /* what the document of number pruned must hash to */
};

void verifier_fault(struct verifier *v, const char *format, ...)
{
    char text[512];
    va_list args;
    if (v->report->fault_count++ >= VERIFIER_FAULTS)
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    v->report->faults[v->report->fault_count - 1] = str_copy(v->mem, str_of(text));
}

static struct str or_none(struct str s)
{
    return str_absent(s) ? S("None") : s;
}

static void mismatch(struct verifier *v, const char *of, int64_t number, const char *what,
                     struct str expected, struct str got)
{
    verifier_fault(v, "%s %lld: %s mismatch. Expected %.*s, got %.*s", of, (long long)number, what,
                   STR_ARG(or_none(expected)), STR_ARG(or_none(got)));
}

static bool is_trusted(const struct verifier *v, struct str key)
{
    for (size_t i = 0; i < v->terms.key_count; i++)
        if (str_eq_nocase(v->terms.keys[i], key))
            return true;
    return false;
}

static bool is_signed(struct verifier *v, const char *of, const struct checkpoint_signed *is,
                      struct str key)
{
    bool known = is_trusted(v, key);
    if (!known)
        verifier_fault(v, "%s %lld: Signed with an unknown key, %.*s", of, (long long)is->number,
                       STR_ARG(or_none(key)));
    else if (!sign_is_valid(key, is->document, is->signature))
        verifier_fault(v, "%s %lld: Signature mismatch", of, (long long)is->number);
    else
        return true;
    return false;
}

/* Only what is signed lets a chain begin later. */
static void take_prune(struct cx *cx, struct verifier *v)
{
    const struct checkpoint_signed *is = &v->terms.prune;
    struct prunerecord record;
    bool well;
    if (is->number == 0)
        return;
    if (!prunerecord_read(cx, is->document, &record, &well) || !well
        || record.number != is->number) {
        verifier_fault(v, "Prune %lld: Not a document of ours", (long long)is->number);
    } else if (is_signed(v, "Prune", is, record.key)) {
        v->pruned = record.number;
        v->prune_of = str_copy(v->mem, record.checkpoint);
    }
}

static void free_arena(void *mem)
{
    arena_free(mem);
}

struct verifier *verifier_begin(struct cx *cx, const struct verifier_terms *terms,
                                struct verifier_report *report)
{
    struct verifier *v = arena_make(cx->mem, struct verifier);
    *report = (struct verifier_report){ .chains = 0 };
    *v = (struct verifier){ .terms = *terms, .report = report,
                            .mem = arena_new(0, NULL, NULL), .turn = arena_new(0, NULL, NULL) };
    arena_defer(cx->mem, free_arena, v->mem);
    arena_defer(cx->mem, free_arena, v->turn);
    chainheads_init(&v->heads, v->mem);
    v->number = terms->first > 1 ? terms->first - 1 : 0;
    take_prune(cx, v);
    return v;
}

/* ---- entries ---- */

static bool is_new(const struct chainhead *head)
{
    return head->last_id == 0;
}

/* The first of a chain in an archive begins as it says. */
static bool links(const struct verifier *v, const struct chainhead *head,
                  const struct audit_row *row)
{
    struct str before = head->checksum[0] != '\0' ? str_of(head->checksum) : NO_STR;
    return (is_new(head) && v->terms.first > 1) || str_eq(before, row->previous_hash);
}

static void check_row(struct verifier *v, struct chainhead *head, const struct audit_row *row)
{
    struct buf scratch;
    char hex[CHAIN_HEX + 1];
    int64_t faults = v->report->fault_count;
    buf_init(&scratch, v->turn, SIZE_MAX / 2);
    chain_checksum(&scratch, row, hex);
    arena_reset(v->turn);
    if (row->id <= head->last_id)
        verifier_fault(v, "Entry %lld: Out of order, after entry %lld", (long long)row->id,
                       (long long)head->last_id);
    if (!str_eq(str_of(hex), row->checksum))
        mismatch(v, "Entry", row->id, "Checksum", str_of(hex), row->checksum);
    if (!links(v, head, row))
        mismatch(v, "Entry", row->id, "Previous hash",
                 head->checksum[0] != '\0' ? str_of(head->checksum) : NO_STR, row->previous_hash);
    head->is_broken = v->report->fault_count != faults;
}

void verifier_row(struct verifier *v, const struct audit_row *row)
{
    struct chainhead *head = chainheads_of(&v->heads, row->account_id);
    struct merkle_hash leaf;
    v->report->checked++;
    if (!str_absent(v->terms.account_id) && !str_eq(row->account_id, v->terms.account_id))
        verifier_fault(v, "Entry %lld: Of another account", (long long)row->id);
    if (!head->is_broken)
        check_row(v, head, row);
    chainheads_set(head, row->id, row->checksum);
    checkpoint_leaf(row->id, row->checksum, &leaf);
    merkle_add(&v->tree, &leaf);
}

/* ---- checkpoints ---- */

static void check_head(struct verifier *v, int64_t number,
                       const struct checkpoint_head *signed_head)
{
    struct chainhead *head = chainheads_of(&v->heads, signed_head->account_id);
    bool gone = number <= v->pruned;
    if (!gone && (head->last_id != signed_head->last_id
                  || !str_eq(str_of(head->checksum), signed_head->checksum)))
        verifier_fault(v, "Checkpoint %lld: Head mismatch. Expected entry %lld of account %.*s with"
                       " checksum %.*s, got entry %lld with %s", (long long)number,
                       (long long)signed_head->last_id, STR_ARG(signed_head->account_id),
                       STR_ARG(signed_head->checksum), (long long)head->last_id,
                       head->checksum[0] != '\0' ? head->checksum : "None");
    if (gone)
        chainheads_set(head, signed_head->last_id, signed_head->checksum);
}

static void check_entries(struct cx *cx, struct verifier *v, const struct checkpoint *is)
{
    struct merkle_hash root;
    if (is->number <= v->pruned) {
        if (v->tree.n > 0)
            verifier_fault(v, "Checkpoint %lld: %lld entries that were pruned are there",
                           (long long)is->number, (long long)v->tree.n);
        return;
    }
    if (!str_absent(v->terms.account_id))
        return;
    merkle_root(&v->tree, &root);
    if (is->rows != (int64_t)v->tree.n)
        verifier_fault(v, "Checkpoint %lld: Entries mismatch. Expected %lld, got %lld",
                       (long long)is->number, (long long)is->rows, (long long)v->tree.n);
    else if (!str_eq(merkle_hex(cx->mem, &root), is->root))
        mismatch(v, "Checkpoint", is->number, "Root", is->root, merkle_hex(cx->mem, &root));
}

/* What an archive begins with follows from what is not in it. */
static void check_place(struct verifier *v, const struct checkpoint_signed *is,
                        const struct checkpoint *read)
{
    struct str before = v->previous[0] != '\0' ? str_of(v->previous) : NO_STR;
    bool begins = v->terms.first > 1 && str_absent(before);
    if (is->number != v->number + 1)
        verifier_fault(v, "Checkpoint %lld: Missing", (long long)v->number + 1);
    else if (read->number != is->number)
        mismatch(v, "Checkpoint", is->number, "Number", S("it"), S("another document"));
    else if (!begins && !str_eq(before, read->previous))
        mismatch(v, "Checkpoint", is->number, "Previous hash", before, read->previous);
}

static void check_document(struct cx *cx, struct verifier *v, const struct checkpoint_signed *is,
                           const struct checkpoint *read)
{
    check_place(v, is, read);
    (void)is_signed(v, "Checkpoint", is, read->key);
    check_entries(cx, v, read);
    for (size_t i = 0; i < read->n; i++)
        if (str_absent(v->terms.account_id)
            || str_eq(read->heads[i].account_id, v->terms.account_id))
            check_head(v, is->number, &read->heads[i]);
}

bool verifier_checkpoint(struct cx *cx, struct verifier *v, const struct checkpoint_signed *is)
{
    struct checkpoint read;
    bool well;
    TRY(checkpoint_read(cx, is->document, &read, &well));
    if (well)
        check_document(cx, v, is, &read);
    else
        verifier_fault(v, "Checkpoint %lld: Not a document of ours", (long long)is->number);
    struct str hash = mac_sha256_hex(cx->mem, is->document);
    (void)snprintf(v->previous, sizeof v->previous, "%.*s", STR_ARG(hash));
    if (is->number == v->pruned && !str_eq(hash, v->prune_of))
        mismatch(v, "Prune", v->pruned, "Checkpoint", v->prune_of, hash);
    v->number = is->number;
    v->tree.n = 0;
    v->report->checkpoints++;
    return true;
}

void verifier_end(struct verifier *v)
{
    v->report->chains = (int64_t)v->heads.n;
    v->report->uncovered = (int64_t)v->tree.n;
    if (v->pruned > v->number)
        verifier_fault(v, "Prune %lld: Of a checkpoint that is not there", (long long)v->pruned);
}
