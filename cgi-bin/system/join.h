/* join.h — `system --join-openapi FILE…`: fragments of the programs become static/openapi.json. */
#ifndef SYSTEM_JOIN_H
#define SYSTEM_JOIN_H

#include <stddef.h>

int join_fragments(char *const *files, size_t n);               /* to standard output; exit code  */

#endif
