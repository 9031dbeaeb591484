/*
 * file.h — what is known of uploaded files: their names, types, sizes; who brought them; their end.
 *
 * Order    bytes are stored before their row and removed after it, outside of its transaction: what
 *          dies in between leaves bytes that no row knows, never a row without bytes
 * Changes  files (audited)
 * Errors   as filepath.h; 404 "File not found: <path>"
 */
#ifndef FILES_FILE_H
#define FILES_FILE_H

#include "files/filepath.h"

struct file {
    struct str id, account_id, path, provider, filename, mime_type, sha256, uploaded_by;
    int64_t size, created_at;
};

bool file_create(struct cx *cx, const struct file *file) MUST_CHECK;
bool file_find(struct cx *cx, struct str account_id, struct str path, bool *found,
               struct file *out) MUST_CHECK;
bool file_missing(struct cx *cx, struct str path);          /* false: the 404                    */
/* Row and bytes; for who brought it, admins of its account and superadmins. */
bool file_delete(struct cx *cx, struct str path) MUST_CHECK;

/* Its bytes, and the small pictures of it. */
bool file_drop(struct cx *cx, const struct filepath *at) MUST_CHECK;

/* How much the files of an account take, small pictures apart. */
bool file_account_bytes(struct cx *cx, struct str account_id, int64_t *bytes) MUST_CHECK;
/* All bytes of an account that goes: by a job, once the caller's transaction has committed. */
bool file_account_goes(struct cx *cx, struct str account_id) MUST_CHECK;
bool file_account_gone(struct cx *cx, struct str payload) MUST_CHECK;       /* the job's work    */

#endif
