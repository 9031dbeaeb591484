/*
 * filelink.h — links that open one file for a while, for whoever has them: a signature over path,
 * end and the way it is shown, by a key that comes of secret_key. Nothing is kept, so a link cannot
 * be taken back: it ends, or secret_key changes, or the file goes.
 *
 * Units  expires in seconds since 1970
 */
#ifndef FILES_FILELINK_H
#define FILES_FILELINK_H

#include "base/cx.h"

enum { FILELINK_OTHERWISE = 3600, FILELINK_MOST = 7 * 86400 };      /* seconds                   */
struct filelink { struct str path; int64_t expires; bool is_inline; };

struct str filelink_url(struct cx *cx, const struct filelink *link);
/* 403 when the signature is not ours, or its time is over. */
bool filelink_holds(struct cx *cx, const struct filelink *link, struct str signature) MUST_CHECK;

#endif
