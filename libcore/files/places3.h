/*
 * places3.h — files in a bucket of S3 or of what speaks like it: BUCKET/<account_id>/<name>.
 *
 * Which    the system's configuration storage_providers/s3, looked up each time
 * Network  a child waits for it (`worker --store`); what it holds comes piece by piece
 * Errors   403 in the words of data.md §16.2 when S3 is not configured or not enabled; E_BROKEN
 *          when it does not answer or does not want us: the cause is in the log
 * Gone     an account that goes takes its objects along only while S3 is enabled
 */
#ifndef FILES_PLACES3_H
#define FILES_PLACES3_H

#include "files/place.h"

extern const struct place places3;

#endif
