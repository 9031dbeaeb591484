/* aws.h — what Amazon's services have in common: names of regions, replies in XML. */
#ifndef NET_AWS_H
#define NET_AWS_H

#include "base/arena.h"
#include "base/str.h"

bool aws_is_region(struct str name);            /* "eu-west-1": cannot lead to another host */
/* What stands between <name> and </name>; absent: nothing does. */
struct str aws_element(struct str xml, const char *name);
/* Cuts the next of them off the front of *xml; false: there is no more. */
bool aws_next(struct str *xml, const char *name, struct str *inner);
struct str aws_plain(struct arena *mem, struct str inner);      /* &amp; is & again */

#endif
