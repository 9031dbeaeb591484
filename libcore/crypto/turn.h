/*
 * turn.h — whose turn it is to hash a password: at most one process for each two processors.
 *
 * However many sign in at once, as plain CGI too, memory and processors stay free for everybody
 * else; they wait in line. The locks are bytes of a file in data_dir and end with their process.
 * Where there is no such file (a unit test, a directory that cannot be written) nobody waits.
 */
#ifndef CRYPTO_TURN_H
#define CRYPTO_TURN_H

#include "base/cx.h"

struct turn { int fd; bool taken; };

void turn_take(struct cx *cx, struct turn *turn);
void turn_end(struct turn *turn);               /* for SCOPED; harmless twice */

#endif
