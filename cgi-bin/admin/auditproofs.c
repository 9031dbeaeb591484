/* auditproofs.c — one entry of the audit trail with all that proves it (audit/proof.h). */
#include "auditproofs.h"

#include "auditlogs.h"
#include "audit/chain.h"
#include "audit/checkpoint.h"
#include "audit/proof.h"

/* What proof_write writes, for the reference. */
static const struct output SIGNED_OUT[] = {
    OUT(O_INT, checkpoint_signed, number),
    OUT(O_TEXT, checkpoint_signed, document, .about = "JSON, byte for byte as it was signed"),
    OUT(O_TEXT, checkpoint_signed, signature, .about = "Ed25519"), { 0 },
};
struct shown {
    struct str proof, key; struct audit_row entry; int64_t index; struct out_list path;
    struct checkpoint_signed checkpoint;
};
static const struct output PROOF_OUT[] = {
    OUT(O_TEXT, shown, proof, .about = "The format"),
    OUT(O_OBJECT, shown, entry, .of = auditlogs_row),
    OUT(O_INT, shown, index, .about = "Of the entry among those under the checkpoint, from 0"),
    OUT(O_TEXTS, shown, path, .about = "To the root, as RFC 6962 has it"),
    OUT(O_OBJECT, shown, checkpoint, .of = SIGNED_OUT),
    OUT(O_TEXT, shown, key, .about = "The public key"), { 0 },
};

struct prove_in { int64_t log_id; };
static const struct input PROVE_IN[] = { IN(PATH, T_INT, prove_in, log_id), { 0 } };

static bool prove(struct cx *cx, const void *input, struct reply *reply)
{
    const struct prove_in *in = input;
    return proof_write(cx, in->log_id, reply_js(reply));
}

const struct route auditproofs_routes[] = {
    { GET, "/api/v1/audit-logs/{log_id}/proof", NEED_SUPERADMIN, INPUT(PROVE_IN, prove_in),
      .output = PROOF_OUT, .run = prove, .title = "Prove a row of the audit trail",
      .about = "The row, its path to the root of a signed checkpoint, the checkpoint and the public"
               " key: larder audit check-proof needs nothing else. 409 while the row is under no"
               " checkpoint yet." },
    { 0 },
};
