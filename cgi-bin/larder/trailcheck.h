/* trailcheck.h — the commands of the audit trail, one file for each kind. */
#ifndef LARDER_TRAILCHECK_H
#define LARDER_TRAILCHECK_H

#include "command.h"
#include "audit/verifier.h"

int trailcheck_told(const struct verifier_report *found);       /* prints it; 0 or 1 */

/* trailfile.c; verify needs neither database nor settings */
int trailfile_export(struct command_line *line);
int trailfile_verify(const char *file, const char *key);
/* trailproof.c */
int trailproof_checkpoint(struct command_line *line);
int trailproof_key(struct command_line *line);
int trailproof_prove(struct command_line *line);
int trailproof_check(struct command_line *line);
/* trailprune.c */
int trailprune_prune(struct command_line *line);

#endif
