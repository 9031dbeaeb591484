/*
 * rows.h — typed rows out of a statement: into a struct, or column by column for streaming.
 *
 * Streaming  texts from rows_text are only valid until the next rows_step: copy or write them at
 *            once
 * Errors     rows_next and rows_step return false at the end and on failure; rows_done tells which
 */
#ifndef DB_ROWS_H
#define DB_ROWS_H

#include "base/meter.h"
#include "db/db.h"

enum col_type { C_END, C_TEXT, C_INT, C_REAL, C_BOOL, C_TIME, C_BLOB };
struct col { enum col_type type; size_t offset; const char *name; };
#define COL(type, of, member) { (type), offsetof(struct of, member), #member }
/* A NULL reads as NO_STR, 0, false; a C_TIME NULL as 0. */

struct rows {
    struct cx *cx; void *stmt; bool open, failed, stepped; uint64_t turn;
    enum meter_op op; int64_t began; uint64_t read; struct str text;        /* for the meters     */
};

bool rows_next(struct rows *rows, const struct col *cols, void *out) MUST_CHECK;
bool rows_done(struct rows *rows) MUST_CHECK;               /* false: the loop ended on a failure */
void rows_close(struct rows *rows);                         /* for SCOPED; harmless twice         */

bool rows_step(struct rows *rows) MUST_CHECK;
bool rows_null(const struct rows *rows, int column);
struct str rows_text(const struct rows *rows, int column);  /* NULL: NO_STR                       */
int64_t rows_int(const struct rows *rows, int column);
double rows_real(const struct rows *rows, int column);
bool rows_bool(const struct rows *rows, int column);

#endif
