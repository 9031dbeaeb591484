/*
 * fileuse.h — which records hold which files: told when they are written, asked when a file is read
 * (data.md §16.4).
 *
 * Changes  file_uses, in the transaction of the record's write, without history: it follows from
 *          the record
 */
#ifndef DATA_FILEUSE_H
#define DATA_FILEUSE_H

#include "data/validate.h"

/* Adds a fault for each given file that is not the account's, or not what its field's options
 * (max_size, mime_types) ask for. old: the stored values, or NULL; a file that was there may stay,
 * whatever has become of it. */
bool fileuse_check(struct cx *cx, struct str account_id, const struct recordrow *stored,
                   const struct param *old, const struct validated *values,
                   struct fault_list *faults) MUST_CHECK;

/* A record's write: the values it had and has, in the order of its columns; NULL: there is none. */
struct fileuse_write {
    const struct recordrow *stored;
    struct str account_id, record_id;
    const struct param *old, *now;
};
bool fileuse_keep(struct cx *cx, const struct fileuse_write *write) MUST_CHECK;
/* A record that the engine takes along with another. */
bool fileuse_forget(struct cx *cx, const struct collection *collection, struct str account_id,
                    struct str record_id) MUST_CHECK;

/* With the setting file_access=record: the uploader, superadmins, and who may see the field of a
 * record that holds the file; for others it is not there (404). */
struct file;
bool fileuse_allows(struct cx *cx, struct str account_id, const struct file *file) MUST_CHECK;

#endif
