/*
 * thumb.h — small pictures of files: made when first asked for, kept beside them.
 *
 * Size     "100x100": the middle, as large as fits; "400x0", "0x90": whole, so wide or so high.
 *          Nothing is enlarged. Who may ask for which size is the caller's to decide
 * Kept     in the same place, below "<account_id>/thumbs/<name>/"; gone with the file. One without
 *          bytes: it could not be made; nobody tries again for a day
 * Made     by a child that is confined (bin/thumb), one at a time in a process, in 10 s at most
 * Errors   404 as filebytes.h; 400 SHAPE_DETAIL when the file is no picture that can be read
 */
#ifndef FILES_THUMB_H
#define FILES_THUMB_H

#include "files/filebytes.h"

bool thumb_is_size(struct str text);
bool thumb_is_of(struct str mime_type);         /* pictures of that type can have some           */
bool thumb_find(struct cx *cx, const struct filepath *of, struct str size, struct filebytes *out)
    MUST_CHECK;
/* All of a file that goes. */
bool thumb_clear(struct cx *cx, const struct filepath *of) MUST_CHECK;

#endif
