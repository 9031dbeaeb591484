/* placelocal.h — files in a directory: storage_path/<account_id>/<name>. */
#ifndef FILES_PLACELOCAL_H
#define FILES_PLACELOCAL_H

#include "files/place.h"

extern const struct place placelocal;

#endif
