/*
 * filelist.h — the files of an account, a page at a time, with the records that hold them: for who
 * keeps house (data.md §16).
 *
 * Scope    superadmins see the files of every account, others (cx->who) those of their own
 * For      admins: names, types and holders are told whatever the rules of the records say; a link
 *          or a download asks on its own
 * Order    newest first; over all accounts, one account after the other
 */
#ifndef DATA_FILELIST_H
#define DATA_FILELIST_H

#include "files/file.h"

enum { FILELIST_COUNTED = 10000, FILELIST_USES = 100 };

struct filelist_query {
    struct str account_id;              /* absent: all that the caller sees                       */
    struct str search;                  /* part of a name, in any case; absent: any               */
    struct str type;                    /* "image", or "image/png"; absent: any                   */
    struct str collection;              /* held by a record of it; absent: any                    */
    bool is_unused;                     /* held by none                                           */
    int64_t skip, limit;
};
struct filelist_use { struct str collection, record_id, field; };
struct filelist_item {
    struct file file;
    struct str uploader;                /* an address; absent: nobody of the account              */
    int64_t use_count;                  /* at most FILELIST_USES: as many, or more                */
    struct filelist_use first;          /* one of them                                            */
};
struct filelist_page {
    struct filelist_item *at; size_t n;
    int64_t total; bool is_more;        /* at least FILELIST_COUNTED                              */
};
bool filelist_read(struct cx *cx, const struct filelist_query *query, struct filelist_page *out)
    MUST_CHECK;

/* One by its path: 404 "File not found: <path>" also for another account's. */
bool filelist_find(struct cx *cx, struct str path, struct filelist_item *out) MUST_CHECK;
/* The first FILELIST_USES of those who hold it. */
struct filelist_uses { struct filelist_use *at; size_t n; };
bool filelist_uses(struct cx *cx, const struct file *file, struct filelist_uses *out) MUST_CHECK;
/* As file_delete, but 409 while a record holds it. */
bool filelist_delete(struct cx *cx, struct str path) MUST_CHECK;

#endif
