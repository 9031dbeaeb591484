/*
 * turn.h — whose turn it is to hash a password: one process for each two processors, and no more
 * than password_memory_mb has room for.
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
/* For a hash made elsewhere, which may need more memory than ours do (password_memory_kib). */
void turn_take_for(struct cx *cx, struct turn *turn, int64_t memory_kib);
/* password_hash when the turn has come. */
bool turn_hash(struct cx *cx, struct str password, struct str *phc) MUST_CHECK;
void turn_end(struct turn *turn);               /* for SCOPED; harmless twice */

#endif
