/*
 * place.h — where the bytes of files are: a table of functions for each way to keep them.
 *
 * Paths     what the wire calls path is a place's prefix and a name: "<account_id>/<uuid>.png",
 *           "s3/" before it in S3. Names come checked (filepath.h): no segment is empty or dots
 * Storing   whole or not at all, from a file whose length and sum are known; on disk (or in S3)
 *           when it returns, and never over another file
 * Reading   found once, then read from any byte on, piece by piece; what is found lives, open, as
 *           long as cx->mem
 * Outside   all of it happens outside transactions: it may take long
 * Errors    E_FULL no room for it; E_BROKEN; E_BUSY a place elsewhere that does not answer
 */
#ifndef FILES_PLACE_H
#define FILES_PLACE_H

#include "base/flow.h"
#include "files/inbound.h"

struct place_file {
    int64_t size;
    int64_t modified_at;            /* 0: the place does not know                               */
    struct str sendable;            /* its name below storage_path, for a web server that sends
                                       files itself; absent: it must be read                    */
    void *state;                    /* the place's own                                          */
};

struct place_entry { struct str name; int64_t size, modified_at; };

struct place {
    const char *provider;           /* "local": as in configurations and in files.provider      */
    const char *prefix;             /* of its paths: "", "s3/"                                  */
    bool (*store)(struct cx *cx, struct str name, struct str mime_type, struct inbound *from);
    bool (*find)(struct cx *cx, struct str name, bool *found, struct place_file *out);
    bool (*read)(struct cx *cx, const struct place_file *file, int64_t from, int64_t n,
                 struct source *out);
    bool (*remove)(struct cx *cx, struct str name);             /* gone already is gone, too     */
    bool (*clear)(struct cx *cx, struct str folder);    /* with all below it */
    /* All that accounts have there, in no order; take: false ends it. Memory is taken back between
     * two of them. */
    bool (*each)(struct cx *cx, bool (*take)(struct cx *cx, void *state,
                                             const struct place_entry *entry), void *state);
};

const struct place *place_at(size_t i);                         /* NULL: no more                 */
/* The place of a path, and what follows its prefix. */
const struct place *place_of(struct str path, struct str *name);
/* Where uploads go (data.md §16.5): of the enabled ones the default, else by priority, else local
 * if nothing was ever configured. 400 when all are switched off. */
bool place_for_uploads(struct cx *cx, const struct place **out) MUST_CHECK;

#endif
