/*
 * auditline.h — the trail as lines of JSON: what an export, an archive and the file of checkpoints
 * consist of.
 *
 *     {"audit":"larder audit 1","exported_at":"…","account_id":null,"first":1,"key":"…",
 *      "prune":null}
 *     {"entry":{"id":1,"account_id":"…", … all 21 columns}}
 *     {"checkpoint":{"number":1,"document":"…","signature":"…"}}
 *
 * Order  the entries under a checkpoint, by account and id, then the checkpoint; at the end the
 *        entries that are under none. first: the number whose entries come first; an archive
 *        begins later than 1
 */
#ifndef AUDIT_AUDITLINE_H
#define AUDIT_AUDITLINE_H

#include "audit/chain.h"
#include "audit/checkpoint.h"
#include "base/js.h"
#include "base/jv.h"

enum { AUDITLINE_MOST = 1 << 26 };

struct auditline_header {
    int64_t exported_at, first;
    struct str account_id, key;             /* account_id absent: all; key: of who exports */
    struct checkpoint_signed prune;         /* number 0: none */
};
enum auditline_kind { AUDITLINE_HEADER, AUDITLINE_ENTRY, AUDITLINE_CHECKPOINT };
struct auditline {
    enum auditline_kind kind;
    struct auditline_header header;
    struct audit_row row;
    struct checkpoint_signed checkpoint;
};

/* Each with its line feed. */
void auditline_put_header(struct buf *out, const struct auditline_header *header);
void auditline_put_row(struct buf *out, const struct audit_row *row);
void auditline_put_checkpoint(struct buf *out, const struct checkpoint_signed *checkpoint);
/* E_INVALID: it is no such line. Texts live in cx->mem. */
bool auditline_read(struct cx *cx, struct str line, struct auditline *out) MUST_CHECK;

/* As a member of something else. */
void auditline_row(struct js *js, const char *key, const struct audit_row *row);
void auditline_signed(struct js *js, const char *key, const struct checkpoint_signed *is);
bool auditline_to_row(struct cx *cx, struct jv json, struct audit_row *out) MUST_CHECK;
bool auditline_to_signed(struct cx *cx, struct jv json, struct checkpoint_signed *out) MUST_CHECK;

#endif
