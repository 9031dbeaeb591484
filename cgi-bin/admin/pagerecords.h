/* pagerecords.h — the pages of records: lists and filters, one by one, their past, in and out. */
#ifndef ADMIN_PAGERECORDS_H
#define ADMIN_PAGERECORDS_H

#include "http/route.h"

extern const struct route pagerecords_routes[];         /* collections to browse, and a list     */
extern const struct route pagefilter_routes[];          /* a filter out of conditions            */
extern const struct route pageviews_routes[];           /* lists that somebody comes back to     */
extern const struct route pagemany_routes[];            /* what is done to several at once       */
extern const struct route pagerecord_routes[];          /* one, in a form                        */
extern const struct route pagepast_routes[];            /* what it was, and that again           */
extern const struct route pagetransfer_routes[];        /* as a file, out and in                 */

#endif
